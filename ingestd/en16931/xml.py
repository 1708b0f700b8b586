"""XML from strangers: recognised by its first bytes, parsed with everything dangerous switched off.

Nothing is fetched or expanded; a document type declaration (DTD) is refused outright, because no
invoice syntax uses one and every XML attack begins with one.
"""

import codecs
import re
from typing import Any, cast

from lxml import etree

from ingestd.model import Bilingual

_HEAD_BYTES = 1024 * 1024
"""How far the end of the first start tag is looked for; it is nearly always in the first step."""
_STEP = 1024
_PADDING = b" " * 64
"""Pushes a very short document out of the parser's own buffer."""
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_DOCTYPE = Bilingual(
    "a document type declaration (DOCTYPE) is refused",
    "une déclaration de type de document (DOCTYPE) est refusée",
)


class XmlBroken(Exception):  # noqa: N818 - it names the sender's fault, not ours
    """The document is not well-formed XML, or carries a DOCTYPE. `line` counts from 1. `is_hostile`
    tells what no software writes by mistake: a DOCTYPE, and what is over the parser's limits."""

    def __init__(self, line: int, detail: str | Bilingual, *, is_hostile: bool = False) -> None:
        self.line = line
        self.detail = detail
        self.is_hostile = is_hostile
        super().__init__(f"line {line}: {detail}")


def parse(content: bytes) -> etree._Element:
    """Return the document element of `content`, comments and processing instructions left out.

    Raises XmlBroken when it is not well-formed, in an unknown encoding, nested deeper than libxml2
    allows (256), or has a DOCTYPE.
    """
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        if not _has_long_text(error) or _declares_doctype(content):
            raise _broken(content, error) from error
        root = _parse_with_long_text(content)
    information: Any = root.getroottree().docinfo
    if information.doctype:
        raise XmlBroken(_doctype_line(content), _DOCTYPE, is_hostile=True)
    return root


def document_element(content: bytes) -> str | None:
    """Return `{namespace}Root` (or `Root`) of something that is XML by its bytes, else None.

    Looks at the head only and forgives whatever can be forgiven there (white space before the
    declaration, a DOCTYPE, an undeclared prefix), so that broken XML is recognised as XML and can be
    called broken. Nothing is promised about the rest of the document.
    """
    if not _head(content, _STEP).startswith("<"):
        return None
    parser = etree.XMLPullParser(("start",), **_settings(recover=True))
    data = _head(content, _HEAD_BYTES).encode("utf-8", "replace") + _PADDING
    for start in range(0, len(data), _STEP):
        try:
            parser.feed(data[start : start + _STEP])
        except etree.XMLSyntaxError:
            return None
        for _event, element in parser.read_events():
            return str(cast(etree._Element, element).tag)
    return None


def _settings(*, huge_tree: bool = False, recover: bool = False) -> dict[str, Any]:
    return {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "huge_tree": huge_tree,
        "recover": recover,
        "remove_pis": True,
        "remove_comments": True,
        "collect_ids": False,
        "decompress": False,
    }


def _parser(*, huge_tree: bool = False) -> etree.XMLParser:
    return etree.XMLParser(**_settings(huge_tree=huge_tree))


def _parse_with_long_text(content: bytes) -> etree._Element:
    """Parse again without libxml2's 10 MB limit of a text node, which attachments (BG-24) exceed.

    Only for documents without a DOCTYPE, and reading runs in the sandbox anyway.
    """
    try:
        return etree.fromstring(content, _parser(huge_tree=True))
    except etree.XMLSyntaxError as error:
        raise _broken(content, error) from error


def _has_long_text(error: Any) -> bool:
    return bool(error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT and "too long" in str(error))


def _broken(content: bytes, error: Any) -> XmlBroken:
    if _declares_doctype(content):
        return XmlBroken(_doctype_line(content), _DOCTYPE, is_hostile=True)
    what = re.sub(r"( line \d+)?, line \d+, column \d+( \(.*\))?$", "", str(error.msg))
    over_limit = error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT
    return XmlBroken(max(error.lineno or 1, 1), what, is_hostile=over_limit)


def _declares_doctype(content: bytes) -> bool:
    return any("<!DOCTYPE".encode(coding) in content for coding in ("ascii", *_WIDE))


def _doctype_line(content: bytes) -> int:
    before, found, _after = _text(content[:_HEAD_BYTES]).partition("<!DOCTYPE")
    return before.count("\n") + 1 if found else 1


def _head(content: bytes, size_bytes: int) -> str:
    """Return the start of `content` as text without its XML declaration (which may lie)."""
    text = _text(content[:size_bytes]).replace("\0", "")
    return _DECLARATION.sub("", text, count=1).lstrip()


def _text(head: bytes) -> str:
    for bom, coding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(coding, "replace")
    return head.decode(_coding_without_bom(head), "replace")


def _coding_without_bom(head: bytes) -> str:
    """UTF-16 without a byte order mark shows as `<` and NUL in one order or the other (XML 1.0, F.1)."""
    if head[:64].translate(None, b" \t\r\n\0")[:1] != b"<":
        return "utf-8"
    if head.startswith(b"\0"):
        return "utf-16-be"
    return "utf-16-le" if head[1:2] == b"\0" else "utf-8"
