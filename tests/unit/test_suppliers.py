"""What the ledger knows of a supplier, as the judgement of its next page may ask."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingestd.model import (
    Box,
    Format,
    Invoice,
    InvoiceStatus,
    KnownSupplier,
    PurchaseInvoice,
    Source,
)
from ingestd.store._suppliers import supplier_of

VAT = "FR40303265045"
IBAN = "FR1420041010050500013M02606"
_NAMED = ("number", "seller_name", "seller_vat_identifier", "payment_account_identifiers")
BOX = Box(1, 0.1, 0.2, 0.3, 0.25)


def page(confidence: float, number: str = "F-1") -> Invoice:
    source = Source("text", confidence, box=BOX)
    return Invoice(
        part="2",
        format=Format.PDF,
        number=number,
        seller_name="Atelier",
        seller_vat_identifier="FR 40 303265045",
        payment_account_identifiers=("FR14 2004 1010 0505 0001 3M02 606",),
        sources=dict.fromkeys(_NAMED, source),
    )


def filed(
    invoice: Invoice | None, status: InvoiceStatus = InvoiceStatus.TO_CONFIRM
) -> PurchaseInvoice:
    day = datetime(2026, 10, 5, tzinfo=UTC)
    return PurchaseInvoice(
        id="A",
        company="C",
        status=status,
        mail_id="M",
        received_at=day,
        filed_at=day,
        path="2",
        name="a.pdf",
        sha256="",
        format=Format.PDF,
        profile=None,
        invoice=invoice,
    )


def test_a_supplier_is_known_by_its_vat_number_and_its_account() -> None:
    known = KnownSupplier(
        name="Atelier",
        vat_identifier=VAT,
        payment_account_identifiers=(IBAN,),
        numbers=("F-2", "F-1"),
        places={"number": BOX, "seller_name": BOX, "seller_vat_identifier": BOX},
    )
    found = [filed(page(0.97, "F-2")), filed(page(0.99))]
    assert supplier_of(found, VAT) == supplier_of(found, IBAN) == known
    assert supplier_of(found, "BE0000000000") is None


@pytest.mark.parametrize(
    ("filed_as", "key"),
    [
        ("CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("CHE-107.787.577 TVA", "CHE107787577MWST"),
        ("BE 403.170.701", "BE0403170701"),
        ("DE/136-695.976", "DE136695976"),
    ],
)
def test_a_supplier_is_known_however_its_number_is_written(filed_as: str, key: str) -> None:
    found = [filed(replace(page(0.99), seller_vat_identifier=filed_as))]
    known = supplier_of(found, key)
    assert known
    assert known.vat_identifier == key


def test_suggestions_count_only_once_they_are_confirmed() -> None:
    assert supplier_of([filed(page(0.9))], VAT) is None
    assert supplier_of([filed(page(0.9), InvoiceStatus.REFUSED)], VAT) is None
    confirmed = supplier_of([filed(page(0.9), InvoiceStatus.CONFIRMED)], VAT)
    assert confirmed
    assert confirmed.numbers == ("F-1",)
    assert supplier_of([filed(None)], VAT) is None


def test_a_doubtful_number_beside_a_sure_supplier_is_left_out() -> None:
    invoice = page(0.99)
    doubtful = {**invoice.sources, "number": Source("text", 0.5, box=BOX)}
    known = supplier_of([filed(replace(invoice, sources=doubtful))], VAT)
    assert known
    assert known.numbers == ()
    assert "number" not in known.places
