"""Fuzzing runs beside the other tests, at the lowest priority, and is waited for at the very end.

Started as soon as it is known that `test_fuzz.py` is among the tests to run; so `pytest tests/unit`
fuzzes nothing.
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
_LAST = "test_fuzz.py"
_WAITS = "test_nothing_is_found"


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """The fuzzing that goes on, and the file that it writes its summary to."""

    process: subprocess.Popen[bytes]
    output: Path


_FUZZING = pytest.StashKey[Fuzzing]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what waits for the fuzzing behind everything else."""
    items.sort(key=lambda item: item.path.name == _LAST)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start fuzzing if a test waits for it."""
    wanted = any(item.name == _WAITS for item in session.items)
    if not wanted or session.config.option.collectonly:
        return
    output = Path(tempfile.mkdtemp(prefix="fuzz-")) / "summary"
    command = [sys.executable, "-m", "tests.hostile.fuzz", "--seconds", str(SECONDS)]
    command += ["--findings", str(output.parent / "findings")]
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)
    session.config.stash[_FUZZING] = Fuzzing(process, output)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing running behind tests that ended early, and no files but those of findings."""
    fuzzing = session.config.stash.get(_FUZZING, None)
    if fuzzing and fuzzing.process.poll() is None:
        os.killpg(fuzzing.process.pid, signal.SIGKILL)
    if fuzzing and fuzzing.process.wait() == 0:
        shutil.rmtree(fuzzing.output.parent)


@pytest.fixture
def fuzzing(request: pytest.FixtureRequest) -> Fuzzing:
    """The fuzzing that was started with the tests."""
    return request.config.stash[_FUZZING]
