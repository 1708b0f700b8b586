"""A page before it is drawn: a sale in a language, with the words and formats that one supplier uses,
and what becomes true by what is printed."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from ingestd.model import InvoiceLine
from tests.documents.pages.parties import printed_iban, printed_vat
from tests.documents.pages.sale import Sale, cents
from tests.documents.pages.truth import Either

LANGUAGES = ("en", "fr", "de", "nl", "es", "it")
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"}


@cache
def words_of(language: str) -> dict[str, list[str]]:
    """Return the words of a language: for each key the ways in which suppliers say it."""
    file = Path(__file__).parent / "words" / f"{language}.toml"
    found: dict[str, list[str]] = tomllib.loads(file.read_text("utf-8"))
    return found


@dataclass
class Draft:
    """A sale as one supplier puts it: the same word for the same thing, the same format for each
    amount. What is printed is noted in `truth`."""

    rng: Random
    language: str
    sale: Sale
    truth: dict[str, object] = field(default_factory=dict)
    _chosen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Choose the formats, and note what is true however it is laid out."""
        country = self.sale.seller.country
        self.separators = self.rng.choice(_SEPARATORS[country])
        self.shape = self.rng.choice(_SHAPES.get(self.sale.currency, _SHAPES["EUR"]))
        self.minus = self.rng.choice(["-{}", "-{}", "-{}", "{}-", "- {}"])
        self.day = self.rng.choice(_DAYS[country if country in _DAYS else self.language])
        self.colon = self.rng.choice([":", ":", "", " :"])
        self.truth |= dict.fromkeys(_ABSENT)
        self.truth |= _basic(self.sale)
        if self.shape == "{n}":  # no page of this supplier has a currency, unless a note says it
            self.truth["currency_code"] = Either((None, self.sale.currency))

    def word(self, key: str) -> str:
        """Return the supplier's word for something, always the same."""
        if key not in self._chosen:
            choices = [w for w in words_of(self.language)[key] if self._is_ours(w)]
            self._chosen[key] = self.rng.choice(choices)
        return self._chosen[key]

    def _is_ours(self, word: str) -> bool:
        """Tell whether a word is of the seller's country; `MWST` is Swiss, `UID` Austrian or Swiss."""
        country = self.sale.seller.country
        if "MWST" in word:
            return country == "CH"
        if "UID" in word:
            return country in ("AT", "CH")
        return country in ("BE", "LU") or not word.endswith(("HTVA", "TVAC", "structurée"))

    def label(self, key: str) -> str:
        """Return a word as it stands before a value."""
        return self.word(key).rstrip(":") + self.colon

    def number(self, amount: Decimal, places: int = 2) -> str:
        """Return an amount without its currency."""
        thousands, decimal = self.separators
        text = f"{abs(amount):,.{places}f}".replace(",", "\0").replace(".", decimal)
        text = text.replace("\0", thousands)
        return self.minus.format(text) if amount < 0 else text

    def money(self, amount: Decimal) -> str:
        """Return an amount with its currency, as a total has it."""
        sign = _SIGNS[self.sale.currency]
        return self.shape.format(n=self.number(amount), s=sign, c=self.sale.currency)

    def signed(self, amount: Decimal) -> Decimal:
        """Return an amount with the sign that this document prints it with."""
        return amount * self.sale.sign

    def date(self, day: date) -> str:
        """Return a day as this supplier writes it."""
        month = words_of(self.language)["months"][day.month - 1]
        return self.day.format(
            d=day.day, dd=f"{day.day:02}", m=day.month, mm=f"{day.month:02}", y=day.year,
            yy=f"{day.year % 100:02}", month=month, mon=_short(month),
        )  # fmt: skip

    def quantity(self, amount: Decimal) -> str:
        """Return a quantity: whole, or with two places."""
        return str(int(amount)) if amount == int(amount) else self.number(amount)

    def rate(self, rate: Decimal) -> str:
        """Return a rate without its percent sign."""
        return f"{rate.normalize():f}".replace(".", self.separators[1])

    def title(self) -> str:
        """Return what the page calls itself."""
        key = "credit-note" if self.sale.is_credit else "invoice"
        return self.word(key)

    def number_label(self) -> str:
        """Return the words before the number."""
        return self.label("credit-number" if self.sale.is_credit else "number")

    def city_date(self) -> str:
        """Return the day as letters have it: with where they were written."""
        city = self.sale.seller.city
        return self.word("city-date").format(city=city, date=self.date(self.sale.issued))

    def print_order(self) -> str:
        """Return the buyer's order number, which is then true of the page."""
        self.truth["purchase_order_reference"] = self.sale.order or None
        return self.sale.order

    def print_due(self) -> str:
        """Return the due date, which is then true of the page."""
        self.truth["payment_due_date"] = self.sale.due
        return self.date(self.sale.due)

    def print_iban(self) -> str:
        """Return the seller's account, which is then true of the page."""
        self.truth["payment_account_identifiers"] = (self.sale.seller.iban,)
        return printed_iban(self.rng, self.sale.seller.iban)

    def print_bic(self) -> str:
        """Return the BIC of the seller's bank, which is then true of the page."""
        if self.sale.seller.bic:
            self.truth["payment_service_provider_identifiers"] = (self.sale.seller.bic,)
        return self.sale.seller.bic

    def print_seller_vat(self) -> str:
        """Return the seller's VAT number, which is then true of the page."""
        vat = self.sale.seller.vat
        self.truth["seller_vat_identifier"] = _readings(vat) if vat else None
        return printed_vat(self.rng, vat)

    def print_buyer_vat(self) -> str:
        """Return the buyer's VAT number, which is then true of the page."""
        vat = self.sale.buyer.vat
        self.truth["buyer_vat_identifier"] = _readings(vat) if vat else None
        return printed_vat(self.rng, vat)

    def print_register(self) -> str:
        """Return the seller's company number with its register, which is then true of the page."""
        seller = self.sale.seller
        if seller.number:
            self.truth["seller_legal_registration_identifier"] = Either(seller.numbers)
        return f"{seller.register} {seller.number}".strip()

    def print_reference(self, reference: str) -> str:
        """Return a payment reference, which is then true of the page."""
        self.truth["remittance_information"] = reference
        return reference

    def terms(self) -> str:
        """Return a sentence on when to pay. One that only gives the days makes the due date a matter
        of reckoning."""
        sentence = self.word("terms")
        if "{due}" in sentence:
            self.truth["payment_due_date"] = self.sale.due
        elif self.truth.get("payment_due_date") is None:
            self.truth["payment_due_date"] = Either((None, self.sale.due))
        days = (self.sale.due - self.sale.issued).days
        return sentence.format(days=days, due=self.date(self.sale.due))

    def discount_terms(self) -> str:
        """Return a sentence on what may be taken off by who pays soon: another amount and date."""
        percent = self.rng.choice([2, 3])
        reduced = cents(self.sale.payable * (100 - percent) / 100)
        day = self.sale.issued + timedelta(days=8)
        return self.word("discount-terms").format(
            percent=percent, reduced=self.money(reduced), days=8, day=self.date(day)
        )

    def facts(self, *more: str) -> list[tuple[str, str]]:
        """Return what is printed of numbers and dates, label and value, in an order of this supplier.
        `more` names what shall be there beside number and date, if the sale has it."""
        first = [
            (self.number_label(), self.sale.number),
            (self.label("date"), self.date(self.sale.issued)),
        ]
        if self.rng.random() < 0.3:
            first.reverse()
        rest = [self._fact(key) for key in more]
        if self.rng.random() < 0.25:
            before = self.sale.delivered - timedelta(days=self.rng.randint(0, 45))
            rest.append((self.label("order-date"), self.date(before)))
        if self.rng.random() < 0.15:
            rest.append((self.label("period"), self._period()))
        there = [one for one in rest if one[1]]
        self.rng.shuffle(there)
        at = self.rng.choice([0, len(there), len(there)])
        return there[:at] + first + there[at:] if self.rng.random() < 0.25 else first + there

    def _period(self) -> str:
        """Return a month as its first and last day: two more dates, one often the invoice's own."""
        last = self.sale.issued if self.rng.random() < 0.5 else self.sale.delivered
        shape = self.rng.choice([_PERIODS[self.language], "{} - {}"])
        return shape.format(self.date(last - timedelta(days=30)), self.date(last))

    def _fact(self, key: str) -> tuple[str, str]:
        sale = self.sale
        if key == "due":
            return self.label(key), "" if sale.is_credit else self.print_due()
        values = {
            "order": self.print_order if key == "order" else str,
            "buyer-vat": self.print_buyer_vat if key == "buyer-vat" else str,
            "seller-vat": self.print_seller_vat if key == "seller-vat" else str,
        }
        if key in values:
            return self.label(key), values[key]()
        plain = {
            "customer": sale.customer,
            "own-order": sale.own_order,
            "delivery-note": sale.delivery_note,
            "delivered": self.date(sale.delivered),
            "contact": sale.seller.person,
        }
        return self.label(key), plain[key]

    def vat_label(self, rate: Decimal, base: Decimal | None = None) -> str:
        """Return the words before the VAT of one rate."""
        word = self.word("vat")
        shapes = _VAT_SHAPES[:2] if " " in word or word == "Imposta" else _VAT_SHAPES
        shape = self._chosen.setdefault("vat-shape", self.rng.choice(shapes))
        text = shape.format(word=word, rate=self.rate(rate))
        if base is not None and self._chosen.setdefault("of", self.rng.choice("ynn")) == "y":
            text += f" ({self.number(self.signed(base))})"
        return text

    def totals(self) -> list[tuple[str, str]]:
        """Return the sums as they stand below each other, label and value; the last is what counts."""
        sale = self.sale
        rows: list[tuple[str, str]] = []
        if sale.discount or sale.shipping:
            rows.append((self.word("subtotal"), self.money(self.signed(sale.goods))))
            if sale.discount:
                rows.append((self.word("discount"), self.money(-self.signed(sale.discount))))
            if sale.shipping:
                rows.append((self.word("shipping"), self.money(self.signed(sale.shipping))))
        if sale.treatment == "exempt":
            rows.append((self.word("gross"), self.money(self.signed(sale.gross))))
        else:
            rows.append((self.word("net"), self.money(self.signed(sale.net))))
            rows += [
                (self.vat_label(row.category_rate or Decimal(0), abs(row.taxable_amount or 0)),
                 self.money(row.tax_amount or Decimal(0)))
                for row in sale.breakdown
            ]  # fmt: skip
            rows.append((self.word("gross"), self.money(self.signed(sale.gross))))
        if sale.paid:
            rows.append((self.word("paid"), self.money(-self.signed(sale.paid))))
            rows.append((self.word("payable"), self.money(self.signed(sale.payable))))
        return rows

    def notes(self) -> list[str]:
        """Return the sentence of law that the treatment asks for, and what suppliers like to add."""
        found = []
        if self.sale.treatment == "reverse":
            found.append(self.word("reverse-charge"))
        if self.sale.treatment == "exempt":
            found.append(self.word("small-business"))
        if self.shape == "{n}" and self.rng.random() < 0.6:
            found.append(_AMOUNTS_IN[self.language].format(self.sale.currency))
            self.truth["currency_code"] = self.sale.currency
        return [*found, self.word("thanks")]


_PERIODS = {
    "de": "vom {} bis {}",
    "fr": "du {} au {}",
    "en": "from {} to {}",
    "nl": "van {} tot {}",
    "es": "del {} al {}",
    "it": "dal {} al {}",
}
_AMOUNTS_IN = {
    "de": "Alle Beträge in {}.",
    "fr": "Montants exprimés en {}.",
    "en": "All amounts in {}.",
    "nl": "Alle bedragen in {}.",
    "es": "Importes en {}.",
    "it": "Importi espressi in {}.",
}
"""How pages say their currency that do not say it beside each amount."""


_ABSENT = (
    "payment_due_date",
    "buyer_vat_identifier",
    "seller_vat_identifier",
    "purchase_order_reference",
    "remittance_information",
    "payment_account_identifiers",
    "payment_service_provider_identifiers",
)
"""What a page does not have until it is printed."""


def _basic(sale: Sale) -> dict[str, object]:
    exempt = sale.treatment == "exempt"
    untaxed = sale.treatment != "taxed"
    net = sale.sign * sale.net
    found: dict[str, object] = {
        "number": sale.number,
        "issue_date": sale.issued,
        "type_code": "381" if sale.is_credit else "380",
        "currency_code": sale.currency,
        "seller_name": sale.seller.name,
        "buyer_name": sale.buyer.name,
        "total_amount_without_vat": Either((None, net)) if exempt else net,
        "total_vat_amount": Either((None, Decimal(0))) if untaxed else sale.sign * sale.vat,
        "total_amount_with_vat": sale.sign * sale.gross,
        "amount_due_for_payment": sale.sign * sale.payable,
        "lines": tuple(InvoiceLine(net_amount=sale.sign * item.amount) for item in sale.items),
    }
    return found if untaxed else found | {"vat_breakdown": sale.breakdown}


def _readings(vat: str) -> Either:
    """Return a VAT number with and without its country prefix, for who has it from a page without."""
    if vat.startswith("CHE"):
        return Either((vat, *(vat + ending for ending in ("MWST", "TVA", "IVA"))))
    return Either((vat, vat[2:]))


def _short(month: str) -> str:
    return month if len(month) < 5 else month[:3]


_VAT_SHAPES = (
    "{word} {rate} %",
    "{word} {rate}%",
    "{rate} % {word}",
    "{word} ({rate} %)",
    "{rate}% {word}",
    "+ {rate} % {word}",
)
_DOTS, _COMMAS, _SPACES, _NARROW = (".", ","), (",", "."), (" ", ","), ("\u00a0", ",")
_PLAIN_COMMA, _PLAIN_DOT, _SWISS = ("", ","), ("", "."), ("'", ".")
_SEPARATORS = {
    "DE": [_DOTS, _DOTS, _DOTS, _PLAIN_COMMA],
    "AT": [_DOTS, _DOTS, _SPACES],
    "CH": [_SWISS, _SWISS, ("’", "."), _SPACES],
    "FR": [_SPACES, _NARROW, _PLAIN_COMMA, _DOTS],
    "BE": [_DOTS, _SPACES, _DOTS],
    "LU": [_SPACES, _DOTS],
    "NL": [_DOTS, _DOTS, _PLAIN_COMMA],
    "ES": [_DOTS, _DOTS, _PLAIN_COMMA],
    "IT": [_DOTS, _DOTS, _PLAIN_COMMA],
    "GB": [_COMMAS, _COMMAS, _PLAIN_DOT],
    "IE": [_COMMAS, _COMMAS, _PLAIN_DOT],
    "US": [_COMMAS],
}
"""What stands between thousands and before the cents, by country."""
_SHAPES = {
    "EUR": ["{n} €", "{n} €", "€ {n}", "€{n}", "{n} EUR", "EUR {n}", "{n}"],
    "GBP": ["£{n}", "£{n}", "£ {n}", "{n} GBP", "GBP {n}", "{n}"],
    "USD": ["${n}", "${n} USD", "USD {n}", "$ {n}"],
    "CHF": ["CHF {n}", "{n} CHF", "Fr. {n}", "{n}"],
}
_DAYS = {
    "de": ["{dd}.{mm}.{y}", "{dd}.{mm}.{y}", "{d}. {month} {y}", "{dd}.{mm}.{yy}", "{d}.{m}.{y}"],
    "fr": ["{dd}/{mm}/{y}", "{dd}/{mm}/{y}", "{d} {month} {y}", "{dd}/{mm}/{yy}", "{dd}.{mm}.{y}"],
    "en": ["{dd}/{mm}/{y}", "{d} {month} {y}", "{d} {mon} {y}", "{dd}-{mon}-{y}", "{dd}/{mm}/{yy}"],
    "nl": ["{dd}-{mm}-{y}", "{dd}-{mm}-{y}", "{d} {month} {y}", "{dd}/{mm}/{y}", "{d}-{m}-{y}"],
    "es": [
        "{dd}/{mm}/{y}",
        "{dd}/{mm}/{y}",
        "{d} de {month} de {y}",
        "{dd}-{mm}-{y}",
        "{dd}/{mm}/{yy}",
    ],
    "it": ["{dd}/{mm}/{y}", "{dd}/{mm}/{y}", "{d} {month} {y}", "{dd}-{mm}-{y}", "{dd}.{mm}.{y}"],
    "US": ["{month} {d}, {y}", "{mon} {d}, {y}", "{y}-{mm}-{dd}", "{month} {dd}, {y}"],
}
