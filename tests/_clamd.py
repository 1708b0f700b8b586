"""A private clamd that knows one signature, EICAR: started and stopped at will by the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.documents.mails import EICAR

TEMPLATE = Path(__file__).parent.parent / "deploy" / "clamd.conf.in"
READY_S = 30
SIGNATURES = f"Eicar-Test-Signature:0:0:{EICAR.hex()}\n"


class Clamd:
    """One clamd in `directory`; `socket` is its path, which stays the same over restarts. `settings`
    replace those of deploy/clamd.conf.in, `signatures` are lines of an .ndb file."""

    def __init__(self, directory: Path, signatures: str = SIGNATURES, **settings: str) -> None:
        self.directory = directory
        self.socket = directory / "clamd.sock"
        self._process: subprocess.Popen[bytes] | None = None
        database = directory / "db"
        database.mkdir(parents=True, exist_ok=True)
        (database / "test.ndb").write_text(signatures)
        values = {
            "@DIRECTORY@": str(directory),
            "@DATABASE@": str(database),
            "@USER@": pwd.getpwuid(os.getuid()).pw_name,
        }
        text = TEMPLATE.read_text()
        for hole, value in values.items():
            text = text.replace(hole, value)
        kept = [line for line in text.splitlines() if line.split(" ")[0] not in settings]
        given = [f"{name} {value}" for name, value in settings.items()]
        (directory / "clamd.conf").write_text("\n".join([*kept, *given, ""]))

    def start(self) -> None:
        """Start clamd and wait until it answers. Raises RuntimeError when it does not."""
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        command = [program, "-c", str(self.directory / "clamd.conf")]
        with (self.directory / "output").open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output)
        deadline = time.monotonic() + READY_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.directory / "output").read_text())
            time.sleep(0.02)

    @property
    def pid(self) -> int:
        """The process, while it runs."""
        assert self._process
        return self._process.pid

    def stop(self) -> None:
        """Stop clamd; its socket goes with it."""
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(self.socket))
                client.sendall(b"nPING\n")
                return client.recv(16) == b"PONG\n"
        except OSError:
            return False
