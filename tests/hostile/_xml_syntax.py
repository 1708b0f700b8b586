"""XML that is not well-formed, lies about its encoding, or is deeper and longer than XML should be."""

import re
from random import Random

from tests.hostile._hostile import EICAR, Bait, noise
from tests.hostile._xml_builder import any_invoice, bare, inside, on_root


def deep(rng: Random, bait: Bait) -> bytes:
    depth = rng.choice((300, 2100, 5000, 50_000))
    return inside(any_invoice(rng), b"<a>" * depth + b"</a>" * depth)


def many_attributes(rng: Random, bait: Bait) -> bytes:
    names = " ".join(f'a{n}="{rng.randrange(99)}"' for n in range(rng.randint(2000, 20_000)))
    return inside(any_invoice(rng), f"<a {names}/>".encode())


def many_namespaces(rng: Random, bait: Bait) -> bytes:
    names = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(rng.randint(500, 5000)))
    return inside(any_invoice(rng), f"<a {names}><b/></a>".encode())


def long_name(rng: Random, bait: Bait) -> bytes:
    name = b"n" * rng.randint(60_000, 300_000)
    return inside(any_invoice(rng), b"<" + name + b"/>")


def twice_an_attribute(rng: Random, bait: Bait) -> bytes:
    return on_root(
        any_invoice(rng), rng.choice((b'a="1" a="2"', b'xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"'))
    )


def not_well_formed(rng: Random, bait: Bait) -> bytes:
    wound = rng.choice(
        (b"<a></b>", b"<a", b"&undefined;", b"]]>", b"&#0;", b"&#xFFFF;", b"&#x1B;[2J", b"<p:a/>",
         b"\x1b[31m", b"\0", b"\x07", b"<!-- -- -->", b"<?xml version='1.0'?>", b"<![CDATA[",
         b"<a b=c/>",
         b"&", b"<a b='<'/>", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80")
    )  # fmt: skip
    return inside(any_invoice(rng), wound)


def cut(rng: Random, bait: Bait) -> bytes:
    document = any_invoice(rng)
    return document[: rng.randint(60, document.rindex(b"</"))]


def behind_the_end(rng: Random, bait: Bait) -> bytes:
    document = any_invoice(rng)
    return document + rng.choice(
        (b"x", b"<a/>", bare(document), b"\0\0", noise(rng, 40), b"PK\3\4", EICAR)
    )


def before_the_start(rng: Random, bait: Bait) -> bytes:
    junk = rng.choice(
        (
            b"x",
            b"\0",
            EICAR + b"\n",
            b"<a/>",
            b"\xef\xbb\xbf\xef\xbb\xbf\xef\xbb\xbfx",
            noise(rng, 9),
        )
    )
    return junk + any_invoice(rng)


def encoding_lie(rng: Random, bait: Bait) -> bytes:
    """The declaration says one encoding, the octets are another, and neither is readable as it is."""
    body = bare(any_invoice(rng)).decode()
    said, true = rng.choice(
        (("UTF-8", "cp037"), ("UTF-16", "utf-8"), ("x-unknown", "utf-8"),
         ("UTF-32", "utf-8"), ("hex", "utf-8"), ("unicode_escape", "utf-8"))
    )  # fmt: skip
    return f'<?xml version="1.0" encoding="{said}"?>{body}'.encode(true, "replace")


def wrong_mark(rng: Random, bait: Bait) -> bytes:
    """A byte order mark of another encoding than the octets'."""
    body = bare(any_invoice(rng))
    mark = rng.choice((b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"))
    return mark + body + (b" " if len(body) % 2 else b"")


def invalid_octets(rng: Random, bait: Bait) -> bytes:
    document = any_invoice(rng)
    bad = rng.choice((b"\xff", b"\xc0\xaf", b"\xe9t\xe9", b"\xf5\x80\x80\x80", b"\xed\xbf\xbf"))
    return re.sub(rb"(<(?:\w+:)?Name>)", lambda found: found[1] + bad, document, count=1)


def huge_text(rng: Random, bait: Bait) -> bytes:
    """Text of more megabytes than the parser takes, in a document that is not well-formed either."""
    size = rng.randint(11, 20) << 20
    return inside(
        any_invoice(rng),
        rng.choice((b"<a>" + b"x" * size + b"</a>", b'<a b="' + b"x" * size + b'"/>')),
    )


def million_elements(rng: Random, bait: Bait) -> bytes:
    return inside(any_invoice(rng), b"<a/>" * rng.randint(200_000, 1_000_000))
