"""Invoices that carry a file (BG-24) which may not be filed."""

import base64
import io
import zipfile
from random import Random
from xml.sax.saxutils import escape

from tests.hostile import _pdf_active, _zip_bombs, _zip_contents, _zip_lies
from tests.hostile._hostile import EICAR, Bait, harmful, sample

_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"


_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


def _supporting(name: str, content: bytes, mime: str, encoded: bytes | None = None) -> bytes:
    """Return BG-24 of UBL with an embedded file."""
    data = base64.b64encode(content) if encoded is None else encoded
    return (
        f'<cac:AdditionalDocumentReference xmlns:cac="{_CAC}" xmlns:cbc="{_CBC}"><cbc:ID>1</cbc:ID>'
        f'<cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="{mime}" filename="{escape(name)}">'
    ).encode() + data + (
        b"</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )  # fmt: skip


def _with_file(name: str, content: bytes, mime: str, encoded: bytes | None = None) -> bytes:
    document = sample("ubl-invoice.xml")
    at = document.index(b"<cac:AccountingSupplierParty")
    return document[:at] + _supporting(name, content, mime, encoded) + document[at:]


def embedded_malware(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(("annexe.pdf", "../../etc/cron.d/x", "a.csv", "a\u202efdp.exe"))
    content, _ = rng.choice(
        (
            (EICAR, 0),
            (_zip_contents.eicar(rng, bait), 0),
            (_zip_contents.eicar_in_zips(rng, bait), 0),
        )
    )
    return _with_file(name, content, rng.choice(("application/pdf", "text/csv", "image/png")))


def embedded_program(rng: Random, bait: Bait) -> bytes:
    name, content = harmful(rng)
    return _with_file(name, content, rng.choice(("application/pdf", "image/jpeg")))


def embedded_archive(rng: Random, bait: Bait) -> bytes:
    shape = rng.choice(
        (
            _zip_bombs.ratio_bomb,
            _zip_lies.overlap_same_file,
            _zip_contents.symlink,
            _zip_contents.encrypted,
            _zip_contents.many_levels,
        )
    )
    return _with_file("annexes.zip", shape(rng, bait), "application/zip")


def embedded_page(rng: Random, bait: Bait) -> bytes:
    return _with_file("annexe.pdf", _pdf_active.javascript(rng, bait), "application/pdf")


def embedded_base64(rng: Random, bait: Bait) -> bytes:
    """What BG-24 carries is malware in base64 that some readers decode and others refuse."""
    data = base64.b64encode(EICAR)
    encoded = rng.choice(
        (data.rstrip(b"="), data.replace(b"Q", b"Q \n", 5), data + b"====",
         b"".join(b"%c\n" % c for c in data),
         b"\n\n" + data)
    )  # fmt: skip
    return _with_file("annexe.pdf", EICAR, "application/pdf", encoded)


def embedded_in_cii(rng: Random, bait: Bait) -> bytes:
    """The same for CII: the octets stand in a reference of the agreement."""
    name, content = harmful(rng)
    document = sample("cii-invoice.xml")
    reference = (
        b"<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>1</ram:IssuerAssignedID>"
        b"<ram:TypeCode>916</ram:TypeCode>"
        b'<ram:AttachmentBinaryObject mimeCode="application/pdf" filename="'
        + escape(name).encode() + b'">' + base64.b64encode(content)
        + b"</ram:AttachmentBinaryObject></ram:AdditionalReferencedDocument>"
    )  # fmt: skip
    return document.replace(
        b"</ram:ApplicableHeaderTradeAgreement>",
        reference + b"</ram:ApplicableHeaderTradeAgreement>",
    )


def huge_annex(rng: Random, bait: Bait) -> bytes:
    """A compressed megabyte bomb in BG-24."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("a.csv", (2026, 1, 1, 0, 0, 0)), bytes(rng.randint(60, 120) << 20), 8
        )
    return _with_file("annexe.zip", buffer.getvalue(), "application/zip")
