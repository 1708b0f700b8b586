"""How fast the door takes mail that is durable before its 250, beside Postfix and a naive receiver.

    python -m tests.bench.door [--rounds 5] [--sizes 5,60,1000] [--sessions 1,10,50,200]
        [--servers postfix,ingestd,ingestd-2,aiosmtpd] [--idle 1000] [--slow-disk-ms 5] [--json FILE]
    python -m tests.bench.door --show FILE[,FILE]        the table again, of what was written before

The servers are started beside each other and measured in turn, A B A B, each while the others rest.
CPU a message is that of all processes of the server, with the work it does after the 250. As root, with
Postfix and a C compiler installed. Figures of one machine mean little elsewhere: read the ratios.
Ends with 1 when a server crashed, refused mail, or holds less than it acknowledged; never for a time.
"""

import argparse
import json
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import door_mails, door_table
from tests.bench.door_servers import SERVERS, Server
from tests.bench.door_table import Idle, Run, Sorting
from tests.documents.mails import RECIPIENT

HERE = Path(__file__).parent
SHARED_LOAD = HERE.parent.parent.parent / "shared" / "bench" / "smtpload.c"
MESSAGES = {"5 kB": 4_000, "60 kB": 3_000, "1 MB": 400}
ALONE = 4
"""With one session a quarter of the messages is enough."""

CONNECTING = ("60 kB", 50, 1)
"""The cell in which each connection brings one message, as most senders do."""

WARM = 150
MOST_S = 4


class Bench:
    """One run of the benchmark, with its tools and mails in `directory`. The figures are in `runs`,
    `idle` and `sorting`, what went wrong in `faults`."""

    def __init__(self, given: argparse.Namespace, directory: Path) -> None:
        self.given = given
        self.directory = directory
        self.runs: list[Run] = []
        self.idle: list[Idle] = []
        self.sorting: list[Sorting] = []
        self.faults: list[str] = []
        self.fastest_ms = math.inf
        self.load = _compile(given.load, directory / "load")
        self.environment: dict[str, str] = {}
        if given.slow_disk_ms:
            slow = _compile(HERE / "door_slow_disk.c", directory / "slow.so", "-shared", "-fPIC")
            self.environment = {
                "LD_PRELOAD": str(slow),
                "SLOW_DISK_US": str(round(1000 * given.slow_disk_ms)),
            }

    def measure(self) -> None:
        """Run all rounds, then look at the memory."""
        for number in range(self.given.rounds):
            for size in self.given.sizes:
                self._round(number, size)
        if self.given.idle:
            for name in self.given.servers:
                self._hold(name)

    def _round(self, number: int, size: str) -> None:
        file = self.directory / "mail.eml"
        file.write_bytes(door_mails.make(size))
        turn = number % len(self.given.servers)  # another one begins each time
        names = [*self.given.servers[turn:], *self.given.servers[:turn]]
        taken: Counter[str] = Counter()
        with ExitStack() as stack:
            servers = {name: self._start(name, stack) for name in names}
            for name, server in servers.items():
                taken[name] += self._load(server, "-s", "10", "-m", str(WARM), "-f", str(file))[
                    "ok"
                ]
            for cell in self._cells(size):
                for name, server in servers.items():
                    run = self._run(name, server, number, cell, file)
                    taken[name] += run.taken
                    self.runs.append(run)
                    if run.failed:
                        said = server.last_words()
                        self.faults.append(
                            f"{name}, {cell}: {run.failed} failed, {run.error} {said}"
                        )
            for name, server in servers.items():
                kept = server.kept()
                if kept is not None and kept < taken[name]:
                    self.faults.append(f"{name} acknowledged {taken[name]} messages and has {kept}")
                if (cpu_ms := server.sorting_ms()) is not None:
                    self.sorting.append(Sorting(name, size, cpu_ms))

    def _cells(self, size: str) -> Iterator[door_table.Cell]:
        for sessions in self.given.sessions:
            yield size, sessions, 0
        if size == CONNECTING[0]:
            yield CONNECTING

    def _run(
        self, name: str, server: Server, number: int, cell: door_table.Cell, file: Path
    ) -> Run:
        size, sessions, per_connection = cell
        messages = self.given.messages or MESSAGES[size] // (ALONE if sessions == 1 else 1)
        before_s = server.account.settled_cpu_s(self.given.patience_s)
        flush_ms = self._wait_for_quiet()
        busy_s, began_s = _busy_s(), time.monotonic()
        said = self._load(
            server,
            "-s",
            str(sessions),
            "-m",
            str(messages),
            "-k",
            str(per_connection),
            "-f",
            str(file),
        )
        took_s = time.monotonic() - began_s
        ours_s = server.account.cpu_s() - before_s + said["cpu_s"]
        other_s = max(0, _busy_s() - busy_s - ours_s)
        cpu_s = server.account.settled_cpu_s(self.given.patience_s) - before_s
        return Run(
            server=name,
            round=number,
            size=size,
            sessions=sessions,
            per_connection=per_connection,
            messages_per_s=said["msg_s"],
            cpu_ms=1000 * cpu_s / max(1, said["ok"]),
            client_cpu_ms=1000 * said["cpu_s"] / max(1, said["ok"]),
            ack_p50_ms=said["ack_p50"],
            ack_p99_ms=said["ack_p99"],
            other_percent=100 * other_s / took_s / (os.cpu_count() or 1),
            taken=said["ok"],
            failed=said["fail"] + said["connfail"],
            error=said["err"],
            flush_ms=max(flush_ms, self._flush_ms()),
        )

    def _wait_for_quiet(self) -> float:
        """Wait, but not for long, until nobody else uses much of this machine and its disk. Return
        how long a flush takes, in milliseconds."""
        deadline = time.monotonic() + self.given.patience_s
        flush_ms = self._flush_ms()
        while time.monotonic() < deadline:
            before_s = _busy_s()
            time.sleep(0.3)
            flush_ms = self._flush_ms()
            used = (_busy_s() - before_s) / 0.3 / (os.cpu_count() or 1)
            self.fastest_ms = min(self.fastest_ms, flush_ms)
            if used < door_table.BUSY_PERCENT / 100 and flush_ms < 2 * self.fastest_ms:
                break
        return flush_ms

    def _flush_ms(self) -> float:
        """Return the median time of some flushes to the disk that the servers write to."""
        took_ms = []
        with (self.directory / "flush").open("ab", buffering=0) as file:
            for _ in range(9):
                file.write(bytes(4096))
                began = time.perf_counter()
                os.fdatasync(file.fileno())
                took_ms.append(1000 * (time.perf_counter() - began))
        return statistics.median(took_ms)

    def _hold(self, name: str) -> None:
        with ExitStack() as stack:
            server = self._start(name, stack)
            server.account.settled_cpu_s(self.given.patience_s)
            hold_s = 1 + self.given.patience_s
            alone_mb = server.account.memory_mb()
            command = self._command(
                server, "-s", str(self.given.idle), "-i", str(hold_s), "-w", "15"
            )
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
                assert load.stdout
                held = json.loads(load.stdout.readline())["holding"]
                time.sleep(hold_s / 4)
                held_mb = server.account.memory_mb()
                load.communicate()
        self.idle.append(Idle(name, held, alone_mb, held_mb))

    def _start(self, name: str, stack: ExitStack) -> Server:
        server = SERVERS[name](name, self.environment)
        stack.callback(server.stop)
        return server

    def _command(self, server: Server, *options: str) -> list[str]:
        return [str(self.load), "-p", str(server.port), "-t", RECIPIENT, *options]

    def _load(self, server: Server, *options: str) -> Any:
        command = self._command(server, "-w", str(MOST_S), *options)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.stdout:
            raise RuntimeError(f"the load generator said nothing: {done.returncode} {done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])


def _compile(source: Path, result: Path, *options: str) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        sys.exit("A C compiler is missing: apt-get install gcc libc6-dev")
    command = [compiler, "-O2", "-w", *options, "-o", str(result), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return result


def _busy_s() -> float:
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def read(files: str) -> tuple[list[Run], list[Idle], list[Sorting]]:
    """Read what `--json` wrote, of several files separated by commas; each has rounds of its own."""
    runs, idle, sorting = [], [], []
    for number, file in enumerate(files.split(",")):
        written = json.loads(Path(file).read_text(encoding="utf-8"))
        runs += [Run(**{**one, "round": 1000 * number + one["round"]}) for one in written["runs"]]
        idle += [Idle(**one) for one in written["idle"]]
        sorting += [Sorting(**one) for one in written.get("sorting", [])]
    return runs, idle, sorting


def _words(text: str) -> list[str]:
    return text.split(",")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=_words, default="5,60,1000", help="in kB")
    parser.add_argument("--sessions", type=_words, default="1,10,50,200")
    parser.add_argument("--servers", type=_words, default="postfix,ingestd,ingestd-2,aiosmtpd")
    parser.add_argument("--messages", type=int, default=0, help="at once; by default by their size")
    parser.add_argument("--idle", type=int, default=1000, help="connections to hold; 0: none")
    parser.add_argument("--slow-disk-ms", type=float, default=0, help="added to each flush")
    parser.add_argument(
        "--patience-s", type=float, default=4, help="for the servers and the machine to be at rest"
    )
    parser.add_argument("--json", type=Path, help="write the figures there as well")
    parser.add_argument("--show", help="print the table of these files instead")
    ours = HERE / "door_load.c"
    load = SHARED_LOAD if SHARED_LOAD.exists() else ours
    parser.add_argument("--load", type=Path, default=load, help="source of the load generator")
    given = parser.parse_args(arguments)
    given.sizes = [door_mails.SIZES[size] for size in given.sizes]
    given.sessions = [int(sessions) for sessions in given.sessions]
    return given


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit code."""
    given = _parse(arguments)
    if given.show:
        print(door_table.write(*read(given.show)))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are stopped
    with tempfile.TemporaryDirectory(prefix="ingestd-bench-") as directory:
        bench = Bench(given, Path(directory))
        bench.measure()
    print(f"{given.load.name}; {given.rounds} rounds; {os.cpu_count()} processors")
    print(door_table.write(bench.runs, bench.idle, bench.sorting))
    if given.json:
        figures = {"runs": bench.runs, "idle": bench.idle, "sorting": bench.sorting}
        written = {name: [asdict(one) for one in some] for name, some in figures.items()}
        given.json.write_text(json.dumps(written, indent=1), encoding="utf-8")
    for fault in bench.faults:
        print(fault, file=sys.stderr)
    return 1 if bench.faults else 0


if __name__ == "__main__":
    sys.exit(main())
