"""Filing a verdict: blobs first, then one transaction; doing it again changes nothing.

A filed document is a purchase invoice in the ledger, a held or ignored one is a row of the inbox.
All parts are recorded. Blobs are kept of documents and annexes; all else is inside the original
mail, which is kept byte for byte.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from ingestd.address import of_company
from ingestd.identifiers import InvalidIdentifier
from ingestd.model import (
    Company,
    DocumentState,
    JudgedDocument,
    JudgedMail,
    Outcome,
    Role,
    SpooledMessage,
    Verdict,
)
from ingestd.store import NotFound, Store, _rows, companies
from ingestd.store._entries import Clean, enter, raise_conflict
from ingestd.store._pending import is_pending, take_back
from ingestd.store.records import record, without_documents
from ingestd.store.tables import (
    DocumentRow,
    FindingRow,
    InvoiceRow,
    MailRow,
    PartRow,
)
from ingestd.trace import trace


def already_judged(store: Store, spool_id: str, company: str) -> bool:
    """Whether this message is in the ledger and inbox for this company, and not only shown there
    because it waits for its scan."""
    with store.reading() as session:
        return session.get(MailRow, (spool_id, company)) is not None and not is_pending(
            session, spool_id, company
        )


def is_known(store: Store, spool_id: str, company: str) -> bool:
    """Whether this message is in the inbox or ledger at all, be it only as waiting for its scan."""
    with store.reading() as session:
        return session.get(MailRow, (spool_id, company)) is not None


def file(
    store: Store,
    message: SpooledMessage,
    verdict: Verdict,
    clean: frozenset[str],
    now: datetime,
    signatures: str = "",
) -> list[str]:
    """File `verdict` and return the ids of its documents (one id for a mail without any).

    `clean` are the SHA-256 of all octets that ClamAV found clean, with `signatures` (its version) or
    newer ones; the database refuses to file others (IntegrityError, a mistake of ours). A message that
    is already judged is left alone; one that was only shown as waiting for its scan is replaced.
    Raises Unavailable, and Conflict when the same invoice or file was filed meanwhile.
    """
    mail = replace(record(message, verdict, now), trace=_trace(store, message))
    _store_blobs(store, message.content, verdict)
    ids = [document.id for document in mail.documents or (without_documents(mail),)]
    try:
        with store.writing() as session:
            waited = verdict.scanned and is_pending(session, mail.mail_id, mail.company)
            if waited:
                take_back(session, mail.mail_id, mail.company)
            if waited or session.get(MailRow, (mail.mail_id, mail.company)) is None:
                _add_mail(session, mail, Clean(clean, signatures))
    except IntegrityError as error:
        if not already_judged(store, mail.mail_id, mail.company):
            raise_conflict(store, mail.documents, mail, error)
            raise
    return ids


def refile(
    store: Store,
    document_id: str,
    verdict: Verdict,
    clean: frozenset[str],
    now: datetime,
    waived: frozenset[str] = frozenset(),
    signatures: str = "",
) -> Outcome:
    """Replace the judgement of one document by what `verdict` on its mail says now.

    The mail's other documents keep theirs: a release names one document. What operators decided is
    kept. `waived` are the codes that the release named. Returns the new outcome of the document;
    one that is filed already stays as it is. Raises NotFound when the mail has no such document any
    more, Conflict and Unavailable as `file` does.
    """
    message = load_message(store, document_id)
    mail = record(message, verdict, now, waived)
    _store_blobs(store, message.content, verdict)
    documents: tuple[JudgedDocument, ...] = ()
    try:
        with store.writing() as session:
            row = session.get_one(DocumentRow, document_id)
            if session.get(InvoiceRow, document_id):
                return Outcome.FILED
            documents = mail.documents if row.path == "" else _same(mail, row)
            outcome = _replace(session, row, mail, documents, Clean(clean, signatures), waived)
            _judge_mail(session, mail.mail_id, mail.company)
            return outcome
    except IntegrityError as error:
        raise_conflict(store, documents, mail, error)
        raise


def load_message(store: Store, document_id: str) -> SpooledMessage:
    """Return the message that a document (by its whole id) came in, as it was spooled.

    Raises NotFound, Unavailable, and blobs.Damaged.
    """
    with store.reading() as session:
        document = session.get(DocumentRow, document_id)
        if document is None:
            raise NotFound(f"there is no document {document_id}")
        mail = session.get_one(MailRow, (document.spool_id, document.company))
    return SpooledMessage(
        spool_id=mail.spool_id,
        envelope=_rows.envelope_of(mail),
        company=mail.company,
        attempt=1,
        content=store.blobs.get(mail.sha256),
    )


def _trace(store: Store, message: SpooledMessage) -> str:
    """Return the trace fields of a mail, as this company may see them."""
    settings = store.settings
    try:
        company = companies.find(store, message.company)
    except (NotFound, InvalidIdentifier):  # the operators are no company
        company = Company(vat=message.company)
    mine = of_company(message.envelope.rcpt_to, company, settings.addresses.domain)
    fields = trace(message.envelope, message.spool_id, settings.smtp.hostname, mine)
    return fields.decode("ascii")


def _store_blobs(store: Store, content: bytes, verdict: Verdict) -> None:
    store.blobs.put(content)
    for part in verdict.parts:
        if part.role in (Role.DOCUMENT, Role.ANNEX) and part.path:
            stored = store.blobs.put(part.content)
            if stored != part.sha256:
                raise ValueError(f"part {part.path} does not carry the octets it was judged by")


def _add_mail(session: Session, mail: JudgedMail, clean: Clean) -> None:
    session.add(_rows.mail_row(mail))
    session.flush()
    session.add_all(_rows.part_rows(mail))
    session.add_all(_rows.finding_rows(mail, mail.findings, None))
    if not mail.documents:
        session.add(_rows.document_row(without_documents(mail), 0))
    for position, document in enumerate(mail.documents):
        session.add(_rows.document_row(document, position))
        session.flush()
        enter(session, mail, document, clean, frozenset())


def _same(mail: JudgedMail, row: DocumentRow) -> tuple[JudgedDocument, ...]:
    """Return the document of the new judgement that is the one of `row`, or those that came out of it:
    an archive is held as one document until its password is known, and an XML that is invalid until
    its company takes the PDF instead."""
    found = (
        tuple(document for document in mail.documents if document.path == row.path)
        or tuple(one for one in mail.documents if one.path.startswith(f"{row.path}/"))
        or tuple(one for one in mail.documents if _stands_for(one, row.path))
    )
    if not found:
        raise NotFound(
            f"judged again, {row.id} is no document of its own any more: its part {row.path} now "
            "belongs to another document of the mail, or to none. Nothing was changed."
        )
    return found


def _stands_for(document: JudgedDocument, path: str) -> bool:
    """Whether a document is the PDF that took the place of the XML at `path`."""
    replaced = any(one.reason == "xml-replaced-by-pdf" for one in document.findings)
    return replaced and path in document.annexes


def _replace(
    session: Session,
    row: DocumentRow,
    mail: JudgedMail,
    documents: tuple[JudgedDocument, ...],
    clean: Clean,
    waived: frozenset[str],
) -> Outcome:
    """Write the new judgement of the document `row`; of a mail without documents, all that it has
    now."""
    key = {"spool_id": mail.mail_id, "company": mail.company}
    session.exec(delete(PartRow).filter_by(**key))
    session.add_all(_rows.part_rows(mail))
    if row.path == "":
        session.exec(delete(FindingRow).filter_by(document=None, **key))
        session.add_all(_rows.finding_rows(mail, mail.findings, None))
    session.exec(delete(FindingRow).where(col(FindingRow.document) == row.id))
    for position, document in enumerate(documents):
        fresh = _rows.document_row(document, row.position if row.path else position)
        session.merge(fresh)
        session.flush()
        enter(session, mail, document, clean, waived)
    outcome = _heaviest({one.outcome for one in documents}) if row.path else mail.outcome
    row.outcome = outcome
    row.state = _state_after(row, outcome)
    session.add(row)
    return outcome


def _state_after(row: DocumentRow, outcome: Outcome) -> DocumentState:
    if outcome is Outcome.FILED:
        return DocumentState.RELEASED
    if outcome is Outcome.HELD:
        return DocumentState.OPEN
    return DocumentState(row.state)


def _judge_mail(session: Session, spool_id: str, company: str) -> None:
    """A mail is held if any of its documents is, else filed if any is, else ignored."""
    session.flush()
    rows = select(DocumentRow.outcome).filter_by(spool_id=spool_id, company=company)
    outcomes = set(session.exec(rows).all())
    row = session.get_one(MailRow, (spool_id, company))
    row.outcome = _heaviest(outcomes)
    session.add(row)


def _heaviest(outcomes: set[Outcome] | set[str]) -> Outcome:
    """Return the outcome that decides of several."""
    order = (Outcome.HELD, Outcome.FILED, Outcome.IGNORED)
    return next(outcome for outcome in order if outcome in outcomes)
