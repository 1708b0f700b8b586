"""Names on a page that may be the seller's or the buyer's, and what speaks for either."""

from collections.abc import Sequence
from itertools import takewhile

from ingestd.accounts import bank_name_of
from ingestd.extraction.parties._addressees import is_aside, is_person, is_title
from ingestd.extraction.parties._addresses import Address, address_in, from_the_name, sender_above
from ingestd.extraction.parties._blocks import Block, are_goods_below, is_table_head, segments
from ingestd.extraction.parties._cells import Cell, Hint, Sheet, are_aligned
from ingestd.extraction.parties._debits import debited
from ingestd.extraction.parties._extents import runs_on
from ingestd.extraction.parties._names import (
    has_form,
    is_bank,
    is_heading,
    is_same_name,
    name_in,
    trader_in,
)
from ingestd.extraction.parties._paper import Paper, is_footer
from ingestd.extraction.parties._places import POSTCODE, is_house, is_place
from ingestd.extraction.parties._weighing import (
    Person,
    Persons,
    drop_owners,
    join_initials,
    join_short,
    settle,
    weigh_domains,
    weigh_known,
    weigh_marks,
    weigh_others,
)
from ingestd.extraction.value import Known

_MOST = 60
_NEAR = 2
"""Rows between an account and its holder."""
_PERSONAL = 0.2
"""Of a label's weight for a person, who may only work there."""
_HEAD = 0.08
"""Of the first page's height: what only letterheads are above."""
_LETTER = 400
"""Points; what is narrower is a slip of a till."""
_SELLERS = frozenset({"vat", "iban", "company", "tax"})
_FEATURES = ("contact", "numbers", "vat", "person")
_REGIONS = {"seller": 5.0, "buyer": -5.0, "delivery": -1.0}


def persons_of(paper: Paper, known: Known) -> list[Person]:
    """Return the names of a document with all that speaks for them."""
    persons = Persons(paper)
    _add_regions(persons, paper)
    _add_holders(persons, paper)
    _add_heads(persons, paper)
    _add_feet(persons, paper)
    _add_signatures(persons, paper)
    _add_blocks(persons, paper)
    found = list(persons)
    join_short(found)
    join_initials(found)
    weigh_domains(found, paper, known)
    weigh_known(found, paper, known)
    weigh_others(found)
    drop_owners(found, paper)
    weigh_marks(found, paper)
    settle(found)
    return found


def _add_regions(persons: Persons, paper: Paper) -> None:
    for region in paper.regions[:_MOST]:
        weight = _REGIONS[region.role] * (1.0 if region.is_sure else 0.6)
        kind = "delivery" if region.role == "delivery" else "region"
        person: tuple[str, Cell] | None = None
        lives = False
        for text, cell in from_the_name(region.lines[:4], paper):
            name = name_in(text)
            lives = person is not None and (is_place(text) or is_house(text))
            if lives or (not name and POSTCODE.search(f"{text} ")):
                break
            if name and is_person(text):
                person = person or (name, cell)
            elif name:
                is_aside_only = is_aside(region.head.text) and not has_form(name)
                persons.add(name, cell, {kind: _PERSONAL * weight if is_aside_only else weight})
                break
            elif not (_is_number(text) or is_aside(text) or is_title(text)):
                weight = weight / 2  # the name, which was not known for one
        if person:
            persons.add(*person, {kind: weight if lives else _PERSONAL * weight})


def _is_number(text: str) -> bool:
    return ":" in text or any(one.isdigit() for one in text)


def _add_holders(persons: Persons, paper: Paper) -> None:
    """Add who holds the account, and who owns the shop: they sell, whatever their trade mark is."""
    for sheet in paper.sheets:
        for cell in sheet.cells:
            if trader := trader_in(cell.text):
                persons.add(trader, cell, {"holder": 2.5})
            for hint in cell.hints:
                if "account-holder" in hint.keys and (found := _named_by(hint, cell, sheet)):
                    persons.add(*found, {"holder": -2.5 if _is_debited(cell, paper) else 2.5})


def _is_debited(cell: Cell, paper: Paper) -> bool:
    """Tell whether the account close by is one that is debited: its holder buys."""
    near = (
        one
        for one in paper.of("iban")
        if one.cell.page is cell.page and abs(one.cell.row - cell.row) <= _NEAR
    )
    return any(debited(one, paper) < 0 for one in near)


def _named_by(hint: Hint, cell: Cell, sheet: Sheet) -> tuple[str, Cell] | None:
    """Return the name behind a label, else beside it, else below it and the account."""
    rest = cell.text[hint.end :].lstrip(" :.-").rstrip(" :-")
    if rest:
        if runs_on(rest):
            following = sheet.rows[cell.row + 1 : cell.row + 2]
            rest += f" {following[0][0].text}" if following else ""
        name = name_in(rest if has_form(rest) else next(iter(segments(rest)), ""))
        return (name, cell) if name else None
    below = sheet.below(cell)
    for other in (sheet.right_of(cell), below, below and sheet.below(below)):
        name = name_in(other.text) if other else None
        if name and other:
            return name, other
    return None


def _add_signatures(persons: Persons, paper: Paper) -> None:
    """Add who greets at the end of a letter."""
    for sheet in paper.sheets:
        for cell in sheet.cells:
            if not any("regards" in hint.keys and hint.start == 0 for hint in cell.hints):
                continue
            under = (one for row in sheet.rows[cell.row + 1 : cell.row + 5] for one in row)
            for one in under:
                name = name_in(one.text) if are_aligned(cell, one) else None
                if name:
                    persons.add(name, one, {"signature": 2.0 if has_form(name) else 1.0})


def _add_heads(persons: Persons, paper: Paper) -> None:
    """Add what stands at the top of the first page; first there, or in large, it is rather the seller."""
    if not paper.sheets:
        return
    sheet = paper.sheets[0]
    first = True
    for row in takewhile(lambda one: not is_table_head(one), sheet.rows[:14]):
        for cell in row[:4]:
            name = None if paper.role_of(cell) else name_in(cell.text)
            if not name or cell.top > 0.3 * sheet.page.height:
                continue
            evidence = {"first": 1.0} if first else {}
            if cell.em > 1.4 * sheet.em:
                evidence["large"] = 1.0
            first = False
            persons.add(name, cell, evidence)


def _add_feet(persons: Persons, paper: Paper) -> None:
    """Add who stands at the foot of a page, and companies beside numbers of the seller's."""
    banks = [bank_name_of(one.value) for one in paper.of("iban")[:_MOST] if one.is_valid]
    for sheet in (*paper.sheets[:1], *paper.sheets[1:][-1:]):
        for cell in sheet.cells:
            if len(cell.text) > 300 or paper.role_of(cell):
                continue
            kinds = paper.kinds_beside(cell) & _SELLERS
            if is_footer(cell):
                _add_foot(persons, cell, bool(kinds), paper.block_of[cell], banks)
            elif kinds & {"iban", "company", "tax"} and has_form(cell.text):
                name = name_in(cell.text)
                if name and not is_bank(name, banks):
                    persons.add(name, cell, {"beside": 2.0})


def _add_foot(
    persons: Persons, cell: Cell, is_beside: bool, block: Block, banks: Sequence[str]
) -> None:
    """Add the name that a cell at the foot has, or that the block or line of an address begins with."""
    is_first = block.cells[0] is cell
    parts = segments(cell.text)[:6]
    towns = parts[1:] if parts[1:] else [one.text for one in block.cells[1:5]]
    is_address = is_first and any(POSTCODE.search(f"{one} ") for one in towns)
    for part in (cell.text, *parts):
        is_head = is_address or (is_first and cell.column == 0)
        is_name = has_form(part) or (is_head and cell.text.startswith(part))
        name = name_in(part) if is_name else None
        if name and is_bank(name, banks):
            return
        if name and has_form(name):
            persons.add(name, cell, {"foot": 3.0 if is_beside else 1.5})
            return
        if name:
            persons.add(name, cell, {"foot": 2.5 if is_address else 1.0})
            return


def _add_blocks(persons: Persons, paper: Paper) -> None:
    """Add the first lines of what looks like an address in the upper part of the first page. What all
    of them have (a telephone number) tells nothing."""
    if not paper.sheets:
        return
    sheet = paper.sheets[0]
    goods = next((row[0].top for row in sheet.rows if are_goods_below(row)), sheet.page.height)
    blocks = [
        block for block in paper.blocks if block.cells[0].page is sheet.page and block.top < goods
    ]
    addresses = [one for block in blocks if (one := address_in(block, sheet, paper))][:8]
    titles = [cell.top for cell in sheet.cells if is_heading(cell.text)]
    common = {
        kind
        for kind in _FEATURES
        if all(kind in one.features for one in addresses) and addresses[1:]
    }
    for place, one in enumerate(addresses):
        evidence = {kind: weight for kind, weight in one.features.items() if kind not in common}
        if len(addresses) > 1 and not paper.role_of(one.cell):
            evidence["order"] = 1.0 if place == 0 else -1.0
            if any(addresses[0].cell.top < title < one.cell.top for title in titles):
                evidence["title"] = -4.0  # the letterhead is above
        sender = sender_above(one.block, sheet)
        if sender:
            if sender[0]:
                persons.add(sender[0], sender[1], {"sender": 3.5})
            for person in persons:
                if sender[1].text.startswith(person.name):
                    person.evidence["sender"] = 3.5
            if not sender[0] or not is_same_name(sender[0], one.name):
                evidence["window"] = -3.0
        elif len(addresses) == 1 and not evidence and _is_addressee(one, sheet):
            evidence["alone"] = -2.0
        persons.add(one.name, one.cell, evidence, is_address=True)


def _is_addressee(one: Address, sheet: Sheet) -> bool:
    """Tell whether the only address of a page, which does not say how to be reached, stands where a
    letter has who gets it: below its head, in letters of the usual size. Slips have none."""
    is_letter = sheet.page.width > _LETTER
    return is_letter and one.cell.top > _HEAD * sheet.page.height and one.cell.em < 1.4 * sheet.em
