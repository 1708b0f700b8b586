"""The checks, in two ordered tuples: of parts (before anything reads them) and of invoices.

A check only says what it found; the pipeline decides. A check never raises for what a sender did.
"""

from collections.abc import Callable, Iterator

from ingestd.checks import (
    account,
    dates,
    decimals,
    duplicate,
    fields,
    kind,
    name,
    recipient,
    rules,
    size,
    specification,
    supplier,
    totals,
    virus,
)
from ingestd.model import Case, Finding, Invoice, Part

PartCheck = Callable[[Part, Case], Iterator[Finding]]
InvoiceCheck = Callable[[Invoice, Case], Iterator[Finding]]

PART_CHECKS: tuple[PartCheck, ...] = (virus.check, size.check, name.check, kind.check)
INVOICE_CHECKS: tuple[InvoiceCheck, ...] = (
    rules.check,
    fields.check,
    totals.check,
    decimals.check,
    specification.check,
    dates.check,
    supplier.check,
    account.check,
    recipient.check,
    duplicate.check,
)
