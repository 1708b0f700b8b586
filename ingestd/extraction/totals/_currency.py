"""The currency of an invoice: what stands beside its totals, else what the page names."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ingestd.extraction.amounts import CURRENCY, Amount, Strip, code_of
from ingestd.extraction.page import Page
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._heads import LINE_TABLE_KEYS, MONEY_KEYS
from ingestd.extraction.value import Value

_SHARED_SIGNS = frozenset({"$", "¥"})
_DOLLARS = frozenset({"CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_ASIDE = 0.9
"""What a currency is worth that only a fee or the seller's capital is named in."""
_OTHER_MONEY = re.compile(r"\b(?:CHE-?\d|(?:CH|LI|GB)\d\d)")
"""A VAT number or an account of a country that has no euro."""
_NEXT, _BESIDE = 24, 6
_OF_TWO = 0.9
"""What one of two currencies on a recognised page is worth: one sign may be taken for another."""
_NAMING = MONEY_KEYS | LINE_TABLE_KEYS
_Written = tuple[str, Strip, Page, int, int, str]


def currency(lines: Sequence[Line], totals: Iterable[Amount]) -> Value | None:
    """Return BT-5 by the amounts that were chosen as totals, by a label (`Currency: EUR`), or by what
    most of the page's amounts have; None where the page names none."""
    totals = list(totals)
    beside = Counter(one.currency for one in totals if one.currency)
    named = _named(lines)
    written = _written(lines)
    if dollar := _dollar(lines, totals, written):
        beside = Counter(dollar if code == "USD" else code for code in beside.elements())
        written = [(dollar if one[0] == "USD" else one[0], *one[1:]) for one in written]
    is_of_totals = bool(written)
    if not written and not any(_OTHER_MONEY.search(line.strip.text) for line in lines):
        written = _written(lines, everywhere=True)
    if not written:
        return None
    everywhere = Counter(code for code, *_ in written)
    best = (beside or named or everywhere).most_common(1)[0][0]
    page, words, sign = next(
        (page, strip.words(start, end), sign)
        for code, strip, page, start, end, sign in written
        if code == best
    )
    sure = _confidence(best, beside, named, everywhere, sign)
    if page.origin == "ocr" and len(everywhere) > 1:
        sure = min(sure, _OF_TWO)
    return Value(best, sure if is_of_totals else min(sure, _ASIDE), page, words, ("currency",))


def _dollar(lines: Sequence[Line], totals: Iterable[Amount], written: Iterable[_Written]) -> str:
    """Return which dollars `$` means where the row of a total says so (`Total CAD $114.98`) and nothing
    says that it is that of the United States; "" else."""
    if any(code == "USD" and sign != "$" for code, *_, sign in written):
        return ""
    own = {id(one) for one in totals}
    rows = [line for line in lines if any(id(one) in own for one in line.amounts)]
    codes = {code for code, *_ in _written(rows)} & _DOLLARS
    return codes.pop() if len(codes) == 1 else ""


def _confidence(
    best: str, beside: Counter[str], named: Counter[str], everywhere: Counter[str], sign: str
) -> float:
    if len(beside) > 1 or (beside and named and best not in named):
        return 0.8
    if len(everywhere) > 1 and not beside:
        return 0.8
    if sign in _SHARED_SIGNS and best not in named:
        return 0.85
    alone = len(everywhere) == 1
    if beside or named:
        return 0.985 if alone else 0.965
    return 0.96 if alone and everywhere[best] > 1 else 0.9 if alone else 0.7


def _named(lines: Sequence[Line]) -> Counter[str]:
    """Return the currencies that follow a label for them, or stand in the label of an amount or at the
    head of a column."""
    found: Counter[str] = Counter()
    for line in lines:
        for hint in line.hints:
            if "no-total" in hint.keys:
                break
            reach = _NEXT if "currency" in hint.keys else _BESIDE if hint.keys & _NAMING else 0
            match = CURRENCY.search(line.strip.text, hint.start, hint.end + reach)
            if reach and match and match[0] not in _SHARED_SIGNS:
                found[code_of(match[0])] += 1
    return found


def _written(lines: Sequence[Line], everywhere: bool = False) -> list[_Written]:
    """Return the currencies that stand on the pages, with their places; what lines have that speak of
    capital, of fees and the like only counts `everywhere`."""
    return [
        (code_of(match[0]), line.strip, line.page, match.start(), match.end(), match[0])
        for line in lines
        if everywhere or not any("no-total" in hint.keys for hint in line.hints)
        for match in CURRENCY.finditer(line.strip.text)
    ]
