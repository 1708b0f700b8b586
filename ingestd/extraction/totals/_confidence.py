"""How sure the choice of totals is: what speaks for the best proposal, and what for its nearest rival."""

from collections.abc import Sequence
from decimal import Decimal

from ingestd.extraction.totals._choice import Choice
from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._roles import Role
from ingestd.extraction.totals._taxes import RATES, vat_of

_RIVAL = 2.5
"""A proposal that is worth so little less than the best is a rival to it."""

_VOUCHER = 0.9
"""What a total without VAT is worth from or after which a voucher is taken: it paid, or discounted; and
one with a charge of the whole, which not all call part of the net total."""
_LEAST = 5
"""Percents of VAT; discounts have fewer."""
_BASES = 200


def confidence(ranked: Sequence[Choice], found: Found) -> float:
    """Return how sure the best proposal is, by what speaks for it and for its nearest rival."""
    best = ranked[0]
    evidence = best.evidence
    if not best.vat:
        sure = _without_vat(best, found)
    elif "closed" in evidence:
        mixed = -0.01 if _is_mixed(best, found) else -0.05
        proof = 0.02 if evidence & {"rate", "sums"} else 0.01 if "usual-rate" in evidence else mixed
        sure = {3: 0.97, 2: 0.94}.get(best.labelled, 0.85 if best.labelled else 0.6) + proof
    else:
        sure = 0.9 if evidence & {"rate", "sums"} and best.labelled >= 2 else 0.6
    if any(_is_rival(best, one) for one in ranked[1:]) or _is_dashed(best, found):
        sure = min(sure, 0.9)
    if best.vat and _is_rather_freight(best.vat, found):
        sure = min(sure, 0.9)
    return round(min(sure, 0.99), 3)


def _is_rather_freight(vat: Decimal, found: Found) -> bool:
    """Tell whether an exempt page names the amount between net and gross as a charge, and not as VAT."""
    charge, named = found.of(Role.CHARGE).get(vat), found.of(Role.VAT).get(vat)
    return (
        found.is_exempt and charge is not None and (named is None or named.weight <= charge.weight)
    )


def _is_mixed(best: Choice, found: Found) -> bool:
    """Tell whether the VAT may be that of several rates: it is between the least and the most that the
    page's rates give, where it has any."""
    rates = [rate for rate in found.rates if rate in RATES]
    if not rates or not best.net or best.vat is None:
        return True
    return min(rates) <= 100 * best.vat / best.net <= max(rates)


def _is_dashed(best: Choice, found: Found) -> bool:
    """Tell whether what stands before the net or gross total may be a minus or a dash."""
    totals = ((Role.NET, best.net), (Role.GROSS, best.gross))
    ones = [found.of(role).get(value) for role, value in totals if value is not None]
    return all(one is not None and one.amount.is_doubtful for one in ones)


def _is_rival(best: Choice, other: Choice) -> bool:
    """Tell whether other totals add up as well and are nearly as likely. The parts of the whole are no
    rivals, nor is the whole of a part."""
    if (
        best.worth - other.worth >= _RIVAL
        or "closed" not in other.evidence
        or other.gross == best.gross
    ):
        return False
    is_part = any((one.net, one.vat) == (other.net, other.vat) for one in best.parts)
    return not is_part and not any(one.tax == other.vat for one in best.breakdown)


def _without_vat(best: Choice, found: Found) -> float:
    """Return how sure it is that a single total is net and gross: the page says why there is no VAT, its
    label is a total's, the lines sum up to it, and nothing greater is printed."""
    if best.net is None or best.gross is None or best.vat is None:
        return 0.5
    weights = [
        one.weight for role in (Role.NET, Role.GROSS) if (one := found.of(role).get(best.gross))
    ]
    if any(found.of(Role.VOUCHER)) or {"raised", "lines"} & best.evidence == {"raised"}:
        return _VOUCHER
    sure = 0.92 if "reduced" in best.evidence or max(weights, default=0) >= 2.0 else 0.75
    if "lines" in best.evidence:
        sure += 0.03
    elif any(_is_greater(value, best.gross, found) for value in found.printed):
        sure -= 0.1
    if "exempt" in best.evidence:
        return sure + 0.035 if not _is_taxed(best.gross, found) else sure - 0.05
    return sure - (0.2 if found.of(Role.VAT) else 0.08)


def _is_taxed(gross: Decimal, found: Found) -> bool:
    """Tell whether a part of a total seems to be VAT, though the page says that there is none: it is what
    a rate of the page makes of another amount."""
    rates = [rate for rate in found.rates if rate >= _LEAST and rate in RATES]
    changes = {abs(one) for one in found.of(Role.ALLOWANCE)}
    bases = [one for one, (its, _) in found.printed.items() if its.decimals == 2 and one > 0]
    return any(
        base + tax <= gross and tax in found.printed and tax not in changes
        for base in bases[:_BASES]
        for rate in rates
        if (tax := vat_of(base, rate))
    )


def _is_greater(value: Decimal, gross: Decimal, found: Found) -> bool:
    return (
        abs(value) > abs(gross)
        and found.printed[value][0].decimals >= 2
        and value not in found.of(Role.LINES)
    )
