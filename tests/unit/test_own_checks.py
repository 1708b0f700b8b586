"""What no official rule catches, or none is asked: each promise with the reason that it comes under.

The engine is away (`rules=None`), so whatever is found here is found by a check of ours.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ingestd.checks import INVOICE_CHECKS
from ingestd.checks.decimals import check as check_decimals
from ingestd.model import Format, InvoiceLine, Profile, SeveralValues, UnreadableValue, Weight
from tests.unit._invoices import CASE, good

CASES: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "IBAN check digits",
        {"payment_account_identifiers": ("FR7630006000011234567890188",)},
        "iban-wrong",
        "BT-84",
    ),
    (
        "VAT check digits",
        {"seller_vat_identifier": "FR41303265045"},
        "supplier-number-wrong",
        "BT-31",
    ),
    (
        "check digits of the account to be debited",
        {
            "payment_account_identifiers": (),
            "payment_means_type_code": "59",
            "debited_account_identifier": "FR7630006000011234567890188",
        },
        "iban-wrong",
        "BT-91",
    ),
    (
        "VAT check digits of the tax representative",
        {"seller_tax_representative_vat_identifier": "FR41303265045"},
        "supplier-number-wrong",
        "BT-63",
    ),
    ("due before issue", {"payment_due_date": date(2026, 9, 1)}, "date-implausible", "BT-9"),
    (
        "an impossible date",
        {"issue_date": None, "unreadable": (UnreadableValue("BT-2", "2026-02-30"),)},
        "fields-missing",
        "BT-2",
    ),
    (
        "an unknown profile",
        {"specification_identifier": "urn:example:ours", "profile": None},
        "profile-unknown",
        "BT-24",
    ),
    (
        "sums of lines",
        {"lines": (InvoiceLine(identifier="1", net_amount=Decimal("90.00")),)},
        "totals-wrong",
        "BR-CO-10",
    ),
    (
        "sums of lines in a profile without a sheet here",
        {
            "format": Format.CII,
            "profile": Profile.BASIC,
            "lines": (InvoiceLine(identifier="1", net_amount=Decimal("90.00")),),
        },
        "totals-wrong",
        "BR-CO-10",
    ),
    (
        "wrong decimals",
        {"amount_due_for_payment": Decimal("120.001")},
        "totals-wrong",
        "BT-115",
    ),
    (
        "wrong decimals, MINIMUM",
        {
            "format": Format.FACTUR_X,
            "profile": Profile.MINIMUM,
            "lines": (),
            "amount_due_for_payment": Decimal("120.001"),
        },
        "totals-wrong",
        "BT-115",
    ),
    (
        "wrong decimals, ZUGFeRD 1",
        {"format": Format.ZUGFERD_1, "total_vat_amount": Decimal("20.004")},
        "totals-wrong",
        "BT-110",
    ),
    (
        "two due dates",
        {"several": (SeveralValues("BT-9", ("2026-11-01", "2026-12-01")),)},
        "fields-missing",
        "BT-9",
    ),
]


@pytest.mark.parametrize(
    ("changes", "reason", "term"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_no_official_rule_catches(changes: dict[str, Any], reason: str, term: str) -> None:
    def found(invoice: Any) -> set[tuple[str, str]]:
        return {
            (finding.reason, finding.term or "")
            for check in INVOICE_CHECKS
            for finding in check(invoice, CASE)
        }

    whole = {"profile": Profile.EN16931}
    assert (reason, term) in found(good(**(whole | changes)))
    assert (reason, term) not in found(good(**whole))


@pytest.mark.parametrize(
    ("currency", "amount", "weights"),
    [
        ("EUR", "120.00", []),
        ("EUR", "120.001", [None]),
        ("EUR", "120.000", [Weight.NOTE]),
        ("JPY", "120", []),
        ("JPY", "120.5", [None]),
        ("JPY", "120.00", [Weight.NOTE]),
        ("KWD", "120.125", []),
        ("KWD", "120.1255", [None]),
        ("HUF", "120.50", []),
    ],
)
def test_an_amount_is_no_finer_than_its_currency(
    currency: str, amount: str, weights: list[Weight | None]
) -> None:
    whole = {
        name: Decimal(1)
        for name in (
            "sum_of_line_net_amounts",
            "total_amount_without_vat",
            "total_vat_amount",
            "total_amount_with_vat",
        )
    }
    invoice = good(
        currency_code=currency, amount_due_for_payment=Decimal(amount), vat_breakdown=(), **whole
    )
    assert [finding.weight for finding in check_decimals(invoice, CASE)] == weights
