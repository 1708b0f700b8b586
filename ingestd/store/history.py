"""What a judgement may ask of the past: was this mail, file or invoice here before?

Asked for one company, and never about the mail that is being judged, so that judging it again gives
the same answers.
"""

from dataclasses import dataclass

from sqlmodel import col, select

from ingestd.model import FiledInvoice, Outcome
from ingestd.store import Store
from ingestd.store.tables import DocumentRow, InvoiceRow, MailRow


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
