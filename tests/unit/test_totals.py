"""Sums that do not add up are found, each by its EN 16931 rule; rounding is not a mistake."""

from decimal import Decimal
from typing import Any

import pytest

from ingestd import reasons
from ingestd.checks.totals import check
from ingestd.model import (
    AllowanceCharge,
    Format,
    InvoiceLine,
    Profile,
    UnreadableValue,
    VatBreakdown,
    Weight,
)
from tests.unit._invoices import CASE, good


def broken(**changes: Any) -> list[str]:
    return [finding.term for finding in check(good(**changes), CASE)]


def amounts(*written: str) -> tuple[InvoiceLine, ...]:
    return tuple(InvoiceLine(net_amount=Decimal(each)) for each in written)


def vat(base: str, amount: str, rate: str) -> VatBreakdown:
    return VatBreakdown(
        taxable_amount=Decimal(base), tax_amount=Decimal(amount), category_rate=Decimal(rate)
    )


def test_right_sums_are_right() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"lines": amounts("60.00", "39.00")}, ["BR-CO-10"]),
        ({"sum_of_allowances": Decimal("0.01")}, ["BR-CO-13", "BR-CO-11"]),
        ({"sum_of_charges": Decimal("1.00")}, ["BR-CO-13", "BR-CO-12"]),
        ({"sum_of_line_net_amounts": Decimal("99.00")}, ["BR-CO-13", "BR-CO-10"]),
        ({"vat_breakdown": (vat("100.00", "19.00", "19"),)}, ["BR-CO-14"]),
        ({"total_amount_with_vat": Decimal("120.01")}, ["BR-CO-15", "BR-CO-16"]),
        ({"amount_due_for_payment": Decimal("100.00")}, ["BR-CO-16"]),
        ({"paid_amount": Decimal("20.00")}, ["BR-CO-16"]),
        ({"vat_breakdown": (vat("100.00", "20.00", "25"),)}, ["BR-CO-17"]),
    ],
)
def test_each_broken_sum_has_its_rule(changes: dict[str, Any], rules: list[str]) -> None:
    assert broken(**changes) == rules


def test_the_figures_are_told_in_both_languages() -> None:
    (finding,) = check(good(amount_due_for_payment=Decimal("100.00")), CASE)
    assert finding.reason == "totals-wrong"
    for lang in reasons.LANGUAGES:
        text = reasons.text(finding, lang)
        assert "100.00" in text
        assert "120.00" in text
        assert "F-1" in text


def test_paid_and_rounding_amounts_are_reckoned_with() -> None:
    assert not broken(
        paid_amount=Decimal("100.00"),
        rounding_amount=Decimal("-0.02"),
        amount_due_for_payment=Decimal("19.98"),
    )


def test_allowances_and_charges_are_summed_apart() -> None:
    assert not broken(
        allowances_charges=(
            AllowanceCharge(is_charge=False, amount=Decimal("10.00")),
            AllowanceCharge(is_charge=True, amount=Decimal("4.00")),
            AllowanceCharge(is_charge=True, amount=Decimal("6.00")),
        ),
        sum_of_allowances=Decimal("10.00"),
        sum_of_charges=Decimal("10.00"),
    )


def test_a_negative_invoice_adds_up_too() -> None:
    assert not broken(
        lines=amounts("-100.00"),
        sum_of_line_net_amounts=Decimal("-100.00"),
        total_amount_without_vat=Decimal("-100.00"),
        total_vat_amount=Decimal("-20.00"),
        vat_breakdown=(vat("-100.00", "-20.00", "20"),),
        total_amount_with_vat=Decimal("-120.00"),
        amount_due_for_payment=Decimal("-120.00"),
    )


def test_half_a_cent_of_the_lines_is_rounding() -> None:
    assert not broken(lines=amounts("33.335", "66.67"))
    assert broken(lines=amounts("33.33", "66.68")) == ["BR-CO-10"]


def test_the_extended_profile_may_be_off_by_a_cent_a_line() -> None:
    lines = amounts("33.33", "33.33", "33.32")
    assert broken(lines=lines) == ["BR-CO-10"]
    assert broken(lines=lines, profile=Profile.EXTENDED) == []


def test_lines_that_repeat_others_are_not_summed() -> None:
    group = InvoiceLine(net_amount=Decimal("100.00"), status_reason_code="GROUP")
    assert not broken(lines=(group, *amounts("60.00", "40.00")))


def test_vat_by_rate_may_be_off_by_less_than_one() -> None:
    assert not broken(vat_breakdown=(vat("104.00", "20.00", "20"),))


def test_what_is_absent_is_not_held_against_an_invoice() -> None:
    assert not broken(
        lines=(),
        vat_breakdown=(),
        sum_of_line_net_amounts=None,
        profile=Profile.MINIMUM,
        amount_due_for_payment=Decimal("90.00"),
    )
    assert not broken(
        total_vat_amount=None, total_amount_with_vat=None, amount_due_for_payment=None
    )


def test_an_unreadable_line_is_not_reported_twice() -> None:
    unreadable = (UnreadableValue("BT-131", "2400,00", "1"),)
    assert not broken(lines=(InvoiceLine(),), unreadable=unreadable)


def test_of_zugferd_1_only_the_totals_are_compared() -> None:
    assert not broken(format=Format.ZUGFERD_1, lines=amounts("119.00"))
    wrong = broken(format=Format.ZUGFERD_1, total_amount_with_vat=Decimal("100.00"))
    assert wrong == ["BR-CO-15"]


def test_a_total_with_vat_that_is_the_one_without_is_noted_in_cii() -> None:
    changes = {
        "total_amount_with_vat": Decimal("100.00"),
        "amount_due_for_payment": Decimal("100.00"),
    }
    (finding,) = check(good(format=Format.CII, **changes), CASE)
    assert (finding.term, finding.weight) == ("BR-CO-15", Weight.NOTE)
    (finding,) = check(good(format=Format.UBL, **changes), CASE)
    assert reasons.weigh(finding, {}) is Weight.HOLD


def test_payments_by_third_parties_of_the_xrechnung_extension_are_noted() -> None:
    specification = (
        "urn:cen.eu:en16931:2017#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
    )
    (finding,) = check(
        good(specification_identifier=specification, amount_due_for_payment=Decimal("150.00")),
        CASE,
    )
    assert (finding.term, finding.weight) == ("BR-CO-16", Weight.NOTE)


@pytest.mark.parametrize("format_", [Format.PDF, Format.IMAGE, Format.BODY])
def test_a_page_is_not_reckoned(format_: Format) -> None:
    assert not broken(format=format_, amount_due_for_payment=Decimal(1))
