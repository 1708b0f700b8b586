"""A day of an invoice, and what speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import prod

from ingestd.extraction.page import Page
from ingestd.model import Word

DATE_KEYS = frozenset(
    "issue-date tax-date date number-and-date due-date debit-date discount-date delivery-date period"
    " other-date".split()
)
APART = DATE_KEYS | {
    "your-order",
    "order-number",
    "own-order",
    "preceding-invoice",
    "contract-number",
}
"""What stands between a title and a date that is not its own."""
UPPER = 0.55
"""The part of a first page above the lines of an invoice, where its date stands."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A day with what makes it one of the invoice's dates, and how surely that alone would."""

    day: date
    page: Page
    words: tuple[Word, ...]
    why: str
    worth: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The day that was chosen for a field, with the reasons for it."""

    day: date
    confidence: float
    page: Page
    words: tuple[Word, ...]
    why: tuple[str, ...]


def choose(found: Sequence[Candidate], supports: Sequence[Candidate] = ()) -> Choice | None:
    """Return the day with most evidence; `supports` may only speak for a day that `found` names."""
    days: dict[date, dict[str, Candidate]] = {}
    for one in found:
        ones = days.setdefault(one.day, {})
        if one.why not in ones or one.worth > ones[one.why].worth:
            ones[one.why] = one
    if not days:
        return None
    for one in supports:
        if one.day in days and one.why not in days[one.day]:
            days[one.day][f"and-{one.why}"] = one
    weighed = sorted(
        ((1 - prod(1 - one.worth for one in ones.values()), day) for day, ones in days.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    confidence, day = weighed[0]
    if len(weighed) > 1:
        confidence *= 1 - 0.4 * weighed[1][0] ** 2
    best = max(days[day].values(), key=lambda one: one.worth)
    return Choice(day, min(0.99, confidence), best.page, best.words, tuple(days[day]))


def scaled(one: Candidate, factor: float) -> Candidate:
    """Return a candidate that is worth less."""
    return Candidate(one.day, one.page, one.words, one.why, one.worth * factor)


def less(one: Choice, factor: float) -> Choice:
    """Return a choice that is less sure."""
    return Choice(one.day, one.confidence * factor, one.page, one.words, one.why)
