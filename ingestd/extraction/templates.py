"""Templates per supplier, as invoice2data has them: what one says of a page that it knows.

A template is the operator's word on one supplier's layout, written as regular expressions for the text
of a page as `pdftotext -layout` gives it. It proposes; the arithmetic and the check digits prove. Nothing
here loads a template (`ingestd.templates` does) or opens a file: invoice2data is given text and no more.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from ingestd.accounts import normalise_iban
from ingestd.extraction._placing import Place, place_of
from ingestd.extraction.layout import text_of
from ingestd.extraction.page import Page
from ingestd.extraction.value import Value, Values
from ingestd.identifiers import InvalidIdentifier, normalise_vat
from ingestd.model import SURE

PAGES = 12
CHARACTERS = 200_000
"""So much of a document is shown to templates: their expressions may take the square of it."""
_PROVED = 0.97
_AGREED = 0.98
_SAID = 0.9
_UNSEEN = 0.7
"""Said by a template, but nowhere on the page: a constant, or put together."""
_DISPUTED = 0.6
_UNPROVED = 0.8
_MOST = Decimal(10) ** 12


class Template(Protocol):
    """One template (`invoice2data.extract.invoice_template.InvoiceTemplate`), which is a mapping too."""

    options: dict[str, Any]

    def prepare_input(self, text: str, /) -> str:
        """Return a text as the template wants it."""

    def matches_input(self, text: str, /) -> bool:
        """Tell whether the template knows it by its keywords."""

    def extract(self, text: str, file: str, source: Any, /) -> dict[str, Any]:
        """Return what the template says of it."""

    def get(self, key: str, default: Any = None, /) -> Any:
        """Return an entry of the template."""


def read(pages: Sequence[Page], templates: Sequence[Template]) -> Values:
    """Return what the first template that knows the pages says of them; nothing if none does, or what
    it asks for is not there. Of equals the one of the higher priority is asked first."""
    if not templates or not pages:
        return {}
    text = text_of(pages[:PAGES])[:CHARACTERS]
    for template in sorted(templates, key=lambda one: -int(one.get("priority", 5))):
        said = _said(template, text)
        if said:
            return _proved(_values(template, said, pages[:PAGES]))
    return {}


def _said(template: Template, text: str) -> Mapping[str, Any]:
    try:
        prepared = template.prepare_input(text)
        if not template.matches_input(prepared):
            return {}
        return template.extract(prepared, "", None)
    except Exception:  # noqa: BLE001 - a template that does not get along with a page says nothing of it
        return {}


def _values(template: Template, said: Mapping[str, Any], pages: Sequence[Page]) -> dict[str, Value]:
    """Return the fields of an invoice that are among what a template said."""
    values = {}
    for key, (name, read_one) in _FIELDS.items():
        if key not in said or not _is_meant(template, key):
            continue
        value = read_one(said[key])
        if value is None:
            continue
        place = place_of(value, pages, template.options.get("date_formats") or ())
        confidence = _SAID if place.words else _UNSEEN
        values[name] = _value(value, confidence, place, "template")
    return values


def _is_meant(template: Template, key: str) -> bool:
    """Tell what a template says from what invoice2data says for it: its first keyword as the issuer,
    and euros."""
    fields = template.get("fields") or {}
    if key == "issuer":
        return bool(template.get("issuer") != (template.get("keywords") or [None])[0])
    if key == "currency":
        named = "currency" in (template.get("options") or {})
        return named or not {"currency", "static_currency"}.isdisjoint(fields)
    return True


def _value(value: Any, confidence: float, place: Place, *evidence: str) -> Value:
    return Value(value, confidence, place.page, place.words, evidence)


def _proved(values: dict[str, Value]) -> Values:
    """Return the values with the confidence of what proves them."""
    net, tax, gross = (values.get(name) for name in _SUM)
    if net and tax and gross and net.value + tax.value == gross.value:
        values |= {name: _raised(values[name], "arithmetic") for name in _SUM}
    values |= {name: _raised(values[name], "check-digits") for name in _CHECKED if name in values}
    return values


def _raised(value: Value, why: str) -> Value:
    if not value.words:
        return replace(value, evidence=(*value.evidence, why))
    return replace(value, confidence=_PROVED, evidence=(*value.evidence, why))


def merge(read_by_us: Values, said: Values) -> Values:
    """Return the joint choice between what we read and what a template says.

    Two that agree make a value sure; of two that do not, neither is.
    """
    joint = dict(read_by_us)
    for name, theirs in said.items():
        ours = joint.get(name)
        joint[name] = theirs if ours is None else _chosen(ours, theirs)
    return joint


def _chosen(ours: Value, theirs: Value) -> Value:
    if ours.value == theirs.value:
        sure = max(ours.confidence, theirs.confidence, _AGREED)
        best = ours if ours.words else theirs
        return replace(best, confidence=sure, evidence=(*ours.evidence, "template"))
    if ours.confidence >= SURE:
        return replace(ours, confidence=_DISPUTED, evidence=(*ours.evidence, "template-differs"))
    if theirs.confidence >= SURE:
        return theirs
    return replace(theirs, confidence=min(_UNPROVED, theirs.confidence))


def _text(value: Any) -> str | None:
    text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    return text[:200] or None


def _number(value: Any) -> str | None:
    text = _text(value)
    return text if text and any(one.isdigit() for one in text) else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _amount(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except (InvalidOperation, ValueError):
        return None
    return amount if amount.is_finite() and abs(amount) < _MOST else None


def _vat(value: Any) -> str | None:
    try:
        return normalise_vat(str(value))
    except InvalidIdentifier:
        return None


def _compact(value: Any) -> str | None:
    text = "".join(one for one in str(value) if one.isalnum()).upper()
    return text[:40] or None


def _account(value: Any) -> tuple[str, ...] | None:
    found = []
    for one in value if isinstance(value, list) else [value]:
        with suppress(InvalidIdentifier):
            found.append(normalise_iban(str(one)))
    return tuple(dict.fromkeys(found)) or None


def _provider(value: Any) -> tuple[str, ...] | None:
    listed = map(_compact, value if isinstance(value, list) else [value])
    return tuple(dict.fromkeys(one for one in listed if one and _BIC.fullmatch(one))) or None


def _currency(value: Any) -> str | None:
    text = str(value).strip().upper()
    return text if len(text) == 3 and text.isalpha() else _SIGNS.get(text)


_SIGNS = {"\u20ac": "EUR", "\u00a3": "GBP", "$": "USD", "FR.": "CHF"}
_FIELDS = {
    "invoice_number": ("number", _number),
    "date": ("issue_date", _day),
    "date_due": ("payment_due_date", _day),
    "currency": ("currency_code", _currency),
    "amount": ("total_amount_with_vat", _amount),
    "amount_untaxed": ("total_amount_without_vat", _amount),
    "amount_tax": ("total_vat_amount", _amount),
    "amount_due": ("amount_due_for_payment", _amount),
    "issuer": ("seller_name", _text),
    "partner_name": ("seller_name", _text),
    "vat": ("seller_vat_identifier", _vat),
    "siren": ("seller_legal_registration_identifier", _compact),
    "partner_coc": ("seller_legal_registration_identifier", _compact),
    "company_vat": ("buyer_vat_identifier", _vat),
    "iban": ("payment_account_identifiers", _account),
    "bic": ("payment_service_provider_identifiers", _provider),
    "payment_reference": ("remittance_information", _text),
    "order_number": ("purchase_order_reference", _number),
}
"""invoice2data's names of fields, ours, and how what comes of them is read."""
_SUM = ("total_amount_without_vat", "total_vat_amount", "total_amount_with_vat")
_CHECKED = ("seller_vat_identifier", "buyer_vat_identifier", "payment_account_identifiers")
"""What has check digits; where they are wrong, it was not read at all."""
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
