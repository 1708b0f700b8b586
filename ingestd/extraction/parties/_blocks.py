"""Where a page speaks of whom: blocks of lines that stand together, and the regions that a label like
`Bill to` or `Lieferant` gives to one of the parties."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingestd.extraction.labels import folded
from ingestd.extraction.parties._addressees import is_title
from ingestd.extraction.parties._cells import Cell, Hint, Sheet, are_aligned
from ingestd.extraction.parties._found import has_digits
from ingestd.extraction.parties._names import has_form

LINES = 14
_PITCH = 1.75
_WIDER = 1.4
_TABLE = frozenset({"quantity", "unit-price", "line-amount"})
_ROLES = frozenset({"seller", "buyer", "delivery"})
_INLINE = frozenset(
    "spett le|spettabile|spett|spett le ditta|spettabile ditta|facture a|bill to|billed to|sold to"
    "|egr sig|invoice to|rechnung an|factuur aan|facturar a|facturado a|herrn|frau|firma|payable to"
    "|doit".split("|")
)
"""Labels that a name follows on the same line, without a colon."""
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){3}")
_SLIP = re.compile(
    r"^\W*(?:payment|remittance|return) (?:advice|slip)|^\W*zahlungsabschnitt", re.IGNORECASE
)
_AMOUNT = re.compile(r"^\D{0,4}\d[\d.,'’ ]{0,12}[.,]\d\d\D{0,4}$")
_SHORT = frozenset(
    "to for from von an aan van de da a para client attn doit titular frau titulaire".split()
)
"""Words that may be anything, unless a colon or a line of their own makes them a label."""


@dataclass(eq=False)
class Block:
    """Cells under each other, from top to bottom, with no empty line between."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def top(self) -> float:
        """Where it begins, from the page's upper edge."""
        return self.cells[0].top

    @property
    def text(self) -> str:
        """Its lines."""
        return "\n".join(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """What stands under or beside a label that names a party. `lines` are its texts with the cells
    they are of, `cells` also what stands beside the labels inside; `is_sure` tells that the label can
    hardly be anything else."""

    role: str
    head: Cell
    lines: tuple[tuple[str, Cell], ...]
    cells: frozenset[Cell]
    is_sure: bool

    def is_apart(self, cell: Cell) -> bool:
        """Tell whether an empty line parts a cell from the lines that the label heads."""
        return _gaps([self.head, *(line for _, line in self.lines if line.row <= cell.row)]) > 0


def _gaps(lines: Sequence[Cell]) -> int:
    """Return how many empty lines part lines: steps further than the letters are high, and than the
    step between others. The one behind a label counts for none."""
    steps = [
        (lower.bottom - upper.bottom, _PITCH * max(upper.em, lower.em))
        for upper, lower in pairwise(lines)
        if upper.row != lower.row
    ]
    least = min((step for step, _ in steps), default=0.0)
    return sum(step > high and step > _WIDER * least for step, high in steps[1:])


def blocks_of(sheet: Sheet) -> list[Block]:
    """Return the blocks of a page in the order of their first lines."""
    blocks: list[Block] = []
    open_blocks: list[Block] = []
    for row in sheet.rows:
        top = min(cell.top for cell in row)
        open_blocks = [one for one in open_blocks if top - one.cells[-1].bottom < 4 * sheet.em][
            -40:
        ]
        for cell in row:
            block = next((one for one in reversed(open_blocks) if _continues(one, cell)), None)
            if block is None:
                block = Block()
                blocks.append(block)
                open_blocks.append(block)
            block.cells.append(cell)
    return blocks


def _continues(block: Block, cell: Cell) -> bool:
    last = block.cells[-1]
    if last.row == cell.row or cell.bottom - last.bottom > _PITCH * max(last.em, cell.em):
        return False
    return are_aligned(last, cell)


def regions_of(sheet: Sheet) -> list[Region]:
    """Return the regions of a page that a label gives to a party."""
    heads = {
        cell: hint for cell in sheet.cells for hint in cell.hints[:1] if _is_head(sheet, cell, hint)
    }
    found = (_region(sheet, cell, hint, heads) for cell, hint in heads.items())
    return [region for region in found if region.lines]


def _is_head(sheet: Sheet, cell: Cell, hint: Hint) -> bool:
    """Tell whether a cell begins with a label of a party that nothing but a name can follow."""
    if hint.start > 2 or not hint.keys & _ROLES:
        return False
    label = folded(cell.text[: hint.end])
    rest = cell.text[hint.end :]
    if is_title(label) and _works_there(sheet, cell):
        return False
    if "account-holder" in hint.keys and _is_beside_account(sheet, cell):
        return False
    if has_digits(rest.strip(" :").partition(" ")[0]) and hint.keys & {"other-number", "number"}:
        return False  # `Kunde: 10432`
    if rest.strip(" :.-–*#)"):
        return rest.lstrip().startswith(":") or (label in _INLINE and rest.lstrip()[:1].isupper())
    if label in _SHORT and ":" not in rest:
        return cell.text[:1].isupper() and label not in {"de", "da", "a"}
    return True


def _works_there(sheet: Sheet, cell: Cell) -> bool:
    """Tell whether a person stands below the name of a company, or beside what the person is."""
    above, left = sheet.above(cell, _PITCH), sheet.left_of(cell, 0.5)
    return bool((above and has_form(above.text)) or (left and _is_label_only(left)))


def _is_beside_account(sheet: Sheet, cell: Cell) -> bool:
    """Tell whether an account stands in the same row or column close by: `Titulaire` is who holds it,
    not who holds a contract; `Empfänger` who gets the money, not the goods."""
    near = (one for row in sheet.rows[max(0, cell.row - 3) : cell.row + 4] for one in row)
    return any(
        (one.row == cell.row or are_aligned(one, cell))
        and (_ACCOUNT.search(one.text) or any("iban" in hint.keys for hint in one.hints))
        for one in near
    )


def _region(sheet: Sheet, head: Cell, hint: Hint, heads: dict[Cell, Hint]) -> Region:
    role = next(role for role in ("buyer", "seller", "delivery") if role in hint.keys)
    if role == "buyer" and _is_on_slip(sheet, head):
        role = "seller"
    lines = list(_lines(sheet, head, hint, heads))[:LINES]
    cells = {cell for _, cell in lines}
    for _, cell in lines:
        other = sheet.left_of(cell, 0.5)
        if other and other not in heads and _is_label_only(other):
            cells.add(other)
    label = folded(head.text[: hint.end])
    return Region(role, head, tuple(lines), frozenset(cells | {head}), label not in _SHORT)


def _is_on_slip(sheet: Sheet, head: Cell) -> bool:
    """Tell whether a label stands under the heading of a slip that goes back with the payment: `To` is
    who gets it."""
    over = (one for row in sheet.rows[max(0, head.row - 4) : head.row] for one in row[:1])
    is_to = folded(head.text).split()[:1] in (["to"], ["an"])
    return is_to and any(_SLIP.search(one.text) for one in over)


def _is_label_only(cell: Cell) -> bool:
    return cell.text.rstrip().endswith(":") or any(
        hint.start <= 2 and not cell.text[hint.end :].strip(" :.") for hint in cell.hints
    )


def _lines(
    sheet: Sheet, head: Cell, hint: Hint, heads: dict[Cell, Hint]
) -> Iterator[tuple[str, Cell]]:
    rest = head.text[hint.end :].lstrip(" :.-–*#").rstrip(" :-–*#")
    column = head
    if rest:
        yield (head.text if is_title(head.text[: hint.end]) else rest), head
    below, right = sheet.below(head, 2.6), sheet.right_of(head, 0.25)
    beside = right if right and right not in heads and not right.hints else None
    is_free = below is None or below in heads or _is_label_only(below)
    if not rest and beside and (is_free or _is_colon(head)):
        yield beside.text, beside
        column = beside
    yield from _downwards(sheet, column, heads)


def _is_colon(cell: Cell) -> bool:
    return cell.text.rstrip().endswith(":")


def _downwards(sheet: Sheet, column: Cell, heads: dict[Cell, Hint]) -> Iterator[tuple[str, Cell]]:
    last = column
    lines = [column]
    for row in sheet.rows[column.row + 1 : column.row + 40]:
        if row[0].top - last.bottom > 3.2 * max(last.em, sheet.em):
            return
        if is_table_head(row):
            return
        cell = next((one for one in row if _is_under(column, one) or are_aligned(last, one)), None)
        if cell is None:
            continue
        if cell in heads or (column not in heads and _is_left(heads, row, cell)):
            return
        lines.append(cell)
        gaps = _gaps(lines)
        if gaps > 1 or (gaps and any(_AMOUNT.match(one.text) for one in row)):
            return
        last = cell
        value = sheet.right_of(cell, 0.5)
        if value and (_is_label_only(cell) or value.text.startswith(":")):
            yield f"{cell.text} {value.text}", value
        else:
            yield cell.text, cell


def is_table_head(row: tuple[Cell, ...]) -> bool:
    """Tell whether a row has the headings of the lines: quantity, price, amount."""
    return len(row) > 2 and any(hint.keys & _TABLE for cell in row for hint in cell.hints)


def are_goods_below(row: tuple[Cell, ...]) -> bool:
    """Tell whether a row can be nothing but these headings: it has several of them."""
    return sum(any(hint.keys & _TABLE for hint in cell.hints) for cell in row) > 1


def _is_left(heads: Mapping[Cell, Hint], row: tuple[Cell, ...], cell: Cell) -> bool:
    """Tell whether a label of another party stands in a row before a cell, which is its value then."""
    return any(one in heads for one in row[: cell.column])


def _is_under(head: Cell, cell: Cell) -> bool:
    """Tell whether a cell stands under another, or a little to the right of that."""
    return are_aligned(head, cell) or 0 <= cell.left - head.left < 1.6 * max(head.em, cell.em)


_SEPARATED = re.compile(r"\s+[·•|∙●▪‧*]\s+|\s[–—-]\s|,\s|\s{2,}|·|•|\|")


def segments(text: str) -> Sequence[str]:
    """Return the parts of a line that dots, bars, dashes or commas separate."""
    return [part.strip() for part in _SEPARATED.split(text) if part.strip()]
