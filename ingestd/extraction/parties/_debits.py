"""Whose account a sentence speaks of: the seller's, to which money is sent (BT-84), or the buyer's, from
which it is taken (BT-91)."""

import re

from ingestd.extraction.labels import folded, stems
from ingestd.extraction.parties._cells import Cell
from ingestd.extraction.parties._found import Found
from ingestd.extraction.parties._paper import Paper, is_footer

_BEFORE = 200
_AFTER = 80
"""Characters; what is further off is said of something else."""
_MANDATE = re.compile(r"\bmanda(?:t(?!a)|at)|\bRUM\b", re.IGNORECASE)
_LINES = 20


def debited(one: Found, paper: Paper) -> float:
    """Return -1 for an account that is debited by what stands around it, -0.5 where it may be, 1 for one
    that money is sent to, 0 where nothing is said."""
    cell = one.cell
    row = paper.row_of(cell)
    left = " ".join(each.text for each in row[max(0, cell.column - 2) : cell.column])
    before = f"{left} {cell.text[: one.start]}"
    said = _said(before)
    if said:
        return said
    if _said(re.split(r"[.;,]\s", cell.text[one.end :])[0][:_AFTER]) < 0:
        return -1.0
    above = _line_above(cell, paper)
    ends = above.rstrip().endswith((".", "!"))
    said = _said(above)
    if said:
        return said if not ends or said > 0 else -0.5
    mandate = any(_MANDATE.search(each.text) for each in paper.block_of[cell].cells[:_LINES])
    return (-0.5 if is_footer(cell) else -1.0) if mandate else 0.0


def _line_above(cell: Cell, paper: Paper) -> str:
    lines = paper.block_of[cell].cells
    at = next(place for place, one in enumerate(lines) if one is cell)
    return lines[at - 1].text if at else ""


def _said(text: str) -> float:
    """Return -1 where a text ends with words of a debit, 1 with those of a transfer, 0 without either."""
    plain = f" {folded(text[-_BEFORE:])}"
    last = {
        sign: max(_ends(plain, name)) for sign, name in ((-1.0, "of-debits"), (1.0, "of-transfers"))
    }
    if last[-1.0] == last[1.0]:
        return 0.0
    return -1.0 if last[-1.0] > last[1.0] else 1.0


def _ends(plain: str, name: str) -> list[tuple[int, int]]:
    """Return where the last of each of these stems ends in a text, and how long it is."""
    places = ((plain.rfind(f" {stem}"), len(stem)) for stem in stems(name))
    return [(place + size, size) for place, size in places if place >= 0] or [(0, 0)]
