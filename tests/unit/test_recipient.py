"""Is the invoice made out to the company that was addressed?"""

from dataclasses import replace
from datetime import date

import pytest

from ingestd.checks import recipient
from ingestd.model import Case, Company, Format, Invoice

FRENCH = Company(
    vat="FR40303265045", name="Ateliers Lumière SARL", country="FR", numbers=("303265045",)
)
GERMAN = Company(vat="DE136695976", name="Müller & Söhne GmbH", country="DE")
BELGIAN = Company(vat="BE0403170701", country="BE", numbers=("0403170701",))


def found(company: Company | None, **buyer: object) -> list[tuple[str, str]]:
    case = Case(company=company, today=date(2026, 10, 5))
    values = {f"buyer_{name}": value for name, value in buyer.items()}
    invoice = Invoice(part="2", format=Format.UBL, number="1", **values)  # type: ignore[arg-type]
    return [(one.reason, one.term) for one in recipient.check(invoice, case)]


@pytest.mark.parametrize(
    "buyer",
    [
        {"vat_identifier": "FR40303265045"},
        {"vat_identifier": "fr 40 303 265 045"},
        {"vat_identifier": "FR40303265045", "legal_registration_identifier": "12345"},
        {"legal_registration_identifier": "303265045"},
        {"legal_registration_identifier": "303 265 045"},
        {"legal_registration_identifier": "30326504500009"},
        {"legal_registration_identifier": "30326504500017"},
        {"legal_registration_identifier": "FR303265045"},
        {"vat_identifier": "DE136695976", "legal_registration_identifier": "303265045"},
        {"identifiers": ("0225:303265045",)},
        {"electronic_address": "303265045", "name": "Somebody"},
        {"name": "ATELIERS LUMIERE"},
        {"name": "Monsieur le directeur, ateliers"},
    ],
)
def test_it_is_for_us(buyer: dict[str, object]) -> None:
    assert found(FRENCH, **buyer) == []


@pytest.mark.parametrize(
    ("buyer", "term"),
    [
        ({"vat_identifier": "DE136695976"}, "BT-48"),
        ({"vat_identifier": "FR72917362485", "name": "Ateliers Lumière"}, "BT-48"),
        ({"vat_identifier": "not a number"}, "BT-48"),
        ({"legal_registration_identifier": "732829320"}, "BT-47"),
    ],
)
def test_it_is_for_somebody_else(buyer: dict[str, object], term: str) -> None:
    assert found(FRENCH, **buyer) == [("wrong-recipient", term)]


def test_a_buyer_without_a_name_is_told_by_the_number_alone() -> None:
    invoice = Invoice(part="2", format=Format.PDF, buyer_vat_identifier="DE136695976")
    case = Case(company=FRENCH, today=date(2026, 10, 5))
    (told,) = recipient.check_page(invoice, "", case)
    assert (told.part, told.detail) == ("2", "DE136695976")


@pytest.mark.parametrize(
    "buyer",
    [
        {"name": "Menuiserie Blanche SAS"},
        {"name": "Menuiserie Blanche SAS", "legal_registration_identifier": "HRB 1234"},
        {"identifiers": ("K-4711",), "name": "Die Firma"},
        {},
    ],
)
def test_nobody_can_tell(buyer: dict[str, object]) -> None:
    assert found(FRENCH, **buyer) == [("company-unsure", "BT-44")]


def test_legal_forms_and_accents_make_no_name() -> None:
    assert found(GERMAN, name="Mueller GmbH") == [("company-unsure", "BT-44")]
    assert found(GERMAN, name="MÜLLER und Partner GmbH") == []
    assert found(FRENCH, name="Autre SARL") == [("company-unsure", "BT-44")]


def test_a_company_without_name_is_known_by_number_only() -> None:
    assert found(BELGIAN, name="Wie dan ook") == []
    assert found(BELGIAN, electronic_address="0403170701") == []
    assert found(BELGIAN, vat_identifier="BE 403.170.701") == []


def test_without_company_nothing_is_said() -> None:
    assert found(None, vat_identifier="DE136695976") == []


def test_pages_are_for_a_person_to_read() -> None:
    case = Case(company=FRENCH, today=date(2026, 10, 5))
    assert list(recipient.check(Invoice(part="2", format=Format.PDF), case)) == []


@pytest.mark.parametrize(
    "form", ["S.A.R.L.", "sarl", "SPA", "S.r.l.", "ag", "B.V.", "GesmbH", "e.K.", "OG", "Sagl"]
)
def test_a_form_that_a_page_is_read_by_is_no_name_here_either(form: str) -> None:
    same = replace(FRENCH, name=f"Ateliers {form}", vat="FR40303265045")
    assert found(same, name=f"Menuiserie {form}") == [("company-unsure", "BT-44")]
