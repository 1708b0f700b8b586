"""VAT by rate as a page shows it: rows in which rate x base = VAT, and labels that name a rate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations

from ingestd.extraction.amounts import Amount
from ingestd.extraction.page import Page
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._roles import heads_above

CENT = Decimal("0.01")
USUAL_RATES = tuple(
    map(
        Decimal,
        "2.1 2.5 2.6 3 3.7 3.8 4 4.8 5 5.2 5.5 6 7 7.6 7.7 8 8.1 8.5 9 9.5 10 11 12 13 13.5 14 15 16 17"
        " 18 19 20 21 22 23 24 25 25.5 27".split(),
    )
)
"""VAT rates of Europe of the last years, in percent."""
RATES = frozenset(USUAL_RATES) | {Decimal(0)}
_NUMBERS = 10
_DISCOUNTS = frozenset({"allowance", "cash-discount"})
_NAMES_OF_VAT = frozenset({"vat", "total-vat", "vat-included", "vat-rate"})
_TRIPLE = 3


@dataclass(frozen=True, slots=True)
class Tax:
    """The VAT of one rate (in percent); `base` is None where the page shows only the VAT."""

    rate: Decimal
    base: Decimal | None
    tax: Decimal
    amount: Amount
    page: Page


def vat_of(base: Decimal, rate: Decimal) -> Decimal:
    """Return the VAT on an amount, rounded to a cent as invoices do it."""
    return (base * rate / 100).quantize(CENT, ROUND_HALF_UP)


def taxes_of(lines: Iterable[Line]) -> Iterator[Tax]:
    """Yield what the rows say of VAT by rate; a row of a single line with its VAT is among them."""
    for line in lines:
        rates = rates_of(line)
        if not rates or is_of_guests(line):
            continue
        found = list(_proved(line, rates))
        yield from found or _named(line)


def is_of_guests(line: Line) -> bool:
    """Tell whether a row is about the tax on guests of a town, which is no VAT and has none."""
    return any("tourist-tax" in hint.keys for hint in line.hints)


def is_of_vat(line: Line) -> bool:
    """Tell whether a percentage of a row may be a rate of VAT: not one of a discount, nor that of the tax
    on guests."""
    keys = {key for hint in line.hints for key in hint.keys}
    return not is_of_guests(line) and (not keys & _DISCOUNTS or bool(keys & _NAMES_OF_VAT))


def unnamed_taxes_of(lines: Iterable[Line]) -> Iterator[Tax]:
    """Yield what rows say of VAT by rate by their figures alone: base, rate and VAT beside each other,
    with no sign of a percentage and no head."""
    for line in lines:
        numbers = [one for one in line.amounts if one.decimals >= 2 and not one.is_rate][-_NUMBERS:]
        if rates_of(line) or len(numbers) < _TRIPLE:
            continue
        for rate, base in permutations(numbers, 2):
            if rate.value not in RATES or not rate.value or abs(base.value) <= rate.value:
                continue
            for tax in numbers:
                if tax not in (rate, base) and tax.value == vat_of(base.value, rate.value):
                    yield Tax(_shortest(rate.value), base.value, tax.value, tax, line.page)


def rates_of(line: Line) -> tuple[Decimal, ...]:
    """Return the percentages of a row, and the numbers that stand in a column of VAT rates."""
    rates = [one.value for one in line.amounts if one.is_rate]
    rates += [
        one.value
        for one in line.amounts
        if not one.is_rate
        and one.decimals <= 2
        and one.value in RATES
        and _is_in_rate_column(line, one)
    ]
    return tuple(dict.fromkeys(_shortest(one) for one in rates if 0 <= one < 30))[:4]


def _shortest(rate: Decimal) -> Decimal:
    """Return a rate without zeros behind its decimals: 5.50 as 5.5, 20.00 as 20 (not 2E+1)."""
    return rate.quantize(Decimal(1)) if rate == rate.to_integral_value() else rate.normalize()


def _is_in_rate_column(line: Line, amount: Amount) -> bool:
    return any(head.keys & {"vat-rate", "vat"} for head in heads_above(line, amount))


def _proved(line: Line, rates: Iterable[Decimal]) -> Iterator[Tax]:
    numbers = [one for one in line.amounts if one.decimals >= 2 and not one.is_rate][-_NUMBERS:]
    for rate in rates:
        for base in numbers:
            for tax in numbers:
                if base is tax or abs(vat_of(base.value, rate) - tax.value) > CENT:
                    continue
                if base.value and (tax.value or not rate):
                    yield Tax(rate, base.value, tax.value, tax, line.page)


def _named(line: Line) -> Iterator[Tax]:
    for cell in line.cells:
        if cell.keys & {"vat", "total-vat", "vat-included"} and cell.rates and cell.amounts:
            last = cell.amounts[-1]
            if last.decimals >= 2:
                yield Tax(_shortest(cell.rates[-1].value), None, last.value, last, line.page)
