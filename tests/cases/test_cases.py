"""Every golden case gets the verdict it must get, in every detail."""

import json
from pathlib import Path

import pytest

from ingestd.rules.runner import Runner
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests.cases.golden import cases, judge


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_verdict(case: Path, clamd: Clamd, bundled_rules: Runner) -> None:
    expected = json.loads((case / "verdict.json").read_text(encoding="utf-8"))
    assert judge(case, Scanner(str(clamd.socket), 60), bundled_rules) == expected
