"""Is the VAT number of the supplier (BT-31), or of its tax representative (BT-63), one that can exist?
The official rules look at its prefix only."""

from collections.abc import Iterator

from ingestd.identifiers import InvalidIdentifier, normalise_vat, vat_country
from ingestd.model import Case, Finding, Invoice


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `supplier-number-wrong` when the check digits of such a VAT number do not fit.

    Numbers of countries whose check digits nobody publishes are not judged.
    """
    for term, given in (
        ("BT-31", invoice.seller_vat_identifier),
        ("BT-63", invoice.seller_tax_representative_vat_identifier),
    ):
        written = (given or "").strip()
        if not vat_country(written):
            continue
        try:
            normalise_vat(written)
        except InvalidIdentifier:
            yield Finding("supplier-number-wrong", invoice.part, term, detail=written)
