"""Hostile mails: two readers see two mails, limits are broken, names deceive. Each carries malware, a
program, or a structure that may not be filed; so no reading of it is harmless."""

import base64
import binascii
import quopri
from random import Random

from tests.documents.mails import BODY, RECIPIENT, SENDER
from tests.hostile._hostile import EICAR, Bait, damaged, harmful, noise, sample, wrapped

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


def _malware(rng: Random) -> bytes:
    """Return an ordinary attachment that is malware, under a harmless name."""
    return attached(rng.choice(("facture.pdf", "a.txt", "x.zip")), EICAR)


def _single(rng: Random, content: bytes, *fields: bytes) -> bytes:
    """Return a mail of one text and one attachment with the given fields."""
    parts = [text(), entity(content, *fields)]
    if rng.random() < 0.3:
        parts.append(attached("facture.xml", sample("ubl-invoice.xml"), b"application/xml"))
    return multipart(rng, *parts)


_PDF = b'Content-Type: application/pdf; name="facture.pdf"'
_B64 = b"Content-Transfer-Encoding: base64"
_FILE = b'Content-Disposition: attachment; filename="facture.pdf"'


def malware(rng: Random, bait: Bait) -> bytes:
    return multipart(rng, text(), _malware(rng), attached("facture.xml", sample("ubl-invoice.xml")))


def program(rng: Random, bait: Bait) -> bytes:
    name, content = harmful(rng)
    return multipart(rng, text(), attached(name, content, b"application/octet-stream"))


def two_content_types(rng: Random, bait: Bait) -> bytes:
    other = rng.choice(
        (b"text/plain", b"message/rfc822", b"image/png", b"multipart/mixed; boundary=zz")
    )
    fields = [_PDF, b"Content-Type: " + other]
    rng.shuffle(fields)
    return _single(rng, encode(EICAR), *fields, _B64, _FILE)


def two_outer_types(rng: Random, bait: Bait) -> bytes:
    """The header of the whole mail has two Content-Types: one shows a text, one shows malware."""
    boundary = b"=_%d" % rng.randrange(10**9)
    fields = [b"Content-Type: text/plain", b"Content-Type: multipart/mixed; boundary=" + boundary]
    rng.shuffle(fields)
    return head(rng, *fields) + CRLF + body(boundary, text(), _malware(rng))


def two_encodings(rng: Random, bait: Bait) -> bytes:
    other = rng.choice((b"7bit", b"quoted-printable", b"8bit", b"binary", b"x-uuencode"))
    fields = [_B64, b"Content-Transfer-Encoding: " + other]
    rng.shuffle(fields)
    return _single(rng, encode(EICAR), _PDF, *fields, _FILE)


def two_dispositions(rng: Random, bait: Bait) -> bytes:
    fields = [
        _FILE,
        rng.choice(
            (b"Content-Disposition: inline", b"Content-Disposition: attachment; filename=a.exe")
        ),
    ]
    rng.shuffle(fields)
    return _single(rng, encode(EICAR), _PDF, _B64, *fields)


def two_boundaries(rng: Random, bait: Bait) -> bytes:
    how = rng.choice(
        (b"boundary=aaa; boundary=bbb", b'boundary=aaa; boundary="bbb"', b"boundary=aaa; boundary*=us-ascii''bbb",
         b"boundary*0=a; boundary*1=aa; boundary=bbb", b"BOUNDARY=aaa; boundary=bbb", b"boundary=bbb;\r\n boundary=aaa")
    )  # fmt: skip
    first = body(b"aaa", text()) + body(b"bbb", text(), _malware(rng))
    return head(rng, b"Content-Type: multipart/mixed; " + how) + CRLF + first


def odd_boundary(rng: Random, bait: Bait) -> bytes:
    """Boundaries that readers cut, trim or compare differently."""
    said, written = rng.choice(
        ((b'"a b "', b"a b "), (b'""', b""), (b"aaa", b"aaab"), (b'"aaa"x', b"aaa"), (b"'aaa'", b"aaa"),
         (b"aaa;bbb", b"aaa"), (b"aaa(c)", b"aaa"), (b'"a\\a\\a"', b"aaa"), (b"=?utf-8?q?aaa?=", b"aaa"),
         (b'"' + b"a" * 300 + b'"', b"a" * 300), (b"AAA", b"aaa"), (b'"aaa', b"aaa"), (b"aaa\t", b"aaa"))
    )  # fmt: skip
    parts = body(written, text(), _malware(rng))
    return head(rng, b"Content-Type: multipart/mixed; boundary=" + said) + CRLF + parts


def boundary_in_boundary(rng: Random, bait: Bait) -> bytes:
    """The boundary of an inner multipart begins with, or is, that of the outer one."""
    outer = b"aaa"
    inner = rng.choice((b"aaa", b"aaab", b"aaa--", b"aa"))
    nested = entity(
        body(inner, text(), _malware(rng)), b"Content-Type: multipart/mixed; boundary=" + inner
    )
    return (
        head(rng, b"Content-Type: multipart/mixed; boundary=aaa")
        + CRLF
        + body(outer, nested, _malware(rng))
    )


def no_end(rng: Random, bait: Bait) -> bytes:
    whole = multipart(rng, text(), _malware(rng))
    return whole[: whole.rstrip().rindex(b"--=_") - rng.randint(0, 2)]


def behind_the_end(rng: Random, bait: Bait) -> bytes:
    """Parts behind the closing delimiter, or before the first one."""
    boundary = b"aaa"
    part = b"--aaa" + CRLF + _malware(rng) + CRLF
    bare = _malware(rng)
    before, after = rng.choice(
        ((b"", part), (bare + CRLF, b""), (b"", bare), (b"", part + b"--aaa--" + CRLF))
    )
    made = body(boundary, text(), before=before, after=after)
    return head(rng, b"Content-Type: multipart/mixed; boundary=aaa") + CRLF + made


def unknown_encoding(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(
        (b"x-foo", b"base64x", b"base 64", b"x-base64", b"8bit base64", b"base64, base64", b"uuencode64", b"gzip",
         b"=?us-ascii?q?base64?=", b"base64\x0b", b"b\xc3\xa4se64", b"deflate", b"yenc", b"hexa", b"1")
    )  # fmt: skip
    return _single(rng, encode(EICAR), _PDF, b"Content-Transfer-Encoding: " + name, _FILE)


def encoded_multipart(rng: Random, bait: Bait) -> bytes:
    """A transfer encoding on a multipart or a message, which RFC 2045 forbids and some readers undo."""
    inner = body(b"zz", text(), _malware(rng))
    name, data = rng.choice(
        ((b"base64", encode(inner)), (b"base64", inner), (b"quoted-printable", inner))
    )
    field = b"Content-Transfer-Encoding: " + name
    return head(rng, b"Content-Type: multipart/mixed; boundary=zz", field) + CRLF + data


def encoded_message(rng: Random, bait: Bait) -> bytes:
    inner = multipart(rng, text(), _malware(rng))
    kind = rng.choice((b"message/rfc822", b"message/global", b"message/RFC822; name=a.eml"))
    return _single(rng, encode(inner), b"Content-Type: " + kind, _B64)


def encoding_in_disguise(rng: Random, bait: Bait) -> bytes:
    """The field is folded, quoted, commented: a lenient reader decodes, a strict one does not."""
    field = rng.choice(
        (b"Content-Transfer-Encoding:\r\n base64", b'Content-Transfer-Encoding: "base64"',
         b"Content-Transfer-Encoding: base64 (really)", b"Content-Transfer-Encoding: (a (b) c) base64",
         b"Content-Transfer-Encoding:base64", b"content-transfer-ENCODING: BASE64", b"Content-Transfer-Encoding: base64;",
         b"Content-Transfer-Encoding: base64.", b"Content-Transfer-Encoding:\t\t base64\t", b"Content-Transfer-Encoding: bas\r\n e64",
         b"Content-Transfer-Encoding: base64\r\n \r\n x", b"Content-Transfer-Encoding : base64", b"Content-Transfer-Encoding\t: base64",
         b"Content-Transfer-Encoding: base64; charset=x", b"Content-Transfer-Encoding: \\base64", b"Content-Transfer-Encoding: base64\x00")
    )  # fmt: skip
    return _single(rng, encode(EICAR), _PDF, field, _FILE)


def odd_base64(rng: Random, bait: Bait) -> bytes:
    """Malware in base64 that readers decode differently."""
    data = base64.b64encode(EICAR)
    half = base64.b64encode(EICAR[:33]) + base64.b64encode(EICAR[33:])
    short = base64.b64encode(EICAR[:34]) + base64.b64encode(EICAR[34:])
    encoded = rng.choice(
        (half, short, data.rstrip(b"="), data + b"====" + data, b"".join(b"%c\r\n" % one for one in data),
         data.replace(b"Q", b"Q!*\x80", 9), b" ".join((data[:9], data[9:])), data[:20] + b"=\r\n" + data[20:],
         data + b"\r\n-- \r\nsignature", b"====" + data, data[:40] + b"\r\n\r\n" + data[40:], data + b"A",
         b"\x00".join((data[:12], data[12:])), data[:8] + b"\r" + data[8:], b"\xef\xbb\xbf" + data)
    )  # fmt: skip
    return _single(rng, encoded, _PDF, _B64, _FILE)


def odd_quoted_printable(rng: Random, bait: Bait) -> bytes:
    plain = quopri.encodestring(EICAR).rstrip(b"=\n")
    hexed = b"".join(b"=%02X" % one for one in EICAR)
    cut = (
        EICAR.replace(b"$", b"=24").replace(b"=", b"=3D")
        if b"=" in EICAR
        else EICAR.replace(b"$", b"=24")
    )
    encoded = rng.choice(
        (plain, hexed, hexed.lower(), cut[:20] + b"= \t\r\n" + cut[20:], cut[:20] + b"=\n" + cut[20:],
         cut[:9] + b"=\r\n" * 50 + cut[9:], b"".join(b"=%02x=\r\n" % one for one in EICAR), cut[:30] + b"=\r" + cut[30:])
    )  # fmt: skip
    return _single(rng, encoded, _PDF, b"Content-Transfer-Encoding: quoted-printable", _FILE)


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
    return _single(rng, inner, b"Content-Type: text/plain")


def partial(rng: Random, bait: Bait) -> bytes:
    """A piece of a message (message/partial): put together elsewhere, and scanned by nobody."""
    n = rng.randint(1, 3)
    kind = b'Content-Type: message/partial; id="a@b"; number=%d; total=3' % n
    inner = multipart(rng, text(), _malware(rng))
    piece = inner[len(inner) // 3 * (n - 1) : len(inner) // 3 * n]
    whole = head(rng, kind) + CRLF + piece
    return whole if rng.random() < 0.5 else multipart(rng, text(), entity(piece, kind))


def external_body(rng: Random, bait: Bait) -> bytes:
    """A part that is elsewhere (message/external-body, RFC 2046 section 5.2.3): never fetched."""
    kind = rng.choice(
        (f'access-type=URL; URL="http://127.0.0.1:{bait.port}/a.pdf"', f'access-type=local-file; name="{bait.file}"',
         f'access-type=anon-ftp; site="{bait.host}"; name="a.pdf"', f'access-type=tftp; site=127.0.0.1; name="{bait.file}"')
    ).encode()  # fmt: skip
    inner = b"Content-Type: application/pdf" + CRLF + CRLF
    return multipart(rng, text(), entity(inner, b"Content-Type: message/external-body; " + kind))


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
    return _single(rng, encode(EICAR), field, _PDF, _B64, _FILE)


def nul_octets(rng: Random, bait: Bait) -> bytes:
    whole = bytearray(multipart(rng, text(), _malware(rng)))
    at = rng.choice(
        (whole.index(b"Subject"), whole.index(b"boundary=") + 3, whole.index(b"filename") + 4)
    )
    whole[at:at] = b"\0"
    return bytes(whole)


def bare_line_ends(rng: Random, bait: Bait) -> bytes:
    whole = multipart(rng, text(), _malware(rng))
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
    return head(rng, *fields) + CRLF + body(boundary, text(), _malware(rng))


def starts_folded(rng: Random, bait: Bait) -> bytes:
    return rng.choice((b" folded: x\r\n", b"\t\r\n", b"\r\n", b"From a@b Mon Oct 5\r\n", b">From x\r\n", b"\xef\xbb\xbf")) + multipart(rng, text(), _malware(rng))  # noqa: E501  # fmt: skip


def odd_type(rng: Random, bait: Bait) -> bytes:
    """Content-Types that are none: what is inside is malware all the same."""
    kind = rng.choice(
        (b"Content-Type:", b"Content-Type: ;name=a.pdf", b"Content-Type: application", b"Content-Type: a/b/c",
         b"Content-Type: multipart/", b"Content-Type: multipart/mixed", b"Content-Type: text/plain; charset=utf-7",
         b"Content-Type: text/plain; charset=unicode_escape", b"Content-Type: message/rfc822", b"Content-Type: */*",
         b"Content-Type: application/pdf" + b";" * 3000, b"Content-Type: message/news", b"Content-Type: text/calendar",
         b"Content-Type: application/applefile", b"Content-Type: multipart/appledouble; boundary=x",
         b"Content-Type: application/pkcs7-signature", b"Content-Type: image/png", b"Content-Type: text/x-vcard",
         b"Content-Type: message/delivery-status", b"Content-Type: application/pgp-keys")
    )  # fmt: skip
    if rng.random() < 0.3:
        return head(rng, kind, _B64) + CRLF + encode(EICAR)
    return _single(rng, encode(EICAR), kind, _B64, *((_FILE,) if rng.random() < 0.6 else ()))


def no_mime_version(rng: Random, bait: Bait) -> bytes:
    whole = multipart(rng, text(), _malware(rng))
    version = rng.choice(
        (
            b"",
            b"MIME-Version: 2.0\r\n",
            b"Mime-Version: " + b"1" * 16_000 + CRLF,
            b"MIME-Version: 1.0 (x\r\n",
        )
    )
    return whole.replace(b"MIME-Version: 1.0\r\n", version)


def deceptive_name(rng: Random, bait: Bait) -> bytes:
    """A valid invoice under a name that deceives."""
    name = rng.choice(
        ("facture\u202efdp.exe", "facture\u2066.pdf", "facture.pdf.exe", "\u200ffacture.pdf", "a\x1b[2J.pdf",
         "a\tb.pdf", "facture.pdf .scr", "facture.xml.lnk", "x\x07.pdf", "facture.docx.js", "a\x7f.pdf")
    )  # fmt: skip
    encoded = base64.b64encode(name.encode()).decode()
    percent = "".join(f"%{one:02X}" for one in name.encode())
    field = rng.choice(
        (f"attachment; filename*=utf-8''{percent}", f'attachment; filename="=?utf-8?B?{encoded}?="',
         f"attachment; filename*0*=utf-8''{percent[:30]}; filename*1*={percent[30:]}")
    )  # fmt: skip
    return _single_valid(rng, f"Content-Disposition: {field}".encode())


def _single_valid(rng: Random, disposition: bytes) -> bytes:
    content = encode(sample("plain-invoice.pdf"))
    return multipart(
        rng, text(), entity(content, b"Content-Type: application/pdf", _B64, disposition)
    )


def odd_name(rng: Random, bait: Bait) -> bytes:
    """RFC 2231 and 2047 at their worst; the file is malware."""
    disposition = rng.choice(
        (b"filename*=a; filename*0=b", b"filename*999999999999=x; filename*0=a", b"filename*1=b; filename*3=d",
         b"filename*=utf-7''+ACIAfgAi-", b"filename*=utf-8''%ff%fe%zz", b"filename*=unicode_escape''%5Cu202e",
         b"filename*0*=utf-8''%; filename*0*=x; filename*1=y", b'filename="' + b"a" * 3000 + b'.pdf"',
         b'filename="=?utf-8?B?' + b"w" * 999 + b'?="', b'filename="' + bait.file.encode() + b'"', b'filename="..\\..\\a.pdf"',
         b'filename="a.pdf\x00.exe"', b'filename="CON"', b'filename=""', b"filename", b"filename=", b'filename="a', b"=x;=y",
         b"filename*='''''", b"; ".join(b"filename*%d=a" % n for n in range(900)), b'filename="=?x?q?' + b"=" * 500 + b'?="')
    )  # fmt: skip
    return _single(
        rng,
        encode(EICAR),
        b"Content-Type: application/pdf",
        _B64,
        b"Content-Disposition: attachment; " + disposition,
    )


def word_bomb(rng: Random, bait: Bait) -> bytes:
    """Encoded words, addresses and parameters that make structured parsers quadratic; with malware."""
    size = rng.randint(8_000, 90_000)
    field = rng.choice(
        (b"Subject: " + b"=?utf-8?q?a?= " * (size // 14), b"From: " + b"," * size, b"To: " + b'"' * size,
         b"To: " + b"(" * size, b"Message-ID: <" + b"(" * size, b"Subject: " + b"=?" * (size // 2), b"Cc: " + b"<a@b>," * (size // 6),
         b"Subject: =?utf-8?b?" + b"A" * size + b"?=", b"References: " + b"<a@b> " * (size // 6), b"Date: " + b"1" * size,
         b"X: " + b"\r\n ".join([b"a"] * (size // 4)), b"Content-Language: " + b";" * size, b"Subject: =?utf-8?q?=0D=0ABcc:_x?=")
    )  # fmt: skip
    return multipart(rng, text(), _malware(rng), fields=(field,))


def header_over_limit(rng: Random, bait: Bait) -> bytes:
    """A header of more octets or fields than any mail has: held before anybody parses it."""
    fields = rng.choice(
        ((b"X-Big: " + b"a" * rng.randint(102_401, 300_000),), tuple(b"X-%d: a" % n for n in range(rng.randint(2000, 6000))),
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


def two_froms(rng: Random, bait: Bait) -> bytes:
    parts = (text(), attached("facture.pdf", sample("plain-invoice.pdf")))
    return multipart(rng, *parts, fields=(b"From: <chef@ateliers.example>",))


def sealed(rng: Random, bait: Bait) -> bytes:
    """Encrypted, or said to be: S/MIME and PGP without a key."""
    kind, content = rng.choice(
        ((b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", noise(rng, 600)),
         (b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", noise(rng, 600)),
         (b"application/pgp-encrypted", b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"))
    )  # fmt: skip
    return multipart(rng, text(), attached("smime.p7m", content, kind))


def signed_malware(rng: Random, bait: Bait) -> bytes:
    """Malware inside opaque signed data (RFC 5652)."""
    from asn1crypto import cms

    inner = _malware(rng) if rng.random() < 0.5 else EICAR
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": inner},
            "signer_infos": [],
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    name = rng.choice(("smime.p7m", "facture.xml.p7m", "facture.pdf.p7m"))
    return multipart(
        rng, text(), attached(name, made, b"application/pkcs7-mime; smime-type=signed-data")
    )


def outlook_wrapping(rng: Random, bait: Bait) -> bytes:
    """winmail.dat and .msg that are broken."""
    content, name = rng.choice(
        ((b"\x78\x9f\x3e\x22" + noise(rng, rng.randint(0, 400)), "winmail.dat"),
         (b"\x78\x9f\x3e\x22\1\0\2\x0f\x80\6\0\xff\xff\xff\x7f" + EICAR, "winmail.dat"),
         (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(rng, 700), "message.msg"))
    )  # fmt: skip
    return multipart(rng, text(), attached(name, content, b"application/ms-tnef"))


def wrapped_malware(rng: Random, bait: Bait) -> bytes:
    """Malware in a mail in a mail, as .eml, without a name, or inline."""
    inner = multipart(rng, text(), _malware(rng))
    part = rng.choice(
        (entity(inner, b"Content-Type: message/rfc822"), attached("fwd.eml", inner, b"application/octet-stream"),
         entity(encode(EICAR), b"Content-Type: application/octet-stream", _B64), entity(EICAR, b"Content-Type: text/plain"),
         entity(encode(EICAR), b"Content-Type: image/png", _B64, b"Content-ID: <logo>", b"Content-Disposition: inline"),
         entity(inner, b"Content-Type: text/plain", b"Content-Disposition: attachment; filename=a.eml"))
    )  # fmt: skip
    return multipart(rng, text(), part)


def malware_in_report(rng: Random, bait: Bait) -> bytes:
    """A bounce, a receipt, an automatic answer, an invitation: with malware in it, no harmless mail."""
    kind = rng.choice(
        (b"Content-Type: multipart/report; report-type=delivery-status; boundary=aaa", b"Auto-Submitted: auto-replied", b"Precedence: auto_reply")
    )  # fmt: skip
    fields = (
        (kind,)
        if kind.startswith(b"Content")
        else (b"Content-Type: multipart/mixed; boundary=aaa", kind)
    )
    return head(rng, *fields) + CRLF + body(b"aaa", text(), _malware(rng))


def active_page(rng: Random, bait: Bait) -> bytes:
    page = rng.choice(
        ("<html><script>location='http://127.0.0.1:%d'</script></html>" % bait.port, "<html><form action=x><input type=password></form></html>",
         "<html><body onload=alert(1)>x</body></html>", f"<html><iframe src='http://{bait.host}'></iframe></html>")
    )  # fmt: skip
    return multipart(rng, text(), attached("facture.html", page.encode(), b"text/html"))


def empty_file(rng: Random, bait: Bait) -> bytes:
    return multipart(rng, text(), attached("facture.pdf", rng.choice((b"", b" ", b"\r\n\r\n"))))


def other_content(rng: Random, bait: Bait) -> bytes:
    """A file that is not what its name says, and of a kind that is not taken."""
    content = rng.choice(
        (
            b"<html><script>1</script></html>",
            noise(rng, 900),
            b"\x7fELF" + bytes(90),
            b"#!/bin/sh\nrm -rf /\n",
        )
    )
    return multipart(rng, text(), attached(rng.choice(("facture.pdf", "facture.bin.pdf")), content))


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
            b"begin 644 a\r\n" * 100_000,
        )
    )
    return multipart(rng, entity(filler, b"Content-Type: text/plain"), _malware(rng))


def large_noise(rng: Random, bait: Bait) -> bytes:
    """Megabytes of base64 that are no document."""
    return multipart(rng, text(), attached("facture.pdf", noise(rng, rng.randint(2, 8) << 20)))


SHAPES = (
    malware, program, two_content_types, two_outer_types, two_encodings, two_dispositions, two_boundaries,
    odd_boundary, boundary_in_boundary, no_end, behind_the_end, unknown_encoding, encoded_multipart,
    encoded_message, encoding_in_disguise, odd_base64, odd_quoted_printable, uuencoded, partial,
    external_body, spaced_field, nul_octets, bare_line_ends, broken_header, starts_folded, odd_type,
    no_mime_version, deceptive_name, odd_name, word_bomb, header_over_limit, nested_multiparts,
    nested_messages, hundred_attachments, loop, two_froms, sealed, signed_malware, outlook_wrapping,
    wrapped_malware, malware_in_report, active_page, empty_file, other_content,
)  # fmt: skip
HEAVY = (thousands_of_parts, thousand_levels, million_lines, large_noise)


def damaged_mail(rng: Random, bait: Bait) -> bytes:
    document = rng.choice(("plain-invoice.pdf", "factur-x-basic.pdf"))
    return damaged(rng, wrapped(rng, "facture.pdf", sample(document), "application/pdf"))


def damaged_header(rng: Random, bait: Bait) -> bytes:
    whole = multipart(
        rng, text(), attached("facture.xml", sample("ubl-invoice.xml"), b"application/xml")
    )
    at = whole.index(b"Content-Disposition")
    return damaged(rng, whole[:at]) + whole[at:]


DAMAGED = (damaged_mail, damaged_header)


def mail(rng: Random, content: bytes) -> bytes:
    """Return the mail as it is."""
    return content
