"""The benchmarks run: a crash fails, a figure never does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_judging() -> None:
    command = [sys.executable, "-m", "tests.bench.judge", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for figure in ("sandbox, a message", "whole judgement, with scan", "judge: PDF", "scan: clamd"):
        assert figure in done.stdout
