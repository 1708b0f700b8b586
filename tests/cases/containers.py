"""Mails with invoices in every wrapping, good ones and hostile ones, for the golden cases."""

import base64
import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

from asn1crypto import cms

from tests.documents import _cfb, _tnef, _zip
from tests.documents.mails import EICAR, compose, document, mail

PASSWORD = "Sésame-2026"
"""What the company of the golden cases has as its archive password."""
_LONG_NAME, _HTML, _CODEPAGE = 0x3707, 0x1013, 0x3FDE
_INVOICE = "ubl-invoice.xml"


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Return a plain archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _tnef_file(name: str, content: bytes) -> bytes:
    return _tnef.attachment("FACTUR~1", content, {_LONG_NAME: name})


def winmail_invoice() -> bytes:
    """Return what Outlook makes of an HTML mail with an invoice."""
    html = b"<p>Veuillez trouver ci-joint la facture.</p>"
    given = {_HTML: html, _CODEPAGE: 65001}
    content = _tnef.tnef(_tnef_file(*document("factur-x-en16931.pdf", "facture.pdf")), given=given)
    return mail("Facture Outlook", ("winmail.dat", content))


def winmail_forwarded() -> bytes:
    """Return an invoice in a message that was forwarded by Outlook."""
    inner = _tnef.tnef(_tnef_file(*document(_INVOICE)), given={0x1000: "Bonjour"})
    return mail("TR: facture", ("winmail.dat", _tnef.tnef(_tnef.embedded("Facture", inner))))


def winmail_cut() -> bytes:
    """Return a winmail.dat that lost its second invoice on the way."""
    content = _tnef.tnef(_tnef_file(*document(_INVOICE)), _tnef_file(*document("cii-invoice.xml")))
    return mail("Facture Outlook", ("winmail.dat", content[:-3000]))


def outlook_message() -> bytes:
    """Return a mail with an Outlook message file, and another one in that."""
    inner = _cfb.embedded("Facture", "Bonjour", _cfb.attachment(*document("cii-invoice.xml")))
    content = _cfb.outlook_message("Voir", _cfb.attachment(*document(_INVOICE)), inner)
    return mail("Messages", ("facture.msg", content))


def outlook_damaged() -> bytes:
    """Return a mail with an Outlook message file of which half is missing."""
    content = _cfb.outlook_message("Voir", _cfb.attachment(*document(_INVOICE)))
    return mail("Message", ("facture.msg", content[: len(content) // 2]))


def mixture() -> bytes:
    """Return an invoice in an archive in a winmail.dat in a forwarded mail."""
    archive = zipped(document(_INVOICE))
    inner = mail("Facture", ("winmail.dat", _tnef.tnef(_tnef_file("factures.zip", archive))))
    return mail("TR: facture", ("facture.eml", inner))


def base64_message() -> bytes:
    """Return a forwarded mail in base64: forbidden by RFC 2046, sent all the same."""
    outer = compose("TR: facture")
    inner = mail("Facture", document(_INVOICE))
    outer.add_attachment(inner, "application", "octet-stream", filename="facture.eml")
    outer.set_boundary("==base64==")
    return outer.as_bytes().replace(b"application/octet-stream", b"message/rfc822")


def gzipped() -> bytes:
    """Return an invoice packed by gzip, with one that is a bomb."""
    name, content = document(_INVOICE)
    bomb = gzip.compress(bytes(60 << 20), mtime=0)
    return mail("Factures", (f"{name}.gz", gzip.compress(content, mtime=0)), ("bombe.pdf.gz", bomb))


def unopened() -> bytes:
    """Return archives that are known and not opened, some under a wrong name."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("facture.pdf"), io.BytesIO(b""))
    return mail(
        "Archives",
        ("factures.tar.gz", gzip.compress(out.getvalue(), mtime=0)),
        ("factures.tar", out.getvalue()),
        ("factures.7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(99))),
        ("factures.zip", b"Rar!\x1a\x07\1\0" + bytes(range(99))),
        ("anciennes.rar", b"Rar!\x1a\x07\0\xcf\x90\x73\0\0\x0d" + bytes(range(99))),
        ("factures.cab", b"MSCF\0\0\0\0" + bytes(range(99))),
    )


def hidden_member() -> bytes:
    """Return an archive with a member that its directory does not know, beside a good one."""
    good, other = zipped(document(_INVOICE)), zipped(("cache.exe", b"MZ"))
    local, start = other[: other.index(b"PK\x01\x02")], good.index(b"PK\x01\x02")
    end = bytearray(good[-22:])
    struct.pack_into("<L", end, 16, start + len(local))
    content = good[:start] + local + good[start:-22] + bytes(end)
    return mail("Factures", ("factures.zip", content), ("autres.zip", good))


def compressed_smime() -> bytes:
    """Return an invoice in CMS compressed data (RFC 3274), and one signed and in bare base64."""
    name, content = document(_INVOICE)
    inner = {"content_type": "data", "content": zlib.compress(content)}
    data = cms.CompressedData(
        {
            "version": "v0",
            "compression_algorithm": {"algorithm": "zlib"},
            "encap_content_info": inner,
        }
    )
    packed = cms.ContentInfo({"content_type": "compressed_data", "content": data}).dump()
    name2, content2 = document("cii-invoice.xml")
    data2 = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": content2},
            "signer_infos": [],
        }
    )
    signed = cms.ContentInfo({"content_type": "signed_data", "content": data2}).dump()
    armoured = base64.encodebytes(signed)
    return mail("Factures", (f"{name}.p7z", packed), (f"{name2}.p7m", armoured))


def pgp_inline() -> bytes:
    """Return a mail whose text is an OpenPGP message, with a sealed file."""
    body = (
        "Bonjour,\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA0000000000000000000\n"
        "-----END PGP MESSAGE-----\n"
    )
    sealed = bytes.fromhex("85018c039827ff4ce9d65b32010b") + bytes(range(200))
    return mail("PGP", ("facture.pdf.gpg", sealed), body=body)


def pgp_signed() -> bytes:
    """Return a mail whose text and whose invoice are signed in the clear."""
    _, content = document(_INVOICE)
    end = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
    frame = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{}\n" + end
    signed = frame.format(content.decode().replace("\n-", "\n- -"))
    return mail(
        "PGP",
        ("facture.xml.asc", signed.encode()),
        ("facture.xml.sig", end.encode()),
        body=frame.format("Bonjour"),
    )


def envelope() -> bytes:
    """Return an invoice as an access point of Peppol hands it on, in its envelope."""
    inside = document(_INVOICE)[1].partition(b"?>")[2]
    content = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<StandardBusinessDocument xmlns="http://www.unece.'
        b'org/cefact/namespaces/StandardBusinessDocumentHeader"><StandardBusinessDocumentHeader>'
        b"<HeaderVersion>1.0</HeaderVersion></StandardBusinessDocumentHeader>"
        + inside
        + b"</StandardBusinessDocument>"
    )
    return mail("Peppol", ("8f1c2d.xml", content))


CASES: dict[str, Callable[[], bytes]] = {
    "base64-message": base64_message,
    "compressed-smime": compressed_smime,
    "gzip-invoice-and-bomb": gzipped,
    "hidden-member": hidden_member,
    "locked-by-aes": lambda: mail(
        "Factures",
        ("factures.zip", _zip.aes(PASSWORD, *map(document, (_INVOICE, "cii-invoice.xml")))),
    ),
    "locked-by-zipcrypto": lambda: mail(
        "Factures",
        ("factures.zip", _zip.zipcrypto(PASSWORD.encode(), b"f.xml", document(_INVOICE)[1])),
    ),
    "locked-malware": lambda: mail(
        "Factures", ("factures.zip", _zip.aes(PASSWORD, document(_INVOICE), ("outil.com", EICAR)))
    ),
    "locked-password-in-body": lambda: mail(
        "Factures",
        ("factures.zip", _zip.aes("Papeterie!26", document(_INVOICE))),
        body="Bonjour,\n\nle mot de passe est : Papeterie!26\n",
    ),
    "outlook-damaged": outlook_damaged,
    "outlook-message": outlook_message,
    "peppol-envelope": envelope,
    "pgp-inline": pgp_inline,
    "pgp-signed": pgp_signed,
    "unopened-archives": unopened,
    "winmail-cut": winmail_cut,
    "winmail-forwarded": winmail_forwarded,
    "winmail-invoice": winmail_invoice,
    "zip-in-winmail-in-mail": mixture,
}
