"""`ingestd smtpd` as an operator starts it: by the command line, with its options."""

import subprocess
import sys
from pathlib import Path

from tests._door import Door, queued


class Commanded(Door):
    """A door that is started by its command."""

    def run(self, log: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "ingestd", "--lang", "fr", "smtpd"]
        return subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)


def test_the_command_line_is_left_behind_and_the_process_stays_the_same(tmp_path: Path) -> None:
    with Commanded(tmp_path) as door:
        assert door.process
        running = Path(f"/proc/{door.process.pid}/cmdline").read_bytes().split(b"\0")
        assert running[1:] == [b"-P", b"-m", b"ingestd", b"smtpd", b""], "it has begun anew"
        with door.client() as client:
            spool_id = queued(client.begin().send(b"Subject: x\r\n\r\n.\r\n").reply())
        assert door.end() == 0
        assert door.messages() == {spool_id: b"Subject: x\r\n\r\n"}


def test_what_is_wrong_is_still_told(tmp_path: Path) -> None:
    door = Commanded(tmp_path, INGESTD_SMTP__LISTEN='["127.0.0.1:99999"]')
    door.register()
    with (tmp_path / "log").open("wb") as log:
        assert door.run(log.fileno()).wait(60) == 2
    assert "99999" in (tmp_path / "log").read_text()
