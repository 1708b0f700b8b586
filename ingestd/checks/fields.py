"""What an electronic invoice must say to be booked: the terms that EN 16931 demands of each (BR-01 to
BR-16), values that stand there but cannot be read, and such as stand there twice and differ."""

from collections.abc import Iterator, Mapping

from ingestd.en16931 import profiles
from ingestd.model import Bilingual, Case, Finding, Format, Invoice, Profile, Weight

_WITHOUT_LINES = (Profile.MINIMUM, Profile.BASIC_WL)
_HARMLESS = ("BT-7", "BT-26", "BT-72", "BT-73", "BT-74", "BT-134", "BT-135")
"""Dates of delivery, of periods and of other invoices: nothing is booked or paid by them."""

_DECISIVE = frozenset(
    f"BT-{number}"
    for number in (1, 2, 3, 5, 6, 9, 10, 13, 24, 27, 30, 31, 32, 44, 47, 48, 59, 62, 63, 81, 83, 89)
) | frozenset(f"BT-{number}" for number in range(106, 116))
"""Terms by which an invoice is booked or paid: given twice and differently, nobody can."""
_OFTEN_SEVERAL = ("BT-18", "BT-20")
"""Invoiced objects and payment terms: users give several and mean all."""
_WITH_INSTALMENTS = (Profile.EXTENDED, Profile.EXTENDED_CTC_FR)
"""Profiles with several due dates (BT-9), one for each instalment."""

NAMES: Mapping[str, Bilingual] = {
    "BT-1": Bilingual("invoice number", "numéro de facture"),
    "BT-2": Bilingual("invoice date", "date de facture"),
    "BT-3": Bilingual("invoice type", "type de facture"),
    "BT-5": Bilingual("currency", "devise"),
    "BT-6": Bilingual("VAT accounting currency", "devise de comptabilisation de la TVA"),
    "BT-7": Bilingual("VAT point date", "date d'exigibilité de la TVA"),
    "BT-9": Bilingual("due date", "date d'échéance"),
    "BT-10": Bilingual("buyer's reference", "référence de l'acheteur"),
    "BT-13": Bilingual("purchase order", "numéro de commande"),
    "BT-24": Bilingual("specification identifier", "identifiant de spécification"),
    "BT-26": Bilingual("date of the preceding invoice", "date de la facture antérieure"),
    "BT-27": Bilingual("supplier's name", "nom du fournisseur"),
    "BT-30": Bilingual("supplier's company number", "numéro d'entreprise du fournisseur"),
    "BT-31": Bilingual("supplier's VAT number", "numéro de TVA du fournisseur"),
    "BT-44": Bilingual("buyer's name", "nom de l'acheteur"),
    "BT-47": Bilingual("buyer's company number", "numéro d'entreprise de l'acheteur"),
    "BT-48": Bilingual("buyer's VAT number", "numéro de TVA de l'acheteur"),
    "BT-59": Bilingual("payee's name", "nom du bénéficiaire"),
    "BT-72": Bilingual("delivery date", "date de livraison"),
    "BT-73": Bilingual("start of the period", "début de la période"),
    "BT-74": Bilingual("end of the period", "fin de la période"),
    "BT-81": Bilingual("means of payment", "moyen de paiement"),
    "BT-83": Bilingual("payment reference", "référence de paiement"),
    "BT-106": Bilingual("sum of the lines", "somme des lignes"),
    "BT-107": Bilingual("sum of the allowances", "somme des remises"),
    "BT-108": Bilingual("sum of the charges", "somme des frais"),
    "BT-109": Bilingual("total without VAT", "total HT"),
    "BT-110": Bilingual("total VAT", "total TVA"),
    "BT-112": Bilingual("total with VAT", "total TTC"),
    "BT-113": Bilingual("amount already paid", "montant déjà payé"),
    "BT-114": Bilingual("rounding amount", "montant d'arrondi"),
    "BT-115": Bilingual("amount due", "net à payer"),
    "BT-116": Bilingual("VAT base", "base de TVA"),
    "BT-117": Bilingual("VAT amount", "montant de TVA"),
    "BT-119": Bilingual("VAT rate", "taux de TVA"),
    "BT-125": Bilingual("attached document", "document joint"),
    "BT-129": Bilingual("quantity", "quantité"),
    "BT-131": Bilingual("line amount", "montant de la ligne"),
    "BT-134": Bilingual("start of the line's period", "début de la période de la ligne"),
    "BT-135": Bilingual("end of the line's period", "fin de la période de la ligne"),
    "BT-136": Bilingual("allowance on a line", "remise sur ligne"),
    "BT-146": Bilingual("unit price", "prix unitaire"),
    "BT-147": Bilingual("discount on the unit price", "remise sur le prix unitaire"),
    "BT-148": Bilingual("gross unit price", "prix unitaire brut"),
    "BT-149": Bilingual(
        "quantity that the price is for", "quantité à laquelle le prix se rapporte"
    ),
    "BG-25": Bilingual("invoice lines", "lignes de facture"),
}


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `fields-missing` for each term that is absent, that is there and cannot be read, or that is
    there several times and differs.

    Only of electronic invoices. Unreadable dates of delivery are noted, everything else holds.
    """
    if invoice.format.is_page:
        return
    unreadable = {value.term for value in invoice.unreadable}
    for term in _missing(invoice):
        if term not in unreadable:
            yield _finding(invoice, term, name_of(term), _weight_if_missing(invoice, term))
    for value in invoice.unreadable:
        weight = Weight.NOTE if value.term in _HARMLESS else None
        yield _finding(
            invoice, value.term, _as_written(value.term, value.written, value.place), weight
        )
    yield from _several(invoice)


def _several(invoice: Invoice) -> Iterator[Finding]:
    """Yield a finding for each term that stands there more than once and says different things."""
    written = {one.term: one.written for one in invoice.several}
    for term, values in written.items():
        if term in _OFTEN_SEVERAL or (term == "BT-9" and invoice.profile in _WITH_INSTALMENTS):
            continue
        name = name_of(term)
        en = " and ".join(f"“{one}”" for one in values)
        fr = " et ".join(f"« {one} »" for one in values)
        detail = Bilingual(
            f"a single {name.en}: it says {en}", f"un seul {name.fr} : il est écrit {fr}"
        )
        # Dates that come with a text each ("part 1 until", "part 2 until") are instalments too.
        is_harmless = term not in _DECISIVE or (term == "BT-9" and "BT-20" in written)
        yield _finding(invoice, term, detail, Weight.NOTE if is_harmless else None)


def name_of(term: str) -> Bilingual:
    """Return what people call a business term, with its number: `invoice number (BT-1)`."""
    name = NAMES.get(term)
    if name is None:
        return Bilingual(term, term)
    return Bilingual(f"{name.en} ({term})", f"{name.fr} ({term})")


def _missing(invoice: Invoice) -> Iterator[str]:
    if not profiles.names_specification(invoice.specification_identifier):
        yield "BT-24"
    demanded = {
        "BT-1": invoice.number,
        "BT-2": invoice.issue_date,
        "BT-3": invoice.type_code,
        "BT-5": invoice.currency_code,
        "BT-27": invoice.seller_name,
        "BT-44": invoice.buyer_name,
        "BT-109": invoice.total_amount_without_vat,
        "BT-112": invoice.total_amount_with_vat,
    }
    if invoice.format is not Format.ZUGFERD_1:
        demanded["BT-115"] = invoice.amount_due_for_payment
    yield from (term for term, value in demanded.items() if value is None)
    if not invoice.lines and invoice.profile not in _WITHOUT_LINES:
        yield "BG-25"


def _weight_if_missing(invoice: Invoice, term: str) -> Weight | None:
    """ZUGFeRD 1 could leave the currency to the attributes of its amounts."""
    return Weight.NOTE if invoice.format is Format.ZUGFERD_1 and term == "BT-5" else None


def _as_written(term: str, written: str, place: str) -> Bilingual:
    name = name_of(term)
    where = (f", line {place}", f", ligne {place}") if place else ("", "")
    return Bilingual(
        f"{name.en}{where[0]}: “{written}” cannot be read",
        f"{name.fr}{where[1]} : « {written} » est illisible",
    )


def _finding(
    invoice: Invoice, term: str, detail: Bilingual, weight: Weight | None = None
) -> Finding:
    return Finding("fields-missing", invoice.part, term, detail, weight)
