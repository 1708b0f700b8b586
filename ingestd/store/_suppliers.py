"""What the ledger knows of a supplier: from its invoices with data, the pages that a person confirmed,
and what was sure on the others."""

from collections.abc import Sequence

from ingestd.certainty import sure
from ingestd.identifiers import spelled_vat, squeezed
from ingestd.model import (
    Box,
    Invoice,
    InvoiceStatus,
    KnownSupplier,
    PurchaseInvoice,
)

_CONFIRMED = (InvoiceStatus.CONFIRMED, InvoiceStatus.PAID)
_PLACED = (
    "number",
    "issue_date",
    "payment_due_date",
    "total_amount_without_vat",
    "total_vat_amount",
    "total_amount_with_vat",
    "amount_due_for_payment",
    "seller_name",
    "seller_vat_identifier",
    "buyer_name",
    "purchase_order_reference",
    "remittance_information",
)


def supplier_of(found: Sequence[PurchaseInvoice], key: str) -> KnownSupplier | None:
    """Return what some invoices, newest first, tell of the supplier with this VAT number or IBAN; None
    where none of them is surely of it."""
    trusted = [believed for one in found if (believed := _believed(one)) and _is_of(believed, key)]
    if not trusted:
        return None
    names = [name for one in trusted if (name := one.seller_name)]
    vats = [spelled_vat(vat) for one in trusted if (vat := one.seller_vat_identifier)]
    owns = [own for one in trusted if (own := one.seller_legal_registration_identifier)]
    accounts = (squeezed(each) for one in trusted for each in one.payment_account_identifiers)
    return KnownSupplier(
        name=names[0] if names else "",
        vat_identifier=vats[0] if vats else None,
        legal_registration_identifier=owns[0] if owns else None,
        payment_account_identifiers=tuple(dict.fromkeys(accounts)),
        numbers=tuple(dict.fromkeys(number for one in trusted if (number := one.number))),
        places=_places(trusted),
    )


def _believed(one: PurchaseInvoice) -> Invoice | None:
    """Return an invoice without what nobody confirmed and no page was sure of."""
    if one.invoice is None or one.status is InvoiceStatus.REFUSED:
        return None
    if one.status in _CONFIRMED:
        return one.invoice
    return sure(one.invoice)


def _is_of(invoice: Invoice, key: str) -> bool:
    vat = invoice.seller_vat_identifier
    is_vat = vat is not None and spelled_vat(vat) == spelled_vat(key)
    return is_vat or key in map(squeezed, invoice.payment_account_identifiers)


def _places(trusted: Sequence[Invoice]) -> dict[str, Box]:
    """Return where the values stood on the newest page that has them."""
    found: dict[str, Box] = {}
    for invoice in trusted:
        for name in _PLACED:
            source = invoice.sources.get(name)
            if source and source.box and getattr(invoice, name) is not None:
                found.setdefault(name, source.box)
    return found
