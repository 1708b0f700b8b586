"""Verdicts, invoices and findings as the JSON of the contract; one shape wherever they are shown.

Every key is always there: null for unknown, money as a plain decimal string, times in UTC.
"""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ingestd.model import (
    LEDGER_TERMS,
    Company,
    Decision,
    InboxRow,
    Invoice,
    InvoiceLine,
    JudgedDocument,
    JudgedFinding,
    JudgedMail,
    JudgedPart,
    PurchaseInvoice,
    RuleRun,
    Source,
    SpoolEntry,
    VatBreakdown,
)

READ_TERMS = (*LEDGER_TERMS, "payment_service_provider_identifiers", "remittance_information")
"""The terms of an invoice that are shown: those of the ledger, and what else is needed to pay it."""
_SEVERAL = (
    "payment_account_identifiers",
    "payment_service_provider_identifiers",
    "preceding_invoice_references",
)
"""Terms of which an invoice may have any number: a list, also an empty one."""


def plain(value: Any) -> Any:
    """Return a single value as JSON has it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value


def finding(one: JudgedFinding) -> dict[str, Any]:
    """A finding: the reason with its weight as weighed, and what it says in both languages."""
    return {
        "reason": one.reason,
        "weight": one.weight.value,
        "part": one.part,
        "term": one.term or None,
        "detail": one.detail.en or None,
        "text": {"en": one.text.en, "fr": one.text.fr},
        "waived": one.waived,
    }


def invoice_terms(invoice: Invoice | None) -> dict[str, Any]:
    """The invoice's values; all null where nothing was read."""
    terms = {name: plain(getattr(invoice, name, None)) for name in READ_TERMS}
    for name in _SEVERAL:
        terms[name] = terms[name] or []
    preceding = terms.pop("preceding_invoice_references")
    return terms | {
        "lines": _lines(invoice),
        "preceding_invoice_references": preceding,
        "vat_breakdown": [vat(one) for one in invoice.vat_breakdown] if invoice else [],
        "sources": {
            name: read_from(source)
            for name, source in (invoice.sources if invoice else {}).items()
            if name in (*READ_TERMS, "vat_breakdown", "lines")
        },
    }


def _lines(invoice: Invoice | None) -> int | None:
    """How many lines an invoice has. A page whose table was not read may have any number."""
    if invoice is None or (invoice.format.is_page and not invoice.lines):
        return None
    return len(invoice.lines)


def vat(one: VatBreakdown) -> dict[str, Any]:
    """The VAT of one category and rate, by the names of EN 16931."""
    return {field.name: plain(getattr(one, field.name)) for field in fields(one)}


def read_from(source: Source) -> dict[str, Any]:
    """Where a value was read: below a confidence of 0.95 it is a suggestion. The box is its place on a
    page, in fractions of the page's width and height from the upper left."""
    told = {"from": source.origin, "confidence": round(source.confidence, 4)}
    if box := source.box:
        edges = {name: round(getattr(box, name), 4) for name in ("left", "top", "right", "bottom")}
        return told | {"box": {"page": box.page, **edges}}
    return told


def part(one: JudgedPart) -> dict[str, Any]:
    """A part: what it is by its bytes, and what became of it."""
    return {
        "path": one.path,
        "name": one.name or None,
        "kind": one.kind,
        "size": one.size_bytes,
        "sha256": one.sha256,
        "role": one.role.value,
        "trail": list(one.trail),
        "declared_type": one.declared_type or None,
        "parent": one.parent,
    }


def document(one: JudgedDocument) -> dict[str, Any]:
    """A document with its outcome, its invoice and all that was found."""
    return {
        "path": one.path,
        "annexes": list(one.annexes),
        "outcome": one.outcome.value,
        "format": one.format.value if one.format else None,
        "profile": one.profile.value if one.profile else None,
        "invoice": invoice_terms(one.invoice) if one.invoice else None,
        "findings": [finding(each) for each in one.findings],
        "rule_sets": [rule_set(each) for each in one.invoice.rule_sets] if one.invoice else [],
    }


def rule_set(one: RuleRun) -> dict[str, Any]:
    """An official rule set that an invoice was held against; no version for one not installed."""
    return {"name": one.name, "version": one.version or None, "aborted": one.aborted or None}


def checked(
    file: str, mail: JudgedMail | None, elapsed_ms: float, error: str = ""
) -> dict[str, Any]:
    """What `ingestd check` says of one file; `mail` is None when it could not be judged."""
    header = mail.header if mail else None
    return {
        "file": file,
        "outcome": mail.outcome.value if mail else None,
        "scanned": mail.scanned if mail else False,
        "elapsed_ms": round(elapsed_ms, 1),
        "mail": {
            "message_id": (header.message_id or None) if header else None,
            "from": (header.from_ or None) if header else None,
            "subject": (header.subject or None) if header else None,
            "transmitter": (mail.envelope.mail_from or None) if mail else None,
            "findings": [finding(one) for one in mail.findings] if mail else [],
        },
        "parts": [part(one) for one in mail.parts] if mail else [],
        "documents": [document(one) for one in mail.documents] if mail else [],
        "error": error or None,
    }


def inbox_row(row: InboxRow) -> dict[str, Any]:
    """One row of `inbox list`."""
    return {
        "id": row.document.id,
        "company": row.document.company,
        "mail_id": row.document.mail_id,
        "received_at": plain(row.envelope.received_at),
        "outcome": row.document.outcome.value,
        "path": row.document.path,
        "name": row.document.name or None,
        "from": row.header.from_ or None,
        "transmitter": row.envelope.mail_from or None,
        "findings": [finding(one) for one in row.findings],
        "state": row.document.state.value,
        "subject": row.header.subject or None,
        "format": row.document.format.value if row.document.format else None,
    }


def purchase(one: PurchaseInvoice) -> dict[str, Any]:
    """One row of the ledger."""
    return {
        "id": one.id,
        "company": one.company,
        "status": one.status.value,
        "format": one.format.value if one.format else None,
        "profile": one.profile.value if one.profile else None,
        "mail_id": one.mail_id,
        "received_at": plain(one.received_at),
        "filed_at": plain(one.filed_at),
        "path": one.path,
        "name": one.name or None,
        "sha256": one.sha256,
        **invoice_terms(one.invoice),
    }


def decision(one: Decision) -> dict[str, Any]:
    """What an operator decided."""
    return {
        "what": one.what,
        "operator": one.operator,
        "why": one.why,
        "waived": list(one.waived),
        "code": one.code or None,
        "outcome": one.outcome.value if one.outcome else None,
        "decided_at": plain(one.decided_at),
    }


def kept(one: JudgedDocument) -> dict[str, Any]:
    """A document of a judged mail, with its id and what was decided of it."""
    return {
        "id": one.id,
        "state": one.state.value,
        "name": one.name or None,
        **document(one),
        "decisions": [decision(each) for each in one.decisions],
    }


def judged(mail: JudgedMail) -> dict[str, Any]:
    """A judged mail with every part, document and finding."""
    return {
        "mail_id": mail.mail_id,
        "company": mail.company,
        "received_at": plain(mail.envelope.received_at),
        "judged_at": plain(mail.judged_at),
        "outcome": mail.outcome.value,
        "scanned": mail.scanned,
        "size": mail.size_bytes,
        "sha256": mail.sha256,
        "envelope": {
            "mail_from": mail.envelope.mail_from,
            "rcpt_to": list(mail.envelope.rcpt_to),
            "peer": mail.envelope.peer,
            "helo": mail.envelope.helo,
            "tls": mail.envelope.tls,
        },
        "trace": mail.trace or None,
        "mail": {
            "message_id": mail.header.message_id or None,
            "from": mail.header.from_ or None,
            "subject": mail.header.subject or None,
            "date": mail.header.date or None,
            "transmitter": mail.envelope.mail_from or None,
            "findings": [finding(one) for one in mail.findings],
        },
        "parts": [part(one) for one in mail.parts],
        "documents": [kept(one) for one in mail.documents],
    }


def company(one: Company, addresses: list[str]) -> dict[str, Any]:
    """A company with the addresses it can give to its suppliers; of its passwords only how many."""
    return {
        "vat": one.vat,
        "name": one.name or None,
        "country": one.country,
        "numbers": list(one.numbers),
        "addresses": addresses,
        "auto_confirm": one.auto_confirm,
        "archive_passwords": len(one.archive_passwords),
        "password_from_body": one.password_from_body,
        "pdf_replaces_xml": one.pdf_replaces_xml,
        "body_is_invoice": one.body_is_invoice,
        "token": one.token or None,
        "weights": {code: weight.value for code, weight in one.weights.items()},
        "retired_at": plain(one.retired_at),
    }


def spool_entry(one: SpoolEntry) -> dict[str, Any]:
    """A message that waits or was set aside."""
    return {
        "id": one.spool_id,
        "company": one.company,
        "state": "aside" if one.aside else "waiting",
        "lane": one.lane,
        "attempt": one.attempt,
        "size": one.size_bytes,
        "received_at": plain(one.envelope.received_at),
        "due_at": plain(one.due_at),
        "transmitter": one.envelope.mail_from or None,
        "rcpt_to": list(one.envelope.rcpt_to),
    }


def line(one: InvoiceLine) -> dict[str, Any]:
    """A line of an invoice, by the names of EN 16931."""
    return {field.name: plain(getattr(one, field.name)) for field in fields(one)}
