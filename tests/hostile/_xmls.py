"""Hostile XML: a document type, a bomb, an encoding that lies, a file inside that may not be filed, or
an invoice that is none. Every one is built from a valid invoice, so nothing but the attack holds it."""

from random import Random

from tests.hostile import _xml_annexes, _xml_contents, _xml_doctypes, _xml_syntax
from tests.hostile._hostile import Bait, damaged, wrapped
from tests.hostile._xml_builder import any_invoice

SHAPES = (
    _xml_doctypes.external_entity, _xml_doctypes.parameter_entity, _xml_doctypes.external_dtd,
    _xml_doctypes.harmless_doctype, _xml_doctypes.unparsed_entity, _xml_doctypes.laughs,
    _xml_doctypes.laughs_in_attribute, _xml_doctypes.quadratic, _xml_doctypes.recursive_entity,
    _xml_doctypes.parameter_laughs, _xml_doctypes.doctype_in_disguise,
    _xml_doctypes.doctype_behind, _xml_contents.xinclude, _xml_contents.schema_location,
    _xml_contents.stylesheet, _xml_contents.transformation, _xml_syntax.deep,
    _xml_syntax.many_attributes,
    _xml_syntax.many_namespaces, _xml_syntax.long_name, _xml_syntax.twice_an_attribute,
    _xml_syntax.not_well_formed, _xml_syntax.cut, _xml_syntax.behind_the_end,
    _xml_syntax.before_the_start, _xml_syntax.encoding_lie, _xml_syntax.wrong_mark,
    _xml_syntax.invalid_octets, _xml_annexes.embedded_malware, _xml_annexes.embedded_program,
    _xml_annexes.embedded_archive, _xml_annexes.embedded_page, _xml_annexes.embedded_base64,
    _xml_annexes.embedded_in_cii, _xml_contents.injection, _xml_contents.wrong_sum,
    _xml_contents.wrong_number, _xml_contents.other_recipient, _xml_contents.incomplete,
    _xml_contents.no_invoice, _xml_contents.other_namespace,
)  # fmt: skip


HEAVY = (
    _xml_syntax.huge_text,
    _xml_syntax.million_elements,
    _xml_annexes.huge_annex,
    _xml_contents.many_lines,
)


def damaged_xml(rng: Random, bait: Bait) -> bytes:
    return damaged(rng, any_invoice(rng))


DAMAGED = (damaged_xml,)


def mail(rng: Random, content: bytes) -> bytes:
    """Return the mail that brings an XML file, as software labels them."""
    kind = rng.choice(("application/xml", "text/xml", "application/octet-stream"))
    return wrapped(rng, rng.choice(("facture.xml", "INVOICE.XML", "factur-x.xml")), content, kind)
