"""Amounts with more decimals than their currency has: nobody can pay half a cent, or a tenth of a yen.

The official rules (BR-DEC) allow two decimals in every currency, and where no rule set applies
(ZUGFeRD 1, an engine without the pack) they are not asked at all.
"""

from collections.abc import Iterator
from decimal import Decimal

from ingestd.checks.fields import name_of
from ingestd.model import Bilingual, Case, Finding, Invoice, Weight

_USUAL = 2
_MINOR_UNITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217: how many decimals a currency has, where they are not two."""


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `totals-wrong` for each total of an electronic invoice that is finer than its currency
    (BT-5); mere zeros too many are noted."""
    if invoice.format.is_page or not invoice.currency_code:
        return
    most = _MINOR_UNITS.get(invoice.currency_code, _USUAL)
    for term, amount in _totals(invoice):
        if amount is not None and _decimals(amount) > most:
            is_finer = _decimals(amount.normalize()) > most
            yield _finding(invoice, term, amount, most, None if is_finer else Weight.NOTE)


def _totals(invoice: Invoice) -> Iterator[tuple[str, Decimal | None]]:
    yield "BT-106", invoice.sum_of_line_net_amounts
    yield "BT-107", invoice.sum_of_allowances
    yield "BT-108", invoice.sum_of_charges
    yield "BT-109", invoice.total_amount_without_vat
    yield "BT-110", invoice.total_vat_amount
    yield "BT-112", invoice.total_amount_with_vat
    yield "BT-113", invoice.paid_amount
    yield "BT-115", invoice.amount_due_for_payment
    for each in invoice.vat_breakdown:
        yield "BT-116", each.taxable_amount
        yield "BT-117", each.tax_amount


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _finding(
    invoice: Invoice, term: str, amount: Decimal, most: int, weight: Weight | None
) -> Finding:
    name, currency = name_of(term), invoice.currency_code
    detail = Bilingual(
        f"{name.en} is {amount}, and {currency} has {most} decimals",
        f"{name.fr} : {amount}, or {currency} n'a que {most} décimales",
    )
    values = {"number": invoice.number or "?"}
    return Finding("totals-wrong", invoice.part, term, detail, weight, values)
