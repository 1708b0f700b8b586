"""Dates as pages print them: in figures, day first as Europe writes, or with the month's name in one of
six languages. What is no day of the calendar is no date. No clock is asked and no year is guessed but the
century of a short one."""

import pkgutil
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache, lru_cache

from ingestd.extraction.labels import folded

TEXT_CHARACTERS = 4_000
"""How far a line is looked at; the longest of a real page has a tenth of it."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_MONTHS = 12


class Order(Enum):
    """What comes first in a date in figures: on this page the day, the month, or nobody can tell (a page
    in dollars with no sign of Europe)."""

    DAY = "day"
    MONTH = "month"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date in a text, from character `start` to `end`. `certainty` is how surely the figures mean this
    day: 1 where there is one reading only. `is_bare` tells a form that may be something else where no
    label says date: `20260914`, `14 09 2026`."""

    day: date
    start: int
    end: int
    certainty: float = 1.0
    is_bare: bool = False


_FIGURES = re.compile(
    r"(?<![\w/.,\-])(\d{4}|\d{1,2})"
    r"(?: ?([./\-\u2010-\u2014]) ?(\d{1,2}) ?\2 ?| (\d{2}) )(\d{4}|\d{2})(?!(?!t\d\d:)[\w%]|[.,/\-]\d)"
)
_COMPACT = re.compile(r"(?<![\w.,/\-])((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)(?![\w%]|[.,/\-]\w)")
_DAY = r"(\d{1,2}) ?(?:\.|(?:o|a|er|ro|st|nd|rd|th|e|eme|de)(?![a-z]))?"
_JOIN = r"[ .,/\-]{0,3}(?:(?:del?|of)(?![a-z]) ?|d ?['’] ?)?"
_DAY_MONTH = re.compile(
    rf"(?<![\w.,/]){_DAY}{_JOIN}([a-z]{{3,12}}){_JOIN}['’]?(\d{{4}}|\d{{2}})(?![\w%]|[.,/]\d)"
)
_MONTH_DAY = re.compile(
    r"(?<![\w])([a-z]{3,12})[ .\-]{1,2}(\d{1,2})(?:st|nd|rd|th)?(?:, ?| |-)(\d{4})(?![\w%]|[.,/]\d)"
)
_YEAR_MONTH = re.compile(r"(?<![\w])(\d{4})[ .\-/]{1,2}([a-z]{3,12})[ .\-/]{1,2}(\d{1,2})(?![\w%])")
_PATTERNS = {
    "dd/mm/yyyy": Order.DAY,
    "dd.mm.yyyy": Order.DAY,
    "dd-mm-yyyy": Order.DAY,
    "jj/mm/aaaa": Order.DAY,
    "tt.mm.jjjj": Order.DAY,
    "dd/mm/aaaa": Order.DAY,
    "gg/mm/aaaa": Order.DAY,
    "mm/dd/yyyy": Order.MONTH,
    "mm/dd/yy": Order.MONTH,
}
_READ_OTHERWISE = 0.995
"""Day first is the habit of the countries whose invoices come here, no more than that."""
_IN_DOUBT = 0.7
_SHORT_YEAR = 0.99


def dates_in(text: str, order: Order = Order.DAY) -> tuple[PrintedDate, ...]:
    """Return the dates of a line, from left to right, none within another."""
    plain = flat(text[:TEXT_CHARACTERS])
    if not any(one.isdigit() for one in plain):
        return ()
    found = sorted(_all(plain, order), key=lambda one: (one.start, -one.end))
    kept: list[PrintedDate] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.end > kept[-1].end and one.certainty > kept[-1].certainty:
            kept[-1] = one  # of "12 of June 19, 2021" the day with its whole year
    return tuple(kept)


def order_of(texts: Iterable[str], is_american: bool = False) -> Order:
    """Return how a document writes dates in figures: proved by one that reads in one way only, or by a
    pattern beside them; `is_american` says that nothing on it is European."""
    proved: set[Order] = set()
    for text in texts:
        plain = flat(text[:TEXT_CHARACTERS])
        proved |= {order for pattern, order in _PATTERNS.items() if pattern in plain}
        for found in _FIGURES.finditer(plain):
            first, second = int(found[1]), int(found[3] or found[4])
            if found[2] == "." or len(found[1]) == 4 or max(first, second) > 31:
                continue
            if found[4] and len(found[5]) == 2:
                continue  # `03 21 32` is a piece of a telephone number
            if first > _MONTHS >= second:
                proved.add(Order.DAY)
            elif second > _MONTHS >= first:
                proved.add(Order.MONTH)
    if len(proved) == 1:
        return proved.pop()
    return Order.DOUBTFUL if proved or is_american else Order.DAY


def _all(plain: str, order: Order) -> Iterator[PrintedDate]:
    for found in _FIGURES.finditer(plain):
        yield from _in_figures(found, order)
    for found in _COMPACT.finditer(plain):
        yield from _dated(found, found[1], int(found[2]), found[3], is_bare=True)
    for found in _named(_DAY_MONTH, plain, 2):
        yield from _dated(found, found[3], months()[found[2]], found[1])
    for found in _named(_MONTH_DAY, plain, 1):
        yield from _dated(found, found[3], months()[found[1]], found[2])
    for found in _named(_YEAR_MONTH, plain, 2):
        yield from _dated(found, found[1], months()[found[2]], found[3])


def _named(pattern: re.Pattern[str], plain: str, group: int) -> Iterator[re.Match[str]]:
    """Yield the matches whose `group` is a month. What has another word there may overlap one: the date
    of `Road 58 dated 19 June 2021` begins at 19."""
    start = 0
    while found := pattern.search(plain, start):
        is_month = found[group] in months()
        start = found.end() if is_month else found.start() + 1
        if is_month:
            yield found


def _in_figures(found: re.Match[str], order: Order) -> Iterator[PrintedDate]:
    first, second, third = found[1], found[3] or found[4], found[5]
    is_bare = found[4] is not None
    if len(first) == 4:
        if len(third) == 2:
            yield from _dated(found, first, int(second), third, is_bare=is_bare)
        return
    day, month = int(first), int(second)
    both = day <= _MONTHS and month <= _MONTHS and day != month and found[2] != "."
    certainty = 1.0
    if order is not Order.DAY and found[2] != ".":
        if month > _MONTHS or both:
            day, month = month, day
        certainty = _IN_DOUBT if both and order is Order.DOUBTFUL else 1.0
    elif both:
        certainty = _READ_OTHERWISE
    yield from _dated(found, third, month, str(day), certainty, is_bare)


def _dated(
    found: re.Match[str],
    year: str,
    month: int,
    day: str,
    certainty: float = 1.0,
    is_bare: bool = False,
) -> Iterator[PrintedDate]:
    if len(year) == 2:
        year, certainty = f"20{year}", certainty * _SHORT_YEAR
    try:
        one = date(int(year), month, int(day))
    except ValueError:  # the thirtieth of February
        return
    if _FIRST_YEAR <= one.year <= _LAST_YEAR:
        yield PrintedDate(one, found.start(), found.end(), certainty, is_bare)


@cache
def months() -> dict[str, int]:
    """Return the number of each month by its names, as `flat` gives them."""
    data = pkgutil.get_data(__package__, "labels/months.toml") or b""
    table: dict[str, list[str]] = tomllib.loads(data.decode())
    return {folded(name): int(number) for number, names in table.items() for name in names}


def flat(text: str) -> str:
    """Return a text without accents and case, each character in its place."""
    return text.lower() if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=2048)
def _plain(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter == "\u00b0":
        return "o"
    return unicodedata.normalize("NFKD", letter).casefold()[:1] or " "
