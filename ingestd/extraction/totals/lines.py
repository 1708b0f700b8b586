"""The lines of an invoice (BG-25) from a table with heads.

Lines are given only where they prove themselves: their amounts must sum up to the net total. A table
that is not understood gives no lines at all, never some of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ingestd.extraction.amounts import Amount
from ingestd.extraction.totals._grid import Head, Line
from ingestd.extraction.totals._taxes import CENT
from ingestd.extraction.value import Value
from ingestd.model import InvoiceLine, Word

MOST = 500
_TOTAL_KEYS = frozenset(
    "total subtotal total-with-vat total-without-vat total-vat amount-due vat taxable-amount paid".split()
)
_COLUMN = 70.0
_SURE, _LIKELY = 0.97, 0.955


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table with its amount and what it says of the line."""

    line: Line
    amount: Amount
    value: InvoiceLine


def lines(rows: Sequence[Line], sums: Iterable[Decimal]) -> Value | None:
    """Return the invoice lines where their amounts come to one of `sums` (BT-106, which is BT-109 before
    allowances and charges); None where no table does."""
    wanted = set(sums)
    for column in (-1, -2):
        found = [row for _, row in zip(range(MOST), _rows(rows, column), strict=False)]
        if found and sum((row.amount.value for row in found), Decimal(0)) in wanted:
            return _value(found)
    return None


def _value(found: Sequence[_Row]) -> Value:
    page = found[0].line.page
    words = [word for row in found if row.line.page is page for word in row.line.strip.row.words]
    is_sure = len(found) > 1 or _is_proved(found[0].value)
    evidence = ("table", "arithmetic")
    given = tuple(row.value for row in found)
    return Value(given, _SURE if is_sure else _LIKELY, page, tuple(words), evidence)


def _is_proved(line: InvoiceLine) -> bool:
    """Tell whether quantity x price is the amount of the line."""
    if line.quantity is None or line.net_price is None or line.net_amount is None:
        return False
    product = (line.quantity * line.net_price).quantize(CENT, ROUND_HALF_UP)
    return abs(product - line.net_amount) <= CENT


def _rows(rows: Sequence[Line], column: int) -> Iterator[_Row]:
    """Yield the rows of the table of lines; `column` tells which of the columns that may be amounts of
    lines is taken, from the right."""
    ended, is_priced = None, False
    for line in rows:
        table = [head for head in line.heads if head.is_of_lines]
        if not table or ended is line.page:
            continue
        if _is_total(line):
            ended = line.page
            continue
        row = _row(line, table, column)
        if row and not any("carried-over" in cell.keys for cell in line.cells):
            if row.value.net_price is not None or row.value.quantity is not None:
                is_priced = True
            elif is_priced:
                ended = line.page  # of the whole invoice: below the table, in its column of amounts
                continue
            yield row


def _is_total(line: Line) -> bool:
    return any(
        cell.amounts and cell.keys & _TOTAL_KEYS and cell.cover > 0.95 and len(line.amounts) < 4
        for cell in line.cells
    )


def _row(line: Line, table: Sequence[Head], column: int) -> _Row | None:
    heads = sorted(table, key=lambda head: head.right)
    amounts = [head for head in heads if "line-amount" in head.keys]
    if len(amounts) < -column:
        return None
    amount = _under(line, amounts[column], heads)
    if amount is None or amount.decimals < 2:
        return None
    quantity = _first(line, heads, "quantity", amount)
    price = _first(line, heads, "unit-price", amount)
    rates = [one.value for one in line.amounts if one.is_rate]
    rate = _first(line, heads, "vat-rate", amount) or _first(line, heads, "vat", amount)
    return _Row(
        line,
        amount,
        InvoiceLine(
            item_name=_name(line, heads) or None,
            quantity=quantity.value if quantity else None,
            net_price=price.value if price else None,
            net_amount=amount.value,
            vat_rate=rates[0]
            if len(rates) == 1
            else rate.value
            if rate and rate.decimals < 2
            else None,
        ),
    )


def _first(line: Line, heads: Sequence[Head], key: str, amount: Amount) -> Amount | None:
    for head in heads:
        if key in head.keys:
            found = _under(line, head, heads)
            if found and found is not amount and not found.is_rate:
                return found
    return None


def _under(line: Line, head: Head, heads: Sequence[Head]) -> Amount | None:
    """Return the number of a row that stands under a head, and nearer to it than to any other; a head
    at the left of its column may have its numbers at the right."""
    for one in reversed(line.amounts):
        if _distance(head, one) < _COLUMN and min(heads, key=lambda h: _distance(h, one)) is head:
            return one
    return None


def _distance(head: Head, amount: Amount) -> float:
    gap = max(head.left - amount.words[-1].right, amount.words[0].left - head.right)
    return head.apart(amount) / 100 if gap <= 0 else gap + 1


def _name(line: Line, heads: Sequence[Head]) -> str:
    """Return the words under the head of the item, up to the column that follows it."""
    numbers = {id(word) for one in line.amounts for word in one.words}
    item = next((head for head in heads if "item-name" in head.keys), None)
    others = [head.left for head in heads if item and head.left > item.right]
    left = item.left - 12 if item else 0.0
    right = min(others) - 2 if others else line.page.width
    last = _leading(line, left, right)
    return " ".join(
        word.text for place, word in enumerate(last) if id(word) not in numbers or place > 0
    ).strip()


def _leading(line: Line, left: float, right: float) -> list[Word]:
    words = [word for word in line.strip.row.words if left <= word.left]
    found: list[Word] = []
    for word in words:
        if found and (word.left - found[-1].right > 12 or word.right > right + 40):
            break
        found.append(word)
    return found
