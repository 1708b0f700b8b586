"""The same invoice twice: by its bytes, or by supplier, number and year."""

import re
import unicodedata
from collections.abc import Iterator

from ingestd.identifiers import spelled_vat
from ingestd.model import Case, FiledInvoice, Finding, Invoice, Part


def _supplier(invoice: Invoice) -> str:
    vat = invoice.seller_vat_identifier
    if vat:
        return spelled_vat(vat)
    own = invoice.seller_legal_registration_identifier or invoice.seller_tax_registration_identifier
    if own:
        return re.sub(r"\W", "", own.upper())
    name = unicodedata.normalize("NFKD", invoice.seller_name or "").casefold()
    return re.sub(r"[^a-z0-9]", "", name)


def invoice_key(invoice: Invoice) -> str | None:
    """Return what is the same for every copy of one invoice: supplier (BT-31, else BT-30, BT-32,
    BT-27), number (BT-1) and year (BT-2); None where supplier or number is missing."""
    supplier = _supplier(invoice)
    number = re.sub(r"\s", "", (invoice.number or "").upper())
    if not supplier or not number:
        return None
    year = invoice.issue_date.year if invoice.issue_date else "-"
    return f"{supplier}/{number}/{year}"


def page_key(invoice: Invoice) -> str | None:
    """Return the key of an invoice of which only the sure values of a page are left: never without a
    number of its supplier and a date, for a name or half a key may be those of another."""
    has_number = invoice.seller_vat_identifier or invoice.seller_legal_registration_identifier
    return invoice_key(invoice) if has_number and invoice.issue_date else None


def check_file(part: Part, case: Case) -> Iterator[Finding]:
    """Yield `duplicate-file` when these very bytes are filed already."""
    if case.filed_file and (first := case.filed_file(part.sha256)):
        values = {"ref": first.id, "date": first.filed_on.isoformat()}
        yield Finding("duplicate-file", part.path, values=values)


def found(first: FiledInvoice, invoice: Invoice) -> Finding:
    """Return the finding that `invoice` is a copy of `first`."""
    values = {
        "ref": first.id,
        "number": invoice.number or "?",
        "supplier": invoice.seller_name or "?",
    }
    return Finding("duplicate-invoice", invoice.part, "BT-1", first.id, values=values)


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `duplicate-invoice` when the ledger has this supplier's invoice of this number and year."""
    key = invoice_key(invoice)
    if key and case.filed_invoice and (first := case.filed_invoice(key)):
        yield found(first, invoice)
