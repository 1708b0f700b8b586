"""The judge asks its parent for the words of a page: within the share of one mail, and in the OCR lane
alone."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from ingestd import chamber
from ingestd.chamber import Judged, Recognised
from ingestd.config import Sandbox
from ingestd.gathering import Announce
from ingestd.model import (
    Case,
    Limits,
    MailHeader,
    Outcome,
    Picture,
    ScanResult,
    Unavailable,
    Unrecognisable,
    Verdict,
    Word,
)
from ingestd.sandbox import Parent

WORD = Word("Gesamtbetrag", 10.0, 20.5, 80.25, 31.0, 0.93)
Said = tuple[Word, ...] | None


def page(number: int = 0, width: int = 20, height: int = 10) -> Picture:
    return Picture(width, height, 300, bytes([number % 256]) * (width * height))


def verdict(said: str) -> Verdict:
    """Return a verdict that tells what was heard inside."""
    return Verdict(outcome=Outcome.IGNORED, scanned=False, mail=MailHeader(subject=said), parts=())


def judge(
    ask: Callable[[Callable[[Picture], Said]], object],
    recognise: chamber.Recognise | None,
    limits: Limits | None = None,
    cage: Sandbox | None = None,
) -> Judged:
    def examine(inside: Case, announce: Announce) -> Verdict:
        if inside.recognise is None:
            return verdict("nobody to ask")
        return verdict(repr(ask(inside.recognise)))

    case = Case(company=None, today=date(2026, 10, 5), limits=limits or Limits())
    return chamber.judge(examine, case, cage or Sandbox(), None, recognise=recognise)


def begin(recognise: chamber.Recognise | None) -> Judged:
    """Say that pages are about to be drawn for recognition."""

    def examine(inside: Case, announce: Announce) -> Verdict:
        if inside.begin_recognition is None:
            return verdict("nobody to tell")
        inside.begin_recognition()
        return verdict("begun")

    case = Case(company=None, today=date(2026, 10, 5))
    return chamber.judge(examine, case, Sandbox(), None, recognise=recognise)


def heard(judged: Judged) -> str:
    return judged.verdict.mail.subject


def one_word(picture: Picture) -> tuple[Word, ...]:
    return (WORD,)


def test_a_picture_goes_out_and_its_words_come_in() -> None:
    seen = []

    def recognise(picture: Picture) -> tuple[Word, ...]:
        seen.append(picture)
        return (WORD, WORD)

    judged = judge(lambda ask: ask(page(7)), recognise)
    assert seen == [page(7)]
    assert heard(judged) == repr((WORD, WORD))
    assert (judged.recognised.pages, judged.recognised.unread) == (1, 0)


def test_where_nobody_recognises_there_is_nobody_to_ask() -> None:
    judged = judge(lambda ask: ask(page()), None)
    assert heard(judged) == "nobody to ask"
    assert judged.recognised == Recognised()


def test_elsewhere_ends_the_judgement_at_the_first_page() -> None:
    with pytest.raises(chamber.NeedsRecognition):
        judge(lambda ask: ask(page()), chamber.elsewhere)
    with pytest.raises(chamber.NeedsRecognition):
        begin(chamber.elsewhere)
    assert heard(begin(one_word)) == "begun"
    assert heard(begin(None)) == "nobody to tell"
    assert heard(judge(lambda ask: "none of mine", chamber.elsewhere)) == "'none of mine'"


def test_an_engine_that_is_away_ends_the_judgement() -> None:
    def away(picture: Picture) -> tuple[Word, ...]:
        raise Unavailable("no tesseract")

    with pytest.raises(Unavailable, match="no tesseract"):
        judge(lambda ask: ask(page()), away)


def test_a_picture_that_is_given_up_stays_unread_and_costs_its_share() -> None:
    asked = []

    def recognise(picture: Picture) -> tuple[Word, ...]:
        asked.append(picture)
        raise Unrecognisable("it takes too long")

    def ask(inside: Callable[[Picture], Said]) -> object:
        told: list[object] = []
        for number in (1, 1, 2, 3):
            try:
                told.append(inside(page(number)))
            except Unrecognisable:
                told.append("given up")
        return told

    judged = judge(ask, recognise, Limits(recognised_pages=2))
    assert heard(judged) == "['given up', 'given up', 'given up', None]"
    assert len(asked) == judged.recognised.pages == 2


def answers(count: int) -> Callable[[Callable[[Picture], Said]], object]:
    """Ask for so many different pages; tell which were read."""
    return lambda ask: [ask(page(number)) is not None for number in range(count)]


def test_a_mail_of_many_pages_is_read_up_to_its_limit() -> None:
    judged = judge(answers(5), one_word, Limits(recognised_pages=3))
    assert heard(judged) == "[True, True, True, False, False]"
    assert judged.stopped == ""
    assert (judged.recognised.pages, judged.recognised.unread) == (3, 2)


def test_no_page_is_begun_when_the_time_is_up() -> None:
    def slow(picture: Picture) -> tuple[Word, ...]:
        time.sleep(0.06)
        return ()

    judged = judge(answers(4), slow, Limits(recognised_s=0.1))
    assert heard(judged) == "[True, True, False, False]"
    assert judged.recognised.elapsed_s >= 0.1


def test_pixels_are_counted_for_a_page_and_for_the_mail() -> None:
    sized = [page(1), page(2, 30), page(3), page(4)]

    def ask(recognise: Callable[[Picture], Said]) -> object:
        return [recognise(one) is not None for one in sized]

    limits = Limits(recognised_page_pixels=200, recognised_pixels=500)
    assert heard(judge(ask, one_word, limits)) == "[True, False, True, False]"


def test_words_are_counted() -> None:
    def many(picture: Picture) -> tuple[Word, ...]:
        return (WORD,) * 50

    judged = judge(lambda ask: len(ask(page()) or ()), many, Limits(recognised_words=40))
    assert heard(judged) == "40"


def test_a_picture_that_comes_again_costs_nothing() -> None:
    asked = []

    def recognise(picture: Picture) -> tuple[Word, ...]:
        asked.append(picture)
        return (WORD,)

    def ask(inside: Callable[[Picture], Said]) -> object:
        shapes = page(1), page(1), Picture(10, 20, 300, page(1).pixels), page(1)
        return [inside(one) is not None for one in shapes]

    judged = judge(ask, recognise, Limits(recognised_pages=2))
    assert heard(judged) == "[True, True, True, True]"
    assert len(asked) == judged.recognised.pages == 2


def test_the_time_of_the_engine_is_neither_the_readers_nor_the_scanners() -> None:
    def slow(picture: Picture) -> tuple[Word, ...]:
        time.sleep(0.3)
        return (WORD,)

    judged = judge(answers(3), slow, cage=Sandbox(wall_s=0.3, answers_s=0.2))
    assert heard(judged) == "[True, True, True]"
    assert judged.stopped == ""


def test_pictures_are_no_parts() -> None:
    limits = Limits(recognised_pages=4, recognised_pixels=4 << 20)
    sides = 1024, 1024

    def ask(recognise: Callable[[Picture], Said]) -> object:
        return [recognise(page(number, *sides)) is not None for number in range(4)]

    judged = judge(ask, one_word, limits, Sandbox(result_bytes=1 << 20))
    assert heard(judged) == "[True, True, True, True]"
    stopped = judge(
        ask,
        None if not limits else one_word,
        Limits(recognised_pixels=0),
        Sandbox(result_bytes=1 << 20),
    )
    assert stopped.stopped == "result"


@pytest.mark.parametrize(
    ("words", "octets"),
    [
        (("2", "2"), b"1234"),
        (("2", "2", "300", "1"), b"1234"),
        (("2", "2", "300"), b"123"),
        (("0", "2", "300"), b""),
        (("-2", "-2", "300"), b"1234"),
        (("2", "2", "٣00"), b"1234"),
        (("2", "2", "9" * 10_000), b"1234"),
        (("zwei", "2", "300"), b"12"),
    ],
)
def test_a_child_that_asks_for_no_picture_is_stopped(words: tuple[str, ...], octets: bytes) -> None:
    def examine(inside: Case, announce: Announce) -> Verdict:
        # What a document does that has taken the child over: it speaks past `_inside`.
        parent: Parent = inside.recognise.__self__.parent  # type: ignore[union-attr]
        parent.ask("recognise", *words, octets=octets)
        return verdict("believed")

    case = Case(company=None, today=date(2026, 10, 5))
    judged = chamber.judge(examine, case, Sandbox(), None, recognise=one_word)
    assert judged.stopped == "answer"


def test_a_scan_beside_it_is_still_counted() -> None:
    def slowly(content: bytes) -> ScanResult:
        time.sleep(0.15)
        return ScanResult(clean=True)

    def examine(inside: Case, announce: Announce) -> Verdict:
        assert inside.scan
        assert inside.recognise
        for number in range(4):
            inside.scan(bytes([number]))
        return verdict("never")

    case = Case(company=None, today=date(2026, 10, 5), limits=Limits(recognised_s=0.2))
    limits = Sandbox(answers_s=0.1)
    judged = chamber.judge(examine, case, limits, slowly, recognise=one_word)
    assert judged.stopped == "answers"
