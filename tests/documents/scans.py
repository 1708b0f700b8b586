"""Invoices that came out of a scanner: a page is a picture of it, and nothing else says what it says."""

import io
from functools import cache

import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.documents.mails import mail

DPI = 200


def _paper(number: str, pages: int) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for page in range(1, pages + 1):
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(56, 780, "Papeterie du Marais SARL")
        canvas.setFont("Helvetica", 11)
        for step, text in enumerate(
            (
                "12 rue des Archives, 75004 Paris",
                "TVA : FR61954506077",
                "",
                "Ateliers Lumière SARL",
                "8 quai de la Loire, 44000 Nantes",
                "TVA : FR40303265045",
                "",
                f"Facture n° {number}",
                "Date : 05/01/2026        Échéance : 04/02/2026",
                "",
                "Désignation                          Total HT",
                "Papier A4, 20 ramettes               100,00",
                "",
                "Total HT                             100,00 EUR",
                "TVA 20 %                              20,00 EUR",
                "Total TTC                            120,00 EUR",
                f"Page {page} / {pages}",
            )
        ):
            canvas.drawString(56, 740 - 22 * step, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@cache
def pictures(number: str, pages: int = 1) -> tuple[Image.Image, ...]:
    """Return the pages of an invoice as a scanner sees them, grey at 200 dpi."""
    with pypdfium2.PdfDocument(_paper(number, pages)) as document:
        drawn = [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]
    return tuple(drawn)


def jpeg(number: str) -> bytes:
    """Return a scan as a JPEG."""
    file = io.BytesIO()
    pictures(number)[0].save(file, "JPEG", quality=80, dpi=(DPI, DPI))
    return file.getvalue()


def pdf(number: str, pages: int = 1) -> bytes:
    """Return a scan as a PDF, one picture a page."""
    file = io.BytesIO()
    first, *others = pictures(number, pages)
    first.save(file, "PDF", resolution=DPI, save_all=True, append_images=others)
    return file.getvalue()


def scan(number: str, pages: int = 1, *, picture: bool = False) -> bytes:
    """Return a mail with a scan, as a PDF or a picture."""
    name = number.replace("/", "-")
    attached = (f"{name}.jpg", jpeg(number)) if picture else (f"{name}.pdf", pdf(number, pages))
    return mail(f"Facture {number}", attached)
