"""The PDF of an invoice in place of its XML, where the XML is invalid and the company allows it.

The PDF is filed for people to read; nothing of the XML is booked, but its supplier, number and year are
remembered, so that the corrected invoice is recognised. What is hostile, ambiguous, a copy, or made out
to somebody else is never replaced: it is held as it is.
"""

from collections.abc import Sequence

from ingestd.checks import duplicate, pages
from ingestd.documents import HEAVY, Draft, is_embedding, read
from ingestd.en16931 import rule_texts, xml
from ingestd.extraction.cues import looks_like_invoice, mentions
from ingestd.extraction.kinds import PAPERS, kind_of
from ingestd.gathering import Gathered
from ingestd.model import Bilingual, Finding, Part, Weight
from ingestd.readers import may_be_electronic_invoice
from ingestd.readers.kinds import PDF

_INVALID = frozenset({"xml-broken", "rules-broken", "totals-wrong", "fields-missing"})
"""What makes an XML invalid; any other reason to hold says something of the invoice itself."""
_COPY = "duplicate-file"
_INCLUDES = b"http://www.w3.org/2001/XInclude"
_DETAIL_CHARACTERS = 200


def replace_xml(gathered: Gathered, drafts: Sequence[Draft], wide: Sequence[Finding]) -> None:
    """Make the PDF the document of each draft that is held for nothing but its invalid XML.

    `wide` is what was found of the mail: nothing is replaced in a mail that is in doubt as a whole.
    """
    company = gathered.case.company
    if company is None or not company.pdf_replaces_xml:
        return
    if any(gathered.weigh(one) in HEAVY for one in wide):
        return
    for draft in drafts:
        faults = _faults(gathered, draft)
        page = _page(gathered, draft) if faults else None
        if page:
            _replace(gathered, draft, page, faults)


def _faults(gathered: Gathered, draft: Draft) -> list[Finding]:
    """Return what is wrong with the XML of a draft, nothing if anything else is wrong with it."""
    against = [
        one
        for one in draft.findings
        if gathered.weigh(one) is not Weight.NOTE and one.reason != _COPY
    ]
    places = {one.part for one in against}
    if any(one.reason not in _excusable(draft) for one in against):
        return []
    if not all(_is_xml(gathered, path) for path in places) or any(
        _is_hostile(gathered.parts[path].content) for path in places
    ):
        return []
    read = places <= set(gathered.invoices) if draft.invoice else len(places) == 1
    return against if read else []


def _excusable(draft: Draft) -> frozenset[str]:
    """Return the reasons that speak of the XML alone. Who is not named at all is not somebody else."""
    invoice = draft.invoice
    is_nobodys = invoice and not (invoice.buyer_name or invoice.buyer_legal_registration_identifier)
    return _INVALID | {"company-unsure"} if is_nobodys else _INVALID


def _is_xml(gathered: Gathered, path: str) -> bool:
    return path in gathered.parts and may_be_electronic_invoice(gathered.parts[path].kind)


def _is_hostile(content: bytes) -> bool:
    """Tell XML that is made to harm its reader from one that is only wrong."""
    if _INCLUDES in content.replace(b"\0", b""):  # in UTF-16 as well
        return True
    try:
        xml.parse(content)
    except xml.XmlBroken as found:
        return found.is_hostile
    return False


def _page(gathered: Gathered, draft: Draft) -> Part | None:
    """Return the PDF that shows the invoice of a draft: the one around its XML, else of those beside
    it the first with its number, else the only one without text."""
    if draft.main.kind == PDF:
        return draft.main if _may_show(gathered, draft, draft.main) else None
    beside = [
        part
        for part in draft.annexes
        if part.kind == PDF and not (part.parent and is_embedding(gathered, part.parent))
    ]
    shown = [part for part in beside if _may_show(gathered, draft, part)]
    with_text = [part for part in shown if gathered.text_of(part.path).strip()]
    if with_text:
        return with_text[0]
    return shown[0] if len(beside) == 1 and shown else None


def _may_show(gathered: Gathered, draft: Draft, part: Part) -> bool:
    """Tell whether a PDF can be the print of the invoice: it shows its number, or where the number is
    not known an invoice; a scan shows nothing to us, and may."""
    if not gathered.is_readable(part.path):
        return False
    text = gathered.text_of(part.path)
    number = draft.invoice.number if draft.invoice else None
    if not text.strip():
        return True
    shows = mentions(text, number, shortest=1) if number else looks_like_invoice(text)
    sheets = gathered.sheets_of(part.path)
    return shows and kind_of(sheets.pages, unread=bool(sheets.unread)) not in PAPERS


def _replace(gathered: Gathered, draft: Draft, page: Part, faults: list[Finding]) -> None:
    xml_path = faults[0].part
    values: dict[str, str | Bilingual] = {}
    if not (draft.invoice and draft.invoice.number):
        part = gathered.parts[xml_path]
        values["number"] = part.filename or part.trail[-1]
    note = Finding("xml-replaced-by-pdf", page.path, faults[0].term, _why(faults[0]), values=values)
    if page is not draft.main:
        others = [part for part in (*draft.inside, *draft.annexes) if part is not page]
        draft.main, draft.annexes, draft.inside = page, [draft.main, *others], []
        draft.findings += duplicate.check_file(page, gathered.case)
    draft.replaced, draft.invoice = draft.invoice, None
    draft.look_at(gathered)
    read([draft], gathered)
    draft.excused = faults
    kept = [one for one in draft.findings if one not in faults]
    draft.findings = [note, pages.to_complete(draft.main, draft.shown, draft.sheets), *kept]


def _why(fault: Finding) -> Bilingual:
    """Return the first thing that is wrong, as short as it can be said."""
    told = rule_texts.sentence(fault.term) or fault.detail
    en, fr = (told.en, told.fr) if isinstance(told, Bilingual) else (told, told)
    before = {
        "rules-broken": Bilingual(f"{fault.term}: ", f"{fault.term} : "),
        "xml-broken": Bilingual("line ", "ligne "),
    }.get(fault.reason, Bilingual("", ""))
    return Bilingual(
        before.en + en[:_DETAIL_CHARACTERS].rstrip("."),
        before.fr + fr[:_DETAIL_CHARACTERS].rstrip("."),
    )
