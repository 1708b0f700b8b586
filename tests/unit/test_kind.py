"""What octets really are: by their bytes, whatever they are called."""

import gzip
import io
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pytest

from ingestd.checks.kind import Treatment, check, refuse, treatment, type_name
from ingestd.model import Case, Part
from ingestd.readers import kinds, reader_for
from tests.documents.mails import mail

CASE = Case(company=None, today=date(2026, 10, 5))
UBL = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(
                name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x"
            )
    return out.getvalue()


def tarred(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        member = tarfile.TarInfo("facture.pdf")
        member.size = len(content)
        made.addfile(member, io.BytesIO(content))
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
        assert kinds.detect(content, declared, called) == kind


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
        (b"x", "text/plain", "text/plain"),
        (b"<Max Meier> schrieb:\r\n<a>\r\n", "text/plain", "text/plain"),
        (b"<Order>", "text/xml", "Order"),
        (b"<?xml version='1.0'?><Order/>", "text/plain", "Order"),
        (b"Hallo,\r\nes beginnt mit %PDF-1.4, oder?\r\n", "text/plain", "text/plain"),
        (b"<?xml version='1.0'?><!-- %PDF-1.4 --><Order/>", "text/xml", "Order"),
        (b"\xef\xbb\xbf%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", "", "application/pdf"),
        (b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60), "", "image/emf"),
        (b"[Anfrage 5]\r\nBetrag=3\r\n[Ende]\r\n", "text/plain", "text/plain"),
        (b'{"a": 1}', "text/plain", "text/plain"),
        (b"\1\2\3" * 30, "text/plain", "application/octet-stream"),
        (tarred(b"%PDF-1.7\n"), "application/pdf", "application/x-tar"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + b"%PDF-1.7" * 9, "", "application/x-7z-compressed"),
        (b"\x00\x05\x16\x07\x00\x02\x00\x00" + bytes(80), "", "application/applefile"),
        (b"\x00\x00\x00\x01Bud1" + bytes(80), "", "application/x-apple-ds-store"),
        (mail("x"), "message/rfc822", "message/rfc822"),
        (mail("x"), "", "message/rfc822"),
        (b"Status: 5.1.1\r\nAction: failed\r\n\r\n", "message/delivery-status", "message/delivery"),
    ],
)
def test_bytes(content: bytes, declared: str, kind: str) -> None:
    assert kinds.detect(content, declared).startswith(kind)


def test_a_wrapping_is_not_a_pdf_behind_junk(documents: Path) -> None:
    """Its header is short, and within the first kilobyte begins the PDF that was signed."""
    pdf = (documents / "plain-invoice.pdf").read_bytes()
    header = bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080 020101 3100 3080")
    data = bytes.fromhex("0609 2a864886f70d010701 a080 2480 0482 03e8")
    assert kinds.detect(header + data + pdf, name="facture.pdf.p7m") == "application/pkcs7-mime"
    literal = bytes.fromhex("cb ea 62 00 00000000")
    assert kinds.detect(literal + pdf, name="facture.pdf.gpg") == "application/pgp-encrypted"
    assert kinds.detect(b"\x00" * 128 + pdf, name="facture.pdf") == "application/pdf"


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


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Thumbs.db", "application/x-ole-storage"),
        ("desktop.ini", "text/plain"),
        ("filelist.xml", "xml"),
        ("colorschememapping.xml", "{http://schemas.openxmlformats.org/drawingml/2006/main}clrMap"),
        ("themedata.thmx", "application/zip"),
        ("._facture.pdf", "application/applefile"),
        (".DS_Store", "application/x-apple-ds-store"),
    ],
)
def test_what_systems_leave_behind_is_ignored(name: str, kind: str) -> None:
    part = Part(path="1", kind=kind, content=b"x", filename=name)
    assert treatment(part, reader_for(kind) is not None) is Treatment.IGNORE
    assert list(check(part, CASE)) == []


@pytest.mark.parametrize(
    ("name", "kind"), [("thumbs.db", "application/pdf"), ("filelist.xml", UBL)]
)
def test_an_invoice_is_read_whatever_its_name(name: str, kind: str) -> None:
    part = Part(path="1", kind=kind, content=b"x", filename=name)
    assert treatment(part, reader_for(kind) is not None) is Treatment.OPEN


def test_a_packed_drawing_is_a_picture_and_other_gzip_is_not() -> None:
    drawing = Part(path="1", kind="application/gzip", content=b"x", filename="image001.wmz")
    archive = Part(path="1", kind="application/gzip", content=b"x", filename="facture.gz")
    assert treatment(drawing, False) is Treatment.PICTURE
    assert treatment(archive, False) is Treatment.REFUSE


@pytest.mark.parametrize(
    "page",
    [
        b"<script>eval(1)</script>",
        b"<FORM action='http://127.0.0.1:9'><input type=password></form>",
        b"<body onload='x()'>",
        b"<meta http-equiv='refresh' content='0;url=http://127.0.0.1:9'>",
        b"<a href='javascript:x()'>x</a>",
    ],
)
def test_an_active_page_is_refused_as_a_file_and_not_as_a_body(page: bytes) -> None:
    file = Part(path="1", kind="text/html", content=page, filename="facture.html")
    body = Part(path="1", kind="text/html", content=page)
    assert treatment(file, False) is Treatment.REFUSE
    assert "web page" in str(refuse(file).detail)
    assert treatment(body, False) is Treatment.COMPANION


def test_a_still_page_is_welcome() -> None:
    page = b"<html><p>Confidential. One = 1, on = off</p></html>"
    part = Part(path="1", kind="text/html", content=page, filename="disclaimer.html")
    assert treatment(part, False) is Treatment.COMPANION
