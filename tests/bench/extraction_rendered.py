"""The corpus' XML invoices drawn by our layouts: names, goods, numbers and sums of real life on pages
that nobody sent. Only invoices whose sums follow from their lines in the way a page would show it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from ingestd.model import Invoice, InvoiceLine
from tests.bench.extraction_samples import is_sealed
from tests.corpus.conftest import CorpusFile, find_corpus, read_all, rows
from tests.documents.pages import LAYOUTS, Made
from tests.documents.pages.draft import Draft
from tests.documents.pages.parties import Party, party
from tests.documents.pages.sale import Item, Sale

_FOLDERS = ("invoices/xml-cii/", "invoices/xml-ubl/", "invoices/xml-xrechnung/")
_LAYOUTS = ("letter", "two-columns", "craftsman", "discount-terms", "totals-left")
_LANGUAGES = {
    "DE": "de",
    "AT": "de",
    "FR": "fr",
    "BE": "nl",
    "NL": "nl",
    "IT": "it",
    "ES": "es",
    "GB": "en",
}
_LINES = 25
_NAME_CHARACTERS = 44


def rendered(most: int, seed: int) -> Iterator[Made]:
    """Yield at most `most` of the corpus' XML invoices as pages, one of each seller and number."""
    corpus, seen = find_corpus(), set()
    for file in rows(corpus, _FOLDERS) if corpus else ():
        if len(seen) >= most:
            return
        found = [one for one in read_all(file.content) if isinstance(one, Invoice)]
        rng = Random(f"{file.path} {seed}")
        sale = _sale(found[0], rng) if found and file.expected == "valid" else None
        if sale is not None and (sale.seller.name, sale.number) not in seen:
            seen.add((sale.seller.name, sale.number))
            yield _drawn(file, sale, rng)


def _drawn(file: CorpusFile, sale: Sale, rng: Random) -> Made:
    layout = rng.choice(_LAYOUTS)
    language = _LANGUAGES[sale.seller.country]
    draft = Draft(rng, language, sale)
    content = LAYOUTS[layout].draw(draft)
    name = file.path.rpartition("/")[2]
    return Made(
        name, f"rendered-{layout}", language, is_sealed(file.truth), "application/pdf", content,
        draft.truth,
    )  # fmt: skip


def _sale(invoice: Invoice, rng: Random) -> Sale | None:
    """Return an invoice as a sale; None for one that cannot be drawn whole."""
    country = invoice.seller_country_code or ""
    items = tuple(_item(line) for line in invoice.lines)
    if country not in _LANGUAGES or not 0 < len(items) <= _LINES or None in items:
        return None
    if not any(one.isdigit() for one in invoice.number or ""):
        return None  # "Rechnungsnummer" is the number of a sample, of no invoice
    if not (invoice.issue_date and invoice.seller_name and invoice.buyer_name):
        return None
    seller, buyer = _seller(invoice, rng, country), _buyer(invoice, rng, country)
    order = invoice.purchase_order_reference or ""
    sale = Sale(
        seller=seller,
        buyer=buyer,
        currency=invoice.currency_code or "EUR",
        number=invoice.number or "",
        issued=invoice.issue_date,
        due=invoice.payment_due_date or invoice.issue_date,
        delivered=invoice.actual_delivery_date or invoice.issue_date,
        items=tuple(one for one in items if one),
        discount=invoice.sum_of_allowances or Decimal(0),
        shipping=invoice.sum_of_charges or Decimal(0),
        paid=invoice.paid_amount or Decimal(0),
        treatment="taxed" if invoice.total_vat_amount else "reverse",
        order=order if any(one.isdigit() for one in order) else "",
        customer="",
        own_order="",
        delivery_note="",
        is_credit=invoice.type_code == "381",
        sign=1,
    )
    return sale if _is_whole(sale, invoice) else None


def _is_whole(sale: Sale, invoice: Invoice) -> bool:
    if sale.currency not in ("EUR", "GBP", "USD", "CHF"):
        return False
    sums = (sale.net, sale.vat, sale.gross, sale.payable)
    stated = (
        invoice.total_amount_without_vat,
        invoice.total_vat_amount or Decimal(0),
        invoice.total_amount_with_vat,
        invoice.amount_due_for_payment,
    )
    return sums == stated and bool(sale.gross)


def _item(line: InvoiceLine) -> Item | None:
    if line.quantity is None or line.net_amount is None or line.net_price is None:
        return None
    item = Item(
        code=line.sellers_item_identifier or "",
        name=(line.item_name or "")[:_NAME_CHARACTERS],
        quantity=line.quantity,
        unit={"C62": "Stk", "H87": "Stk", "HUR": "h"}.get(line.unit_code or "", ""),
        price=line.net_price,
        rate=line.vat_rate or Decimal(0),
    )
    return item if item.amount == line.net_amount else None


def _seller(invoice: Invoice, rng: Random, country: str) -> Party:
    number = invoice.seller_legal_registration_identifier or ""
    return replace(
        party(rng, country),
        name=invoice.seller_name or "",
        street=invoice.seller_address_line_1 or "",
        place=f"{invoice.seller_post_code or ''} {invoice.seller_city or ''}".strip(),
        city=invoice.seller_city or "",
        vat=invoice.seller_vat_identifier or "",
        number="",
        numbers=(number,) if number else (),
        iban=next(iter(invoice.payment_account_identifiers), ""),
        bic=next(iter(invoice.payment_service_provider_identifiers), ""),
        tax_number=invoice.seller_tax_registration_identifier or "",
    )


def _buyer(invoice: Invoice, rng: Random, country: str) -> Party:
    return replace(
        party(rng, country),
        name=invoice.buyer_name or "",
        street=invoice.buyer_address_line_1 or "",
        place=f"{invoice.buyer_post_code or ''} {invoice.buyer_city or ''}".strip(),
        vat=invoice.buyer_vat_identifier or "",
    )
