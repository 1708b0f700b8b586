"""Seller, buyer and payment accounts of a page: numbers and names anywhere on it, and one joint choice of
whose they are.

The buyer is the addressed company and the seller is not; beyond that labels, regions, the foot of the
page and what stands beside a number tell. Confidence counts independent evidence, see
docs/decisions/0040.
"""

from collections.abc import Mapping, Sequence

from ingestd.extraction.page import Page
from ingestd.extraction.parties._accounts import is_bank_of
from ingestd.extraction.parties._blocks import Block
from ingestd.extraction.parties._forms import is_at_home
from ingestd.extraction.parties._found import Found
from ingestd.extraction.parties._leaning import leaning_of
from ingestd.extraction.parties._names import has_form, is_joined, is_label
from ingestd.extraction.parties._paper import Paper, paper_of
from ingestd.extraction.parties._persons import Person, persons_of
from ingestd.extraction.value import Known, Value, Values
from ingestd.identifiers import company_number_of

_NEVER = 0.5
_CLEAR = 2.0
_KINDS = 1
_UPPER = 0.45
"""Of a page's height: where addresses stand."""
_MISREAD = 0.9
"""At most, for a name that text recognition read: nothing proves its letters."""


def warm() -> None:
    """Load what is otherwise loaded with the first page: the labels."""
    is_label("")


def read(pages: Sequence[Page], known: Known) -> Values:
    """Return who sells, who buys and where to pay."""
    paper = paper_of(pages)
    persons = sorted(persons_of(paper, known), key=lambda one: one.leaning, reverse=True)
    owners = _owners(paper, persons)
    values: dict[str, Value | None] = {}
    _names(persons, values)
    seller_vat, buyer_vat = _vat_numbers(paper, known, owners, values)
    _company_numbers(paper, known, owners, values, seller_vat, buyer_vat)
    _accounts(paper, known, owners, values)
    return {name: value for name, value in values.items() if value is not None}


def _owners(paper: Paper, persons: Sequence[Person]) -> dict[Block, float]:
    """Return the blocks that have a party's name: above 0 the seller's, below 0 the buyer's."""
    owners: dict[Block, float] = {}
    for person in persons:
        if abs(person.leaning) >= _CLEAR:
            for cell in person.cells:
                owners[paper.block_of[cell]] = 2.5 if person.leaning > 0 else -3.0
    return owners


def _value(one: Found, confidence: float, evidence: Mapping[str, float]) -> Value:
    return Value(one.value, round(confidence, 3), one.cell.page, one.words, tuple(sorted(evidence)))


class Choice:
    """The numbers of one kind by their values, each with the sum of its evidence."""

    def __init__(
        self, found: Sequence[Found], paper: Paper, known: Known, owners: Mapping[Block, float]
    ) -> None:
        self.evidence: dict[str, dict[str, float]] = {}
        self.best: dict[str, Found] = {}
        for one in found:
            evidence = self.evidence.setdefault(one.value, {})
            for kind, weight in leaning_of(one, paper, known, owners).items():
                if abs(weight) > abs(evidence.get(kind, 0.0)):
                    evidence[kind] = weight
            there = self.best.setdefault(one.value, one)
            if one.hint and not there.hint:
                self.best[one.value] = one
        if len(self.best) == 1:
            only = next(iter(self.evidence.values()))
            if "company" not in only:
                only["only"] = 2.0

    def leaning(self, value: str) -> float:
        """Return the sum of a value's evidence."""
        return sum(self.evidence[value].values())

    def ranked(self) -> list[str]:
        """Return the values from the seller's to the buyer's."""
        return sorted(self.best, key=self.leaning, reverse=True)


def _vat_numbers(
    paper: Paper, known: Known, owners: Mapping[Block, float], values: dict[str, Value | None]
) -> tuple[str | None, str | None]:
    found = [one for one in paper.of("vat") if not _is_representatives(one)]
    choice = Choice(_preferred(found), paper, known, owners)
    registered = Choice(paper.of("company"), paper, known, owners)
    for number, evidence in choice.evidence.items():
        evidence.update(_by_register(number, registered))
    ranked = choice.ranked()
    seller = ranked[0] if ranked and choice.leaning(ranked[0]) > 0 else None
    buyer = ranked[-1] if ranked and choice.leaning(ranked[-1]) < 0 else None
    if seller is None and len(ranked) > 1:
        seller = ranked[0]
    if buyer is None and seller is not None:
        buyer = _opposite(choice, paper, seller, ranked)
    for name, value, sign in (
        ("seller_vat_identifier", seller, 1),
        ("buyer_vat_identifier", buyer, -1),
    ):
        if value is not None:
            confidence = _vat_confidence(choice, value, sign)
            values[name] = _value(choice.best[value], confidence, choice.evidence[value])
    return seller, buyer


def _opposite(choice: Choice, paper: Paper, seller: str, ranked: Sequence[str]) -> str | None:
    """Return the number that can only be the buyer's: the other of two, or of more the one that stands
    in the upper part of the first page, apart from the seller's."""
    others = [one for one in ranked if choice.leaning(one) < choice.leaning(seller)]
    if len(ranked) > 2:
        at_home = paper.block_of[choice.best[seller].cell]
        others = [
            one
            for one in others
            if (cell := choice.best[one].cell).page.number == 1
            and cell.top < _UPPER * cell.page.height
            and paper.block_of[cell] is not at_home
        ]
    return others[0] if len(others) == 1 else None


def _by_register(vat: str, registered: Choice) -> dict[str, float]:
    """Return what it tells that a VAT number has a company number of the page in it."""
    for number in registered.best:
        part = number[:9] if len(number) == 14 else number
        leaning = registered.leaning(number)
        if len(part) > 7 and vat.endswith(part) and abs(leaning) >= 1:
            return {"register": 3.0 if leaning > 0 else -3.0}
    return {}


def _is_representatives(one: Found) -> bool:
    return one.hint is not None and "tax-representative" in one.hint.keys


def _preferred(found: Sequence[Found]) -> list[Found]:
    """Return the numbers without wrong ones that stand where a right one does."""
    valid = {one.value for one in found if one.is_valid}
    return [one for one in found if one.is_valid or not any(one.value in other for other in valid)]


def _vat_confidence(choice: Choice, value: str, sign: int) -> float:
    one = choice.best[value]
    strength = sign * choice.leaning(value)
    rivals = [sign * choice.leaning(other) for other in choice.best if other != value]
    margin = strength - max(rivals, default=-3.0)
    confidence = _curve(strength, margin)
    if one.hint is None:
        confidence = min(confidence, 0.97) - 0.03
    if one.is_repaired:
        confidence = min(confidence, 0.93)
    if one.is_bare and one.hint and not is_at_home(value, one.hint.languages):
        confidence = min(confidence, 0.9)
    if not one.is_valid:
        confidence = min(confidence, 0.9 if len(value) > 6 else _NEVER)
    return confidence


def _curve(strength: float, margin: float) -> float:
    """Return how sure a choice is, by how much speaks for it and how much more than for the next."""
    if strength >= 3.5 and margin >= 4:
        return 0.99
    if strength >= 2 and margin >= 3:
        return 0.97
    if strength >= 1 and margin >= 1.5:
        return 0.9
    return 0.75 if strength > 0 and margin > 0 else 0.5


def _company_numbers(
    paper: Paper,
    known: Known,
    owners: Mapping[Block, float],
    values: dict[str, Value | None],
    seller_vat: str | None,
    buyer_vat: str | None,
) -> None:
    choice = Choice(paper.of("company"), paper, known, owners)
    for value, evidence in choice.evidence.items():
        evidence.update(_by_vat(value, seller_vat, buyer_vat))
    ranked = choice.ranked()
    if not ranked:
        return
    for name, value, sign in (
        ("seller_legal_registration_identifier", ranked[0], 1),
        ("buyer_legal_registration_identifier", ranked[-1], -1),
    ):
        strength = sign * choice.leaning(value)
        if strength <= 0:
            continue
        rivals = [sign * choice.leaning(other) for other in ranked if other != value]
        confidence = _curve(strength, strength - max(rivals, default=-3.0))
        if not choice.best[value].is_valid:
            confidence = min(confidence, 0.93)
        values[name] = _value(choice.best[value], confidence, choice.evidence[value])
    _tax_number(paper, known, owners, values)


def _by_vat(value: str, seller_vat: str | None, buyer_vat: str | None) -> dict[str, float]:
    """Return what it tells that a company number is part of a VAT number."""
    for vat, weight in ((seller_vat, 4.0), (buyer_vat, -4.0)):
        contained = company_number_of(vat) if vat else None
        if contained and (value == contained or (len(value) == 14 and value[:9] == contained)):
            return {"vat": weight}
    return {}


def _tax_number(
    paper: Paper, known: Known, owners: Mapping[Block, float], values: dict[str, Value | None]
) -> None:
    choice = Choice(paper.of("tax"), paper, known, owners)
    ranked = choice.ranked()
    if ranked and choice.leaning(ranked[0]) > 0:
        one = choice.best[ranked[0]]
        values["seller_tax_registration_identifier"] = _value(one, 0.9, choice.evidence[one.value])


def _names(persons: Sequence[Person], values: dict[str, Value | None]) -> None:
    if not persons:
        return
    for name, person, sign in (
        ("seller_name", persons[0], 1),
        ("buyer_name", persons[-1], -1),
    ):
        strength = sign * person.leaning
        if strength <= 0:
            continue
        rivals = [sign * other.leaning for other in persons if other is not person]
        confidence = _name_confidence(strength, strength - max(rivals, default=0.0))
        if not person.evidence.keys() & {"company", "known"} and not _is_clear(person):
            confidence = min(confidence, _MISREAD)
        words = person.cell.words_of(person.start, person.start + len(person.name))
        evidence = tuple(sorted(person.evidence))
        values[name] = Value(person.name, confidence, person.cell.page, words, evidence)


def _is_clear(person: Person) -> bool:
    """Tell whether a name that nobody knew before may be sure: it has the form of a company's, and more
    than one thing, the label among them, tells whose it is. Nothing proves what recognition read."""
    if person.cell.page.origin == "ocr" or not has_form(person.name) or is_joined(person.name):
        return False
    return len(person.evidence.keys() - {"first", "large", "order", "other"}) >= _KINDS


def _name_confidence(strength: float, margin: float) -> float:
    if strength >= 5 and margin >= 4:
        return 0.97
    if strength >= 3.5 and margin >= 2.5:
        return 0.93
    return 0.85 if strength >= 2 and margin >= 1 else 0.6


def _accounts(
    paper: Paper, known: Known, owners: Mapping[Block, float], values: dict[str, Value | None]
) -> None:
    found = paper.of("iban")
    choice = Choice(found, paper, known, owners)
    paid = [value for value in choice.best if not _is_debited(choice.evidence[value])]
    valid = [value for value in paid if choice.best[value].is_valid]
    chosen = valid or paid[:1]
    if not chosen:
        return
    first = choice.best[chosen[0]]
    words = tuple(
        word
        for value in chosen
        for word in choice.best[value].words
        if choice.best[value].cell.page is first.cell.page
    )
    confidence = min(_iban_confidence(choice.best[value]) for value in chosen)
    values["payment_account_identifiers"] = Value(
        tuple(chosen), confidence, first.cell.page, words, ("check-digits",) if valid else ()
    )
    _bank(paper, values, chosen)


def _is_debited(evidence: Mapping[str, float]) -> bool:
    return evidence.get("label", 0) < 0 or evidence.get("region", 0) <= -4


def _iban_confidence(one: Found) -> float:
    if not one.is_valid:
        return _NEVER
    if one.is_repaired:
        return 0.9
    return 0.99 if one.hint else 0.95


def _bank(paper: Paper, values: dict[str, Value | None], accounts: Sequence[str]) -> None:
    found = {one.value: one for one in paper.of("bic")}
    if not found:
        return
    first = next(iter(found.values()))
    fits = all(is_bank_of(one, accounts) for one in found.values())
    values["payment_service_provider_identifiers"] = Value(
        tuple(found), 0.97 if fits else 0.85, first.cell.page, first.words, ("label",)
    )
