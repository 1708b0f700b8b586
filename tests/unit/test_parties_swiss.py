"""A lone VAT number by the address of the debtor: the law asks for the seller's, and Swiss invoices have
no other."""

from dataclasses import replace

import pytest

from ingestd.extraction.value import Known
from ingestd.model import SURE, Company
from tests.unit.test_parties import NOBODY, Lines, given, read

DEBTOR = Company(
    vat="CHE109488335MWST", name="Muster Handel GmbH", country="CH", numbers=("CHE109488335",)
)
KNOWN = replace(NOBODY, company=DEBTOR)
OURS = "CHE107787577MWST"


def debited(top: float, number: str, label: str = "") -> Lines:
    """Return an invoice with a VAT number at `top`, in the column of the debtor's address."""
    return [
        (60, 40, "Bergwerk Treuhand AG"),
        (60, 54, "Seestrasse 5"),
        (60, 68, "8002 Zürich"),
        (60, 82, "Tel. +41 44 111 22 33"),
        (330, 128, label or "Einschreiben"),
        (330, 140, "Muster Handel GmbH"),
        (330, 154, "Bahnhofstrasse 1"),
        (330, 168, "3011 Bern"),
        (330, top, number),
        (60, 500, "IBAN CH93 0076 2011 6238 5295 7"),
    ]


@pytest.mark.parametrize("top", [180, 192, 210])
@pytest.mark.parametrize("label", ["", "Rechnung an", "Kunde:"])
@pytest.mark.parametrize("known", [NOBODY, KNOWN], ids=["nobody", "known"])
def test_the_only_swiss_number_is_the_sellers(top: float, label: str, known: Known) -> None:
    values = read(debited(top, "MWST-Nr. CHE-107.787.577 MWST", label), known)
    assert given(values, "seller_vat_identifier") == OURS
    assert "buyer_vat_identifier" not in values


def test_in_the_debtors_own_lines_it_is_a_suggestion() -> None:
    values = read(debited(180, "MWST-Nr. CHE-107.787.577 MWST", "Rechnung an"), NOBODY)
    assert values["seller_vat_identifier"].confidence < SURE


def test_a_swiss_number_that_a_label_or_the_company_names_is_the_debtors() -> None:
    said = read(debited(210, "Ihre MWST-Nr. CHE-107.787.577 MWST"), NOBODY)
    own = read(debited(180, "MWST-Nr. CHE-109.488.335"), KNOWN)
    assert given(said, "buyer_vat_identifier") == OURS
    assert given(own, "buyer_vat_identifier") == "CHE109488335"
    assert "seller_vat_identifier" not in {*said, *own}


def test_beside_a_foreign_sellers_number_a_swiss_one_is_the_debtors() -> None:
    lines = [
        *debited(180, "UID CHE-107.787.577", "Rechnung an"),
        (60, 800, "USt-IdNr. DE136695976"),
    ]
    values = read([*lines, (60, 812, "Amtsgericht Hamburg HRB 12345")])
    assert given(values, "buyer_vat_identifier") == "CHE107787577"
    assert given(values, "seller_vat_identifier") == "DE136695976"


def test_a_number_of_the_companys_country_that_is_not_its_own_is_not_surely_the_buyers() -> None:
    german = Company(vat="DE136695976", name="Muster Handel GmbH", country="DE")
    known = replace(NOBODY, company=german)
    values = read(debited(180, "USt-IdNr. DE811569869", "Rechnung an"), known)
    assert all(one.confidence < SURE for name, one in values.items() if "vat" in name)


def test_a_lone_number_apart_from_the_debtors_lines_is_not_surely_the_debtors() -> None:
    values = read(debited(200, "USt-IdNr. DE136695976", "Rechnung an"))
    assert all(one.confidence < SURE for name, one in values.items() if "vat" in name)
    near = read(debited(180, "USt-IdNr. DE136695976", "Rechnung an"))
    assert given(near, "buyer_vat_identifier") == "DE136695976"
