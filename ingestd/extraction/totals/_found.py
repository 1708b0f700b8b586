"""All that a document shows of amounts: candidates for each total, the VAT by rate, and what several of
them come to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain, combinations, islice

from ingestd.extraction.amounts import Amount
from ingestd.extraction.page import Page
from ingestd.extraction.totals._columns import sums_above
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._roles import Candidate, Role, candidates, candidates_near
from ingestd.extraction.totals._taxes import (
    Tax,
    is_of_vat,
    rates_of,
    taxes_of,
    unnamed_taxes_of,
)
from ingestd.extraction.totals._till import candidates_settled, settled

BEST = 14
"""Of each role so many candidates take part."""
_AGAIN = 0.2
_SUMS = (Role.NET, Role.GROSS, Role.LINES)
_WHOLE = (*_SUMS, Role.BASE)
_REDUCED = (Role.NET, Role.GROSS, Role.DUE, Role.BASE)
_REDUCING = (Role.ALLOWANCE, Role.VOUCHER)
_LABELLED = 1.5
_NAMED = 1.0
"""What a label must be worth to name a discount; `€ -` may stand behind it."""
_LEAST = {Role.CHARGE: 1.0}
"""What a label must be worth for its amount to be an addend; a charge often has the head of a column."""
_ADDENDS = 6
ROWS = 400
"""So many rows with VAT by rate are kept."""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Found:
    """All that the page shows of amounts: candidates by role and value, the VAT by rate, every printed
    value with a place, the percentages. `rows` are all rows in which a rate turns a base into VAT, `sums`
    what several candidates of a role come to, `settled` what was paid at a till, `is_swiss` that the page
    names Swiss money."""

    by_role: dict[Role, dict[Decimal, Candidate]]
    taxes: tuple[Tax, ...]
    printed: dict[Decimal, tuple[Amount, Page]]
    rates: frozenset[Decimal]
    is_exempt: bool
    rows: tuple[Tax, ...] = ()
    sums: Mapping[Role, frozenset[Decimal]] = field(default_factory=dict)
    sums_of_lines: frozenset[Decimal] = frozenset()
    settled: frozenset[Decimal] = frozenset()
    is_swiss: bool = False

    def of(self, role: Role) -> dict[Decimal, Candidate]:
        """Return the candidates of a role by their value."""
        return self.by_role.get(role, {})

    def is_sum(self, role: Role, value: Decimal) -> bool:
        """Tell whether several amounts with labels of their own come to this total."""
        return value in self.sums.get(role, ())

    def before_allowance(self, value: Decimal) -> frozenset[Decimal]:
        """Return the totals that a discount with a label of its own, which stands between, makes this one
        (BT-107)."""
        return self._before(value, _REDUCING, -1)

    def before_charge(self, value: Decimal) -> frozenset[Decimal]:
        """Return the totals that a charge which stands between makes this one (BT-108)."""
        return self._before(value, (Role.CHARGE,), 1)

    def _before(self, value: Decimal, roles: Sequence[Role], sign: int) -> frozenset[Decimal]:
        ends = [one for role in _REDUCED if (one := self.of(role).get(value))]
        changes = [one for role in roles for one in self.of(role).values() if one.weight >= _NAMED]
        wholes = (
            one
            for role in _WHOLE
            for one in self.of(role).values()
            if one.weight >= _LABELLED and one.value * value > 0
        )
        return frozenset(
            one.value
            for one in wholes
            for change in changes
            if change.value and abs(value) - abs(one.value) == sign * abs(change.value)
            if one.place < change.place < max((end.place for end in ends), default=(0, 0.0))
        )


def found_in(lines: Sequence[Line]) -> Found:
    """Return what the rows show of amounts."""
    by_role: dict[Role, dict[Decimal, Candidate]] = {}
    for candidate in _placed(lines):
        ones = by_role.setdefault(candidate.role, {})
        known = ones.get(candidate.value)
        if known is None:
            ones[candidate.value] = candidate
        else:
            better = max(known, candidate, key=lambda one: one.weight)
            ones[candidate.value] = replace(better, weight=min(better.weight + _AGAIN, 4.0))
    rows = tuple(islice(taxes_of(lines), ROWS))
    taxes = _distinct(rows)
    _add_sum_of_taxes(by_role, taxes)
    best = {role: _best(ones) for role, ones in by_role.items()}
    return Found(
        best,
        taxes,
        {one.value: (one, line.page) for line in lines for one in line.amounts if not one.is_rate},
        frozenset(rate for line in lines if is_of_vat(line) for rate in rates_of(line)),
        any("zero-vat" in hint.keys for line in lines for hint in line.hints),
        (*rows, *islice(unnamed_taxes_of(lines), ROWS)),
        _sums(best, taxes),
        sums_above(lines, [one.amount for role in _SUMS for one in best.get(role, {}).values()]),
        settled(lines),
        any("CHF" in line.strip.text for line in lines),
    )


def _sums(
    best: Mapping[Role, dict[Decimal, Candidate]], taxes: Sequence[Tax]
) -> dict[Role, frozenset[Decimal]]:
    """Return what several amounts come to: the VAT of several rates, their net amounts with freight and
    what is not taxed, what is due with what was withheld."""
    bases = [one.base for one in taxes if one.base is not None]
    is_whole = 1 < len(taxes) == len(bases)
    whole = frozenset({sum(bases, _ZERO)}) if is_whole else frozenset[Decimal]()
    dues = {*best.get(Role.DUE, {}), *best.get(Role.GROSS, {})}
    withheld = best.get(Role.WITHHELD, {})
    return {
        Role.VAT: _combined(best, Role.VAT),
        Role.NET: whole | _combined(best, Role.NET, Role.BASE, Role.CHARGE),
        Role.GROSS: frozenset(due + abs(one) for due in dues for one in withheld if one),
    }


def _combined(best: Mapping[Role, dict[Decimal, Candidate]], *roles: Role) -> frozenset[Decimal]:
    """Return the sums of two to four amounts that have a label of one of these roles."""
    ones = {
        one.value: one
        for role in roles
        for one in best.get(role, {}).values()
        if one.weight >= _LEAST.get(role, _LABELLED) and one.amount.decimals == 2
    }
    few = sorted(ones.values(), key=lambda one: -one.weight)[:_ADDENDS]
    return frozenset(
        sum((one.value for one in some), _ZERO)
        for size in (2, 3, 4)
        for some in combinations(few, size)
    )


def _placed(lines: Sequence[Line]) -> Iterator[Candidate]:
    """Yield the candidates, those further down worth a little more: totals stand at the end."""
    places = {id(line): place for place, line in enumerate(lines)}
    for line, one in chain(candidates(lines), candidates_near(lines), candidates_settled(lines)):
        worth = one.weight * (1.0 if one.amount.decimals >= 2 or one.amount.currency else 0.5)
        yield replace(one, weight=worth + 0.3 * places[id(line)] / len(lines))


def _best(ones: dict[Decimal, Candidate]) -> dict[Decimal, Candidate]:
    best = sorted(ones.items(), key=lambda item: -item[1].weight)
    return dict(best[:BEST])


def _distinct(taxes: Iterable[Tax]) -> tuple[Tax, ...]:
    """Return each rate once, with the largest VAT: that of a line is a part of it."""
    best: dict[Decimal, Tax] = {}
    for one in taxes:
        known = best.get(one.rate)
        if known is None or (abs(one.tax), one.base is not None) > (
            abs(known.tax),
            known.base is not None,
        ):
            best[one.rate] = one
    return tuple(best.values())


def _add_sum_of_taxes(
    by_role: dict[Role, dict[Decimal, Candidate]], taxes: tuple[Tax, ...]
) -> None:
    if len(taxes) > 1:
        total = sum((one.tax for one in taxes), _ZERO)
        ones = by_role.setdefault(Role.VAT, {})
        if total not in ones:
            last = max(taxes, key=lambda one: abs(one.tax))
            amount = replace(last.amount, value=total)
            ones[total] = Candidate(Role.VAT, amount, last.page, 2.0)
