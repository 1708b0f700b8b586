"""Amounts of money as pages print them.

A row of words becomes a text in which a blank is a space between words and a tab a gap between columns;
numbers are found in that, so that `1 234,50` in three words is one amount and two columns never are. What
a lone `1.234` means is decided once for a whole document (`point_of`). Numbers that are no money (dates,
percentages, quantities with their unit, parts of identifiers) are not amounts.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ingestd.extraction._mending import mended
from ingestd.extraction.page import Page, Row
from ingestd.model import Word

ROW_CHARACTERS = 2_000
"""A row that is longer is read so far; no line of an invoice comes near."""
_COLUMN_GAP, _COLUMN_LETTERS = 0.8, 1.5
"""Of the height of digits, and of the width of a recognised letter: from here on a gap is one between
columns. A space is about 0.4 of the height, or one letter where all are of one width."""

_CODES = (
    "EUR|USD|GBP|CHF|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|JPY|CNY|CAD|AUD|NZD|TRY|INR|SGD|HKD|ZAR"
    "|AED|BRL|MXN|MYR|THB|KRW|ILS|UAH|RSD|MAD|TND"
)
_SIGNS = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "EUROV": "EUR", "£": "GBP", "US$": "USD",
    "$": "USD", "FR.": "CHF", "SFR.": "CHF", "SFR": "CHF", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF",
    "LEI": "RON", "¥": "JPY", "A$": "AUD", "C$": "CAD", "CA$": "CAD", "AU$": "AUD", "RM": "MYR",
}  # fmt: skip
_CURRENCY = rf"(?:{_CODES}|EUROS?|US\$|CA?\$|AU?\$|SFr\.?|Fr\.|zł|Kč|RM|[€£$¥])"
CURRENCY = re.compile(rf"(?<![^\W\d_])(?:{_CURRENCY})(?![^\W\d_])", re.IGNORECASE)
"""A currency in a text, by its code or sign."""
_GROUP = r" .,'’‘`´\u02bc\u00a0\u2009\u202f"
_MINUS = r"\-−–‐‑"
_DASHED = rf" [{_MINUS}] "
_MINUSES = frozenset("-−–‐‑")
_NUMBER = re.compile(
    r"(?<![^\s()\[:=*|>;€£$¥])"
    rf"(?P<open>\()?(?P<sign>(?<![^\t\n(])[{_MINUS}+] |[{_MINUS}+](?=\S)|[{_MINUS}+] (?={_CURRENCY}))?"
    rf"(?:(?P<before>{_CURRENCY})\s{{0,3}}(?P<inner>[{_MINUS}+] ?)?)?"
    rf"(?P<whole>\d{{1,3}}(?:(?P<group>[{_GROUP}])\d{{3}}(?!\d))(?:(?P=group)\d{{3}}(?!\d)){{0,4}}"
    r"|\d{1,12})(?:(?P<point>[.,])(?P<cents>\d{1,6}(?!\d)|[-–—]{1,2}))?",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\s{0,2}[%‰]|\s?(?:percent|prozent|procent|pour ?cent|v\.?H)\b", re.IGNORECASE
)
_AFTER_CURRENCY = re.compile(rf"\s{{0,3}}({_CURRENCY})(?![^\W_])", re.IGNORECASE)
_AFTER_CREDIT = re.compile(r"\s?(?:CR|Cr)(?![\w.])")
_VOTES = re.compile(
    r"(?<![\w.,'’/:-])(?:\d{1,3}(?:[.,'’ ]\d{3})+|\d{1,7})([.,])\d{2}(?![\w.,:/]*\d|\s?%)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number on a row, from character `start` to `end` of its text. `currency` is the ISO 4217 code
    that stands beside it, or ""; `decimals` how many it has; `is_rate` tells that it is a percentage;
    `is_doubtful` that it could be read in another way or was mended."""

    value: Decimal
    start: int
    end: int
    words: tuple[Word, ...] = ()
    currency: str = ""
    decimals: int = 0
    is_rate: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """A row as a text with the words that its characters come from."""

    row: Row
    text: str
    starts: tuple[int, ...] = field(repr=False)

    def words(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that the characters from `start` to `end` come from."""
        first = max(0, bisect_right(self.starts, start) - 1)
        last = bisect_right(self.starts, max(start, end - 1))
        return self.row.words[first:last]

    def columns(self) -> Iterator[Row]:
        """Yield the words between wide gaps as rows of their own."""
        start = 0
        for text in self.text.split("\t"):
            words = self.words(start, start + len(text)) if text else ()
            if words:
                yield Row(words)
            start += len(text) + 1


def strip_of(row: Row, is_recognised: bool = False) -> Strip:
    """Return the text of a row: a blank between words, a tab between columns. Recognised words are as
    high as their ink, less than the letters of a text layer: there the width of letters counts too."""
    pieces: list[str] = []
    starts: list[int] = []
    place = 0
    right = None
    height = max((word.bottom - word.top for word in row.words), default=0.0)
    gap = _COLUMN_GAP * max(height, 4.0)
    if is_recognised:
        gap = max(gap, _COLUMN_LETTERS * row.letter)
    for word in row.words:
        if right is not None:
            pieces.append(" " if word.left - right <= gap else "\t")
            place += 1
        if place + len(word.text) > ROW_CHARACTERS:
            break
        starts.append(place)
        pieces.append(word.text)
        place += len(word.text)
        right = word.right
    return Strip(row, "".join(pieces), tuple(starts))


def point_of(texts: Iterable[str]) -> str:
    """Return the decimal sign of a document (`.` or `,`) by the most of its numbers with two decimals;
    "" where none has."""
    votes: Counter[str] = Counter()
    for text in texts:
        votes.update(_VOTES.findall(text))
    best = votes.most_common(2)
    return best[0][0] if best and (len(best) < 2 or best[0][1] > best[1][1]) else ""


def amount(text: str, point: str = "") -> Decimal | None:
    """Return the one amount of a text (`1.234,50 €`, `(12.00)`, `CHF 1'234.-`); None where there is none
    or several."""
    found = [one for one in amounts_in(text, point) if not one.is_rate]
    return found[0].value if len(found) == 1 else None


def amounts_of(strip: Strip, page: Page, point: str) -> tuple[Amount, ...]:
    """Return the amounts and percentages of a row, from left to right; `point` is the decimal sign
    of the document."""
    text = strip.text
    seen = mended(text, point) if page.origin == "ocr" else text
    found = []
    for one in amounts_in(seen, point):
        doubtful = one.is_doubtful or text[one.start : one.end] != seen[one.start : one.end]
        words = strip.words(one.start, one.end)
        found.append(
            Amount(
                one.value, one.start, one.end, words, one.currency, one.decimals, one.is_rate, doubtful
            )
        )  # fmt: skip
    return tuple(found)


def amounts_in(text: str, point: str = "") -> Iterator[Amount]:
    """Yield the amounts and percentages of a text, without words."""
    place = 0
    while match := _NUMBER.search(text, place):
        one = _amount(text, match, point)
        if one is None and match["group"] == " ":  # what looked like thousands are two numbers
            alone = _NUMBER.search(text, match.start(), match.start("group"))
            one = _amount(text, alone, point) if alone else None
            place = match.start("group")
        else:
            place = max(match.end(), one.end if one else 0)
        if one is not None:
            yield one


def _amount(text: str, match: re.Match[str], point: str) -> Amount | None:
    end = match.end()
    if _is_within(text, match, point):
        return None
    value, decimals, doubtful = _value(match, point)
    if _PERCENT.match(text, end):
        if match["group"] in (".", ",") and match["cents"] is None:  # no rate has thousands
            value = Decimal(match["whole"].replace(match["group"], "."))
        return Amount(value, match.start("whole"), end, decimals=decimals, is_rate=True)
    is_minus, end = _minus_behind(text, match)
    after = None if match["before"] else _AFTER_CURRENCY.match(text, end)
    currency = match["before"] or (after[1] if after else "")
    if not currency and (match["cents"] is None and match["group"] == " "):
        return None
    if after:
        end = after.end()
    elif end < len(text) and (text[end].isalpha() or text[end] in "²³°"):
        return None
    is_bracketed, end = _bracket_behind(text, match, end)
    signs = f"{match['sign'] or ''}{match['inner'] or ''}"
    if is_minus or is_bracketed or signs.strip(" +"):
        value = -value
    elif re.fullmatch(_DASHED, text[max(0, match.start() - 3) : match.start()]):
        value, doubtful = -value, True  # `Total - 12,00`: a minus, or a dash?
    return Amount(value, match.start(), end, (), code_of(currency), decimals, False, doubtful)


def _is_within(text: str, match: re.Match[str], point: str) -> bool:
    """Tell whether the digits are a piece of something longer: a date, a time, an identifier."""
    rest = text[match.end() : match.end() + 2]
    if len(rest) == 2 and rest[0] in ".,/:'’-–_" and rest[1].isdigit():
        return True
    if rest[:1] in {"/", "_", "#", "@"} or (
        rest[:1] == "." and point == "," == _other(match["point"])
    ):
        return True
    before = text[max(0, match.start() - 2) : match.start()]
    return match["cents"] is None and before[1:] == ":" and before[:1].isdigit()


def _other(point: str | None) -> str:
    return {".": ",", ",": "."}.get(point or "", "")


def _value(match: re.Match[str], point: str) -> tuple[Decimal, int, bool]:
    """Return value, decimals and whether it may as well be read otherwise."""
    whole, group, cents = match["whole"], match["group"], match["cents"]
    if cents is not None and cents[0].isdigit():
        digits = re.sub(r"\D", "", whole)
        doubtful = group == match["point"] or (len(cents) == 3 and match["point"] != point)
        return Decimal(f"{digits}.{cents}"), len(cents), doubtful
    if group in (".", ",") and cents is None and whole.count(group) == 1:
        head, tail = whole.split(group)
        if head == "0" or group == point:
            return Decimal(f"{head}.{tail}"), 3, False
        return Decimal(head + tail), 0, not point
    return Decimal(re.sub(r"\D", "", whole)), 2 if cents else 0, False


def _minus_behind(text: str, match: re.Match[str]) -> tuple[bool, int]:
    """Tell whether a minus follows the digits (`12,00-`), and where the amount ends with it."""
    end = match.end()
    has_cents = bool(match["cents"]) and match["cents"][0].isdigit()
    if has_cents and text[end : end + 1] in _MINUSES and not text[end + 1 : end + 2].isalnum():
        return True, end + 1
    return False, end


def _bracket_behind(text: str, match: re.Match[str], end: int) -> tuple[bool, int]:
    """Tell whether an amount stands in brackets, alone in its column (behind a rate they tell the base),
    or has a minus or `CR` behind its currency, and where it ends then."""
    if match["open"] and text[end : end + 1] == ")":
        stands_alone = text[match.start() - 1 : match.start()] in ("", "\t")
        return stands_alone, end + 1
    if text[end : end + 1] in _MINUSES and not text[end + 1 : end + 2].strip():
        return True, end + 1  # 12,00 €-
    credit = _AFTER_CREDIT.match(text, end) if match["cents"] else None
    return (True, credit.end()) if credit else (False, end)


def code_of(currency: str) -> str:
    """Return the ISO 4217 code of a currency as written."""
    upper = currency.upper()
    return _SIGNS.get(upper, upper)
