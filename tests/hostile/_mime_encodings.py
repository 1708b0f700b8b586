"""Malware in transfer encodings that are unknown, forbidden, disguised or broken."""

import base64
import binascii
import quopri
from random import Random

from tests.hostile._hostile import EICAR, Bait
from tests.hostile._mail_builder import (
    BASE64,
    CRLF,
    FILE,
    PDF,
    body,
    encode,
    head,
    malware_part,
    multipart,
    single,
    text,
)


def unknown_encoding(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(
        (b"x-foo", b"base64x", b"base 64", b"x-base64", b"8bit base64", b"base64, base64",
         b"uuencode64", b"gzip",
         b"=?us-ascii?q?base64?=", b"base64\x0b", b"b\xc3\xa4se64", b"deflate", b"yenc", b"hexa",
         b"1")
    )  # fmt: skip
    return single(rng, encode(EICAR), PDF, b"Content-Transfer-Encoding: " + name, FILE)


def encoded_multipart(rng: Random, bait: Bait) -> bytes:
    """A transfer encoding on a multipart or a message, which RFC 2045 forbids and some readers undo."""
    inner = body(b"zz", text(), malware_part(rng))
    name, data = rng.choice(
        ((b"base64", encode(inner)), (b"base64", inner), (b"quoted-printable", inner))
    )
    field = b"Content-Transfer-Encoding: " + name
    return head(rng, b"Content-Type: multipart/mixed; boundary=zz", field) + CRLF + data


def encoded_message(rng: Random, bait: Bait) -> bytes:
    inner = multipart(rng, text(), malware_part(rng))
    kind = rng.choice((b"message/rfc822", b"message/global", b"message/RFC822; name=a.eml"))
    return single(rng, encode(inner), b"Content-Type: " + kind, BASE64)


def encoding_in_disguise(rng: Random, bait: Bait) -> bytes:
    """The field is folded, quoted, commented: a lenient reader decodes, a strict one does not."""
    field = rng.choice(
        (b"Content-Transfer-Encoding:\r\n base64", b'Content-Transfer-Encoding: "base64"',
         b"Content-Transfer-Encoding: base64 (really)",
         b"Content-Transfer-Encoding: (a (b) c) base64",
         b"Content-Transfer-Encoding:base64", b"content-transfer-ENCODING: BASE64",
         b"Content-Transfer-Encoding: base64;",
         b"Content-Transfer-Encoding: base64.", b"Content-Transfer-Encoding:\t\t base64\t",
         b"Content-Transfer-Encoding: bas\r\n e64",
         b"Content-Transfer-Encoding: base64\r\n \r\n x", b"Content-Transfer-Encoding : base64",
         b"Content-Transfer-Encoding\t: base64",
         b"Content-Transfer-Encoding: base64; charset=x", b"Content-Transfer-Encoding: \\base64",
         b"Content-Transfer-Encoding: base64\x00")
    )  # fmt: skip
    return single(rng, encode(EICAR), PDF, field, FILE)


def odd_base64(rng: Random, bait: Bait) -> bytes:
    """Malware in base64 that readers decode differently."""
    data = base64.b64encode(EICAR)
    half = base64.b64encode(EICAR[:33]) + base64.b64encode(EICAR[33:])
    short = base64.b64encode(EICAR[:34]) + base64.b64encode(EICAR[34:])
    encoded = rng.choice(
        (half, short, data.rstrip(b"="), data + b"====" + data,
         b"".join(b"%c\r\n" % one for one in data),
         data.replace(b"Q", b"Q!*\x80", 9), b" ".join((data[:9], data[9:])),
         data[:20] + b"=\r\n" + data[20:],
         data + b"\r\n-- \r\nsignature", b"====" + data, data[:40] + b"\r\n\r\n" + data[40:],
         data + b"A",
         b"\x00".join((data[:12], data[12:])), data[:8] + b"\r" + data[8:], b"\xef\xbb\xbf" + data)
    )  # fmt: skip
    return single(rng, encoded, PDF, BASE64, FILE)


def odd_quoted_printable(rng: Random, bait: Bait) -> bytes:
    plain = quopri.encodestring(EICAR).rstrip(b"=\n")
    hexed = b"".join(b"=%02X" % one for one in EICAR)
    cut = (
        EICAR.replace(b"$", b"=24").replace(b"=", b"=3D")
        if b"=" in EICAR
        else EICAR.replace(b"$", b"=24")
    )
    encoded = rng.choice(
        (plain, hexed, hexed.lower(), cut[:20] + b"= \t\r\n" + cut[20:],
         cut[:20] + b"=\n" + cut[20:],
         cut[:9] + b"=\r\n" * 50 + cut[9:], b"".join(b"=%02x=\r\n" % one for one in EICAR),
         cut[:30] + b"=\r" + cut[30:])
    )  # fmt: skip
    return single(rng, encoded, PDF, b"Content-Transfer-Encoding: quoted-printable", FILE)


def uuencoded(rng: Random, bait: Bait) -> bytes:
    """A uuencoded file in the text of the mail, where some readers see an attachment."""
    lines = b"".join(binascii.b2a_uu(EICAR[n : n + 45]) for n in range(0, len(EICAR), 45))
    if rng.random() < 0.3:
        lines = lines.replace(b" ", b"`")
    made = rng.choice(
        (
            b"begin 644 facture.pdf\n%s`\nend\n",
            b"begin 666 a.exe\n%s \nend\n",
            b"Bonjour\n\nbegin 0644 x y.pdf\n%s\nend\n",
        )
    )
    inner = (made % lines).replace(b"\n", CRLF)
    if rng.random() < 0.5:
        return head(rng, mime=False) + CRLF + inner
    return single(rng, inner, b"Content-Type: text/plain")
