"""Fuzzing runs beside the other tests, at the lowest priority, and is waited for at the very end.

Started with the first test of the process that has `test_fuzz.py` among its own; so `pytest tests/unit`
fuzzes nothing, and of two processes that share the tests one does.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

SECONDS = 60
_WAITS = "test_nothing_is_found"


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """The fuzzing that goes on, and the file that it writes its summary to."""

    process: subprocess.Popen[bytes]
    output: Path


_FUZZING = pytest.StashKey[Fuzzing]()


def start(session: pytest.Session) -> None:
    """Start fuzzing if a test waits for it and it is not started yet."""
    if session.config.stash.get(_FUZZING, None) or not any(
        item.name.startswith(_WAITS) for item in session.items
    ):
        return
    output = Path(tempfile.mkdtemp(prefix="fuzz-")) / "summary"
    command = [sys.executable, "-m", "tests.hostile.fuzz", "--seconds", str(SECONDS)]
    command += ["--findings", str(output.parent / "findings")]
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)
    session.config.stash[_FUZZING] = Fuzzing(process, output)


def end(session: pytest.Session) -> None:
    """Leave nothing running behind tests that ended early, and no files but those of findings."""
    fuzzing = session.config.stash.get(_FUZZING, None)
    if fuzzing and fuzzing.process.poll() is None:
        os.killpg(fuzzing.process.pid, signal.SIGKILL)
    if fuzzing and fuzzing.process.wait() == 0:
        shutil.rmtree(fuzzing.output.parent)


def running(config: pytest.Config) -> Fuzzing:
    """Return the fuzzing that was started with the tests."""
    return config.stash[_FUZZING]
