"""Invoices as suppliers of all kinds lay them out: letters, tables, strips, boxes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tests.documents.pages import blocks
from tests.documents.pages.draft import LANGUAGES, Draft, words_of
from tests.documents.pages.sale import sale
from tests.documents.pages.sheet import Sheet, row

Draw = Callable[[Draft], bytes]


@dataclass(frozen=True)
class Layout:
    """One way to lay out an invoice: its name, how it is drawn, in which languages such suppliers
    write, in which countries they are (any of the language without), what they sell."""

    name: str
    draw: Draw
    languages: tuple[str, ...] = LANGUAGES
    countries: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def draft(self, rng: Random, language: str) -> Draft:
        """Return a sale for this layout, in a language, as its supplier would word it."""
        words = words_of(language)
        country = rng.choice(self.countries or tuple(words["countries"]))
        options = dict(self.options)
        if "treatment" not in options:
            options["treatment"] = rng.choices(["taxed", "reverse", "exempt"], [88, 8, 4])[0]
        options.setdefault("is_credit", rng.random() < 0.06)
        options.setdefault("deposit", rng.random() < 0.08)
        if country == "US":
            options["treatment"] = "reverse"
        return Draft(rng, language, sale(rng, words, country, **options))


LAYOUTS: dict[str, Layout] = {}


def layout(
    name: str, *languages: str, countries: tuple[str, ...] = (), **options: Any
) -> Callable[[Draw], Draw]:
    """Register a layout by its name."""

    def register(draw: Draw) -> Draw:
        LAYOUTS[name] = Layout(name, draw, languages or LANGUAGES, countries, options)
        return draw

    return register


@layout("letter", "de", "nl")
def letter(d: Draft) -> bytes:
    """A business letter as DIN 5008 has it: window address, information block, dense footer."""
    sheet = Sheet("helvetica", 9.5)
    sheet.text(545, 60, d.sale.seller.name, size=16, bold=True, align="right")
    blocks.letter(sheet, d)
    facts = d.facts("customer", "order", "delivered", "contact", "buyer-vat")
    blocks.pairs(sheet, facts, 350, 455, 150)
    sheet.text(57, 285, d.title(), size=14, bold=True)
    sheet.lines(57, 308, [d.word("greeting"), d.word("opening")])
    y = blocks.table(sheet, d, 345, ("position", "article", "quantity", "unit", "price", "amount"))
    y = blocks.sums(sheet, d, y + 8)
    blocks.closing(sheet, d, y + 12, 57)
    blocks.foot(sheet, d)
    return sheet.save()


@layout("letter-inline", "de", "fr", "it", "es")
def letter_inline(d: Draft) -> bytes:
    """A letter whose subject says number and date in one sentence."""
    sheet = Sheet("times", 11)
    blocks.head(sheet, d, "middle")
    blocks.letter(sheet, d, y=140)
    sheet.text(545, 240, d.city_date(), align="right")
    number = {"de": "Nr.", "fr": "n°", "it": "n.", "es": "nº"}[d.language]
    of = {"de": "vom", "fr": "du", "it": "del", "es": "de"}[d.language]
    title = d.title().removesuffix(" N°").removesuffix(" / Invoice")
    sheet.text(
        57,
        275,
        f"{title} {number} {d.sale.number} {of} {d.date(d.sale.issued)}",
        bold=True,
        size=12,
    )
    sheet.lines(57, 300, [d.word("greeting"), d.word("opening")])
    y = blocks.table(sheet, d, 345, ("article", "quantity", "price", "amount"))
    y = blocks.sums(sheet, d, y + 8)
    y = blocks.bank(sheet, d, 57, y + 10)
    blocks.closing(sheet, d, y + 12, 57)
    sheet.lines(57, 790, [" - ".join(blocks.registered(d))], size=7.5)
    return sheet.save()


@layout("craftsman", "fr", "it", "es", "nl")
def craftsman(d: Draft) -> bytes:
    """A craftsman's: seller upper left, buyer right in a frame, everything in a grid."""
    sheet = Sheet("helvetica", 9)
    y = blocks.head(sheet, d)
    sheet.lines(50, y, blocks.registered(d), size=8)
    sheet.box(310, 130, 545, 205)
    sheet.lines(318, 145, [d.word("bill-to"), *blocks.address(d.sale.buyer)])
    sheet.text(50, 230, d.title(), size=15, bold=True)
    y = blocks.pairs(sheet, d.facts("customer", "own-order", "delivered", "due"), 50, 150, 252)
    y = blocks.table(
        sheet,
        d,
        max(y, 315) + 10,
        ("article", "unit", "quantity", "price", "rate", "amount"),
        grid=True,
    )
    y = blocks.sums(sheet, d, y + 10, boxed=True)
    y = blocks.closing(sheet, d, y + 10)
    blocks.bank(sheet, d, 50, y + 10)
    sheet.text(298, 800, d.sale.seller.name + " - " + d.sale.seller.place, size=7, align="middle")
    return sheet.save()


@layout("webshop", "nl", "de", "en", "fr", most_rates=1)
def webshop(d: Draft) -> bytes:
    """A web shop's: wide margins, no rules, an order that is its own."""
    sheet = Sheet("vera", 8)
    sheet.text(50, 70, d.sale.seller.name.split()[0].lower(), size=24, bold=True, grey=0.3)
    sheet.text(545, 70, d.title(), size=18, align="right")
    sheet.lines(50, 120, blocks.address(d.sale.buyer, d.sale.buyer.person))
    blocks.pairs(sheet, d.facts("customer", "own-order", "due"), 340, 545, 120, "right")
    y = blocks.table(sheet, d, 225, ("article", "quantity", "rate", "amount"), band=True)
    y = blocks.sums(sheet, d, y + 4, 380, 540, lined=False)
    y = blocks.closing(sheet, d, y + 20)
    sheet.lines(50, 740, [d.sale.seller.name, d.sale.seller.street, d.sale.seller.place], size=7)
    sheet.lines(220, 740, blocks.registered(d), size=7)
    if d.sale.seller.iban:
        sheet.lines(400, 740, [f"IBAN {d.print_iban()}", f"BIC {d.print_bic()}"], size=7)
    return sheet.save()


@layout("two-columns", "en", "es", "it", "fr")
def two_columns(d: Draft) -> bytes:
    """Seller and buyer beside each other, each under its heading."""
    sheet = Sheet("helvetica", 9)
    sheet.text(50, 65, d.title().upper(), size=22, bold=True, grey=0.2)
    blocks.pairs(sheet, d.facts("due", "order"), 360, 545, 60, "right")
    vat = f"{d.label('seller-vat')} {d.print_seller_vat()}" if d.sale.seller.vat else ""
    theirs = f"{d.label('buyer-vat')} {d.print_buyer_vat()}" if d.rng.random() < 0.6 else ""
    sheet.text(50, 145, d.word("seller"), bold=True)
    sheet.lines(50, 159, [*blocks.address(d.sale.seller), vat, d.sale.seller.email])
    sheet.text(310, 145, d.word("bill-to"), bold=True)
    sheet.lines(310, 159, [*blocks.address(d.sale.buyer), theirs])
    y = blocks.table(
        sheet, d, 265, ("item-number", "article", "quantity", "price", "rate", "amount"), band=True
    )
    y = blocks.sums(sheet, d, y + 8)
    y = blocks.closing(sheet, d, y + 14)
    blocks.bank(sheet, d, 50, y + 8)
    if d.sale.seller.number:
        sheet.text(50, 800, d.sale.seller.name + ", " + d.print_register(), size=7)
    return sheet.save()


@layout("tax-invoice", "en", countries=("GB", "GB", "IE"))
def tax_invoice(d: Draft) -> bytes:
    """A British trade supplier's: strip of facts, VAT analysis, remittance slip below."""
    sheet = Sheet("helvetica", 8.5)
    y = blocks.head(sheet, d, "right")
    sheet.text(50, 60, d.title(), size=18, bold=True)
    sheet.text(545, y + 4, f"{d.label('seller-vat')} {d.print_seller_vat()}", align="right")
    sheet.text(50, 110, d.word("bill-to"), size=7, bold=True)
    sheet.lines(50, 122, blocks.address(d.sale.buyer))
    sheet.text(230, 110, d.word("ship-to"), size=7, bold=True)
    sheet.lines(230, 122, [f"Unit {d.rng.randint(1, 40)}", d.sale.buyer.street, d.sale.buyer.place])
    y = blocks.strip(sheet, d.facts("customer", "order", "due", "delivery-note"), 50, 545, 195)
    y = blocks.table(
        sheet, d, y + 10, ("item-number", "article", "quantity", "price", "rate", "amount")
    )
    blocks.rates(sheet, d, y + 12)
    y = blocks.sums(sheet, d, y + 12, 370)
    y = blocks.closing(sheet, d, max(y, 560))
    blocks.bank(sheet, d, 50, y + 6)
    sheet.text(50, 800, f"{d.print_register()}", size=7)
    return sheet.save()


@layout("saas", "en", countries=("US", "IE", "GB"), lines=(1, 2), deposit=False)
def saas(d: Draft) -> bytes:
    """A software service's: large amount due with its day, subtotal, total, amount due."""
    sheet = Sheet("helvetica", 9.5)
    sheet.text(50, 65, "Invoice", size=20, bold=True)
    sheet.text(545, 65, d.sale.seller.name.split()[0], size=16, bold=True, align="right", grey=0.4)
    facts = [("Invoice number", d.sale.number), ("Date of issue", d.date(d.sale.issued))]
    if not d.sale.is_credit:
        facts.append(("Date due", d.print_due()))
    blocks.pairs(sheet, facts, 50, 150, 95)
    own = f"VAT ID {d.print_seller_vat()}" if d.sale.seller.vat else ""
    sheet.lines(50, 165, [*blocks.address(d.sale.seller), d.sale.seller.email, own])
    vat = d.sale.buyer.vat
    theirs = f"{vat[:2]} VAT {d.print_buyer_vat()}" if vat and d.rng.random() < 0.7 else ""
    sheet.text(300, 165, "Bill to", bold=True)
    sheet.lines(300, 178, [*blocks.address(d.sale.buyer), theirs])
    payable = d.money(d.signed(d.sale.payable))
    due = "" if d.sale.is_credit else f" due {d.date(d.sale.due)}"
    sheet.text(50, 280, payable + due, size=15, bold=True)
    y = blocks.table(sheet, d, 330, ("article", "quantity", "price", "amount"), head_bold=False)
    rows = [("Subtotal", d.money(d.signed(d.sale.net)))]
    if d.sale.treatment == "taxed":
        rows += [
            (f"VAT ({d.rate(one.category_rate)}%)", d.money(one.tax_amount))
            for one in d.sale.breakdown
        ]
    rows += [("Total", d.money(d.signed(d.sale.gross))), ("Amount due", payable)]
    d.truth["total_amount_without_vat"] = d.signed(d.sale.net)
    for text, amount in rows:
        sheet.text(330, y + 10, text, bold=text == "Amount due")
        sheet.text(540, y + 10, amount, align="right", bold=text == "Amount due")
        y += 17
    sheet.lines(50, y + 50, d.notes()[:1], size=8)
    blocks.pages_said(sheet, d)
    return sheet.save()


@layout(
    "telecom",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "en",
    lines=(2, 5),
    treatment="taxed",
    is_credit=False,
    deposit=False,
    most_rates=1,
)
def telecom(d: Draft) -> bytes:
    """A telephone company's: what this bill is, and what is still open of the last one."""
    sheet = Sheet("vera", 8.5)
    sheet.text(50, 60, d.sale.seller.name, size=15, bold=True)
    sheet.lines(50, 120, blocks.address(d.sale.buyer))
    blocks.pairs(sheet, d.facts("customer", "due"), 340, 450, 110)
    begin, end = d.date(d.sale.delivered.replace(day=1)), d.date(d.sale.delivered.replace(day=28))
    sheet.text(50, 215, f"{d.title()}  {d.label('period')} {begin} - {end}", size=11, bold=True)
    y = 240.0
    previous = d.signed(d.sale.items[0].amount)
    for item in d.sale.items:
        sheet.text(60, y, item.name)
        sheet.text(540, y, d.number(item.amount), align="right")
        y += 14
    y = blocks.sums(sheet, d, y + 10, 300)
    if d.rng.random() < 0.6:
        total = d.sale.gross + previous
        sheet.text(300, y, d.word("previous"))
        sheet.text(540, y, d.money(previous), align="right")
        sheet.text(300, y + 16, d.word("payable"), bold=True)
        sheet.text(540, y + 16, d.money(total), align="right", bold=True)
        d.truth["amount_due_for_payment"] = total
        y += 40
    blocks.closing(sheet, d, y + 20)
    blocks.foot(sheet, d)
    return sheet.save()


@layout(
    "energy",
    "de",
    "fr",
    "nl",
    "it",
    "es",
    lines=(2, 4),
    treatment="taxed",
    is_credit=False,
    deposit=True,
    most_rates=1,
)
def energy(d: Draft) -> bytes:
    """A supplier of power: readings, periods, instalments paid, what is left."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d, "right")
    blocks.letter(sheet, d, y=135)
    y = blocks.pairs(sheet, d.facts("customer", "contact"), 340, 450, 145)
    sheet.text(50, 250, d.title(), size=14, bold=True)
    begin, end = d.date(d.sale.delivered.replace(day=1)), d.date(d.sale.delivered.replace(day=27))
    sheet.text(50, 270, f"{d.label('period')} {begin} - {end}")
    low = d.rng.randint(1000, 90000)
    sheet.text(50, 285, f"{d.label('reading')} {low}  {low + d.rng.randint(100, 4000)} kWh")
    y = blocks.table(sheet, d, 315, ("article", "quantity", "price", "amount"))
    y = blocks.sums(sheet, d, y + 8, 300)
    sheet.text(50, y + 14, d.terms())
    blocks.foot(sheet, d)
    return sheet.save()


@layout(
    "hotel",
    "en",
    "de",
    "fr",
    "it",
    "es",
    lines=(2, 5),
    treatment="taxed",
    is_credit=False,
    deposit=False,
)
def hotel(d: Draft) -> bytes:
    """A hotel's folio: a day for each line, VAT in a table below, what was paid by card."""
    sheet = Sheet("times", 10)
    sheet.text(298, 60, f"Hotel {d.sale.seller.name}", size=17, bold=True, align="middle")
    d.truth["seller_name"] = _hotel(d)
    sheet.text(298, 76, f"{d.sale.seller.street}, {d.sale.seller.place}", size=9, align="middle")
    sheet.lines(50, 120, [d.sale.buyer.person, *blocks.address(d.sale.buyer)])
    facts = [(d.number_label(), d.sale.number), (d.label("date"), d.date(d.sale.issued))]
    room = {"de": "Zimmer", "fr": "Chambre", "it": "Camera", "es": "Habitación"}.get(
        d.language, "Room"
    )
    blocks.pairs(sheet, [*facts, (room, str(d.rng.randint(101, 620)))], 350, 455, 120)
    sheet.text(50, 225, d.title(), size=13, bold=True)
    y = 250.0
    for at, item in enumerate(d.sale.items):
        sheet.text(50, y, d.date(d.sale.delivered))
        sheet.text(140, y, f"{item.name}" if at else room)
        sheet.text(540, y, d.number(item.amount), align="right")
        y += 15
    y = blocks.sums(sheet, d, y + 8, 330)
    blocks.rates(sheet, d, y + 10)
    sheet.text(298, 790, " - ".join(blocks.registered(d)), size=7.5, align="middle")
    return sheet.save()


def _hotel(d: Draft) -> object:
    from tests.documents.pages.truth import Either

    return Either((f"Hotel {d.sale.seller.name}", d.sale.seller.name))


@layout("freight", "en", "de", "nl", "fr", lines=(1, 4))
def freight(d: Draft) -> bytes:
    """A forwarder's: many numbers of consignments, weights and references beside the right ones."""
    sheet = Sheet("courier", 8.5)
    y = blocks.head(sheet, d)
    sheet.lines(50, y, blocks.registered(d), size=8)
    sheet.text(545, 60, d.title().upper(), size=15, bold=True, align="right")
    y = blocks.pairs(
        sheet,
        d.facts("customer", "order", "delivery-note", "due", "own-order"),
        330,
        545,
        90,
        "right",
    )
    sheet.lines(50, 165, [d.word("bill-to"), *blocks.address(d.sale.buyer)])
    weight, cmr = d.rng.randint(100, 24000), d.rng.randint(1000000, 9999999)
    air = f"020-{d.rng.randint(10000000, 99999999)}"
    sheet.text(50, 250, f"CMR {cmr}   AWB {air}   {weight} kg   {weight / 600:.2f} ldm")
    y = blocks.table(sheet, d, 280, ("article", "quantity", "price", "amount"))
    y = blocks.sums(sheet, d, y + 8)
    y = blocks.bank(sheet, d, 50, y + 16)
    blocks.closing(sheet, d, y + 12)
    return sheet.save()


@layout(
    "construction",
    "de",
    "fr",
    "it",
    "nl",
    "es",
    treatment="taxed",
    is_credit=False,
    deposit=True,
    most_rates=1,
    lines=(2, 6),
)
def construction(d: Draft) -> bytes:
    """A builder's part invoice: what was done so far, less what was paid."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d)
    blocks.letter(sheet, d, y=140)
    blocks.pairs(sheet, d.facts("own-order", "customer", "delivered"), 340, 450, 150)
    d._chosen["invoice"] = d.word("part-invoice")
    sheet.text(57, 265, d.title(), size=13, bold=True)
    sheet.text(57, 282, f"{d.word('ship-to')}: {d.sale.buyer.street}, {d.sale.buyer.place}")
    y = blocks.table(
        sheet, d, 310, ("position", "article", "quantity", "unit", "price", "amount"), grid=True
    )
    y = blocks.sums(sheet, d, y + 8, 290)
    blocks.closing(sheet, d, y + 14, 57)
    blocks.foot(sheet, d)
    return sheet.save()


@layout(
    "wholesale",
    "de",
    "en",
    "nl",
    "es",
    "it",
    "fr",
    lines=(45, 70),
    treatment="taxed",
    is_credit=False,
    deposit=False,
)
def wholesale(d: Draft) -> bytes:
    """A wholesaler's: dozens of lines over pages, carried totals, VAT by rates."""
    sheet = Sheet("helvetica", 8)
    sheet.text(50, 50, d.sale.seller.name, size=12, bold=True)
    sheet.lines(50, 64, [d.sale.seller.street, d.sale.seller.place], size=7)
    sheet.lines(50, 115, blocks.address(d.sale.buyer))
    blocks.pairs(
        sheet, d.facts("customer", "order", "delivery-note", "buyer-vat", "due"), 360, 460, 80
    )
    sheet.text(50, 195, d.title(), size=12, bold=True)
    y = blocks.table(
        sheet,
        d,
        220,
        ("position", "item-number", "article", "quantity", "unit", "price", "rate", "amount"),
    )
    if y > 600:
        sheet.turn()
        y = 70
    y = blocks.rates(sheet, d, y + 10)
    y = blocks.sums(sheet, d, y + 6, 340)
    blocks.closing(sheet, d, y + 10)
    blocks.foot(sheet, d)
    blocks.pages_said(sheet, d, sheet.page)
    return sheet.save()


@layout(
    "pharmacy",
    "fr",
    "de",
    "it",
    "es",
    lines=(4, 12),
    most_rates=3,
    treatment="taxed",
    is_credit=False,
)
def pharmacy(d: Draft) -> bytes:
    """A chemist's: three rates, their table first, the totals as its last rows."""
    sheet = Sheet("helvetica", 8.5)
    blocks.head(sheet, d)
    sheet.lines(330, 70, [d.word("bill-to"), *blocks.address(d.sale.buyer)])
    y = blocks.strip(sheet, d.facts("customer", "delivered"), 50, 545, 160, boxed=False)
    sheet.text(50, y, d.title(), bold=True, size=12)
    y = blocks.table(
        sheet,
        d,
        y + 24,
        ("item-number", "article", "quantity", "price", "rate", "amount"),
        band=True,
    )
    y = blocks.rates(sheet, d, y + 8, 240)
    y = blocks.sums(sheet, d, y, 300)
    y = blocks.closing(sheet, d, y + 16)
    blocks.foot_line(sheet, d)
    return sheet.save()


@layout("city-date", "fr", "de", "it", "es", "nl", "en")
def city_date(d: Draft) -> bytes:
    """The day stands with the place above the letter, the number in the title; other days have labels."""
    sheet = Sheet("helvetica", 10)
    blocks.head(sheet, d)
    sheet.lines(320, 120, blocks.address(d.sale.buyer))
    sheet.text(320, 195, d.city_date())
    sheet.text(50, 230, f"{d.title()} {d.sale.number}", size=14, bold=True)
    facts = [
        one for one in d.facts("delivered", "due", "order") if one[1] not in (d.sale.number, "")
    ]
    y = blocks.pairs(sheet, [one for one in facts if one[0] != d.label("date")], 50, 190, 252)
    y = blocks.table(sheet, d, y + 14, ("article", "quantity", "price", "rate", "amount"))
    y = blocks.sums(sheet, d, y + 6, 330)
    y = blocks.bank(sheet, d, 50, y + 10)
    blocks.closing(sheet, d, y + 8)
    blocks.foot_line(sheet, d, with_bank=False)
    return sheet.save()


_COLUMN_OF_DAYS = {
    "de": "Datum",
    "fr": "Date",
    "en": "Date",
    "nl": "Datum",
    "es": "Fecha",
    "it": "Data",
}


@layout("dated-lines", "de", "fr", "en", "nl", "es", "it", lines=(2, 8), is_credit=False)
def dated_lines(d: Draft) -> bytes:
    """A consultant's: each line has its day, in a column that is named as the invoice's own day often
    is; number and day of the invoice in a strip or in the title."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d, d.rng.choice(["left", "right"]))
    blocks.letter(sheet, d, y=140)
    y = blocks.strip(sheet, d.facts("order", "due"), 50, 545, 225, boxed=d.rng.random() < 0.5)
    sheet.text(50, y + 8, d.title(), size=13, bold=True)
    y += 34
    heads = (_COLUMN_OF_DAYS[d.language], d.word("article"), d.word("quantity"), d.word("amount"))
    columns = [(52.0, "left"), (130.0, "left"), (430.0, "right"), (540.0, "right")]
    row(sheet, y, columns, heads, bold=True)
    sheet.rule(y + 4)
    for at, item in enumerate(d.sale.items):
        y += 16
        day = d.date(d.sale.issued - timedelta(days=30 - 3 * at))
        cells = (day, item.name, d.quantity(item.quantity), d.number(d.signed(item.amount)))
        row(sheet, y, columns, cells)
    y = blocks.sums(sheet, d, y + 24)
    blocks.closing(sheet, d, y + 10)
    blocks.foot(sheet, d)
    return sheet.save()


@layout("boxed", "fr", "es", "it", "en", "nl", deposit=False)
def boxed(d: Draft) -> bytes:
    """Totals beside each other in boxes at the foot, each label above its amount."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d)
    sheet.box(300, 55, 545, 75, 0.85)
    sheet.text(422, 69, d.title(), size=12, bold=True, align="middle")
    blocks.strip(sheet, d.facts(), 300, 545, 80)
    sheet.lines(310, 150, blocks.address(d.sale.buyer), size=10)
    more = [one for one in d.facts("order", "due", "buyer-vat")[2:] if one[1]]
    y = blocks.strip(sheet, more, 50, 545, 235) if more else 240
    y = blocks.table(
        sheet, d, y + 12, ("item-number", "article", "quantity", "price", "amount"), grid=True
    )
    y = blocks.sums_across(sheet, d, max(y + 10, 560))
    y = blocks.bank(sheet, d, 50, y + 12)
    blocks.closing(sheet, d, y + 6)
    blocks.foot_line(sheet, d, with_bank=False)
    return sheet.save()


@layout("totals-left", "de", "nl", "en", "it")
def totals_left(d: Draft) -> bytes:
    """Sums on the left, bank details on their right; the seller at the foot only."""
    sheet = Sheet("vera", 8)
    sheet.text(50, 70, d.title(), size=20, bold=True)
    blocks.pairs(sheet, d.facts("order", "due", "customer"), 50, 150, 100)
    sheet.lines(330, 100, [d.word("bill-to"), *blocks.address(d.sale.buyer)])
    y = blocks.table(sheet, d, 220, ("article", "quantity", "unit", "price", "amount"))
    blocks.bank(sheet, d, 310, y + 10)
    y = blocks.sums(sheet, d, y + 10, 50, 240)
    blocks.closing(sheet, d, y + 20)
    blocks.foot(sheet, d)
    return sheet.save()


@layout("two-languages", "de", "fr", "nl", "it", "es")
def two_languages(d: Draft) -> bytes:
    """An exporter's: each label in two languages."""
    sheet = Sheet("helvetica", 8.5)
    english = Draft(d.rng, "en", d.sale)
    for key in ("net", "gross", "payable", "vat", "date", "due", "order", "customer"):
        d._chosen[key] = f"{d.word(key)} / {english.word(key)}"
    number = "credit-number" if d.sale.is_credit else "number"
    d._chosen[number] = f"{d.word(number)} / {english.word(number)}"
    blocks.head(sheet, d, "right")
    blocks.letter(sheet, d, y=140)
    sheet.text(
        57,
        250,
        f"{d.title()} / {english.title()}".replace("/ Invoice / Invoice", "/ Invoice"),
        size=13,
        bold=True,
    )
    y = blocks.pairs(sheet, d.facts("due", "order", "buyer-vat"), 57, 230, 272)
    y = blocks.table(sheet, d, y + 16, ("article", "quantity", "amount"), band=True)
    y = blocks.sums(sheet, d, y + 6, 260)
    blocks.closing(sheet, d, y + 16, 57)
    blocks.foot(sheet, d)
    return sheet.save()


@layout("spaced", "de", "fr", "en", "es")
def spaced(d: Draft) -> bytes:
    """Headings with space between the letters, by the pen or by the keyboard."""
    sheet = Sheet("helvetica", 9)
    title = d.title().upper().replace(" / INVOICE", "")
    if d.rng.random() < 0.5:
        sheet.text(50, 70, title, size=18, bold=True, spacing=6)
    else:
        sheet.text(50, 70, " ".join(title), size=18, bold=True)
    sheet.text(545, 60, d.sale.seller.name, size=10, align="right", spacing=1.2)
    sheet.lines(545, 74, [d.sale.seller.street, d.sale.seller.place], size=8, align="right")
    sheet.lines(50, 120, blocks.address(d.sale.buyer))
    blocks.pairs(sheet, d.facts("customer", "due", "order"), 330, 440, 120)
    y = blocks.table(sheet, d, 230, ("position", "article", "quantity", "price", "amount"))
    y = blocks.sums(sheet, d, y + 6)
    blocks.closing(sheet, d, y + 20)
    blocks.foot(sheet, d)
    return sheet.save()


@layout("reverse-charge", "de", "fr", "nl", "es", "it", "en", treatment="reverse", is_credit=False)
def reverse_charge(d: Draft) -> bytes:
    """A sale to another country of the Union: both VAT numbers, no VAT."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d)
    sheet.text(50, 150, d.word("bill-to"), bold=True)
    theirs = f"{d.label('buyer-vat')} {d.print_buyer_vat()}"
    sheet.lines(50, 164, [*blocks.address(d.sale.buyer), theirs])
    blocks.pairs(sheet, d.facts("order", "due", "seller-vat"), 320, 440, 150)
    sheet.text(50, 250, d.title(), size=15, bold=True)
    y = blocks.table(sheet, d, 280, ("item-number", "article", "quantity", "price", "amount"))
    y = blocks.sums(sheet, d, y + 6, 320)
    y = blocks.closing(sheet, d, y + 14)
    blocks.bank(sheet, d, 50, y + 8)
    return sheet.save()


@layout("small-business", "de", "fr", "nl", "it", treatment="exempt", is_credit=False, lines=(1, 3))
def small_business(d: Draft) -> bytes:
    """Somebody who charges no VAT: a name, a sum, a sentence of law."""
    sheet = Sheet("times", 11)
    sheet.lines(
        50, 60, [d.sale.seller.name, d.sale.seller.street, d.sale.seller.place, d.sale.seller.email]
    )
    sheet.lines(50, 160, blocks.address(d.sale.buyer))
    sheet.text(50, 255, d.title(), size=14, bold=True)
    blocks.pairs(sheet, d.facts(), 50, 180, 278)
    y = blocks.table(sheet, d, 340, ("article", "quantity", "price", "amount"), head_bold=False)
    y = blocks.sums(sheet, d, y + 4, 330)
    y = blocks.closing(sheet, d, y + 20)
    if d.sale.seller.tax_number:
        sheet.text(50, y + 10, f"{d.label('tax-number')} {d.sale.seller.tax_number}")
    blocks.bank(sheet, d, 50, y + 30, 10)
    return sheet.save()


@layout("discount-terms", "de", "fr", "nl", "es", "it", "en", is_credit=False)
def discount_terms(d: Draft) -> bytes:
    """A manufacturer's: what may be taken off by who pays soon stands beside what is due."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d, "right")
    blocks.letter(sheet, d)
    y = blocks.strip(sheet, d.facts("customer", "order", "delivery-note"), 50, 545, 235)
    sheet.text(50, y + 8, d.title(), size=13, bold=True)
    y = blocks.table(
        sheet, d, y + 34, ("position", "item-number", "article", "quantity", "price", "amount")
    )
    y = blocks.sums(sheet, d, y + 6)
    sheet.text(50, y + 6, d.discount_terms(), size=8.5)
    y = blocks.closing(sheet, d, y + 22)
    blocks.foot(sheet, d)
    return sheet.save()


@layout("dense-foot", "de", "en", "fr", "nl")
def dense_foot(d: Draft) -> bytes:
    """A dense footer and much small print above it."""
    sheet = Sheet("helvetica", 8.5)
    blocks.head(sheet, d, "middle", 50)
    sheet.lines(50, 130, blocks.address(d.sale.buyer))
    blocks.pairs(sheet, d.facts("customer", "contact", "due"), 350, 450, 130)
    sheet.text(50, 220, d.title(), size=12, bold=True)
    y = blocks.table(sheet, d, 248, ("article", "quantity", "price", "amount"))
    y = blocks.sums(sheet, d, y + 6)
    small = " ".join(
        words
        for key in ("thanks", "opening", "terms")
        for words in words_of(d.language)[key]
        if "{" not in words
    )
    sheet.lines(50, max(y + 30, 640), sheet.wrapped(small * 2, 495, 5.5), size=5.5)
    blocks.foot(sheet, d)
    return sheet.save()


@layout(
    "credit-note",
    "de",
    "fr",
    "nl",
    "es",
    "it",
    "en",
    is_credit=True,
    deposit=False,
    treatment="taxed",
)
def credit_note(d: Draft) -> bytes:
    """A credit note that names the invoice that it corrects."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d)
    sheet.lines(330, 90, blocks.address(d.sale.buyer))
    sheet.text(50, 180, d.title(), size=16, bold=True)
    y = blocks.pairs(sheet, d.facts("customer"), 50, 180, 205)
    invoice = words_of(d.language)["number"][0]
    sheet.text(50, y, f"{invoice}: {d.rng.randint(2019, 2026)}-{d.rng.randint(100, 9999)}")
    y = blocks.table(sheet, d, y + 26, ("article", "quantity", "price", "amount"))
    blocks.sums(sheet, d, y + 6)
    blocks.foot(sheet, d)
    return sheet.save()
