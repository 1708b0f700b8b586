"""All of EN 16931 is in the model, each term once, and both syntaxes give it: a document in which every
element says its own business term is read to a model in which every field does."""

import re
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ingestd.en16931 import cii, ubl
from ingestd.model import (
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    ItemAttribute,
    LineAllowanceCharge,
    Note,
    PrecedingInvoice,
    SupportingDocument,
    VatBreakdown,
)

GROUPS = (
    *(Invoice, InvoiceLine, VatBreakdown, AllowanceCharge, LineAllowanceCharge),
    *(ItemAttribute, Note, PrecedingInvoice, SupportingDocument),
)
NO_SUCH_TERM = {"BT-4"}
CHARGES = {f"BT-{number}" for number in (*range(99, 106), *range(141, 146))}
"""The terms of a charge (BG-21, BG-28), which share the fields of the allowance: `is_charge` tells."""


def terms(kind: type) -> list[str]:
    return [str(field.metadata["term"]) for field in fields(kind) if "term" in field.metadata]


def test_every_term_of_the_standard_has_its_field_and_none_has_two() -> None:
    counted = Counter(term for kind in GROUPS for term in terms(kind))
    standard = {f"BT-{number}" for number in range(1, 166)}
    assert {term for term in counted if re.fullmatch(r"BT-\d+", term)} == (
        standard - NO_SUCH_TERM - CHARGES
    )
    # The numbers of preceding invoices are also a column of the ledger.
    assert [term for term, times in counted.items() if times > 1] == ["BT-25"]


DAY, AMOUNT = date(2026, 10, 2), Decimal("7.5")


def leaves(value: Any) -> dict[str, Any]:
    """Return term -> value of a group and the groups inside it."""
    found: dict[str, Any] = {}
    for field in fields(value):
        inside = getattr(value, field.name)
        first = inside[0] if isinstance(inside, tuple) and inside else inside
        if is_dataclass(first):
            found |= leaves(first)
        elif "term" in field.metadata:
            found[str(field.metadata["term"])] = first
    return found


def check(invoice: Invoice, *elsewhere: str) -> None:
    assert invoice.unreadable == ()
    read = {
        term: value
        for term, value in leaves(invoice).items()
        if term.startswith("BT-") and not term.startswith("BT-X") and term not in elsewhere
    }
    wrong = {
        term: value
        for term, value in read.items()
        if value not in (term, DAY, AMOUNT, b"BT-125") and value is not None
    }
    assert wrong == {}
    assert [term for term, value in read.items() if value is None] == []
    for name, source in invoice.sources.items():
        if isinstance(getattr(invoice, name), str | date | Decimal):
            assert re.search(r", line \d+$", source.place), name


def every_term(name: str) -> etree._Element:
    return etree.parse(Path(__file__).parent / "every_term" / f"{name}.xml").getroot()


def test_ubl_gives_every_term() -> None:
    check(ubl.read(every_term("ubl"), "2"), "BT-21")


def test_ubl_writes_the_subject_of_a_note_before_it() -> None:
    (note,) = ubl.read(every_term("ubl"), "2").notes
    assert note == Note(text="BT-22", subject_code="AAB")


def test_ubl_gives_a_referenced_document_without_octets() -> None:
    root = every_term("ubl")
    for attachment in list(root.iter(f"{{{ubl.NAMESPACES['cac']}}}Attachment")):
        attachment.clear()
        outside = etree.SubElement(attachment, f"{{{ubl.NAMESPACES['cac']}}}ExternalReference")
        etree.SubElement(outside, f"{{{ubl.NAMESPACES['cbc']}}}URI").text = "BT-124"
    (document,) = ubl.read(root, "2").supporting_documents
    assert (document.content, document.external_location) == (None, "BT-124")


def test_cii_gives_every_term() -> None:
    check(cii.read(every_term("cii"), "2"))


@pytest.mark.parametrize("root", [every_term("ubl"), every_term("cii")], ids=["ubl", "cii"])
def test_a_value_says_where_it_stood(root: etree._Element) -> None:
    read = (ubl if root.tag == ubl.INVOICE else cii).read(root, "2")
    source = read.sources["seller_vat_identifier"]
    assert source.origin == "xml"
    assert re.search(r"CompanyID|SpecifiedTaxRegistration", source.place)
    assert {name for name, one in read.sources.items() if not one.place} == set()
