"""What the official rules let pass and a person would stop at: check digits, dates, specifications."""

from dataclasses import replace
from datetime import date

import pytest

from ingestd import reasons
from ingestd.accounts import normalise_iban
from ingestd.checks import INVOICE_CHECKS, account, dates, specification, supplier
from ingestd.identifiers import InvalidIdentifier
from ingestd.model import Company, Finding, Format, Invoice, Profile
from tests.unit._invoices import CASE, good


def found(check: object, invoice: Invoice) -> list[tuple[str, str]]:
    assert check in INVOICE_CHECKS
    findings: list[Finding] = list(check(invoice, CASE))  # type: ignore[operator] # one of the tuple
    for finding in findings:
        assert "…" not in reasons.text(finding, "en") + reasons.text(finding, "fr")
    return [(finding.reason, finding.term) for finding in findings]


@pytest.mark.parametrize(
    "number",
    ["FR40303265045", "BE 0403.170.701", "DE136695976", "CHE-116.281.710 MWST", "EL094259216"],
)
def test_a_vat_number_with_right_check_digits_is_no_finding(number: str) -> None:
    assert found(supplier.check, good(seller_vat_identifier=number)) == []


@pytest.mark.parametrize("number", ["FR41303265045", "BE0403170702", "DE123456789", "DE12345"])
def test_a_vat_number_with_wrong_check_digits_is_named(number: str) -> None:
    invoice = good(seller_vat_identifier=number)
    assert found(supplier.check, invoice) == [("supplier-number-wrong", "BT-31")]


@pytest.mark.parametrize("number", [None, "", "US12-3456789", "303265045"])
def test_a_number_that_nobody_can_check_is_not_judged(number: str | None) -> None:
    assert found(supplier.check, good(seller_vat_identifier=number)) == []


@pytest.mark.parametrize(
    ("issued", "likely"),
    [
        (date(2026, 11, 1), True),  # the day the mail came
        (date(2026, 11, 2), True),  # tomorrow, in Auckland
        (date(2026, 11, 3), False),
        (date(2024, 10, 31), True),
        (date(2024, 10, 29), False),
        (date(2062, 10, 1), False),
    ],
)
def test_a_date_far_from_today_is_unlikely(issued: date, likely: bool) -> None:
    expected = [] if likely else [("date-implausible", "BT-2")]
    assert found(dates.check, good(issue_date=issued)) == expected


def test_due_before_it_was_issued() -> None:
    late = good(payment_due_date=date(2026, 9, 30))
    assert found(dates.check, late) == [("date-implausible", "BT-9")]
    (finding,) = dates.check(late, CASE)
    assert "2026-09-30" in reasons.text(finding, "fr")
    assert found(dates.check, good(payment_due_date=date(2026, 10, 2))) == []
    assert found(dates.check, good(issue_date=None, payment_due_date=date(2026, 9, 30))) == []


@pytest.mark.parametrize("iban", ["FR14 2004 1010 0505 0001 3M02 606", "de89370400440532013000"])
def test_a_right_iban_is_no_finding(iban: str) -> None:
    assert found(account.check, good(payment_account_identifiers=(iban,))) == []


@pytest.mark.parametrize(
    "iban",
    ["DE89370400440532013001", "NL11 BANK 1111111111", "DE8937040044053201300", "XX12ABCDEFGHIJ"],
)
def test_an_iban_with_wrong_check_digits_is_named(iban: str) -> None:
    both = (iban, "DE89370400440532013000")
    assert found(account.check, good(payment_account_identifiers=both)) == [("iban-wrong", "BT-84")]
    with pytest.raises(InvalidIdentifier):
        normalise_iban(iban)


@pytest.mark.parametrize("written", ["IBAN9", "IBAN: 12 34"])
def test_an_account_that_calls_itself_an_iban_is_judged_as_one(written: str) -> None:
    invoice = good(payment_account_identifiers=(written,), payment_means_type_code="30")
    assert found(account.check, invoice) == [("iban-wrong", "BT-84")]


def test_an_account_of_another_system_is_judged_only_where_sepa_is_said() -> None:
    invoice = good(payment_account_identifiers=("1234567891234",))
    assert found(account.check, invoice) == []
    assert found(account.check, replace(invoice, payment_means_type_code="30")) == []
    for code in ("58", "59"):
        sepa = replace(invoice, payment_means_type_code=code)
        assert found(account.check, sepa) == [("iban-wrong", "BT-84")]


def test_a_specification_that_nobody_knows_is_named() -> None:
    unknown = good(specification_identifier="urn:example:2031", profile=None)
    assert found(specification.check, unknown) == [("profile-unknown", "BT-24")]
    assert found(specification.check, replace(unknown, profile=Profile.EN16931)) == []
    assert found(specification.check, replace(unknown, specification_identifier=None)) == []
    older = replace(unknown, format=Format.ZUGFERD_1)  # COMFORT has no successor of its name
    assert found(specification.check, older) == []


@pytest.mark.parametrize("profile", [Profile.MINIMUM, Profile.BASIC_WL])
@pytest.mark.parametrize(("country", "full"), [("DE", False), ("BE", False), ("FR", True)])
def test_a_profile_without_lines_is_a_booking_aid_outside_france(
    profile: Profile, country: str, full: bool
) -> None:
    expected = [] if full else [("profile-incomplete", "BT-24")]
    invoice = good(profile=profile, buyer_country_code=country)
    assert found(specification.check, invoice) == expected


def test_the_addressed_company_tells_the_country() -> None:
    case = replace(CASE, company=Company(vat="FR40303265045", country="FR"))
    invoice = good(profile=Profile.MINIMUM, buyer_country_code="DE")
    assert list(specification.check(invoice, case)) == []


@pytest.mark.parametrize("profile", [Profile.BASIC, Profile.EN16931, Profile.XRECHNUNG])
def test_a_full_profile_is_no_booking_aid(profile: Profile) -> None:
    assert found(specification.check, good(profile=profile, buyer_country_code="DE")) == []
