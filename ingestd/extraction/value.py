"""What was read for one field: the value, how sure that is, and where it stood."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingestd.extraction.page import Page
from ingestd.model import Company, KnownSupplier, Source, Word


@dataclass(frozen=True, slots=True)
class Value:
    """One field's value as chosen, of the type that `model.Invoice` has for it.

    `confidence` is a probability: of all values given with 0.95 and more, at least 99 of 100 are
    right. `words` are where it stood on `page`; a value that follows from others has theirs.
    `evidence` names what speaks for it (`label`, `check-digits`, `arithmetic`, ...), for calibration.
    """

    value: Any
    confidence: float
    page: Page
    words: tuple[Word, ...]
    evidence: tuple[str, ...] = ()

    def source(self) -> Source:
        """Return where this was read, as the invoice keeps it."""
        box = self.page.box(self.words) if self.words else None
        return Source(self.page.origin, self.confidence, box=box)


Values = Mapping[str, Value]
"""Values by the names of `model.Invoice`'s fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known before a page is read: the addressed company (None in a check without one), the day
    of receipt, and of which suppliers the company has filed invoices; the key that is asked for is a
    normalised VAT number with country prefix or an IBAN. `templates` are the operator's, per supplier."""

    company: Company | None
    today: date
    supplier: Callable[[str], KnownSupplier | None] = lambda key: None
    templates: Sequence[Any] = ()
