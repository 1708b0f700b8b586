"""A Standard Business Document (the envelope of Peppol and GS1, with a StandardBusinessDocumentHeader)
-> the one document inside.

What the header says is for the network that it came through, and nobody's word for the invoice: it is
not looked at.
"""

from collections.abc import Iterator

from lxml import etree

from ingestd.en16931 import xml
from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers._paths import child_path
from ingestd.readers.foreign import broken, judge

NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
ENVELOPE = f"{{{NAMESPACE}}}StandardBusinessDocument"
_ENCODED = ("BinaryContent", "TextContent")
_WITHOUT_ONE = Bilingual(
    "envelope (SBDH) without exactly one XML document",
    "enveloppe (SBDH) sans un document XML et un seul",
)


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the document inside as a part, written again with the namespaces that it needs.

    `xml-broken` for XML that cannot be read, `not-an-invoice` for an envelope that does not hold
    exactly one document in XML: nothing, several, Base64 (BinaryContent), or one more envelope.
    """
    try:
        root = xml.parse(part.content)
    except xml.XmlBroken as found:
        yield broken(part, found)
        return
    if root.tag != ENVELOPE:
        yield judge(part, root)
        return
    inside = [child for child in root if etree.QName(child).namespace != NAMESPACE]
    if len(inside) != 1 or etree.QName(inside[0]).localname in _ENCODED:
        yield Finding("not-an-invoice", part.path, values={"type": _WITHOUT_ONE})
        return
    yield _document(part, inside[0])


def _document(part: Part, inside: etree._Element) -> Part:
    name = f"{etree.QName(inside).localname}.xml"
    content = etree.tostring(inside, encoding="UTF-8", xml_declaration=True, with_tail=False)
    return Part(
        path=child_path(part.path, name, set()),
        kind="",
        content=content,
        filename=name,
        declared_type="application/xml",
        disposition="attachment",
        parent=part.path,
        trail=(*part.trail, name),
    )
