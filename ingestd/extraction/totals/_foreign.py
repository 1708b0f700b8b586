"""Amounts that are printed in two currencies side by side: those of the second column say nothing new."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from ingestd.extraction.amounts import CURRENCY, Amount, code_of
from ingestd.extraction.totals._grid import Line

_ROWS = 200
_LEAST_ROWS = 2
_HEAD = 300
"""A row of heads has fewer characters."""
_HALF_CENT = Decimal("0.0051")


def without_foreign(lines: Sequence[Line]) -> list[Line]:
    """Return the rows; where one rate of exchange makes the last amounts of several rows from those
    before them, and two currencies head these columns or stand beside the amounts, without the last."""
    pairs = list(islice(_pairs(lines), _ROWS))
    if len(pairs) < _LEAST_ROWS:
        return list(lines)
    own, foreign = max(pairs, key=lambda pair: abs(pair[0].value))
    rate = foreign.value / own.value
    converted = {id(two) for one, two in pairs if _is_converted(one.value, two.value, rate)}
    values = {two.value for _, two in pairs if id(two) in converted}
    is_rate = rate != 1 and len(values) >= _LEAST_ROWS and 2 * len(converted) > len(pairs)
    return [_without(line, converted) for line in lines] if is_rate else list(lines)


def _is_converted(own: Decimal, foreign: Decimal, rate: Decimal) -> bool:
    return abs(own * rate - foreign) <= _HALF_CENT * (1 + abs(rate))


def _pairs(lines: Sequence[Line]) -> Iterator[tuple[Amount, Amount]]:
    """Yield the last two amounts of rows below a head with two currencies, or with one each."""
    headed = None
    for line in lines:
        money = [one for one in line.amounts if one.decimals == 2 and not one.is_rate and one.value]
        if not money and _is_head(line):
            headed = line.page
        if len(money) > 1:
            own, foreign = money[-2:]
            differ = bool(own.currency and foreign.currency and own.currency != foreign.currency)
            if differ or (headed is line.page and own.currency == foreign.currency):
                yield own, foreign


def _is_head(line: Line) -> bool:
    """Tell whether two columns of a row are of two currencies."""
    if len(line.strip.text) > _HEAD:
        return False
    columns = line.strip.text.split("\t")
    codes = [{code_of(found[0]) for found in CURRENCY.finditer(text)} for text in columns]
    ones = {code for found in codes if len(found) == 1 for code in found}
    return len(ones) > 1


def _without(line: Line, amounts: set[int]) -> Line:
    if not any(id(one) in amounts for one in line.amounts):
        return line
    kept = tuple(one for one in line.amounts if id(one) not in amounts)
    cells = tuple(
        replace(cell, amounts=tuple(one for one in cell.amounts if id(one) not in amounts))
        for cell in line.cells
    )
    return replace(line, amounts=kept, cells=cells)
