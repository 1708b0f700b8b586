"""What is sold: lines, discounts, VAT, what was paid before; every sum right to the cent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from ingestd.model import VatBreakdown
from tests.documents.pages.parties import Party, party

_CENT = Decimal("0.01")
_RATES = {
    "DE": (19, 7),
    "AT": (20, 10, 13),
    "CH": ("8.1", "2.6"),
    "FR": (20, 10, "5.5"),
    "BE": (21, 6),
    "LU": (17, 8),
    "NL": (21, 9),
    "ES": (21, 10, 4),
    "IT": (22, 10, 4),
    "GB": (20, 5),
    "IE": (23, "13.5", 9),
    "US": (0,),
}


def cents(amount: Decimal) -> Decimal:
    """Return an amount rounded to the cent, half up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Item:
    """A line: what, how many at which price, and its VAT rate in percent."""

    code: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    rate: Decimal

    @property
    def amount(self) -> Decimal:
        """The net amount of the line."""
        return cents(self.quantity * self.price)


@dataclass(frozen=True)
class Sale:
    """A sale with its two parties. `treatment` is `taxed`, `reverse` or `exempt`; `sign` is -1 where a
    credit note is printed with negative amounts."""

    seller: Party
    buyer: Party
    currency: str
    number: str
    issued: date
    due: date
    delivered: date
    items: tuple[Item, ...]
    discount: Decimal
    shipping: Decimal
    paid: Decimal
    treatment: str
    order: str
    customer: str
    own_order: str
    delivery_note: str
    is_credit: bool
    sign: int

    @property
    def goods(self) -> Decimal:
        """The sum of the lines."""
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def net(self) -> Decimal:
        """The total without VAT (BT-109)."""
        return self.goods - self.discount + self.shipping

    @property
    def breakdown(self) -> tuple[VatBreakdown, ...]:
        """Base and VAT of each rate; discount and shipping are at the rate of the first line."""
        bases: dict[Decimal, Decimal] = {}
        for item in self.items:
            bases[item.rate] = bases.get(item.rate, Decimal(0)) + item.amount
        bases[self.items[0].rate] += self.shipping - self.discount
        return tuple(
            VatBreakdown(
                category_rate=rate,
                taxable_amount=self.sign * base,
                tax_amount=self.sign * cents(base * rate / 100),
            )
            for rate, base in sorted(bases.items(), reverse=True)
        )

    @property
    def vat(self) -> Decimal:
        """The VAT of all rates (BT-110), without the sign."""
        return sum((abs(row.tax_amount or Decimal(0)) for row in self.breakdown), Decimal(0))

    @property
    def gross(self) -> Decimal:
        """The total with VAT (BT-112)."""
        return self.net + self.vat

    @property
    def payable(self) -> Decimal:
        """What is due (BT-115)."""
        return self.gross - self.paid


def sale(
    rng: Random,
    words: dict[str, list[str]],
    country: str,
    *,
    lines: tuple[int, int] = (1, 7),
    treatment: str = "taxed",
    is_credit: bool = False,
    deposit: bool = False,
    most_rates: int = 2,
    currency: str = "",
    buyer: str = "",
) -> Sale:
    """Return a sale by a company of a country; what is not asked for is left to chance."""
    seller = party(rng, country)
    if treatment == "exempt" and country not in ("ES", "IT"):  # there everybody has a number
        seller = replace(seller, vat="")
    abroad = treatment == "reverse" or rng.random() < 0.12
    others = [one for one in ("DE", "FR", "NL", "ES", "IT", "AT", "BE", "GB") if one != country]
    issued = date(2019, 1, 2) + timedelta(days=rng.randint(0, 2800))
    found = Sale(
        seller=seller,
        buyer=party(rng, buyer or (rng.choice(others) if abroad else country)),
        currency=currency or _currency(rng, country),
        number=_number(rng, issued),
        issued=issued,
        due=issued + timedelta(days=rng.choice([7, 10, 14, 20, 30, 45, 60])),
        delivered=issued - timedelta(days=rng.randint(0, 30)),
        items=tuple(_items(rng, words, country, treatment, rng.randint(*lines), most_rates)),
        discount=Decimal(0),
        shipping=cents(Decimal(rng.randint(390, 4900)) / 100) if rng.random() < 0.2 else Decimal(0),
        paid=Decimal(0),
        treatment=treatment,
        order=_reference(rng) if rng.random() < 0.55 else "",
        customer=str(rng.randint(1000, 999999)) if rng.random() < 0.7 else "",
        own_order=_own_reference(rng) if rng.random() < 0.3 else "",
        delivery_note=f"{rng.choice(['LS', 'DN', 'BL', ''])}{rng.randint(10000, 999999)}"
        if rng.random() < 0.3
        else "",
        is_credit=is_credit,
        sign=-1 if is_credit and rng.random() < 0.5 else 1,
    )
    return _settled(rng, found, deposit)


def _settled(rng: Random, found: Sale, deposit: bool) -> Sale:
    if rng.random() < 0.15 and found.goods > 50:
        found = replace(
            found, discount=cents(found.items[0].amount * rng.choice([2, 3, 5, 10]) / 100)
        )
    if deposit:
        found = replace(found, paid=cents(found.gross * rng.randint(10, 70) / 100))
    return found


def _currency(rng: Random, country: str) -> str:
    own = {"GB": "GBP", "CH": "CHF", "US": "USD"}.get(country, "EUR")
    return rng.choice(["USD", "GBP", "CHF"]) if rng.random() < 0.03 else own


def _items(
    rng: Random, words: dict[str, list[str]], country: str, treatment: str, count: int, most: int
) -> Iterator[Item]:
    rates = [Decimal(str(rate)) for rate in _RATES[country]][:most]
    rates = rates[: 1 if rng.random() < 0.6 and most < 3 else most]
    names = words["goods"] if rng.random() < 0.6 else words["services"]
    for _ in range(count):
        whole = rng.random() < 0.75
        quantity = Decimal(rng.choice([1, 1, 1, 2, 3, 4, 5, 8, 10, 12, 20, 40]))
        price = Decimal(rng.choice([99, 250, 499, 1250, 1990, 4500, 8900, 12500, 45000, 129900]))
        price = (price + rng.randint(0, 99)) / 100
        yield Item(
            code=f"{rng.choice('ABKMTX')}{rng.randint(100, 99999)}",
            name=rng.choice(names),
            quantity=quantity
            if whole
            else quantity + rng.choice([Decimal("0.5"), Decimal("0.25")]),
            unit=rng.choice(words["units"]),
            price=price,
            rate=rng.choice(rates) if treatment == "taxed" else Decimal(0),
        )


def _number(rng: Random, issued: date) -> str:
    serial = rng.randint(1, 99999)
    return rng.choice(
        [
            f"{issued.year}-{serial:04}",
            f"RE{issued.year}{serial:05}",
            f"{rng.choice(['INV', 'FA', 'F', 'RG', 'VF', 'SI', 'A'])}-{serial:05}",
            f"{rng.choice(['INV', 'FAC', 'FT', 'R'])}{issued:%y%m}{serial:04}",
            f"{serial}/{issued.year}",
            f"{issued.year}/{serial}",
            f"{rng.randint(100000, 99999999)}",
            f"{issued:%Y%m}-{serial:03}",
            f"{rng.choice('ABC')}{issued:%y}/{serial:05}",
            f"{serial:04}",
            f"{rng.choice(['R', 'KD', 'WEB'])}-{issued.year}-{serial:05}",
        ]
    )


def _reference(rng: Random) -> str:
    return rng.choice(
        [
            f"PO-{rng.randint(1000, 99999)}",
            f"45000{rng.randint(10000, 99999)}",
            f"B{rng.randint(19, 26)}-{rng.randint(100, 9999)}",
            f"{rng.randint(10000, 9999999)}",
            f"{rng.randint(2019, 2026)}/{rng.randint(10, 999)}",
        ]
    )


def _own_reference(rng: Random) -> str:
    return rng.choice(
        [
            f"{rng.choice('APVK')}{rng.randint(1000, 99999)}",
            f"{rng.randint(2019, 2026)}-{rng.randint(100, 9999)}",
            f"{rng.randint(10000, 999999)}",
            f"AB{rng.randint(10000, 999999)}",
        ]
    )
