"""The pages: a sale as a PDF that looks like an invoice, terms, a logo, a scan; and PDFs to refuse."""

import io
from decimal import Decimal
from unittest import mock

import facturx
from _sales import Party, Sale
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

_LEFT, _RIGHT, _TOP = 56, 539, 780
_TERMS = (
    "1. Les présentes conditions s'appliquent à toutes nos ventes.",
    "2. Nos prix s'entendent hors taxes, au tarif en vigueur le jour de la commande.",
    "3. Les marchandises voyagent aux risques du vendeur jusqu'à leur livraison.",
    "4. Le transfert de propriété est subordonné au paiement complet du prix.",
    "5. Tout litige relève du tribunal de commerce du siège du vendeur.",
)


def _number(value: Decimal) -> str:
    """Return an amount the way it is printed in France: 1 234,56."""
    return f"{value:,.2f}".replace(",", " ").replace(".", ",")


def _canvas(title: str, **options: object) -> tuple[io.BytesIO, Canvas]:
    """Return a buffer and a canvas on it that gives the same bytes at each run."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, **options)
    canvas.setTitle(title)
    canvas.setAuthor("ingestd sample documents")
    return buffer, canvas


def _address(canvas: Canvas, one: Party, x: int, y: int) -> None:
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(x, y, one.name)
    canvas.setFont("Helvetica", 9)
    for step, text in enumerate((one.street, f"{one.post_code} {one.city}", f"TVA : {one.vat}"), 1):
        canvas.drawString(x, y - 13 * step, text)


def _head(canvas: Canvas, sale: Sale) -> None:
    _address(canvas, sale.seller, _LEFT, _TOP)
    _address(canvas, sale.buyer, 340, _TOP - 90)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(_LEFT, _TOP - 180, f"Facture {sale.number}")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(_LEFT, _TOP - 200, f"Date : {sale.issued:%d/%m/%Y}")
    canvas.drawString(_LEFT + 150, _TOP - 200, f"Échéance : {sale.due:%d/%m/%Y}")
    canvas.drawString(_LEFT + 320, _TOP - 200, f"Votre commande : {sale.order}")


def _table(canvas: Canvas, sale: Sale) -> int:
    y = _TOP - 240
    canvas.setFont("Helvetica-Bold", 9)
    for x, text in ((_LEFT, "Désignation"), (350, "Quantité"), (420, "Prix HT"), (500, "Total HT")):
        canvas.drawString(x, y, text)
    canvas.line(_LEFT, y - 5, _RIGHT, y - 5)
    canvas.setFont("Helvetica", 9)
    for line in sale.lines:
        y -= 18
        canvas.drawString(_LEFT, y, line.name)
        canvas.drawRightString(390, y, f"{line.quantity}".replace(".", ","))
        canvas.drawRightString(460, y, _number(line.price))
        canvas.drawRightString(_RIGHT, y, _number(line.net))
    return y - 12


def _foot(canvas: Canvas, sale: Sale, y: int) -> None:
    canvas.line(_LEFT, y, _RIGHT, y)
    rows = (
        ("Total HT", sale.net),
        (f"TVA {sale.rate} %", sale.vat),
        ("Total TTC, net à payer en EUR", sale.total),
    )
    for label, amount in rows:
        y -= 18
        canvas.drawRightString(460, y, label)
        canvas.drawRightString(_RIGHT, y, _number(amount))
    canvas.setFont("Helvetica", 8)
    canvas.drawString(_LEFT, 70, f"Virement : IBAN {sale.seller.iban}")


def invoice(sale: Sale, **options: object) -> bytes:
    """Return the sale as one printed page; `options` go to the canvas."""
    buffer, canvas = _canvas(f"Facture {sale.number}", **options)
    _head(canvas, sale)
    _foot(canvas, sale, _table(canvas, sale))
    canvas.save()
    return buffer.getvalue()


def protected(sale: Sale) -> bytes:
    """Return the sale as a PDF that asks for a password before it opens."""
    return invoice(sale, encrypt=StandardEncryption("secret", ownerPassword="owner", strength=128))


def active(sale: Sale) -> bytes:
    """Return the sale as a PDF that runs a (harmless) script when it opens."""
    plain = invoice(sale)
    marker = b"/PageMode /UseNone"
    script = b"/OpenAction <</S/JavaScript/JS(app.alert\\(1\\))>> " + marker
    assert plain.count(marker) == 1
    return plain.replace(marker, script)


def hybrid(sale: Sale, xml: bytes, level: str) -> bytes:
    """Return the sale's page with `xml` embedded as factur-x.xml (Factur-X, PDF/A-3)."""
    moment = facturx.facturx.datetime.fromisoformat(f"{sale.issued}T09:30:00+00:00")
    with mock.patch.object(facturx.facturx, "datetime", wraps=facturx.facturx.datetime) as clock:
        clock.now.return_value = moment
        return facturx.generate_from_binary(
            invoice(sale), xml, flavor="factur-x", level=level, lang="fr", check_schematron=False
        )


def terms() -> bytes:
    """Return a page of terms of sale, the annex that many suppliers add."""
    buffer, canvas = _canvas("Conditions générales de vente")
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(_LEFT, _TOP, "Conditions générales de vente")
    canvas.setFont("Helvetica", 10)
    for step, text in enumerate(_TERMS):
        canvas.drawString(_LEFT, _TOP - 30 - 20 * step, text)
    canvas.save()
    return buffer.getvalue()


def logo() -> bytes:
    """Return a small PNG such as stands under a mail signature."""
    image = Image.new("RGB", (160, 48), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((6, 6, 42, 42), fill=(196, 64, 32))
    draw.text((52, 16), "PAPETERIE DU PARC", fill=(40, 40, 40))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def scan(sale: Sale) -> bytes:
    """Return the sale as a photographed sheet: text as pixels, a little turned and blurred."""
    image = Image.new("L", (1240, 1754), 246)
    draw = ImageDraw.Draw(image)
    rows = [
        (sale.seller.name, 44),
        (f"{sale.seller.street}, {sale.seller.post_code} {sale.seller.city}", 26),
        (f"TVA {sale.seller.vat}", 26),
        (f"FACTURE {sale.number}", 48),
        (f"Date {sale.issued:%d/%m/%Y}", 30),
        *((f"{line.name}   {_number(line.net)}", 30) for line in sale.lines),
        (f"Total HT {_number(sale.net)}", 34),
        (f"TVA {_number(sale.vat)}", 34),
        (f"Total TTC {_number(sale.total)} EUR", 40),
    ]
    y = 120
    for text, size in rows:
        draw.text((110, y), text, fill=40, font=ImageFont.load_default(size))
        y += 2 * size + 20
    turned = image.rotate(0.6, fillcolor=232).filter(ImageFilter.GaussianBlur(0.8))
    buffer = io.BytesIO()
    turned.save(buffer, "JPEG", quality=70, dpi=(150, 150))
    return buffer.getvalue()
