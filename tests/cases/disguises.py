"""Mails that can be read in two ways, and odd ones that cannot, for the golden cases."""

import io
from collections.abc import Callable

from PIL import Image

from tests.cases.containers import zipped
from tests.documents.mails import EICAR, compose, document, mail
from tests.hostile._disguises import all_disguises, encoded, part, uu
from tests.hostile._disguises import mixed as parts

DISGUISES = all_disguises()


def of(name: str, content: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return a mail maker: one of the disguises with some content."""
    return lambda: DISGUISES[name](content())


def invoice() -> bytes:
    """Return a good invoice."""
    return document("ubl-invoice.xml")[1]


def infected_uuencode() -> bytes:
    """Return a good invoice, and malware uuencoded in the text."""
    text = b"Voici\r\n\r\nbegin 644 outil.com\r\n" + uu(EICAR) + b"`\r\nend\r\n"
    attached = part(
        b"Content-Type: application/xml",
        b"Content-Transfer-Encoding: base64",
        b'Content-Disposition: attachment; filename="facture.xml"',
        body=encoded(invoice()),
    )
    return parts(b"Content-Type: text/plain\r\n\r\n" + text, attached)


def wide_text() -> bytes:
    """Return an invoice below a text in UTF-16 without a byte order mark."""
    message = compose("Facture PM-2026-0412", document("factur-x-en16931.pdf"))
    text, _ = message.iter_parts()
    text.set_content("Bonjour à tous\n".encode("utf-16-le"), "text", "plain")
    text.set_param("charset", "utf-16")
    return message.as_bytes()


def picture_and_archive() -> bytes:
    """Return a file that is a picture to one program and an archive to the next."""
    picture = io.BytesIO()
    Image.new("RGB", (600, 800), (250, 250, 250)).save(picture, "PNG")
    return mail(
        "Facture", ("facture.png", picture.getvalue() + zipped(document("ubl-invoice.xml")))
    )


CASES: dict[str, Callable[[], bytes]] = {
    "two-boundaries": of("boundary twice, last", invoice),
    "boundary-of-the-part-around": of("boundary begins alike within", invoice),
    "behind-the-last-delimiter": of("bare base64 in the epilogue", invoice),
    "comment-in-the-type": of("comment in the type", invoice),
    "encoded-multipart": of("multipart in base64", invoice),
    "yenc": of("yEnc", invoice),
    "piece-of-a-message": of("partial", invoice),
    "file-elsewhere": of("type external body", invoice),
    "folded-encoding": of("encoding folded twice", invoice),
    "padding-within": of("base64 padding behind each line", invoice),
    "uuencoded-malware": infected_uuencode,
    "wide-text": wide_text,
    "picture-and-archive": picture_and_archive,
    "named-after-a-site": lambda: mail(
        "Facture PM-2026-0412", document("factur-x-en16931.pdf", "www.papeterie-du-parc.com")
    ),
    "false-dot": lambda: mail("Facture", document("plain-invoice.pdf", "facture\u2024pdf")),
    "hidden-extension": lambda: mail(
        "Facture", document("plain-invoice.pdf", "facture.pdf" + " " * 40 + ".exe")
    ),
}
