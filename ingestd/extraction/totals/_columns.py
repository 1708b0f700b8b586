"""Columns of amounts that a total sums up: evidence for it that owes nothing to labels."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate

from ingestd.extraction.amounts import Amount
from ingestd.extraction.totals._grid import Line

_ADDENDS = 250
_SKIPPED = 3
"""So many amounts may stand between the last line and its sum: a discount, a subtotal, freight."""


def sums_above(lines: Sequence[Line], totals: Iterable[Amount]) -> frozenset[Decimal]:
    """Return which of the amounts are the sum of two or more amounts above them in their column; the
    column may have begun on pages before."""
    wanted = {id(one): one for one in totals}
    places = {id(one): place for place, line in enumerate(lines) for one in line.amounts}
    return frozenset(
        total.value
        for key, total in wanted.items()
        if key in places and total.value and _is_sum(lines, places[key], total)
    )


def _is_sum(lines: Sequence[Line], place: int, total: Amount) -> bool:
    column = _column(lines, place, total)
    for first in range(min(_SKIPPED + 1, len(column))):
        sums = accumulate(column[first:])
        if any(one == total.value for count, one in enumerate(sums) if count):
            return True
    return False


def _column(lines: Sequence[Line], place: int, total: Amount) -> list[Decimal]:
    """Return the amounts above one, from the nearest upwards."""
    left, right = total.words[0].left, total.words[-1].right
    found: list[Decimal] = []
    for line in reversed(lines[max(0, place - 2 * _ADDENDS) : place]):
        for one in line.amounts:
            if one.is_rate or one.decimals < 2:
                continue
            if min(right, one.words[-1].right) - max(left, one.words[0].left) > 0.4 * min(
                right - left, one.words[-1].right - one.words[0].left
            ):
                found.append(one.value)
        if len(found) >= _ADDENDS:
            break
    return found
