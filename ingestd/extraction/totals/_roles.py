"""What an amount may be by the words around it: candidates for each total, with their weight."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from itertools import pairwise

from ingestd.extraction.amounts import Amount
from ingestd.extraction.page import Page
from ingestd.extraction.totals._grid import Cell, Line
from ingestd.extraction.totals._heads import Head
from ingestd.extraction.totals._places import placed

Keys = frozenset[str]


class Role(Enum):
    """What an amount of the document is; each but the last six is a term of EN 16931."""

    NET = "BT-109"
    VAT = "BT-110"
    GROSS = "BT-112"
    DUE = "BT-115"
    PAID = "BT-113"
    ROUNDING = "BT-114"
    LINES = "BT-106"
    ALLOWANCE = "BT-107"
    CHARGE = "BT-108"
    BASE = "BT-116"
    WITHHELD = "tax that the buyer keeps for the state"
    PREVIOUS = "balance of earlier invoices"
    CARRIED = "sum of a page"
    VOUCHER = "voucher: a payment or a discount, the VAT tells which"
    EARLY = "what is taken off for early payment"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An amount in a role. `weight` is 3 where a label says so without doubt, 0 where nothing does;
    `is_in_column` tells that the label is the head of its column, which has other amounts as well."""

    role: Role
    amount: Amount
    page: Page
    weight: float
    is_in_column: bool = False

    @property
    def value(self) -> Decimal:
        """The amount's value."""
        return self.amount.value

    @property
    def place(self) -> tuple[int, float]:
        """The page's number, and how far down the amount stands."""
        return self.page.number, min((word.top for word in self.amount.words), default=0.0)


_BESIDE = 0.6
"""What an amount is worth that stands before another one behind the same label."""
_LENT, _ITEM = 0.6, 0.4
_COLUMN = 0.75
"""What the head of a column is worth against a label in the row."""
_COLUMN_OF_LINES = 0.15
_OF_VAT = frozenset({"vat", "vat-included"})


def candidates(lines: Iterable[Line]) -> Iterator[tuple[Line, Candidate]]:
    """Yield each amount in each role that labels give it: in its row, behind it in a sentence, or at the
    head of its column."""
    for line in lines:
        for cell in line.cells:
            for one in _labelled(line, cell):
                yield line, one
            for amount in cell.amounts:
                for one in _under_heads(line, amount):
                    yield line, one
            for one in _sums(line, cell):
                yield line, one
        for one in _included(line):
            yield line, one


def candidates_near(lines: Sequence[Line]) -> Iterator[tuple[Line, Candidate]]:
    """Yield the amounts whose label stands in another row."""
    for line, one in placed(lines):
        for role, weight in roles_of(one.keys):
            yield line, Candidate(role, one.amount, line.page, weight * one.worth)


def _labelled(line: Line, cell: Cell) -> Iterator[Candidate]:
    before = roles_of(cell.keys)
    cover = cell.cover * (_LENT if cell.is_lent and cell.behind else 1.0)
    cover *= _ITEM if _is_item(line, cell) else 1.0
    for place, amount in enumerate(cell.amounts):
        worth = cover if place == len(cell.amounts) - 1 else cover * _BESIDE
        for role, weight in before:
            yield Candidate(role, amount, line.page, weight * worth)
    if cell.amounts and cell.behind:
        for role, weight in roles_of(cell.behind):
            yield Candidate(role, cell.amounts[-1], line.page, weight * 0.8)


def _is_item(line: Line, cell: Cell) -> bool:
    """Tell whether a row is one of the table of lines: text that goes on behind its label, and three
    numbers or more in that table's columns."""
    numbers = [one for one in line.amounts if not one.is_rate]
    return cell.cover < 1 and len(numbers) > 2 and any(head.is_of_lines for head in line.heads)


def _under_heads(line: Line, amount: Amount) -> Iterator[Candidate]:
    for head in heads_above(line, amount):
        worth = head.fit(amount) * (_COLUMN_OF_LINES if head.is_of_lines else _COLUMN)
        for role, weight in roles_of(head.keys):
            yield Candidate(role, amount, line.page, weight * worth, is_in_column=True)


def heads_above(line: Line, amount: Amount) -> Iterator[Head]:
    """Yield the heads that an amount stands below, of each row of heads the nearest."""
    best: dict[float, Head] = {}
    for head in line.heads:
        known = best.get(head.top)
        if head.fit(amount) and (known is None or head.apart(amount) < known.apart(amount)):
            best[head.top] = head
    yield from best.values()


def _included(line: Line) -> Iterator[Candidate]:
    """Yield the total before the VAT that it holds, and the sum of that of several rates: `Total 104.75
    (incl. 6.53 VAT 7 % & 0.78 VAT 19 %)`."""
    cells = [cell for cell in line.cells if cell.amounts]
    for place, (one, behind) in enumerate(pairwise(cells)):
        if "vat-included" not in behind.keys or not one.keys & {"total", "total-with-vat"}:
            continue
        yield Candidate(Role.GROSS, one.amounts[-1], line.page, 3.0)
        taxes = [its.amounts[-1] for its in cells[place + 1 :] if its.keys <= _OF_VAT]
        if len(taxes) > 1:
            total = sum((tax.value for tax in taxes), Decimal(0))
            yield Candidate(Role.VAT, replace(taxes[-1], value=total), line.page, 3.0)


def _sums(line: Line, cell: Cell) -> Iterator[Candidate]:
    """Yield net, VAT and gross of a row that shows all three, whatever its label."""
    values = [one for one in cell.amounts if one.decimals]
    for first, second, third in zip(values, values[1:], values[2:], strict=False):
        small, large = sorted((first.value, second.value), key=abs)
        if small and first.value + second.value == third.value and abs(small * 3) < abs(large):
            net, vat = (first, second) if first.value == large else (second, first)
            yield Candidate(Role.NET, net, line.page, 1.5)
            yield Candidate(Role.VAT, vat, line.page, 1.5)
            yield Candidate(Role.GROSS, third, line.page, 1.5)


def roles_of(keys: Keys) -> tuple[tuple[Role, float], ...]:
    """Return what a label with these keys names, and how surely."""
    if not keys or "no-total" in keys:
        return ()
    if "cash-discount" in keys:
        return ((Role.EARLY, 3.0),)
    if "tendered" in keys:
        return ((Role.GROSS, 0.8),) if keys == {"tendered"} else ()
    for key, role in _PLAIN:
        if key in keys:
            return ((role, 3.0),)
    if "carried-over" in keys:
        return ((Role.CARRIED, 3.0), (Role.LINES, 0.5))
    if "zero-vat" in keys:  # VAT that the buyer owes the state is none of the invoice
        named = ((Role.GROSS, 1.5), (Role.NET, 1.5)) if "total" in keys else ()
        return () if "vat" in keys else ((Role.BASE, 2.0), *named)
    if "voucher" in keys and "paid" not in keys:
        return ((Role.VOUCHER, 2.0),)
    if "paid" in keys:
        return ((Role.PAID, 3.0), (Role.GROSS, 0.4))
    if "vat-included" in keys:
        return ((Role.VAT, 3.0),)
    return _totals(keys)


_PLAIN = (
    ("previous-balance", Role.PREVIOUS),
    ("rounding", Role.ROUNDING),
    ("withholding", Role.WITHHELD),
    ("tourist-tax", Role.CHARGE),
)


def _totals(keys: Keys) -> tuple[tuple[Role, float], ...]:
    is_net = bool(keys & {"without-vat", "net", "total-without-vat"})
    is_gross = bool(keys & {"with-vat", "gross", "total-with-vat"})
    is_total = bool(keys & {"total", "subtotal", "total-with-vat", "total-without-vat"})
    if "amount-due" in keys:
        return ((Role.DUE, 3.0), (Role.NET if "without-vat" in keys else Role.GROSS, 1.5))
    if "taxable-amount" in keys:
        return ((Role.BASE, 3.0), (Role.NET, 2.4 if is_total else 1.2))
    if "total-vat" in keys:
        return ((Role.VAT, 3.0),)
    if "vat" in keys and not (is_total and (is_net or is_gross)):
        return _vat(keys, is_net, is_gross, is_total)
    if is_net and is_gross:
        return _both(keys)
    if is_net:
        sure = is_total or "without-vat" in keys
        return ((Role.NET, 3.0 if is_total else 2.2 if sure else 1.8),)
    if is_gross:
        return (
            ((Role.GROSS, 3.0), (Role.DUE, 1.0))
            if is_total
            else ((Role.GROSS, 1.8), (Role.VAT, 1.0))
        )
    return _vague(keys)


def _vat(
    keys: Keys, is_net: bool, is_gross: bool, is_total: bool
) -> tuple[tuple[Role, float], ...]:
    if is_net:
        return ((Role.VAT, 2.2), (Role.NET, 1.2))
    if is_gross:
        return ((Role.VAT, 1.8), (Role.GROSS, 1.5))
    return ((Role.VAT, 2.6), (Role.GROSS, 0.3)) if is_total else ((Role.VAT, 2.8),)


def _both(keys: Keys) -> tuple[tuple[Role, float], ...]:
    """Return what is meant where a label says net and gross: the addition decides (`Total net TTC`)."""
    if "with-vat" in keys and "without-vat" not in keys:
        return ((Role.GROSS, 2.4), (Role.NET, 0.6))
    if "without-vat" in keys and "with-vat" not in keys:
        return ((Role.NET, 2.4), (Role.GROSS, 0.6))
    return ((Role.GROSS, 1.5), (Role.NET, 1.5))


def _vague(keys: Keys) -> tuple[tuple[Role, float], ...]:
    if "subtotal" in keys:
        return ((Role.LINES, 2.0), (Role.NET, 1.6), (Role.GROSS, 0.3))
    if "total" in keys:
        return ((Role.GROSS, 2.0), (Role.NET, 1.0), (Role.DUE, 1.0))
    if "allowance" in keys:
        return ((Role.ALLOWANCE, 2.0),)
    if "charge" in keys:
        return ((Role.CHARGE, 2.0),)
    return ()
