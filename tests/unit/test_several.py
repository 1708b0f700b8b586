"""A term of which there is one, given twice and differently, is not read as if it were one."""

from pathlib import Path

import pytest
from lxml import etree

from ingestd.en16931 import cii, ubl, zugferd1
from ingestd.model import SeveralValues

_TERMS = "ram:SpecifiedTradePaymentTerms"
_TOTALS = "ram:*"


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


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ubl-invoice.xml", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ("ubl-invoice.xml", "cac:InvoiceLine/cbc:LineExtensionAmount"),
        ("ubl-credit-note.xml", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ("cii-invoice.xml", f"{_TOTALS}/ram:DuePayableAmount"),
        ("zugferd-1.xml", f"{_TOTALS}/ram:DuePayableAmount"),
    ],
)
def test_an_amount_in_another_currency_makes_the_currency_doubtful(
    documents: Path, name: str, path: str
) -> None:
    """No rule of EN 16931 for UBL compares them: 236.16 USD would be booked as euros."""
    syntax = {"c": cii, "u": ubl, "z": zugferd1}[name[0]]
    root = etree.fromstring((documents / name).read_bytes())
    amount = next(one for one in root.iter() if _is_at(one, path))
    amount.set("currencyID", "USD")
    assert [one for one in syntax.read(root, "").several if one.term == "BT-5"] == [
        SeveralValues("BT-5", ("EUR", "USD"))
    ]


def _is_at(element: etree._Element, path: str) -> bool:
    above, last = (step.split(":")[1] for step in path.split("/"))
    parent = element.getparent()
    return (
        parent is not None
        and etree.QName(element).localname == last
        and above in (etree.QName(parent).localname, "*")
    )


def test_the_vat_in_its_own_currency_is_no_other_currency(documents: Path) -> None:
    root = etree.fromstring((documents / "ubl-invoice.xml").read_bytes())
    total = next(root.iterfind("cac:TaxTotal", ubl.NAMESPACES))
    second = etree.fromstring(etree.tostring(total).replace(b"EUR", b"USD"))
    total.addnext(second)
    assert ubl.read(root, "").several == ()
