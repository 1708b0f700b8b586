"""A number that an invoice refers to: of a payment, an order, a contract."""

from dataclasses import dataclass

from ingestd.extraction.page import Page
from ingestd.model import Word


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as printed, how sure it is, and why."""

    text: str
    confidence: float
    page: Page
    words: tuple[Word, ...]
    why: str
