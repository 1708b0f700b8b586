"""A door of one's own (`ingestd smtpd` alone), used from outside: its port, its replies, its spool."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ingestd.address import write_recipients
from ingestd.model import Company
from ingestd.spool.local import LocalSpool

COMPANY = "FR40303265045"
RECIPIENT = "fr40303265045@in.example.com"
OTHER_COMPANY = "BE0202239951"
OTHER_RECIPIENT = "be0202239951@in.example.com"
PATIENCE_S = 60
_RUN = """
import sys
from ingestd import config
from ingestd.cli.serve import smtpd
sys.exit(smtpd(config.load()))
"""


class Door:
    """One `ingestd smtpd` on an ephemeral port, with two companies."""

    def __init__(self, directory: Path, *before: str, **settings: str) -> None:
        self.path = directory / "var"
        self.log = directory / "smtpd.log"
        self.spool_path = self.path / "spool"
        self._before = before
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("INGESTD_")},
            "INGESTD_STORAGE__PATH": str(self.path),
            "INGESTD_STORAGE__MIN_FREE_BYTES": "0",
            "INGESTD_SMTP__LISTEN": '["127.0.0.1:0"]',
            "INGESTD_SMTP__HOSTNAME": "mx.example.com",
            "INGESTD_LOG__FORMAT": "json",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def register(self) -> None:
        """Write the snapshot of recipients."""
        self.path.mkdir(parents=True, exist_ok=True)
        companies = [
            Company(vat=COMPANY, numbers=("303265045",)),
            Company(vat=OTHER_COMPANY, numbers=("0202239951",)),
        ]
        write_recipients(self.path / "recipients.json", companies)

    def begin(self) -> None:
        """Start the door without waiting for it."""
        self.register()
        with self.log.open("ab") as log:
            self.process = self.run(log.fileno())

    def start(self) -> "Door":
        """Start the door and wait until it listens."""
        already = len(self.events("listening"))
        self.begin()
        return self.await_listening(already)

    def await_listening(self, already: int = 0) -> "Door":
        """Wait until a door that was begun listens, one that did so `already` times before."""
        assert self.process
        deadline = time.monotonic() + PATIENCE_S
        while len(self.events("listening")) == already:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "the door does not listen"
            time.sleep(0.02)
        self.port = int(self.events("listening")[-1]["address"].rpartition(":")[2])
        return self

    def run(self, log: int) -> "subprocess.Popen[bytes]":
        """Run the program with a log of the caller's."""
        command = [*self._before, sys.executable, "-c", _RUN]
        return subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def run_to_end(self) -> subprocess.CompletedProcess[str]:
        """Run a door that is expected to end by itself."""
        return subprocess.run(
            [*self._before, sys.executable, "-c", _RUN],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def alive(self) -> bool:
        """Tell whether the door runs."""
        return self.process is not None and self.process.poll() is None

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the door and return its exit code."""
        assert self.process
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE_S)
        self.process = None
        return code

    def __enter__(self) -> "Door":
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.end(signal.SIGKILL)

    def events(self, name: str = "") -> list[dict[str, Any]]:
        """Return the events of the log, or those of one name."""
        if not self.log.exists():
            return []
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return [event for event in events if name in ("", event["event"])]

    def client(self) -> "Client":
        """Connect."""
        return Client(self.port)

    def waiting(self) -> int:
        """Return how many entries wait, sorted or not."""
        return LocalSpool(self.spool_path).depth().waiting

    def names(self, room: str) -> list[str]:
        """Return the file names in a room of the spool."""
        return sorted(path.name for path in (self.spool_path / room).iterdir())

    def messages(self) -> dict[str, bytes]:
        """Take everything that waits out of the spool: spool id to octets."""
        spool = LocalSpool(self.spool_path)
        found = {}
        while message := spool.claim(3600):
            found[message.spool_id] = message.content
            spool.finish(message)
        return found

    def memory_kb(self) -> int:
        """Return the most memory the door ever had (VmHWM)."""
        assert self.process
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1])


class Client:
    """An SMTP client that says exactly what it is told, on a plain socket."""

    def __init__(self, port: int, *, greeted: bool = True) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")
        if greeted:
            assert self.reply().startswith("220 ")

    def send(self, octets: bytes) -> "Client":
        """Send octets as they are."""
        self.socket.sendall(octets)
        return self

    def line(self) -> str:
        """Return the next line that came, "" when the connection is closed."""
        try:
            return self._file.readline().decode("ascii").removesuffix("\r\n")
        except ConnectionResetError:
            return ""

    def reply(self) -> str:
        """Return the last line of the next reply, "" when the connection is closed."""
        while (line := self.line())[3:4] == "-":
            pass
        return line

    def whole_reply(self) -> str:
        """Return all lines of the next reply, with `-` and codes as spaces between words."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return " ".join(line[:3] + " " + line[4:] for line in lines)

    def everything(self) -> bytes:
        """Return all octets until the connection is closed."""
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""

    def secure(self) -> None:
        """Shake hands for TLS, after the 220 of STARTTLS; whom with is not looked at."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket, server_hostname="mx.example.com")
        self._file = self.socket.makefile("rb")

    def say(self, command: str) -> str:
        """Send a command and return its reply."""
        return self.send(command.encode("latin-1") + b"\r\n").reply()

    def begin(self, *recipients: str) -> "Client":
        """Go as far as the 354 of DATA."""
        assert self.say("EHLO client.example").startswith("250")
        assert self.say("MAIL FROM:<supplier@sender.example>").startswith("250")
        for recipient in recipients or (RECIPIENT,):
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250")
        assert self.say("DATA").startswith("354")
        return self

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self.socket.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def queued(reply: str) -> str:
    """Return the spool id of a 250 reply."""
    found = re.fullmatch(r"250 2\.6\.0 queued as ([0-9a-z]{16})", reply)
    assert found, reply
    return found[1]
