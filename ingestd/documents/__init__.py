"""Which part is the document and which its annex: the parts of one mail become drafts of documents.

A PDF and the XML of the same invoice are one document, also across an archive; terms, timesheets and
pictures beside an invoice are its annexes; logos and signatures are nobody's. No weight is given and
nothing is decided here.
"""

from collections.abc import Collection, Sequence

from ingestd.checks.kind import Treatment, refuse
from ingestd.documents._drafts import (
    HEAVY,
    Draft,
    draft,
    files,
    format_of,
    is_body,
    is_embedding,
    opened,
)
from ingestd.documents._pairing import join_prints, pair
from ingestd.documents._papers import attach_companions, attach_papers, attach_pictures
from ingestd.documents._pictures import decoration
from ingestd.documents._reading import compare, read, recognise
from ingestd.gathering import Gathered
from ingestd.model import Part

__all__ = [
    "HEAVY",
    "Draft",
    "compare",
    "draft",
    "format_of",
    "group",
    "is_body",
    "is_embedding",
    "opened",
    "read",
]

_PICTURES = (Treatment.PAGE, Treatment.PICTURE)


def group(
    gathered: Gathered, html: str, without: Collection[str] = ()
) -> tuple[list[Draft], list[Part]]:
    """Return the drafts of a mail, in the order of its parts, and the companions (office files, text)
    that came without any document.

    `html` is the mail's HTML bodies; the parts at the paths `without` are left out.
    """
    parts = [part for part in files(gathered) if part.path not in without]
    drafts, companions = _sorted(parts, gathered)
    drafts = pair([*drafts, *_photographs(parts, gathered, html)], gathered)
    drafts = attach_papers(_with_text(drafts, gathered))
    pictures = [one for one in drafts if _is_picture(one.main, gathered)]
    drafts, pictures = attach_pictures(pictures, [one for one in drafts if one not in pictures])
    for picture in pictures:
        if gathered.treatments[picture.main.path] is Treatment.PICTURE:
            picture.findings.append(refuse(picture.main))
    drafts, companions = attach_companions(companions, [*drafts, *pictures])
    drafts += _spread_from_wrappings(drafts, gathered, without)
    order = list(gathered.parts)
    drafts.sort(key=lambda one: order.index(one.main.path))
    return drafts, [one.main for one in companions]


def _with_text(drafts: list[Draft], gathered: Gathered) -> list[Draft]:
    """Recognise the text of pages that nothing else could place, and put those that then show an
    electronic invoice under it. Photographs beside one are not recognised: they are its annexes, and
    e-invoices shall not wait for them."""
    is_electronic = any(draft.invoice for draft in drafts)
    left = [one for one in drafts if not (is_electronic and _is_picture(one.main, gathered))]
    bare = [one for one in left if one.is_page and one.sheets.unrecognised]
    recognise(bare, gathered)
    return join_prints(drafts) if any(one.text.strip() for one in bare) else drafts


def _sorted(parts: Sequence[Part], gathered: Gathered) -> tuple[list[Draft], list[Draft]]:
    """Return the drafts of what may be a document or must be refused, and the companions."""
    drafts, companions = [], []
    for part in parts:
        if _is_picture(part, gathered):
            continue
        made = draft(part, gathered)
        treatment = gathered.treatments[part.path]
        if treatment is Treatment.COMPANION and not is_body(part) and not _stopped(part, gathered):
            companions.append(made)
        elif made.invoice or made.is_page or made.findings:
            drafts.append(made)
    return drafts, companions


def _stopped(part: Part, gathered: Gathered) -> bool:
    return part.path in gathered.stopped


def _is_picture(part: Part, gathered: Gathered) -> bool:
    return gathered.treatments[part.path] in _PICTURES and not _stopped(part, gathered)


def _photographs(parts: Sequence[Part], gathered: Gathered, html: str) -> list[Draft]:
    """Return the drafts of the pictures that are no decoration, and of those with something wrong."""
    pictures = [part for part in parts if _is_picture(part, gathered)]
    ignored = decoration(pictures, gathered, html)
    made = [draft(part, gathered) for part in pictures]
    return [one for one in made if one.main.path not in ignored or one.is_refused]


def _spread_from_wrappings(
    drafts: list[Draft], gathered: Gathered, without: Collection[str]
) -> list[Draft]:
    """Say what was found of an opened wrapping to everything that came in it, and return the drafts of
    those in which nothing came: what is wrong with a wrapping never vanishes."""
    embedded = {member.path for one in drafts for member in one.inside}
    empty = []
    for path in sorted(opened(gathered) - gathered.stopped - embedded - {"", *without}):
        found = gathered.findings.get(path, [])
        below = [one for one in drafts if path in one.home]
        for one in below:
            one.findings += found
        if not below and any(gathered.weigh(one) in HEAVY for one in found):
            empty.append(draft(gathered.parts[path], gathered))
    return empty
