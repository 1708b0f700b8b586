"""Seller, buyer and payment accounts of a page."""

from collections.abc import Sequence

from ingestd.extraction.page import Page
from ingestd.extraction.value import Known, Values


def read(pages: Sequence[Page], known: Known) -> Values:
    """Return who sells, who buys and where to pay."""
    return {}
