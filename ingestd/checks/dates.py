"""Dates that are dates and yet unlikely: in the future, long ago, or due before they were issued."""

from collections.abc import Iterator
from datetime import date, timedelta

from ingestd.model import Bilingual, Case, Finding, Invoice

OLDEST = timedelta(days=2 * 366)
"""VAT is deducted within two years in most countries; an older invoice is rarely meant."""
AHEAD = timedelta(days=1)
"""It may be tomorrow already where the supplier is."""


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `date-implausible` for the issue date (BT-2) and the due date (BT-9), seen from the day
    the mail came."""
    issued, due = invoice.issue_date, invoice.payment_due_date
    if issued is None:
        return
    if not case.today - OLDEST <= issued <= case.today + AHEAD:
        yield _finding(invoice, "BT-2", Bilingual(issued.isoformat(), issued.isoformat()))
    if due is not None and due < issued:
        yield _finding(invoice, "BT-9", _after(issued, due))


def _after(issued: date, due: date) -> Bilingual:
    return Bilingual(
        f"{issued}, later than the due date {due},",
        f"{issued}, postérieure à l'échéance du {due},",
    )


def _finding(invoice: Invoice, term: str, shown: Bilingual) -> Finding:
    return Finding("date-implausible", invoice.part, term, values={"date": shown})
