"""Every step of accepting a message fails as the machine can make it fail: a 4xx, never a false 250,
never a 5xx, nothing kept, and the door lives on."""

from pathlib import Path

import pytest

from tests._door import OTHER_RECIPIENT, RECIPIENT, Client, Door, queued
from tests.faults._syscalls import Strace

FULL = "452 4.3.1 We cannot store e-mail right now"
LOCAL = "451 4.3.0"
STEPS = ["openat", "write", "fsync", "link,linkat", "rename,renameat,renameat2"]


def send(door: Door, size: int = 300_000) -> str:
    """Send one message and return the last reply, from a MAIL that was refused or from its end."""
    with door.client() as client:
        client.say("EHLO client.example")
        reply = client.say("MAIL FROM:<supplier@sender.example>")
        if reply.startswith("250"):
            for recipient in (RECIPIENT, OTHER_RECIPIENT):
                assert client.say(f"RCPT TO:<{recipient}>").startswith("250")
            reply = client.say("DATA")
        if reply.startswith("354"):
            reply = client.send(b"x" * size + b"\r\n.\r\n").reply()
        if reply:
            assert client.say("NOOP").startswith("250"), "the session goes on"
        return reply


@pytest.mark.parametrize("size", [1_000, 300_000])
@pytest.mark.parametrize(
    ("code", "reply"), [("ENOSPC", FULL), ("EDQUOT", FULL), ("EIO", LOCAL), ("EROFS", LOCAL)]
)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_fails(tmp_path: Path, step: str, code: str, reply: str, size: int) -> None:
    with Door(tmp_path) as door:
        assert door.process
        queued(
            send(door)
        )  # everything is loaded, so that only the spool is hit (and the log, by write)
        (door.spool_path / "queue" / door.names("queue")[0]).unlink()
        (door.spool_path / "queue" / door.names("queue")[0]).unlink()
        with Strace(door.process.pid, tmp_path / "strace", f"inject={step}:error={code}"):
            assert send(door, size).startswith(reply)
        assert door.names("tmp") == []
        assert door.names("queue") == []
        if (step, code) in (("fsync", "EIO"), ("fsync", "EROFS")):
            assert send(door, size).startswith(LOCAL), "a failed fsync is not trusted again"
        else:
            queued(send(door, size))


def test_too_few_file_descriptors_pass(tmp_path: Path) -> None:
    with Door(tmp_path, "prlimit", "--nofile=24") as door:
        crowd = [Client(door.port, greeted=False) for _ in range(40)]
        assert crowd[0].reply().startswith("220")
        for client in crowd:
            client.close()
        queued(send(door))
        lines = door.log.read_text().splitlines()
        assert all(line.startswith("{") for line in lines), "what asyncio says is an event as well"
        assert door.events("library")


def test_little_room_is_told_at_mail(tmp_path: Path) -> None:
    with Door(tmp_path, INGESTD_STORAGE__MIN_FREE_BYTES=str(1 << 60)) as door:
        assert send(door).startswith(FULL)
