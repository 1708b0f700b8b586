"""A door whose socket is ours: handed over as systemd does it, and told of as systemd hears it."""

import socket
import subprocess
from pathlib import Path

from tests._door import Door
from tests._instance import PROGRAM

_SHELL = 'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=smtp; exec "$@" 3<&{}'


class ActivatedDoor(Door):
    """A door on a listening socket that we keep, whatever becomes of the door."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(directory / "notify"))
        self.manager.settimeout(30)
        super().__init__(directory, **{"NOTIFY_SOCKET": str(directory / "notify"), **settings})
        self._environment["INGESTD_SMTP__LISTEN"] = '["192.0.2.1:1"]'  # not to be listened on

    def run(self, log: int) -> "subprocess.Popen[bytes]":
        """Run the program as it is installed, with our socket as its descriptor 3."""
        handed = self.listening.fileno()
        shell = ["bash", "-c", _SHELL.format(handed), "bash"]
        return subprocess.Popen(
            [*shell, str(PROGRAM), "smtpd"],
            env=self._environment,
            stdout=log,
            stderr=log,
            pass_fds=[handed],
        )

    def told(self) -> str:
        """Return the next thing that the service manager is told."""
        return self.manager.recv(4096).decode()

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self.listening.close()
        self.manager.close()
