"""Which values of an invoice may be believed: of what was read from a page only the sure ones."""

from dataclasses import fields, replace
from typing import Any

from ingestd.model import SURE, Invoice


def sure(invoice: Invoice, least: float = SURE) -> Invoice:
    """Return an invoice without the values that are only suggestions, those of a confidence under
    `least`. XML is sure by itself."""
    doubtful = {name for name, source in invoice.sources.items() if source.confidence < least}
    absent: dict[str, Any] = {
        one.name: one.default for one in fields(Invoice) if one.name in doubtful
    }
    kept = {name: source for name, source in invoice.sources.items() if name not in doubtful}
    return replace(invoice, **absent, sources=kept)


def is_sure(invoice: Invoice, name: str) -> bool:
    """Tell whether the value of this field is there and may be believed."""
    source = invoice.sources.get(name)
    given = getattr(invoice, name) not in (None, ())
    return given and source is not None and source.confidence >= SURE
