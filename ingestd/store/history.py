"""What a judgement may ask of the past: was this mail, file or invoice here before?

Asked for one company, and never about the mail that is being judged, so that judging it again gives
the same answers.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import SQLColumnExpression, String, cast, func
from sqlmodel import col, or_, select

from ingestd.model import FiledInvoice, KnownSupplier, Outcome
from ingestd.store import Store
from ingestd.store._rows import purchase_of
from ingestd.store._suppliers import supplier_of
from ingestd.store.tables import DocumentRow, InvoiceRow, MailRow

_INVOICES = 20
"""How many of a supplier's invoices are looked at, the newest first."""


def _squeezed(column: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    """Return a number of a row without what may stand between its digits."""
    for between in (" ", ".", "-"):
        column = func.replace(column, between, "")
    return column


@dataclass(frozen=True, slots=True)
class History:
    """The past of `company`, without the message `spool_id`. Every question raises Unavailable when
    the database is away."""

    store: Store
    company: str
    spool_id: str

    def filed_mail(self, sha256: str) -> FiledInvoice | None:
        """Return the first mail of the very same octets that counts; one that was ignored, or waits for
        its virus scan, does not."""
        question = (
            select(MailRow)
            .where(MailRow.company == self.company, MailRow.sha256 == sha256)
            .where(MailRow.spool_id != self.spool_id, MailRow.outcome != Outcome.IGNORED)
            .where(col(MailRow.scanned))
            .order_by(col(MailRow.received_at), col(MailRow.spool_id))
        )
        with self.store.reading() as session:
            row = session.exec(question).first()
        return FiledInvoice(id=row.spool_id, filed_on=row.received_at.date()) if row else None

    def filed_file(self, sha256: str) -> FiledInvoice | None:
        """Return the filed invoice whose main file has these octets."""
        return self._filed(InvoiceRow.sha256 == sha256)

    def filed_invoice(self, invoice_key: str) -> FiledInvoice | None:
        """Return the filed invoice of this supplier, number and year (`model.Document`)."""
        return self._filed(InvoiceRow.invoice_key == invoice_key)

    def known_supplier(self, key: str) -> KnownSupplier | None:
        """Return what this company's ledger knows of the supplier with a VAT number or IBAN, in their one
        spelling. Nothing is believed that was only suggested by a page and confirmed by nobody."""
        digits = max(re.findall(r"\d+", key), key=len, default=key).lstrip("0")
        numbers = _squeezed(col(InvoiceRow.seller_vat_identifier))
        accounts = _squeezed(cast(col(InvoiceRow.payment_account_identifiers), String))
        question = (
            select(InvoiceRow, DocumentRow)
            .join(DocumentRow, col(DocumentRow.id) == col(InvoiceRow.id))
            .where(InvoiceRow.company == self.company, DocumentRow.spool_id != self.spool_id)
            .where(
                or_(
                    numbers.contains(digits, autoescape=True),
                    accounts.contains(f'"{key}"', autoescape=True),
                )
            )
            .order_by(col(InvoiceRow.received_at).desc(), col(InvoiceRow.id))
            .limit(_INVOICES)
        )
        with self.store.reading() as session:
            found = [purchase_of(row, document) for row, document in session.exec(question)]
        return supplier_of(found, key)

    def _filed(self, same: bool) -> FiledInvoice | None:
        question = (
            select(InvoiceRow)
            .join(DocumentRow, col(DocumentRow.id) == col(InvoiceRow.id))
            .where(same, InvoiceRow.company == self.company)
            .where(DocumentRow.spool_id != self.spool_id)
            .order_by(col(InvoiceRow.filed_at), col(InvoiceRow.id))
        )
        with self.store.reading() as session:
            row = session.exec(question).first()
        if row is None:
            return None
        return FiledInvoice(id=row.id, filed_on=row.filed_at.date(), number=row.number)
