"""Lines without heads: the column of amounts right above the net total, where it comes to just that."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from ingestd.extraction.amounts import Amount
from ingestd.extraction.totals._grid import Cell, Line
from ingestd.extraction.totals._heads import MONEY_KEYS
from ingestd.extraction.totals._items import Item, item_of

_ROWS, _TRIES = 250, 8
"""So many rows above a total are looked at, and so many totals."""
_CENTS = 2
_SHARED = 0.4
"""Of the narrower of two amounts: how much of it stands above the other in one column."""
_SUMS = frozenset("total-without-vat without-vat net subtotal taxable-amount total".split())
_HARD = frozenset(
    "total subtotal total-without-vat total-vat total-with-vat amount-due taxable-amount paid"
    " previous-balance carried-over withholding".split()
)
"""What no line says of itself; `Acheminement et taxes` and `Frais de gestion` are lines."""
_WHOLE = 0.95
"""What a label covers that says all of its row."""


def headless(rows: Sequence[Line], net: Decimal | None) -> tuple[Item, ...] | None:
    """Return the rows whose amounts stand above the net total and come to it, None where there are none:
    each with words of its own, none with a label for something else, none left out."""
    for place, total in islice(_totals(rows, net), _TRIES) if net else ():
        if found := _above(rows[max(0, place - _ROWS) : place], total):
            return found
    return None


def _totals(rows: Sequence[Line], net: Decimal) -> Iterator[tuple[int, Amount]]:
    """Yield where the net total stands with its label."""
    for place, line in enumerate(rows):
        keys = {key for cell in line.cells if cell.amounts for key in cell.keys}
        yield from ((place, one) for one in line.amounts if keys & _SUMS and one.value == net)


def _above(rows: Sequence[Line], total: Amount) -> tuple[Item, ...] | None:
    found: list[Item] = []
    left = total.value
    for line, one in _column(rows, total):
        item = item_of(line, one, ())
        if any(head.is_of_lines for head in line.heads):
            return None
        if not item.value.item_name or any(_is_of_all(cell) for cell in line.cells):
            return None
        found.append(item)
        left -= one.value
        if not left:
            return tuple(reversed(found))
    return None


def _is_of_all(cell: Cell) -> bool:
    """Tell whether a label names something else than a line."""
    return bool(cell.keys & (_HARD if cell.cover < _WHOLE else MONEY_KEYS))


def _column(rows: Sequence[Line], total: Amount) -> Iterator[tuple[Line, Amount]]:
    """Yield the amounts above a total, from the nearest upwards, with their rows."""
    for line in reversed(rows):
        for one in reversed(line.amounts):
            if not one.is_rate and one.decimals >= _CENTS and _is_above(one, total):
                yield line, one
                break


def _is_above(one: Amount, total: Amount) -> bool:
    left, right = one.words[0].left, one.words[-1].right
    shared = min(right, total.words[-1].right) - max(left, total.words[0].left)
    return shared > _SHARED * min(right - left, total.words[-1].right - total.words[0].left)
