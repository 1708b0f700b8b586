"""Totals, VAT breakdown, currency and lines of a page.

Labels and columns propose amounts for each total (`_roles`), the arithmetic chooses among them
(`_choice`), and what speaks for the choice becomes its confidence. A printed amount is given as it is
printed, its sign included; where the sums on the page are wrong nothing is mended, only doubted.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ingestd.extraction.page import CLEAR, Page, clearness
from ingestd.extraction.totals._choice import choices
from ingestd.extraction.totals._confidence import confidence
from ingestd.extraction.totals._currency import currency
from ingestd.extraction.totals._foreign import without_foreign
from ingestd.extraction.totals._found import found_in
from ingestd.extraction.totals._grid import lines_of
from ingestd.extraction.totals._payment import CALLED_DUE, payment
from ingestd.extraction.totals._rappen import rounded
from ingestd.extraction.totals._reading import Reading, candidates, is_recognised, value_of
from ingestd.extraction.totals._roles import Role
from ingestd.extraction.totals._settlement import between
from ingestd.extraction.totals.lines import Sums
from ingestd.extraction.totals.lines import lines as invoice_lines
from ingestd.extraction.value import Known, Value, Values
from ingestd.model import VatBreakdown

_SETTLED, _OF_TWO = 0.97, 0.9
_HANDED_OVER = 1.5
"""What is worth less as a total may be what was handed over for it."""


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
    reading = Reading(lines, found, ranked[0], sure)
    values = dict(_totals(reading))
    values |= payment(reading, values)
    amounts = [one.amount for one in candidates(reading)]
    money = currency(lines, amounts)
    if money:
        values["currency_code"] = money
    values |= _breakdown(reading)
    table = invoice_lines(lines, _sums_of_lines(reading))
    if table:
        values["lines"] = table
    return values


def _sums_of_lines(reading: Reading) -> Sums:
    """Return what the lines may come to: the net total, or a subtotal that allowances and charges lead
    to it from (BR-CO-13)."""
    of_lines = reading.found.of(Role.LINES) if "lines" in reading.choice.evidence else ()
    return Sums(reading.choice.net, frozenset(of_lines))


def _totals(reading: Reading) -> Iterator[tuple[str, Value]]:
    choice, sure = reading.choice, reading.confidence
    total = rounded(reading.found, choice.gross) if choice.gross is not None else None
    for name, role, value in (
        ("total_amount_without_vat", Role.NET, choice.net),
        ("total_vat_amount", Role.VAT, choice.vat),
        ("total_amount_with_vat", Role.GROSS, choice.gross),
    ):
        if role is Role.GROSS and total:  # printed is only what it was rounded to
            yield name, value_of(reading, role, total.value, min(sure, _OF_TWO))
        elif value is not None:
            yield name, value_of(reading, role, value, _doubted(reading, role, value, sure))


def _doubted(reading: Reading, role: Role, value: Decimal, sure: float) -> float:
    """Return less where one total is weaker than the choice as a whole."""
    candidate = reading.found.of(role).get(value)
    proofs = reading.choice.evidence & {"closed", "settled"}
    if candidate and candidate.amount.is_doubtful and not proofs:
        return min(sure, 0.8)
    if not candidate and value not in reading.found.printed and role is not Role.VAT:
        return min(sure, 0.93)
    if role is Role.GROSS and _has_better_label(reading, value):
        return min(sure, 0.9)
    if role is Role.VAT and not value and _shows_vat(reading):
        return min(sure, 0.9)
    if role is not Role.VAT and _is_left_open(reading):
        return min(sure, 0.9)
    is_rounded = role is Role.GROSS and _is_rounded(reading)
    if is_recognised(reading) and (is_rounded or _has_greater_total(reading)):
        return min(sure, 0.9)
    if role is Role.GROSS and "settled" in proofs and candidate:
        return max(sure, _SETTLED)
    if is_recognised(reading) and not _is_proved(reading):
        return min(sure, 0.9)
    return sure


def _shows_vat(reading: Reading) -> bool:
    """Tell whether a rate turns a base into VAT on the page, whatever else is exempt there."""
    return any(one.tax for one in reading.found.taxes)


def _is_left_open(reading: Reading) -> bool:
    """Tell whether, without VAT to prove the total, another amount is called due and nothing that was
    paid, rounded or kept explains it: it may be the total after a discount."""
    choice, found = reading.choice, reading.found
    if choice.vat or choice.gross is None:
        return False
    return any(
        one.weight >= CALLED_DUE and between(found, choice.gross, due) is None
        for due, one in found.of(Role.DUE).items()
    )


def _is_rounded(reading: Reading) -> bool:
    """Tell whether the total is rounded after it: then a slip has two, and either may be meant."""
    return any(reading.found.of(Role.ROUNDING))


def _has_greater_total(reading: Reading) -> bool:
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


def _is_proved(reading: Reading) -> bool:
    """Tell whether three different totals prove each other, or recognition is sure of the letters."""
    if reading.choice.vat and "closed" in reading.choice.evidence:
        return True
    return clearness(word for one in candidates(reading) for word in one.amount.words) >= CLEAR


def _has_better_label(reading: Reading, value: Decimal) -> bool:
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


def _breakdown(reading: Reading) -> dict[str, Value]:
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
    if is_recognised(reading) and _has_greater_total(reading):
        sure = min(sure, 0.9)
    return {"vat_breakdown": Value(rows, sure, taxes[0].page, words, ("breakdown",))}
