"""The tables. What the database itself holds true, whoever writes to it:

- a mail is judged once for each company (key of `mail`);
- only bytes that ClamAV found clean are filed (foreign keys to `clean_content`);
- one invoice is filed once for each company, by supplier, number and year, and by its octets
  (`unique_key`, `unique_file`; empty where an operator's release waived it).

Rows are the store's own: what leaves it are the frozen types of `model.py`. `mail.company` is no
foreign key, because mail to the operators (`postmaster`) belongs to no company.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from ingestd.store._columns import Json, Money, Timestamp, Words

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""So that every constraint has a name by which a later migration can change it, on any database."""


class CompanyRow(SQLModel, table=True):
    """A company that receives invoices."""

    __tablename__ = "company"

    vat: str = Field(primary_key=True)
    name: str = Field(default="", sa_type=Words)
    country: str
    numbers: list[str] = Field(default_factory=list, sa_type=Json)
    auto_confirm: bool = False
    weights: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    archive_passwords: list[str] = Field(default_factory=list, sa_type=Json)
    """Secrets that must be known in the clear to be tried: who reads the database reads them."""
    password_from_body: bool = False
    pdf_replaces_xml: bool = False
    body_is_invoice: bool = False
    token: str = ""
    created_at: datetime = Field(sa_type=Timestamp)
    retired_at: datetime | None = Field(default=None, sa_type=Timestamp)

    def __repr_args__(self) -> Sequence[tuple[str | None, Any]]:
        """Keep the secrets out of every traceback."""
        return [
            (name, value) for name, value in super().__repr_args__() if name != "archive_passwords"
        ]


class AddressRow(SQLModel, table=True):
    """An address key in use (`address.keys`): two companies cannot have the same."""

    __tablename__ = "address"

    key: str = Field(primary_key=True)
    company: str = Field(foreign_key="company.vat", index=True)


class MailRow(SQLModel, table=True):
    """A judged mail for one company; its octets are the blob `sha256`."""

    __tablename__ = "mail"

    spool_id: str = Field(primary_key=True)
    company: str = Field(primary_key=True)
    sha256: str = Field(index=True)
    size_bytes: int
    mail_from: str = Field(sa_type=Words)
    rcpt_to: list[str] = Field(sa_type=Json)
    peer: str = Field(sa_type=Words)
    helo: str = Field(sa_type=Words)
    tls: bool
    received_at: datetime = Field(sa_type=Timestamp, index=True)
    judged_at: datetime = Field(sa_type=Timestamp)
    message_id: str = Field(sa_type=Words)
    header_from: str = Field(sa_type=Words)
    subject: str = Field(sa_type=Words)
    header_date: str = Field(sa_type=Words)
    outcome: str
    scanned: bool
    trace: str = ""


class PartRow(SQLModel, table=True):
    """One part of a mail, whatever became of it; `position` is the order of reading."""

    __tablename__ = "part"
    __table_args__ = (
        ForeignKeyConstraint(["spool_id", "company"], ["mail.spool_id", "mail.company"]),
    )

    spool_id: str = Field(primary_key=True)
    company: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    path: str = Field(sa_type=Words)
    trail: list[str] = Field(sa_type=Json)
    name: str = Field(sa_type=Words)
    declared_type: str = Field(sa_type=Words)
    kind: str = Field(sa_type=Words)
    size_bytes: int
    sha256: str
    role: str
    parent: str | None = Field(default=None, sa_type=Words)


class DocumentRow(SQLModel, table=True):
    """One document of a mail, or with path "" a whole mail that had none. `state` is open, closed,
    released or rejected."""

    __tablename__ = "document"
    __table_args__ = (
        ForeignKeyConstraint(["spool_id", "company"], ["mail.spool_id", "mail.company"]),
        UniqueConstraint("spool_id", "company", "path"),
    )

    id: str = Field(primary_key=True)
    spool_id: str
    company: str = Field(index=True)
    position: int
    path: str = Field(sa_type=Words)
    name: str = Field(sa_type=Words)
    annexes: list[str] = Field(default_factory=list, sa_type=Json)
    outcome: str = Field(index=True)
    state: str = Field(index=True)
    format: str | None = None
    profile: str | None = None
    content: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """The whole `model.Invoice` with its lines and sources, also of what is only held."""


class FindingRow(SQLModel, table=True):
    """What was found, of a document or (without one) of the mail, as it was weighed and told."""

    __tablename__ = "finding"
    __table_args__ = (
        ForeignKeyConstraint(["spool_id", "company"], ["mail.spool_id", "mail.company"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    spool_id: str = Field(index=True)
    company: str
    document: str | None = Field(default=None, foreign_key="document.id", index=True)
    reason: str = Field(index=True)
    weight: str
    part: str = Field(sa_type=Words)
    term: str = Field(sa_type=Words)
    detail_en: str = Field(sa_type=Words)
    detail_fr: str = Field(sa_type=Words)
    text_en: str = Field(sa_type=Words)
    text_fr: str = Field(sa_type=Words)
    waived: bool = False


class CleanContent(SQLModel, table=True):
    """Octets that ClamAV found clean, by their hash."""

    __tablename__ = "clean_content"

    sha256: str = Field(primary_key=True)
    scanned_at: datetime = Field(sa_type=Timestamp)
    signatures: str | None = None


class InvoiceRow(SQLModel, table=True):
    """The ledger: one filed purchase invoice, with the same id as its document. The EN 16931 terms
    by their own names; all others are in `document.content`."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("company", "unique_key", name="one_invoice_a_company"),
        UniqueConstraint("company", "unique_file", name="one_file_a_company"),
    )

    id: str = Field(primary_key=True, foreign_key="document.id")
    company: str = Field(index=True)
    sha256: str = Field(foreign_key="clean_content.sha256", index=True)
    unique_file: str | None = None
    invoice_key: str | None = Field(default=None, sa_type=Words, index=True)
    unique_key: str | None = Field(default=None, sa_type=Words)
    status: str = Field(index=True)
    received_at: datetime = Field(sa_type=Timestamp)
    filed_at: datetime = Field(sa_type=Timestamp, index=True)

    number: str | None = Field(default=None, sa_type=Words)
    type_code: str | None = Field(default=None, sa_type=Words)
    issue_date: date | None = None
    payment_due_date: date | None = None
    currency_code: str | None = Field(default=None, sa_type=Words)
    seller_name: str | None = Field(default=None, sa_type=Words)
    seller_vat_identifier: str | None = Field(default=None, sa_type=Words, index=True)
    seller_legal_registration_identifier: str | None = Field(default=None, sa_type=Words)
    buyer_name: str | None = Field(default=None, sa_type=Words)
    buyer_vat_identifier: str | None = Field(default=None, sa_type=Words)
    buyer_legal_registration_identifier: str | None = Field(default=None, sa_type=Words)
    buyer_reference: str | None = Field(default=None, sa_type=Words)
    purchase_order_reference: str | None = Field(default=None, sa_type=Words)
    total_amount_without_vat: Decimal | None = Field(default=None, sa_type=Money)
    total_vat_amount: Decimal | None = Field(default=None, sa_type=Money)
    total_amount_with_vat: Decimal | None = Field(default=None, sa_type=Money)
    amount_due_for_payment: Decimal | None = Field(default=None, sa_type=Money)
    payment_account_identifiers: list[str] = Field(default_factory=list, sa_type=Json)
    preceding_invoice_references: list[str] = Field(default_factory=list, sa_type=Json)
    line_count: int | None = None


class AnnexRow(SQLModel, table=True):
    """A clean annex of a filed invoice."""

    __tablename__ = "annex"

    invoice: str = Field(primary_key=True, foreign_key="invoice.id")
    path: str = Field(primary_key=True, sa_type=Words)
    sha256: str = Field(foreign_key="clean_content.sha256")


class DecisionRow(SQLModel, table=True):
    """What an operator decided of a document; rows are only ever added."""

    __tablename__ = "decision"

    id: int | None = Field(default=None, primary_key=True)
    document: str = Field(foreign_key="document.id", index=True)
    what: str
    operator: str = Field(sa_type=Words)
    why: str = Field(sa_type=Words)
    waived: list[str] = Field(default_factory=list, sa_type=Json)
    code: str = ""
    outcome: str | None = None
    decided_at: datetime = Field(sa_type=Timestamp)
