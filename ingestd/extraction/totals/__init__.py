"""Totals, VAT breakdown, currency and lines of a page.

Labels and columns propose amounts for each total (`_roles`), the arithmetic chooses among them
(`_choice`), and what speaks for the choice becomes its confidence. A printed amount is given as it is
printed, its sign included; where the sums on the page are wrong nothing is mended, only doubted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingestd.extraction.page import CLEAR, Page, clearness
from ingestd.extraction.totals._choice import Choice, choices
from ingestd.extraction.totals._confidence import confidence
from ingestd.extraction.totals._currency import currency
from ingestd.extraction.totals._foreign import without_foreign
from ingestd.extraction.totals._found import Found, found_in
from ingestd.extraction.totals._grid import Line, lines_of
from ingestd.extraction.totals._misread import misread
from ingestd.extraction.totals._rappen import rounded
from ingestd.extraction.totals._roles import Candidate, Role
from ingestd.extraction.totals._settlement import between, has_lost_labels, stands_between
from ingestd.extraction.totals.lines import Sums
from ingestd.extraction.totals.lines import lines as invoice_lines
from ingestd.extraction.value import Known, Value, Values
from ingestd.model import VatBreakdown, Word

_SETTLED, _MENDED, _OF_TWO = 0.97, 0.9, 0.9
_CALLED_DUE = 2.2
"""What a label must be worth to say without doubt that an amount is due."""
_NAMED = 1.5
"""What a label must be worth to name a cash discount."""
_HANDED_OVER = 1.5
"""What is worth less as a total may be what was handed over for it."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document's rows with what was found in them and what was chosen."""

    lines: Sequence[Line]
    found: Found
    choice: Choice
    confidence: float


def read(pages: Sequence[Page], known: Known) -> Values:
    """Return the amounts of an invoice's pages: BT-109, BT-110, BT-112 to BT-115, BG-23, BT-5, BG-25."""
    shown = lines_of(pages)
    if not shown:
        return {}
    lines = without_foreign(shown)
    found = found_in(lines)
    ranked = choices(found)
    if not ranked:
        chosen = currency(lines, ())
        return {"currency_code": chosen} if chosen else {}
    is_whole = all(one is two for one, two in zip(lines, shown, strict=True))
    sure = min(confidence(ranked, found), 1.0 if is_whole else _OF_TWO)
    reading = _Reading(lines, found, ranked[0], sure)
    values = dict(_totals(reading))
    values |= _payment(reading, values)
    amounts = [one.amount for one in _candidates(reading)]
    money = currency(lines, amounts)
    if money:
        values["currency_code"] = money
    values |= _breakdown(reading)
    table = invoice_lines(lines, _sums_of_lines(reading))
    if table:
        values["lines"] = table
    return values


def _sums_of_lines(reading: _Reading) -> Sums:
    """Return what the lines may come to: the net total, or a subtotal that allowances and charges lead
    to it from (BR-CO-13)."""
    of_lines = reading.found.of(Role.LINES) if "lines" in reading.choice.evidence else ()
    return Sums(reading.choice.net, frozenset(of_lines))


def _candidates(reading: _Reading) -> Iterator[Candidate]:
    choice = reading.choice
    for role, value in ((Role.NET, choice.net), (Role.VAT, choice.vat), (Role.GROSS, choice.gross)):
        if value is not None and (one := reading.found.of(role).get(value)):
            yield one


def _value(reading: _Reading, role: Role, value: Decimal, sure: float) -> Value:
    """Return a total with its place; one that is not printed has that of the gross total."""
    candidate = reading.found.of(role).get(value)
    evidence = tuple(sorted(reading.choice.evidence))
    if candidate:
        return Value(value, sure, candidate.page, candidate.amount.words, ("label", *evidence))
    if value in reading.found.printed:
        amount, page = reading.found.printed[value]
        return Value(value, sure, page, amount.words, evidence)
    if one := misread(reading.found, role, value):
        words = one.amount.words
        return Value(value, min(sure, _MENDED), one.page, words, ("mended", *evidence))
    page, words = _anchor(reading)
    return Value(value, sure, page, words, ("arithmetic", *evidence))


def _anchor(reading: _Reading) -> tuple[Page, tuple[Word, ...]]:
    for one in sorted(_candidates(reading), key=lambda one: -abs(one.value)):
        return one.page, one.amount.words
    return reading.lines[0].page, ()


def _totals(reading: _Reading) -> Iterator[tuple[str, Value]]:
    choice, sure = reading.choice, reading.confidence
    total = rounded(reading.found, choice.gross) if choice.gross is not None else None
    for name, role, value in (
        ("total_amount_without_vat", Role.NET, choice.net),
        ("total_vat_amount", Role.VAT, choice.vat),
        ("total_amount_with_vat", Role.GROSS, choice.gross),
    ):
        if role is Role.GROSS and total:  # printed is only what it was rounded to
            yield name, _value(reading, role, total.value, min(sure, _OF_TWO))
        elif value is not None:
            yield name, _value(reading, role, value, _doubted(reading, role, value, sure))


def _doubted(reading: _Reading, role: Role, value: Decimal, sure: float) -> float:
    """Return less where one total is weaker than the choice as a whole."""
    candidate = reading.found.of(role).get(value)
    proofs = reading.choice.evidence & {"closed", "settled"}
    if candidate and candidate.amount.is_doubtful and not proofs:
        return min(sure, 0.8)
    if not candidate and value not in reading.found.printed and role is not Role.VAT:
        return min(sure, 0.93)
    if role is Role.GROSS and _has_better_label(reading, value):
        return min(sure, 0.9)
    if role is not Role.VAT and _is_left_open(reading):
        return min(sure, 0.9)
    is_rounded = role is Role.GROSS and _is_rounded(reading)
    if _is_recognised(reading) and (is_rounded or _has_greater_total(reading)):
        return min(sure, 0.9)
    if role is Role.GROSS and "settled" in proofs and candidate:
        return max(sure, _SETTLED)
    if _is_recognised(reading) and not _is_proved(reading):
        return min(sure, 0.9)
    return sure


def _is_left_open(reading: _Reading) -> bool:
    """Tell whether, without VAT to prove the total, another amount is called due and nothing that was
    paid, rounded or kept explains it: it may be the total after a discount."""
    choice, found = reading.choice, reading.found
    if choice.vat or choice.gross is None:
        return False
    return any(
        one.weight >= _CALLED_DUE and between(found, choice.gross, due) is None
        for due, one in found.of(Role.DUE).items()
    )


def _is_rounded(reading: _Reading) -> bool:
    """Tell whether the total is rounded after it: then a slip has two, and either may be meant."""
    return any(reading.found.of(Role.ROUNDING))


def _is_recognised(reading: _Reading) -> bool:
    return any(one.page.origin == "ocr" for one in _candidates(reading))


def _has_greater_total(reading: _Reading) -> bool:
    """Tell whether a greater total than the chosen one is printed and not explained by it: a misread
    figure breaks the sum of the whole, and a part of it that adds up must not stand for it."""
    choice = reading.choice
    if choice.gross is None:
        return False
    dues = reading.found.of(Role.DUE)
    explained = {choice.net, choice.vat} | {part.gross for part in choice.parts}
    least = _HANDED_OVER if "settled" in choice.evidence else 0.0
    return any(
        abs(value) > abs(choice.gross)
        and value not in explained
        and value * choice.gross > 0
        and one.weight >= least
        for value, one in reading.found.of(Role.GROSS).items()
        if value not in dues or dues[value].weight < one.weight
    )


def _is_proved(reading: _Reading) -> bool:
    """Tell whether three different totals prove each other, or recognition is sure of the letters."""
    if reading.choice.vat and "closed" in reading.choice.evidence:
        return True
    return clearness(word for one in _candidates(reading) for word in one.amount.words) >= CLEAR


def _has_better_label(reading: _Reading, value: Decimal) -> bool:
    """Tell whether another amount that the choice does not explain has as good a label for the gross
    total: the sums on the page are wrong, or it is not about one invoice."""
    choice, ones = reading.choice, reading.found.of(Role.GROSS)
    own = ones.get(value)
    least = 2.0 if own is None or own.is_in_column else max(2.4, own.weight - 0.3)
    dues = reading.found.of(Role.DUE)
    explained = {choice.net, choice.vat}
    explained |= reading.found.before_allowance(choice.net) if choice.net else set()
    explained |= {one for one in ones if one in dues and dues[one].weight > ones[one].weight}
    explained |= {part for one in choice.parts for part in (one.net, one.vat, one.gross)}
    explained |= {part for one in choice.breakdown for part in (one.base, one.tax)}
    return any(
        not one.is_in_column and one.weight >= least and one.value not in explained
        for one in ones.values()
        if one.value != value
    )


def _payment(reading: _Reading, values: Values) -> dict[str, Value]:
    """Return what was paid, what was rounded and what is due (BT-113, BT-114, BT-115)."""
    gross, found = reading.choice.gross, reading.found
    sure = min(
        reading.confidence, values["total_amount_with_vat"].confidence if gross is not None else 1
    )
    if gross is not None and (total := rounded(found, gross)):
        return {
            "amount_due_for_payment": _value(reading, Role.DUE, total.value, reading.confidence),
            "rounding_amount": _value(
                reading, Role.ROUNDING, total.value - gross, reading.confidence
            ),
        }
    if gross is None:
        best = max(found.of(Role.DUE).values(), key=lambda one: one.weight, default=None)
        return (
            {"amount_due_for_payment": _value(reading, Role.DUE, best.value, 0.6)} if best else {}
        )
    if kept := _withheld(reading, gross, sure):
        return kept
    dues = sorted(found.of(Role.DUE).values(), key=lambda one: -one.weight)
    least = max(1.5, dues[0].weight - 1.0) if dues else 0.0
    dues = [o for o in dues if o.weight >= least or o.value - gross in found.of(Role.ROUNDING)]
    later = [one for one in dues if not _is_early(found, gross, one.value)]
    if later != dues:
        dues, sure = later, min(sure, _OF_TWO)
    for due in sorted(dues, key=lambda one: one.value == gross):
        settled = between(found, gross, due.value)
        if settled is not None:
            given = {"amount_due_for_payment": _value(reading, Role.DUE, due.value, sure)}
            for name, role, value in settled:
                given[name] = _value(reading, role, value, sure)
            return given
    if dues and dues[0].weight >= _CALLED_DUE:
        if _is_printed_between(reading, gross, dues[0]):
            paid = _value(reading, Role.PAID, gross - dues[0].value, sure)
            return {
                "amount_due_for_payment": _value(reading, Role.DUE, dues[0].value, sure),
                "paid_amount": paid,
            }
        return {"amount_due_for_payment": _value(reading, Role.DUE, dues[0].value, min(sure, 0.85))}
    has_paid = (
        any(found.of(Role.PAID)) or any(found.of(Role.PREVIOUS)) or has_lost_labels(reading.lines)
    )
    return {
        "amount_due_for_payment": _value(
            reading, Role.GROSS, gross, min(sure, 0.8) if has_paid else sure
        )
    }


def _is_early(found: Found, gross: Decimal, due: Decimal) -> bool:
    """Tell whether an amount is due only from who pays early: it is less by the cash discount, and
    nothing that was paid explains it."""
    discounts = (one for one in found.of(Role.EARLY).values() if one.weight >= _NAMED)
    less = abs(gross - due)
    return less in {abs(one.value) for one in discounts} and between(found, gross, due) is None


def _is_printed_between(reading: _Reading, gross: Decimal, due: Candidate) -> bool:
    """Tell whether the VAT proves the total, and what was paid of it is printed behind it."""
    total = reading.found.of(Role.GROSS).get(gross)
    is_proved = bool(reading.choice.vat) and "closed" in reading.choice.evidence
    return is_proved and total is not None and stands_between(reading.lines, total, due)


def _withheld(reading: _Reading, gross: Decimal, sure: float) -> dict[str, Value]:
    """Return what is due after tax that the buyer keeps, where the page shows that as its total."""
    found = reading.found
    for one in found.of(Role.WITHHELD) if found.is_sum(Role.GROSS, gross) else ():
        if one and gross - abs(one) in found.printed:
            due = _value(reading, Role.DUE, gross - abs(one), sure)
            paid = _value(reading, Role.WITHHELD, one, sure)
            return {"amount_due_for_payment": due, "paid_amount": replace(paid, value=abs(one))}
    return {}


def _breakdown(reading: _Reading) -> dict[str, Value]:
    """Return BG-23: the VAT by rate, where the page shows rates that belong to the totals."""
    taxes = reading.choice.breakdown
    if not taxes:
        return {}
    rows = tuple(
        VatBreakdown(taxable_amount=one.base, tax_amount=one.tax, category_rate=one.rate)
        for one in taxes
    )
    words = tuple(word for one in taxes if one.page is taxes[0].page for word in one.amount.words)
    sure = reading.confidence
    if _is_recognised(reading) and _has_greater_total(reading):
        sure = min(sure, 0.9)
    return {"vat_breakdown": Value(rows, sure, taxes[0].page, words, ("breakdown",))}
