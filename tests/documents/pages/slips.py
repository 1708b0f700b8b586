"""Narrow and national pages: till slips, restaurants, the Swiss QR bill, structured communications."""

from decimal import Decimal

from stdnum.iso7064 import mod_97_10

from tests.documents.pages import blocks
from tests.documents.pages.draft import Draft, words_of
from tests.documents.pages.layouts import layout
from tests.documents.pages.sheet import Sheet
from tests.documents.pages.truth import Either

_SLIP = {"lines": (1, 6), "treatment": "taxed", "is_credit": False, "deposit": False}


def _slip_truth(d: Draft) -> None:
    """Note what a slip does not tell: its buyer, whether anything is still due, net amounts."""
    for name in ("buyer_name", "buyer_vat_identifier", "purchase_order_reference"):
        d.truth[name] = None
    for name in ("lines", "amount_due_for_payment", "payment_due_date", "vat_breakdown"):
        d.truth.pop(name, None)
    d.truth["seller_legal_registration_identifier"] = Either((None, *d.sale.seller.numbers))


@layout("till", "de", "fr", "nl", "es", "it", "en", **_SLIP, most_rates=2)
def till(d: Draft) -> bytes:
    """A till slip: narrow, gross prices, the VAT within, paid at once."""
    sheet = Sheet("courier", 8, 226, 560)
    seller = d.sale.seller
    sheet.text(113, 28, seller.name, bold=True, align="middle", size=9)
    own = f"{d.word('seller-vat')} {d.print_seller_vat()}"
    y = sheet.lines(
        113,
        42,
        [seller.street, seller.place, f"{d.word('phone')} {seller.phone}", own],
        align="middle",
    )
    y += 8
    for item in d.sale.items:
        gross = (item.amount * (100 + item.rate) / 100).quantize(Decimal("0.01"))
        sheet.text(10, y, item.name[:24])
        sheet.text(
            216,
            y,
            f"{d.number(gross)} {'AB'[item.rate == d.sale.breakdown[-1].category_rate]}",
            align="right",
        )
        y += 11
    y += 4
    total = {
        "de": "SUMME",
        "fr": "TOTAL",
        "nl": "TOTAAL",
        "es": "TOTAL",
        "it": "TOTALE",
        "en": "TOTAL",
    }[d.language]
    sheet.text(10, y, f"{total} {d.sale.currency}", bold=True, size=10)
    sheet.text(216, y, d.number(d.sale.gross), bold=True, size=10, align="right")
    y = _paid(sheet, d, y + 14) + 6
    for one in d.sale.breakdown:
        text = f"{d.word('vat')} {d.rate(one.category_rate or Decimal(0))}%"
        sheet.text(10, y, f"{text}  {d.number(one.taxable_amount or Decimal(0))}")
        sheet.text(216, y, d.number(one.tax_amount or Decimal(0)), align="right")
        y += 11
    _slip_truth(d)
    names = {
        "de": "Bon-Nr.",
        "fr": "Ticket n°",
        "nl": "Bonnr.",
        "es": "Ticket nº",
        "it": "Scontrino n.",
        "en": "Receipt no",
    }
    sheet.text(10, y + 10, f"{names[d.language]} {d.sale.number}")
    time = f"{d.rng.randint(8, 21):02}:{d.rng.randint(0, 59):02}"
    sheet.text(10, y + 22, f"{d.date(d.sale.issued)} {time}")
    sheet.text(113, y + 40, d.word("thanks")[:36], align="middle")
    del d.truth["total_amount_without_vat"], d.truth["total_vat_amount"]
    return sheet.save()


def _paid(sheet: Sheet, d: Draft, y: float) -> float:
    """Write how it was paid: exactly by card, or with a note and change."""
    ways = words_of(d.language)["cash"]
    if d.rng.random() < 0.5:
        sheet.text(10, y, ways[1])
        sheet.text(216, y, d.number(d.sale.gross), align="right")
        return y + 11
    note = (d.sale.gross // 50 + 1) * 50
    sheet.text(10, y, ways[0])
    sheet.text(216, y, d.number(note), align="right")
    sheet.text(
        10,
        y + 11,
        {"de": "Rückgeld", "fr": "Rendu", "nl": "Wisselgeld", "es": "Cambio", "it": "Resto"}.get(
            d.language, "Change"
        ),
    )
    sheet.text(216, y + 11, d.number(note - d.sale.gross), align="right")
    return y + 22


@layout("restaurant", "fr", "de", "it", "es", "en", **_SLIP)
def restaurant(d: Draft) -> bytes:
    """A restaurant's bill: a table, a waiter, a total, VAT by rates below."""
    sheet = Sheet("helvetica", 9, 300, 620)
    seller = d.sale.seller
    sheet.text(150, 34, seller.name, bold=True, size=12, align="middle")
    y = sheet.lines(
        150,
        50,
        [seller.street, seller.place, f"{d.word('seller-vat')} {d.print_seller_vat()}"],
        align="middle",
        size=8,
    )
    sheet.text(20, y + 12, f"{d.number_label()} {d.sale.number}")
    sheet.text(280, y + 12, d.date(d.sale.issued), align="right")
    table = {"de": "Tisch", "it": "Tavolo", "es": "Mesa"}.get(d.language, "Table")
    sheet.text(20, y + 25, f"{table} {d.rng.randint(1, 60)}")
    y += 46
    for item in d.sale.items:
        gross = (item.amount * (100 + item.rate) / 100).quantize(Decimal("0.01"))
        sheet.text(20, y, f"{d.quantity(item.quantity)} x {item.name[:28]}")
        sheet.text(280, y, d.number(gross), align="right")
        y += 13
    sheet.rule(y - 4, 20, 280)
    sheet.text(20, y + 12, d.word("gross"), bold=True, size=11)
    sheet.text(280, y + 12, d.money(d.sale.gross), bold=True, size=11, align="right")
    y += 34
    for one in d.sale.breakdown:
        sheet.text(20, y, d.vat_label(one.category_rate or Decimal(0)))
        sheet.text(190, y, d.number(one.taxable_amount or Decimal(0)), align="right")
        sheet.text(280, y, d.number(one.tax_amount or Decimal(0)), align="right")
        y += 12
    _slip_truth(d)
    del d.truth["total_amount_without_vat"], d.truth["total_vat_amount"]
    sheet.text(150, y + 20, d.word("thanks")[:50], align="middle", size=8)
    return sheet.save()


@layout("qr-bill", "de", "fr", "it", countries=("CH",), is_credit=False, deposit=False)
def qr_bill(d: Draft) -> bytes:
    """A Swiss invoice with its payment part: account, amount and reference again, in its own words."""
    sheet = Sheet("helvetica", 9)
    blocks.head(sheet, d)
    sheet.lines(340, 110, blocks.address(d.sale.buyer), size=10)
    blocks.pairs(sheet, d.facts("customer", "due"), 50, 150, 150)
    sheet.text(50, 230, d.title(), size=14, bold=True)
    y = blocks.table(sheet, d, 256, ("article", "quantity", "price", "amount"), last=420)
    y = blocks.sums(sheet, d, y + 6)
    sheet.text(50, y + 4, " - ".join(blocks.registered(d)), size=8)
    digits = "".join(str(d.rng.randint(0, 9)) for _ in range(22))
    reference = f"RF{mod_97_10.calc_check_digits(f'{digits[:12]}RF')}{digits[:12]}"
    parts = {
        "de": (
            "Empfangsschein",
            "Zahlteil",
            "Konto / Zahlbar an",
            "Referenz",
            "Zahlbar durch",
            "Währung",
            "Betrag",
        ),
        "fr": (
            "Récépissé",
            "Section paiement",
            "Compte / Payable à",
            "Référence",
            "Payable par",
            "Monnaie",
            "Montant",
        ),
        "it": (
            "Ricevuta",
            "Sezione pagamento",
            "Conto / Pagabile a",
            "Riferimento",
            "Pagabile da",
            "Valuta",
            "Importo",
        ),
    }[d.language]
    sheet.rule(545, 0, 595)
    for x, title, size in ((20, parts[0], 7), (190, parts[1], 8)):
        sheet.text(x, 562, title, size=11, bold=True)
        at = x if x < 100 else 360
        iban = d.print_iban()
        lines = [
            parts[2],
            iban,
            *blocks.address(d.sale.seller),
            "",
            parts[3],
            d.print_reference(reference),
        ]
        sheet.lines(
            at,
            580,
            [one or " " for one in [*lines, "", parts[4], *blocks.address(d.sale.buyer)]],
            size=size,
        )
        sheet.text(x, 740, parts[5], size=6, bold=True)
        sheet.text(x + 50, 740, parts[6], size=6, bold=True)
        sheet.text(x, 752, d.sale.currency, size=size)
        sheet.text(x + 50, 752, f"{d.sale.gross:,.2f}".replace(",", " "), size=size)
    return sheet.save()


@layout("structured", "nl", "fr", countries=("BE",), is_credit=False)
def structured(d: Draft) -> bytes:
    """A Belgian invoice with the structured communication that its transfer must bear."""
    sheet = Sheet("vera", 8.5)
    y = blocks.head(sheet, d)
    sheet.lines(50, y, blocks.registered(d), size=8)
    sheet.lines(
        330, 110, [*blocks.address(d.sale.buyer), f"{d.label('buyer-vat')} {d.print_buyer_vat()}"]
    )
    y = blocks.strip(sheet, d.facts("customer", "due", "order"), 50, 545, 215)
    sheet.text(50, y + 8, d.title(), size=13, bold=True)
    y = blocks.table(
        sheet, d, y + 32, ("article", "quantity", "price", "rate", "amount"), band=True
    )
    y = blocks.sums(sheet, d, y + 6)
    digits = f"{d.rng.randint(10**9, 10**10 - 1)}"
    digits += f"{int(digits) % 97 or 97:02}"
    said = d.print_reference(f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++")
    d.truth["remittance_information"] = Either((said, digits))
    word = "Gestructureerde mededeling" if d.language == "nl" else "Communication structurée"
    sheet.lines(50, y + 14, [f"IBAN {d.print_iban()}  BIC {d.print_bic()}", f"{word} : {said}"])
    blocks.closing(sheet, d, y + 50)
    return sheet.save()


@layout(
    "subscription",
    "en",
    "de",
    "fr",
    "nl",
    lines=(1, 2),
    treatment="taxed",
    is_credit=False,
    deposit=False,
    most_rates=1,
)
def subscription(d: Draft) -> bytes:
    """A subscription that is collected by direct debit: the buyer's account and a mandate are named."""
    from tests.documents.pages.parties import party

    sheet = Sheet("helvetica", 9.5)
    sheet.text(50, 64, d.sale.seller.name, size=14, bold=True)
    sheet.lines(50, 110, blocks.address(d.sale.buyer))
    blocks.pairs(sheet, d.facts("customer"), 350, 450, 110)
    sheet.text(50, 210, d.title(), size=14, bold=True)
    y = blocks.table(sheet, d, 240, ("article", "quantity", "amount"))
    y = blocks.sums(sheet, d, y + 6)
    theirs = party(d.rng, d.sale.buyer.country).iban
    debit = {
        "de": "Der Betrag wird von Ihrem Konto {} mit Mandat {} abgebucht.",
        "fr": "Ce montant sera prélevé sur votre compte {} (mandat {}).",
        "nl": "Dit bedrag wordt afgeschreven van uw rekening {} (machtiging {}).",
        "en": "This amount will be collected from your account {} under mandate {}.",
    }[d.language]
    hidden = theirs[:4] + "*" * 10 + theirs[-4:]
    sheet.text(50, y + 12, debit.format(hidden, f"M{d.rng.randint(10000, 999999)}"), size=8.5)
    if d.sale.seller.vat:
        sheet.text(
            50,
            800,
            " - ".join(
                [
                    d.sale.seller.name,
                    d.sale.seller.street,
                    d.sale.seller.place,
                    f"{d.label('seller-vat')} {d.print_seller_vat()}",
                ]
            ),
            size=7,
        )
    d.truth["payment_due_date"] = None
    return sheet.save()
