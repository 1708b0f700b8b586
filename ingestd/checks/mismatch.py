"""The page beside the data of one invoice: what people see and what is booked must be the same.

Only a sure value of the page contradicts, and only where the value of the data stands nowhere on it, in
whatever spelling. A picture is not recognised for this: it would delay e-invoices (decision 0042).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ingestd.certainty import sure
from ingestd.extraction import reading
from ingestd.extraction.page import Page
from ingestd.extraction.spelling import (
    accounts_in,
    same_number,
    shows_account,
    shows_amount,
    shows_number,
)
from ingestd.extraction.value import Known
from ingestd.model import Bilingual, Finding, Format, Invoice

_LIKELY = 0.7
"""What a page shows with this confidence contradicts: for the value of the data, which would have to be
the right one, stands nowhere on it."""
_TOTALS = (
    ("total_amount_with_vat", "BT-112", Bilingual("the total", "le total")),
    ("amount_due_for_payment", "BT-115", Bilingual("the amount to pay", "le montant à payer")),
)


def check(invoice: Invoice, pages: Sequence[Page], path: str, known: Known) -> Iterator[Finding]:
    """Yield `hybrid-mismatch` for each of number (BT-1), total (BT-112), amount due (BT-115) and account
    (BT-84) that the pages at `path` show otherwise than the data of `invoice`."""
    text = "\n".join(page.text for page in pages)
    if not text.strip() or _shows_all(text, invoice):
        return
    shown = sure(reading.read(pages, known, path, Format.PDF), _LIKELY)
    for term, page, data in _contradictions(text, shown, invoice):
        detail = Bilingual(
            f"{page.en} (in the data: {data})", f"{page.fr} (dans les données : {data})"
        )
        yield Finding("hybrid-mismatch", path, term, detail)


def _shows_all(text: str, invoice: Invoice) -> bool:
    """Tell whether everything that could be contradicted stands on the pages."""
    amounts = [getattr(invoice, name) for name, _, _ in _TOTALS]
    return (
        (not invoice.number or shows_number(text, invoice.number))
        and all(one is None or shows_amount(text, one) for one in amounts)
        and all(shows_account(text, one) for one in invoice.payment_account_identifiers)
    )


def _contradictions(
    text: str, shown: Invoice, data: Invoice
) -> Iterator[tuple[str, Bilingual, object]]:
    """Yield the term, what the page shows, and what the data say."""
    if shown.number and data.number and not _is_number_shown(text, shown.number, data.number):
        yield "BT-1", Bilingual(f"number {shown.number}", f"le numéro {shown.number}"), data.number
    booked = {abs(one) for one in _amounts(data)}
    for name, term, called in _TOTALS:
        seen, meant = getattr(shown, name), getattr(data, name)
        if not seen or not meant or abs(seen) in booked or shows_amount(text, meant):
            continue
        yield term, Bilingual(f"{called.en} {seen}", f"{called.fr} {seen}"), meant
        break  # the amount due says the same again
    accounts = data.payment_account_identifiers
    if accounts and not any(shows_account(text, one) for one in accounts):
        others = [one for one in accounts_in(text) if one != data.debited_account_identifier]
        if others:
            listed = ", ".join(others)
            yield (
                "BT-84",
                Bilingual(f"account {listed}", f"le compte {listed}"),
                ", ".join(accounts),
            )


def _is_number_shown(text: str, seen: str, meant: str) -> bool:
    return same_number(seen, meant) or shows_number(text, meant)


def _amounts(invoice: Invoice) -> Iterator[Decimal]:
    """Yield the other totals of the data, that a page may give for the one that was looked for."""
    for amount in (
        invoice.sum_of_line_net_amounts,
        invoice.total_amount_without_vat,
        invoice.paid_amount,
    ):
        if amount is not None:
            yield amount
