"""The one choice of net, VAT and gross in which the arithmetic holds.

Each pair of labelled candidates proposes the third (net + VAT = gross). A proposal is worth what its
labels are worth, and more where the third is printed too, where a printed rate gives the VAT, where the
rows of the VAT breakdown sum up to it. The work is bounded: of each role only the best candidates take
part, and the third is looked up, not searched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from ingestd.extraction.totals._breakdown import breakdown_of
from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._misread import misread
from ingestd.extraction.totals._rappen import COIN, rounded
from ingestd.extraction.totals._roles import Role
from ingestd.extraction.totals._taxes import CENT, Tax

_HIGHEST_RATE = Decimal("0.28")
_ZERO = Decimal(0)
_PRINTED, _MISREAD, _NOT_PRINTED = 0.8, 0.5, -1.5
_SETTLED = 2.0
_LINES, _MENDED, _UNNAMED = 1.2, 4.0, 3.0
_REDUCED, _CALLED_TOTAL, _CALLED_NET, _CALLED = 3.0, 2.0, 2.0, 2.9
_CLOSED, _RATE, _USUAL, _SUMMED = 3.0, 1.5, 0.7, 2.5
_OF_SEVERAL = 2.0
_NAMED = 2.6
"""What a label must be worth to name just one total."""
_PARTS = 9
_CHANGING = (Role.ALLOWANCE, Role.VOUCHER, Role.CHARGE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposal: the three totals (None where unknown), its worth, and what speaks for it."""

    net: Decimal | None
    vat: Decimal | None
    gross: Decimal | None
    worth: float
    labelled: int = 0
    evidence: frozenset[str] = frozenset()
    breakdown: tuple[Tax, ...] = ()
    parts: tuple["Choice", ...] = ()


def choices(found: Found) -> list[Choice]:
    """Return all proposals, the best first."""
    proposals: dict[tuple[Decimal | None, ...], Choice] = {}
    for net, vat, gross in _proposed(found):
        if (net, vat, gross) not in proposals:
            proposals[net, vat, gross] = _weighed(found, net, vat, gross)
    ones = _with_sums(list(proposals.values()))
    return sorted([*ones, *_partial(found)], key=lambda one: -one.worth)


def _with_sums(proposals: list[Choice]) -> list[Choice]:
    """Return the proposals; one that is the sum of two to four others that close is the whole of which
    they are the rates, and worth more than each."""
    closed = sorted(
        (one for one in proposals if "closed" in one.evidence), key=lambda one: -one.worth
    )
    closed = closed[:_PARTS]
    wholes = {(one.net, one.vat): one for one in closed}
    for size in (2, 3, 4):
        for parts in combinations(closed, size):
            net, vat = (
                sum(values, _ZERO) for values in zip(*((o.net, o.vat) for o in parts), strict=True)
            )
            whole = wholes.get((net, vat))
            if whole and whole not in parts:
                worth = max(whole.worth + _SUMMED, *(one.worth + 1.0 for one in parts))
                better = replace(
                    whole, worth=worth, evidence=whole.evidence | {"sums"}, parts=parts
                )
                proposals = [better if one is whole else one for one in proposals]
                wholes[net, vat] = better
    return proposals


def _proposed(found: Found) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    nets, vats, grosses = found.of(Role.NET), found.of(Role.VAT), found.of(Role.GROSS)
    for gross in grosses:
        for vat in vats:
            if _is_plausible(gross - vat, vat):
                yield gross - vat, vat, gross
            for exact in _exact(found, gross):
                is_net = exact - vat in found.printed or found.is_sum(Role.NET, exact - vat)
                if is_net and _is_plausible(exact - vat, vat):
                    yield exact - vat, vat, exact
        for net in nets:
            if _is_plausible(net, gross - net):
                yield net, gross - net, gross
        if gross:
            yield gross, _ZERO, gross
    for net in nets:
        for vat in vats:
            if _is_plausible(net, vat):
                yield net, vat, net + vat
        if net:
            yield net, _ZERO, net


def _exact(found: Found, gross: Decimal) -> Iterator[Decimal]:
    """Yield what a gross total may have been before it was rounded."""
    yield from (gross - one for one in found.of(Role.ROUNDING) if one)
    if found.is_swiss and not gross % COIN:
        yield from (gross + cents * CENT for cents in (-2, -1, 1, 2))


def _is_plausible(net: Decimal, vat: Decimal) -> bool:
    return (
        bool(net and vat) and (net > 0) == (vat > 0) and abs(vat) <= abs(net) * _HIGHEST_RATE + CENT
    )


def _weighed(found: Found, net: Decimal, vat: Decimal, gross: Decimal) -> Choice:
    worth, labelled, shown = 0.0, 0, 0
    for role, value in ((Role.NET, net), (Role.VAT, vat), (Role.GROSS, gross)):
        candidate = found.of(role).get(value)
        if candidate:
            worth += candidate.weight
            labelled += candidate.weight >= 1.0
        elif (vat or role is Role.GROSS) and found.is_sum(role, value):
            worth += _OF_SEVERAL
            labelled += 1
        elif vat or role is Role.GROSS:
            worth += _printed(found, role, value)
        shown += candidate is not None or value in found.printed or found.is_sum(role, value)
        if role is Role.GROSS and value not in found.printed and _is_rounded(found, value):
            shown, labelled = shown + 1, labelled + 1
    evidence = set()
    is_named = not vat or vat in found.of(Role.VAT) or found.is_sum(Role.VAT, vat)
    is_named = is_named or _are_named(found, net, gross)
    if vat and shown == 3:
        evidence.add("closed")
        worth += _CLOSED
    breakdown, proof = breakdown_of(found, net, vat)
    if proof:
        evidence.add(proof)
        worth += {
            "sums": _SUMMED,
            "rate": _RATE,
            "usual-rate": _USUAL,
            "exempt": 1.0,
            "no-vat": -1.0,
        }[proof]
    changes = {abs(one) for role in (Role.ALLOWANCE, Role.CHARGE) for one in found.of(role)}
    if not is_named and (proof not in ("rate", "sums") or abs(vat) in changes):
        worth -= _UNNAMED  # two lines and their sum look like net, VAT and gross
        worth -= _UNNAMED if abs(vat) in changes or found.is_exempt else 0.0
    if net in found.sums_of_lines or _is_sum_of_lines(found, net):
        evidence.add("lines")
        worth += _LINES
    if not vat and _is_reduced(found, gross):
        evidence |= {"lines", "reduced"}
        worth += _REDUCED
    if not vat and _is_raised(found, gross):
        evidence.add("raised")
        worth += _REDUCED
    if gross in found.settled:
        evidence.add("settled")
        worth += _SETTLED
    return Choice(net, vat, gross, worth, labelled, frozenset(evidence), breakdown)


def _is_reduced(found: Found, gross: Decimal) -> bool:
    """Tell whether a total is what the page has to be paid after a discount: without VAT, the discount
    on the whole is all that parts it from a greater one."""
    return _is_last_of_exempt(found, gross) and bool(found.before_allowance(gross))


def _is_raised(found: Found, gross: Decimal) -> bool:
    """Tell whether a total is what the page has to be paid with a charge on the whole, without VAT."""
    return _is_last_of_exempt(found, gross) and bool(found.before_charge(gross))


def _is_last_of_exempt(found: Found, gross: Decimal) -> bool:
    """Tell whether an amount is called total or due, on a page that names no VAT."""
    if any(vat and one.weight >= _NAMED for vat, one in found.of(Role.VAT).items()):
        return False
    ones = [one for role in (Role.GROSS, Role.DUE) if (one := found.of(role).get(gross))]
    return any(one.weight >= _CALLED_TOTAL for one in ones)


def _are_named(found: Found, net: Decimal, gross: Decimal) -> bool:
    """Tell whether net and gross are called so: what is between them is VAT, named or not."""
    ones = (found.of(Role.NET).get(net), found.of(Role.GROSS).get(gross))
    return all(one is not None and one.weight >= _CALLED and not one.is_in_column for one in ones)


def _printed(found: Found, role: Role, value: Decimal) -> float:
    """Return what it is worth that an amount without a label of this role is printed, or nearly so."""
    if value in found.printed or (role is Role.GROSS and _is_rounded(found, value)):
        return _PRINTED
    if misread(found, role, value):
        return _MISREAD
    return _NOT_PRINTED - (_MENDED if _is_named(found, role) else 0.0)


def _is_rounded(found: Found, gross: Decimal) -> bool:
    """Tell whether a gross total is printed as rounded, with a row that says so or in Swiss money."""
    said = (gross + one for one in found.of(Role.ROUNDING) if one)
    return any(one in found.of(Role.GROSS) for one in said) or rounded(found, gross) is not None


def _is_named(found: Found, role: Role) -> bool:
    """Tell whether the page has another amount that it calls just this: nothing is put in its place."""
    return any(one.weight >= _NAMED for one in found.of(role).values())


def _is_sum_of_lines(found: Found, net: Decimal) -> bool:
    """Tell whether a subtotal with its allowances and charges is the net total (BR-CO-13)."""
    if not found.of(Role.LINES):
        return False
    changes = {abs(one) for role in _CHANGING for one in found.of(role)} - {_ZERO}
    for lines in found.of(Role.LINES):
        if lines != net and (abs(lines - net) in changes or abs(lines - net) == sum(changes)):
            return True
    return False


def _partial(found: Found) -> Iterator[Choice]:
    """Yield single totals without the others: what remains where nothing adds up."""
    nets, vats, grosses = (
        sorted(found.of(role).items(), key=lambda item: -item[1].weight)[:1]
        for role in (Role.NET, Role.VAT, Role.GROSS)
    )
    ones = [one[0] if one else (None, None) for one in (nets, vats, grosses)]
    if ones[0][1] and ones[0][1].weight < _CALLED_NET and all(one[1] for one in ones[1:]):
        ones[0] = (None, None)  # a subtotal that VAT and gross, both named, do not lead to
    weights = [one.weight for _, one in ones if one]
    if weights:
        yield Choice(ones[0][0], ones[1][0], ones[2][0], sum(weights) - 3.0, len(weights))
