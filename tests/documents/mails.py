"""Mails (bytes) made from the sample documents: for golden cases, system tests and trying by hand.

    python tests/documents/mails.py DIRECTORY     writes every mail of `MAILS` there as .eml

The bytes are the same at each run; give `run` to make a mail that no server has seen before. The
standard library alone is used.
"""

import hashlib
import sys
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

HERE = Path(__file__).parent
COMPANY = "FR40303265045"
RECIPIENT = "fr40303265045@in.example.com"
SENDER = "factures@papeterie-du-parc.example"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner reports; in two halves, so that this file is not reported."""

TYPES = {
    ".pdf": ("application", "pdf"),
    ".xml": ("application", "xml"),
    ".zip": ("application", "zip"),
    ".png": ("image", "png"),
    ".jpg": ("image", "jpeg"),
}
Attachment = tuple[str, bytes]
BODY = "Bonjour,\n\nveuillez trouver ci-joint notre document.\n\nCordialement,\nClaire Morvan\n"


def document(name: str, called: str = "") -> Attachment:
    """Return the sample document `name` as an attachment, under another name if one is given."""
    return called or name, (HERE / name).read_bytes()


def compose(
    subject: str,
    *attachments: Attachment,
    sender: str = SENDER,
    to: str = RECIPIENT,
    body: str = BODY,
    run: str = "",
) -> EmailMessage:
    """Return a mail as ordinary software writes it. `run` makes its Message-ID another one."""
    message = EmailMessage(policy=SMTP)
    key = hashlib.sha256(f"{subject} {run}".encode()).hexdigest()[:20]
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 05 Oct 2026 09:30:00 +0200"
    message["Message-ID"] = f"<{key}@papeterie-du-parc.example>"
    message.set_content(body)
    for name, content in attachments:
        suffix = Path(name).suffix.lower()
        maintype, subtype = TYPES.get(suffix, ("application", "octet-stream"))
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    if attachments:
        message.set_boundary(f"=={key}==")
    return message


def mail(subject: str, *attachments: Attachment, **options: str) -> bytes:
    """Return `compose(...)` as it goes over the wire, lines ended by CRLF."""
    return compose(subject, *attachments, **options).as_bytes()


def forwarded(run: str = "") -> bytes:
    """Return a mail that was forwarded as an attachment (message/rfc822), with its invoice."""
    inner = compose("Facture PM-2026-0412", document("factur-x-en16931.pdf"), run=run)
    outer = compose("TR: Facture PM-2026-0412", sender="jeanne@ateliers.example", run=run)
    outer.add_attachment(inner)
    outer.set_boundary("==forwarded==")
    return outer.as_bytes()


def inline_logo(run: str = "") -> bytes:
    """Return an HTML mail with a logo in its signature, the terms, and one invoice."""
    message = compose("Facture et conditions", run=run)
    message.add_alternative('<p>Bonjour</p><img src="cid:logo@papeterie">', subtype="html")
    html = list(message.iter_parts())[-1]
    _, logo = document("logo.png")
    html.add_related(
        logo, "image", "png", cid="<logo@papeterie>", filename="logo.png", disposition="inline"
    )
    html.set_boundary("==related==")
    message.set_boundary("==alternative==")
    for name in ("factur-x-en16931.pdf", "terms.pdf"):
        message.add_attachment(
            document(name)[1], maintype="application", subtype="pdf", filename=name
        )
    message.set_boundary("==inline_logo==")
    return message.as_bytes()


def two_content_types(run: str = "") -> bytes:
    """Return a mail that two readers would read differently."""
    plain = mail("Deux lectures", document("ubl-invoice.xml"), run=run)
    return plain.replace(
        b"Content-Type: application/xml",
        b"Content-Type: text/plain\r\nContent-Type: application/xml",
        1,
    )


def automatic(run: str = "") -> bytes:
    """Return an automatic answer."""
    message = compose("Absence du bureau", body="Je suis absente jusqu'au 12 octobre.\n", run=run)
    message["Auto-Submitted"] = "auto-replied"
    return message.as_bytes()


def encrypted(run: str = "") -> bytes:
    """Return a mail that claims to be S/MIME enveloped data and is noise."""
    message = compose("Facture chiffrée", run=run)
    message.set_content(bytes(range(256)), maintype="application", subtype="pkcs7-mime")
    message.set_param("smime-type", "enveloped-data")
    message.set_param("name", "smime.p7m")
    return message.as_bytes()


def eight_bit(run: str = "") -> bytes:
    """Return octets that only begin like a mail: raw 8-bit garbage in header and body."""
    noise = bytes(range(128, 256)) * 4
    return (
        (b"From: <" + noise[:20] + b"@x.example>\r\nSubject: " + noise + run.encode() + b"\r\n\r\n")
        + noise
        + b"\r\n"
    )


def _of(subject: str, *names: str) -> Callable[[str], bytes]:
    return lambda run="": mail(subject, *(document(name) for name in names), run=run)


MAILS: dict[str, Callable[[str], bytes]] = {
    "factur-x": _of("Facture PM-2026-0412", "factur-x-en16931.pdf"),
    "factur-x-basic": _of("Facture PM-2026-0431", "factur-x-basic.pdf"),
    "factur-x-minimum": _of("Facture PM-2026-0440", "factur-x-minimum.pdf"),
    "ubl-invoice": _of("Factuur 2026/187", "ubl-invoice.xml"),
    "ubl-credit-note": _of("Creditnota 2026/C012", "ubl-credit-note.xml"),
    "cii-invoice": _of("Rechnung RE-70421", "cii-invoice.xml"),
    "xrechnung": _of("Rechnung RE-70455", "xrechnung-cii.xml"),
    "zugferd-1": _of("Rechnung RE-69900", "zugferd-1.xml"),
    "plain-pdf": _of("Facture PM-2026-0455", "plain-invoice.pdf"),
    "scan": _of("Facture numérisée", "scan.jpg"),
    "two-invoices": _of("Deux factures", "ubl-invoice.xml", "cii-invoice.xml"),
    "zip-of-two": _of("Factures de septembre", "two-invoices.zip"),
    "invoice-and-terms": _of("Facture et CGV", "factur-x-en16931.pdf", "terms.pdf", "logo.png"),
    "inline-logo": inline_logo,
    "forwarded": forwarded,
    "no-attachment": lambda run="": mail("Bonjour", run=run),
    "link-only": lambda run="": mail(
        "Votre facture est disponible",
        body="Téléchargez votre facture : https://portail.example/f/8123\n",
        run=run,
    ),
    "logo-only": _of("Merci", "logo.png"),
    "virus": lambda run="": mail("Facture urgente", ("facture.pdf.com", EICAR), run=run),
    "virus-and-invoice": lambda run="": mail(
        "Facture et programme", document("ubl-invoice.xml"), ("outil.com", EICAR), run=run
    ),
    "program": _of("Mise à jour", "setup.exe"),
    "locked-zip": _of("Facture dans une archive protégée", "locked.zip"),
    "empty-file": lambda run="": mail("Facture vide", ("facture.pdf", b""), run=run),
    "protected-pdf": _of("Facture protégée", "protected.pdf"),
    "active-pdf": _of("Facture animée", "active.pdf"),
    "damaged-pdf": _of("Facture abîmée", "damaged.pdf"),
    "xml-as-pdf": lambda run="": mail(
        "Facture mal nommée", document("ubl-invoice.xml", "facture.pdf"), run=run
    ),
    "deceptive-name": lambda run="": mail(
        "Nom trompeur", document("plain-invoice.pdf", "facture\u202efdp.exe"), run=run
    ),
    "broken-xml": _of("Facture tronquée", "broken.xml"),
    "doctype": _of("Facture avec DOCTYPE", "doctype.xml"),
    "order": _of("Commande AL-1187", "ubl-order.xml"),
    "fatturapa": _of("Fattura", "fatturapa.xml"),
    "feed": _of("Nouveautés", "feed.xml"),
    "wrong-total": _of("Factuur 2026/191", "ubl-wrong-total.xml"),
    "missing-fields": _of("Factuur zonder nummer", "ubl-missing-fields.xml"),
    "wrong-recipient": _of("Factuur 2026/192", "ubl-wrong-recipient.xml"),
    "wrong-supplier-number": _of("Factuur 2026/193", "ubl-wrong-supplier-number.xml"),
    "doubtful-invoice": _of("Factuur 2026/195", "ubl-doubtful.xml"),
    "out-of-schema": _of("Factuur 2026/194", "ubl-out-of-schema.xml"),
    "two-content-types": two_content_types,
    "automatic": automatic,
    "encrypted": encrypted,
    "eight-bit": eight_bit,
    "empty": lambda run="": b"",
}


def main() -> None:
    """Write every mail into the directory named on the command line."""
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for name, build in MAILS.items():
        (directory / f"{name}.eml").write_bytes(build())


if __name__ == "__main__":
    main()
