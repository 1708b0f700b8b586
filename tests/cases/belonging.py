"""Mails of several files, for golden cases: which is the document, which its annex, which is nothing."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

from tests.documents.mails import EICAR, Attachment, compose, document, mail
from tests.unit import _attachments
from tests.unit._pages import page


def archive(*members: Attachment) -> bytes:
    """Return a ZIP without a date in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, content in members:
            opened.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def picture(width: int, height: int, white: int = 0) -> bytes:
    """Return a black PNG, its last `white` rows white."""
    row = width // 8 + 1
    rows = zlib.compress(b"\0" * row * (height - white) + (b"\0" + b"\xff" * (row - 1)) * white, 9)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", rows),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def carrying() -> bytes:
    """Return a mail with a UBL invoice that carries its terms, and a CII invoice its timesheets."""
    terms = page("Algemene voorwaarden", "1. Toepassing")
    hours = archive(("stunden.pdf", page("Stundenzettel", "Summe 37,50")))
    return mail(
        "Deux factures et leurs annexes",
        ("a.xml", _attachments.ubl(terms, "../voorwaarden.pdf")),
        ("b.xml", _attachments.cii(hours, "anlagen.zip", "application/zip")),
    )


def carrying_malware() -> bytes:
    """Return a mail with an invoice that carries malware, and another that does not."""
    infected = _attachments.ubl(EICAR, "voorwaarden.pdf")
    return mail("Facture et programme", ("a.xml", infected), document("cii-invoice.xml"))


def pairs() -> bytes:
    """Return a mail with two XML invoices and their prints, each in another wrapping."""
    message = compose(
        "Deux factures",
        ("xml.zip", archive(document("ubl-invoice.xml"))),
        ("2.pdf", page("Factuur 2026/187", "Totaal 1.760,55 EUR")),
    )
    inner = compose("Rechnung", document("cii-invoice.xml"))
    message.add_attachment(inner)
    print_of_it = page("Rechnung RE-70421", "Gesamtbetrag 877,90 EUR")
    message.add_attachment(print_of_it, "application", "pdf", filename="1.pdf")
    return message.as_bytes()


def beside_hybrid() -> bytes:
    """Return a mail with a hybrid PDF and a plain print of it."""
    shown = page("Facture PM-2026-0412", "Total TTC 474,96 EUR")
    return mail("Facture", ("copie.pdf", shown), document("factur-x-en16931.pdf"))


def papers() -> bytes:
    """Return a mail with an invoice and everything that travels with invoices."""
    lines = {
        "bestelling": ("Bon de commande 17", "Montant total 120,00 EUR"),
        "livraison": ("Bon de livraison 88", "3 cartons"),
        "heures": ("Relevé d'heures", "37,50"),
        "relance": ("Relance n° 1", "facture F-1, montant 120,00 EUR"),
        "mandat": ("Mandat de prélèvement SEPA", "facture, 120,00 EUR"),
        "tarif": ("Tarifs 2026", "Total facture 10,00 EUR"),
    }
    files = [(f"{name}.pdf", page(*shown)) for name, shown in lines.items()]
    return mail("Facture et papiers", *files, document("ubl-invoice.xml"))


def word_and_terms() -> bytes:
    """Return a mail with an invoice written in Word beside its terms."""
    content = archive(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>"))
    terms = page("Conditions générales de vente", "Article 1")
    return mail("Facture", ("cgv.pdf", terms), ("2026-17.docx", content))


def pages_of_a_scan() -> bytes:
    """Return a mail with a paper invoice, page by page."""
    shots = [(f"Facture page {n}.png", picture(1240, 1700 + n, white=1600)) for n in (2, 1)]
    return mail("Facture numérisée", *shots)


def signature_pictures() -> bytes:
    """Return an HTML mail with a banner, icons and a pixel, and a till receipt that is not shown."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "a@supplier.example"
    message["Subject"] = "Ticket"
    sizes = ((1200, 300), (32, 32), (33, 33), (1, 1))
    images = "".join(f'<img src="cid:{n}@x">' for n in range(len(sizes)))
    message.set_content(f"<p>Bonjour</p>{images}", subtype="html")
    for number, size in enumerate(sizes):
        message.add_related(picture(*size), "image", "png", cid=f"<{number}@x>")
    message.add_attachment(picture(250, 500), "image", "png", filename="IMG_0017.png")
    message.set_boundary("==mixed==")
    next(message.iter_parts()).set_boundary("==related==")
    return message.as_bytes()


def bounce_with_malware() -> bytes:
    """Return a bounce whose enclosed message carries malware."""
    message = compose("Undelivered", sender="MAILER-DAEMON@mx.example")
    inner = compose("Facture", document("ubl-invoice.xml"), ("outil.com", EICAR))
    message.make_mixed()
    message.add_attachment(inner)
    message.replace_header("Content-Type", "multipart/report; report-type=delivery-status")
    message.set_boundary("==bounce==")
    return message.as_bytes()


def three_good_one_broken() -> bytes:
    """Return a mail of which three documents are good."""
    names = ("ubl-invoice.xml", "cii-invoice.xml", "factur-x-en16931.pdf", "damaged.pdf")
    return mail("Quatre factures", *map(document, names))


CASES: dict[str, Callable[[], bytes]] = {
    "bg24": carrying,
    "bg24-virus": carrying_malware,
    "pairs-across-wrappings": pairs,
    "print-beside-hybrid": beside_hybrid,
    "papers-beside-invoice": papers,
    "word-and-terms": word_and_terms,
    "pages-of-a-scan": pages_of_a_scan,
    "signature-pictures": signature_pictures,
    "bounce-with-malware": bounce_with_malware,
    "operator-mail-with-malware": lambda: mail("abuse report", ("outil.com", EICAR)),
    "three-good-one-broken": three_good_one_broken,
    "locked-zip-and-invoice": lambda: mail(
        "Facture et archive", document("ubl-invoice.xml"), document("locked.zip")
    ),
    "loop-to-itself": lambda: (
        b"Reply-To: a@ours.example\r\n" + mail("loop", sender="a@ours.example", to="a@ours.example")
    ),
}
