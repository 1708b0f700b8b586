"""How content gets to clamd: by stream in small chunks, in large ones, or as a sealed file in memory.

    python -m tests.bench.scan [--rounds N]

CPU of clamd and ours together, and wall clock, as ratios to a stream of 256 kB chunks: the three are
run in turn, so that a busy machine harms all alike, and no content is sent twice. The last table is
about a session for many small parts (IDSESSION) against a connection for each.
"""

import argparse
import os
import random
import resource
import socket
import statistics
import struct
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ingestd.scanner import Scanner, Way, _wire
from tests._clamd import Clamd

SIZES = {"1 kB": 1_000, "60 kB": 60_000, "1 MB": 1_000_000, "30 MB": 30_000_000}
PARTS = (1, 5, 50)
SMALL_BYTES = 2_000


def _cpu_ms(pid: int) -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    theirs = sum(int(one.read_text().split()[0]) for one in threads) / 1e6
    return theirs + (own.ru_utime + own.ru_stime) * 1000


def _stream(path: str, content: bytes, chunk_bytes: int) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        line.sendall(b"nINSTREAM\n")
        for start in range(0, len(content), chunk_bytes):
            chunk = content[start : start + chunk_bytes]
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(bytes(4))
        assert line.recv(100) == b"stream: OK\n"


def _session(path: str, parts: list[bytes]) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        line.sendall(b"nIDSESSION\n")
        for content in parts:
            file = os.memfd_create("bench")
            os.write(file, content)
            socket.send_fds(line, [b"nFILDES\n\0"], [file])
            assert line.recv(100).endswith(b"]: OK\n")
            os.close(file)
        line.sendall(b"nEND\n")


def _by(path: str, way: Way) -> Callable[[bytes], object]:
    scanner = Scanner(path, 60)
    scanner.way = way
    return scanner.scan


def _measure(pid: int, work: Callable[[], object]) -> tuple[float, float]:
    cpu_ms, began = _cpu_ms(pid), time.perf_counter()
    work()
    return _cpu_ms(pid) - cpu_ms, (time.perf_counter() - began) * 1000


def _medians(rows: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(one for one, _ in rows), statistics.median(two for _, two in rows)


def _alone(scan: Callable[[bytes], object], parts: list[bytes]) -> None:
    for content in parts:
        scan(content)


def transports(daemon: Clamd, rounds: int) -> None:
    """Print the table of transports."""
    path, draw = str(daemon.socket), random.Random(7)
    ways: dict[str, Callable[[bytes], object]] = {
        "stream, 1 kB": lambda content: _stream(path, content, 1024),
        f"stream, {_wire.CHUNK_BYTES // 1024} kB": _by(path, Way.STREAM),
        "descriptor": _by(path, Way.DESCRIPTOR),
    }
    for label, size in SIZES.items():
        base = draw.randbytes(size)
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(max(1, min(rounds, rounds * 5_000_000 // size))):
            for name, scan in ways.items():
                content = draw.randbytes(8) + base[8:]
                spent[name].append(_measure(daemon.pid, partial(scan, content)))
        medians = {name: _medians(rows) for name, rows in spent.items()}
        one = medians[list(ways)[1]]
        cells = (
            f"{name}: {cpu / one[0]:.2f} CPU, {wall / one[1]:.2f} wall"
            for name, (cpu, wall) in medians.items()
        )
        print(f"{label:6} {one[0]:7.2f} ms CPU  " + "  ".join(cells))


def sessions(daemon: Clamd, rounds: int) -> None:
    """Print the table of sessions."""
    path, draw = str(daemon.socket), random.Random(8)
    scan = Scanner(path, 60).scan
    for count in PARTS:
        rows = []
        for _ in range(rounds):
            parts = [draw.randbytes(SMALL_BYTES) for _ in range(count)]
            alone, _ = _measure(daemon.pid, partial(_alone, scan, parts))
            parts = [draw.randbytes(SMALL_BYTES) for _ in range(count)]
            together, _ = _measure(daemon.pid, partial(_session, path, parts))
            rows.append((alone, together))
        alone, together = _medians(rows)
        print(
            f"{count:3} small parts: a session costs {together / alone:.2f} of connections for each"
        )


def main() -> None:
    """Run both tables against a clamd of our own."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    arguments.add_argument("--rounds", type=int, default=50)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as directory:
        daemon = Clamd(Path(directory))
        daemon.start()
        try:
            transports(daemon, rounds)
            sessions(daemon, rounds)
        finally:
            daemon.stop()


if __name__ == "__main__":
    main()
