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
    for figure in ("10 lines", "40 lines", "growth"):
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


def test_recognition() -> None:
    less = ("--rounds", "1", "--scans", "2", "--e-invoices", "2", "--languages", "fra")
    command = [sys.executable, "-m", "tests.bench.recognition", *less]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for figure in ("e-invoices alone", "behind 2 scans, OCR lane", "all mail, OCR lane"):
        assert figure in done.stdout


def test_the_door() -> None:
    less = (
        "--rounds 1 --messages 20 --sizes 5 --sessions 2 --idle 3 --slow-disk-ms 0.1 --patience-s 0"
    )
    servers = "postfix,ingestd,aiosmtpd"
    command = [sys.executable, "-m", "tests.bench.door", *less.split(), "--servers", servers]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for server in servers.split(","):
        assert f"| 5 kB, 2 | {server} |" in done.stdout
        assert f"| {server} | " in done.stdout
    assert "| 3 |" in done.stdout


def test_the_door_with_a_load_generator_of_our_own() -> None:
    ours = ("--load", "tests/bench/door_load.c", "--servers", "ingestd", "--idle", "2")
    less = "--rounds 1 --messages 20 --sizes 60 --sessions 2 --patience-s 0"
    command = [sys.executable, "-m", "tests.bench.door", *less.split(), *ours]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "| 60 kB, 50, 1 a connection | ingestd |" in done.stdout


def test_reading_pages() -> None:
    less = ("--only", "made", "--generated", "29", "--pictures", "1", "--reliability")
    command = [sys.executable, "-m", "tests.bench.extraction", *less]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for figure in ("30 documents", "invoice2data", "p@0.95", "qr-bill", "CPU a page, ocr"):
        assert figure in done.stdout
