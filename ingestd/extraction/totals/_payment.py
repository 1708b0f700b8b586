"""What was paid, kept or rounded of the gross total, and what is due of it (BT-113 to BT-115)."""

from dataclasses import replace
from decimal import Decimal

from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._rappen import rounded
from ingestd.extraction.totals._reading import Reading, value_of
from ingestd.extraction.totals._roles import Candidate, Role
from ingestd.extraction.totals._settlement import between, has_lost_labels, stands_between
from ingestd.extraction.value import Value, Values

_DOUBTED = 0.9
CALLED_DUE = 2.2
"""What a label must be worth to say without doubt that an amount is due."""
_CALLED_TOTAL = 2.0
_CENTS = 2
_NAMED = 1.5
"""What a label must be worth to name a cash discount, or a payment in whole euros."""


def payment(reading: Reading, values: Values) -> dict[str, Value]:
    """Return what was paid, what was rounded and what is due (BT-113, BT-114, BT-115)."""
    gross, found = reading.choice.gross, reading.found
    sure = min(
        reading.confidence, values["total_amount_with_vat"].confidence if gross is not None else 1
    )
    if gross is not None and (total := rounded(found, gross)):
        return {
            "amount_due_for_payment": value_of(reading, Role.DUE, total.value, reading.confidence),
            "rounding_amount": value_of(
                reading, Role.ROUNDING, total.value - gross, reading.confidence
            ),
        }
    if gross is None:
        best = max(found.of(Role.DUE).values(), key=lambda one: one.weight, default=None)
        return (
            {"amount_due_for_payment": value_of(reading, Role.DUE, best.value, 0.6)} if best else {}
        )
    if kept := _withheld(reading, gross, sure) or _split(reading, sure):
        return kept
    dues = sorted(found.of(Role.DUE).values(), key=lambda one: -one.weight)
    least = max(1.5, dues[0].weight - 1.0) if dues else 0.0
    dues = [o for o in dues if o.weight >= least or o.value - gross in found.of(Role.ROUNDING)]
    later = [one for one in dues if not _is_early(found, gross, one.value)]
    if later != dues:
        dues, sure = later, min(sure, _DOUBTED)
    for due in sorted(dues, key=lambda one: one.value == gross):
        settled = between(found, gross, due.value)
        if settled is not None:
            given = {"amount_due_for_payment": value_of(reading, Role.DUE, due.value, sure)}
            for name, role, value in settled:
                given[name] = value_of(reading, role, value, sure)
            return given
    if dues and dues[0].weight >= CALLED_DUE:
        if _is_printed_between(reading, gross, dues[0]):
            paid = value_of(reading, Role.PAID, gross - dues[0].value, sure)
            return {
                "amount_due_for_payment": value_of(reading, Role.DUE, dues[0].value, sure),
                "paid_amount": paid,
            }
        return {
            "amount_due_for_payment": value_of(reading, Role.DUE, dues[0].value, min(sure, 0.85))
        }
    if last := _last_total(found, gross):
        return {"amount_due_for_payment": value_of(reading, Role.DUE, last, min(sure, _DOUBTED))}
    own = found.of(Role.GROSS).get(gross)
    vouchers = found.of(Role.VOUCHER).values()
    ones = (one for role in (Role.PAID, Role.PREVIOUS) for one in found.of(role).values())
    has_paid = any(_is_money(one) for one in ones)
    has_paid |= has_lost_labels(reading.lines)
    has_paid |= own is not None and any(one.place > own.place for one in vouchers)
    return {
        "amount_due_for_payment": value_of(
            reading, Role.GROSS, gross, min(sure, 0.8) if has_paid else sure
        )
    }


def _is_money(one: Candidate) -> bool:
    """Tell whether an amount is one of money, not some digits in a sentence that speaks of paying."""
    return one.weight >= _NAMED or one.amount.decimals >= _CENTS or bool(one.amount.currency)


def _last_total(found: Found, gross: Decimal) -> Decimal | None:
    """Return the total that stands below the gross one, less by what was paid; None where none does."""
    own = found.of(Role.GROSS).get(gross)
    return next(
        (
            value
            for value, one in found.of(Role.GROSS).items()
            if own and one.weight >= _CALLED_TOTAL and not one.is_in_column
            if one.place > own.place and between(found, gross, value)
        ),
        None,
    )


def _is_early(found: Found, gross: Decimal, due: Decimal) -> bool:
    """Tell whether an amount is due only from who pays early: it is less by the cash discount, and
    nothing that was paid explains it."""
    discounts = (one for one in found.of(Role.EARLY).values() if one.weight >= _NAMED)
    less = abs(gross - due)
    return less in {abs(one.value) for one in discounts} and between(found, gross, due) is None


def _is_printed_between(reading: Reading, gross: Decimal, due: Candidate) -> bool:
    """Tell whether the VAT proves the total, and what was paid of it is printed behind it."""
    total = reading.found.of(Role.GROSS).get(gross)
    is_proved = bool(reading.choice.vat) and "closed" in reading.choice.evidence
    return is_proved and total is not None and stands_between(reading.lines, total, due)


def _withheld(reading: Reading, gross: Decimal, sure: float) -> dict[str, Value]:
    """Return what is due after tax that the buyer keeps, where the page shows that; surely where it
    calls it total or due."""
    found = reading.found
    if not found.is_sum(Role.GROSS, gross):
        sure = min(sure, _DOUBTED)
    for one in found.of(Role.WITHHELD):
        if one and gross - abs(one) in found.printed:
            due = value_of(reading, Role.DUE, gross - abs(one), sure)
            paid = value_of(reading, Role.WITHHELD, one, sure)
            return {"amount_due_for_payment": due, "paid_amount": replace(paid, value=abs(one))}
    return {}


def _split(reading: Reading, sure: float) -> dict[str, Value]:
    """Return the net total as what is due where the page says that the buyer pays the VAT to the state
    (split payment), and calls the net total due or names that VAT so."""
    choice, found = reading.choice, reading.found
    rows = [
        line for line in reading.lines if any("split-payment" in hint.keys for hint in line.hints)
    ]
    if not rows or not choice.vat or choice.net is None or "closed" not in choice.evidence:
        return {}
    due = found.of(Role.DUE).get(choice.net)
    is_called = due is not None and due.weight >= CALLED_DUE
    if not is_called and all(one.value != choice.vat for row in rows for one in row.amounts):
        return {}
    sure = sure if is_called else min(sure, _DOUBTED)
    return {"amount_due_for_payment": value_of(reading, Role.DUE, choice.net, sure)}
