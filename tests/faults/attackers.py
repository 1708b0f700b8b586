"""What an honest client notices while a door is attacked: `python -m tests.faults.attackers`.

For each kind of attack, some attackers (threads of another process) do their worst without a pause,
while an honest client sends a mail of 5 kB after the other, each on a connection of its own. The door
is an installed `ingestd smtpd` with its default settings, but that the limits on connections hold for
the loopback network too where they are what is tried.
"""

import argparse
import contextlib
import multiprocessing
import os
import re
import resource
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests._certificates import write_pair
from tests._door import RECIPIENT, Door
from tests.faults._attacks import ATTACKS, FLOODS, Target

P99_MS = 250
MEMORY_MB = 150
IDLE_MB = 40
IDLE = 1_000
NOBODY = "(nobody)"
_MAIL = b"Subject: an invoice\r\n\r\n" + (b"y" * 76 + b"\r\n") * 65
_PAUSE_S = 0.01
_ANSWER_S = 30


@dataclass(slots=True)
class Honest:
    """What the honest client saw: the time of each mail, and what went wrong."""

    times_s: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def percentile_ms(self, percent: float) -> float:
        """Return a percentile of the time a mail took, in milliseconds."""
        ordered = sorted(self.times_s)
        if not ordered:
            return float("inf")
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1_000


class _Session:
    """A plain client that comes from an address of its own, as senders do."""

    def __init__(self, port: int, number: int) -> None:
        source = f"127.2.{number // 250 % 250}.{number % 250 + 1}"
        self._socket = socket.create_connection(
            ("127.0.0.1", port), timeout=_ANSWER_S, source_address=(source, 0)
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def expect(self, code: bytes) -> None:
        while (line := self._file.readline())[3:4] == b"-":
            pass
        if not line.startswith(code):
            raise ConnectionError(line.decode("ascii", "replace").strip() or "closed")

    def say(self, command: bytes, code: bytes) -> None:
        self._socket.sendall(command)
        self.expect(code)

    def __enter__(self) -> "_Session":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()


def send_one(port: int, number: int) -> None:
    """Send one mail on a connection of its own. Raises OSError saying what was answered instead."""
    with _Session(port, number) as session:
        session.expect(b"220")
        session.say(b"EHLO honest.example\r\n", b"250")
        session.say(b"MAIL FROM:<supplier@honest.example>\r\n", b"250")
        session.say(b"RCPT TO:<%s>\r\n" % RECIPIENT.encode(), b"250")
        session.say(b"DATA\r\n", b"354")
        session.say(_MAIL + b".\r\n", b"250")


def be_honest(port: int, seconds: float, least: int = 3) -> Honest:
    """Send mails for some seconds, `least` at the very least."""
    seen = Honest()
    begin = time.monotonic()
    number = 0
    while time.monotonic() < begin + seconds or number < least:
        number += 1
        began = time.monotonic()
        try:
            send_one(port, number)
        except OSError as error:
            seen.failures.append(str(error))
        else:
            seen.times_s.append(time.monotonic() - began)
        time.sleep(_PAUSE_S)
    return seen


def _attack_once_and_again(kind: str, target: Target) -> None:
    while not target.over():
        with contextlib.suppress(OSError):
            ATTACKS[kind](target)


def _attack(kind: str, port: int, attackers: int, ends_at: float) -> None:
    targets = [Target(port, f"127.1.0.{number + 1}", ends_at) for number in range(attackers)]
    allow_descriptors()
    os.nice(10)  # they would be other machines: what they compute is not to be taken from the door
    threads = [
        threading.Thread(target=_attack_once_and_again, args=(kind, target), daemon=True)
        for target in targets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, ends_at - time.monotonic()) + 5)


@contextlib.contextmanager
def attacked(kind: str, port: int, attackers: int, seconds: float) -> Iterator[None]:
    """Have a door attacked for some seconds by another process while the `with` block runs."""
    if kind == NOBODY:
        yield
        return
    spawn = multiprocessing.get_context("fork")
    ends_at = time.monotonic() + seconds
    process = spawn.Process(target=_attack, args=(kind, port, attackers, ends_at))
    process.start()
    try:
        yield
    finally:
        process.join(seconds + 10)
        process.kill()
        process.join()


def allow_descriptors() -> None:
    """Let this process open as many sockets as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def settings_for(kind: str, directory: Path) -> dict[str, str]:
    """Return the settings of the door that this kind is tried on; it has a certificate."""
    certificate = write_pair(directory).settings()
    return certificate | ({"INGESTD_SMTP__TRUSTED_NETWORKS": "[]"} if kind in FLOODS else {})


def proportional_mb(pid: int) -> float:
    """Return the memory of a process, shared pages divided by their sharers (PSS), in MB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found
    return int(found[1]) / 1_024


def _row(kind: str, attackers: int, seconds: float) -> bool:
    directory = Path(tempfile.mkdtemp())
    try:
        with Door(directory, **settings_for(kind, directory)) as door:
            with attacked(kind, door.port, attackers, seconds):
                time.sleep(0.2)
                seen = be_honest(door.port, seconds - 0.5)
            after = be_honest(door.port, 0, least=3)
            memory_mb = door.memory_kb() / 1_024
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    p99 = seen.percentile_ms(99)
    good = p99 <= P99_MS and memory_mb <= MEMORY_MB and not seen.failures and not after.failures
    print(
        f"{kind:<20}{len(seen.times_s):>7}{seen.percentile_ms(50):>9.1f}{p99:>9.1f}"
        f"{seen.percentile_ms(100):>9.1f}{memory_mb:>8.0f}{len(seen.failures):>9}"
        f"  {'yes' if not after.failures else 'NO':<6}{'PASS' if good else 'FAIL'}"
        f"{'  ' + seen.failures[0] if seen.failures else ''}",
        flush=True,
    )
    return good


def _idle_row() -> bool:
    directory = Path(tempfile.mkdtemp())
    allow_descriptors()
    try:
        with Door(directory) as door, contextlib.ExitStack() as stack:
            assert door.process
            send_one(door.port, 0)
            before = proportional_mb(door.process.pid)
            for number in range(IDLE):
                session = stack.enter_context(_Session(door.port, number))
                session.expect(b"220")
                session.say(b"EHLO idle.example\r\n", b"250")
            memory_mb = proportional_mb(door.process.pid)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    good = memory_mb <= IDLE_MB
    print(
        f"\n{IDLE} idle connections: {memory_mb:.1f} MB in all (PSS), {before:.1f} MB before them;"
        f" limit {IDLE_MB} MB: {'PASS' if good else 'FAIL'}"
    )
    return good


def main() -> int:
    """Print the table; 0 when every line passes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--attackers", type=int, default=8)
    parser.add_argument("--only", choices=[NOBODY, *ATTACKS], action="append")
    given = parser.parse_args()
    kinds = given.only or [NOBODY, *ATTACKS]
    print(
        f"{given.attackers} attackers; an honest mail: p99 at most {P99_MS} ms;"
        f" the door: at most {MEMORY_MB} MB\n"
        f"{'attack':<20}{'mails':>7}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}{'MB':>8}"
        f"{'failed':>9}  alive ",
    )
    good = [_row(kind, given.attackers, given.seconds) for kind in kinds]
    if not given.only:
        good.append(_idle_row())
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
