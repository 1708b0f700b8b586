"""A UN/CEFACT Cross Industry Invoice (Factur-X, ZUGFeRD 2, XRechnung) -> the invoice and what is
embedded in it."""

from collections.abc import Iterator

from ingestd.en16931 import cii
from ingestd.model import Case, Finding, Invoice, Part
from ingestd.readers import _invoice


def read(part: Part, case: Case) -> Iterator[Part | Invoice | Finding]:
    """Yield the invoice in `part`, its embedded documents, or the finding why there is none."""
    yield from _invoice.read(part, cii.read)
