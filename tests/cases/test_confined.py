"""Every golden case is judged in full confinement as it is outside, and opens nothing there.

Two things watch for what is loaded too late: Python's own audit events, and a filter that ends the
child at the first system call it refuses (where the real one lets the call fail).
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingestd import chamber, pipeline
from ingestd.config import Judgement, Sandbox
from ingestd.gathering import Announce
from ingestd.model import Case, ScanResult, Verdict
from ingestd.sandbox import _seccomp
from ingestd.sandbox.confinement import LAYERS, Layers, Mode
from tests.cases.golden import COMPANY, TODAY, cases, octets
from tests.documents.mails import EICAR

WORLD = Case(company=COMPANY, today=TODAY, weights=Judgement().weights)
DEADLY = replace(LAYERS[Mode.FULL], refused=_seccomp.KILL)
LATE = ("import", "open", "ctypes.dlopen", "os.listdir", "os.scandir")


def scan(content: bytes) -> ScanResult:
    """Scan without clamd: what is clean is not what is tested here."""
    return ScanResult(clean=EICAR not in content, signature="Eicar" if EICAR in content else "")


def judge(content: bytes, monkeypatch: pytest.MonkeyPatch, layers: Layers) -> chamber.Judged:
    """Judge a mail in confinement; a module or file that is opened in there is a ChildFault."""
    monkeypatch.setitem(LAYERS, Mode.FULL, layers)

    def examine(inside: Case, announce: Announce) -> Verdict:
        late: list[tuple[str, Any]] = []
        sys.addaudithook(lambda event, said: late.append((event, said[0])) if event in LATE else None)
        verdict = pipeline.examine_mail(content, inside, announce)
        assert not late, f"loaded too late (see chamber._warm): {late}"
        return verdict

    return chamber.judge(examine, WORLD, Sandbox(), scan)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_is_judged_the_same_in_confinement(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = octets(case / "mail.eml")
    judged = judge(content, monkeypatch, DEADLY)
    assert judged.stopped == ""
    assert judged.verdict == pipeline.examine_mail(content, replace(WORLD, scan=scan))
