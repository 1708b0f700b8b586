"""The page beside the data of one invoice, and several invoices on the pages of one file."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ingestd.checks import mismatch
from ingestd.extraction.page import Page
from ingestd.extraction.several import Stretch, stretches
from ingestd.extraction.sheets import read_sheets
from ingestd.extraction.value import Known
from ingestd.model import Format, Invoice
from tests.cases.pages import drawn, invoice

KNOWN = Known(company=None, today=date(2026, 10, 5))
DATA = Invoice(
    part="2/x.xml",
    format=Format.CII,
    number="F-2026-17",
    total_amount_without_vat=Decimal("100.00"),
    total_amount_with_vat=Decimal("120.00"),
    amount_due_for_payment=Decimal("120.00"),
    payment_account_identifiers=("FR1420041010050500013M02606",),
)


def pages(*numbers: str, more: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> tuple[Page, ...]:
    shown = drawn(*(invoice(number) for number in numbers), *more)
    return read_sheets(shown, "application/pdf", None).pages


def terms(data: Invoice) -> list[str]:
    return [one.term for one in mismatch.check(data, pages("F-2026-17"), "2", KNOWN)]


def test_a_page_that_shows_its_data_does_not_contradict() -> None:
    assert terms(DATA) == []
    assert terms(replace(DATA, number="F 2026/17", payment_account_identifiers=())) == []
    assert terms(replace(DATA, amount_due_for_payment=Decimal("100.00"))) == []


@pytest.mark.parametrize(
    ("change", "term"),
    [
        ({"number": "F-2026-18"}, "BT-1"),
        ({"number": "F-2026-1"}, "BT-1"),
        ({"payment_account_identifiers": ("BE61735018442617",)}, "BT-84"),
        ({"total_amount_with_vat": Decimal("920.00")}, "BT-112"),
        ({"amount_due_for_payment": Decimal("920.00")}, "BT-115"),
        (
            {
                "total_amount_without_vat": Decimal("900.00"),
                "total_amount_with_vat": Decimal("1080.00"),
                "amount_due_for_payment": Decimal("1080.00"),
            },
            "BT-112",
        ),
    ],
)
def test_other_data_than_the_page_shows(change: dict[str, object], term: str) -> None:
    found = terms(replace(DATA, **change))  # type: ignore[arg-type]
    assert found == [term]


def test_several_invoices_with_their_pages() -> None:
    rest = (("Suite", ("Détail",)), invoice("F-2026-18"))
    assert stretches(pages("F-2026-17", more=rest)) == (
        Stretch(1, 2, "F-2026-17"),
        Stretch(3, 3, "F-2026-18"),
    )


@pytest.mark.parametrize(
    "total", ["Totaalbedrag € 120,00", "Gesamtsumme brutto 120,00", "Eindtotaal 120,00"]
)
def test_the_total_of_each_goes_by_many_names(total: str) -> None:
    def numbers(line: str) -> list[str]:
        papers = [("FACTUUR", (f"Factuurnummer: {one}", line)) for one in ("F-117", "F-118")]
        shown = read_sheets(drawn(*papers, rows=()), "application/pdf", None)
        return [one.number for one in stretches(shown.pages)]

    assert numbers(total) == ["F-117", "F-118"]
    assert numbers(total.split(maxsplit=1)[0]) == []


def test_what_is_one_invoice() -> None:
    assert stretches(pages("F-2026-17")) == ()
    assert stretches(pages("F-2026-17", "F-2026-17")) == ()  # a copy
    annex = (("BON DE LIVRAISON", ("Bon n° BL-9",)),)
    assert stretches(pages("F-2026-17", more=annex)) == ()
    second = (("FACTURE", ("Facture n° : F-2026-18", "Page 2 / 2")),)
    assert stretches(pages("F-2026-17", more=second)) == ()
