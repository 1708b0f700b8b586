"""kill -9 of the door at its system calls and at any moment: acknowledged means present and whole.

A message that was not acknowledged may be there (its sender sends it again, and the copy is found to
be a duplicate), but never torn, and nothing stays in tmp/ after the next start.
"""

import hashlib
import random
import re
import signal
import threading
from pathlib import Path

import pytest

from tests._door import OTHER_RECIPIENT, RECIPIENT, Client, Door
from tests.faults._syscalls import Strace

SYSCALLS = [
    "openat", "write", "fsync", "link,linkat", "rename,renameat,renameat2", "close", "flock",
    "sendto", "recvfrom", "epoll_wait", "futex",
]  # fmt: skip
AT_A_CALL = [(call, when) for call in SYSCALLS for when in (1, 4)]
AT_ANY_MOMENT = range(8)


class Sender(threading.Thread):
    """Sends messages until the door dies; each begins with the hash of its rest."""

    def __init__(self, door: Door, seed: int) -> None:
        super().__init__()
        self._door = door
        self._random = random.Random(seed)
        self.acknowledged: list[tuple[str, bytes]] = []

    def message(self) -> bytes:
        """Make a message of 1 to 200,000 octets."""
        size = self._random.choice([1, 2_000, 70_000, 200_000])
        body = self._random.randbytes(size // 2).hex().encode() + b"\r\n"
        return hashlib.sha256(body).hexdigest().encode() + b"\r\n" + body

    def run(self) -> None:
        """Send, until the connection breaks."""
        try:
            with self._door.client() as client:
                while self._send(client):
                    pass
        except (OSError, AssertionError):
            pass  # the door was killed in the middle of a reply

    def _send(self, client: Client) -> bool:
        message = self.message()
        reply = client.begin(RECIPIENT, OTHER_RECIPIENT).send(message + b".\r\n").reply()
        found = re.fullmatch(r"250 2\.6\.0 queued as (\w{16})", reply)
        if found:
            self.acknowledged.append((found[1], message))
        return reply.startswith("250")


def whole(message: bytes) -> bool:
    """Tell whether a message is as it was sent."""
    claimed, _, body = message.partition(b"\r\n")
    return hashlib.sha256(body).hexdigest().encode() == claimed


def attack(door: Door, tmp_path: Path, kill: str) -> list[tuple[str, bytes]]:
    """Send from three clients until the door is killed; return what it acknowledged."""
    assert door.process
    senders = [Sender(door, seed) for seed in range(3)]
    if kill.startswith("after"):
        for sender in senders:
            sender.start()
        senders[0].join(float(kill.removeprefix("after")))
        door.end(signal.SIGKILL)
    else:
        with Strace(door.process.pid, tmp_path / "strace", kill):
            for sender in senders:
                sender.start()
            door.process.wait(60)
            door.process = None
    for sender in senders:
        sender.join(60)
    return [one for sender in senders for one in sender.acknowledged]


def check(door: Door, acknowledged: list[tuple[str, bytes]]) -> None:
    """Start the door again and hold its spool against what was acknowledged."""
    with door:
        assert door.names("tmp") == []
    copies: dict[str, list[bytes]] = {}
    for name in door.names("queue"):
        octets = (door.spool_path / "queue" / name).read_bytes().partition(b"\n")[2]
        copies.setdefault(name.rpartition(".")[2], []).append(octets)
    assert all(whole(octets) for found in copies.values() for octets in found), "a torn message"
    for spool_id, message in acknowledged:
        assert copies.get(spool_id) == [message] * 2, f"{spool_id} was acknowledged"


@pytest.mark.parametrize(("call", "when"), AT_A_CALL)
def test_killed_at_a_system_call(tmp_path: Path, call: str, when: int) -> None:
    with Door(tmp_path) as door:
        acknowledged = attack(door, tmp_path, f"inject={call}:signal=SIGKILL:when={when}")
    check(door, acknowledged)


@pytest.mark.parametrize("seed", AT_ANY_MOMENT)
def test_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    with Door(tmp_path) as door:
        acknowledged = attack(door, tmp_path, f"after{random.Random(seed).uniform(0.05, 0.6)}")
    check(door, acknowledged)


def test_the_check_catches_a_loss_and_a_tear(tmp_path: Path) -> None:
    """Its mutants: a message that vanished, and one that was cut short."""
    with Door(tmp_path) as door:
        acknowledged = attack(door, tmp_path, "after0.5")
    assert acknowledged, "nothing was acknowledged in half a second"
    entries = sorted((door.spool_path / "queue").glob(f"*.{acknowledged[0][0]}"))
    octets = entries[0].read_bytes()
    entries[0].write_bytes(octets[:-1])
    with pytest.raises(AssertionError, match="torn"):
        check(door, acknowledged)
    for entry in entries:
        entry.unlink()
    with pytest.raises(AssertionError, match="was acknowledged"):
        check(door, acknowledged)
