"""What hangs on a document: its findings, and the entry in the ledger of one that is filed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from ingestd.model import InvoiceStatus, JudgedDocument, JudgedMail, Outcome
from ingestd.store import Conflict, Store, _rows
from ingestd.store.tables import AnnexRow, CleanContent, CompanyRow, InvoiceRow


@dataclass(frozen=True, slots=True)
class Clean:
    """The SHA-256 of what ClamAV found clean, and the version of it that did."""

    hashes: frozenset[str]
    signatures: str


def enter(
    session: Session,
    mail: JudgedMail,
    document: JudgedDocument,
    clean: Clean,
    waived: frozenset[str],
) -> None:
    """Add the findings of a document whose row is there, and the ledger's entry of a filed one, whose
    octets the database wants to see among the `clean`. A copy is let in where `waived` says so."""
    session.add_all(_rows.finding_rows(mail, document.findings, document.id))
    if document.outcome is not Outcome.FILED:
        return
    hashes = _hashes(mail)
    for sha256 in {hashes[path] for path in (document.path, *document.annexes)} & clean.hashes:
        session.merge(  # the last scan that found it clean is the one that counts
            CleanContent(
                sha256=sha256, scanned_at=mail.judged_at, signatures=clean.signatures or None
            )
        )
    session.flush()
    status = _status(session, document)
    row = _rows.invoice_row(document, hashes[document.path], status, mail, mail.judged_at)
    _waive_duplicates(session, row, waived)
    session.add(row)
    session.flush()
    for path in document.annexes:
        session.add(AnnexRow(invoice=document.id, path=path, sha256=hashes[path]))


def _waive_duplicates(session: Session, row: InvoiceRow, waived: frozenset[str]) -> None:
    """Let a second copy in where the operator said so, and only where there is a first one. Who lets
    in the same octets lets in the same invoice, but no other file with its number."""
    ours = select(InvoiceRow).where(InvoiceRow.company == row.company)
    same_file = session.exec(ours.where(InvoiceRow.unique_file == row.unique_file)).first()
    same_key = session.exec(ours.where(InvoiceRow.unique_key == row.unique_key)).first()
    copy_waived = bool(waived & {"duplicate-file", "mail-duplicate"})
    if same_file and copy_waived:
        row.unique_file = None
    if same_key and (
        "duplicate-invoice" in waived or (copy_waived and same_key.sha256 == row.sha256)
    ):
        row.unique_key = None


def _hashes(mail: JudgedMail) -> dict[str, str]:
    return {part.path: part.sha256 for part in mail.parts}


def _status(session: Session, document: JudgedDocument) -> InvoiceStatus:
    """What a page says is for a person to confirm, whatever the company wishes."""
    company = session.get(CompanyRow, document.company)
    if company and company.auto_confirm and document.format and not document.format.is_page:
        return InvoiceStatus.CONFIRMED
    return InvoiceStatus.TO_CONFIRM


def raise_conflict(
    store: Store, documents: tuple[JudgedDocument, ...], mail: JudgedMail, error: IntegrityError
) -> None:
    """Raise Conflict if another row has the key or octets of one of `documents`; asked of the data,
    because each database words its errors differently."""
    hashes = _hashes(mail)
    for document in documents:
        if document.outcome is not Outcome.FILED:
            continue
        clash: ColumnElement[bool] = or_(
            col(InvoiceRow.unique_file) == hashes.get(document.path),
            col(InvoiceRow.unique_key) == document.invoice_key,
        )
        question = select(InvoiceRow.id).where(InvoiceRow.company == mail.company, clash)
        with store.reading() as session:
            other = session.exec(question).first()
        if other:
            raise Conflict(f"{document.path} of {mail.mail_id} is filed as {other}") from error
