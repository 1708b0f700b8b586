"""What the service manager is told, and what it hands over."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ingestd import supervision

_INHERIT = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid()) if sys.argv[1] == "us" else "1"
from ingestd import supervision
try:
    found = supervision.inherited()
except supervision.NotInherited as error:
    sys.exit(f"no: {error}")
left = [name for name in os.environ if name.startswith("LISTEN_")]
print([one.getsockname()[1] for one in found], left, [os.get_inheritable(3)])
"""


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A service manager that only listens."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind(str(tmp_path / "notify"))
    listening.settimeout(1)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return listening


def test_every_message_is_one_datagram(manager: socket.socket) -> None:
    supervision.ready("listening")
    assert manager.recv(999) == b"READY=1\nSTATUS=listening"
    supervision.stopping()
    assert manager.recv(999).startswith(b"STOPPING=1\n")
    supervision.alive()
    assert manager.recv(999) == b"WATCHDOG=1"
    supervision.reloading()
    said = manager.recv(999).decode()
    assert said.startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert int(said.rpartition("=")[2]) > 0


def test_an_abstract_address(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"ingestd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + name)
        listening.settimeout(1)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
        supervision.ready()
        assert listening.recv(999) == b"READY=1"


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all"])
def test_nobody_listens_and_nothing_happens(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    supervision.ready()


def test_a_manager_that_does_not_read_stops_nobody(manager: socket.socket) -> None:
    for _ in range(5_000):
        supervision.alive()


@pytest.mark.parametrize(
    ("usec", "pid", "wanted"),
    [("30000000", "us", 15.0), ("30000000", "", 15.0), ("30000000", "1", 0), ("x", "", 0)],
)
def test_the_watchdog(monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, wanted: float) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "us" else pid)
    assert supervision.alive_every_s() == wanted


def inherit(
    handed: list[socket.socket], names: str = "", whose: str = "us"
) -> subprocess.CompletedProcess[str]:
    """Run a program that gets `handed` from descriptor 3 on, as systemd starts one."""
    descriptors = " ".join(f"{3 + at}>&{one.fileno()}" for at, one in enumerate(handed))
    for one in handed:
        one.set_inheritable(True)
    shell = f'exec "$0" -c "$1" {whose} {descriptors}'
    return subprocess.run(
        ["bash", "-c", shell, sys.executable, _INHERIT],
        env={**os.environ, "LISTEN_FDS": str(len(handed)), "LISTEN_FDNAMES": names},
        close_fds=False,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("names", ["", "smtp:smtp", "ingestd-smtpd.socket:ingestd-smtpd.socket"])
def test_sockets_are_taken_over(names: str) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        done = inherit([one, two], names)
        ports = [one.getsockname()[1], two.getsockname()[1]]
    assert done.stdout == f"{ports} [] [False]\n", done.stderr


def test_sockets_of_others_are_left() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        port = two.getsockname()[1]
        assert inherit([one, two], whose="other").stdout.startswith("[] []")
        assert inherit([two, one], "smtp:metrics").stdout.startswith(f"[{port}] []")


def test_what_is_no_listening_socket_is_told() -> None:
    with socket.socket() as deaf:
        assert "needs ListenStream= and Accept=no" in inherit([deaf]).stderr
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        assert "not a listening stream socket" in inherit([datagrams]).stderr
