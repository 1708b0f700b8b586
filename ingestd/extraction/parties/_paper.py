"""A document as the search for its parties sees it: its pages as cells, blocks and regions, and the
numbers that stand on them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestd.extraction.page import Page
from ingestd.extraction.parties._accounts import bics_in, ibans_in
from ingestd.extraction.parties._blocks import Block, Region, blocks_of, regions_of
from ingestd.extraction.parties._cells import Cell, Sheet, sheet_of
from ingestd.extraction.parties._found import Found
from ingestd.extraction.parties._identifiers import (
    bare_vat_numbers_in,
    spanish_numbers_in,
    tax_numbers_in,
    vat_numbers_in,
)
from ingestd.extraction.parties._names import WEB
from ingestd.extraction.parties._registers import company_numbers_in

PAGES = 20
_FOOTER = 0.8
_MOST = 400
_CELLS = 200
_TEXT = 20_000
_BRITISH = re.compile(r"£|\bGBP\b|\bUnited Kingdom\b|\bEngland\b|\b[Ss]ort [Cc]ode\b")
"""What tells that numbers without country are of the United Kingdom."""
_CONTACT = re.compile(
    r"\b(?:t[ée]l|telefo+n|tel[ée]fono|t[ée]l[ée]phone|phone|fax|mobile?)\b|\+\d\d[ (]?\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """The pages of one document. `blocks` and `regions` tell in which a cell stands, where in any."""

    sheets: tuple[Sheet, ...]
    blocks: tuple[Block, ...]
    regions: tuple[Region, ...]
    found: tuple[Found, ...]
    block_of: dict[Cell, Block]
    region_of: dict[Cell, Region]
    kinds: dict[Block | tuple[int, int], set[str]]
    """What kinds of numbers stand in a block, and in a row of a page."""
    spelled: tuple[str, ...]
    """The lines of the blocks on the first page, without regard to case."""

    def sheet_of(self, cell: Cell) -> Sheet:
        """Return the page that a cell stands on."""
        return next(sheet for sheet in self.sheets if sheet.page is cell.page)

    def row_of(self, cell: Cell) -> tuple[Cell, ...]:
        """Return the cells that stand beside a cell, and itself."""
        return self.sheet_of(cell).rows[cell.row]

    def kinds_beside(self, cell: Cell) -> set[str]:
        """Return what kinds of numbers stand in the row and the block of a cell."""
        in_row = self.kinds.get((id(cell.page), cell.row), set())
        return in_row | self.kinds.get(self.block_of[cell], set())

    def role_of(self, cell: Cell) -> str | None:
        """Return whose region a cell stands in: `seller`, `buyer`, `delivery`, or None."""
        region = self.region_of.get(cell)
        return region.role if region else None

    def of(self, kind: str) -> list[Found]:
        """Return the numbers of one kind."""
        return [one for one in self.found if one.kind == kind]


def paper_of(pages: Sequence[Page]) -> Paper:
    """Return a document's pages, taken apart."""
    sheets = tuple(sheet_of(page) for page in pages[:PAGES] if page.rows)
    blocks = tuple(block for sheet in sheets for block in blocks_of(sheet))
    regions = tuple(region for sheet in sheets for region in regions_of(sheet))
    block_of = {cell: block for block in blocks for cell in block.cells}
    region_of: dict[Cell, Region] = {}
    for region in regions:
        for cell in region.cells:
            region_of.setdefault(cell, region)
    found = tuple(_found(sheets)[:_MOST])
    kinds: dict[Block | tuple[int, int], set[str]] = {}
    for one in found:
        kinds.setdefault(block_of[one.cell], set()).add(one.kind)
        kinds.setdefault((id(one.cell.page), one.cell.row), set()).add(one.kind)
    return Paper(
        sheets, blocks, regions, found, block_of, region_of, kinds, _spelled(sheets, blocks)
    )


def _spelled(sheets: Sequence[Sheet], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the lines of the first page's upper and lower end."""
    cells = [cell for block in blocks for cell in block.cells if cell.page is sheets[0].page]
    ends = cells if len(cells) <= 2 * _CELLS else cells[:_CELLS] + cells[-_CELLS:]
    return tuple(cell.text.casefold() for cell in ends)


def _found(sheets: Sequence[Sheet]) -> list[Found]:
    found: list[Found] = []
    taken: dict[Cell, list[tuple[int, int]]] = {}
    for sheet in sheets:
        accounts = tuple(ibans_in(sheet))
        for one in (*accounts, *bics_in(sheet, accounts)):
            taken.setdefault(one.cell, []).append((one.start, one.end))
            found.append(one)
        found += vat_numbers_in(sheet, taken)
    countries = frozenset(one.value[:2] for one in found if one.kind in ("vat", "iban"))
    if any(_BRITISH.search(sheet.page.text[:_TEXT]) for sheet in sheets[:1]):
        countries |= {"GB"}
    for sheet in sheets:
        found += bare_vat_numbers_in(sheet, taken, countries)
        found += spanish_numbers_in(sheet)
        found += company_numbers_in(sheet)
        found += tax_numbers_in(sheet)
    return found


def is_footer(cell: Cell) -> bool:
    """Tell whether a cell stands at the foot of its page."""
    return cell.top > _FOOTER * cell.page.height


def is_contact(text: str) -> bool:
    """Tell whether a text has a telephone number, a mail or a web address."""
    return bool("@" in text or _CONTACT.search(text) or WEB.search(text))
