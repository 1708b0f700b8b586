"""Invoices with what is odd about some of all trades: boxes, two languages, spaced words, dense feet."""

from datetime import timedelta

from tests.documents.pages import blocks
from tests.documents.pages.draft import Draft, words_of
from tests.documents.pages.layouts import layout
from tests.documents.pages.sheet import Sheet, row


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
