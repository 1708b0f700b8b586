"""A term of which there is one, given twice and differently, is not read as if it were one."""

from pathlib import Path

import pytest
from lxml import etree

from ingestd.en16931 import cii, ubl

_TERMS = "ram:SpecifiedTradePaymentTerms"


def several(documents: Path, name: str, path: str, old: str, new: str) -> list[tuple[str, ...]]:
    """Return what is given several times where the element at `path` stands twice, once changed."""
    syntax = cii if "cii" in name else ubl
    root = etree.fromstring((documents / name).read_bytes())
    first = next(root.iterfind(f".//{path}", syntax.NAMESPACES))
    written = etree.tostring(first, encoding="unicode")
    assert old in written
    first.addnext(etree.fromstring(written.replace(old, new)))
    return [(one.term, *one.written) for one in syntax.read(root, "").several]


@pytest.mark.parametrize(
    ("name", "path", "term"),
    [
        ("cii-invoice.xml", "ram:SellerTradeParty/ram:SpecifiedTaxRegistration", "BT-31"),
        ("cii-invoice.xml", "ram:BuyerTradeParty/ram:SpecifiedTaxRegistration", "BT-48"),
        ("ubl-invoice.xml", "cac:AccountingSupplierParty//cac:PartyTaxScheme", "BT-31"),
        ("ubl-invoice.xml", "cac:AccountingCustomerParty//cac:PartyTaxScheme", "BT-48"),
    ],
)
def test_two_vat_numbers_of_one_party_are_told(
    documents: Path, name: str, path: str, term: str
) -> None:
    number = etree.tostring(
        next(
            etree.parse(documents / name).iterfind(
                f".//{path}", (cii if "cii" in name else ubl).NAMESPACES
            )
        ),
        encoding="unicode",
        method="text",
    ).split()[0]
    (found,) = several(documents, name, path, number, "DE811907980")
    assert found == (term, number, "DE811907980")
    spaced = f"{number[:2].lower()} {number[2:]}"
    assert several(documents, name, path, number, spaced) == []


def test_two_due_dates_are_told(documents: Path) -> None:
    path = _TERMS
    root = etree.parse(documents / "cii-invoice.xml")
    day = next(root.iterfind(f".//{path}//udt:DateTimeString", cii.NAMESPACES)).text
    assert day
    found = several(documents, "cii-invoice.xml", path, day, "20301231")
    assert ("BT-9", day, "20301231") in found


@pytest.mark.parametrize("name", ["cii-invoice.xml", "ubl-invoice.xml", "ubl-credit-note.xml"])
def test_what_is_given_once_is_not(documents: Path, name: str) -> None:
    root = etree.fromstring((documents / name).read_bytes())
    assert (cii if "cii" in name else ubl).read(root, "").several == ()
