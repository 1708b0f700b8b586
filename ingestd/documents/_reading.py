"""What the pages of a document show, read as an invoice: for a person to confirm."""

from collections.abc import Sequence

from ingestd.checks import mismatch, pages
from ingestd.documents._drafts import Draft, format_of
from ingestd.extraction import reading
from ingestd.extraction.value import Known
from ingestd.gathering import Gathered
from ingestd.model import Finding, KnownSupplier, Weight
from ingestd.readers.kinds import PDF


def recognise(drafts: Sequence[Draft], gathered: Gathered) -> None:
    """Look again at the pages without text, with text recognition. Raises Unavailable."""
    for draft in drafts:
        if draft.is_page and not draft.is_refused and draft.sheets.unrecognised:
            draft.look_at(gathered, recognised=True)


def read(drafts: Sequence[Draft], gathered: Gathered) -> None:
    """Give each document that is a page the invoice that it shows. Raises Unavailable."""
    recognise(drafts, gathered)
    for draft in drafts:
        if draft.is_page and draft.text.strip() and not _is_held_as_paper(draft, gathered):
            known = known_of(gathered)
            sheets = draft.sheets.pages
            shown = reading.read(sheets, known, draft.main.path, format_of(draft))
            recognised = all(page.origin == "ocr" for page in sheets)
            words = len(draft.text.split())
            draft.shown = None if recognised and pages.is_rubbish(shown, words) else shown


def _nobody(key: str) -> KnownSupplier | None:
    """Know no supplier."""
    return None


def known_of(gathered: Gathered) -> Known:
    """Return what is known before a page of this mail is read."""
    case = gathered.case
    ask = case.known_supplier or _nobody
    return Known(company=case.company, today=case.today, supplier=ask, templates=case.templates)


def compare(drafts: Sequence[Draft], gathered: Gathered) -> None:
    """Say of each electronic invoice what its own pages, or the PDF beside it, show otherwise."""
    for draft in drafts:
        if draft.invoice is None or draft.is_refused:
            continue
        own = [draft.main.path] if draft.main.kind == PDF else []
        for path in (*own, *draft.prints):
            sheets = gathered.sheets_of(path)
            if not sheets.unread:  # what was not read may show anything
                known = known_of(gathered)
                draft.findings += mismatch.check(draft.invoice, sheets.pages, path, known)


def _is_held_as_paper(draft: Draft, gathered: Gathered) -> bool:
    """Whether this is something else than an invoice, and no operator said that it is one."""
    found = Finding("not-an-invoice", draft.main.path)
    return draft.is_paper and gathered.weigh(found) is not Weight.NOTE
