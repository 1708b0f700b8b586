"""What the readers of all invoice syntaxes share: parse, bind, and hand on what is embedded."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from lxml import etree

from ingestd.en16931 import schemas, xml
from ingestd.model import Bilingual, Finding, Invoice, Part, Syntax
from ingestd.readers import _field
from ingestd.readers._paths import child_path
from ingestd.readers.foreign import NOT_INVOICE_TYPES, broken, dialect_of, judge

Binding = Callable[[etree._Element, str], Invoice]

_SYNTAXES = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": Syntax.UBL,
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": Syntax.UBL,
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": Syntax.CII,
}


def read(part: Part, binding: Binding) -> Iterator[Part | Invoice | Finding]:
    """Yield the invoice of an XML part and the documents embedded in it (BG-24), or what is wrong.

    `xml-broken` for XML that cannot be read, `format-foreign` for a national dialect in the same
    syntax, `rules-broken` (term `XSD`) for what its schema does not allow, `not-an-invoice` (beside
    the invoice) for a document type (BT-3) that is none.
    """
    try:
        root = xml.parse(part.content)
    except xml.XmlBroken as found:
        yield broken(part, found)
        return
    # The kind was found by a forgiving look at the first bytes: the parser has the last word.
    if root.tag != part.kind:
        yield judge(part, root)
        return
    if dialect := dialect_of(root):
        yield Finding("format-foreign", part.path, "BT-24", values={"type": dialect})
        return
    broken_rules = schemas.violations(root)  # first, both: a binding may rearrange the tree
    written = etree.tostring(root, encoding="unicode").encode()
    invoice = replace(binding(root, part.path), syntax=_SYNTAXES.get(part.kind), xml=written)
    yield invoice
    if broken_rules:
        yield _against_schema(part, invoice, broken_rules)
    if name := NOT_INVOICE_TYPES.get(invoice.type_code or ""):
        yield Finding("not-an-invoice", part.path, "BT-3", values={"type": name})
    yield from _embedded(part, invoice)


def _against_schema(part: Part, invoice: Invoice, broken_rules: list[Bilingual]) -> Finding:
    """One finding for all: what stands in the wrong place makes the schema complain of its neighbours
    as well, so the first violation is the one to mend."""
    values = {"n": str(len(broken_rules)), "number": invoice.number or part.filename or "?"}
    return Finding("rules-broken", part.path, "XSD", broken_rules[0], values=values)


def _embedded(part: Part, invoice: Invoice) -> Iterator[Part]:
    taken: set[str] = set()
    for document in invoice.supporting_documents:
        if document.content is None:
            continue
        name = _field.display_name(document.filename or document.reference or "")
        yield Part(
            path=child_path(part.path, name, taken),
            kind="",
            content=document.content,
            filename=name,
            declared_type=document.mime_code or "",
            disposition="attachment",
            parent=part.path,
            trail=(*part.trail, name),
        )
