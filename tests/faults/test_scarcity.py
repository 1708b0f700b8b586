"""What runs out: room on the disk, file descriptors. It is told in time, and it passes."""

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests._door import Client, Door, queued
from tests._instance import until
from tests.faults._disk import Disk, why_not
from tests.faults._forked import ForkedDoor
from tests.faults._load import Load
from tests.faults._reader import Ledger, Reader

FULL = b"452 4.3.1"
SIZE = 176 << 20  # the log keeps its last 64 MB until somebody has sorted them
BALLAST = 32 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if why := why_not(tmp_path):
        pytest.skip(f"NO DISK WAS FILLED: {why}")
    disk = Disk(tmp_path / "small.img", tmp_path / "small", size=SIZE).make().mount()
    yield disk
    disk.unmount()


@pytest.mark.parametrize("min_free", [0, 16 << 20], ids=["to the last octet", "min_free_bytes"])
def test_a_full_disk_is_told_and_passes(disk: Disk, tmp_path: Path, min_free: int) -> None:
    """A worker's place is empty at first, so that the disk fills; then somebody makes a little room."""
    ballast = disk.place / "ballast"
    ballast.write_bytes(b"x" * BALLAST)
    door = ForkedDoor(disk.place, INGESTD_STORAGE__MIN_FREE_BYTES=str(min_free))
    door.log = tmp_path / "smtpd.log"
    ledger = Ledger(door.spool_path, tmp_path / "notes")
    with door:
        load = Load(door.port, "full", clients=3, sizes=[200_000, 5_000]).start()
        until(lambda: len(load.refusals()) > 20, "the disk to be full")
        ledger.acknowledge(load.end())
        assert all(reply.startswith(FULL) for reply in load.refusals()), set(load.refusals())
        ballast.unlink()
        ledger.check(random.Random(1), keep=0)
        reader = Reader(door.spool_path, ledger.notes)
        load = Load(door.port, "room", clients=3, sizes=[200_000, 5_000]).start()
        until(lambda: len(load.receipts()) > 100, "mail to be taken again")
        ledger.acknowledge(load.end())
        door.end(signal.SIGKILL)
        reader.kill()
    ledger.check(random.Random(1), keep=0)
    assert ledger.complaints == []


def greeted(door: Door) -> bool:
    with Client(door.port, greeted=False) as client:
        return client.reply().startswith("220")


def test_too_few_file_descriptors_pass(tmp_path: Path) -> None:
    with Door(tmp_path, "prlimit", "--nofile=64") as door:
        crowd = [Client(door.port, greeted=False) for _ in range(120)]
        assert crowd[0].reply().startswith("220")
        for client in crowd:
            client.close()
        until(lambda: greeted(door), "the crowd to be gone")
        with door.client() as client:
            queued(client.begin().send(b"x\r\n.\r\n").reply())
        lines = door.log.read_text().splitlines()
        assert all(line.startswith("{") for line in lines), (
            "what a library says is an event as well"
        )


def test_little_room_is_told_at_mail(tmp_path: Path) -> None:
    with (
        ForkedDoor(tmp_path, INGESTD_STORAGE__MIN_FREE_BYTES=str(1 << 60)) as door,
        door.client() as client,
    ):
        client.say("EHLO client.example")
        assert client.say("MAIL FROM:<a@b.example>").startswith(FULL.decode())
        assert client.say("NOOP").startswith("250")
