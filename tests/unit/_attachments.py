"""Electronic invoices with documents embedded in them (BG-24), made from the samples."""

import base64
from collections.abc import Callable

from tests.documents.mails import document

Embed = Callable[..., bytes]


def ubl(content: bytes, name: str = "terms.pdf", mime: str = "application/pdf") -> bytes:
    """Return the sample UBL invoice with one more AdditionalDocumentReference."""
    reference = (
        "<cac:AdditionalDocumentReference><cbc:ID>A1</cbc:ID><cac:Attachment>"
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="{mime}" filename="{name}">'
        f"{_text(content)}</cbc:EmbeddedDocumentBinaryObject>"
        "</cac:Attachment></cac:AdditionalDocumentReference>"
    ).encode()
    before = b"<cac:AccountingSupplierParty>"
    return document("ubl-invoice.xml")[1].replace(before, reference + before, 1)


def cii(content: bytes, name: str = "terms.pdf", mime: str = "application/pdf") -> bytes:
    """Return the sample CII invoice with one more AdditionalReferencedDocument."""
    reference = (
        "<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>A1</ram:IssuerAssignedID>"
        "<ram:TypeCode>916</ram:TypeCode>"
        f'<ram:AttachmentBinaryObject mimeCode="{mime}" filename="{name}">'
        f"{_text(content)}</ram:AttachmentBinaryObject></ram:AdditionalReferencedDocument>"
    ).encode()
    after = b"</ram:ApplicableHeaderTradeAgreement>"
    return document("cii-invoice.xml")[1].replace(after, reference + after, 1)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
