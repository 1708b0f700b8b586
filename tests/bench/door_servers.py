"""The receivers that are compared, each durable before its 250, each in a directory of its own.

Postfix is tuned as a careful administrator would who knows that one relay brings everything: no limits
for this client, enough processes, no DNS. It delivers to `discard`, or (`postfix-hold`) keeps everything
in its hold queue, which is acceptance alone. Where no syslog listens, its log costs it next to nothing;
ours is written to a file.
"""

import json
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path

from tests._instance import PROGRAM, free_port, until
from tests._postfix import Postfix
from tests.bench.door_account import Account
from tests.documents.mails import COMPANY, RECIPIENT

_SORT = """
import sys, time
from pathlib import Path
from ingestd.spool._sorting import Sorter
sorter, count, began = Sorter(Path(sys.argv[1])), 0, time.process_time()
while found := sorter.sort():
    count += found
print(1000 * (time.process_time() - began) / max(count, 1))
"""
ROOT = Path(__file__).parent.parent.parent
_STOP_S = 40


class Server(ABC):
    """One server: started at once, `stop` ends it. `environment` is added to its own."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.account = Account(name)
        self.directory = Path(tempfile.mkdtemp(prefix="ingestd-bench-"))
        self.environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._start()
        until(self._answers, f"{name} to answer")

    @abstractmethod
    def _start(self) -> None: ...

    def stop(self) -> None:
        """End it and forget what it kept."""
        if self._process:
            self._process.terminate()
            self._process.wait(_STOP_S)
        self.account.close()
        shutil.rmtree(self.directory)

    def last_words(self) -> str:
        """Return the end of what it logged, for whoever wonders why it fails."""
        ended = self._process.poll() if self._process else None
        log = self.directory / "log"
        said = log.read_text(errors="replace")[-1500:] if log.exists() else ""
        return f"(ended with {ended}) {said}" if ended is not None else said

    def kept(self) -> int | None:
        """Return how many messages it holds, None where it does not keep them."""
        return None

    def sorting_ms(self) -> float | None:
        """Do what is left to do before a message can be worked on, and return its CPU milliseconds a
        message; None where all of it was done by the server."""
        return None

    def _run(self, *command: str) -> None:
        with (self.directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*self.account.joining, *command],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )
        self.account.root = self._process.pid

    def _answers(self) -> bool:
        if self._process and self._process.poll() is not None:
            raise RuntimeError((self.directory / "log").read_text())
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as client:
                return client.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


class Ingestd(Server):
    """`ingestd smtpd` as installed: default settings but for where it listens and keeps its mail."""

    settings: Mapping[str, str] = {}

    def _start(self) -> None:
        self.environment = {
            "INGESTD_STORAGE__PATH": str(self.directory / "var"),
            "INGESTD_SMTP__LISTEN": json.dumps([f"127.0.0.1:{self.port}"]),
            **self.settings,
            **self.environment,
        }
        self._command("company", "add", COMPANY)
        self._run(str(PROGRAM), "smtpd")

    def kept(self) -> int:
        """Return how many messages `ingestd spool list` shows."""
        return len(json.loads(self._command("spool", "list", "--json")))

    def sorting_ms(self) -> float:
        """Sort the log into the queue, as a worker does."""
        spool = self.directory / "var" / "spool"
        command = [sys.executable, "-c", _SORT, str(spool)]
        return float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)

    def _command(self, *arguments: str) -> str:
        done = subprocess.run(
            [PROGRAM, *arguments],
            env={**os.environ, **self.environment},
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout


class IngestdTwice(Ingestd):
    """The same with two processes on one port."""

    settings: Mapping[str, str] = {"INGESTD_SMTP__PROCESSES": "2"}


class Naive(Server):
    """`door_naive`."""

    def _start(self) -> None:
        mails = self.directory / "mails"
        mails.mkdir()
        self._run(sys.executable, "-m", "tests.bench.door_naive", str(self.port), str(mails))

    def kept(self) -> int:
        """Return how many files there are."""
        return len(list((self.directory / "mails").glob("*.eml")))


class PostfixServer(Server):
    """Postfix of the distribution; its processes are those of the group that its master leads."""

    restrictions = "permit_mynetworks,reject"

    def _start(self) -> None:
        _, _, domain = RECIPIENT.partition("@")
        imported = [f"{name}={value}" for name, value in self.environment.items()]
        settings = {
            "myhostname": "mx.example.com",
            "mydestination": domain,
            "local_recipient_maps": "",
            "local_transport": "discard:",
            "default_transport": "discard:",
            "message_size_limit": "36700160",
            "smtpd_client_connection_count_limit": "0",
            "smtpd_client_connection_rate_limit": "0",
            "smtpd_client_message_rate_limit": "0",
            "smtpd_client_recipient_rate_limit": "0",
            "default_process_limit": "1100",
            "in_flow_delay": "0",
            "qmgr_message_active_limit": "20000",
            "smtpd_recipient_restrictions": self.restrictions,
            "import_environment": " ".join(["MAIL_CONFIG", "LANG=C", *imported]),
        }
        service = f"127.0.0.1:{self.port} inet n - n - - smtpd"
        self._postfix = Postfix(settings, [service], before=self.account.joining)
        self._postfix.start()
        self.account.root = self._postfix.pid

    def stop(self) -> None:
        """End all its processes."""
        self._postfix.stop()
        super().stop()


class PostfixHold(PostfixServer):
    """Acceptance alone: everything stays in the hold queue."""

    restrictions = "check_recipient_access,static:HOLD,permit_mynetworks,reject"

    def kept(self) -> int:
        """Return how many files the hold queue has."""
        return sum(1 for found in (self._postfix.queue / "hold").rglob("*") if found.is_file())


SERVERS: dict[str, Callable[[str, dict[str, str]], Server]] = {
    "postfix": PostfixServer,
    "ingestd": Ingestd,
    "ingestd-2": IngestdTwice,
    "aiosmtpd": Naive,
    "postfix-hold": PostfixHold,
}
"""Name on the command line to what is started."""
