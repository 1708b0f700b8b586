"""Seller, buyer and payment accounts of a page: numbers and names anywhere on it, and one joint choice of
whose they are.

The buyer is the addressed company and the seller is not; beyond that labels, regions, the foot of the
page and what stands beside a number tell. Confidence counts independent evidence, see
docs/decisions/0040.
"""

from collections.abc import Mapping, Sequence

from ingestd.accounts import is_proved_at_home
from ingestd.extraction.labels import folded
from ingestd.extraction.page import Page
from ingestd.extraction.parties._accounts import is_bank_of, names_bank_of, nearest
from ingestd.extraction.parties._blocks import Block
from ingestd.extraction.parties._choice import Choice
from ingestd.extraction.parties._found import Found
from ingestd.extraction.parties._names import is_closed, is_label
from ingestd.extraction.parties._paper import Paper, paper_of
from ingestd.extraction.parties._persons import persons_of
from ingestd.extraction.parties._registered import company_numbers, vat_numbers
from ingestd.extraction.parties._weighing import Person
from ingestd.extraction.value import Known, Value, Values

_NEVER = 0.5
_CLEAR = 2.0
_MISREAD = 0.9
"""At most, for a name that text recognition read, and for an account repaired by one check only."""


def warm() -> None:
    """Load what is otherwise loaded with the first page: the labels."""
    is_label("")


def read(pages: Sequence[Page], known: Known) -> Values:
    """Return who sells, who buys and where to pay."""
    paper = paper_of(pages)
    persons = sorted(persons_of(paper, known), key=lambda one: one.leaning, reverse=True)
    owners = _owners(paper, persons)
    values: dict[str, Value | None] = {}
    _add_names(persons, known, values)
    seller_vat, buyer_vat = vat_numbers(paper, known, owners, values)
    company_numbers(paper, known, owners, values, seller_vat, buyer_vat)
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


def _add_names(persons: Sequence[Person], known: Known, values: dict[str, Value | None]) -> None:
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
        words = person.words
        evidence = tuple(sorted(person.evidence))
        values[name] = Value(_spelled(person, known), confidence, person.cell.page, words, evidence)


def _spelled(person: Person, known: Known) -> str:
    """Return the name as it is printed. Recognition loses accents and dots: of the addressed company
    they are known."""
    own = known.company.name if known.company else ""
    if person.cell.page.origin != "ocr" or folded(person.name) != folded(own):
        return person.name
    return own.upper() if person.name.isupper() else own


def _is_clear(person: Person) -> bool:
    """Tell whether a name that nobody knew before may be sure: it has the form of a company's, and
    something beside its place and size tells whose it is. Nothing proves what recognition read."""
    if person.cell.page.origin == "ocr" or not person.is_whole or not is_closed(person.name):
        return False
    return bool(person.evidence.keys() - {"first", "large", "order", "other"})


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
    foreign = [one for one in found if one.value not in paid]
    _bank(paper, values, chosen, foreign)
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
    if any("debits" in choice.evidence[value] for value in chosen):
        confidence = min(confidence, _MISREAD)
    values["payment_account_identifiers"] = Value(
        tuple(chosen), confidence, first.cell.page, words, ("check-digits",) if valid else ()
    )


def _is_debited(evidence: Mapping[str, float]) -> bool:
    return evidence.get("label", 0) < 0 or evidence.get("region", 0) <= -4


def _iban_confidence(one: Found) -> float:
    if not one.is_valid:
        return _NEVER
    if one.is_repaired:
        return 0.96 if one.hint and is_proved_at_home(one.value) else _MISREAD
    return 0.99 if one.hint else 0.95


def _bank(
    paper: Paper, values: dict[str, Value | None], accounts: Sequence[str], debited: Sequence[Found]
) -> None:
    """Add the banks' codes: those with a label, and others that the accounts vouch for; none of those
    beside accounts that are `debited`."""
    found: dict[str, Found] = {}
    for one in sorted(paper.of("bic"), key=lambda one: one.hint is None):
        if nearest(one, paper.of("iban")) in debited:
            continue
        is_other = all(one.value[:8] != other[:8] for other in found)
        if one.hint or (is_other and is_bank_of(one, accounts)):
            found.setdefault(one.value, one)
    if not found:
        return
    first = next(iter(found.values()))
    fits = all(is_bank_of(one, accounts) for one in found.values())
    is_named = all(one.hint or names_bank_of(one.value, accounts) for one in found.values())
    confidence = 0.97 if fits and is_named else 0.85
    if any(one.is_repaired for one in found.values()):
        confidence = min(confidence, _MISREAD)
    evidence = ("label",) if first.hint else ("bank",)
    values["payment_service_provider_identifiers"] = Value(
        tuple(found), confidence, first.cell.page, first.words, evidence
    )
