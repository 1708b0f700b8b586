"""The readers: Part -> parts, invoices, findings. One table of kinds, one contract for all.

A reader opens nothing but the bytes it is given, and yields; it never decides.
"""

from collections.abc import Callable, Iterator, Mapping

from ingestd.model import Case, Finding, Invoice, Part
from ingestd.readers import (
    cii,
    foreign,
    gzip,
    kinds,
    mime,
    msg,
    openpgp,
    pdf,
    pkcs7,
    sbdh,
    tnef,
    ubl,
    zugferd1,
)
from ingestd.readers.zip import read as read_zip

Reader = Callable[[Part, Case], Iterator[Part | Invoice | Finding]]

_INVOICES: Mapping[str, Reader] = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": ubl.read,
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": ubl.read,
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": cii.read,
    "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument": zugferd1.read,
}

READERS: Mapping[str, Reader] = {
    kinds.MESSAGE: mime.read,
    "message/global": mime.read,
    kinds.ZIP: read_zip,
    kinds.PKCS7: pkcs7.read,
    kinds.PGP: openpgp.read,
    kinds.PGP_SIGNED: openpgp.read_signed,
    kinds.TNEF: tnef.read,
    kinds.OUTLOOK: msg.read,
    kinds.GZIP: gzip.read,
    kinds.PDF: pdf.read,
    sbdh.ENVELOPE: sbdh.read,
    **_INVOICES,
}


def is_electronic_invoice(kind: str) -> bool:
    """Tell whether a kind is the XML of an invoice in one of the syntaxes that are read."""
    return kind in _INVOICES


def may_be_electronic_invoice(kind: str) -> bool:
    """Tell the same, and of XML so broken that not even its document element can be told."""
    return kind in _INVOICES or kind in kinds.XML_TYPES


def reader_for(kind: str) -> Reader | None:
    """Return the reader of a kind; XML that no other reader knows is told apart by `foreign`."""
    if kind in READERS:
        return READERS[kind]
    is_xml = kind.startswith("{") or kind in kinds.XML_TYPES or "/" not in kind
    return foreign.read if is_xml else None
