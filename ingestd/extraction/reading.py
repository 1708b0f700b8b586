"""An invoice from its pages: who, how much, which; each value with its confidence and its place."""

from collections.abc import Sequence

from ingestd.extraction import parties, references, templates, totals
from ingestd.extraction.page import Page
from ingestd.extraction.value import Known, Values
from ingestd.model import Format, Invoice


def read(pages: Sequence[Page], known: Known, part: str, form: Format) -> Invoice:
    """Return what the pages of one document say, suggestions included; what cannot be read is None.

    `part` is the path of the document, `form` its format (`pdf`, `image` or `body`).
    """
    ours = {**totals.read(pages, known), **parties.read(pages, known)}
    ours |= references.read(pages, known, ours)
    values: Values = templates.merge(ours, templates.read(pages, known.templates))
    sources = {name: one.source() for name, one in values.items()}
    given = {name: one.value for name, one in values.items()}
    return Invoice(part=part, format=form, sources=sources, **given)
