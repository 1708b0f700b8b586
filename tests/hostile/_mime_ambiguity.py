"""Mails that two readers read differently; one of the readings has malware."""

from random import Random

from tests.hostile._hostile import EICAR, Bait, sample
from tests.hostile._mail_builder import (
    BASE64,
    CRLF,
    FILE,
    PDF,
    attached,
    body,
    encode,
    entity,
    head,
    malware_part,
    multipart,
    single,
    text,
)


def two_content_types(rng: Random, bait: Bait) -> bytes:
    other = rng.choice(
        (b"text/plain", b"message/rfc822", b"image/png", b"multipart/mixed; boundary=zz")
    )
    fields = [PDF, b"Content-Type: " + other]
    rng.shuffle(fields)
    return single(rng, encode(EICAR), *fields, BASE64, FILE)


def two_outer_types(rng: Random, bait: Bait) -> bytes:
    """The header of the whole mail has two Content-Types: one shows a text, one shows malware."""
    boundary = b"=_%d" % rng.randrange(10**9)
    fields = [b"Content-Type: text/plain", b"Content-Type: multipart/mixed; boundary=" + boundary]
    rng.shuffle(fields)
    return head(rng, *fields) + CRLF + body(boundary, text(), malware_part(rng))


def two_encodings(rng: Random, bait: Bait) -> bytes:
    other = rng.choice((b"7bit", b"quoted-printable", b"8bit", b"binary", b"x-uuencode"))
    fields = [BASE64, b"Content-Transfer-Encoding: " + other]
    rng.shuffle(fields)
    return single(rng, encode(EICAR), PDF, *fields, FILE)


def two_dispositions(rng: Random, bait: Bait) -> bytes:
    fields = [
        FILE,
        rng.choice(
            (b"Content-Disposition: inline", b"Content-Disposition: attachment; filename=a.exe")
        ),
    ]
    rng.shuffle(fields)
    return single(rng, encode(EICAR), PDF, BASE64, *fields)


def two_boundaries(rng: Random, bait: Bait) -> bytes:
    how = rng.choice(
        (b"boundary=aaa; boundary=bbb", b'boundary=aaa; boundary="bbb"',
         b"boundary=aaa; boundary*=us-ascii''bbb",
         b"boundary*0=a; boundary*1=aa; boundary=bbb", b"BOUNDARY=aaa; boundary=bbb",
         b"boundary=bbb;\r\n boundary=aaa")
    )  # fmt: skip
    first = body(b"aaa", text()) + body(b"bbb", text(), malware_part(rng))
    return head(rng, b"Content-Type: multipart/mixed; " + how) + CRLF + first


def odd_boundary(rng: Random, bait: Bait) -> bytes:
    """Boundaries that readers cut, trim or compare differently."""
    said, written = rng.choice(
        ((b'"a b "', b"a b "), (b'""', b""), (b"aaa", b"aaab"), (b'"aaa"x', b"aaa"),
         (b"'aaa'", b"aaa"),
         (b"aaa;bbb", b"aaa"), (b"aaa(c)", b"aaa"), (b'"a\\a\\a"', b"aaa"),
          (b"=?utf-8?q?aaa?=", b"aaa"),
         (b'"' + b"a" * 300 + b'"', b"a" * 300), (b"AAA", b"aaa"), (b'"aaa', b"aaa"),
          (b"aaa\t", b"aaa"))
    )  # fmt: skip
    parts = body(written, text(), malware_part(rng))
    return head(rng, b"Content-Type: multipart/mixed; boundary=" + said) + CRLF + parts


def boundary_in_boundary(rng: Random, bait: Bait) -> bytes:
    """The boundary of an inner multipart begins with, or is, that of the outer one."""
    outer = b"aaa"
    inner = rng.choice((b"aaa", b"aaab", b"aaa--", b"aa"))
    nested = entity(
        body(inner, text(), malware_part(rng)), b"Content-Type: multipart/mixed; boundary=" + inner
    )
    return (
        head(rng, b"Content-Type: multipart/mixed; boundary=aaa")
        + CRLF
        + body(outer, nested, malware_part(rng))
    )


def no_end(rng: Random, bait: Bait) -> bytes:
    whole = multipart(rng, text(), malware_part(rng))
    return whole[: whole.rstrip().rindex(b"--=_") - rng.randint(0, 2)]


def behind_the_end(rng: Random, bait: Bait) -> bytes:
    """Parts behind the closing delimiter, or before the first one."""
    boundary = b"aaa"
    part = b"--aaa" + CRLF + malware_part(rng) + CRLF
    bare = malware_part(rng)
    before, after = rng.choice(
        ((b"", part), (bare + CRLF, b""), (b"", bare), (b"", part + b"--aaa--" + CRLF))
    )
    made = body(boundary, text(), before=before, after=after)
    return head(rng, b"Content-Type: multipart/mixed; boundary=aaa") + CRLF + made


def spaced_field(rng: Random, bait: Bait) -> bytes:
    """White space before the colon, or in the name: a field for one reader and none for the next."""
    field = rng.choice(
        (
            b"Content-Type : application/pdf",
            b"Content-Transfer-Encoding : base64",
            b" Content-Type: text/plain",
            b"Content-\tType: x/y",
        )
    )
    return single(rng, encode(EICAR), field, PDF, BASE64, FILE)


def nul_octets(rng: Random, bait: Bait) -> bytes:
    whole = bytearray(multipart(rng, text(), malware_part(rng)))
    at = rng.choice(
        (whole.index(b"Subject"), whole.index(b"boundary=") + 3, whole.index(b"filename") + 4)
    )
    whole[at:at] = b"\0"
    return bytes(whole)


def bare_line_ends(rng: Random, bait: Bait) -> bytes:
    whole = multipart(rng, text(), malware_part(rng))
    end = rng.choice((b"\n", b"\r", b"\r\r\n", b"\n\r", b"\n\n"))
    if rng.random() < 0.5:
        return whole.replace(CRLF, end)
    at = whole.index(b"Content-Disposition")
    return whole[:at] + whole[at:].replace(CRLF, end)


def broken_header(rng: Random, bait: Bait) -> bytes:
    """A line in the header that is no field: the body begins here for one reader, later for others."""
    line = rng.choice(
        (
            b"this is no field",
            b"--aaa",
            b"\x80\x81",
            b" ",
            b":",
            b": x",
            b"From nobody",
            b"<html>",
            b"=?",
        )
    )
    boundary = b"aaa"
    kind = b"Content-Type: multipart/mixed; boundary=aaa"
    fields = [line, kind] if rng.random() < 0.7 else [kind, line]
    return head(rng, *fields) + CRLF + body(boundary, text(), malware_part(rng))


def starts_folded(rng: Random, bait: Bait) -> bytes:
    return rng.choice((b" folded: x\r\n", b"\t\r\n", b"\r\n", b"From a@b Mon Oct 5\r\n",
    b">From x\r\n", b"\xef\xbb\xbf")) + multipart(rng, text(),
    malware_part(rng))  # fmt: skip


def odd_type(rng: Random, bait: Bait) -> bytes:
    """Content-Types that are none: what is inside is malware all the same."""
    kind = rng.choice(
        (b"Content-Type:", b"Content-Type: ;name=a.pdf", b"Content-Type: application",
         b"Content-Type: a/b/c",
         b"Content-Type: multipart/", b"Content-Type: multipart/mixed",
         b"Content-Type: text/plain; charset=utf-7",
         b"Content-Type: text/plain; charset=unicode_escape", b"Content-Type: message/rfc822",
         b"Content-Type: */*",
         b"Content-Type: application/pdf" + b";" * 3000, b"Content-Type: message/news",
         b"Content-Type: text/calendar",
         b"Content-Type: application/applefile", b"Content-Type: multipart/appledouble; boundary=x",
         b"Content-Type: application/pkcs7-signature", b"Content-Type: image/png",
         b"Content-Type: text/x-vcard",
         b"Content-Type: message/delivery-status", b"Content-Type: application/pgp-keys")
    )  # fmt: skip
    if rng.random() < 0.3:
        return head(rng, kind, BASE64) + CRLF + encode(EICAR)
    return single(rng, encode(EICAR), kind, BASE64, *((FILE,) if rng.random() < 0.6 else ()))


def no_mime_version(rng: Random, bait: Bait) -> bytes:
    whole = multipart(rng, text(), malware_part(rng))
    version = rng.choice(
        (
            b"",
            b"MIME-Version: 2.0\r\n",
            b"Mime-Version: " + b"1" * 16_000 + CRLF,
            b"MIME-Version: 1.0 (x\r\n",
        )
    )
    return whole.replace(b"MIME-Version: 1.0\r\n", version)


def two_froms(rng: Random, bait: Bait) -> bytes:
    parts = (text(), attached("facture.pdf", sample("plain-invoice.pdf")))
    return multipart(rng, *parts, fields=(b"From: <chef@ateliers.example>",))
