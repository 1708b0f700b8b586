"""Number, dates, type and references of a page."""

from collections.abc import Sequence

from ingestd.extraction.page import Page
from ingestd.extraction.value import Known, Values


def read(pages: Sequence[Page], known: Known, others: Values) -> Values:
    """Return what names and dates an invoice; `others` are the values that were read already."""
    return {}
