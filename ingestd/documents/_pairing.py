"""Several files that show one invoice: a PDF and its XML, the same invoice in two syntaxes, a print
beside the electronic original, a page a picture. One becomes the document, the others its annexes.
"""

from ingestd.documents._drafts import Draft, same_invoice
from ingestd.extraction.cues import (
    is_credit_note,
    looks_like_invoice,
    mentions,
    page_number,
)
from ingestd.extraction.kinds import Kind
from ingestd.gathering import Gathered
from ingestd.readers import may_be_electronic_invoice
from ingestd.readers.kinds import PDF

_CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "389", "396", "532"})
"""UNTDID 1001 codes (BT-3) of credit notes, and of the self-billed invoice, in German `Gutschrift`."""
_NUMBER, _NAME, _LIKELY = 4, 3, 2
_SAME_STEM, _SAME_HOME = 2, 1


def pair(drafts: list[Draft], gathered: Gathered) -> list[Draft]:
    """Return the drafts with every reading of one invoice put under one of them."""
    drafts = _join_twins(drafts, gathered)
    drafts = join_prints(drafts)
    drafts = _join_to_unreadable(drafts)
    drafts = _join_in_order(drafts)
    return _join_pages(drafts)


def _join_twins(drafts: list[Draft], gathered: Gathered) -> list[Draft]:
    """Put the readings of one invoice together: a hybrid PDF takes its loose XML, else the first syntax
    the second one. Twice the same syntax in other octets is no twin but a duplicate."""
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda one: not (one.invoice and one.main.kind == PDF)):
        twin = next((one for one in kept if _are_twins(one, draft, gathered)), None)
        if twin:
            twin.take(draft)
        else:
            kept.append(draft)
    return [draft for draft in drafts if draft in kept]


def _are_twins(one: Draft, other: Draft, gathered: Gathered) -> bool:
    return bool(
        one.invoice
        and other.invoice
        and one.main.kind != other.main.kind
        and same_invoice(one.invoice, other.invoice, gathered)
    )


def join_prints(drafts: list[Draft]) -> list[Draft]:
    """Put each page under the electronic invoice that it shows best, if it shows one."""
    electronic = [draft for draft in drafts if draft.invoice]
    kept = []
    for draft in drafts:
        shown = _best(draft, electronic) if draft.is_page and not draft.is_refused else None
        if shown:
            shown.take(draft)
            shown.prints += [draft.main.path] if draft.paper is Kind.INVOICE else []
        else:
            kept.append(draft)
    return kept


def _best(page: Draft, electronic: list[Draft]) -> Draft | None:
    """Return the electronic invoice that a page shows best, the first of several equals."""
    is_credit = is_credit_note(page.text)  # it names the invoice that it corrects
    scores = [(_likeness(page, one), one) for one in electronic if not is_credit or _is_credit(one)]
    likeness, best = max(scores, key=lambda each: each[0], default=(0, None))
    return best if likeness else None


def _is_credit(draft: Draft) -> bool:
    return draft.invoice is not None and draft.invoice.type_code in _CREDIT_NOTES


def _likeness(page: Draft, draft: Draft) -> int:
    """Return how surely a page shows the invoice of `draft`; 0 is not at all."""
    same_stem = bool(page.stem) and page.stem == draft.stem
    likeness = _evidence(page, draft, same_stem)
    if not likeness:
        return 0
    return likeness + _SAME_STEM * same_stem + _SAME_HOME * (page.home == draft.home)


def _evidence(page: Draft, draft: Draft, same_stem: bool) -> int:
    invoice = draft.invoice
    number = invoice.number if invoice else None
    if mentions(page.text, number):
        return _NUMBER
    if same_stem and mentions(page.text, number, shortest=1):
        return _NAME
    if not page.text.strip():
        by_name = mentions(page.stem.replace("_", " "), number)
        return _NAME if same_stem or by_name else 0
    return _LIKELY if same_stem and not looks_like_invoice(page.text) else 0


def _join_to_unreadable(drafts: list[Draft]) -> list[Draft]:
    """Put a page under the e-invoice of which no number can be read, where both have one name, or
    where they are all that came: what is wrong with the one is wrong with the other."""
    unreadable = [one for one in drafts if _has_no_number(one)]
    pages = [one for one in drafts if _may_be_print(one)]
    others = [one for one in drafts if one.invoice and one not in unreadable]
    alone = len(unreadable) == len(pages) == 1 and not others
    taken = []
    for page in pages:
        same_name = (one for one in unreadable if one.stem == page.stem != "")
        shown = next(same_name, unreadable[0] if alone else None)
        if shown and shown.home == page.home:
            shown.take(page)
            taken.append(page)
    return [draft for draft in drafts if draft not in taken]


def _has_no_number(draft: Draft) -> bool:
    is_read = draft.invoice is not None and bool(draft.invoice.number)
    return may_be_electronic_invoice(draft.main.kind) and not is_read


def _may_be_print(draft: Draft) -> bool:
    if not draft.is_page or draft.main.kind != PDF or draft.is_refused:
        return False
    return not draft.text.strip() or draft.is_invoice


def _join_in_order(drafts: list[Draft]) -> list[Draft]:
    """Pair scans and XML that nothing else connects, where they strictly take turns: one and one, or
    scan, XML, scan, XML."""
    left = [draft for draft in drafts if _is_scan(draft) or _is_unseen(draft)]
    turns = [_is_scan(draft) for draft in left]
    if not left or len(left) % 2 or turns != [turns[0], not turns[0]] * (len(left) // 2):
        return drafts
    taken = set()
    for first, second in zip(left[::2], left[1::2], strict=True):
        scan, xml = (first, second) if turns[0] else (second, first)
        xml.take(scan)
        taken.add(id(scan))
    return [draft for draft in drafts if id(draft) not in taken]


def _is_scan(draft: Draft) -> bool:
    is_pdf = draft.is_page and draft.main.kind == PDF
    return is_pdf and not draft.text.strip() and not draft.is_refused


def _is_unseen(draft: Draft) -> bool:
    """Whether this is XML that no page goes with yet."""
    is_xml = draft.invoice is not None and draft.main.kind != PDF
    return is_xml and not any(annex.kind == PDF for annex in draft.annexes)


def _join_pages(drafts: list[Draft]) -> list[Draft]:
    """Put pictures and scans whose names say that they are pages of one paper under its first page."""
    first: dict[tuple[str, tuple[str, ...]], Draft] = {}
    numbered = []
    for draft in drafts:
        named = page_number(draft.main.filename)
        bare = draft.is_page and not draft.text.strip() and not draft.is_refused
        if named and bare:
            numbered.append((named[1], (named[0], draft.home), draft))
    taken = set()
    for _, paper, draft in sorted(numbered, key=lambda each: each[0]):
        if paper in first:
            first[paper].take(draft)
            taken.add(id(draft))
        else:
            first[paper] = draft
    return [draft for draft in drafts if id(draft) not in taken]
