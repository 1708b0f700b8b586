"""The ledger: filed purchase invoices, until the accountants take them over."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from ingestd.model import Decision, InvoiceStatus, PurchaseInvoice
from ingestd.store import NotFound, Store, _rows
from ingestd.store.inbox import DecisionError, decision_row, find_document
from ingestd.store.tables import DocumentRow, InvoiceRow, MailRow


@dataclass(frozen=True, slots=True)
class Filter:
    """Which invoices to list: of one company, of one status, received since."""

    company: str | None = None
    status: InvoiceStatus | None = None
    since: datetime | None = None


def list_invoices(store: Store, chosen: Filter) -> list[PurchaseInvoice]:
    """Return the invoices that `chosen` asks for, newest first."""
    question = select(InvoiceRow, DocumentRow).join(
        DocumentRow, col(DocumentRow.id) == col(InvoiceRow.id)
    )
    if chosen.company:
        question = question.where(col(InvoiceRow.company) == chosen.company)
    if chosen.status:
        question = question.where(col(InvoiceRow.status) == chosen.status.value)
    if chosen.since:
        question = question.where(col(InvoiceRow.received_at) >= chosen.since)
    order = (col(InvoiceRow.received_at).desc(), col(InvoiceRow.id))
    with store.reading() as session:
        found = session.exec(question.order_by(*order)).all()
    return [_rows.purchase_of(row, document) for row, document in found]


def show(store: Store, given: str) -> PurchaseInvoice:
    """Return the invoice that `given` is, or is the beginning of. Raises NotFound."""
    with store.reading() as session:
        row, document = _find(session, given)
        return _rows.purchase_of(row, document)


def confirm(store: Store, given: str, decision: Decision) -> PurchaseInvoice:
    """Confirm the values of an invoice and return it; one that is confirmed already stays so.

    Raises NotFound, and DecisionError for one that is paid or refused.
    """
    with store.writing() as session:
        row, document = _find(session, given)
        if row.status not in (InvoiceStatus.TO_CONFIRM, InvoiceStatus.CONFIRMED):
            raise DecisionError(
                f"{row.id} is {row.status}; only invoices to confirm can be confirmed."
            )
        if row.status == InvoiceStatus.TO_CONFIRM:
            row.status = InvoiceStatus.CONFIRMED
            session.add(row)
            session.add(decision_row(row.id, decision))
        return _rows.purchase_of(row, document)


def original(store: Store, given: str) -> bytes:
    """Return the octets of an invoice's main file as they came.

    Raises NotFound, Unavailable, and blobs.Damaged.
    """
    return store.blobs.get(show(store, given).sha256)


def original_mail(store: Store, given: str) -> bytes:
    """Return the octets of the whole mail that an invoice came in. Raises as `original`."""
    invoice = show(store, given)
    with store.reading() as session:
        mail = session.get_one(MailRow, (invoice.mail_id, invoice.company))
    return store.blobs.get(mail.sha256)


def trace_of(store: Store, given: str) -> bytes:
    """Return the trace fields of the mail that an invoice came in, which are not in its octets."""
    invoice = show(store, given)
    with store.reading() as session:
        return session.get_one(MailRow, (invoice.mail_id, invoice.company)).trace.encode("ascii")


def _find(session: Session, given: str) -> tuple[InvoiceRow, DocumentRow]:
    document = find_document(session, given)
    row = session.get(InvoiceRow, document.id)
    if row is None:
        raise NotFound(
            f"{document.id} is not in the ledger but {document.outcome}; "
            f"`ingestd inbox show {document.id}` says why."
        )
    return row, document
