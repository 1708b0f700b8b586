"""The benchmarks run: a crash fails, a figure never does."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_rules() -> None:
    less = ("--rounds", "1", "--lines", "40", "--only", "CII, XRechnung")
    command = [sys.executable, "-m", "tests.bench.rules", *less]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for figure in ("10 lines", "40 lines", "4 times the lines"):
        assert figure in done.stdout


def test_scanning() -> None:
    command = [sys.executable, "-m", "tests.bench.scan", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for figure in ("1 kB", "30 MB", "descriptor", "50 small parts"):
        assert figure in done.stdout


def test_judging() -> None:
    command = [sys.executable, "-m", "tests.bench.judge", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for figure in ("sandbox, a message", "whole judgement, with scan", "judge: PDF", "scan: clamd"):
        assert figure in done.stdout
