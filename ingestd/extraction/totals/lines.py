"""The lines of an invoice (BG-25) from a table with heads.

Lines are given only where they prove themselves: their amounts must sum up to the net total, as it is
or with the allowances and charges that stand between (BR-CO-10, BR-CO-13). A table that is not understood
gives no lines at all, never some of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._headless import headless
from ingestd.extraction.totals._items import Item
from ingestd.extraction.totals._table import Stop, columns_of, items
from ingestd.extraction.value import Value

MOST = 500
_SURE, _LIKELY, _DOUBTFUL = 0.97, 0.955, 0.9
_BETWEEN = 8
"""Rows between the last line and the net total: a subtotal, allowances, charges."""
_FAR = 60
"""Rows between the last line and the sum of all: other tables may stand there."""
_SUMS = frozenset({"subtotal", "total", "total-without-vat", "without-vat", "net", "gross"})
_ALLOWANCES = frozenset({"allowance", "cash-discount", "voucher"})
_OF_THE_WHOLE = _ALLOWANCES | {"charge", "rounding", "paid"}


@dataclass(frozen=True, slots=True)
class Sums:
    """What lines may come to: the net total (BT-109), and sums of lines that lead to it (BT-106)."""

    net: Decimal | None
    of_lines: frozenset[Decimal] = frozenset()


def lines(rows: Sequence[Line], sums: Sums) -> Value | None:
    """Return the invoice lines where their amounts come to the net total; None where no table does."""
    for is_right, most, is_every in _PROOFS:
        for column in columns_of(rows):
            found = _summed(rows, items(rows, column, is_every), sums, is_right)
            if found and not (is_every and any(_is_of_the_whole(one) for one in found.items)):
                return _value(found.items, _DOUBTFUL if found.is_parted else most)
    bare = headless(rows, sums.net)
    proved = bare and len(bare) > 1 and all(one.is_proved for one in bare)
    return _value(bare, _SURE if proved else _DOUBTFUL) if bare else None


_Proof = Callable[[Decimal, Sequence[Line], Sums], bool]


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows whose sum is right; `is_parted` tells that totals of parts stand between them, which some
    call lines too."""

    items: tuple[Item, ...]
    is_parted: bool


def _summed(
    rows: Sequence[Line], table: Iterable[Item | Stop], sums: Sums, is_right: _Proof
) -> _Table | None:
    """Return the rows of a table up to the place where it may stop and their sum is right. What has
    no price and stands below the sum of all lines, on its page, is of the whole invoice."""
    found: list[Item] = []
    total = Decimal(0)
    above: dict[int, bool] = {}
    is_parted = False
    for one in table:
        if isinstance(one, Item):
            page = id(one.line.page)
            is_parted |= page in above
            if above.get(page) and one.value.quantity is None and one.value.net_price is None:
                return None
            found.append(one)
            total += one.amount.value
            if len(found) > MOST:
                return None
        elif found and is_right(total, rows[one.place :], sums):
            return _Table(tuple(found), is_parted)
        elif found and one.page is not None:
            above[id(one.page)] = any(its.value == total for its in rows[one.place].amounts)
    return None


def _is_net(total: Decimal, below: Sequence[Line], sums: Sums) -> bool:
    return total == sums.net


def _is_of_lines(total: Decimal, below: Sequence[Line], sums: Sums) -> bool:
    return total in sums.of_lines


def _is_led_to_net(total: Decimal, below: Sequence[Line], sums: Sums) -> bool:
    """Tell whether the sum of a table is printed below it, and allowances and charges with their labels
    lead from there to the net total."""
    steps = list(_steps(below[:_FAR]))
    for place, step in enumerate(steps):
        if step.value == total and step.keys & _SUMS:
            return _leads(total, steps[place : place + _BETWEEN], sums.net, is_labelled=True)
    return False


def _is_led_to_unsaid(total: Decimal, below: Sequence[Line], sums: Sums) -> bool:
    """Tell whether the amounts below a table lead from its sum, which is not printed, to the net
    total, which is."""
    return _leads(total, list(_steps(below[:_BETWEEN])), sums.net, is_labelled=False)


@dataclass(frozen=True, slots=True)
class _Step:
    """A row below the table: its last amount, and what its labels say."""

    value: Decimal
    keys: frozenset[str]


def _steps(below: Sequence[Line]) -> Iterator[_Step]:
    for line in below:
        values = [one for one in line.amounts if not one.is_rate and one.decimals >= 2]
        if values:
            yield _Step(values[-1].value, frozenset(k for cell in line.cells for k in cell.keys))


def _leads(total: Decimal, steps: Sequence[_Step], net: Decimal | None, is_labelled: bool) -> bool:
    """Tell whether the steps lead from a total to the net total, which the last of them names. An
    allowance may be printed without its sign."""
    reached = {total}
    for step in steps:
        if step.value in reached and not (step.keys & _OF_THE_WHOLE and step.value):
            if step.value == net:
                return True
        elif not step.value:
            continue
        elif step.keys & _OF_THE_WHOLE or not is_labelled:
            signs = (1, -1) if step.keys & _ALLOWANCES else (1,)
            reached = {one + sign * step.value for one in reached for sign in signs}
        else:
            return False
    return False


_PROOFS = (
    (_is_net, _SURE, False),
    (_is_led_to_net, _SURE, False),
    (_is_net, _DOUBTFUL, True),
    (_is_led_to_unsaid, _DOUBTFUL, False),
    (_is_of_lines, _DOUBTFUL, False),
)
"""How lines may be right, how sure they are then, and whether rows without a price are some."""


def _value(found: Sequence[Item], most: float) -> Value:
    page = found[0].line.page
    words = [word for row in found if row.line.page is page for word in row.line.strip.row.words]
    given = tuple(row.value for row in found)
    evidence = ("table", "arithmetic")
    return Value(given, min(most, _confidence(found)), page, tuple(words), evidence)


def _confidence(found: Sequence[Item]) -> float:
    """Return how sure lines are whose sum is right: less where a row is unlike the others, or what is
    printed of it does not make its amount."""
    shapes = {(one.value.quantity is None, one.value.net_price is None) for one in found}
    proofs = [one.is_proved for one in found]
    if len(shapes) > 1 or False in proofs or any(_is_of_the_whole(one) for one in found):
        return _DOUBTFUL
    if len(found) > 1 or all(proofs):
        return _SURE
    value = found[0].value
    return _DOUBTFUL if value.quantity is None and value.net_price is None else _LIKELY


def _is_of_the_whole(one: Item) -> bool:
    """Tell whether a row is an allowance or a charge of the whole invoice, without its own price."""
    if one.value.net_price is not None:
        return False
    return any(cell.keys & _OF_THE_WHOLE and cell.cover > 0.95 for cell in one.line.cells)
