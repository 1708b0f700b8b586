"""Addresses in the upper part of the first page: the name that each begins with, what else in it tells
whose it is, and the small line of the sender above an address window."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ingestd.extraction.parties._addressees import has_profession, is_person
from ingestd.extraction.parties._blocks import Block, segments
from ingestd.extraction.parties._cells import Cell, Sheet
from ingestd.extraction.parties._names import core, has_form, name_in
from ingestd.extraction.parties._paper import Paper, is_contact
from ingestd.extraction.parties._places import POSTCODE, is_house

_UPPER = 0.45
"""Of the first page's height: where letterheads and address windows are."""
_CELLS = 400
_LINE = 60
"""Characters; no line of an address is longer."""

Lines = Sequence[tuple[str, Cell]]


def from_the_name(lines: Lines, paper: Paper) -> Lines:
    """Return lines of an address from the party's name on: of several names in front (a person and
    department, a trade mark) that with a legal form, else the one that the page says once more, else
    the first without a comma."""
    names: list[int] = []
    persons = 0
    for place, (text, _) in enumerate(lines):
        name = name_in(text)
        if name and not is_person(text) and not (persons and is_house(text)):
            names.append(place)
        elif names or POSTCODE.search(text + " ") or (persons and is_house(text)):
            break
        persons += is_person(text)
    if not names:
        return lines
    if len(names) == 1 or has_form(lines[names[0]][0]):
        return lines[names[0] :]
    formed = [place for place in names if has_form(lines[place][0])]
    again = [place for place in names if _is_said_again(*lines[place], paper)]
    plain = [place for place in names if "," not in lines[place][0]]
    if formed:
        return lines[formed[0] :]
    if len(again) == 1:
        return lines[again[0] :]
    return lines[plain[0] :] if plain else lines


def _is_said_again(text: str, cell: Cell, paper: Paper) -> bool:
    key = core(text)
    others = (one for sheet in paper.sheets[:1] for one in sheet.cells if one is not cell)
    return len(key) > 5 and any(key in core(one.text) for one in islice(others, _CELLS))


@dataclass(frozen=True, slots=True, eq=False)
class Address:
    """A block with a town in it: the name that it begins with, and what else is in it."""

    block: Block
    name: str
    cell: Cell
    features: Mapping[str, float]


def address_in(block: Block, sheet: Sheet, paper: Paper) -> Address | None:
    """Return the address that a block of the first page is; None where it stands too low, has no town,
    or no name."""
    cells = block.cells[:12]
    if cells[0].top > _UPPER * sheet.page.height or len(cells) < 2:
        return None
    if not any(POSTCODE.search(one.text + " ") for one in cells[1:] if len(one.text) <= _LINE):
        return None
    heads = [cell for cell in cells[:4] if not _is_sender(cell)]
    lines = [(cell.text, cell) for cell in heads]
    if sum(has_profession(text) for text, _ in lines) > 1:
        return None  # who works there
    for text, cell in from_the_name(lines, paper)[:3]:
        name = name_in(text)
        if name:
            return Address(block, name, cell, dict(_features(block, cells, paper)))
    return None


def _is_sender(cell: Cell) -> bool:
    return len(segments(cell.text)) > 1 and POSTCODE.search(cell.text + " ") is not None


def _features(block: Block, cells: Sequence[Cell], paper: Paper) -> Iterator[tuple[str, float]]:
    """Yield what in an address speaks for the seller's."""
    text = "\n".join(one.text for one in cells)
    if is_contact(text):
        yield "contact", 2.0
    if paper.kinds.get(block, set()) & {"iban", "company", "tax"}:
        yield "numbers", 2.5
    elif "vat" in paper.kinds.get(block, set()) and not _has_other_vat(block, paper):
        yield "vat", 1.5
    if any(is_person(one.text) for one in cells[:4]):
        yield "person", -1.5


def _has_other_vat(block: Block, paper: Paper) -> bool:
    """Tell whether a VAT number stands elsewhere, so that this one may be the buyer's as well."""
    own = {one.value for one in paper.of("vat") if paper.block_of[one.cell] is block}
    return any(one.is_valid and one.value not in own for one in paper.of("vat"))


def sender_above(block: Block, sheet: Sheet) -> tuple[str | None, Cell] | None:
    """Return who stands in the small line above an address window, name, street and town in one; None
    for the name where it is not parted from the rest."""
    head = block.cells[0]
    above = (cell for row in sheet.rows[max(0, head.row - 4) : head.row] for cell in row)
    for cell in (head, *above):
        near = (
            abs(cell.left - head.left) < 3 * sheet.em and head.bottom - cell.bottom < 5 * sheet.em
        )
        parts = segments(cell.text)
        if near and len(parts) > 1 and len(cell.text) > 20 and POSTCODE.search(cell.text + " "):
            return name_in(parts[0]), cell
    return None
