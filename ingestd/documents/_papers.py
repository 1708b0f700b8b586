"""What travels with an invoice: terms, timesheets, delivery notes, office files, photographs. Each goes
to the one document that it is nearest to; what may be an invoice of its own goes to none.
"""

from collections.abc import Sequence

from ingestd.checks.kind import is_office_file, refuse
from ingestd.documents._drafts import Draft
from ingestd.extraction.cues import mentions, names_enclosure, names_invoice


def attach_papers(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts with the pages that are no invoice made annexes of one that is, or where there
    is none those that certainly are none of one that may be."""
    leading = [draft for draft in drafts if draft.is_invoice]
    if not leading:
        maybe = [one for one in drafts if one.is_page and not one.is_paper and not one.is_refused]
        papers = [one for one in drafts if one.is_paper and not one.is_refused]
        return _attach(papers, drafts, maybe)
    return _attach([one for one in drafts if _is_paper(one)], drafts, leading)


def _is_paper(draft: Draft) -> bool:
    if not draft.is_page or draft.is_invoice or draft.is_refused:
        return False
    return draft.is_paper or bool(draft.text.strip()) or names_enclosure(draft.main.filename)


def attach_pictures(pictures: list[Draft], drafts: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Return the drafts with the pictures beside an invoice made its annexes, and the pictures that
    are documents: those without an invoice, and those that are named as one of their own."""
    leading = [draft for draft in drafts if draft.is_invoice]
    stems = {draft.stem for draft in leading}
    papers = [
        picture
        for picture in pictures
        if not picture.is_refused
        and (picture.stem in stems or not names_invoice(picture.main.filename))
    ]
    left = _attach(papers, [*drafts, *pictures], leading)
    return [one for one in left if one in drafts], [one for one in left if one in pictures]


def attach_companions(
    companions: list[Draft], drafts: list[Draft]
) -> tuple[list[Draft], list[Draft]]:
    """Return the drafts with office files and texts made annexes, and the companions left over.

    One that may be the invoice itself (written in Word, beside its terms) is a draft, refused.
    """
    leading = [draft for draft in drafts if draft.is_invoice]
    pages = [draft for draft in drafts if draft.is_page]
    alone = [one for one in companions if one.is_refused]
    if not leading and pages:
        letters = [one for one in companions if one not in alone and _may_be_invoice(one, pages)]
        for letter in letters:
            letter.findings.append(refuse(letter.main))
        alone += letters
        drafts = _attach([one for one in pages if _is_enclosure(one)], drafts, letters)
        leading = [one for one in pages if one in drafts] or letters
    left = _attach([one for one in companions if one not in alone], companions, leading)
    return [*drafts, *alone], [one for one in left if one not in alone]


def _is_enclosure(page: Draft) -> bool:
    return not page.is_refused and (page.is_paper or names_enclosure(page.main.filename))


def _may_be_invoice(companion: Draft, pages: Sequence[Draft]) -> bool:
    if names_invoice(companion.main.filename):
        return True
    return is_office_file(companion.main.kind) and all(_is_enclosure(page) for page in pages)


def _attach(papers: list[Draft], drafts: list[Draft], leading: list[Draft]) -> list[Draft]:
    """Give each paper to the nearest of the leading drafts, and return the drafts that are left."""
    if not leading:
        return drafts
    for paper in papers:
        _nearest(paper, leading).take(paper)
    return [draft for draft in drafts if draft not in papers]


def _nearest(paper: Draft, leading: list[Draft]) -> Draft:
    """Return the document that a paper names, else the one of its own wrapping, else the first."""
    return min(leading, key=lambda one: (not _names(paper, one), -_shared(paper, one)))


def _names(paper: Draft, draft: Draft) -> bool:
    number = draft.invoice.number if draft.invoice else None
    return mentions(paper.text, number) or mentions(paper.stem.replace("_", " "), number)


def _shared(one: Draft, other: Draft) -> int:
    """Return how many wrappings two parts have in common."""
    shared = 0
    for mine, theirs in zip(one.home, other.home, strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared
