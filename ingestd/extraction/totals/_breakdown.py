"""The VAT by rate that belongs to a net total and its VAT, and what that proves of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._roles import Role
from ingestd.extraction.totals._taxes import CENT, USUAL_RATES, Tax, vat_of

_ZERO = Decimal(0)
_TAXES, _BASES = 2 * CENT, 5 * CENT
"""What sums of rounded amounts may be off."""


def breakdown_of(found: Found, net: Decimal, vat: Decimal) -> tuple[tuple[Tax, ...], str]:
    """Return the rows of the VAT breakdown (BG-23) of these totals, and what they prove: `sums` or `rate`
    that the totals are right, `usual-rate` that a rate of Europe fits, `exempt` or `no-vat` where there
    is none, "" nothing."""
    if not vat:
        return _without_vat(found, net)
    for taxes in (found.taxes, tuple(one for one in found.taxes if one.rate)):
        if len(taxes) > 1 and abs(sum(one.tax for one in taxes) - vat) <= _TAXES:
            bases = [one.base for one in taxes if one.base is not None]
            if len(bases) < len(taxes) or abs(sum(bases) - net) <= _BASES or set(bases) == {net}:
                return taxes, "sums"
    for one in found.taxes:
        if one.rate and one.tax == vat and abs(vat_of(net, one.rate) - vat) <= _TAXES:
            return (replace(one, base=net),), "rate"
    if rates := [one for one in found.rates if one and abs(vat_of(net, one) - vat) <= _TAXES]:
        return tuple(_printed(found, rates[0], net, vat)) if len(rates) == 1 else (), "rate"
    for taxes in (_by_rate(found.rows), tuple(_of_a_part(found, net, vat))):
        if taxes and _explains(taxes, found, net, vat):
            return taxes, "sums"
    usual = any(abs(vat_of(net, rate) - vat) <= CENT for rate in USUAL_RATES)
    for one in found.taxes:
        if one.rate and one.tax == vat and one.base is not None and 0 < one.base / net < 1:
            return (one,), "usual-rate" if usual else ""
    return (), "usual-rate" if usual else ""


def _without_vat(found: Found, net: Decimal) -> tuple[tuple[Tax, ...], str]:
    named = [one for one in found.rows if not one.rate and one.base in (net, None) and not one.tax]
    zero = tuple(replace(one, base=net) for one in named[:1])
    if found.is_exempt or zero or _ZERO in found.of(Role.VAT):
        return zero, "exempt"
    return zero, "no-vat" if found.of(Role.VAT) else ""


def _by_rate(rows: Iterable[Tax]) -> tuple[Tax, ...]:
    """Return the VAT of rows that show base, rate and VAT, one for each rate: the table of VAT has one
    row for each, that of the lines may have several."""
    found: dict[Decimal, dict[int, Tax]] = {}
    for one in rows:
        if one.rate and one.base is not None:
            found.setdefault(one.rate, {}).setdefault(id(one.amount), one)
    return tuple(_summed(tuple(ones.values())) for _, ones in sorted(found.items()))


def _summed(ones: Sequence[Tax]) -> Tax:
    bases = (one.base for one in ones if one.base is not None)
    return replace(ones[0], base=sum(bases, _ZERO), tax=sum((one.tax for one in ones), _ZERO))


def _of_a_part(found: Found, net: Decimal, vat: Decimal) -> Iterator[Tax]:
    """Yield the VAT as that of a printed part of the net total, by a rate of the page: the rest of it is
    printed too, and not taxed. Where rows prove the VAT of several rates, one is not all of it."""
    if len({one.rate for one in found.rows if one.rate and one.base is not None}) > 1:
        return
    for rate in sorted(one for one in found.rates if one):
        near = (100 * vat / rate).quantize(CENT)
        for cents in range(-int(50 / rate) - 1, int(50 / rate) + 2):
            base = near + cents * CENT
            is_part = (
                0 < base / net < 1 and base in found.printed and _is_untaxed(found, net - base)
            )
            if is_part and vat_of(base, rate) == vat:
                yield from _printed(found, rate, base, vat)
                return


def _printed(found: Found, rate: Decimal, base: Decimal, vat: Decimal) -> Iterator[Tax]:
    """Yield the VAT of a rate where it stands on the page."""
    if vat in found.printed:
        yield Tax(rate, base, vat, *found.printed[vat])


def _explains(taxes: Sequence[Tax], found: Found, net: Decimal, vat: Decimal) -> bool:
    """Tell whether rows sum up to the VAT, and their bases to the net total; what remains of that, not
    taxed, is printed."""
    rest = net - sum((one.base or _ZERO for one in taxes), _ZERO)
    return abs(sum(one.tax for one in taxes) - vat) <= _TAXES and (
        abs(rest) <= _BASES or _is_untaxed(found, rest)
    )


def _is_untaxed(found: Found, rest: Decimal) -> bool:
    """Tell whether what remains of the net total is printed, and no rate is shown that turns it into VAT:
    of several rates one is not all."""
    return rest in found.printed and all(not one.rate or one.base != rest for one in found.rows)
