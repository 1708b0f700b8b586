"""A mail of more scanned pages than it may have: read as far as that goes, the rest is said to be unread,
and nothing of the rest is drawn."""

from datetime import date

import pytest

from ingestd import pipeline
from ingestd.chamber import NeedsRecognition
from ingestd.extraction import sheets
from ingestd.extraction.page import Page
from ingestd.extraction.sheets import _seeing
from ingestd.extraction.sheets._drawing import Drawing
from ingestd.model import Case, Company, Finding, Outcome, Picture, Verdict, Word
from tests.documents import scans
from tests.documents.mails import COMPANY, mail


class Reader:
    """Text recognition that reads the same on every page, so many times."""

    def __init__(self, share: int) -> None:
        self.left = share
        self.asked = 0
        self.begun = 0

    def begin(self) -> None:
        self.begun += 1

    def recognise(self, picture: Picture) -> tuple[Word, ...] | None:
        self.asked += 1
        self.left -= 1
        if self.left < 0:
            return None
        words = "Facture F-1 Total TTC 120,00 EUR".split()
        return tuple(
            Word(text, 40 + 60 * n, 40, 90 + 60 * n, 52, 0.95) for n, text in enumerate(words)
        )


def judge(content: bytes, reader: Reader | None) -> Verdict:
    case = Case(
        company=Company(vat=COMPANY),
        today=date(2026, 1, 10),
        recognise=reader.recognise if reader else None,
        begin_recognition=reader.begin if reader else None,
    )
    return pipeline.examine_mail(content, case)


def of(verdict: Verdict, reason: str) -> list[Finding]:
    return [one for each in verdict.documents for one in each.findings if one.reason == reason]


def test_the_pages_that_were_not_read_are_named() -> None:
    reader = Reader(2)
    verdict = judge(scans.scan("F-1", pages=6), reader)
    assert verdict.outcome is Outcome.FILED
    (found,) = of(verdict, "to-complete")
    assert not isinstance(found.detail, str)
    assert found.detail.en.endswith("pages not read: 3-6")
    assert found.detail.fr.endswith("pages non lues : 3-6")
    assert reader.asked == 3


def test_what_comes_behind_the_share_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    see = _seeing.seen

    def seen(drawing: Drawing, number: int, recognise: _seeing.Recognise) -> Page | None:
        drawn.append(number)
        return see(drawing, number, recognise)

    monkeypatch.setattr(sheets._seeing, "seen", seen)
    reader = Reader(2)
    files = [(f"{n}.pdf", scans.pdf(f"F-{n}")) for n in range(5)]
    verdict = judge(mail("five", *files), reader)
    assert len(drawn) == 3
    assert len(of(verdict, "no-text")) == 3


def test_nobody_draws_a_page_for_recognition_before_it_is_said() -> None:
    class Other(Reader):
        def begin(self) -> None:
            raise NeedsRecognition

    reader = Other(9)
    with pytest.raises(NeedsRecognition):
        judge(scans.scan("F-1"), reader)
    assert reader.asked == 0


def test_without_recognition_one_page_tells_that_there_is_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = []
    draw = sheets.draw
    monkeypatch.setattr(sheets, "draw", lambda *given: drawn.append(given[1]) or draw(*given))
    verdict = judge(scans.scan("F-1", pages=6), None)
    assert len(of(verdict, "no-text")) == 1
    assert drawn == [72]
