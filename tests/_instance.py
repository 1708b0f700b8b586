"""An ingestd of one's own, used from outside only: its commands, its port, its log."""

import contextlib
import json
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.documents.mails import COMPANY, RECIPIENT, SENDER

PROGRAM = Path(sys.executable).parent / "ingestd"
PATIENCE_S = 60
QUEUED = re.compile(rb"2\.6\.0 queued as (\S+)")


def until(ready: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Return the first true result of `ready`. Raises AssertionError naming `what` was awaited."""
    deadline = time.monotonic() + patience_s
    while not (found := ready()):
        assert time.monotonic() < deadline, f"waited {patience_s} s for {what}"
        time.sleep(0.05)
    return found


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Instance:
    """One embedded instance in `directory`, configured by environment variables alone."""

    def __init__(self, directory: Path, clamd_socket: Path, **settings: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.log = directory / "serve.log"
        self.path = directory / "var"
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("INGESTD_")},
            "INGESTD_STORAGE__PATH": str(self.path),
            "INGESTD_STORAGE__MIN_FREE_BYTES": "0",
            "INGESTD_SMTP__LISTEN": json.dumps([f"127.0.0.1:{self.port}"]),
            "INGESTD_CLAMAV__SOCKET": str(clamd_socket),
            "INGESTD_WORKER__RETRY_S": "0.3",
            "INGESTD_LOG__FORMAT": "json",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    # commands

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `ingestd ARGUMENTS` and return what it said; it must not crash."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=self.environment,
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *arguments: str) -> Any:
        """Run `ingestd ARGUMENTS --json` and return the document it printed."""
        done = self.run(*arguments, "--json")
        assert done.returncode in (0, 1), (arguments, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def add_company(self, vat: str = COMPANY) -> None:
        """Register a company."""
        done = self.run("company", "add", vat, "--name", "Ateliers Lumière SARL")
        assert done.returncode == 0, done.stderr

    # the service

    def start(self) -> None:
        """Start `ingestd serve` and wait until the door answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "serve"], env=self.environment, cwd=self.directory, stdout=log, stderr=log
            )
        until(self._answers, "the door to answer")

    def stop(self) -> int:
        """End `ingestd serve` as a service manager does and return its exit code."""
        assert self._process
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            for pid in descendants(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.kill()
            process.wait()
            raise

    @contextlib.contextmanager
    def serving(self) -> Iterator["Instance"]:
        """Serve for as long as the `with` block lasts."""
        self.start()
        try:
            yield self
        finally:
            if self._process:
                self.stop()

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self.log.read_text()
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as client:
                return client.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    # mail

    def client(self) -> smtplib.SMTP:
        """Return a connected SMTP client."""
        return smtplib.SMTP("127.0.0.1", self.port, timeout=30)

    def send(self, content: bytes, to: str = RECIPIENT) -> str:
        """Send a mail by SMTP and return the spool id of the 250 reply."""
        with self.client() as client:
            client.ehlo()
            assert client.mail(SENDER)[0] == 250
            code, text = client.rcpt(to)
            assert code == 250, text
            code, text = client.data(content)
        assert code == 250, text
        queued = QUEUED.search(text)
        assert queued, text
        return queued[1].decode()

    # verdicts

    def events(self) -> list[dict[str, Any]]:
        """Return every line of the log; each must be one JSON object."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def event(self, name: str, **fields: str) -> dict[str, Any] | None:
        """Return the first event of that name with those fields, if it was logged."""
        for one in self.events():
            if one["event"] == name and fields.items() <= one.items():
                return one
        return None

    def judged(self, mail_id: str) -> "Instance":
        """Wait until the mail has its verdict."""
        until(lambda: self.event("judged", mail=mail_id), f"the verdict on {mail_id}")
        return self

    def invoices(self, mail_id: str = "") -> list[dict[str, Any]]:
        """Return the ledger's rows, of one mail or of all."""
        rows = self.json("invoice", "list")
        return [row for row in rows if mail_id in ("", row["mail_id"])]

    def inbox(self, mail_id: str = "") -> list[dict[str, Any]]:
        """Return the inbox's rows, held and ignored, of one mail or of all."""
        rows = self.json("inbox", "list") + self.json("inbox", "list", "--ignored")
        unique = {row["id"]: row for row in rows}.values()
        return [row for row in unique if mail_id in ("", row["mail_id"])]


def descendants(pid: int) -> list[int]:
    """Return the processes below `pid`, nearest first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [one for child in children for one in (int(child), *descendants(int(child)))]
