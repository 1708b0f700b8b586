"""Invoices of shops, craftsmen and offices: letters, tables, columns."""

from tests.documents.pages import blocks
from tests.documents.pages.draft import Draft
from tests.documents.pages.layouts import layout
from tests.documents.pages.sheet import Sheet


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


@layout("saas", "en", countries=("US", "IE", "GB"), lines=(1, 2), deposit=False, is_credit=False)
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
