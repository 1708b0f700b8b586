"""Mails with pages that carry no data, for golden cases: what is read of them, and what they are."""

import io
from collections.abc import Callable, Sequence
from functools import cache

import pypdfium2
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.documents.mails import document, mail

DPI = 200
SELLER = ("Papeterie du Marais SARL", "12 rue des Archives", "75004 Paris", "TVA : FR61954506077")
BUYER = ("Ateliers Lumière SARL", "8 quai de la Loire", "44000 Nantes", "TVA : FR40303265045")
OTHER = (
    "Facturé à :",
    "Menuiserie Blanche SAS",
    "3 place du Four",
    "69001 Lyon",
    "TVA : FR83404833048",
)
AMOUNTS = (
    ("Désignation", "Qté", "Prix HT", "Total HT"),
    ("Papier A4, 20 ramettes", "20", "5,00", "100,00"),
    ("", "", "Total HT", "100,00 EUR"),
    ("", "", "TVA 20 %", "20,00 EUR"),
    ("", "", "Total TTC", "120,00 EUR"),
    ("", "", "Net à payer", "120,00 EUR"),
)
IBAN = "IBAN : FR14 2004 1010 0505 0001 3M02 606"

Sheet = tuple[str, Sequence[str]]
"""A title and the lines under it."""


def invoice(number: str) -> Sheet:
    """Return an invoice of this number."""
    return "FACTURE", (f"Facture n° : {number}", "Date : 01/10/2026", "Échéance : 31/10/2026")


def drawn(
    *sheets: Sheet, buyer: Sequence[str] = BUYER, rows: Sequence[Sequence[str]] = AMOUNTS
) -> bytes:
    """Return a PDF with a page for each sheet, the amounts under its lines."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    for title, lines in sheets:
        _block(canvas, 56, 790, SELLER)
        _block(canvas, 340, 720, buyer)
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(56, 630, title)
        _block(canvas, 56, 600, lines)
        for number, row in enumerate(rows):
            for x, text in zip((56, 300, 370, 460), row, strict=True):
                canvas.drawString(x, 500 - 18 * number, text)
        canvas.drawString(56, 320, IBAN)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _block(canvas: Canvas, x: int, y: int, lines: Sequence[str]) -> None:
    canvas.setFont("Helvetica", 10)
    for number, line in enumerate(lines):
        canvas.drawString(x, y - 15 * number, line)


@cache
def picture(content: bytes) -> Image.Image:
    """Return the first page of a PDF as a scanner sees it."""
    with pypdfium2.PdfDocument(content) as document_:
        return document_[0].render(scale=DPI / 72).to_pil().convert("L")


def scanned(content: bytes) -> bytes:
    """Return a PDF whose page is nothing but a picture of the page."""
    file = io.BytesIO()
    picture(content).save(file, "PDF", resolution=DPI, creationDate=None, modDate=None)
    return file.getvalue()


def photographed(content: bytes) -> bytes:
    """Return a JPEG of the page."""
    file = io.BytesIO()
    picture(content).save(file, "JPEG", quality=70, dpi=(DPI, DPI))
    return file.getvalue()


def blurred() -> bytes:
    """Return a picture on which nothing can be read."""
    file = io.BytesIO()
    small = picture(drawn(invoice("F-1"))).resize((60, 84))
    small.resize((1000, 1400)).save(file, "JPEG", quality=50, dpi=(DPI, DPI))
    return file.getvalue()


def photographed_thing() -> bytes:
    """Return a PDF with a picture of something that is no paper."""
    file = io.BytesIO()
    sky = Image.linear_gradient("L").resize((600, 400))
    Image.merge("RGB", (sky, sky.rotate(180), sky)).save(
        file, "PDF", resolution=72, creationDate=None, modDate=None
    )
    return file.getvalue()


def drawing() -> bytes:
    """Return a PDF with lines and nothing else."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.rect(80, 500, 300, 200)
    canvas.circle(230, 600, 60, fill=1)
    canvas.save()
    return file.getvalue()


def with_other_data() -> bytes:
    """Return a Factur-X whose data have another number and account than its page."""
    reader = PdfReader(io.BytesIO(document("factur-x-en16931.pdf")[1]))
    ((name, (xml, *_)), *_) = reader.attachments.items()
    ours, theirs = b"FR7630004008120001004578171", b"FR1420041010050500013M02606"
    assert ours in xml
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document("plain-invoice.pdf")[1])))
    writer.add_attachment(name, xml.replace(ours, theirs))
    return _written(writer)


def without_data() -> bytes:
    """Return the page of a Factur-X alone, as a printer for PDFs would leave it."""
    writer = PdfWriter()
    writer.add_page(PdfReader(io.BytesIO(document("factur-x-en16931.pdf")[1])).pages[0])
    return _written(writer)


def blank() -> bytes:
    """Return a page with nothing on it, as a scanner with the sheet the wrong way round gives it."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


QUOTE = ("DEVIS", ("Devis n° D-2026-12", "Date : 01/10/2026", "Valable 30 jours"))
ORDER = ("BON DE COMMANDE", ("Commande n° C-77", "Merci d'indiquer ce numéro sur votre facture."))
REMINDER = ("RAPPEL", ("Notre facture n° F-2026-9 du 01/08/2026 reste impayée.",))
UNSURE = (("", "", "", ""), ("", "", "", "12,5O EUR ou 13,00 EUR"))

CASES: dict[str, Callable[[], bytes]] = {
    "page-read": lambda: mail("Facture", ("facture.pdf", drawn(invoice("F-2026-17")))),
    "page-scanned": lambda: mail("Facture", ("scan.pdf", scanned(drawn(invoice("F-2026-18"))))),
    "page-photographed": lambda: mail(
        "Facture", ("IMG_2041.jpg", photographed(drawn(invoice("F-2026-19"))))
    ),
    "page-unreadable": lambda: mail("Facture", ("IMG_2042.jpg", blurred())),
    "page-picture": lambda: mail("Notre camion", ("camion.pdf", photographed_thing())),
    "page-drawing": lambda: mail("Plan", ("plan.pdf", drawing())),
    "page-picture-called-invoice": lambda: mail("x", ("facture-77.pdf", photographed_thing())),
    "page-picture-beside-invoice": lambda: mail(
        "Facture", ("f.pdf", drawn(invoice("F-2026-31"))), ("vue.pdf", photographed_thing())
    ),
    "page-blank": lambda: mail("Facture", ("scan.pdf", blank())),
    "page-unsure": lambda: mail(
        "Facture", ("f.pdf", drawn(("Facture", ("Merci de votre visite",)), rows=UNSURE))
    ),
    "page-of-another-buyer": lambda: mail(
        "Facture", ("facture.pdf", drawn(invoice("F-2026-20"), buyer=OTHER))
    ),
    "page-order": lambda: mail("Commande", ("commande.pdf", drawn(ORDER))),
    "page-quote": lambda: mail("Devis", ("devis.pdf", drawn(QUOTE))),
    "page-reminder": lambda: mail("Relance", ("document.pdf", drawn(REMINDER))),
    "page-reminder-beside-its-invoice": lambda: mail(
        "Relance", ("relance.pdf", drawn(REMINDER)), ("facture.pdf", drawn(invoice("F-2026-9")))
    ),
    "page-quote-scanned": lambda: mail("Devis", ("scan.pdf", scanned(drawn(QUOTE)))),
    "pages-of-several-invoices": lambda: mail(
        "Factures",
        ("lot.pdf", drawn(invoice("F-2026-21"), ("Suite", ("Détail",)), invoice("F-2026-22"))),
    ),
    "page-beside-other-data": lambda: mail("Facture", ("facture.pdf", with_other_data())),
}
BEFORE: dict[str, tuple[Callable[[], bytes], Callable[[], bytes]]] = {
    "page-of-a-filed-invoice": (
        lambda: mail("Facture", document("factur-x-en16931.pdf")),
        lambda: mail("Facture, copie", ("copie.pdf", without_data())),
    ),
}
