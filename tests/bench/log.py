"""What the log alone takes: messages a second, CPU a message, time of the answer.

    python -m tests.bench.log [--seconds 1.5] [--directory DIRECTORY]

One thread hands over and is answered, as an event loop is. The figures of docs/decisions/0031.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

from ingestd.model import Envelope
from ingestd.spool.local import LocalSpool
from ingestd.spool.log import LogReceiver

SIZES = (5_000, 60_000, 1_000_000)
CLIENTS = (1, 10, 50)
_CHUNK_BYTES = 1 << 16


class Load:
    """Clients that send one message after the other, each as soon as the one before is answered."""

    def __init__(self, log: LogReceiver, size: int, seconds: float) -> None:
        content = os.urandom(size)
        self._chunks = [content[at : at + _CHUNK_BYTES] for at in range(0, size, _CHUNK_BYTES)]
        self._log = log
        self._until = time.perf_counter() + seconds
        self._envelope = Envelope(
            mail_from="supplier@sender.example",
            rcpt_to=("fr40303265045@in.example.com",),
            peer="192.0.2.1",
            helo="mail.sender.example",
            tls=False,
            received_at=datetime.now(UTC),
        )
        self.under_way = 0
        self.answered_after: list[float] = []

    def send(self) -> None:
        """Send one message."""
        began = time.perf_counter()
        incoming = self._log.begin(self._envelope)
        for chunk in self._chunks:
            incoming.write(chunk)
        self.under_way += 1

        def done(fault: Exception | None) -> None:
            if fault:
                raise fault
            now = time.perf_counter()
            self.answered_after.append(now - began)
            self.under_way -= 1
            if now < self._until:
                self.send()

        incoming.commit(["FR40303265045"], done)


def measure(directory: Path, size: int, clients: int, seconds: float) -> str:
    """Return one line of figures."""
    LocalSpool(directory).prepare()
    told: SimpleQueue[Callable[[], None]] = SimpleQueue()
    log = LogReceiver(directory, told.put)
    load = Load(log, size, seconds)
    began, cpu = time.perf_counter(), _cpu_s()
    for _ in range(clients):
        load.send()
    while load.under_way:
        told.get()()
    elapsed, cpu = time.perf_counter() - began, _cpu_s() - cpu
    log.close()
    times = sorted(load.answered_after)
    count, middle, late = len(times), times[len(times) // 2], times[int(len(times) * 0.99)]
    return (
        f"{size:9,} B {clients:3} clients {count / elapsed:9,.0f}/s {cpu / count * 1e6:7.1f} µs CPU "
        f"p50 {middle * 1e3:6.2f} ms p99 {late * 1e3:6.2f} ms"
    )


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--directory", type=Path, help="on the disk that is meant")
    options = parser.parse_args()
    for size in SIZES:
        for clients in CLIENTS:
            with tempfile.TemporaryDirectory(dir=options.directory) as name:
                print(measure(Path(name), size, clients, options.seconds), flush=True)


if __name__ == "__main__":
    main()
