"""Every golden case is judged in full confinement as it is without, and opens nothing there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.golden import cases

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def problems() -> dict[str, str]:
    """What `confined` finds, in a process of its own: this one has loaded much already."""
    command = [sys.executable, "-m", "tests.cases.confined"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_is_judged_the_same_in_confinement(case: Path, problems: dict[str, str]) -> None:
    assert problems[case.name] == ""
