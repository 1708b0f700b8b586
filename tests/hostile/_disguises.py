"""One attachment in a hundred disguises: ways to write it that some mail readers see through and others
do not. What is attached is for the caller to say; each disguise is a whole mail.
"""

import base64
import binascii
import quopri
import struct
from collections.abc import Callable, Iterator

CRLF = b"\r\n"
HEAD = (
    b"From: Papeterie <factures@papeterie-du-parc.example>",
    b"To: <fr40303265045@in.example.com>",
    b"Subject: Facture",
    b"Date: Mon, 05 Oct 2026 09:30:00 +0200",
    b"Message-ID: <1@papeterie-du-parc.example>",
)
MBOX = b"From a@b.example Mon Oct  5 09:00:00 2026\r\n"
MIME = b"MIME-Version: 1.0"
MIXED = b'Content-Type: multipart/mixed; boundary="bbb"'
PDF = b'Content-Type: application/pdf; name="facture.pdf"'
BASE64 = b"Content-Transfer-Encoding: base64"
QUOTED = b"Content-Transfer-Encoding: quoted-printable"
FILE = b'Content-Disposition: attachment; filename="facture.pdf"'
TEXT = b"Content-Type: text/plain" + CRLF + CRLF + b"Bonjour"
_BINHEX = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
Disguise = Callable[[bytes], bytes]


def lines(*fields: bytes) -> bytes:
    return b"".join(field + CRLF for field in fields)


def mail(*fields: bytes, body: bytes, head: tuple[bytes, ...] = HEAD) -> bytes:
    """Return a mail with the usual fields and these."""
    return lines(*head, *fields) + CRLF + body


def part(*fields: bytes, body: bytes) -> bytes:
    return lines(*fields) + CRLF + body


def split(*parts: bytes, boundary: bytes = b"bbb", end: bytes = b"--") -> bytes:
    """Return the body of a multipart."""
    inside = b"".join(b"--" + boundary + CRLF + one + CRLF for one in parts)
    return inside + b"--" + boundary + end + CRLF


def mixed(*parts: bytes) -> bytes:
    """Return an ordinary multipart/mixed."""
    return mail(MIME, MIXED, body=split(*parts))


def encoded(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", CRLF)


def attached(content: bytes, *fields: bytes) -> bytes:
    """Return a mail with a text and an attachment in base64 under the given fields."""
    return mixed(TEXT, part(*fields, body=encoded(content)))


def as_base64(data: Callable[[bytes], bytes]) -> Disguise:
    """Return a disguise of base64 that is written differently."""
    return lambda content: mixed(TEXT, part(PDF, BASE64, FILE, body=data(content)))


def as_quoted(data: Callable[[bytes], bytes]) -> Disguise:
    return lambda content: mixed(TEXT, part(PDF, QUOTED, FILE, body=data(content)))


def uu(content: bytes) -> bytes:
    rows = (binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"".join(rows).replace(b"\n", CRLF)


def yenc(content: bytes) -> bytes:
    critical = {0: b"=@", 10: b"=J", 13: b"=M", 61: b"=}"}
    shifted = ((one + 42) % 256 for one in content)
    return b"".join(critical.get(one, bytes([one])) for one in shifted)


def plain64(content: bytes) -> bytes:
    return base64.b64encode(content)


def quoted(content: bytes) -> bytes:
    return quopri.encodestring(content).rstrip(b"=\n").replace(b"\n", CRLF)


def hexed(content: bytes) -> list[bytes]:
    return [b"=%02X" % one for one in content]


def binhex(content: bytes) -> bytes:
    """Return BinHex 4.0 (RFC 1741): name, type, lengths and checksums, in letters of six bits."""
    head = b"\x05a.com\0TEXTttxt" + struct.pack(">HLL", 0, len(content), 0)
    forks = (head, content, b"")
    raw = b"".join(fork + struct.pack(">H", binascii.crc_hqx(fork, 0)) for fork in forks)
    bits = "".join(f"{one:08b}" for one in raw.replace(b"\x90", b"\x90\0"))
    bits += "0" * (-len(bits) % 6)
    letters = bytes(_BINHEX[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))
    rows = [b":" + letters[:63], *(letters[at : at + 64] for at in range(63, len(letters), 64))]
    return b"(This file must be converted with BinHex 4.0)\r\n\r\n" + CRLF.join(rows) + b":\r\n"


def encodings() -> Iterator[tuple[str, Disguise]]:
    """Content-Transfer-Encoding written in every way that somebody understands."""
    field = b"Content-Transfer-Encoding"
    for name, written in {
        "folded": field + b":\r\n base64",
        "folded twice": field + b":\r\n \r\n\tbase64",
        "quoted": field + b': "base64"',
        "comment behind": field + b": base64 (encoded)",
        "comment before": field + b": (encoded) base64",
        "nested comment": field + b": (a (b) c) base64",
        "upper case": b"CONTENT-TRANSFER-ENCODING: BASE64",
        "no space": field + b":base64",
        "tabs": field + b":\t\tbase64\t",
        "semicolon": field + b": base64;",
        "parameter": field + b": base64; charset=utf-8",
        "full stop": field + b": base64.",
        "comma list": field + b": 7bit, base64",
        "x-base64": field + b": x-base64",
        "cut in two": field + b": bas\r\n e64",
        "encoded word": field + b": =?us-ascii?Q?base64?=",
        "raw octet": field + b": base64\xa0",
        "vertical tab": field + b": base64\x0b",
        "nul behind": field + b": base64\0",
        "nul within": field + b": bas\0e64",
        "space before colon": field + b" : base64",
        "tab before colon": field + b"\t: base64",
        "twice, 7bit first": field + b": 7bit\r\n" + field + b": base64",
        "twice, 7bit last": field + b": base64\r\n" + field + b": 7bit",
        "twice, quoted-printable": field + b": quoted-printable\r\n" + field + b": base64",
        "unknown": field + b": x-rot13",
        "empty and base64": field + b":\r\n" + field + b": base64",
        "after a blank fold": b"X-Empty: a\r\n \r\n" + field + b": base64",
        "after a bare CR": b"X-Empty: a\r" + field + b": base64",
        "after a line without colon": b"nothing\r\n" + field + b": base64",
        "missing": b"X-Nothing: x",
    }.items():
        yield f"encoding {name}", lambda content, one=written: attached(content, PDF, one, FILE)


def base64s() -> Iterator[tuple[str, Disguise]]:
    """Base64 written in every way that somebody decodes."""
    for name, data in {
        "one line": plain64,
        "four a line": lambda c: CRLF.join(
            plain64(c)[n : n + 4] for n in range(0, len(plain64(c)), 4)
        ),
        "five a line": lambda c: CRLF.join(
            plain64(c)[n : n + 5] for n in range(0, len(plain64(c)), 5)
        ),
        "one a line": lambda c: CRLF.join(b"%c" % one for one in plain64(c)),
        "no padding": lambda c: plain64(c).rstrip(b"="),
        "too much padding": lambda c: plain64(c) + b"====",
        "padding first": lambda c: b"====" + plain64(c),
        "padding within, whole": lambda c: plain64(c[:34]) + plain64(c[34:]),
        "padding within, odd": lambda c: plain64(c)[:20] + b"=" + plain64(c)[20:],
        "padding behind each line": lambda c: CRLF.join(
            plain64(c[n : n + 10]) for n in range(0, len(c), 10)
        ),
        "junk": lambda c: b"*!".join((plain64(c)[:30], plain64(c)[30:50], plain64(c)[50:])),
        "octets": lambda c: plain64(c)[:30] + b"\x80\xff" + plain64(c)[30:],
        "hyphens": lambda c: plain64(c)[:30] + b"\r\n--\r\n" + plain64(c)[30:],
        "blanks": lambda c: b" \t".join((plain64(c)[:9], plain64(c)[9:])),
        "empty lines": lambda c: plain64(c)[:40] + CRLF * 3 + plain64(c)[40:],
        "nul": lambda c: plain64(c)[:12] + b"\0" + plain64(c)[12:],
        "bare CR": lambda c: plain64(c)[:40] + b"\r" + plain64(c)[40:],
        "byte order mark": lambda c: b"\xef\xbb\xbf" + plain64(c),
        "footer": lambda c: plain64(c) + b"\r\n-- \r\nliste de diffusion\r\n",
        "one letter more": lambda c: plain64(c) + b"A",
        "harmless part behind": lambda c: plain64(c) + b"\r\n" + plain64(b"harmless"),
    }.items():
        yield f"base64 {name}", as_base64(data)


def quoteds() -> Iterator[tuple[str, Disguise]]:
    """Quoted-printable written in every way that somebody decodes."""
    for name, data in {
        "all hex": lambda c: b"".join(hexed(c)),
        "lower case": lambda c: b"".join(hexed(c)).lower(),
        "soft breaks": lambda c: b"=\r\n".join(hexed(c)),
        "soft break with blanks": lambda c: b"= \t\r\n".join((quoted(c[:20]), quoted(c[20:]))),
        "soft break by LF": lambda c: b"=\n".join((quoted(c[:20]), quoted(c[20:]))),
        "soft break by CR": lambda c: b"=\r".join((quoted(c[:20]), quoted(c[20:]))),
        "many soft breaks": lambda c: quoted(c[:20]) + b"=\r\n" * 60 + quoted(c[20:]),
        "broken hex": lambda c: quoted(c) + b"=ZZ=4",
        "equals at the end": lambda c: quoted(c) + b"=",
        "one endless line": lambda c: b"".join(hexed(c)) + b"=20" * 400,
        "blanks at line ends": lambda c: quoted(c) + b"   \r\n",
    }.items():
        yield f"quoted-printable {name}", as_quoted(data)


def types() -> Iterator[tuple[str, Disguise]]:
    """Content-Types that deny an attachment, or say two things."""
    for name, fields in {
        "text/plain": (b"Content-Type: text/plain", BASE64),
        "text/html": (b"Content-Type: text/html", BASE64),
        "octet-stream without name": (b"Content-Type: application/octet-stream", BASE64),
        "inline": (PDF, BASE64, b"Content-Disposition: inline"),
        "none": (BASE64,),
        "empty": (b"Content-Type:", BASE64),
        "no subtype": (b"Content-Type: application", BASE64),
        "two subtypes": (b"Content-Type: a/b/c", BASE64),
        "two, text last": (PDF, b"Content-Type: text/plain", BASE64, FILE),
        "two, text first": (b"Content-Type: text/plain", PDF, BASE64, FILE),
        "two, multipart": (PDF, b"Content-Type: multipart/mixed; boundary=ccc", BASE64),
        "utf-7": (b"Content-Type: text/plain; charset=utf-7", BASE64),
        "unicode_escape": (b"Content-Type: text/plain; charset=unicode_escape", BASE64),
        "calendar": (b"Content-Type: text/calendar", BASE64),
        "signature": (b"Content-Type: application/pgp-signature", BASE64),
        "delivery status": (b"Content-Type: message/delivery-status", BASE64),
        "image": (b"Content-Type: image/png", BASE64, b"Content-ID: <logo>"),
        "message": (b"Content-Type: message/rfc822", BASE64),
        "external body": (b'Content-Type: message/external-body; access-type=URL; URL="x"', BASE64),
        "two dispositions": (PDF, BASE64, FILE, b"Content-Disposition: inline"),
        "two names": (PDF, BASE64, b'Content-Disposition: attachment; filename="facture.exe"'),
        "many semicolons": (PDF + b";" * 9000, BASE64),
    }.items():
        yield f"type {name}", lambda content, some=fields: attached(content, *some)


def boundaries() -> Iterator[tuple[str, Disguise]]:
    """Boundaries that readers unquote, cut, join or compare differently: as written, and as used."""
    for name, (said, used) in {
        "twice, first": (b"boundary=bbb; boundary=ccc", b"bbb"),
        "twice, last": (b"boundary=ccc; boundary=bbb", b"bbb"),
        "two spellings": (b"boundary=ccc; BOUNDARY=bbb", b"bbb"),
        "with a comment": (b"boundary=bbb (c)", b"bbb"),
        "comment within": (b"(boundary=ccc) boundary=bbb", b"bbb"),
        "quoted and more": (b'boundary="bbb"x', b"bbb"),
        "half quoted": (b'boundary="bbb', b"bbb"),
        "single quotes": (b"boundary='bbb'", b"bbb"),
        "backslash": (b'boundary="b\\bb"', b"bbb"),
        "blank at the end": (b'boundary="bbb "', b"bbb "),
        "blank within": (b'boundary="b bb"', b"b bb"),
        "blank within, bare": (b"boundary=b bb", b"b bb"),
        "tab at the end": (b"boundary=bbb\t", b"bbb"),
        "encoded word": (b"boundary==?us-ascii?Q?bbb?=", b"bbb"),
        "in pieces": (b"boundary*0=b; boundary*1=bb", b"bbb"),
        "in pieces and whole": (b"boundary=ccc; boundary*0=bbb", b"bbb"),
        "extended": (b"boundary*=us-ascii''bb%62", b"bbb"),
        "other case": (b"boundary=BBB", b"bbb"),
        "begins alike": (b"boundary=bbb", b"bbbc"),
        "long": (b"boundary=" + b"b" * 71, b"b" * 71),
        "long and cut": (b"boundary=" + b"b" * 80, b"b" * 70),
        "empty": (b'boundary=""', b""),
        "raw octets": (b"boundary=b\xe9b", b"b\xe9b"),
        "no semicolon": (b"boundary=bbb", b"bbb"),
        "missing": (b"type=x", b"bbb"),
    }.items():
        semicolon = b"" if name == "no semicolon" else b";"
        field = b"Content-Type: multipart/mixed" + semicolon + b" " + said
        yield (
            f"boundary {name}",
            lambda content, one=(field, used): mail(
                MIME, one[0], body=split(TEXT, _attachment(content), boundary=one[1])
            ),
        )


def _attachment(content: bytes) -> bytes:
    return part(PDF, BASE64, FILE, body=encoded(content))


def structures() -> Iterator[tuple[str, Disguise]]:
    """Mails whose parts are not where they should be."""
    simple = MIME, MIXED
    yield from {
        "preamble": lambda c: mail(*simple, body=_attachment(c) + CRLF + split(TEXT)),
        "epilogue": lambda c: mail(*simple, body=split(TEXT) + _attachment(c)),
        "bare base64 in the epilogue": lambda c: mail(*simple, body=split(TEXT) + encoded(c)),
        "part behind the end": lambda c: mail(*simple, body=split(TEXT) + split(_attachment(c))),
        "no final boundary": lambda c: mail(
            *simple, body=split(TEXT, _attachment(c))[: -len(b"--bbb--\r\n")]
        ),
        "cut final boundary": lambda c: mail(*simple, body=split(TEXT, _attachment(c), end=b"-")),
        "no MIME-Version": lambda c: mail(MIXED, body=split(TEXT, _attachment(c))),
        "MIME-Version 2": lambda c: mail(
            b"MIME-Version: 2.0", MIXED, body=split(TEXT, _attachment(c))
        ),
        "the whole mail": lambda c: mail(MIME, PDF, BASE64, FILE, body=encoded(c)),
        "same boundary within": lambda c: mail(
            *simple, body=split(TEXT, part(MIXED, body=split(TEXT, _attachment(c))))
        ),
        "boundary begins alike within": lambda c: mail(
            *simple,
            body=split(
                TEXT,
                part(
                    b"Content-Type: multipart/mixed; boundary=bbbc",
                    body=split(TEXT, _attachment(c), boundary=b"bbbc"),
                ),
            ),
        ),
        "multipart in base64": lambda c: mail(
            *simple, BASE64, body=encoded(split(TEXT, _attachment(c)))
        ),
        "multipart says base64": lambda c: mail(*simple, BASE64, body=split(TEXT, _attachment(c))),
        "multipart in quoted-printable": lambda c: mail(
            *simple, QUOTED, body=b"=\r\n".join(hexed(split(TEXT, _attachment(c))))
        ),
        "message in base64": lambda c: mixed(
            TEXT, part(b"Content-Type: message/rfc822", BASE64, body=encoded(mixed(_attachment(c))))
        ),
        "message in quoted-printable": lambda c: mixed(
            TEXT,
            part(
                b"Content-Type: message/rfc822", QUOTED, body=b"".join(hexed(mixed(_attachment(c))))
            ),
        ),
        "message as octet-stream": lambda c: mixed(
            TEXT, part(b"Content-Type: application/octet-stream", FILE, body=mixed(_attachment(c)))
        ),
        "digest": lambda c: mail(
            MIME,
            b"Content-Type: multipart/digest; boundary=bbb",
            body=split(CRLF + mixed(_attachment(c))),
        ),
        "two types of the mail, text first": lambda c: mail(
            MIME, b"Content-Type: text/plain", MIXED, body=split(TEXT, _attachment(c))
        ),
        "two types of the mail, text last": lambda c: mail(
            MIME, MIXED, b"Content-Type: text/plain", body=split(TEXT, _attachment(c))
        ),
        "comment in the type": lambda c: mail(
            MIME,
            b"Content-Type: multipart/mixed (x); boundary=bbb",
            body=split(TEXT, _attachment(c)),
        ),
        "type in quotes": lambda c: mail(
            MIME,
            b'Content-Type: "multipart/mixed"; boundary=bbb',
            body=split(TEXT, _attachment(c)),
        ),
        "unknown multipart": lambda c: mail(
            MIME, b"Content-Type: multipart/x; boundary=bbb", body=split(TEXT, _attachment(c))
        ),
        "bare CR everywhere": lambda c: mixed(TEXT, _attachment(c)).replace(CRLF, b"\r"),
        "bare LF everywhere": lambda c: mixed(TEXT, _attachment(c)).replace(CRLF, b"\n"),
        "CR before the boundary": lambda c: mail(
            *simple, body=split(TEXT)[:-9] + b"\r--bbb\r" + _attachment(c) + CRLF + b"--bbb--\r\n"
        ),
        "first line folded": lambda c: b" folded\r\n" + mixed(TEXT, _attachment(c)),
        "byte order mark": lambda c: b"\xef\xbb\xbf" + mixed(TEXT, _attachment(c)),
        "empty first line": lambda c: CRLF + mixed(TEXT, _attachment(c)),
        "mbox line": lambda c: b"From a@b Mon Oct  5 2026\r\n" + mixed(TEXT, _attachment(c)),
        "nul in the header": lambda c: mail(
            b"X-Nul: a\0b", *simple, body=split(TEXT, _attachment(c))
        ),
        "header without colon": lambda c: mail(
            b"nothing", *simple, body=split(TEXT, _attachment(c))
        ),
        "uuencode in the text": lambda c: mail(
            body=b"Bonjour\r\n\r\nbegin 644 facture.pdf\r\n" + uu(c) + b"`\r\nend\r\n"
        ),
        "uuencode without end": lambda c: mail(body=b"begin 644 facture.pdf\r\n" + uu(c)),
        "uuencode behind another begin": lambda c: mail(
            body=b"begin 644 a\r\nbegin 644 facture.pdf\r\n" + uu(c) + b"`\r\nend\r\n"
        ),
        "uuencode as transfer encoding": lambda c: mixed(
            TEXT,
            part(
                PDF,
                b"Content-Transfer-Encoding: x-uuencode",
                body=b"begin 644 a\r\n" + uu(c) + b"`\r\nend\r\n",
            ),
        ),
        "begin-base64": lambda c: mail(
            body=b"begin-base64 644 facture.pdf\r\n" + encoded(c) + b"====\r\n"
        ),
        "uuencode in an unknown text": lambda c: mixed(
            TEXT, part(b"Content-Type: text/x-y", body=b"begin 644 a\r\n" + uu(c) + b"`\r\nend\r\n")
        ),
        "uuencode in a file": lambda c: mixed(
            TEXT,
            part(
                b"Content-Type: application/octet-stream",
                body=b"Voici\r\n\r\nbegin 644 a\r\n" + uu(c) + b"`\r\nend\r\n",
            ),
        ),
        "BinHex": lambda c: mail(body=b"Bonjour\r\n\r\n" + binhex(c)),
        "BinHex in a file": lambda c: mixed(
            TEXT, part(b"Content-Type: application/mac-binhex40; name=a.hqx", body=binhex(c))
        ),
        "BinHex in the preamble": lambda c: mail(*simple, body=binhex(c) + split(TEXT)),
        "BinHex in the epilogue": lambda c: mail(*simple, body=split(TEXT) + binhex(c)),
        "second mail of a mailbox": lambda c: (
            MBOX + mail(body=b"Bonjour\r\n\r\n" + MBOX + mail(PDF, BASE64, FILE, body=encoded(c)))
        ),
        "yEnc": lambda c: mail(
            body=b"=ybegin line=128 size=68 name=facture.pdf\r\n"
            + yenc(c)
            + b"\r\n=yend size=68\r\n"
        ),
        "partial": lambda c: mail(
            MIME,
            b'Content-Type: message/partial; id="a@b"; number=1; total=2',
            body=mixed(TEXT, _attachment(c))[:-60],
        ),
    }.items()


def all_disguises() -> dict[str, Disguise]:
    """Return every disguise by its name."""
    return {
        name: disguise
        for family in (encodings, base64s, quoteds, types, boundaries, structures)
        for name, disguise in family()
    }
