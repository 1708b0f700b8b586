"""What octets really are: by their bytes, whatever they are called."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from ingestd.checks.kind import Treatment, treatment, type_name
from ingestd.model import Part
from ingestd.readers import _kind, reader_for
from tests.documents.mails import mail

UBL = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(
                name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x"
            )
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("factur-x-en16931.pdf", "application/pdf"),
        ("ubl-invoice.xml", UBL),
        ("logo.png", "image/png"),
        ("scan.jpg", "image/jpeg"),
        ("two-invoices.zip", "application/zip"),
        ("doctype.xml", UBL),
        ("broken.xml", UBL),
    ],
)
def test_documents(documents: Path, name: str, kind: str) -> None:
    content = (documents / name).read_bytes()
    for declared, called in (("", ""), ("text/plain", "x.txt"), ("application/pdf", "x.pdf")):
        assert _kind.detect(content, declared, called) == kind


@pytest.mark.parametrize(
    ("content", "declared", "kind"),
    [
        (b"", "application/pdf", "application/x-empty"),
        (b"\r\n\r\njunk\r\n%PDF-1.4\n", "", "application/pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "", "application/vnd.openxml"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "", "application/vnd.openxml"),
        (
            zipped("[Content_Types].xml", "word/vbaProject.bin"),
            "",
            "application/vnd.ms-office.macro",
        ),
        (zipped("mimetype", "content.xml"), "", "application/vnd.oasis.opendocument.text"),
        (zipped("META-INF/MANIFEST.MF"), "", "application/java-archive"),
        (zipped("a.pdf"), "", "application/zip"),
        (b"PK\x03\x04" + b"%PDF-1.7" * 20, "", "application/zip"),
        (gzip.compress(b"x"), "", "application/gzip"),
        (b"MZ" + bytes(100), "", "application/"),
        (b"\x78\x9f\x3e\x22" + bytes(30), "application/octet-stream", "application/ms-tnef"),
        (b"-----BEGIN PGP MESSAGE-----\n\nx", "text/plain", "application/pgp-encrypted"),
        (bytes.fromhex("3080 0609 2a86 4886 f70d 0107 02 a080"), "", "application/pkcs7-mime"),
        (bytes(range(256)), "application/pkcs7-mime", "application/pkcs7-mime"),
        (b"<html><body>x</body></html>", "text/html", "text/html"),
        (b"<a href='x'>x</a>", "text/html", "text/html"),
        (b"<p>x</p><p>y</p>", "", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "", "image/svg+xml"),
        (b"\xff\xfe" + "<?xml version='1.0'?><Order/>".encode("utf-16-le"), "", "Order"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "text/calendar", "text/calendar"),
        (b"hello", "text/plain", "text/plain"),
        (mail("x"), "message/rfc822", "message/rfc822"),
        (mail("x"), "", "message/rfc822"),
        (b"Status: 5.1.1\r\nAction: failed\r\n\r\n", "message/delivery-status", "message/delivery"),
    ],
)
def test_bytes(content: bytes, declared: str, kind: str) -> None:
    assert _kind.detect(content, declared).startswith(kind)


def treat(kind: str, filename: str = "") -> Treatment:
    part = Part(path="1", kind=kind, content=b"x", filename=filename)
    return treatment(part, reader_for(kind) is not None)


@pytest.mark.parametrize(
    ("kind", "filename", "expected"),
    [
        ("application/pdf", "a.pdf", Treatment.OPEN),
        (UBL, "a.xml", Treatment.OPEN),
        ("{urn:x}Nothing", "a.xml", Treatment.OPEN),
        ("image/png", "a.png", Treatment.PAGE),
        ("image/gif", "a.gif", Treatment.PICTURE),
        ("application/msword", "a.doc", Treatment.COMPANION),
        ("text/plain", "a.txt", Treatment.COMPANION),
        ("text/calendar", "a.ics", Treatment.IGNORE),
        ("application/x-dosexec", "a.pdf", Treatment.REFUSE),
        ("application/pdf", "a.exe", Treatment.REFUSE),
        ("text/plain", "a.js", Treatment.REFUSE),
        ("application/octet-stream", "a.bin", Treatment.REFUSE),
        ("image/x-tga", "a", Treatment.REFUSE),
    ],
)
def test_treatments(kind: str, filename: str, expected: Treatment) -> None:
    assert treat(kind, filename) is expected


def test_names_for_people() -> None:
    assert type_name("application/x-dosexec").fr == "programme Windows"
    assert type_name("application/whatever").en == "application/whatever"


def test_pixels(documents: Path) -> None:
    assert _kind.pixels((documents / "logo.png").read_bytes()) > (0, 0)
    assert min(_kind.pixels((documents / "scan.jpg").read_bytes())) > 300
    assert _kind.pixels(b"no picture") == (0, 0)
