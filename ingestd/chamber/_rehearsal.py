"""A mail of our own with something for every reader; judged before the first fork (`_warm`)."""

import base64
import io
import zipfile

_TEXT = "Bonjour, ci-joint la facture n° F-1 de 120,00 EUR.\r\n"

_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
<b:CustomizationID>urn:cen.eu:en16931:2017</b:CustomizationID><b:ID>F-1</b:ID>
<b:IssueDate>2026-01-02</b:IssueDate><b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>
<a:AccountingSupplierParty><a:Party><a:PartyTaxScheme><b:CompanyID>FR61954506077</b:CompanyID>
</a:PartyTaxScheme></a:Party></a:AccountingSupplierParty>
<a:LegalMonetaryTotal><b:PayableAmount currencyID="EUR">120.00</b:PayableAmount>
</a:LegalMonetaryTotal></Invoice>"""

_ROWS = (
    b"Papeterie SARL, TVA FR61954506077",
    b"Facture F-1 120,00 EUR",
    b"Date 05/01/2026",
    b"Total HT 100,00",
    b"TVA 20 % 20,00",
    b"Total TTC 120,00",
    b"IBAN FR76 3000 6000 0112 3456 7890 189",
)

_PAGE = b"BT /F1 12 Tf 20 TL 40 700 Td " + b"".join(b"(%s) Tj T* " % one for one in _ROWS) + b"ET"

_OBJECTS = (
    b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(f.xml) 6 0 R]>>>>>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>>>>>",
    b"<</Length %d>>stream\n%s\nendstream" % (len(_PAGE), _PAGE),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    b"<</Type/Filespec/F(f.xml)/UF(f.xml)/EF<</F 7 0 R>>>>",
    b"<</Type/EmbeddedFile/Length %d>>stream\n%s\nendstream" % (len(_XML), _XML),
)

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def pdf() -> bytes:
    """Return a PDF with a page in a font that it does not bring along, and an invoice inside."""
    return _pdf(_OBJECTS)


def page() -> bytes:
    """Return a PDF with a page and no invoice inside."""
    return _pdf((b"<</Type/Catalog/Pages 2 0 R>>", *_OBJECTS[1:5]))


def scan() -> bytes:
    """Return a PDF with a picture for a page: a grey sheet with a black bar."""
    picture = (
        b"<</Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray"
        b"/Length 64>>stream\n" + b"\xf0" * 24 + b"\x00" * 8 + b"\xf0" * 32 + b"\nendstream"
    )
    drawn = b"q 595 0 0 842 0 0 cm /I Do Q"
    return _pdf(
        (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</XObject<</I 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
            picture,
        )
    )


def _pdf(objects: tuple[bytes, ...]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    return out + table + trailer


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("terms.txt", _TEXT * 20)
    return file.getvalue()


def _part(kind: str, name: str, content: bytes) -> bytes:
    head = f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
    named = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    return (head + named + "\r\n").encode() + base64.encodebytes(content) + b"\r\n"


def mail() -> bytes:
    """Return the mail."""
    head = (
        "From: =?iso-8859-1?q?Papeterie_=E9?= <a@supplier.example>\r\nTo: b@in.example.com\r\n"
        "Subject: Facture\r\nDate: Mon, 05 Jan 2026 09:30:00 +0100\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    )
    parts = (
        ("text/plain; charset=iso-8859-1", "", _TEXT.encode("iso-8859-1")),
        ("text/html; charset=utf-8", "", f"<p>{_TEXT}<a href='https://a.example'>x</a>".encode()),
        ("application/pdf", "invoice.pdf", pdf()),
        ("application/pdf", "page.pdf", page()),
        ("application/pdf", "scan.pdf", scan()),
        ("application/xml", "invoice.xml", _XML),
        ("application/zip", "terms.zip", _zip()),
        ("image/png", "logo.png", _PIXEL),
        ("message/rfc822", "forwarded.eml", b"From: a@b\r\nSubject: x\r\n\r\nhello\r\n"),
    )
    return head.encode() + b"".join(_part(*part) for part in parts) + b"--b--\r\n"
