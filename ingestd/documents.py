"""Which part is the document and which its annex: the parts of one mail become drafts of documents.

A PDF and the XML of the same invoice are one document, also across an archive; terms, timesheets and
pictures beside an invoice are its annexes; logos and signatures are nobody's. No weight is given and
nothing is decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ingestd.checks.duplicate import invoice_key
from ingestd.checks.kind import PAGES, Treatment, refuse
from ingestd.extraction.cues import is_enclosure, looks_like_invoice, mentions
from ingestd.gathering import Gathered
from ingestd.model import Finding, Format, Invoice, Part, Weight
from ingestd.readers.kinds import PDF

_MUST_AGREE = ("total_amount_with_vat", "payment_account_identifiers", "buyer_vat_identifier")
_HARMLESS_INSIDE = frozenset(
    {"pdf-damaged", "pdf-password", "type-mismatch", "xml-broken", "file-empty"}
)
"""What is only noted of a paper embedded in an invoice that was read (BG-24): it files with it."""
_BODY_TYPES = frozenset(
    {"", "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"}
    | {"text/x-amp-html", "text/watch-html"}
)
"""What mail programs write the text of a mail in; the last two are for Gmail and Apple's watch."""
LOGO_PIXELS = 300
"""A picture that is narrower or lower than this shows no invoice,"""
RECEIPT_PIXELS = 600
"""unless it is as high as this: a receipt of a till is a narrow strip."""


@dataclass(slots=True)
class Draft:
    """A document in the making: its main part, the parts that belong to it, and what was read."""

    main: Part
    invoice: Invoice | None = None
    annexes: list[Part] = field(default_factory=list)
    inside: list[Part] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    text: str = ""

    @property
    def is_page(self) -> bool:
        """Whether this is a PDF or picture without data."""
        return self.invoice is None and (self.main.kind == PDF or self.main.kind in PAGES)


def _below(gathered: Gathered, path: str) -> list[Part]:
    """Return all parts inside the part at `path`, whatever they are wrapped in."""
    inside: list[Part] = []
    known = {path}
    for part in gathered.parts.values():
        if part.parent in known and part.path != path:
            known.add(part.path)
            inside.append(part)
    return inside


def _files(gathered: Gathered) -> list[Part]:
    """Return the parts that stand for themselves: not containers that were opened, and not what is
    embedded in a PDF or in an electronic invoice."""
    embedding = {
        path
        for path, part in gathered.parts.items()
        if part.kind == PDF or path in gathered.invoices
    }
    hidden = {inner.path for path in embedding for inner in _below(gathered, path)}
    opened = {part.parent for part in gathered.parts.values()} - embedding
    return [
        part
        for path, part in gathered.parts.items()
        if path
        and path not in hidden
        and not part.kind.startswith("multipart/")
        and (path not in opened or path in gathered.stopped)
    ]


def is_body(part: Part) -> bool:
    """Tell whether a part is the text of a mail itself rather than a file."""
    return (
        part.declared_type in _BODY_TYPES and not part.filename and part.disposition != "attachment"
    )


def _same_invoice(one: Invoice, other: Invoice) -> bool:
    """Tell whether two readings are one invoice: also who pays what to whom must be the same."""
    return invoice_key(one) == invoice_key(other) and all(
        getattr(one, term) == getattr(other, term) for term in _MUST_AGREE
    )


def _hybrid(draft: Draft, gathered: Gathered) -> None:
    """Give a PDF the invoice of the XML inside it, or say that there are several."""
    embedded = [
        gathered.invoices[part.path] for part in draft.inside if part.path in gathered.invoices
    ]
    if not embedded:
        return
    # Some send ZUGFeRD 1 and 2 of one invoice in one PDF, for old readers: the newer one counts.
    embedded.sort(key=lambda invoice: invoice.format is Format.ZUGFERD_1)
    first = embedded[0]
    if all(_same_invoice(first, other) for other in embedded[1:]):
        draft.invoice = first
        return
    values = {"n": str(len(embedded))}
    numbers = ", ".join(invoice.number or "?" for invoice in embedded)
    draft.findings.append(
        Finding("hybrid-ambiguous", draft.main.path, detail=numbers, values=values)
    )


def _draft(part: Part, gathered: Gathered) -> Draft:
    inside = _below(gathered, part.path)
    draft = Draft(part, gathered.invoices.get(part.path), inside=inside)
    for member in (part, *inside):
        draft.findings += gathered.findings.get(member.path, [])
    draft.text = gathered.text_of(part.path)
    if part.kind == PDF:
        _hybrid(draft, gathered)
    if draft.invoice:
        draft.findings = [
            _softened(found, draft) for found in draft.findings if found.reason != "xml-unknown"
        ]  # other XML beside the invoice is a paper like any other
    return draft


def _softened(finding: Finding, draft: Draft) -> Finding:
    """Return a finding with its weight inside a document whose invoice was read."""
    own = (draft.main.path, draft.invoice.part if draft.invoice else "")
    if finding.part in own or finding.reason not in _HARMLESS_INSIDE:
        return finding
    return replace(finding, weight=Weight.NOTE)


def _is_logo(part: Part, gathered: Gathered) -> bool:
    """Tell decoration from a picture of an invoice by its pixels, else by its size."""
    width, height = gathered.pixels_of(part.path)
    if not width:
        return len(part.content) < 20_000
    return height < LOGO_PIXELS or (width < LOGO_PIXELS and height < RECEIPT_PIXELS)


def _is_shown_in_body(part: Part, html: str) -> bool:
    used = bool(part.content_id) and f"cid:{part.content_id}" in html
    return used or (part.disposition == "inline" and bool(part.content_id))


def _stem(part: Part) -> str:
    return PurePosixPath(part.filename.lower().replace("\\", "/")).stem


def _is_page_of(page: Draft, draft: Draft) -> bool:
    """Tell whether a PDF without data shows the invoice that an XML carries."""
    number = draft.invoice.number if draft.invoice else None
    if mentions(page.text, number):
        return True
    same_name = _stem(page.main) == _stem(draft.main)
    return same_name and (not page.text.strip() or mentions(page.text, number, shortest=1))


def _pair(drafts: list[Draft]) -> list[Draft]:
    """Make one document of a PDF and the XML of the same invoice."""
    kept: list[Draft] = []
    structured = [draft for draft in drafts if draft.invoice]
    for draft in drafts:
        partner = None
        if draft.invoice and draft.main.kind != PDF:
            partner = next(
                (
                    other
                    for other in structured
                    if other is not draft
                    and other.main.kind == PDF
                    and other.invoice
                    and _same_invoice(draft.invoice, other.invoice)
                ),
                None,
            )
        elif draft.is_page and draft.main.kind == PDF and not draft.findings:
            partner = next(
                (
                    other
                    for other in structured
                    if other.main.kind != PDF and _is_page_of(draft, other)
                ),
                None,
            )
            alone = [one for one in drafts if one.is_page]
            if not partner and len(structured) == len(alone) == 1 and not draft.text.strip():
                partner = structured[0]
        if partner:
            partner.annexes += [draft.main, *draft.inside]
        else:
            kept.append(draft)
    return kept


def _is_invoice_page(draft: Draft) -> bool:
    return looks_like_invoice(draft.text) and not is_enclosure(draft.text)


def _attach_papers(drafts: list[Draft]) -> list[Draft]:
    """Make pages that are no invoice themselves annexes of the one document they came with."""
    leading = [draft for draft in drafts if draft.invoice]
    if not leading:
        leading = [draft for draft in drafts if draft.is_page and _is_invoice_page(draft)]
    if not leading:
        return drafts
    kept = []
    for draft in drafts:
        paper = draft.is_page and not draft.findings and draft not in leading
        if paper and draft.text.strip() and not _is_invoice_page(draft):
            leading[0].annexes += [draft.main, *draft.inside]
        else:
            kept.append(draft)
    return kept


def _pictures(pictures: list[Part], drafts: list[Draft], gathered: Gathered, html: str) -> None:
    """Pictures beside a document are its annexes; alone, each is a document."""
    shots = [part for part in pictures if not _is_logo(part, gathered)]
    documents = [draft for draft in drafts if draft.invoice or draft.is_page]
    for part in shots:
        if documents and _is_shown_in_body(part, html):
            continue
        if documents and documents[0].main.kind != part.kind:
            documents[0].annexes.append(part)
            continue
        drafts.append(_draft(part, gathered))
        if gathered.treatments[part.path] is Treatment.PICTURE:
            drafts[-1].findings.append(refuse(part))


def group(gathered: Gathered, html: str) -> tuple[list[Draft], list[Part]]:
    """Return the drafts of a mail, in the order of its parts, and the companions (office files, text)
    that came without any document. `html` is the mail's HTML body."""
    drafts: list[Draft] = []
    pictures: list[Part] = []
    companions: list[Part] = []
    for part in _files(gathered):
        treatment = gathered.treatments[part.path]
        if part.path in gathered.stopped or treatment in (Treatment.OPEN, Treatment.REFUSE):
            drafts.append(_draft(part, gathered))
        elif treatment in (Treatment.PAGE, Treatment.PICTURE):
            pictures.append(part)
        elif treatment is Treatment.COMPANION and not is_body(part):
            companions.append(part)
        elif gathered.findings.get(part.path):
            drafts.append(_draft(part, gathered))
    drafts = [draft for draft in drafts if draft.invoice or draft.is_page or draft.findings]
    drafts = _attach_papers(_pair(drafts))
    _pictures(pictures, drafts, gathered, html)
    documents = [draft for draft in drafts if draft.invoice or draft.is_page]
    if documents:
        documents[0].annexes += companions
        for companion in companions:
            documents[0].findings += gathered.findings.get(companion.path, [])
        companions = []
    suspicious = [part for part in companions if gathered.findings.get(part.path)]
    drafts += [_draft(part, gathered) for part in suspicious]
    return drafts, [part for part in companions if part not in suspicious]


def format_of(draft: Draft) -> Format:
    """Return the syntax of a draft's invoice, as the contract names it."""
    if draft.invoice:
        inside_pdf = draft.main.kind == PDF and draft.invoice.format in (
            Format.CII,
            Format.XRECHNUNG,
        )
        cii = "CrossIndustryInvoice" in _kind_of(draft)
        return Format.FACTUR_X if inside_pdf and cii else draft.invoice.format
    if draft.main.kind.startswith("image/"):
        return Format.IMAGE
    return Format.PDF if draft.main.kind == PDF else Format.BODY


def _kind_of(draft: Draft) -> str:
    members: Iterable[Part] = (draft.main, *draft.inside)
    path = draft.invoice.part if draft.invoice else ""
    return next((part.kind for part in members if part.path == path), "")
