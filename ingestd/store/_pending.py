"""Mails that are shown as held only because ClamAV has not been there for long: not judged yet."""

from sqlmodel import Session, col, delete, select

from ingestd.model import DocumentState
from ingestd.store.tables import DocumentRow, FindingRow, MailRow, PartRow

REASON = "scan-pending"


def is_pending(session: Session, spool_id: str, company: str) -> bool:
    """Whether the mail waits for its scan still; one that an operator rejected does not."""
    key = {"spool_id": spool_id, "company": company}
    waits = select(FindingRow.id).filter_by(document=None, reason=REASON, **key)
    row = select(DocumentRow.state).filter_by(path="", **key)
    return (
        session.exec(waits).first() is not None and session.exec(row).first() == DocumentState.OPEN
    )


def take_back(session: Session, spool_id: str, company: str) -> None:
    """Remove all that says that the mail waits; its verdict takes the place in the same transaction."""
    for table in (FindingRow, DocumentRow, PartRow, MailRow):
        ours = (col(table.spool_id) == spool_id, col(table.company) == company)
        session.exec(delete(table).where(*ours))
    session.flush()
    session.expire_all()
