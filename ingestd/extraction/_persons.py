"""Names on a page that may be the seller's or the buyer's, and what speaks for either."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingestd.extraction._blocks import Block, segments
from ingestd.extraction._cells import Cell, Sheet
from ingestd.extraction._leaning import is_own
from ingestd.extraction._names import (
    POSTCODE,
    agrees,
    core,
    domains_in,
    has_form,
    is_person,
    is_same_name,
    name_in,
)
from ingestd.extraction._paper import Paper, is_contact, is_footer
from ingestd.extraction.value import Known

_UPPER = 0.45
"""Of the first page's height: where letterheads and address windows are."""
_MOST = 60
_REGIONS = {"seller": 5.0, "buyer": -5.0, "delivery": -1.0}


@dataclass(eq=False)
class Person:
    """A name as it first stood on the page, where else it stands, and the evidence for the seller
    (above 0) or the buyer (below)."""

    name: str
    cell: Cell
    start: int
    evidence: dict[str, float] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)

    @property
    def leaning(self) -> float:
        """What all evidence comes to."""
        return sum(self.evidence.values())


class Persons:
    """The names of a document, each once."""

    def __init__(self) -> None:
        self._by_core: dict[str, Person] = {}

    def add(self, name: str, cell: Cell, evidence: Mapping[str, float]) -> None:
        """Note a name; of one kind of evidence the strongest counts."""
        key = core(name)
        if not key or (key not in self._by_core and len(self._by_core) >= _MOST):
            return
        start = max(0, cell.text.find(name))
        person = self._by_core.setdefault(key, Person(name, cell, start))
        if has_form(name) and not has_form(person.name):
            person.name, person.cell, person.start = name, cell, start
        person.cells.append(cell)
        for kind, weight in evidence.items():
            if abs(weight) > abs(person.evidence.get(kind, 0.0)):
                person.evidence[kind] = weight

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_core.values())


def persons_of(paper: Paper, known: Known) -> list[Person]:
    """Return the names of a document with all that speaks for them."""
    persons = Persons()
    _add_regions(persons, paper)
    _add_holders(persons, paper)
    _add_heads(persons, paper)
    _add_feet(persons, paper)
    _add_blocks(persons, paper)
    found = list(persons)
    _weigh_domains(found, paper, known)
    _weigh_known(found, paper, known)
    return found


def _add_regions(persons: Persons, paper: Paper) -> None:
    for region in paper.regions[:_MOST]:
        weight = _REGIONS[region.role] * (1.0 if region.is_sure else 0.6)
        for text, cell in region.lines[:4]:
            name = name_in(text)
            if name and not is_person(text):
                persons.add(name, cell, {"region": weight})
                break
            if name:
                persons.add(name, cell, {"region": weight / 2})


def _add_holders(persons: Persons, paper: Paper) -> None:
    for sheet in paper.sheets:
        for cell in sheet.cells:
            for hint in cell.hints:
                if "account-holder" not in hint.keys:
                    continue
                rest = cell.text[hint.end :].strip(" :.-")
                other = None if rest else sheet.right_of(cell)
                name = name_in(rest or (other.text if other else ""))
                if name:
                    persons.add(name, other or cell, {"holder": 2.5})


def _add_heads(persons: Persons, paper: Paper) -> None:
    """Add what stands in large or first at the top of the first page."""
    if not paper.sheets:
        return
    sheet = paper.sheets[0]
    first = True
    for row in sheet.rows[:12]:
        for cell in row[:4]:
            name = None if paper.role_of(cell) else name_in(cell.text)
            if not name or cell.top > 0.25 * sheet.page.height:
                continue
            evidence = {"first": 1.0} if first else {}
            if cell.em > 1.35 * sheet.em:
                evidence["large"] = 1.0
            first = False
            if evidence:
                persons.add(name, cell, evidence)


def _add_feet(persons: Persons, paper: Paper) -> None:
    """Add companies at the foot of a page, beside numbers or by themselves."""
    for sheet in (*paper.sheets[:1], *paper.sheets[1:][-1:]):
        for cell in sheet.cells:
            if not is_footer(cell) or len(cell.text) > 300:
                continue
            for part in (cell.text, *segments(cell.text))[:6]:
                name = name_in(part) if has_form(part) else None
                if name and not paper.role_of(cell):
                    beside = paper.kinds_beside(cell) & {"vat", "iban", "company", "tax"}
                    persons.add(name, cell, {"foot": 3.0 if beside else 1.5})
                    break


def _add_blocks(persons: Persons, paper: Paper) -> None:
    """Add the first lines of what looks like an address in the upper part of the first page."""
    if not paper.sheets:
        return
    sheet = paper.sheets[0]
    addresses = [
        (block, *named)
        for block in paper.blocks
        if block.cells[0].page is sheet.page and (named := _address(block, sheet, paper))
    ]
    for place, (block, name, cell, weights) in enumerate(addresses[:8]):
        evidence = dict(weights)
        if len(addresses) > 1 and not paper.role_of(cell):
            evidence["order"] = 1.0 if place == 0 else -1.0
        sender = _sender_above(block, sheet, paper)
        if sender:
            persons.add(sender[0], sender[1], {"sender": 3.5})
            if not is_same_name(sender[0], name):
                evidence["window"] = -3.0
        persons.add(name, cell, evidence)


def _address(block: Block, sheet: Sheet, paper: Paper) -> tuple[str, Cell, dict[str, float]] | None:
    """Return the name that an address begins with, and what in its block speaks for the seller."""
    cells = block.cells[:12]
    if cells[0].top > _UPPER * sheet.page.height or len(cells) < 2:
        return None
    if not any(POSTCODE.search(cell.text + " ") for cell in cells[1:]):
        return None
    for cell in cells[:3]:
        if len(segments(cell.text)) > 2 and POSTCODE.search(cell.text + " "):
            continue
        name = name_in(cell.text)
        if not name:
            continue
        evidence: dict[str, float] = {}
        text = "\n".join(one.text for one in cells)
        if is_contact(text):
            evidence["contact"] = 2.0
        for one in paper.found:
            if paper.block_of[one.cell] is block and one.hint:
                sign = -1.0 if one.hint.keys & {"buyer-vat", "buyer-company-number"} else 1.0
                evidence["numbers"] = 2.5 * sign
        if any(is_person(one.text) for one in cells[:4]):
            evidence["person"] = -1.5
        return name, cell, evidence
    return None


def _sender_above(block: Block, sheet: Sheet, paper: Paper) -> tuple[str, Cell] | None:
    """Return who stands in the small line above an address window: name, street and town in one."""
    head = block.cells[0]
    candidates = [
        head,
        *(cell for row in sheet.rows[max(0, head.row - 4) : head.row] for cell in row),
    ]
    for cell in candidates:
        parts = segments(cell.text)
        near = (
            abs(cell.left - head.left) < 3 * sheet.em and head.bottom - cell.bottom < 5 * sheet.em
        )
        if near and len(parts) > 1 and POSTCODE.search(cell.text + " "):
            name = name_in(parts[0])
            if name:
                return name, cell
    return None


def _weigh_domains(found: Sequence[Person], paper: Paper, known: Known) -> None:
    """Count the domains of mail and web addresses, other than the buyer's, for whom they agree with."""
    own = known.company.name if known.company else ""
    domains: set[str] = set()
    for sheet in paper.sheets:
        for cell in sheet.cells:
            if ("@" in cell.text or "www" in cell.text.lower()) and paper.role_of(cell) in (
                None,
                "seller",
            ):
                domains.update(domains_in(cell.text))
    domains = {one for one in sorted(domains)[:20] if not (own and agrees(one, own))}
    for person in found:
        if any(agrees(one, person.name) for one in domains):
            person.evidence["domain"] = 2.5


def _weigh_known(found: Sequence[Person], paper: Paper, known: Known) -> None:
    """Count the addressed company's name for the buyer, a known supplier's for the seller."""
    suppliers = [
        supplier
        for one in paper.found
        if one.is_valid and one.kind in ("vat", "iban") and not is_own(one, known)
        if (supplier := known.supplier(one.value))
    ]
    for person in found:
        if known.company and is_same_name(person.name, known.company.name):
            person.evidence["company"] = -7.0
        elif any(is_same_name(person.name, supplier.name) for supplier in suppliers):
            person.evidence["known"] = 5.0
