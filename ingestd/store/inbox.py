"""The quarantine inbox: what was held or ignored, why, and what operators decide of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from ingestd.model import (
    Decision,
    DocumentState,
    Finding,
    InboxRow,
    JudgedDocument,
    JudgedMail,
    Outcome,
    Weight,
)
from ingestd.reasons import CATALOGUE, UNWAIVABLE
from ingestd.store import NotFound, Store, StoreError, _rows
from ingestd.store.records import fold_id, tell
from ingestd.store.tables import CompanyRow, DecisionRow, DocumentRow, FindingRow, MailRow

STOPPING = (Weight.IGNORE, Weight.HOLD, Weight.STOP)
"""Weights that keep a document out of the ledger."""

_CHUNK = 500


class DecisionError(StoreError):
    """The decision asked for cannot be taken; the message says why and what can be done."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows to list: of one company, with one reason, received since; `ignored` adds what was
    ignored, `rejected` what an operator refused."""

    company: str | None = None
    reason: str | None = None
    since: datetime | None = None
    ignored: bool = False
    rejected: bool = False


def list_rows(store: Store, chosen: Filter) -> list[InboxRow]:
    """Return the rows that `chosen` asks for, newest mail first."""
    question = (
        select(DocumentRow, MailRow).join(MailRow, _of_its_mail(DocumentRow)).where(_wanted(chosen))
    )
    order = (col(MailRow.received_at).desc(), col(MailRow.spool_id), col(DocumentRow.position))
    with store.reading() as session:
        found = session.exec(question.order_by(*order)).all()
        findings = _findings(session, [mail.spool_id for _, mail in found])
    return [_inbox_row(document, mail, findings[mail.spool_id]) for document, mail in found]


def show(store: Store, given: str, company: str | None = None) -> tuple[JudgedMail, str | None]:
    """Return the mail that `given` names, and the document's id if it names a document.

    `given` is a document's id or the beginning of it, or the spool id of a mail; `company` tells which
    is meant where one mail went to several. Raises NotFound.
    """
    with store.reading() as session:
        if mail := _find_mail(session, given, company):
            return _rows.load_mail(session, mail), None
        document = find_document(session, given)
        mail = session.get_one(MailRow, (document.spool_id, document.company))
        return _rows.load_mail(session, mail), document.id


def check_open(mail: JudgedMail, document_id: str) -> JudgedDocument:
    """Return a document that may still be judged otherwise. Raises DecisionError for one that is filed
    or was rejected."""
    document = next(one for one in mail.documents if one.id == document_id)
    if document.outcome is Outcome.FILED:
        raise DecisionError(
            f"{document_id} is filed already; `ingestd invoice show {document_id}`."
        )
    if document.state is DocumentState.REJECTED:
        raise DecisionError(f"{document_id} was rejected. Ask the supplier to send it again.")
    return document


def releasable(mail: JudgedMail, document_id: str, waive: frozenset[str]) -> frozenset[str]:
    """Return the codes that a release of this document waives: `waive`, or if that is empty exactly
    the ones that keep it out of the ledger now.

    Raises DecisionError when it is not held, when a code is unknown, or may not be waived.
    """
    document = check_open(mail, document_id)
    found = (*document.findings, *mail.findings)
    against = {one.reason for one in found if one.weight in STOPPING and not one.waived}
    named = waive or frozenset(against)
    if unknown := sorted(named - CATALOGUE.keys()):
        raise DecisionError(f"no such reason: {', '.join(unknown)}; see `ingestd reasons`.")
    if refused := sorted(code for code in named if not waivable(code)):
        raise DecisionError(
            f"{document_id} cannot be released from {', '.join(refused)}: no operator may waive it. "
            "Reject it, or ask the sender for another file (`ingestd inbox show` says what to ask)."
        )
    return named


def reject(store: Store, given: str, code: str, decision: Decision) -> str:
    """Refuse a held document for good because of `code`, and return its whole id.

    Raises NotFound and DecisionError.
    """
    if code not in CATALOGUE or CATALOGUE[code].weight is Weight.DOOR:
        raise DecisionError(f"no such reason: {code}; see `ingestd reasons`.")
    with store.writing() as session:
        row = find_document(session, given)
        if row.state != DocumentState.OPEN:
            raise DecisionError(f"{row.id} is not waiting for a decision: it is {_standing(row)}.")
        row.state = DocumentState.REJECTED
        session.add(row)
        session.add(_refusal(session, row, code, decision))
        session.add(decision_row(row.id, decision))
        return row.id


def decide(store: Store, document_id: str, decision: Decision) -> int:
    """Write down what an operator decided of a document, before it is done; return its number."""
    with store.writing() as session:
        row = decision_row(document_id, decision)
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def conclude(store: Store, number: int, outcome: Outcome) -> None:
    """Write down what became of the document by the decision of this number."""
    with store.writing() as session:
        row = session.get_one(DecisionRow, number)
        row.outcome = outcome
        session.add(row)


def find_document(session: Session, given: str) -> DocumentRow:
    """Return the document that `given` is, or is the beginning of. Raises NotFound."""
    folded = fold_id(given)
    begins = col(DocumentRow.id).startswith(folded, autoescape=True)
    found = session.exec(select(DocumentRow).where(begins).limit(6)).all()
    if not found or not folded:
        raise NotFound(
            f"there is no document, invoice or mail {given}; `ingestd inbox list` and `ingestd invoice "
            "list` show what there is."
        )
    if len(found) > 1:
        several = ", ".join(row.id for row in found[:5])
        raise NotFound(f"{given} is the beginning of several ids ({several}): type more of it.")
    return found[0]


def waivable(code: str) -> bool:
    """Whether an operator may waive a reason at all."""
    return code not in UNWAIVABLE and CATALOGUE[code].releasable != "no"


def _standing(row: DocumentRow) -> str:
    return row.outcome if row.state == DocumentState.CLOSED else row.state


def _of_its_mail(table: type[DocumentRow] | type[FindingRow]) -> ColumnElement[bool]:
    return and_(
        col(MailRow.spool_id) == col(table.spool_id), col(MailRow.company) == col(table.company)
    )


def _wanted(chosen: Filter) -> ColumnElement[bool]:
    states = [DocumentState.OPEN, *([DocumentState.REJECTED] if chosen.rejected else [])]
    wanted = and_(
        col(DocumentRow.outcome) == Outcome.HELD.value, col(DocumentRow.state).in_(states)
    )
    if chosen.ignored:
        wanted = or_(wanted, col(DocumentRow.outcome) == Outcome.IGNORED.value)
    if chosen.company:
        wanted = and_(wanted, col(DocumentRow.company) == chosen.company)
    if chosen.since:
        wanted = and_(wanted, col(MailRow.received_at) >= chosen.since)
    if chosen.reason:
        wanted = and_(wanted, _has(chosen.reason))
    return wanted


def _has(reason: str) -> ColumnElement[bool]:
    """The document, or its mail, has a finding of this reason."""
    own = or_(col(FindingRow.document) == col(DocumentRow.id), col(FindingRow.document).is_(None))
    of_mail = and_(
        col(FindingRow.spool_id) == col(DocumentRow.spool_id),
        col(FindingRow.company) == col(DocumentRow.company),
    )
    found = select(FindingRow.id).where(of_mail, own, col(FindingRow.reason) == reason)
    return found.exists()


def _findings(session: Session, mails: Sequence[str]) -> dict[str, list[FindingRow]]:
    """All findings by mail; asked in pieces, as databases limit the length of a question."""
    found = defaultdict(list)
    for start in range(0, len(mails), _CHUNK):
        some = col(FindingRow.spool_id).in_(mails[start : start + _CHUNK])
        for row in session.exec(select(FindingRow).where(some).order_by(col(FindingRow.id))):
            found[row.spool_id].append(row)
    return found


def _inbox_row(document: DocumentRow, mail: MailRow, findings: list[FindingRow]) -> InboxRow:
    ours = [one for one in findings if one.company == mail.company]
    judged = _rows.document_of(document, ours, [])
    told = {(one.reason, one.part, one.term) for one in judged.findings}
    of_mail = [_rows.finding_of(one) for one in ours if one.document is None]
    return InboxRow(
        document=judged,
        envelope=_rows.envelope_of(mail),
        header=_rows.header_of(mail),
        findings=(
            *judged.findings,
            *(one for one in of_mail if (one.reason, one.part, one.term) not in told),
        ),
    )


def _find_mail(session: Session, spool_id: str, company: str | None) -> MailRow | None:
    question = select(MailRow).where(col(MailRow.spool_id) == spool_id)
    if company:
        question = question.where(col(MailRow.company) == company)
    found = session.exec(question).all()
    if len(found) > 1:
        several = ", ".join(row.company for row in found)
        raise NotFound(f"{spool_id} went to {several}: say which with --company.")
    return found[0] if found else None


def _refusal(session: Session, row: DocumentRow, code: str, decision: Decision) -> FindingRow:
    company = session.get(CompanyRow, row.company)
    detail = f"{code}: {decision.why}" if decision.why else code
    name = (company.name if company else "") or row.company
    finding = Finding("refused-by-operator", row.path, detail=detail, values={"company": name})
    return _rows.finding_row(row.spool_id, row.company, row.id, tell(finding))


def decision_row(document_id: str, decision: Decision) -> DecisionRow:
    """Return the row of a decision on a document."""
    return DecisionRow(
        document=document_id,
        what=decision.what,
        operator=decision.operator,
        why=decision.why,
        waived=list(decision.waived),
        code=decision.code,
        outcome=decision.outcome,
        decided_at=decision.decided_at.astimezone(UTC),
    )
