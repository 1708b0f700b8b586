"""The hostile XML and PDF of the corpus: no reader fails, and what must be refused is."""

from pathlib import Path

import pytest

from ingestd.model import Finding, Invoice
from tests.corpus.conftest import read_all

BROKEN_XML = (
    "billion-laughs",
    "deep-nesting",
    "encoding-lie",
    "external-dtd",
    "harmless-doctype",
    "leading-newline",
    "nul-bytes",
    "quadratic-blowup",
    "trailing-garbage",
    "truncated",
    "xxe-file",
    "xxe-http",
)
READ_XML = (
    "injection-1",
    "injection-2",
    "injection-3",
    "injection-4",
    "iso-8859-1",
    "utf16-le-bom",
)
REFUSED_PDF = {
    "attachment-bomb": "document-bomb",
    "javascript-openaction": "pdf-active",
    "launch-action": "pdf-active",
    "many-pages": "document-bomb",
    "page-tree-loop": "pdf-damaged",
    "password-user-aes256": "pdf-password",
    "truncated": "pdf-damaged",
}
READ_PDF = (
    "junk-after-eof",
    "junk-before-header",
    "password-owner-only-aes256",
    "xml-wrong-filename",
)


def reasons_of(file: Path) -> set[str]:
    return {each.reason for each in read_all(file.read_bytes()) if isinstance(each, Finding)}


def invoices_of(file: Path) -> list[Invoice]:
    return [each for each in read_all(file.read_bytes()) if isinstance(each, Invoice)]


@pytest.mark.parametrize("folder", ["xml", "pdf", "pdf-thirdparty"])
def test_no_reader_fails(corpus: Path, folder: str) -> None:
    files = [file for file in (corpus / "hostile" / folder).rglob("*") if file.is_file()]
    assert files
    for file in files:
        list(read_all(file.read_bytes()))


@pytest.mark.parametrize("name", BROKEN_XML)
def test_xml_that_is_broken_or_has_a_doctype(corpus: Path, name: str) -> None:
    assert reasons_of(corpus / "hostile" / "xml" / f"{name}.xml") == {"xml-broken"}


@pytest.mark.parametrize("name", READ_XML)
def test_xml_that_is_only_strange_is_read(corpus: Path, name: str) -> None:
    (invoice,) = invoices_of(corpus / "hostile" / "xml" / f"{name}.xml")
    assert invoice.number
    assert invoice.seller_name
    assert not invoice.unreadable


def test_a_name_of_megabytes_is_not_read(corpus: Path) -> None:
    (invoice,) = invoices_of(corpus / "hostile" / "xml" / "huge-text-node.xml")
    assert invoice.seller_name is None
    assert invoice.unreadable


@pytest.mark.parametrize(("name", "reason"), REFUSED_PDF.items())
def test_pdf_that_is_refused(corpus: Path, name: str, reason: str) -> None:
    assert reasons_of(corpus / "hostile" / "pdf" / f"{name}.pdf") == {reason}


@pytest.mark.parametrize("name", READ_PDF)
def test_pdf_that_is_only_strange_is_read(corpus: Path, name: str) -> None:
    assert len(invoices_of(corpus / "hostile" / "pdf" / f"{name}.pdf")) == 1


def test_two_different_invoices_in_one_pdf_both_come_out(corpus: Path) -> None:
    found = invoices_of(corpus / "hostile" / "pdf" / "two-invoice-xml.pdf")
    assert sorted(invoice.number or "" for invoice in found) == ["FA-2026-0001", "SAMPLE-001"]
