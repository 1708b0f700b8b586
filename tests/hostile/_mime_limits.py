"""Mails that are longer, deeper or more than mails are; some quadratic to parse."""

from random import Random

from tests.hostile._hostile import EICAR, Bait, noise, sample
from tests.hostile._mail_builder import (
    CRLF,
    attached,
    body,
    entity,
    head,
    malware_part,
    multipart,
    text,
)


def word_bomb(rng: Random, bait: Bait) -> bytes:
    """Encoded words, addresses and parameters that make structured parsers quadratic; with malware."""
    size = rng.randint(8_000, 90_000)
    field = rng.choice(
        (b"Subject: " + b"=?utf-8?q?a?= " * (size // 14), b"From: " + b"," * size,
         b"To: " + b'"' * size,
         b"To: " + b"(" * size, b"Message-ID: <" + b"(" * size, b"Subject: " + b"=?" * (size // 2),
         b"Cc: " + b"<a@b>," * (size // 6),
         b"Subject: =?utf-8?b?" + b"A" * size + b"?=", b"References: " + b"<a@b> " * (size // 6),
         b"Date: " + b"1" * size,
         b"X: " + b"\r\n ".join([b"a"] * (size // 4)), b"Content-Language: " + b";" * size,
         b"Subject: =?utf-8?q?=0D=0ABcc:_x?=")
    )  # fmt: skip
    return multipart(rng, text(), malware_part(rng), fields=(field,))


def header_over_limit(rng: Random, bait: Bait) -> bytes:
    """A header of more octets or fields than any mail has: held before anybody parses it."""
    fields = rng.choice(
        ((b"X-Big: " + b"a" * rng.randint(102_401, 300_000),),
         tuple(b"X-%d: a" % n for n in range(rng.randint(2000, 6000))),
         tuple(b"X-%d: %s" % (n, b"b" * 90_000) for n in range(6)))
    )  # fmt: skip
    return multipart(
        rng, text(), attached("facture.pdf", sample("plain-invoice.pdf")), fields=fields
    )


def nested_multiparts(rng: Random, bait: Bait) -> bytes:
    made = attached("facture.pdf", sample("plain-invoice.pdf"))
    for level in range(rng.choice((51, 60, 99, 150))):
        made = entity(
            body(b"b%d" % level, made), b"Content-Type: multipart/mixed; boundary=b%d" % level
        )
    return head(rng) + made


def nested_messages(rng: Random, bait: Bait) -> bytes:
    made = multipart(rng, text(), attached("facture.pdf", sample("plain-invoice.pdf")))
    for _ in range(rng.randint(6, 30)):
        made = multipart(rng, text(), entity(made, b"Content-Type: message/rfc822"))
    return made


def hundred_attachments(rng: Random, bait: Bait) -> bytes:
    parts = [attached(f"{n}.txt", b"%d" % n, b"text/plain") for n in range(rng.randint(101, 200))]
    return multipart(rng, text(), *parts)


def loop(rng: Random, bait: Bait) -> bytes:
    hops = tuple(
        b"Received: from a%d by b; Mon, 05 Oct 2026 09:30:00 +0200" % n
        for n in range(rng.randint(51, 90))
    )
    return multipart(rng, text(), attached("facture.pdf", sample("plain-invoice.pdf")), fields=hops)


def thousands_of_parts(rng: Random, bait: Bait) -> bytes:
    one = rng.choice((b"\r\n", b"Content-Type: text/plain\r\n\r\nx", b"\r\nx"))
    return (
        head(rng, b"Content-Type: multipart/mixed; boundary=a")
        + CRLF
        + body(b"a", *[one] * rng.randint(1200, 20_000))
    )


def thousand_levels(rng: Random, bait: Bait) -> bytes:
    depth = rng.randint(500, 3000)
    lines = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    return head(rng) + lines + attached("facture.pdf", EICAR)


def million_lines(rng: Random, bait: Bait) -> bytes:
    """Megabytes of empty or endless lines, and malware."""
    filler = rng.choice(
        (
            CRLF * 2_000_000,
            b"a" * 5_000_000,
            b"=\r\n" * 900_000,
            b"--\r\n" * 900_000,
            b"begin 644 a\r\n" * 30_000,
        )
    )
    return multipart(rng, entity(filler, b"Content-Type: text/plain"), malware_part(rng))


def large_noise(rng: Random, bait: Bait) -> bytes:
    """Megabytes of base64 that are no document."""
    return multipart(rng, text(), attached("facture.pdf", noise(rng, rng.randint(2, 8) << 20)))
