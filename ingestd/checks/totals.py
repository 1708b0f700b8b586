"""The sums of an electronic invoice, recomputed (EN 16931, BR-CO-10 to BR-CO-17).

A sum is checked where all of its terms are there; what the profile leaves out is not held against it.
Decimals are exact; a difference up to half a cent is rounding, the VAT of one rate may be off by less
than one unit (as in the official rules), and Factur-X EXTENDED allows a cent for each amount summed.

ZUGFeRD 1 is older than these rules: its own samples sign allowances and sum lines in other ways, so
of it only the totals are compared with each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from ingestd.checks.fields import name_of
from ingestd.model import Bilingual, Case, Finding, Format, Invoice, InvoiceLine, Profile, Weight

_HALF_CENT = Decimal("0.005")
_CENT = Decimal("0.01")
_UNDER_ONE = Decimal("0.99")
_ZERO = Decimal(0)
_NOT_SUMMED = ("GROUP", "INFORMATION")
"""Line status (BT-X-8) of lines that repeat the amounts of others."""
_WITH_LOOSE_SUMS = (Profile.EXTENDED, Profile.EXTENDED_CTC_FR)


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `totals-wrong` for each broken sum; the term is the EN 16931 rule."""
    if invoice.format.is_page:
        return
    yield from _net_and_gross(invoice)
    if invoice.format is Format.ZUGFERD_1:
        return
    yield from _sums(invoice)
    yield from _vat(invoice)
    if invoice.profile is not Profile.MINIMUM:  # which does not tell what was paid already
        yield from _due(invoice)


def check_page(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `totals-wrong`, as a note, where the sure totals of a page do not add up; what else its sum
    is made of may not have been read."""
    total, vat = invoice.total_amount_with_vat, invoice.total_vat_amount
    if total is not None and vat is not None:
        for finding in _net_and_gross(replace(invoice, sum_of_line_net_amounts=None)):
            yield replace(finding, weight=Weight.NOTE)


def _sums(invoice: Invoice) -> Iterator[Finding]:
    """BR-CO-10, BR-CO-11, BR-CO-12 and BR-CO-14: a total and the amounts that it is the sum of."""
    lines = [line.net_amount for line in invoice.lines if _is_summed(line)]
    if invoice.lines and not any(value.term == "BT-131" for value in invoice.unreadable):
        yield from _compare_sum(
            invoice, "BR-CO-10", "BT-106", invoice.sum_of_line_net_amounts, lines
        )
    for rule, term, total, is_charge in (
        ("BR-CO-11", "BT-107", invoice.sum_of_allowances, False),
        ("BR-CO-12", "BT-108", invoice.sum_of_charges, True),
    ):
        amounts = [
            each.amount for each in invoice.allowances_charges if each.is_charge is is_charge
        ]
        if amounts or total:
            yield from _compare_sum(invoice, rule, term, total, amounts)
    if invoice.vat_breakdown:
        amounts = [each.tax_amount for each in invoice.vat_breakdown]
        yield from _compare_sum(invoice, "BR-CO-14", "BT-110", invoice.total_vat_amount, amounts)


def _net_and_gross(invoice: Invoice) -> Iterator[Finding]:
    """BR-CO-13 and BR-CO-15; sums of allowances and charges and VAT that are absent count zero.

    The official rule of the CII syntax also takes a total with VAT that is the total without it
    although there is VAT; so does this check, but it says so.
    """
    without = invoice.total_amount_without_vat
    if invoice.sum_of_line_net_amounts is not None:
        net = invoice.sum_of_line_net_amounts - (invoice.sum_of_allowances or _ZERO)
        net += invoice.sum_of_charges or _ZERO
        yield from _compare(invoice, "BR-CO-13", "BT-109", without, net)
    if without is not None:
        gross = without + (invoice.total_vat_amount or _ZERO)
        tolerated = invoice.format is not Format.UBL and invoice.total_amount_with_vat == without
        weight = Weight.NOTE if tolerated else None
        for finding in _compare(
            invoice, "BR-CO-15", "BT-112", invoice.total_amount_with_vat, gross
        ):
            yield replace(finding, weight=weight)


def _due(invoice: Invoice) -> Iterator[Finding]:
    """BR-CO-16. The XRechnung extension adds payments by third parties, which are not read: noted."""
    if invoice.total_amount_with_vat is None:
        return
    due = invoice.total_amount_with_vat - (invoice.paid_amount or _ZERO)
    due += invoice.rounding_amount or _ZERO
    extended = "extension:xrechnung" in (invoice.specification_identifier or "")
    for finding in _compare(invoice, "BR-CO-16", "BT-115", invoice.amount_due_for_payment, due):
        yield replace(finding, weight=Weight.NOTE if extended else None)


def _vat(invoice: Invoice) -> Iterator[Finding]:
    """BR-CO-17: the VAT of each rate."""
    for each in invoice.vat_breakdown:
        if each.taxable_amount is None or each.category_rate is None:
            continue
        computed = each.taxable_amount * each.category_rate / 100
        yield from _compare(invoice, "BR-CO-17", "BT-117", each.tax_amount, computed, _UNDER_ONE)


def _is_summed(line: InvoiceLine) -> bool:
    return line.status_reason_code not in _NOT_SUMMED


def _compare_sum(
    invoice: Invoice,
    rule: str,
    term: str,
    total: Decimal | None,
    amounts: Iterable[Decimal | None],
) -> Iterator[Finding]:
    known = [amount for amount in amounts if amount is not None]
    loose = _CENT * len(known) if invoice.profile in _WITH_LOOSE_SUMS else _ZERO
    yield from _compare(invoice, rule, term, total, sum(known, _ZERO), _HALF_CENT + loose)


def _compare(
    invoice: Invoice,
    rule: str,
    term: str,
    written: Decimal | None,
    computed: Decimal,
    tolerance: Decimal = _HALF_CENT,
) -> Iterator[Finding]:
    if written is None or abs(written - computed) <= tolerance:
        return
    name = name_of(term)
    detail = Bilingual(
        f"{name.en} is {written}, computed {computed}",
        f"{name.fr} : {written}, recalculé {computed}",
    )
    values = {"number": invoice.number or "?"}
    yield Finding("totals-wrong", invoice.part, rule, detail, values=values)
