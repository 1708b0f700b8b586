"""Every value that one room hands to another; frozen, without behaviour, importing nothing of ours.

Two vocabularies and no third: RFC 5321/5322/2045 words up to the MIME part, EN 16931 business terms
(BT-/BG- numbers in each field's metadata) from the invoice on. Content is `bytes`, sizes are in
bytes, money is `Decimal` in the invoice's currency, times are aware and UTC.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Unavailable(Exception):  # noqa: N818 - it names a state of the world, not a mistake
    """The world's fault: a disk, database or scanner is away. Nothing was done; due again."""


class Unrecognisable(Exception):  # noqa: N818 - it says what is the matter with a picture
    """Text recognition gave a picture up: it takes too long or too much memory, or is none. The page
    stays unread; the world is in order."""


class Unprintable(Exception):  # noqa: N818 - it says what is the matter with a body
    """A body could not be printed. `limit` is what it ran into: `cpu`, `time`, `memory`, `pages`,
    `nesting`, `result` (too large a PDF), `signal N`, or `fault`: it cannot be laid out at all."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(limit)


class Weight(StrEnum):
    """What a reason does to a document, lightest first (DESIGN section 5); `DOOR` is an SMTP reply."""

    DOOR = "door"
    NOTE = "note"
    IGNORE = "ignore"
    HOLD = "hold"
    STOP = "stop"


class Outcome(StrEnum):
    """What became of a document or a mail."""

    FILED = "filed"
    HELD = "held"
    IGNORED = "ignored"


class Role(StrEnum):
    """What a part is in the verdict."""

    CONTAINER = "container"
    DOCUMENT = "document"
    ANNEX = "annex"
    IGNORED = "ignored"
    SEALED = "sealed"


class Lane(StrEnum):
    """Where a message waits to be judged. `OCR` is for those with a page on which text has to be
    recognised: that takes seconds, for which no other message shall wait."""

    MAIN = "main"
    OCR = "ocr"


class Format(StrEnum):
    """The syntax an invoice came in."""

    FACTUR_X = "factur-x"
    ZUGFERD_1 = "zugferd-1"
    XRECHNUNG = "xrechnung"
    UBL = "ubl"
    CII = "cii"
    PDF = "pdf"
    IMAGE = "image"
    BODY = "body"

    @property
    def is_page(self) -> bool:
        """Whether it was read from pages: what they leave out is for a person to fill in."""
        return self in (Format.PDF, Format.IMAGE, Format.BODY)


class Syntax(StrEnum):
    """The two syntaxes that EN 16931 is written in (CEN/TS 16931-2)."""

    UBL = "ubl"
    CII = "cii"


class Profile(StrEnum):
    """The specification an electronic invoice claims (BT-24), reduced to the ones we tell apart."""

    MINIMUM = "minimum"
    BASIC_WL = "basic-wl"
    BASIC = "basic"
    EN16931 = "en16931"
    EXTENDED = "extended"
    XRECHNUNG = "xrechnung"
    PEPPOL_BIS_3 = "peppol-bis-3"
    EXTENDED_CTC_FR = "extended-ctc-fr"


class InvoiceStatus(StrEnum):
    """Where a filed purchase invoice stands in the ledger."""

    TO_CONFIRM = "to_confirm"
    CONFIRMED = "confirmed"
    PAID = "paid"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A short phrase in both languages of the catalogue."""

    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One row of the catalogue. `smtp_reply` is reply code and enhanced status (RFC 3463), or ""."""

    code: str
    weight: Weight
    smtp_reply: str
    answer_supplier: str
    releasable: str
    afnor: str
    when: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reader or check has to say about a part or an invoice.

    `term` is a business term (`BT-48`) or an official rule id (`BR-CO-15`). `weight`, when given,
    replaces the catalogue's. `values` fill the holes of the catalogue's text ({n}, {limit}, ...).
    """

    reason: str
    part: str = ""
    term: str = ""
    detail: str | Bilingual = ""
    weight: Weight | None = None
    values: Mapping[str, str | Bilingual] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company that receives invoices. `vat` is its normalised VAT number with country prefix
    (`FR40303265045`, BT-48), `numbers` its company numbers (BT-47), without country.

    `archive_passwords` open its suppliers' protected archives: a secret, that is shown nowhere.
    `password_from_body` allows one that stands in the text of the same mail. `pdf_replaces_xml` files
    the PDF of an invoice whose XML is invalid, instead of holding both. `body_is_invoice` files the text
    of a mail that has no document, where it is an invoice itself. `token`, where there is one, must
    follow the number in its addresses (`fr40303265045+k7q2@`), for VAT numbers are public.
    """

    vat: str
    name: str = ""
    country: str = ""
    numbers: tuple[str, ...] = ()
    retired_at: datetime | None = None
    auto_confirm: bool = False
    weights: Mapping[str, Weight] = field(default_factory=dict)
    archive_passwords: tuple[str, ...] = field(default=(), repr=False)
    password_from_body: bool = False
    pdf_replaces_xml: bool = False
    body_is_invoice: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the SMTP dialogue said of a message (RFC 5321). `mail_from` is "" for the null sender.
    `rcpt_to` are the addresses as accepted, in order. `protocol` is one of RFC 3848 (`SMTP`, `ESMTP`,
    `ESMTPS`); `tls_version` and `tls_cipher` are as OpenSSL names them; `by` is our own name as the
    greeting gave it, "" where that is not known any more."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    peer: str
    helo: str
    tls: bool
    received_at: datetime
    protocol: str = "ESMTP"
    tls_version: str = ""
    tls_cipher: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledMessage:
    """One message for one company, claimed from the spool. `attempt` counts from 1; `company` is the
    VAT number that was addressed, or `postmaster`."""

    spool_id: str
    envelope: Envelope
    company: str
    attempt: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolEntry:
    """One message that waits for one company, or was set aside; without its octets. `due_at` is when
    a worker of its lane may take it up (again)."""

    spool_id: str
    envelope: Envelope
    company: str
    attempt: int
    size_bytes: int
    due_at: datetime
    aside: bool = False
    lane: Lane = Lane.MAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One node of what a mail is made of: a MIME part, archive member or embedded file.

    `path` is "" for the mail itself, MIME section numbers below it (`2`, `1.2`), and `/` for each
    wrapping (`2/factur-x.xml`, `3/1`). `kind` is what the bytes are: a media type, or
    `{namespace}Root` for XML. `declared_type` and `filename` are the sender's claims; the name is
    for display only. `charset` is what the sender says a text is written in. `trail` are the names from
    the mail down to this part. In a verdict only documents and annexes still have their content;
    `sha256` and `size_bytes` tell of the others.
    """

    path: str
    kind: str
    content: bytes
    filename: str = ""
    declared_type: str = ""
    disposition: str = ""
    content_id: str = ""
    charset: str = ""
    parent: str | None = None
    trail: tuple[str, ...] = ()
    sha256: str = ""
    size_bytes: int = 0
    role: Role = Role.IGNORED


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page: pages count from 1; the edges are fractions (0 to 1) of the page's width and
    height, from its upper left corner as it is shown, so that it can be drawn on any picture of it."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


SURE = 0.95
"""From this confidence on a value is given as read; below it is a suggestion for a person."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: `origin` is `xml`, `text` or `ocr`; `confidence` from 0 to 1; `place` is
    where it stood, in XML the path of its element and its line, and `box` where that is on a page."""

    origin: str
    confidence: float
    place: str = ""
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page with its edges in points (1/72 inch) from the page's upper left corner.
    `confidence` from 0 to 1 is that of text recognition, 1 for a text layer."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to recognise text on: rows of grey pixels, an octet each, 0 black."""

    width: int
    height: int
    dpi: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSupplier:
    """What the company's ledger knows of a supplier, for reading its next page. `numbers` are those of
    its earlier invoices (BT-1), newest first; `places` is where their values stood, by the names of
    `Invoice`, only of pages that a person confirmed or that came with sure values."""

    name: str
    vat_identifier: str | None = None
    legal_registration_identifier: str | None = None
    payment_account_identifiers: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    places: Mapping[str, Box] = field(default_factory=dict)


def _term(number: str, default: Any = None) -> Any:
    return field(default=default, metadata={"term": number})


@dataclass(frozen=True, slots=True, kw_only=True)
class VatBreakdown:
    """BG-23: one VAT category and rate of the invoice. The rate is in percent."""

    taxable_amount: Decimal | None = _term("BT-116")
    tax_amount: Decimal | None = _term("BT-117")
    category_code: str | None = _term("BT-118")
    category_rate: Decimal | None = _term("BT-119")
    exemption_reason_text: str | None = _term("BT-120")
    exemption_reason_code: str | None = _term("BT-121")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """BG-20 (allowance) or BG-21 (charge) of the whole invoice; `is_charge` tells which."""

    is_charge: bool = False
    amount: Decimal | None = _term("BT-92")
    base_amount: Decimal | None = _term("BT-93")
    percentage: Decimal | None = _term("BT-94")
    vat_category_code: str | None = _term("BT-95")
    vat_rate: Decimal | None = _term("BT-96")
    reason: str | None = _term("BT-97")
    reason_code: str | None = _term("BT-98")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAllowanceCharge:
    """BG-27 (allowance) or BG-28 (charge) of one line; `is_charge` tells which."""

    is_charge: bool = False
    amount: Decimal | None = _term("BT-136")
    base_amount: Decimal | None = _term("BT-137")
    percentage: Decimal | None = _term("BT-138")
    reason: str | None = _term("BT-139")
    reason_code: str | None = _term("BT-140")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAttribute:
    """BG-32: one property of what a line is about."""

    name: str | None = _term("BT-160")
    value: str | None = _term("BT-161")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """BG-1: a text on the whole invoice, and by its code (UNTDID 4451) what it is about."""

    text: str | None = _term("BT-22")
    subject_code: str | None = _term("BT-21")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecedingInvoice:
    """BG-3: an invoice that this one corrects, credits or settles."""

    reference: str | None = _term("BT-25")
    issue_date: date | None = _term("BT-26")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """BG-25: one line of the invoice."""

    identifier: str | None = _term("BT-126")
    note: str | None = _term("BT-127")
    object_identifier: str | None = _term("BT-128")
    quantity: Decimal | None = _term("BT-129")
    unit_code: str | None = _term("BT-130")
    net_amount: Decimal | None = _term("BT-131")
    purchase_order_line_reference: str | None = _term("BT-132")
    buyer_accounting_reference: str | None = _term("BT-133")
    period_start_date: date | None = _term("BT-134")
    period_end_date: date | None = _term("BT-135")
    net_price: Decimal | None = _term("BT-146")
    price_discount: Decimal | None = _term("BT-147")
    gross_price: Decimal | None = _term("BT-148")
    price_base_quantity: Decimal | None = _term("BT-149")
    price_base_quantity_unit_code: str | None = _term("BT-150")
    vat_category_code: str | None = _term("BT-151")
    vat_rate: Decimal | None = _term("BT-152")
    item_name: str | None = _term("BT-153")
    item_description: str | None = _term("BT-154")
    sellers_item_identifier: str | None = _term("BT-155")
    buyers_item_identifier: str | None = _term("BT-156")
    standard_item_identifier: str | None = _term("BT-157")
    item_classification_identifiers: tuple[str, ...] = _term("BT-158", ())
    item_country_of_origin: str | None = _term("BT-159")
    item_attributes: tuple[ItemAttribute, ...] = _term("BG-32", ())
    allowances_charges: tuple[LineAllowanceCharge, ...] = _term("BG-27/BG-28", ())
    status_reason_code: str | None = _term("BT-X-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingDocument:
    """BG-24: a document that the invoice refers to or carries. `content` is None when it is only
    referred to."""

    reference: str | None = _term("BT-122")
    description: str | None = _term("BT-123")
    external_location: str | None = _term("BT-124")
    content: bytes | None = _term("BT-125")
    mime_code: str | None = _term("BT-125-1")
    filename: str | None = _term("BT-125-2")


@dataclass(frozen=True, slots=True)
class UnreadableValue:
    """A value that is in the document but is not what its term needs (`2400,00`, 31 February); the
    term itself is then None. `written` is what stands there, shortened; `place` names the line."""

    term: str
    written: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class SeveralValues:
    """A term of which there is one in an invoice, and which its document gives several times, each time
    something else. The invoice has the first; `written` are all, as they stand there."""

    term: str
    written: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleRun:
    """One rule set that an invoice was held against. `aborted` tells why it gave up half-way: the
    official sheets stop at a value they cannot calculate with (`2400,00`)."""

    name: str
    version: str
    aborted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """The EN 16931 semantic model of one invoice or credit note, as far as it could be read.

    Values are as written in the document (identifiers are not normalised); what could not be read is
    None. `sources` tells for each given field where it was read and how sure that is.

    `xml` is the document as our own parser wrote it again, for the official rules; a verdict goes
    without. `rule_sets` are those that it was held against.
    """

    part: str
    format: Format
    profile: Profile | None = None
    syntax: Syntax | None = None
    xml: bytes = field(default=b"", repr=False)
    rule_sets: tuple[RuleRun, ...] = ()

    number: str | None = _term("BT-1")
    issue_date: date | None = _term("BT-2")
    type_code: str | None = _term("BT-3")
    currency_code: str | None = _term("BT-5")
    vat_accounting_currency_code: str | None = _term("BT-6")
    vat_point_date: date | None = _term("BT-7")
    vat_point_date_code: str | None = _term("BT-8")
    payment_due_date: date | None = _term("BT-9")
    buyer_reference: str | None = _term("BT-10")
    project_reference: str | None = _term("BT-11")
    contract_reference: str | None = _term("BT-12")
    purchase_order_reference: str | None = _term("BT-13")
    sales_order_reference: str | None = _term("BT-14")
    receiving_advice_reference: str | None = _term("BT-15")
    despatch_advice_reference: str | None = _term("BT-16")
    tender_or_lot_reference: str | None = _term("BT-17")
    invoiced_object_identifier: str | None = _term("BT-18")
    buyer_accounting_reference: str | None = _term("BT-19")
    payment_terms: str | None = _term("BT-20")
    notes: tuple[Note, ...] = _term("BG-1", ())
    business_process_type: str | None = _term("BT-23")
    specification_identifier: str | None = _term("BT-24")
    preceding_invoice_references: tuple[str, ...] = _term("BT-25", ())
    preceding_invoices: tuple[PrecedingInvoice, ...] = _term("BG-3", ())

    seller_name: str | None = _term("BT-27")
    seller_trading_name: str | None = _term("BT-28")
    seller_identifiers: tuple[str, ...] = _term("BT-29", ())
    seller_legal_registration_identifier: str | None = _term("BT-30")
    seller_legal_registration_scheme: str | None = _term("BT-30-1")
    seller_vat_identifier: str | None = _term("BT-31")
    seller_tax_registration_identifier: str | None = _term("BT-32")
    seller_additional_legal_information: str | None = _term("BT-33")
    seller_electronic_address: str | None = _term("BT-34")
    seller_electronic_address_scheme: str | None = _term("BT-34-1")
    seller_address_line_1: str | None = _term("BT-35")
    seller_address_line_2: str | None = _term("BT-36")
    seller_address_line_3: str | None = _term("BT-162")
    seller_city: str | None = _term("BT-37")
    seller_post_code: str | None = _term("BT-38")
    seller_country_subdivision: str | None = _term("BT-39")
    seller_country_code: str | None = _term("BT-40")
    seller_contact_point: str | None = _term("BT-41")
    seller_contact_telephone_number: str | None = _term("BT-42")
    seller_contact_email_address: str | None = _term("BT-43")

    buyer_name: str | None = _term("BT-44")
    buyer_trading_name: str | None = _term("BT-45")
    buyer_identifiers: tuple[str, ...] = _term("BT-46", ())
    buyer_legal_registration_identifier: str | None = _term("BT-47")
    buyer_legal_registration_scheme: str | None = _term("BT-47-1")
    buyer_vat_identifier: str | None = _term("BT-48")
    buyer_electronic_address: str | None = _term("BT-49")
    buyer_electronic_address_scheme: str | None = _term("BT-49-1")
    buyer_address_line_1: str | None = _term("BT-50")
    buyer_address_line_2: str | None = _term("BT-51")
    buyer_address_line_3: str | None = _term("BT-163")
    buyer_city: str | None = _term("BT-52")
    buyer_post_code: str | None = _term("BT-53")
    buyer_country_subdivision: str | None = _term("BT-54")
    buyer_country_code: str | None = _term("BT-55")
    buyer_contact_point: str | None = _term("BT-56")
    buyer_contact_telephone_number: str | None = _term("BT-57")
    buyer_contact_email_address: str | None = _term("BT-58")

    payee_name: str | None = _term("BT-59")
    payee_identifiers: tuple[str, ...] = _term("BT-60", ())
    payee_legal_registration_identifier: str | None = _term("BT-61")

    seller_tax_representative_name: str | None = _term("BT-62")
    seller_tax_representative_vat_identifier: str | None = _term("BT-63")
    seller_tax_representative_address_line_1: str | None = _term("BT-64")
    seller_tax_representative_address_line_2: str | None = _term("BT-65")
    seller_tax_representative_address_line_3: str | None = _term("BT-164")
    seller_tax_representative_city: str | None = _term("BT-66")
    seller_tax_representative_post_code: str | None = _term("BT-67")
    seller_tax_representative_country_subdivision: str | None = _term("BT-68")
    seller_tax_representative_country_code: str | None = _term("BT-69")

    deliver_to_name: str | None = _term("BT-70")
    deliver_to_location_identifier: str | None = _term("BT-71")
    actual_delivery_date: date | None = _term("BT-72")
    invoicing_period_start_date: date | None = _term("BT-73")
    invoicing_period_end_date: date | None = _term("BT-74")
    deliver_to_address_line_1: str | None = _term("BT-75")
    deliver_to_address_line_2: str | None = _term("BT-76")
    deliver_to_address_line_3: str | None = _term("BT-165")
    deliver_to_city: str | None = _term("BT-77")
    deliver_to_post_code: str | None = _term("BT-78")
    deliver_to_country_subdivision: str | None = _term("BT-79")
    deliver_to_country_code: str | None = _term("BT-80")

    payment_means_type_code: str | None = _term("BT-81")
    payment_means_text: str | None = _term("BT-82")
    remittance_information: str | None = _term("BT-83")
    payment_account_identifiers: tuple[str, ...] = _term("BT-84", ())
    payment_account_names: tuple[str, ...] = _term("BT-85", ())
    payment_service_provider_identifiers: tuple[str, ...] = _term("BT-86", ())
    payment_card_primary_account_number: str | None = _term("BT-87")
    payment_card_holder_name: str | None = _term("BT-88")
    mandate_reference_identifier: str | None = _term("BT-89")
    bank_assigned_creditor_identifier: str | None = _term("BT-90")
    debited_account_identifier: str | None = _term("BT-91")

    sum_of_line_net_amounts: Decimal | None = _term("BT-106")
    sum_of_allowances: Decimal | None = _term("BT-107")
    sum_of_charges: Decimal | None = _term("BT-108")
    total_amount_without_vat: Decimal | None = _term("BT-109")
    total_vat_amount: Decimal | None = _term("BT-110")
    total_vat_amount_in_accounting_currency: Decimal | None = _term("BT-111")
    total_amount_with_vat: Decimal | None = _term("BT-112")
    paid_amount: Decimal | None = _term("BT-113")
    rounding_amount: Decimal | None = _term("BT-114")
    amount_due_for_payment: Decimal | None = _term("BT-115")

    allowances_charges: tuple[AllowanceCharge, ...] = _term("BG-20/BG-21", ())
    vat_breakdown: tuple[VatBreakdown, ...] = _term("BG-23", ())
    supporting_documents: tuple[SupportingDocument, ...] = _term("BG-24", ())
    lines: tuple[InvoiceLine, ...] = _term("BG-25", ())

    unreadable: tuple[UnreadableValue, ...] = ()
    several: tuple[SeveralValues, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


LEDGER_TERMS = (
    "number",
    "type_code",
    "issue_date",
    "payment_due_date",
    "currency_code",
    "seller_name",
    "seller_vat_identifier",
    "seller_legal_registration_identifier",
    "buyer_name",
    "buyer_vat_identifier",
    "buyer_legal_registration_identifier",
    "buyer_reference",
    "purchase_order_reference",
    "total_amount_without_vat",
    "total_vat_amount",
    "total_amount_with_vat",
    "amount_due_for_payment",
    "payment_account_identifiers",
    "preceding_invoice_references",
)
"""The terms of `Invoice` that are columns of the ledger and keys of its JSON."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What ClamAV said of exactly the bytes it was given. Only `clean` is clean; otherwise
    `signature` names the hit, and `inconclusive` tells that the scanner gave up instead."""

    clean: bool
    signature: str = ""
    inconclusive: bool = False


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What an official rule set holds against an invoice. `rule` is the official id, "" where the
    publisher gives none; `flag` is `fatal`, `warning`, `information`, or "" where there is none. `line`
    is the identifier of the invoice line that it is about (BT-126), "" for the whole invoice."""

    rule_set: str
    rule: str
    flag: str
    text: str
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """What the rule engine says of one invoice. `missing` are the rule sets that are not installed;
    `stopped` tells why an engine in good health could not judge this document at all."""

    runs: tuple[RuleRun, ...] = ()
    findings: tuple[RuleFinding, ...] = ()
    missing: tuple[str, ...] = ()
    stopped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledInvoice:
    """What the ledger already holds, as far as a check for duplicates needs it."""

    id: str
    filed_on: date
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a mail may go (THREATS, rows M and A). Sizes in bytes.

    Trying a password costs a millisecond, undoing the old encryption of ZIP half a second a megabyte.
    Of text recognition: `recognised_pixels` are those of all its pages together, after `recognised_s`
    seconds of it no other page is begun, and `recognised_words` are the most of one page.
    """

    header_block_bytes: int = 512 * 1024
    header_field_bytes: int = 102_400
    header_fields: int = 2_000
    lines: int = 2_000_000
    mime_depth: int = 50
    message_depth: int = 5
    parts: int = 1_000
    attachments: int = 100
    decoded_bytes: int = 100 * 1024 * 1024
    file_bytes: int = 50 * 1024 * 1024
    archive_members: int = 1_000
    archive_bytes: int = 250 * 1024 * 1024
    archive_ratio: int = 200
    archive_depth: int = 2
    password_tries: int = 2_000
    zipcrypto_bytes: int = 8 * 1024 * 1024
    received_fields: int = 50
    recognised_pages: int = 20
    recognised_page_pixels: int = 40_000_000
    recognised_pixels: int = 250_000_000
    recognised_words: int = 20_000
    recognised_s: float = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that a judgement may know of the world; a judgement opens no file, socket or clock.

    `scan` raises `Unavailable` when the scanner is away, and is None when the operator asked for no
    scan (`check --no-scan`). The `filed_*` questions look at other mails only, and `waived` are the
    reason codes that an operator's release named. `archive_passwords` are tried on protected archives,
    in order: the company's, and those of the mail's text where it allows that.

    `recognise` returns the words of a picture (OCR), or None once the mail has used up what its limits
    allow (`recognised_*`): it is no use to ask for its other pages then, nor to draw them. It raises
    Unrecognisable for a picture that it gives up. `begin_recognition` is called before the first page
    is drawn for it, for that is much work for nothing where the message goes on in another lane.
    `known_supplier` returns what the company's ledger knows of a VAT number or IBAN, and `print_html`
    the PDF of an HTML body, given its text and the pictures that it may name by `cid:` (by Content-ID),
    and raises Unprintable. Each may be None, and raises `Unavailable`. `templates` are the operator's,
    per supplier, as `ingestd.templates` loads them.
    """

    company: Company | None
    today: date
    limits: Limits = field(default_factory=Limits)
    scan: Callable[[bytes], ScanResult] | None = None
    rules: Callable[[bytes, tuple[str, ...]], RuleReport] | None = None
    filed_mail: Callable[[str], FiledInvoice | None] | None = None
    filed_file: Callable[[str], FiledInvoice | None] | None = None
    filed_invoice: Callable[[str], FiledInvoice | None] | None = None
    weights: Mapping[str, Weight] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()
    for_operators: bool = False
    archive_passwords: tuple[str, ...] = field(default=(), repr=False)
    recognise: Callable[[Picture], tuple[Word, ...] | None] | None = None
    begin_recognition: Callable[[], None] | None = None
    known_supplier: Callable[[str], KnownSupplier | None] | None = None
    print_html: Callable[[str, Mapping[str, bytes]], bytes] | None = None
    templates: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing to file or hold: a main part with its annexes (paths), and its invoice if one could
    be read. `invoice_key` is the same for every copy of one invoice (supplier, number, year)."""

    path: str
    annexes: tuple[str, ...] = ()
    outcome: Outcome
    invoice: Invoice | None = None
    invoice_key: str | None = None
    format: Format | None = None
    profile: Profile | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeader:
    """What the message says of itself (RFC 5322), decoded for display; never trusted."""

    message_id: str = ""
    from_: str = ""
    subject: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The whole judgement of one message for one company. `parts` has every part, also what was
    ignored. `findings` are about the mail itself; without documents they decide its outcome."""

    outcome: Outcome
    scanned: bool
    mail: MailHeader
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    documents: tuple[Document, ...] = ()


class DocumentState(StrEnum):
    """Where a judged document stands in the inbox: `OPEN` waits for an operator, `CLOSED` (filed or
    ignored at once) needs none."""

    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFinding:
    """A finding as the inbox keeps it: weighed, and told in both languages at the time."""

    reason: str
    weight: Weight
    part: str
    term: str
    detail: Bilingual
    text: Bilingual
    waived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPart:
    """A part as the inbox keeps it: everything but its octets."""

    path: str
    trail: tuple[str, ...]
    name: str
    declared_type: str
    kind: str
    size_bytes: int
    sha256: str
    role: Role
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an operator decided of a document: `what` is `release`, `reject` or `confirm`."""

    what: str
    operator: str
    why: str
    decided_at: datetime
    waived: tuple[str, ...] = ()
    code: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseInvoice:
    """One row of the ledger. `invoice` is None where nothing could be read of the document."""

    id: str
    company: str
    status: InvoiceStatus
    mail_id: str
    received_at: datetime
    filed_at: datetime
    path: str
    name: str
    sha256: str
    format: Format | None
    profile: Profile | None
    invoice: Invoice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDocument:
    """One row of the inbox: a document, or a whole mail that had none (path ""). `findings` are the
    document's own; those of the mail are in `JudgedMail`."""

    id: str
    company: str
    mail_id: str
    path: str
    name: str
    annexes: tuple[str, ...]
    outcome: Outcome
    state: DocumentState
    format: Format | None
    profile: Profile | None
    invoice: Invoice | None
    invoice_key: str | None = None
    findings: tuple[JudgedFinding, ...]
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMail:
    """A judged mail for one company, with all its parts and documents. `trace` are its trace fields
    (RFC 5321 section 4.4), which are not in its octets; "" for one that an older ingestd filed."""

    mail_id: str
    company: str
    envelope: Envelope
    header: MailHeader
    sha256: str
    size_bytes: int
    judged_at: datetime
    outcome: Outcome
    scanned: bool
    parts: tuple[JudgedPart, ...]
    findings: tuple[JudgedFinding, ...]
    documents: tuple[JudgedDocument, ...]
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A document of the inbox with what a list shows of its mail. `findings` are all that was found
    against it: its own, then those of its mail."""

    document: JudgedDocument
    envelope: Envelope
    header: MailHeader
    findings: tuple[JudgedFinding, ...]
