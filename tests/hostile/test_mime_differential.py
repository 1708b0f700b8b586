"""Malware in every disguise that MIME has: none is filed, and none is called a mail without attachment.
And good mail of every kind of sender: all is filed.

The table of what becomes of each: `python -m tests.hostile.differential`.
"""

import pytest

from ingestd.model import Outcome
from tests._clamd import Clamd
from tests.documents.mails import EICAR, document
from tests.hostile._disguises import all_disguises
from tests.hostile._producers import all_producers
from tests.hostile.differential import Judge, escapes, reasons

DISGUISES = all_disguises()
PRODUCERS = all_producers()
UNSEEN = {
    "encoding missing",  # base64 that nobody says is any: text, under the name of a PDF
    "partial",  # a piece of a message: the malware is not in it
    "BinHex",  # behind words, where ClamAV does not look for it
}
"""Where no reader, however lenient, has the malware before it; held for other reasons."""


def test_there_are_enough_of_them() -> None:
    assert len(DISGUISES) >= 60


@pytest.mark.parametrize("name", DISGUISES)
def test_malware_in_disguise_is_held(name: str, clamd: Clamd) -> None:
    verdict = Judge(str(clamd.socket)).judge(DISGUISES[name](EICAR))
    assert not escapes(verdict), reasons(verdict)
    assert ("virus-found" in reasons(verdict)) is (name not in UNSEEN), reasons(verdict)


def _found(clamd: Clamd, *, scans_raw: bool, scans_parts: bool) -> set[str]:
    judge = Judge(str(clamd.socket), scans_raw, scans_parts)
    return {
        name
        for name, disguise in DISGUISES.items()
        if "virus-found" in reasons(judge.judge(disguise(EICAR)))
    }


def test_neither_the_raw_mail_alone_nor_the_parts_alone_would_do(clamd: Clamd) -> None:
    """The mutants: each half of the scan, switched off, lets disguises through that the other sees."""
    of_raw = _found(clamd, scans_raw=True, scans_parts=False)
    of_parts = _found(clamd, scans_raw=False, scans_parts=True)
    assert len(of_parts - of_raw) >= 10
    assert len(of_raw - of_parts) >= 3
    assert of_raw | of_parts == DISGUISES.keys() - UNSEEN


def test_there_are_enough_producers() -> None:
    assert len(PRODUCERS) >= 40


@pytest.mark.parametrize("name", PRODUCERS)
def test_good_mail_is_filed_whoever_sends_it(name: str, clamd: Clamd) -> None:
    _, invoice = document("plain-invoice.pdf")
    verdict = Judge(str(clamd.socket)).judge(PRODUCERS[name](invoice))
    assert verdict.outcome is Outcome.FILED, reasons(verdict)
    assert {"mail-ambiguous", "virus-found"}.isdisjoint(reasons(verdict))
    (filed,) = verdict.documents
    parts = {part.path: part for part in verdict.parts}
    assert parts[filed.path].content.rstrip() == invoice.rstrip()


@pytest.mark.parametrize("name", PRODUCERS)
def test_malware_is_found_whoever_sends_it(name: str, clamd: Clamd) -> None:
    verdict = Judge(str(clamd.socket)).judge(PRODUCERS[name](EICAR))
    assert not escapes(verdict)
    assert "virus-found" in reasons(verdict)
