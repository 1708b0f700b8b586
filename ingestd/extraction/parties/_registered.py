"""Whose VAT numbers, company numbers and tax numbers: seller's (BT-31, BT-30, BT-32) and buyer's (BT-48,
BT-47)."""

from collections.abc import Mapping, Sequence

from ingestd.extraction.parties._blocks import Block
from ingestd.extraction.parties._choice import Choice, curve, value_of
from ingestd.extraction.parties._forms import is_at_home
from ingestd.extraction.parties._found import Found
from ingestd.extraction.parties._paper import Paper
from ingestd.extraction.value import Known, Value
from ingestd.identifiers import company_number_of

_NEVER = 0.5
_UPPER = 0.45
"""Of a page's height: where addresses stand."""


def vat_numbers(
    paper: Paper, known: Known, owners: Mapping[Block, float], values: dict[str, Value | None]
) -> tuple[str | None, str | None]:
    """Add the seller's and the buyer's VAT number to `values`, and return both."""
    found = [one for one in paper.of("vat") if not _is_representatives(one)]
    choice = Choice(_preferred(found), paper, known, owners)
    registered = Choice(paper.of("company"), paper, known, owners)
    for number, evidence in choice.evidence.items():
        evidence.update(_by_register(number, registered))
    _reclaim(choice, known)
    ranked = choice.ranked()
    seller = ranked[0] if ranked and choice.leaning(ranked[0]) > 0 else None
    buyer = ranked[-1] if ranked and choice.leaning(ranked[-1]) < 0 else None
    if seller is None and ranked and (len(ranked) > 1 or buyer is None):
        seller = ranked[0]  # of what nothing tells whose it is, too: a page has the seller's first
    if buyer is None and seller is not None:
        buyer = _opposite(choice, paper, seller, ranked)
    for name, value, sign in (
        ("seller_vat_identifier", seller, 1),
        ("buyer_vat_identifier", buyer, -1),
    ):
        if value is not None:
            confidence = _vat_confidence(choice, value, sign)
            values[name] = value_of(choice.best[value], confidence, choice.evidence[value])
    return seller, buyer


def _reclaim(choice: Choice, known: Known) -> None:
    """Count a number that only its place gives to the buyer for the seller, weakly, where the buyer can
    hardly have it: no other is the seller's, whose number the law asks for, and it is Swiss, where no
    invoice needs the buyer's, or of the addressed company's country and not its own."""
    free = [
        one for one, why in choice.evidence.items() if why.keys().isdisjoint({"label", "company"})
    ]
    if len(free) != 1 or choice.leaning(free[0]) >= 0:
        return
    is_sold = any(choice.leaning(one) > 0 for one in choice.best)
    country = known.company.vat[:2] if known.company else "CH"
    if not is_sold and free[0][:2] in ("CH", country):
        choice.evidence[free[0]] = {"lone": 1.0}


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
    confidence = curve(strength, margin)
    if one.hint is None:
        confidence = min(confidence, 0.97) - 0.03
    if one.is_repaired and choice.times[value] < 2 and "known" not in choice.evidence[value]:
        confidence = min(confidence, 0.9)
    if one.is_bare and one.hint and not is_at_home(value, one.hint.languages):
        confidence = min(confidence, 0.9)
    if not one.is_valid:
        confidence = min(confidence, 0.9 if len(value) > 6 else _NEVER)
    return confidence


def company_numbers(
    paper: Paper,
    known: Known,
    owners: Mapping[Block, float],
    values: dict[str, Value | None],
    seller_vat: str | None,
    buyer_vat: str | None,
) -> None:
    """Add company numbers to `values`, and the seller's tax number. A company number that is part of a
    VAT number is that party's."""
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
        confidence = curve(strength, strength - max(rivals, default=-3.0))
        if not choice.best[value].is_valid:
            confidence = min(confidence, 0.93)
        values[name] = value_of(choice.best[value], confidence, choice.evidence[value])
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
        values["seller_tax_registration_identifier"] = value_of(
            one, 0.9, choice.evidence[one.value]
        )
