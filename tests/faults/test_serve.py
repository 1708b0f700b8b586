"""`ingestd serve` as a whole: processes that die are started again, and end together."""

import os
import signal
from pathlib import Path

import pytest

from tests._door import Client
from tests._instance import Instance, descendants, until

MAIL = b"Subject: nothing attached\r\n\r\nhello\r\n"


def alive(pid: int) -> bool:
    """Tell whether a process still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def child(instance: Instance, needle: str) -> int:
    """Return the pid of the process of `serve` that holds something: by its open files."""
    for pid in descendants(instance.pid):
        for opened in Path(f"/proc/{pid}/fd").iterdir():
            try:
                if needle in str(opened.readlink()):
                    return pid
            except OSError:
                continue
    raise AssertionError(f"nobody holds {needle}")


def test_a_door_that_is_killed_comes_back_and_clients_only_wait(instance: Instance) -> None:
    with instance.serving():
        half = instance.path / "spool" / "tmp" / "half-a-mail"
        half.write_bytes(b"x")
        os.kill(child(instance, "eventpoll"), signal.SIGKILL)
        with Client(instance.port) as client:  # the socket never closed
            assert client.say("NOOP").startswith("250")
        mail = instance.send(MAIL)
        instance.judged(mail)
        assert instance.event("process ended", what="smtpd")
        assert not half.exists()
        assert instance.stop() == 0


def test_every_process_ends_when_the_parent_is_killed(instance: Instance) -> None:
    instance.start()
    children = descendants(instance.pid)
    assert len(children) >= 3
    os.kill(instance.pid, signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in children), "the orphans to end")
    assert instance.stop() != 0
    with pytest.raises(OSError):  # noqa: PT011 - whatever the kernel calls it
        Client(instance.port)


def test_ending_leaves_no_process_and_says_so(instance: Instance) -> None:
    instance.start()
    children = descendants(instance.pid)
    assert instance.stop() == 0
    assert not any(alive(pid) for pid in children)
    stopped = {event["what"] for event in instance.events() if event["event"] == "stopped"}
    assert {"serve", "smtpd"} <= stopped  # a worker may have been ended before it had begun


@pytest.mark.parametrize("command", ["serve", "smtpd", "worker"])
def test_a_spool_that_cannot_be_used_ends_every_command(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("")
    instance = Instance(
        tmp_path, tmp_path / "clamd.ctl", INGESTD_STORAGE__PATH=f"{tmp_path}/file/x"
    )
    ended = instance.run(command)
    assert ended.returncode == 2
    assert f"the spool directory {tmp_path}/file/x/spool cannot be used" in ended.stderr


def test_serve_says_that_its_port_is_in_use(instance: Instance) -> None:
    with instance.serving():
        ended = instance.run("serve")
        assert ended.returncode == 2
        assert "Address already in use" in ended.stderr
