"""Records to table rows and back."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, select

from ingestd.model import (
    LEDGER_TERMS,
    Bilingual,
    Decision,
    DocumentState,
    Envelope,
    Format,
    Invoice,
    InvoiceStatus,
    JudgedDocument,
    JudgedFinding,
    JudgedMail,
    JudgedPart,
    MailHeader,
    Outcome,
    Profile,
    PurchaseInvoice,
    Role,
    Weight,
)
from ingestd.store.tables import (
    DecisionRow,
    DocumentRow,
    FindingRow,
    InvoiceRow,
    MailRow,
    PartRow,
)


@cache
def _invoices() -> TypeAdapter[Invoice]:
    return TypeAdapter(Invoice)


def freeze(invoice: Invoice | None) -> dict[str, Any] | None:
    """Return the whole invoice as a JSON value; embedded files are parts and are left out of it."""
    if invoice is None:
        return None
    bare = tuple(replace(one, content=None) for one in invoice.supporting_documents)
    value = _invoices().dump_python(replace(invoice, supporting_documents=bare), mode="json")
    assert isinstance(value, dict)
    return value


def thaw(value: dict[str, Any] | None) -> Invoice | None:
    """Return the invoice that `freeze` wrote."""
    return None if value is None else _invoices().validate_python(value)


def mail_row(mail: JudgedMail) -> MailRow:
    """Return the row of a judged mail."""
    return MailRow(
        spool_id=mail.mail_id,
        company=mail.company,
        sha256=mail.sha256,
        size_bytes=mail.size_bytes,
        mail_from=mail.envelope.mail_from,
        rcpt_to=list(mail.envelope.rcpt_to),
        peer=mail.envelope.peer,
        helo=mail.envelope.helo,
        tls=mail.envelope.tls,
        received_at=mail.envelope.received_at,
        judged_at=mail.judged_at,
        message_id=mail.header.message_id,
        header_from=mail.header.from_,
        subject=mail.header.subject,
        header_date=mail.header.date,
        outcome=mail.outcome,
        scanned=mail.scanned,
        trace=mail.trace,
    )


def part_rows(mail: JudgedMail) -> list[PartRow]:
    """Return the rows of all parts of a mail."""
    return [
        PartRow(
            spool_id=mail.mail_id,
            company=mail.company,
            position=position,
            path=part.path,
            trail=list(part.trail),
            name=part.name,
            declared_type=part.declared_type,
            kind=part.kind,
            size_bytes=part.size_bytes,
            sha256=part.sha256,
            role=part.role,
            parent=part.parent,
        )
        for position, part in enumerate(mail.parts)
    ]


def document_row(document: JudgedDocument, position: int) -> DocumentRow:
    """Return the row of a document."""
    return DocumentRow(
        id=document.id,
        spool_id=document.mail_id,
        company=document.company,
        position=position,
        path=document.path,
        name=document.name,
        annexes=list(document.annexes),
        outcome=document.outcome,
        state=document.state,
        format=document.format,
        profile=document.profile,
        content=freeze(document.invoice),
    )


def finding_row(
    spool_id: str, company: str, document: str | None, finding: JudgedFinding
) -> FindingRow:
    """Return the row of a finding about one document, or about the mail itself (`document` None)."""
    return FindingRow(
        spool_id=spool_id,
        company=company,
        document=document,
        reason=finding.reason,
        weight=finding.weight,
        part=finding.part,
        term=finding.term,
        detail_en=finding.detail.en,
        detail_fr=finding.detail.fr,
        text_en=finding.text.en,
        text_fr=finding.text.fr,
        waived=finding.waived,
    )


def finding_rows(
    mail: JudgedMail, findings: tuple[JudgedFinding, ...], document: str | None
) -> list[FindingRow]:
    """Return the rows of the findings of one document, or of the mail itself (`document` None)."""
    return [finding_row(mail.mail_id, mail.company, document, finding) for finding in findings]


def header_of(row: MailRow) -> MailHeader:
    """Return what a stored mail says of itself."""
    return MailHeader(
        message_id=row.message_id,
        from_=row.header_from,
        subject=row.subject,
        date=row.header_date,
    )


def invoice_row(
    document: JudgedDocument, sha256: str, status: InvoiceStatus, mail: JudgedMail, now: datetime
) -> InvoiceRow:
    """Return the ledger's row of a filed document; unique until a caller says otherwise."""
    invoice = document.invoice
    terms = {name: getattr(invoice, name) for name in LEDGER_TERMS} if invoice else {}
    for name, value in terms.items():
        terms[name] = list(value) if isinstance(value, tuple) else value
    return InvoiceRow(
        id=document.id,
        company=document.company,
        sha256=sha256,
        unique_file=sha256,
        invoice_key=document.invoice_key,
        unique_key=document.invoice_key,
        status=status,
        received_at=mail.envelope.received_at,
        filed_at=now,
        line_count=len(invoice.lines) if invoice else None,
        **terms,
    )


def finding_of(row: FindingRow) -> JudgedFinding:
    """Return the finding of a row."""
    return JudgedFinding(
        reason=row.reason,
        weight=Weight(row.weight),
        part=row.part,
        term=row.term,
        detail=Bilingual(row.detail_en, row.detail_fr),
        text=Bilingual(row.text_en, row.text_fr),
        waived=row.waived,
    )


def _part_of(row: PartRow) -> JudgedPart:
    return JudgedPart(
        path=row.path,
        trail=tuple(row.trail),
        name=row.name,
        declared_type=row.declared_type,
        kind=row.kind,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        role=Role(row.role),
        parent=row.parent,
    )


def _decision_of(row: DecisionRow) -> Decision:
    return Decision(
        what=row.what,
        operator=row.operator,
        why=row.why,
        decided_at=row.decided_at,
        waived=tuple(row.waived),
        code=row.code,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )


def document_of(
    row: DocumentRow, findings: list[FindingRow], decisions: list[DecisionRow]
) -> JudgedDocument:
    """Return the document of a row, with its findings and what operators decided of it."""
    return JudgedDocument(
        id=row.id,
        company=row.company,
        mail_id=row.spool_id,
        path=row.path,
        name=row.name,
        annexes=tuple(row.annexes),
        outcome=Outcome(row.outcome),
        state=DocumentState(row.state),
        format=Format(row.format) if row.format else None,
        profile=Profile(row.profile) if row.profile else None,
        invoice=thaw(row.content),
        findings=tuple(finding_of(one) for one in findings if one.document == row.id),
        decisions=tuple(_decision_of(one) for one in decisions if one.document == row.id),
    )


def envelope_of(row: MailRow) -> Envelope:
    """Return the SMTP envelope of a mail."""
    return Envelope(
        mail_from=row.mail_from,
        rcpt_to=tuple(row.rcpt_to),
        peer=row.peer,
        helo=row.helo,
        tls=row.tls,
        received_at=row.received_at,
    )


def load_mail(session: Session, row: MailRow) -> JudgedMail:
    """Return a judged mail with all its parts, documents, findings and decisions."""
    key = {"spool_id": row.spool_id, "company": row.company}
    parts = session.exec(select(PartRow).filter_by(**key).order_by("position")).all()
    findings = list(session.exec(select(FindingRow).filter_by(**key).order_by("id")).all())
    documents = session.exec(select(DocumentRow).filter_by(**key).order_by("position")).all()
    ids = [document.id for document in documents]
    chosen = select(DecisionRow).where(DecisionRow.document.in_(ids)).order_by("id")  # type: ignore[attr-defined]
    decisions = list(session.exec(chosen).all())
    return JudgedMail(
        mail_id=row.spool_id,
        company=row.company,
        envelope=envelope_of(row),
        header=header_of(row),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        judged_at=row.judged_at,
        outcome=Outcome(row.outcome),
        scanned=row.scanned,
        parts=tuple(_part_of(part) for part in parts),
        findings=tuple(finding_of(one) for one in findings if one.document is None),
        documents=tuple(document_of(one, findings, decisions) for one in documents),
        trace=row.trace,
    )


def purchase_of(row: InvoiceRow, document: DocumentRow) -> PurchaseInvoice:
    """Return the ledger entry of a filed document."""
    return PurchaseInvoice(
        id=row.id,
        company=row.company,
        status=InvoiceStatus(row.status),
        mail_id=document.spool_id,
        received_at=row.received_at,
        filed_at=row.filed_at,
        path=document.path,
        name=document.name,
        sha256=row.sha256,
        format=Format(document.format) if document.format else None,
        profile=Profile(document.profile) if document.profile else None,
        invoice=thaw(document.content),
    )
