"""Makes the mails of the golden cases from the sample documents: `python -m tests.cases.make`.

Run once for a new case, output committed; the verdicts are written by `tests.cases.golden`.
"""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from tests.cases import belonging, containers, disguises, invalid_xml, letters, pages, pdfs
from tests.documents.mails import EICAR, HERE, MAILS, compose, document, mail

CASES = Path(__file__).parent
PLACEHOLDER = b"@@EICAR@@"


def raw(*lines: str, content: bytes = b"") -> bytes:
    """Return a mail written line by line, for what no mail library would write."""
    return "\r\n".join(lines).encode("utf-8") + content


def bomb_pdf() -> bytes:
    """Return a PDF whose embedded XML inflates to 200 MB."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(factur-x.xml)4 0 R]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Type/Filespec/F(factur-x.xml)/EF<</F 5 0 R>>>>",
        b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(data), data),
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def two_invoices_pdf() -> bytes:
    """Return a Factur-X PDF with a second, different invoice inside."""
    from facturx import generate_from_binary
    from pypdf import PdfReader, PdfWriter

    _, content = document("factur-x-en16931.pdf")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_attachment("second.xml", document("cii-invoice.xml")[1])
    out = io.BytesIO()
    writer.write(out)
    assert generate_from_binary
    return out.getvalue()


def overlapping_zip() -> bytes:
    """Return a ZIP in which two members share the same octets (CVE-2024-0450)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.xml"), document("ubl-invoice.xml")[1])
    content = out.getvalue()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[start:end]
    twin = entry.replace(b"a.xml", b"b.xml")
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(entry) * 2, start, 0)
    return content[:start] + entry + twin + tail


def nested(depth: int) -> bytes:
    """Return an invoice inside `depth` archives."""
    name, content = "ubl-invoice.xml", document("ubl-invoice.xml")[1]
    for level in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name), content)
        name, content = f"{level}.zip", out.getvalue()
    return mail("Facture très emballée", (name, content))


def as_text(name: str, attachment: str, header: str) -> bytes:
    """Return a mail with one 8-bit text part under a header of our own."""
    body = document(attachment)[1]
    return raw(
        "From: a@supplier.example",
        "To: fr40303265045@in.example.com",
        f"Subject: {name}",
        "Message-ID: <" + name + "@supplier.example>",
        "MIME-Version: 1.0",
        header,
        "",
        "",
        content=body,
    )


def uuencoded() -> bytes:
    """Return a mail of 1990 with an invoice in its text."""
    import binascii

    _, content = document("ubl-invoice.xml")
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return raw(
        "From: a@supplier.example",
        "Subject: uu",
        "Message-ID: <uu@supplier.example>",
        "",
        "Voici",
        "",
        "begin 644 facture.xml",
        "",
        content=b"".join(lines) + b"`\nend\n",
    )


def with_second_xml_number(content: bytes) -> bytes:
    """Return a UBL invoice that says the same in other bytes."""
    return content.replace(b"<cbc:ID>", b"<cbc:ID >", 1)


def body_invoice() -> bytes:
    """Return a mail whose own HTML is the invoice."""
    message = compose("Votre facture", body="Voir ci-dessous.\n")
    html = (
        "<h1>Facture HT-1001</h1><table><tr><td>Total TTC</td><td>119,00 &euro;</td></tr></table>"
    )
    message.add_alternative(html, subtype="html")
    message.set_boundary("==body==")
    return message.as_bytes()


def bounce() -> bytes:
    """Return a bounce that encloses one of our own messages with an invoice."""
    inner = mail("Facture", document("ubl-invoice.xml"))
    return raw(
        "From: MAILER-DAEMON@mx.example",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <bounce@mx.example>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=r",
        "",
        "--r",
        "",
        "I could not deliver",
        "--r",
        "Content-Type: message/delivery-status",
        "",
        "Final-Recipient: rfc822; x@nowhere.example",
        "Action: failed",
        "--r",
        "Content-Type: message/rfc822",
        "",
        "",
        content=inner + b"\r\n--r--\r\n",
    )


def looping() -> bytes:
    """Return a mail that went through 60 servers."""
    hops = [
        f"Received: from a{n}.example by b{n}.example; Mon, 5 Oct 2026 09:00:00 +0200"
        for n in range(60)
    ]
    return "\r\n".join(hops).encode() + b"\r\n" + mail("Facture", document("ubl-invoice.xml"))


def many_parts() -> bytes:
    """Return a mail of more parts than any mail needs."""
    part = b"--b\r\n\r\nx\r\n"
    head = raw(
        "From: a@supplier.example",
        "Subject: parts",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "",
    )
    return head + part * 1100 + b"--b--\r\n"


def two_froms() -> bytes:
    """Return a mail that says twice whom it is from."""
    return b"From: Other <other@attacker.example>\r\n" + mail(
        "Facture", document("ubl-invoice.xml")
    )


def calendar() -> bytes:
    """Return an invitation."""
    message = compose("Invitation")
    invite = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    message.add_attachment(invite.encode(), "text", "calendar", filename="invite.ics")
    message.set_boundary("==calendar==")
    return message.as_bytes()


def signed() -> bytes:
    """Return a mail with a detached S/MIME signature."""
    inner = mail("x", document("ubl-invoice.xml"))
    return raw(
        "From: a@supplier.example",
        "Subject: signed",
        "Message-ID: <signed@supplier.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=s',
        "",
        "--s",
        "",
        content=inner[inner.index(b"Content-Type: multipart/mixed") :]
        + b"\r\n--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIACAQEx\r\n--s--\r\n",
    )


def opaque() -> bytes:
    """Return a mail that is wrapped into its own S/MIME signature."""
    from asn1crypto import cms

    inner = mail("x", document("ubl-invoice.xml"))
    inner = inner[inner.index(b"MIME-Version") :]
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": inner},
            "signer_infos": [],
        }
    )
    wrapped = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    message = compose("Facture signée")
    message.set_content(wrapped, "application", "pkcs7-mime", filename="smime.p7m")
    message.set_param("smime-type", "signed-data")
    return message.as_bytes()


def enveloped() -> bytes:
    """Return a mail in S/MIME envelope."""
    from asn1crypto import cms

    data = cms.EnvelopedData(
        {
            "version": "v0",
            "recipient_infos": [],
            "encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": {
                    "algorithm": "aes256_cbc",
                    "parameters": bytes(16),
                },
                "encrypted_content": bytes(64),
            },
        }
    )
    wrapped = cms.ContentInfo({"content_type": "enveloped_data", "content": data}).dump()
    message = compose("Facture chiffrée")
    message.set_content(wrapped, "application", "pkcs7-mime", filename="smime.p7m")
    message.set_param("smime-type", "enveloped-data")
    return message.as_bytes()


def pdf_beside_xml() -> bytes:
    """Return a mail with an e-invoice and a PDF without data that shows the same invoice."""
    return mail(
        "Facture", document("xrechnung-cii.xml", "rechnung.xml"), document("terms.pdf", "agb.pdf")
    )


def zipped(name: str) -> bytes:
    """Return a damaged archive."""
    _, content = document(name)
    return mail("Archive abîmée", ("factures.zip", content[: len(content) // 2]))


def office() -> bytes:
    """Return a mail with nothing but a word processor's file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("word/document.xml"), "<document/>")
    return mail("Facture Word", ("facture.docx", out.getvalue()))


def winmail() -> bytes:
    """Return what Outlook makes of an attachment."""
    return mail("Facture Outlook", ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(40)))


def two_readings() -> bytes:
    """Return a mail with a transfer encoding that nobody knows."""
    plain = mail("Encodage", document("ubl-invoice.xml"))
    return plain.replace(b"base64", b"x-rot13")


def pgp() -> bytes:
    """Return a PGP/MIME message."""
    return raw(
        "From: a@supplier.example",
        "Subject: PGP",
        "MIME-Version: 1.0",
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        "",
        "--b",
        "Content-Type: application/pgp-encrypted",
        "",
        "Version: 1",
        "--b",
        "Content-Type: application/octet-stream",
        "",
        "-----BEGIN PGP MESSAGE-----",
        "",
        "hQEMA0000000000000000000",
        "-----END PGP MESSAGE-----",
        "--b--",
        "",
    )


def header_bomb() -> bytes:
    """Return a mail with a header field of 200 kB."""
    return b"Subject: " + b"x" * 200_000 + b"\r\n" + mail("Facture", document("ubl-invoice.xml"))


MORE: dict[str, Callable[[], bytes]] = {
    "body-invoice": body_invoice,
    "bounce": bounce,
    "calendar": calendar,
    "document-bomb": lambda: mail("Bombe", ("facture.pdf", bomb_pdf())),
    "enveloped": enveloped,
    "header-bomb": header_bomb,
    "hybrid-of-two": lambda: mail("Deux en un", ("facture.pdf", two_invoices_pdf())),
    "loop": looping,
    "many-parts": many_parts,
    "nested-archives": lambda: nested(3),
    "office-file": office,
    "opaque-signature": opaque,
    "detached-signature": signed,
    "overlapping-zip": lambda: mail("Archive piégée", ("factures.zip", overlapping_zip())),
    "damaged-zip": lambda: zipped("two-invoices.zip"),
    "pdf-called-xml": lambda: mail("Renommé", document("plain-invoice.pdf", "facture.png")),
    "html-called-pdf": lambda: mail(
        "Fausse facture", ("facture.pdf", b"<html><body>Non</body></html>")
    ),
    "e-invoice-and-terms": pdf_beside_xml,
    "pgp": pgp,
    "raw-xml-body": lambda: as_text(
        "brut", "ubl-invoice.xml", "Content-Type: text/plain; charset=utf-8"
    ),
    "two-froms": two_froms,
    "unknown-encoding": two_readings,
    "uuencoded": uuencoded,
    "winmail": winmail,
    "operator-mail": lambda: mail("abuse report", body="Please look into this.\n"),
    "unsure-recipient": lambda: mail(
        "Facture sans numéro",
        ("facture.xml", without_buyer_number(document("ubl-wrong-recipient.xml")[1])),
    ),
}
BEFORE: dict[str, tuple[Callable[[], bytes], Callable[[], bytes]]] = {
    "duplicate-mail": (
        lambda: mail("Facture PM-2026-0412", document("factur-x-en16931.pdf")),
        lambda: mail("Facture PM-2026-0412", document("factur-x-en16931.pdf")),
    ),
    "duplicate-file": (
        lambda: mail("Facture PM-2026-0412", document("factur-x-en16931.pdf")),
        lambda: mail("Rappel : facture", document("factur-x-en16931.pdf", "copie.pdf")),
    ),
    "duplicate-invoice": (
        lambda: mail("Factuur 2026/187", document("ubl-invoice.xml")),
        lambda: mail(
            "Factuur 2026/187 bis",
            ("kopie.xml", with_second_xml_number(document("ubl-invoice.xml")[1])),
        ),
    ),
}


def without_buyer_number(content: bytes) -> bytes:
    """Return a UBL invoice that names its buyer by name only."""
    import re

    head, buyer, tail = re.split(
        rb"(<cac:AccountingCustomerParty>.*?</cac:AccountingCustomerParty>)", content, flags=re.S
    )
    for element in (b"PartyTaxScheme", b"PartyIdentification"):
        buyer = re.sub(rb"<cac:%s>.*?</cac:%s>\s*" % (element, element), b"", buyer, flags=re.S)
    buyer = re.sub(rb"<cbc:CompanyID[^>]*>.*?</cbc:CompanyID>\s*", b"", buyer, flags=re.S)
    buyer = re.sub(rb"<cbc:EndpointID[^>]*>.*?</cbc:EndpointID>\s*", b"", buyer, flags=re.S)
    return head + buyer + tail


def write(case: str, name: str, content: bytes) -> None:
    """Write one mail of a case, malware replaced by the placeholder."""
    folder = CASES / case
    folder.mkdir(exist_ok=True)
    encoded = base64.b64encode(EICAR)
    wrapped = EmailMessage()
    wrapped.set_content(EICAR, "application", "octet-stream")
    for shape in (wrapped.get_payload().strip().encode(), encoded):
        content = content.replace(shape.replace(b"\n", b"\r\n"), PLACEHOLDER)
    assert EICAR not in content
    (folder / name).write_bytes(content)


def main() -> None:
    """Write the mails of all cases."""
    assert HERE.is_dir()
    for case, build in MAILS.items():
        write(case, "mail.eml", build(""))
    of_rooms = (
        belonging.CASES,
        containers.CASES,
        pdfs.CASES,
        disguises.CASES,
        invalid_xml.CASES,
        letters.CASES,
        pages.CASES,
    )
    for cases in (MORE, *of_rooms):
        for case, make in cases.items():
            write(case, "mail.eml", make())
    for case, (first, second) in (BEFORE | invalid_xml.BEFORE | pages.BEFORE).items():
        write(case, "before.eml", first())
        write(case, "mail.eml", second())


if __name__ == "__main__":
    main()
