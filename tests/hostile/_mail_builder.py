"""A mail from fields and octets, written down as told: right, or wrong wherever it is wanted."""

import base64
from random import Random

from tests.documents.mails import BODY, RECIPIENT, SENDER
from tests.hostile._hostile import EICAR, sample

CRLF = b"\r\n"


Fields = tuple[bytes, ...]


def head(rng: Random, *fields: bytes, mime: bool = True) -> bytes:
    """Return the header fields of an ordinary mail and `fields`, without the empty line."""
    lines = [
        f"From: <{SENDER}>".encode(),
        f"To: <{RECIPIENT}>".encode(),
        b"Subject: Facture %d" % rng.randrange(10**6),
        b"Date: Mon, 05 Oct 2026 09:30:00 +0200",
        b"Message-ID: <%d@papeterie-du-parc.example>" % rng.randrange(10**12),
        *((b"MIME-Version: 1.0",) if mime else ()),
        *fields,
    ]
    return CRLF.join(lines) + CRLF


def encode(content: bytes) -> bytes:
    """Return base64 in lines of 76."""
    return base64.encodebytes(content).replace(b"\n", CRLF)


def entity(content: bytes, *fields: bytes) -> bytes:
    """Return an entity: fields, empty line, content."""
    return CRLF.join(fields) + CRLF + CRLF + content


def attached(name: str, content: bytes, kind: bytes = b"application/pdf") -> bytes:
    """Return an ordinary attachment in base64."""
    return entity(
        encode(content),
        b"Content-Type: " + kind,
        b"Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"'.encode(),
    )


def text() -> bytes:
    """Return the ordinary text of a mail as an entity."""
    return entity(BODY.replace("\n", "\r\n").encode(), b"Content-Type: text/plain; charset=utf-8")


def body(boundary: bytes, *parts: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return the body of a multipart."""
    pieces = b"".join(b"--" + boundary + CRLF + part + CRLF for part in parts)
    return before + pieces + b"--" + boundary + b"--" + CRLF + after


def multipart(rng: Random, *parts: bytes, fields: Fields = ()) -> bytes:
    """Return an ordinary multipart mail; `fields` are added to its header."""
    boundary = b"=_%d" % rng.randrange(10**9)
    kind = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"'
    return head(rng, kind, *fields) + CRLF + body(boundary, *parts)


def malware_part(rng: Random) -> bytes:
    """Return an ordinary attachment that is malware, under a harmless name."""
    return attached(rng.choice(("facture.pdf", "a.txt", "x.zip")), EICAR)


def single(rng: Random, content: bytes, *fields: bytes) -> bytes:
    """Return a mail of one text and one attachment with the given fields."""
    parts = [text(), entity(content, *fields)]
    if rng.random() < 0.3:
        parts.append(attached("facture.xml", sample("ubl-invoice.xml"), b"application/xml"))
    return multipart(rng, *parts)


PDF = b'Content-Type: application/pdf; name="facture.pdf"'


BASE64 = b"Content-Transfer-Encoding: base64"


FILE = b'Content-Disposition: attachment; filename="facture.pdf"'
