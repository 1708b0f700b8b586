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
SIZE = 48 << 20
BALLAST = 8 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if why := why_not(tmp_path):
        pytest.skip(f"NO DISK WAS FILLED: {why}")
    disk = Disk(tmp_path / "small.img", tmp_path / "small", size=SIZE).make().mount()
    yield disk
    disk.unmount()


def test_a_full_disk_is_told_and_passes(disk: Disk, tmp_path: Path) -> None:
    """A worker's place is empty at first, so that the disk fills; then somebody makes a little room."""
    ballast = disk.place / "ballast"
    ballast.write_bytes(b"x" * BALLAST)
    door = ForkedDoor(disk.place)
    door.log = tmp_path / "smtpd.log"
    ledger = Ledger(door.spool_path, tmp_path / "notes")
    with door:
        load = Load(door.port, "full", clients=3, sizes=[200_000, 5_000]).start()
        until(lambda: len(load.refusals()) > 20, "the disk to be full")
        assert all(reply.startswith(FULL) for reply in load.refusals())
        ballast.unlink()
        reader = Reader(door.spool_path, ledger.notes)
        kept = len(load.receipts())
        until(lambda: len(load.receipts()) > kept + 100, "mail to be taken again")
        ledger.acknowledge(load.end())
        assert all(reply.startswith(FULL) for reply in load.refusals())
        door.end(signal.SIGKILL)
        reader.kill()
    with door:
        ledger.check(random.Random(1), keep=0)
    assert ledger.complaints == []
    assert ledger.tally.acknowledged > kept


def test_too_few_file_descriptors_pass(tmp_path: Path) -> None:
    with Door(tmp_path, "prlimit", "--nofile=24") as door:
        crowd = [Client(door.port, greeted=False) for _ in range(40)]
        assert crowd[0].reply().startswith("220")
        for client in crowd:
            client.close()
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
