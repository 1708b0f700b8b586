"""The dates of an invoice by what names them: issue (BT-2), due (BT-9), delivery (BT-72), period
(BG-14). A date that belongs to something else, an order or a print, is none of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingestd.extraction.dates import PrintedDate, flat
from ingestd.extraction.references._evidence import UPPER, Candidate, Choice, choose, less, scaled
from ingestd.extraction.references._labelled_days import DATE_OF, named_days
from ingestd.extraction.references._letterhead import only_day, placed, titled
from ingestd.extraction.references._outline import Line, Outline
from ingestd.extraction.references._periods import period
from ingestd.extraction.references._terms import (
    AFTER,
    BEFORE,
    Terms,
    is_after_discount,
    is_in_box,
    is_of_discount,
    speaks_of_paying,
    terms_of,
)

_FAR_DAYS = 400
_NAMED_AFTER = 0.85
_TERM_DAYS = 400


@dataclass(frozen=True, slots=True)
class Days:
    """The dates of an invoice, each as far as the pages tell it."""

    issued: Choice | None = None
    due: Choice | None = None
    delivered: Choice | None = None
    period: tuple[Choice, Choice] | None = None


def read(outlines: Sequence[Outline], today: date) -> Days:
    """Return the dates of the invoice that these pages are of."""
    named = named_days(outlines)
    issued = _issued(named, outlines, today)
    terms = terms_of(outlines)
    due = _due(named, issued, terms, outlines)
    if issued and due and due.day < issued.day:
        issued, due = less(issued, 0.75), less(due, 0.6)
    return Days(issued, due, choose(named.get("delivery-date", ())), period(outlines))


def _issued(
    named: dict[str, list[Candidate]], outlines: Sequence[Outline], today: date
) -> Choice | None:
    found = [*named.get("issue-date", ()), *named.get("number-and-date", ())]
    found = found or named.get("tax-date", [])  # BT-7, which is BT-2 too where no other is printed
    plain = [scaled(one, 0.985) for one in named.get("date", ()) if _is_upper(one)]
    loose = [*titled(outlines), *placed(outlines)]
    others = {
        one.day
        for key in ("due-date", "delivery-date", "other-date", "debit-date", "discount-date")
        for one in named.get(key, ())
    }
    chosen = choose(_first_first([*found, *plain]) if found else [], loose)
    if chosen is None:
        chosen = choose([*plain, *loose])
    if chosen is None:
        chosen = choose([scaled(one, _NAMED_AFTER) for one in named.get(DATE_OF, ())])
    if chosen is None:
        chosen = only_day(outlines, others)
    if chosen and abs((chosen.day - today).days) > _FAR_DAYS and chosen.day > today:
        chosen = less(chosen, 0.8)
    return chosen


def _first_first(found: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates with those less that stand below another day: an invoice dates itself before it
    speaks of others."""
    places = [(one.page.number, one.words[0].top) for one in found]
    first = min(places, default=(0, 0.0))
    return [
        one if place <= (first[0], first[1] + 2) else scaled(one, 0.97)
        for one, place in zip(found, places, strict=True)
    ]


def _is_upper(one: Candidate) -> bool:
    """Tell whether a date stands on the first page, above the lines of the invoice."""
    return one.page.number == 1 and one.words[0].top < UPPER * one.page.height


def _before(outlines: Sequence[Outline]) -> Iterator[Candidate]:
    """Yield the days before which a sentence asks to pay: `Merci de régler avant le 3 mai 2026`."""
    for outline in outlines:
        for line in outline.lines:
            for printed in line.dates:
                if not _is_last(line, printed) or _is_of_other(outline, line, printed):
                    continue
                is_asked = speaks_of_paying(outline, line) or is_in_box(outline, line, printed)
                if is_asked and not is_of_discount(outline, line, printed):
                    words = line.words_of(printed)
                    worth = 0.965 * printed.certainty
                    yield Candidate(printed.day, outline.page, words, "sentence", worth)


def _is_last(line: Line, printed: PrintedDate) -> bool:
    """Tell whether words beside a date say that it is the last day for something."""
    before, behind = flat(line.text[: printed.start]), flat(line.text[printed.end :])
    return bool(BEFORE.search(before) or AFTER.match(behind))


def _is_of_other(outline: Outline, line: Line, printed: PrintedDate) -> bool:
    """Tell whether a label right before a date makes it one of something else: `valid until`."""
    place = line.word_at(printed.start)
    return any(
        mark.key == "other-date" and mark.first < place <= mark.end
        for mark in outline.by_line.get(line.number, ())
    )


def _after_discounts(outlines: Sequence[Outline]) -> Iterator[Candidate]:
    """Yield the days until which all is due when no discount is taken."""
    for outline in outlines:
        for line in outline.lines:
            for printed in line.dates:
                if is_after_discount(outline, line, printed):
                    words = line.words_of(printed)
                    worth = 0.96 if BEFORE.search(_said_before(outline, line, printed)) else 0.9
                    worth *= printed.certainty
                    yield Candidate(printed.day, outline.page, words, "net", worth)


def _said_before(outline: Outline, line: Line, printed: PrintedDate) -> str:
    """Return the text before a date, which the end of the row before may be."""
    above = outline.lines[line.number - 1].text if line.number and not printed.start else ""
    return flat(f"{above[-40:]} {line.text[: printed.start]}")


def _due(
    named: dict[str, list[Candidate]],
    issued: Choice | None,
    terms: Sequence[Terms],
    outlines: Sequence[Outline],
) -> Choice | None:
    computed = []
    if issued:
        for one in terms:
            day = one.due(issued.day)
            worth = 0.9 * min(1.0, issued.confidence / 0.95)
            computed.append(Candidate(day, one.page, one.words, "terms", worth))
    others = {
        one.day
        for key in ("issue-date", "date", "delivery-date", "other-date", "period")
        for one in named.get(key, ())
    }
    net = [one for one in _after_discounts(outlines) if one.day not in others]
    found = [*named.get("due-date", ()), *_before(outlines), *net]
    discounts = {one.day for one in named.get("discount-date", ())}
    found = [scaled(one, 0.6) if one.day in discounts else one for one in found]
    if issued and found:
        far = issued.day + timedelta(days=_TERM_DAYS)
        found = [one if one.day <= far else scaled(one, 0.7) for one in found]
    debits = [scaled(one, 0.88) for one in named.get("debit-date", ())]
    chosen = choose(found, computed)
    if chosen is None and len({one.day for one in computed}) == 1:
        chosen = choose(computed)
    return chosen or choose(debits)
