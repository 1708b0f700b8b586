"""Every system call of the accept path fails in every way: never a false 250, always a 4xx of the
right kind, the door lives and takes the next mail, and nothing torn is kept.

After a sync that failed, nothing is accepted until the door is started again.
"""

import hashlib
import itertools
import os
import random
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests._door import COMPANY, RECIPIENT, Client, Door, queued
from tests.faults._forked import ForkedDoor
from tests.faults._load import Receipt, message
from tests.faults._reader import Ledger
from tests.faults._syscalls import Strace

SYNC = "fsync,fdatasync,syncfs,sync_file_range"
CALLS = {
    "open": "openat,open,creat",
    "write": "write,writev,pwrite64,pwritev,pwritev2",
    "sync": SYNC,
    "rename": "rename,renameat,renameat2",
    "link": "link,linkat",
    "unlink": "unlink,unlinkat",
    "truncate": "ftruncate,fallocate",
    "close": "close",
    "statfs": "statfs,fstatfs",
}
ON_DESCRIPTORS = {"write", "sync", "truncate", "close"}
CODES = ["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENOMEM", "EINTR"]
FULL = "452 4.3.1"
LOCAL = re.compile(r"(451 4\.3\.[02]|421 4\.3\.[02]) ")


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator["Faulty"]:
    with ForkedDoor(tmp_path) as door:
        yield Faulty(door, tmp_path)


class Faulty:
    """A door whose system calls fail, and what it owes."""

    def __init__(self, door: Door, directory: Path) -> None:
        self.door = door
        self._trace = directory / "strace"
        self._chance = random.Random(1)
        self.ledger = Ledger(door.spool_path, directory / "notes")

    def send(self, size: int = 100_000) -> str:
        """Send one message; return the last reply, "" when the door hung up."""
        content = message(self._chance, [size])
        with self.door.client() as client:
            reply = self._send(client, content)
        if reply.startswith("250"):
            receipt = Receipt(queued(reply), COMPANY, hashlib.sha256(content).hexdigest())
            self.ledger.acknowledge([receipt])
        return reply

    def _send(self, client: Client, content: bytes) -> str:
        client.say("EHLO client.example")
        reply = client.say("MAIL FROM:<supplier@sender.example>")
        if reply.startswith("250"):
            reply = client.say(f"RCPT TO:<{RECIPIENT}>")
        if reply.startswith("250"):
            reply = client.say("DATA")
        if reply.startswith("354"):
            reply = client.send(content + b".\r\n").reply()
        if reply and not reply.startswith("421"):
            assert client.say("NOOP").startswith("250"), "the session goes on"
        return reply

    def failing(self, call: str, code: str, when: str, size: int = 100_000) -> str:
        """Send one message while a call fails; return the last reply."""
        assert self.door.process
        fault = f"inject={CALLS[call]}:error={code}:when={when}"
        only = self._spool_files() if call in ON_DESCRIPTORS else []
        with Strace(self.door.process.pid, self._trace, f"trace={CALLS[call]}", fault, only=only):
            return self.send(size)

    def hit(self) -> bool:
        """Tell whether the last fault was met."""
        return "(INJECTED)" in self._trace.read_text(errors="replace")

    def restart(self) -> None:
        """Kill the door, and start it on what it left."""
        self.door.end(signal.SIGKILL)
        self.door.start()

    def settle(self) -> None:
        """Hold the spool against what was acknowledged."""
        self.ledger.check(random.Random(1), keep=0)
        assert self.ledger.complaints == []

    def _spool_files(self) -> list[str]:
        """Return the files that the door keeps open in its spool, and the directories there, so that
        neither a socket nor the log fails; nothing when it keeps none open."""
        assert self.door.process
        files = []
        for link in Path(f"/proc/{self.door.process.pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                files.append(str(link.readlink()))
        files = [path for path in files if path.startswith(str(self.door.spool_path))]
        if not any(Path(path).is_file() for path in files):
            return []
        rooms = [str(path) for path in self.door.spool_path.rglob("*") if path.is_dir()]
        return [*files, *rooms, str(self.door.spool_path)]


def right(call: str, code: str, reply: str) -> bool:
    """Tell whether a refusal says what is the matter."""
    if code in ("ENOSPC", "EDQUOT"):
        return reply.startswith(FULL) or (call == "statfs" and bool(LOCAL.match(reply)))
    return bool(LOCAL.match(reply))


@pytest.mark.parametrize("call", [call for call in CALLS if call != "sync"])
def test_a_step_fails(faulty: Faulty, call: str) -> None:
    faulty.send()  # now everything is loaded, and only the spool is hit (and the log, by write)
    occurrences = itertools.cycle(["1+", "2", "1", "3", "1+", "2+", "3"])
    for code, _ in itertools.product(CODES, range(2)):
        when = next(occurrences)
        if code == "EINTR":
            when = when.rstrip("+")  # for ever, it would be tried for ever
        reply = faulty.failing(call, code, when)
        if not reply.startswith("250"):
            assert right(call, code, reply), f"{call} {code} {when}: {reply}"
        after = faulty.send(1_500)
        if (code == "EIO" or call == "close") and LOCAL.match(after):
            faulty.restart()  # what it could not tell from a failed sync is treated as one
            after = faulty.send(1_500)
        assert after.startswith("250"), f"{call} {code} {when}: {after}"
    faulty.settle()
    faulty.restart()
    assert faulty.send().startswith("250")
    faulty.door.end(signal.SIGKILL)
    faulty.settle()
    assert leftovers(faulty.door) < 4096


def leftovers(door: Door) -> int:
    """Return how many octets lie in a spool in which nothing waits and into which nobody writes."""
    return sum(path.stat().st_size for path in door.spool_path.rglob("*") if path.is_file())


def false_250(faulty: Faulty, code: str) -> str:
    """Let the first sync fail; return what was wrong with what the door said, "" for nothing."""
    faulty.send()
    reply = faulty.failing("sync", code, "1")
    if not faulty.hit():
        return "nothing was synced"
    if code == "EINTR":
        return "" if reply.startswith("250") or LOCAL.match(reply) else reply
    if reply.startswith("250"):
        return "250 in spite of a failed sync"
    if not right("sync", code, reply):
        return reply
    if code == "EIO":
        for _ in range(3):
            if not LOCAL.match(again := faulty.send()):
                return f"accepts again: {again}"
    return ""


def syncing_again(sync: Callable[[int], None]) -> Callable[[int], None]:
    def again(file: int) -> None:
        try:
            sync(file)
        except OSError:
            sync(file)

    return again


def believing(sync: Callable[[int], None]) -> Callable[[int], None]:
    def at_any_rate(file: int) -> None:
        with suppress(OSError):
            sync(file)

    return at_any_rate


def test_a_door_that_makes_light_of_a_failed_write_is_caught(tmp_path: Path) -> None:
    def mutate() -> None:
        writev = os.writev

        def at_any_rate(file: int, octets: Sequence[bytes]) -> int:
            try:
                return writev(file, octets)
            except OSError:
                return sum(map(len, octets))

        os.writev = at_any_rate

    with ForkedDoor(tmp_path, mutate) as door:
        faulty = Faulty(door, tmp_path)
        faulty.send()
        assert faulty.failing("write", "ENOSPC", "1+").startswith("250")
        faulty.ledger.check(random.Random(1), keep=0)
        assert faulty.ledger.tally.lost == 1


@pytest.mark.parametrize("wrong", [syncing_again, believing])
def test_a_door_that_makes_light_of_a_failed_sync_is_caught(
    tmp_path: Path, wrong: Callable[[Callable[[int], None]], Callable[[int], None]]
) -> None:
    def mutate() -> None:
        os.fsync, os.fdatasync = wrong(os.fsync), wrong(os.fdatasync)

    with ForkedDoor(tmp_path, mutate) as door:
        assert false_250(Faulty(door, tmp_path), "EIO") == "250 in spite of a failed sync"


@pytest.mark.parametrize("code", CODES)
def test_a_sync_fails(faulty: Faulty, code: str) -> None:
    assert false_250(faulty, code) == ""
    faulty.restart()
    assert faulty.send().startswith("250"), "a door that was started again accepts again"
    faulty.settle()
