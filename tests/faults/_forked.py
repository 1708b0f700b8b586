"""A door that starts in no time: forked from this process, which has loaded the program already.

It runs what `ingestd smtpd` runs. Fork while no thread runs here. Now and then (`fresh`) the program is
started as it is installed all the same.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ingestd.intake
import ingestd.sources.smtp
import ingestd.spool.local
from ingestd import config
from ingestd.cli.serve import smtpd
from tests._door import Door

_PR_SET_PDEATHSIG = 1
_LOADED = (
    ingestd.intake,
    ingestd.sources.smtp,
    ingestd.spool.local,
)  # what smtpd imports by itself


class Forked:
    """A forked process, with as much of `subprocess.Popen` as a door needs."""

    def __init__(self, run: Callable[[], int]) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            code = 70
            try:
                end_with_parent()
                code = run()
            finally:
                os._exit(code)

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        deadline = time.monotonic() + (timeout or 3600)
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 3600)
            time.sleep(0.002)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def end_with_parent() -> None:
    """Have this process killed when the one that forked it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class ForkedDoor(Door):
    """See the module; `mutate` removes a protection before the door opens."""

    def __init__(
        self, directory: Path, mutate: Callable[[], None] = lambda: None, **settings: str
    ) -> None:
        super().__init__(directory, **settings)
        self._mutate = mutate
        self.fresh = False

    def run(self, log: int) -> "subprocess.Popen[bytes]":
        """Run the program."""
        if self.fresh:
            return super().run(log)
        return Forked(lambda: self._run(log))

    def _run(self, log: int) -> int:
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(self._environment)
        self._mutate()
        return smtpd(config.load())
