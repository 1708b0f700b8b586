"""The parts of a mail that stand for themselves, each as a draft of a document with what is inside."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ingestd.checks.duplicate import invoice_key
from ingestd.checks.kind import PAGES
from ingestd.extraction.cues import looks_like_invoice, names_invoice
from ingestd.extraction.kinds import PAPERS, Kind, is_picture, kind_of
from ingestd.extraction.sheets import Sheets
from ingestd.gathering import Gathered
from ingestd.model import Finding, Format, Invoice, Part, RuleRun, Weight
from ingestd.readers import is_electronic_invoice
from ingestd.readers.kinds import PDF

HEAVY = (Weight.HOLD, Weight.STOP)
_MUST_AGREE = (
    "type_code",
    "currency_code",
    "total_amount_with_vat",
    "payment_account_identifiers",
    "buyer_vat_identifier",
)
_MUST_NOT_DIFFER = (
    "issue_date",
    "payment_due_date",
    "total_amount_without_vat",
    "total_vat_amount",
    "amount_due_for_payment",
    "payee_name",
)
"""What one of two readings may leave out (ZUGFeRD 1, MINIMUM), but not tell otherwise."""
_HARMLESS_INSIDE = frozenset(
    {"pdf-damaged", "pdf-password", "type-mismatch", "xml-broken", "xml-unknown", "file-empty"}
    | {"not-an-invoice", "format-foreign", "rules-broken"}
)
"""What is only noted of a paper embedded in an invoice that was read (BG-24): it files with it."""
_OTHER_INVOICE = frozenset({"xml-broken", "format-foreign"})
"""Why an invoice beside the one that was read could not be compared with it."""
_BODY_TYPES = frozenset(
    {"", "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"}
    | {"text/x-amp-html", "text/watch-html"}
)
"""What mail programs write the text of a mail in; the last two are for Gmail and Apple's watch."""


@dataclass(slots=True, eq=False)
class Draft:
    """A document in the making: its main part, the parts that belong to it, and what was read.

    `inside` is what is embedded in the main part, `stem` its name without suffix in lower case, `home`
    the wrappings that it came in, outermost first, and `is_refused` tells that it has to be held by
    itself. `rule_sets` are those that the invoice was held against. Where a PDF took the place of its
    invalid XML, `replaced` is what could be read of that XML and `excused` what was found of it.

    Of a page `sheets` are the pages with their words, `text` is all of it, `paper` what kind of paper it
    is, and `shown` the invoice as it was read from it, suggestions included. `is_body` tells that it is
    the mail's own text. `prints` are the paths of annexes that show the invoice of this draft to people.
    """

    main: Part
    invoice: Invoice | None = None
    annexes: list[Part] = field(default_factory=list)
    inside: list[Part] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheets: Sheets = field(default_factory=Sheets)
    text: str = ""
    paper: Kind = Kind.UNKNOWN
    shown: Invoice | None = None
    is_body: bool = False
    prints: list[str] = field(default_factory=list)
    stem: str = ""
    home: tuple[str, ...] = ()
    is_refused: bool = False
    rule_sets: list[RuleRun] = field(default_factory=list)
    replaced: Invoice | None = None
    excused: list[Finding] = field(default_factory=list)

    @property
    def is_page(self) -> bool:
        """Whether this is a PDF or picture without data."""
        return self.invoice is None and (self.main.kind == PDF or self.main.kind in PAGES)

    @property
    def read(self) -> Invoice | None:
        """What could be read of its data, whether they count or not."""
        return self.invoice or self.replaced

    @property
    def is_invoice(self) -> bool:
        """Whether this is an invoice by its data or by what it shows."""
        return self.invoice is not None or (
            self.is_page and looks_like_invoice(self.text) and not self.is_paper
        )

    @property
    def is_paper(self) -> bool:
        """Whether this is a page that is certainly something else than an invoice."""
        return self.is_page and self.paper in PAPERS

    def look_at(self, gathered: Gathered, recognised: bool = False) -> None:
        """Look at the pages, with text recognition where `recognised` says so. Raises Unavailable."""
        self.sheets = gathered.sheets_of(self.main.path, recognised)
        self.text = "\n".join(page.text for page in self.sheets.pages)
        self.paper = kind_of(self.sheets.pages, unread=bool(self.sheets.unread))
        # A photograph may be blurred: nothing follows from what cannot be read on one.
        may_be_one = self.main.kind != PDF or names_invoice(self.main.filename)
        if not may_be_one and is_picture(self.sheets):
            self.paper = Kind.PICTURE

    def take(self, other: "Draft") -> None:
        """Make another draft, with all that belongs to it, an annex of this one."""
        self.annexes += [other.main, *other.inside, *other.annexes]
        self.findings += other.findings


def is_body(part: Part) -> bool:
    """Tell whether a part is the text of a mail itself rather than a file."""
    return (
        part.declared_type in _BODY_TYPES and not part.filename and part.disposition != "attachment"
    )


def is_embedding(gathered: Gathered, path: str) -> bool:
    """Tell whether what the part at `path` contains belongs to it: a PDF, an electronic invoice."""
    return gathered.parts[path].kind == PDF or path in gathered.invoices


def home_of(gathered: Gathered, part: Part) -> tuple[str, ...]:
    """Return the paths of what a part is wrapped in, outermost first."""
    chain: list[str] = []
    while part.parent is not None and part.parent in gathered.parts:
        part = gathered.parts[part.parent]
        chain.append(part.path)
    return tuple(reversed(chain))


def inside_of(gathered: Gathered, path: str) -> list[Part]:
    """Return all parts inside the part at `path`, whatever they are wrapped in."""
    inside: list[Part] = []
    known = {path}
    for part in gathered.parts.values():
        if part.parent in known and part.path != path:
            known.add(part.path)
            inside.append(part)
    return inside


def opened(gathered: Gathered) -> set[str]:
    """Return the paths of the wrappings that were opened: their parts stand for themselves."""
    parents = {part.parent for part in gathered.parts.values() if part.parent is not None}
    return {path for path in parents & set(gathered.parts) if not is_embedding(gathered, path)}


def files(gathered: Gathered) -> list[Part]:
    """Return the parts that stand for themselves: not containers that were opened, and not what is
    embedded in a PDF or in an electronic invoice."""
    hidden = {
        inner.path
        for path in gathered.parts
        if is_embedding(gathered, path)
        for inner in inside_of(gathered, path)
    }
    wrappings = opened(gathered) - gathered.stopped
    return [
        part
        for path, part in gathered.parts.items()
        if path
        and path not in hidden
        and path not in wrappings
        and not part.kind.startswith("multipart/")
    ]


def draft(part: Part, gathered: Gathered) -> Draft:
    """Return the draft of a part with what is embedded in it, and all that was found of both."""
    inside = inside_of(gathered, part.path) if is_embedding(gathered, part.path) else []
    made = Draft(part, gathered.invoices.get(part.path), inside=inside)
    made.stem = PurePosixPath(part.filename.lower().replace("\\", "/")).stem
    made.home = home_of(gathered, part)
    for member in (part, *inside):
        made.findings += gathered.findings.get(member.path, [])
    if part.kind == PDF:
        _hybrid(made, gathered)
    if made.invoice is None:  # of a hybrid its data count; the page is not looked at for nothing
        made.look_at(gathered)
    else:
        made.findings = [_softened(found, made, gathered) for found in made.findings]
    made.is_refused = any(gathered.weigh(found) in HEAVY for found in made.findings)
    return made


def _hybrid(made: Draft, gathered: Gathered) -> None:
    """Give a PDF the invoice of the XML inside it, or say that there are several. What is attached to
    that XML, or to a PDF in the PDF, counts only where nothing stands nearer."""
    invoices = gathered.invoices
    embedded = [part for part in made.inside if part.path in invoices]
    nearest = [part for part in embedded if _holder(part, gathered) == made.main.path] or embedded
    found = [invoices[part.path] for part in nearest]
    # Some send ZUGFeRD 1 and 2 of one invoice in one PDF, for old readers: the newer one counts.
    found.sort(key=lambda invoice: invoice.format is Format.ZUGFERD_1)
    if not found:
        return
    if all(same_invoice(found[0], other, gathered) for other in found[1:]):
        made.invoice = found[0]
        return
    values = {"n": str(len(found))}
    numbers = ", ".join(invoice.number or "?" for invoice in found)
    made.findings.append(Finding("hybrid-ambiguous", made.main.path, detail=numbers, values=values))


def _holder(part: Part, gathered: Gathered) -> str | None:
    """Return the path of the PDF or invoice that a part is embedded in: an archive or an envelope
    between them makes it no paper of anybody else."""
    at = part.parent
    while at in gathered.parts and not is_embedding(gathered, at):
        at = gathered.parts[at].parent
    return at


def _softened(finding: Finding, made: Draft, gathered: Gathered) -> Finding:
    """Return a finding with its weight inside a document whose invoice was read."""
    own = (made.main.path, made.invoice.part if made.invoice else "")
    if finding.part in own or finding.reason not in _HARMLESS_INSIDE:
        return finding
    if finding.reason in _OTHER_INVOICE and _is_other_invoice(finding, made, gathered):
        return finding
    return replace(finding, weight=Weight.NOTE)


def _is_other_invoice(finding: Finding, made: Draft, gathered: Gathered) -> bool:
    """Whether it was found of an XML beside the one that was read, in one PDF, that is an invoice too:
    of which nobody can tell whether it is the same."""
    part = gathered.parts[finding.part]
    beside = made.main.kind == PDF and _holder(part, gathered) == made.main.path
    is_invoice = finding.reason == "format-foreign" or is_electronic_invoice(part.kind)
    return beside and is_invoice


def same_invoice(one: Invoice, other: Invoice, gathered: Gathered) -> bool:
    """Tell whether two readings are one invoice: the same octets, or of one supplier, number and year
    with the same answer to who pays how much to whom, and when."""
    if gathered.parts[one.part].sha256 == gathered.parts[other.part].sha256:
        return True
    if any(getattr(one, term) != getattr(other, term) for term in _MUST_AGREE):
        return False
    answers = ((getattr(one, term), getattr(other, term)) for term in _MUST_NOT_DIFFER)
    if any(None not in each and each[0] != each[1] for each in answers):
        return False
    key = invoice_key(one)
    return key is not None and key == invoice_key(other)


def format_of(made: Draft) -> Format:
    """Return the syntax of a draft's invoice, as the contract names it."""
    if made.is_body:
        return Format.BODY
    if made.invoice:
        inside_pdf = made.main.kind == PDF and made.invoice.format in (
            Format.CII,
            Format.XRECHNUNG,
        )
        cii = "CrossIndustryInvoice" in _kind_of(made)
        return Format.FACTUR_X if inside_pdf and cii else made.invoice.format
    if made.main.kind.startswith("image/"):
        return Format.IMAGE
    return Format.PDF if made.main.kind == PDF else Format.BODY


def _kind_of(made: Draft) -> str:
    members: Iterable[Part] = (made.main, *made.inside)
    path = made.invoice.part if made.invoice else ""
    return next((part.kind for part in members if part.path == path), "")
