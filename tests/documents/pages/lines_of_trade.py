"""Invoices as one trade has them: telephones, energy, hotels, freight, builders, wholesale, chemists."""

from tests.documents.pages import blocks
from tests.documents.pages.draft import Draft
from tests.documents.pages.layouts import layout
from tests.documents.pages.sheet import Sheet
from tests.documents.pages.truth import Either


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
