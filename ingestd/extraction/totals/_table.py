"""The table of lines: which rows of a document are its rows, over all its pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from ingestd.extraction.amounts import Amount
from ingestd.extraction.page import Page
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._heads import Head
from ingestd.extraction.totals._items import Item, is_price, item_of, under
from ingestd.extraction.totals._taxes import vat_of

_TOTAL_KEYS = frozenset(
    "total subtotal total-with-vat total-without-vat total-vat amount-due vat taxable-amount paid".split()
)
_ALIGNED = 4.0
"""Points between the right edges of amounts of one column."""
_COLUMNS = 4
_CENTS = 2
_OF_A_TOTAL = 3
"""A row of totals has no more amounts."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be that of the amounts: by its head, counted from the right, or by the right
    edge of its amounts."""

    head: int = 0
    right: float = 0.0

    def amount(self, line: Line, heads: Sequence[Head]) -> Amount | None:
        """Return the amount of a row in this column, None where it has none."""
        if self.head:
            named = [one for one in heads if "line-amount" in one.keys]
            found = under(line, named[self.head], heads) if len(named) >= -self.head else None
            return found if found and not found.is_rate else None
        near = [one for one in line.amounts if abs(one.words[-1].right - self.right) < _ALIGNED]
        return near[-1] if near and near[-1].decimals >= _CENTS and not near[-1].is_rate else None


@dataclass(frozen=True, slots=True)
class Stop:
    """A row of the table that is none of its lines: a total, or the end of a page. `page` is where a
    total stands."""

    place: int
    page: Page | None = None


def columns_of(rows: Sequence[Line]) -> Iterator[Column]:
    """Yield the columns that may be those of the amounts, the likeliest first."""
    yield from (Column(head=-1), Column(head=-2))
    edges = sorted(
        (
            one.words[-1].right
            for line in rows
            if any(head.is_of_lines for head in line.heads)
            for one in line.amounts
            if one.decimals >= 2 and not one.is_rate
        ),
        reverse=True,
    )
    found: list[float] = []
    for edge in edges:
        if len(found) < _COLUMNS and not any(abs(edge - one) < _ALIGNED for one in found):
            found.append(edge)
    yield from (Column(right=edge) for edge in found)


def items(rows: Sequence[Line], column: Column, is_every: bool = False) -> Iterator[Item | Stop]:
    """Yield the rows of the table from top to bottom, and where it stops or may have stopped. A page
    without heads goes on with the columns of the page before. With `is_every` what has no price, below
    lines that have one, is one too."""
    heads: list[Head] = []
    page, is_priced = None, False
    for place, line in enumerate(rows):
        if line.page is not page:
            page = line.page
            yield Stop(place)
        own = [head for head in line.heads if head.is_of_lines]
        heads = sorted(own, key=lambda head: head.right) if own else heads
        if not heads or not line.amounts or any("carried-over" in c.keys for c in line.cells):
            continue
        if _is_total(line):
            yield Stop(place, line.page)
            continue
        amount = column.amount(line, heads)
        if amount is None:
            continue
        item = item_of(line, amount, heads)
        if is_price(item):
            return  # the column is not that of the amounts
        has_price = item.value.net_price is not None or item.value.quantity is not None
        is_bare = is_priced and not has_price and not is_every
        is_beside = is_bare or _is_of_another(line, own) or _is_of_vat(line)
        if is_beside and not item.is_proved:
            yield Stop(place)  # of the whole invoice: below the table, in its column of amounts
            continue
        is_priced |= has_price
        yield item
    yield Stop(len(rows))


def _is_total(line: Line) -> bool:
    count = sum(not one.is_rate for one in line.amounts)
    return count <= _OF_A_TOTAL and any(
        cell.amounts and cell.keys & _TOTAL_KEYS and cell.cover > 0.95 for cell in line.cells
    )


def _is_of_another(line: Line, heads: Sequence[Head]) -> bool:
    """Tell whether a row stands below the heads of another table that begins under that of the lines:
    the one of VAT, of allowances, of payments."""
    top = max((head.top for head in heads), default=0.0)
    newer = [head for head in line.heads if not head.is_of_lines and head.top > top]
    return len(newer) > 1 and any(head.fit(one) for head in newer for one in line.amounts)


def _is_of_vat(line: Line) -> bool:
    """Tell whether a row has a rate, the VAT of it, and what it is the VAT of."""
    rates = [one.value for one in line.amounts if one.is_rate and one.value]
    values = [one.value for one in line.amounts if not one.is_rate and one.decimals]
    return any(
        vat_of(base, rate) == tax for rate in rates for base, tax in permutations(values[-4:], 2)
    )
