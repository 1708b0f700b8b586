"""Is the supplier's VAT number (BT-31) one that can exist? The official rules look at its prefix only."""

from collections.abc import Iterator

from ingestd.identifiers import InvalidIdentifier, normalise_vat, vat_country
from ingestd.model import Case, Finding, Invoice


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `supplier-number-wrong` when the check digits of the seller's VAT number do not fit.

    Numbers of countries whose check digits nobody publishes are not judged.
    """
    written = (invoice.seller_vat_identifier or "").strip()
    if not vat_country(written):
        return
    try:
        normalise_vat(written)
    except InvalidIdentifier:
        yield Finding("supplier-number-wrong", invoice.part, "BT-31", detail=written)
