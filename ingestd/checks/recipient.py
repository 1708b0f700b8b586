"""Is the invoice made out to the company that was addressed? By number where there is one, else by
name (BG-7)."""

import re
import unicodedata
from collections.abc import Iterator

from ingestd.identifiers import (
    InvalidIdentifier,
    company_number_of,
    normalise_company_number,
    spelled_vat,
    squeezed,
)
from ingestd.legal_forms import is_form_word
from ingestd.model import Bilingual, Case, Company, Finding, Invoice

_COMMON = frozenset(
    "ge sp spol und et and en the der die das la le les de du des van von co cie company societe group"
    " groupe gruppe holding".split()
)
"""Words that the names of many companies have, beside their legal forms."""


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    joined = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", plain)  # S.A.R.L. -> SARL
    words = set(re.findall(r"[a-z0-9]+", joined)) - _COMMON
    return {word for word in words if not is_form_word(word)}


def _company_numbers(invoice: Invoice, company: Company) -> tuple[list[str], bool]:
    """Return the buyer's numbers as the company's country writes them, and whether one is certainly
    a company number of that country (its check digits fit)."""
    country = company.vat[:2]
    checked = company_number_of(company.vat) is not None
    found, certain = [], False
    own = invoice.buyer_legal_registration_identifier
    for text in (own, *invoice.buyer_identifiers, invoice.buyer_electronic_address):
        if not text:
            continue
        bare = re.sub(rf"^{country}(?=\d)", "", squeezed(text.rpartition(":")[2]))
        try:
            found.append(normalise_company_number(country, bare))
            certain |= checked and text == own
        except InvalidIdentifier:
            # A mistyped establishment (NIC) does not make it another company: a SIRET holds its SIREN.
            siret = country == "FR" and re.fullmatch(r"\d{14}", bare)
            found.append(bare[:9] if siret else bare)
    return found, certain


def check(invoice: Invoice, case: Case) -> Iterator[Finding]:
    """Yield `wrong-recipient` when the buyer's VAT number (BT-48) or company number (BT-47) is not the
    company's, `company-unsure` when there is no number and the name (BT-44) is unlike."""
    company = case.company
    if company is None or invoice.format.is_page:
        return
    yield from _check(invoice, company)


def check_page(invoice: Invoice, text: str, case: Case) -> Iterator[Finding]:
    """Yield the same for what a page shows for sure; `text` is all that it says. A page on which a number
    of the company stands is not somebody else's, nor one with its name instead of a number; one that
    names no buyer is nobody's."""
    company = case.company
    if company is None or _has_number(text, company):
        return
    number = invoice.buyer_vat_identifier or invoice.buyer_legal_registration_identifier
    is_named = _words(company.name) <= _words(text)
    if number or (invoice.buyer_name and not is_named):
        yield from _check(invoice, company)


def _has_number(text: str, company: Company) -> bool:
    """Tell whether a number of the company stands in a text, however it is spaced."""
    written = squeezed(text)
    return any(number and number in written for number in (company.vat, *company.numbers))


def _check(invoice: Invoice, company: Company) -> Iterator[Finding]:
    name = invoice.buyer_name or ""
    vat = invoice.buyer_vat_identifier
    numbers, certain = _company_numbers(invoice, company)
    if (vat and spelled_vat(vat) == company.vat) or set(numbers) & set(company.numbers):
        return
    values: dict[str, str | Bilingual] = {"number": invoice.number or "?"}
    if vat:
        detail = f"{name} ({vat})" if name else vat
        yield Finding("wrong-recipient", invoice.part, "BT-48", detail, values=values)
    elif certain and company.numbers:
        number = invoice.buyer_legal_registration_identifier or ""
        detail = f"{name} ({number})" if name else number
        yield Finding("wrong-recipient", invoice.part, "BT-47", detail, values=values)
    elif company.name and not _words(company.name) & _words(name):
        yield Finding("company-unsure", invoice.part, "BT-44", name or "?", values=values)
