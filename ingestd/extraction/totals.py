"""Totals, VAT breakdown, currency and lines of a page."""

from collections.abc import Sequence

from ingestd.extraction.page import Page
from ingestd.extraction.value import Known, Values


def read(pages: Sequence[Page], known: Known) -> Values:
    """Return the amounts of an invoice's pages."""
    return {}
