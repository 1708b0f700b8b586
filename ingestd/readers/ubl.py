"""A UBL 2.1 Invoice or CreditNote -> the invoice and what is embedded in it."""

from collections.abc import Iterator

from ingestd.en16931 import ubl
from ingestd.model import Case, Finding, Invoice, Part
from ingestd.readers import _invoice


def read(part: Part, case: Case) -> Iterator[Part | Invoice | Finding]:
    """Yield the invoice in `part`, its embedded documents, or the finding why there is none."""
    yield from _invoice.read(part, ubl.read)
