"""How far a name goes: over two lines where the line is too short for it, and when nobody can tell."""

import re
from collections.abc import Sequence

from ingestd.extraction.parties._addressees import is_aside, is_person
from ingestd.extraction.parties._cells import Cell
from ingestd.extraction.parties._names import core, has_form, is_closed, is_form, is_name, name_in
from ingestd.extraction.parties._paper import Paper
from ingestd.extraction.parties._places import is_place
from ingestd.legal_forms import FORM

_JOINING = (
    r"für|for|und|and|et|en|e|ed|y|of|the|der|des|de|du|di|d'|del|della|dei|degli|delle|de la|de los"
    r"|la|le|les|los|voor|van|von|zur|zum|per|para|pour|au|aux|in|im|mit|with|&|\+"
)
_OPEN = re.compile(rf"(?:\s(?:{_JOINING})|[&+]|\w-)$", re.IGNORECASE)
_CONTINUED = re.compile(rf"^(?:(?:{_JOINING})\s|[&+(])")
_FIRM_OF = re.compile(r"(?:di|d['’])\s*[A-ZÀ-Þ]")
"""How the second line of an Italian firm begins, also in smaller letters: `di Bassi Remo & C.`."""
_LINES = 4
_LARGE = 1.4
_SAME_SIZE = 1.25
"""Letters of one name differ no more."""


def whole_of(name: str, cell: Cell, paper: Paper) -> tuple[str, tuple[Cell, ...], bool]:
    """Return a name with the lines before and behind it that belong to it, the cells of all, and
    whether nothing speaks for another extent."""
    cells = [cell]
    if cell.text.rstrip(" ,").endswith(name.rstrip(" ,")):
        while below := _more(cells, paper, 1):
            comma = "," if cells[-1].text.rstrip().endswith(",") else ""
            longer = _joined(name + comma, below.text, paper)
            if not longer:
                break
            name, cells = longer, [*cells, below]
    if not cell.text.startswith(name[:20]):
        return name, tuple(cells), True
    while above := _more(cells, paper, -1):
        longer = _joined(above.text.strip(), name, paper) if is_name(above.text) else None
        longer = longer or _large(above, name, paper)
        if not longer:
            return name, tuple(cells), not _may_belong(above.text, name, paper)
        name, cells = longer, [above, *cells]
    return name, tuple(cells), True


def _more(cells: Sequence[Cell], paper: Paper, step: int) -> Cell | None:
    """Return the next line over or under those of a name, which has a few at most."""
    return _neighbour(cells[-1 if step > 0 else 0], paper, step) if len(cells) < _LINES else None


def _neighbour(cell: Cell, paper: Paper, step: int) -> Cell | None:
    """Return the line over or under a cell in its block, if it is of the same size and column."""
    lines = paper.block_of[cell].cells
    at = next(place for place, one in enumerate(lines) if one is cell) + step
    if not 0 <= at < len(lines):
        return None
    other = lines[at]
    larger, smaller = max(cell.em, other.em), min(cell.em, other.em)
    is_firm = _FIRM_OF.match((cell if step < 0 else other).text) is not None
    is_alike = (is_firm or larger < _SAME_SIZE * smaller) and paper.role_of(cell) == paper.role_of(
        other
    )
    return other if is_alike else None


def _joined(first: str, second: str, paper: Paper) -> str | None:
    """Return two lines as one name, where their ends tell that they are, or the page has them in one
    line elsewhere."""
    whole = f"{first} {second.strip()}"
    form = FORM.search(whole)
    if form and form.start() < len(first) < form.end():
        return name_in(whole)
    if is_closed(first):
        return name_in(whole) if second.strip()[:1] in ("(", "&", "+") else None
    if is_form(second):
        return name_in(whole)
    if is_aside(second) or is_person(first) or is_place(second) or ":" in second or "@" in second:
        return None
    if _OPEN.search(first) or _CONTINUED.match(second) or _is_said(whole, paper):
        return name_in(whole)
    return None


def _large(above: Cell, name: str, paper: Paper) -> str | None:
    """Return a company's name with the line above it, both in the large letters of a letterhead."""
    is_large = above.em > _LARGE * paper.sheet_of(above).em
    belongs = is_large and is_closed(name) and _may_belong(above.text, name, paper)
    return name_in(f"{above.text.strip()} {name}") if belongs else None


def runs_on(text: str) -> bool:
    """Tell whether a text ends within a name: `J. de`."""
    return _OPEN.search(text) is not None


def _is_said(text: str, paper: Paper) -> bool:
    """Tell whether a line of the page has a text in it."""
    plain = text.casefold()
    return len(plain) > 8 and any(plain in one for one in paper.spelled)


def _may_belong(above: str, name: str, paper: Paper) -> bool:
    """Tell whether the line above a name may be the first of it: the page does not say either alone."""
    if not is_name(above) or has_form(above) or is_person(above) or not has_form(name):
        return False
    over, plain = core(above), core(name)
    if not over or over in plain or plain in over:
        return False
    return not any(_is_alone(one.casefold(), paper.spelled) for one in (above, name))


def _is_alone(plain: str, lines: Sequence[str]) -> bool:
    """Tell whether a second line of the page is a text, or begins with it and a sign, other than where
    the line before is the same."""
    places = [
        at
        for at, one in enumerate(lines)
        if one.startswith(plain) and not re.match(r"\s*\w", one[len(plain) :])
    ]
    return len({lines[at - 1] if at else "" for at in places}) > 1
