"""What a till prints below a total: what was handed over, and what came back. The difference is the
total, whoever misread its label, and no other reading of the slip makes the three agree by chance."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ingestd.extraction.amounts import Amount
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._roles import Candidate, Role

_MOST = 12
_WEIGHT = 2.0
_PAYMENT = {"handed-over", "change"}


def settled(lines: Sequence[Line]) -> frozenset[Decimal]:
    """Return the totals for which something was handed over and the change given back, where all three
    are printed."""
    handed = [one.value for line in lines for one in _named(line, "handed-over")][:_MOST]
    change = [one.value for line in lines for one in _named(line, "change")][:_MOST]
    printed = {one.value for line in lines for one in line.amounts if _is_money(one)}
    return frozenset(
        paid - back for paid in handed for back in change if 0 < back < paid
    ) & frozenset(printed)


def _named(line: Line, key: str) -> Iterator[Amount]:
    """Yield the last amount of a row that has such a label, where the row has nothing else to say."""
    amounts = [one for one in line.amounts if _is_money(one)]
    if len(amounts) == 1 and any(key in hint.keys for hint in line.hints):
        yield amounts[0]


def _is_money(one: Amount) -> bool:
    return one.decimals == 2 and not one.is_rate


def candidates_settled(lines: Sequence[Line]) -> Iterator[tuple[Line, Candidate]]:
    """Yield the printed amounts that were settled so, as gross totals."""
    totals = settled(lines)
    for line in lines if totals else ():
        for one in line.amounts:
            if one.value in totals and not any(hint.keys & _PAYMENT for hint in line.hints):
                yield line, Candidate(Role.GROSS, one, line.page, _WEIGHT)
