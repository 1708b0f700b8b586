"""The invented sales that all sample documents are made of: consistent parties, numbers and sums.

Every company is invented; their VAT numbers, company numbers and IBANs only have right check digits.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Party:
    """A seller (BG-4) or buyer (BG-7). `scheme` is the ICD code of `number` (BT-30-1)."""

    name: str
    vat: str
    number: str
    scheme: str
    street: str
    post_code: str
    city: str
    country: str
    contact: str = ""
    phone: str = ""
    mail: str = ""
    iban: str = ""


@dataclass(frozen=True)
class Line:
    """An invoice line (BG-25); `unit` is a UN/ECE recommendation 20 code, `price` net."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal

    @property
    def net(self) -> Decimal:
        return (self.quantity * self.price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Sale:
    """One invoice or credit note with a single VAT category and rate."""

    number: str
    issued: date
    due: date
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    category: str = "S"
    rate: Decimal = Decimal(20)
    type_code: str = "380"
    order: str = ""
    reference: str = ""
    preceding: str = ""
    preceding_issued: date | None = None
    delivered: date | None = None

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal("0.00"))

    @property
    def vat(self) -> Decimal:
        return (self.net * self.rate / 100).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        return self.net + self.vat


BUYER = Party(
    "Ateliers Lumière SARL", "FR40303265045", "303265045", "0002",
    "12 rue des Verriers", "69003", "Lyon", "FR",
)  # fmt: skip
OTHER_BUYER = Party(
    "Menuiserie Blanche SAS", "FR72917362485", "917362485", "0002",
    "4 chemin du Bief", "38000", "Grenoble", "FR",
)  # fmt: skip
PAPER = Party(
    "Papeterie du Parc SAS", "FR09815273941", "815273941", "0002",
    "8 avenue du Parc", "44000", "Nantes", "FR",
    "Claire Morvan", "+33 2 40 00 00 00", "factures@papeterie-du-parc.example",
    "FR7630004008120001004578171",
)  # fmt: skip
HALL = Party(
    "Salle Horta BV", "BE0764312983", "0764312983", "0208",
    "Hortastraat 27", "1000", "Brussel", "BE",
    "Lieve Peeters", "+32 2 000 00 00", "facturatie@salle-horta.example",
    "BE61735018442617",
)  # fmt: skip
STEEL = Party(
    "Neckar Feinblech GmbH", "DE294817367", "HRB 731846", "",
    "Uferstraße 5", "70372", "Stuttgart", "DE",
    "Jonas Häberle", "+49 711 000000", "rechnung@neckar-feinblech.example",
    "DE73600501010007814420",
)  # fmt: skip

_PAPER_LINES = (
    Line("Papier A4 80 g, carton de 5 ramettes", Decimal(12), "XBX", Decimal("23.90")),
    Line("Classeurs à levier, dos 80 mm", Decimal(40), "C62", Decimal("2.35")),
    Line("Livraison", Decimal(1), "C62", Decimal("15.00")),
)
_HALL_LINES = (
    Line("Zaal Horta, daghuur", Decimal(2), "DAY", Decimal("480.00")),
    Line("Lunch, per persoon", Decimal(18), "C62", Decimal("27.50")),
)
_STEEL_LINES = (
    Line("Lochblech 2 mm, verzinkt", Decimal("14.5"), "MTK", Decimal("38.20")),
    Line("Zuschnitt", Decimal(6), "HUR", Decimal("54.00")),
)

STATIONERY = Sale(
    "PM-2026-0412", date(2026, 9, 14), date(2026, 10, 14), PAPER, BUYER, _PAPER_LINES,
    order="AL-1187", delivered=date(2026, 9, 11),
)  # fmt: skip
FOLDERS = replace(
    STATIONERY, number="PM-2026-0431", issued=date(2026, 9, 28), due=date(2026, 10, 28),
    lines=_PAPER_LINES[1:], order="AL-1194", delivered=date(2026, 9, 25),
)  # fmt: skip
ENVELOPES = replace(
    STATIONERY, number="PM-2026-0440", issued=date(2026, 10, 5), due=date(2026, 11, 4),
    lines=_PAPER_LINES[:1], order="AL-1201",
)  # fmt: skip
SEMINAR = Sale(
    "2026/187", date(2026, 9, 21), date(2026, 10, 21), HALL, BUYER, _HALL_LINES,
    rate=Decimal(21), order="AL-1190", reference="Séminaire septembre",
)  # fmt: skip
SEMINAR_CREDIT = replace(
    SEMINAR, number="2026/C012", issued=date(2026, 10, 2), type_code="381",
    lines=(Line("Lunch, per persoon", Decimal(3), "C62", Decimal("27.50")),),
    preceding="2026/187", preceding_issued=date(2026, 9, 21),
)  # fmt: skip
SHEETS = Sale(
    "RE-70421", date(2026, 9, 17), date(2026, 10, 17), STEEL, BUYER, _STEEL_LINES,
    category="K", rate=Decimal(0), order="AL-1188", delivered=date(2026, 9, 16),
)  # fmt: skip
MORE_SHEETS = replace(
    SHEETS, number="RE-70455", issued=date(2026, 10, 1), due=date(2026, 10, 31),
    lines=_STEEL_LINES[:1], reference="AL-Einkauf", delivered=date(2026, 9, 30),
)  # fmt: skip
OLD_SHEETS = replace(
    SHEETS, number="RE-69900", issued=date(2026, 9, 2), due=date(2026, 10, 2),
    lines=_STEEL_LINES[1:], delivered=date(2026, 9, 1),
)  # fmt: skip
