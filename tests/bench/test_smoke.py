"""The benchmarks run: a crash fails, a figure never does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_judging() -> None:
    command = [sys.executable, "-m", "tests.bench.judging", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("stdlib parse") == 6
