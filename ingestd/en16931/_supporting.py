"""BG-24, the documents that an invoice refers to or carries: the same in both syntaxes but for names."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from lxml import etree

from ingestd.en16931._values import Values
from ingestd.model import SupportingDocument

ATTRIBUTE_CHARACTERS = 1_000
"""As much as is kept of what a sender writes into the attributes of embedded octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingSyntax:
    """What a syntax calls the parts of BG-24: the tag of embedded octets (BT-125), and the paths below
    a reference of its type code, BT-122, BT-123 and BT-124."""

    embedded: str
    type_code: str
    reference: str
    description: str
    external_location: str


def supporting_documents(
    values: Values,
    root: etree._Element,
    references: Iterable[etree._Element],
    syntax: SupportingSyntax,
    not_supporting: Collection[str],
) -> Iterator[SupportingDocument]:
    """Yield BG-24, and whatever else carries octets anywhere in the document: nothing goes unscanned.

    `not_supporting` are type codes of references that mean another term, unless they carry octets.
    """
    seen = set()
    for reference in references:
        embedded = list(reference.iter(syntax.embedded))
        seen.update(embedded)
        if embedded or values.text(reference, syntax.type_code) not in not_supporting:
            yield from _of_reference(values, reference, embedded, syntax)
    for element in root.iter(syntax.embedded):
        if element not in seen:
            yield _embedded(values, element, SupportingDocument())


def _of_reference(
    values: Values,
    reference: etree._Element,
    embedded: list[etree._Element],
    syntax: SupportingSyntax,
) -> Iterator[SupportingDocument]:
    named = SupportingDocument(
        reference=values.text(reference, syntax.reference),
        description=values.text(reference, syntax.description),
        external_location=values.text(reference, syntax.external_location),
    )
    for element in embedded:
        yield _embedded(values, element, named)
    if not embedded:
        yield named


def _embedded(
    values: Values, element: etree._Element, named: SupportingDocument
) -> SupportingDocument:
    return replace(
        named,
        content=values.content(element, place=named.reference or ""),
        mime_code=_attribute(element, "mimeCode"),
        filename=_attribute(element, "filename"),
    )


def _attribute(element: etree._Element, name: str) -> str | None:
    value = element.get(name)
    return value[:ATTRIBUTE_CHARACTERS] if value else None
