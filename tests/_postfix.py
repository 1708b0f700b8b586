"""A Postfix of one's own: its settings, queue and log in one temporary directory, its ports ephemeral.

Nothing of the machine's own Postfix is used but its programs (the Debian package); needs root, as
Postfix does. The directory is not below pytest's, which only root may enter: Postfix's daemons are
not root.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_DAEMONS = """
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_PATIENCE_S = 30


class CannotRun(Exception):  # noqa: N818 - a state of the machine, told to whoever runs the tests
    """No Postfix can be run here; the text says why."""


class Postfix:
    """One Postfix. `settings` are those of main.cf, `services` further lines of master.cf, `before` is
    put before the command line that starts it. With `logs` it writes its `log` itself, instead of
    telling syslog. What its virtual(8) delivers is below `mailboxes`."""

    def __init__(
        self,
        settings: Mapping[str, str],
        services: Iterable[str] = (),
        *,
        before: Sequence[str] = (),
        logs: bool = False,
    ) -> None:
        if os.geteuid():
            raise CannotRun("Postfix runs as root only: run this as root")
        if not shutil.which("postfix", path=PATH):
            raise CannotRun("Postfix is not installed; run tests/run.sh, which installs it")
        self.directory = Path(tempfile.mkdtemp(prefix="ingestd-postfix-"))
        self.directory.chmod(0o755)
        self.queue = self.directory / "queue"
        self.log = self.directory / "log"
        self._configuration = self.directory / "etc"
        self._before = before
        self.mailboxes = self.directory / "mail"
        data = self.directory / "data"
        for made in (self._configuration, self.queue, self.mailboxes, data):
            made.mkdir(mode=0o755)
        shutil.chown(data, "postfix", "postfix")
        shutil.chown(self.mailboxes, "nobody")
        owner = self.mailboxes.stat().st_uid
        values = {
            "compatibility_level": "3.6",
            "queue_directory": str(self.queue),
            "data_directory": str(data),
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "alias_maps": "",
            "alias_database": "",
            "disable_dns_lookups": "yes",
            "smtpd_peername_lookup": "no",
            "virtual_mailbox_base": str(self.mailboxes),
            "virtual_uid_maps": f"static:{owner}",
            "virtual_gid_maps": f"static:{owner}",
            "maillog_file": str(self.log) if logs else "",
            "maillog_file_prefixes": str(self.directory),
            **settings,
        }
        lines = "".join(f"{name} = {value}\n" for name, value in values.items())
        (self._configuration / "main.cf").write_text(lines, encoding="utf-8")
        master = _DAEMONS + "".join(f"{service}\n" for service in services)
        (self._configuration / "master.cf").write_text(master, encoding="utf-8")

    def start(self) -> "Postfix":
        """Start it; it listens when this returns. Raises `CannotRun`."""
        done = self._run("postfix", "start", before=self._before)
        if done.returncode or not self.pid:
            raise CannotRun(f"Postfix does not start: {done.stderr or done.stdout}")
        return self

    @property
    def pid(self) -> int:
        """The master process, 0 when there is none."""
        try:
            pid = int((self.queue / "pid" / "master.pid").read_text())
            return pid if Path(f"/proc/{pid}").exists() else 0
        except (OSError, ValueError):
            return 0

    def submit(self, content: bytes, sender: str, recipient: str) -> None:
        """Put a mail into the queue, as `sendmail` does."""
        done = self._run("sendmail", "-i", "-f", sender, recipient, stdin=content.decode("latin-1"))
        assert done.returncode == 0, done.stderr

    def queued(self) -> str:
        """Return what `postqueue -p` says of the queue."""
        return self._run("postqueue", "-p").stdout

    def stop(self) -> None:
        """End every process of it and remove its directory."""
        if pid := self.pid:
            self._run("postfix", "stop")
            deadline = time.monotonic() + _PATIENCE_S
            while (left := _session(pid)) and time.monotonic() < deadline:
                time.sleep(0.02)
            for one in left:
                os.kill(one, 9)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(
        self, program: str, *options: str, stdin: str = "", before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        where = ("-C" if program == "sendmail" else "-c", str(self._configuration))
        return subprocess.run(
            [*before, program, *where, *options],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="latin-1",
            env={**os.environ, "PATH": PATH},
            timeout=_PATIENCE_S,
            check=False,
        )


def _session(master: int) -> list[int]:
    """Return the living processes of a master's process group, which it made for itself."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == master and fields[0] != "Z":
            found.append(int(process.name))
    return found
