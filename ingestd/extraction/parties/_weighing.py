"""The names of a document, each once with all that speaks for it, weighed against each other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ingestd.extraction.labels import folded
from ingestd.extraction.parties._cells import Cell
from ingestd.extraction.parties._extents import whole_of
from ingestd.extraction.parties._leaning import is_own
from ingestd.extraction.parties._names import agrees, core, domains_in, has_form, is_same_name
from ingestd.extraction.parties._paper import Paper
from ingestd.extraction.value import Known
from ingestd.model import Word

_MOST = 60
_ADDED = 400
"""How many lines of a page are looked at as names; more are no invoice's."""
_INITIALS = re.compile(r"^(?:[A-Z]\.\s?)+")
_SAID = frozenset({"region", "known", "company"})
_PLACES = ("holder", "beside", "foot", "numbers", "sender")
"""Where who sells must name himself, beside a number or an account."""
_LEGAL = 2.0
_SURE_BUYER = -5.0
"""What the label of the buyer's address weighs."""


@dataclass(eq=False)
class Person:
    """A name as it first stood on the page, in `lines`, where else it stands, and the evidence for the
    seller (above 0) or the buyer (below). `is_whole`: nothing speaks for a longer name."""

    name: str
    cell: Cell
    start: int
    lines: tuple[Cell, ...] = ()
    is_whole: bool = True
    evidence: dict[str, float] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    is_address: bool = False

    @property
    def leaning(self) -> float:
        """What all evidence comes to."""
        return sum(self.evidence.values())

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of the name."""
        if len(self.lines) > 1:
            return tuple(word for line in self.lines for word in line.words)
        return self.cell.words_of(self.start, self.start + len(self.name))


class Persons:
    """The names of a document, each once."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._count = 0
        self._by_core: dict[str, Person] = {}

    def add(
        self, name: str, cell: Cell, evidence: Mapping[str, float], is_address: bool = False
    ) -> None:
        """Note a name; of one kind of evidence the strongest counts."""
        self._count += 1
        if self._count > _ADDED:
            return
        name, lines, is_whole = whole_of(name, cell, self._paper)
        key = core(name)
        if not key or (key not in self._by_core and len(self._by_core) >= _MOST):
            return
        start = max(0, lines[0].text.find(name)) if len(lines) == 1 else 0
        person = self._by_core.setdefault(key, Person(name, cell, start, lines, is_whole))
        if has_form(name) and not has_form(person.name):
            person.name, person.cell, person.start, person.lines = name, cell, start, lines
        person.is_whole = person.is_whole and is_whole
        person.cells.append(cell)
        person.is_address = person.is_address or is_address
        for kind, weight in evidence.items():
            if abs(weight) > abs(person.evidence.get(kind, 0.0)):
                person.evidence[kind] = weight

    def __iter__(self) -> Iterator[Person]:
        return iter(self._by_core.values())


def settle(found: Sequence[Person]) -> None:
    """Let a label decide over what only hints the other way: a buyer may be named like the seller's
    mark."""
    for person in found:
        if person.evidence.get("region", 0.0) <= _SURE_BUYER:
            person.evidence = {
                kind: weight for kind, weight in person.evidence.items() if weight < 0
            }


def join_short(found: list[Person]) -> None:
    """Count what speaks for a name in short (a trade mark) for the one that begins with it."""
    for person in list(found):
        key = core(person.name)
        longer = [one for one in found if one is not person and core(one.name).startswith(key)]
        if len(longer) == 1 and len(key) > 3 and longer[0].leaning >= 0 and person.leaning > 0:
            longer[0].evidence = {**person.evidence, **longer[0].evidence}
            found.remove(person)


def join_initials(found: list[Person]) -> None:
    """Count what speaks for a person in short (`J. de Wit`) for the name that has it in full."""
    for person in list(found):
        words = folded(person.name).split()
        if not _INITIALS.match(person.name) or len(words) < 2:
            continue
        fuller = [
            one
            for one in found
            if one is not person
            and not _INITIALS.match(one.name)
            and words[-1] in folded(one.name).split()[1:]
            and folded(one.name)[:1] == words[0][:1]
        ]
        if len(fuller) == 1 and fuller[0].leaning >= 0 and person.leaning > 0:
            fuller[0].evidence = {**person.evidence, **fuller[0].evidence}
            found.remove(person)


def drop_owners(found: Sequence[Person], paper: Paper) -> None:
    """Let who owns the buyer's shop, and stands in its address, sell nothing; nor who owns or leads a
    company that may be the seller, or holds its account."""
    bought = [paper.block_of[cell] for one in found if one.leaning < 0 for cell in one.cells]
    is_led = any(has_form(one.name) and one.leaning > 0 for one in found)
    for person in found:
        is_owned = is_led and not has_form(person.name)
        is_bought = any(paper.block_of[one] in bought for one in person.cells)
        if person.evidence.get("holder", 0.0) > 0 and (is_bought or is_owned):
            del person.evidence["holder"]
            if person.evidence.get("foot", _LEGAL) < _LEGAL:
                del person.evidence["foot"]  # the same line


def weigh_others(found: Sequence[Person]) -> None:
    """Count an address for the buyer where the seller is known by other means, and the reverse."""
    first = max(found, key=lambda one: one.leaning, default=None)
    if first and not first.is_address:
        for person in found:
            person.evidence.pop("title", None)  # what is above may be the buyer's
    leanings = sorted((person.leaning for person in found), reverse=True)
    for person in found:
        if not person.is_address or "delivery" in person.evidence:
            continue
        if leanings[0] >= 2.5 and person.leaning < leanings[0] - 1.5 and person.leaning < 2:
            person.evidence["other"] = -2.0
        elif leanings[-1] <= -4 and person.leaning > leanings[-1] + 1.5 and person.leaning > -2:
            person.evidence["other"] = 2.0


def weigh_marks(found: Sequence[Person], paper: Paper) -> None:
    """Let a name that leads by its place alone, without a legal form, stand back as a trade mark behind
    the one that holds the account, or that stands beside the seller's numbers: but not for sure."""
    mark = max(found, key=lambda one: one.leaning, default=None)
    if mark is None or has_form(mark.name) or mark.evidence.keys() & _SAID:
        return
    blocks = {id(paper.block_of[cell]) for cell in mark.cells}
    legal = [
        one
        for one in found
        if one is not mark
        and min(one.evidence.values(), default=-1.0) >= 0
        and any(one.evidence.get(kind, 0.0) >= _LEGAL for kind in ("holder", "beside", "foot"))
    ]
    if len(legal) != 1:
        return
    one = legal[0]
    is_inside = any(id(paper.block_of[cell]) in blocks for cell in one.cells)
    if is_inside or not any(mark.evidence.get(kind, 0.0) >= _LEGAL for kind in _PLACES):
        one.evidence["mark"] = max(0.0, mark.leaning - one.leaning) + 1.5


def weigh_domains(found: Sequence[Person], paper: Paper, known: Known) -> None:
    """Count the domains of mail and web addresses, other than the buyer's, for whom they agree with."""
    own = known.company.name if known.company else ""
    domains: set[str] = set()
    cells = (
        cell
        for sheet in paper.sheets
        for cell in sheet.cells
        if ("@" in cell.text or "www" in cell.text.lower())
        and paper.role_of(cell) in (None, "seller")
    )
    for cell in islice(cells, _MOST):
        domains.update(domains_in(cell.text))
    domains = {one for one in sorted(domains)[:20] if not (own and agrees(one, own))}
    for person in found:
        if any(agrees(one, person.name) for one in domains):
            person.evidence["domain"] = 2.5


def weigh_known(found: Sequence[Person], paper: Paper, known: Known) -> None:
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
