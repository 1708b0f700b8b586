"""Verdicts made by hand, for tests of what is kept of them."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from ingestd.config import Settings, Storage
from ingestd.model import (
    Document,
    Envelope,
    Finding,
    Format,
    Invoice,
    InvoiceLine,
    MailHeader,
    Outcome,
    Part,
    Role,
    Source,
    SpooledMessage,
    Verdict,
)
from ingestd.store import Store, open_store

VAT = "FR40303265045"
RECEIVED = datetime(2026, 10, 5, 7, 30, tzinfo=UTC)
NOW = datetime(2026, 10, 5, 7, 31, tzinfo=UTC)


def make_store(directory: Path) -> Store:
    """Return a fresh embedded store."""
    return open_store(Settings(storage=Storage(path=directory / "var")))


def message(spool_id: str = "mail1", content: bytes = b"From: a@b\r\n\r\nhi\r\n") -> SpooledMessage:
    """Return a spooled message."""
    envelope = Envelope(
        mail_from="a@supplier.example",
        rcpt_to=("fr40303265045@in.example.com",),
        peer="192.0.2.1",
        helo="mx.supplier.example",
        tls=True,
        received_at=RECEIVED,
    )
    return SpooledMessage(
        spool_id=spool_id, envelope=envelope, company=VAT, attempt=1, content=content
    )


def part(path: str, content: bytes, role: Role = Role.DOCUMENT, name: str = "") -> Part:
    """Return a part of a mail."""
    return Part(
        path=path,
        kind="application/pdf",
        content=content,
        filename=name or f"part-{path}.pdf",
        declared_type="application/pdf",
        parent="",
        trail=("mail", name or f"part-{path}.pdf"),
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        role=role,
    )


def invoice(path: str = "2", number: str | None = "F-17") -> Invoice:
    """Return a small invoice."""
    return Invoice(
        part=path,
        format=Format.UBL,
        number=number,
        issue_date=date(2026, 10, 2),
        currency_code="EUR",
        seller_name="Papeterie du Parc",
        seller_vat_identifier="FR61954506077",
        total_amount_with_vat=Decimal("120.00"),
        payment_account_identifiers=("FR7630006000011234567890189",),
        lines=(
            InvoiceLine(identifier="1", quantity=Decimal("2.50"), net_amount=Decimal("100.00")),
        ),
        sources={"number": Source("xml", 1.0)},
    )


def document(
    path: str = "2",
    outcome: Outcome = Outcome.FILED,
    *findings: Finding,
    key: str | None = "FR61954506077/F-17/2026",
    annexes: tuple[str, ...] = (),
) -> Document:
    """Return a judged document."""
    return Document(
        path=path,
        annexes=annexes,
        outcome=outcome,
        invoice=invoice(path),
        invoice_key=key,
        format=Format.UBL,
        findings=findings,
    )


def verdict(
    *documents: Document,
    parts: tuple[Part, ...] = (),
    findings: tuple[Finding, ...] = (),
    outcome: Outcome = Outcome.FILED,
    subject: str = "Facture",
) -> Verdict:
    """Return a verdict; its parts are one PDF for each document where none are given."""
    made = parts or tuple(part(one.path, f"content of {one.path}".encode()) for one in documents)
    return Verdict(
        outcome=outcome,
        scanned=True,
        mail=MailHeader(message_id="<1@x>", from_="a@supplier.example", subject=subject),
        parts=(Part(path="", kind="message/rfc822", content=b"", trail=("mail",)), *made),
        findings=findings,
        documents=documents,
    )


def hashes(judged: Verdict) -> frozenset[str]:
    """Return the SHA-256 of every part, as if ClamAV had found all of them clean."""
    return frozenset(one.sha256 for one in judged.parts if one.sha256)
