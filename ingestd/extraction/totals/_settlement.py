"""What lies between the gross total and the amount that is due: payments, roundings, earlier balances."""

from collections.abc import Sequence
from decimal import Decimal

from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._roles import Candidate, Role

_Changes = tuple[tuple[str, Role, Decimal], ...]
_PAYING = (Role.PAID, Role.WITHHELD, Role.VOUCHER)
_CENTS = 2
_UNPAID = frozenset({"cash-discount", "carried-over", "tourist-tax"})
_LATER = frozenset({"amount-due", "due-date"})
"""What names a part that is due another day, unless it has a minus: `Guthaben`."""


def has_lost_labels(lines: Sequence[Line]) -> bool:
    """Tell whether labels for what was paid and what is due stand where no amount was found for them."""
    lone = [
        frozenset(key for cell in line.cells if not cell.amounts for key in cell.keys)
        for line in lines
        if "\t" in line.strip.text
    ]
    return any("paid" in keys for keys in lone) and any("amount-due" in keys for keys in lone)


def between(found: Found, gross: Decimal, due: Decimal) -> _Changes | None:
    """Return what was paid and rounded between gross and due (BR-CO-16); None where that does not
    explain the difference."""
    if gross == due:
        return ()
    difference = gross - due
    for paid in (one for role in _PAYING for one in found.of(role)):
        if abs(paid) == abs(difference):
            return (("paid_amount", Role.PAID, paid if paid == difference else difference),)
        for rounding in found.of(Role.ROUNDING):
            if abs(difference - abs(paid) + rounding) == 0 and paid:
                return (
                    ("paid_amount", Role.PAID, abs(paid)),
                    ("rounding_amount", Role.ROUNDING, rounding),
                )
    for rounding in found.of(Role.ROUNDING):
        if due - gross == rounding:
            return (("rounding_amount", Role.ROUNDING, rounding),)
    if any(abs(previous) == abs(difference) for previous in found.of(Role.PREVIOUS)):
        return ()
    return None


def stands_between(lines: Sequence[Line], gross: Candidate, due: Candidate) -> bool:
    """Tell whether what parts the amount that is due from the total is printed between the two, whatever
    it is called: a voucher, a deposit, an earlier invoice on account."""
    paid = abs(gross.value) - abs(due.value)
    return paid > 0 and any(
        abs(one.value) == paid and not one.is_rate and one.decimals >= _CENTS
        for line in lines
        if gross.place < (line.page.number, line.top) < due.place
        for one in line.amounts
        if not _names(line) & (_UNPAID if one.value < 0 else _UNPAID | _LATER)
    )


def _names(line: Line) -> set[str]:
    return {key for hint in line.hints for key in hint.keys}
