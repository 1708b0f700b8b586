"""Number, dates, type and references of an invoice's pages."""

import re
from collections.abc import Sequence
from typing import Any

from ingestd.extraction import dates, labels
from ingestd.extraction.page import CLEAR, Page, clearness
from ingestd.extraction.references import (
    _credits,
    _days,
    _elsewhere,
    _numbers,
    _orders,
    _remittance,
    _types,
)
from ingestd.extraction.references._outline import Outline, outlines
from ingestd.extraction.spelling import squeezed
from ingestd.extraction.value import Known, Value, Values
from ingestd.model import SURE, KnownSupplier, Word

PAGES = 12
"""Pages of a document that are looked at; the rest of a long one is lines."""
_OCR = 0.93
_EUROPE = re.compile(
    r"€|£|\b(?:EUR|GBP|CHF|IBAN|TVA|MwSt|USt|BTW|IVA|Ltd|GmbH|SARL)\b|\b[A-Z]{2}\d{2} \d{4} \d{4}"
)
_DOLLARS = re.compile(r"\bUSD\b|\$ ?\d|\d ?\$|\bUnited States\b|\bUSA\b")
_AMERICA = re.compile(r"\b(?:Inc|LLC|Corp)\b")
_STATE = re.compile(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b")


def warm() -> None:
    """Load the labels and the names of months: in a confined process no file can be opened."""
    labels.phrases()
    dates.months()


def read(pages: Sequence[Page], known: Known, others: Values) -> Values:
    """Return what names and dates an invoice; `others` are the values that were read already."""
    seen = outlines(pages[:PAGES], _is_american(pages))
    values: dict[str, Value] = {}
    supplier = _supplier(known, others)
    before = _preceding(seen)
    found = _numbers.candidates(seen)
    earlier: list[_numbers.Candidate] = []
    kind = _types.read(seen, bool(before), _is_negative(others))
    if kind and kind.code == _types.CREDIT_NOTE:
        found, earlier = _credits.apart(found)
    before += _earlier(earlier, before)
    number = _numbers.choose(found, seen, supplier, _taken(others))
    if number:
        values["number"] = _value(
            number.text, number.confidence, number.page, number.words, number.why
        )
        before = [one for one in before if one.value != number.text]
    values |= _dates(seen, known)
    if before:
        first = before[0]
        values["preceding_invoice_references"] = _value(
            tuple(dict.fromkeys(one.value for one in before)),
            min(one.confidence for one in before),
            first.page,
            first.words,
            ("label",),
        )
    if kind := _types.read(seen, bool(before), _is_negative(others)):
        values["type_code"] = _value(
            kind.code, kind.confidence, kind.page, kind.words, ("title",), is_printed=False
        )
    if reference := _remittance.read(seen, number):
        values["remittance_information"] = _value(
            reference.text,
            reference.confidence,
            reference.page,
            reference.words,
            (reference.why,),
        )
    for name, one in _orders.read(seen):
        values[name] = _value(one.text, one.confidence, one.page, one.words, (one.why,))
    return values


def invoice_numbers_by_page(pages: Sequence[Page]) -> tuple[str | None, ...]:
    """Return for each page the number of the invoice that it is sure to be of (its header, its title),
    None where it names none or more than one. A page that goes on with an invoice repeats its number or
    has none; one that begins the next invoice has another. Numbers are as printed: compare them
    squeezed."""
    found: list[str | None] = []
    for outline in outlines(pages):
        choice = _numbers.choose(_numbers.candidates([outline]), [outline])
        sure = choice is not None and choice.confidence >= _numbers.SURE_ON_PAGE
        found.append(choice.text if choice and sure else None)
    return tuple(found)


def _dates(seen: Sequence[Outline], known: Known) -> dict[str, Value]:
    days = _days.read(seen, known.today)
    start, end = days.period or (None, None)
    found = {
        "issue_date": days.issued,
        "payment_due_date": days.due,
        "actual_delivery_date": days.delivered,
        "invoicing_period_start_date": start,
        "invoicing_period_end_date": end,
    }
    return {
        name: _value(one.day, one.confidence, one.page, one.words, one.why)
        for name, one in found.items()
        if one
    }


def _preceding(seen: Sequence[Outline]) -> list[Value]:
    found: dict[str, Value] = {}
    for outline, token in _elsewhere.preceding(seen):
        one = _value(token.text, 0.96 * token.certainty, outline.page, token.words, ("label",))
        found.setdefault(squeezed(token.text), one)
    return list(found.values())


def _earlier(found: Sequence[_numbers.Candidate], before: Sequence[Value]) -> list[Value]:
    """Return the invoices that a credit note names beside its own number, each once."""
    known = {squeezed(one.value) for one in before}
    new = {one.plain: one for one in reversed(found) if one.plain not in known}
    return [
        _value(one.text, min(one.worth, 0.9), one.page, one.words, (one.why,))
        for one in reversed(new.values())
    ]


def _value(
    value: Any,
    confidence: float,
    page: Page,
    words: tuple[Word, ...],
    evidence: tuple[str, ...],
    is_printed: bool = True,
) -> Value:
    """Return a value; one that was recognised is no surer than its letters."""
    if page.origin == "ocr" and is_printed:
        letters = clearness(words)
        confidence *= 1.0 if letters >= CLEAR else max(0.5, letters) * _OCR
    return Value(value, round(confidence, 4), page, words, evidence)


def _supplier(known: Known, others: Values) -> KnownSupplier | None:
    """Return what is known of the seller, by a VAT number or IBAN that was read for sure."""
    keys = []
    for name in ("seller_vat_identifier", "payment_account_identifiers"):
        if (one := others.get(name)) and one.confidence >= SURE:
            keys += [one.value] if isinstance(one.value, str) else list(one.value)
    return next((found for key in keys if (found := known.supplier(key))), None)


def _is_negative(others: Values) -> bool:
    total = others.get("total_amount_with_vat") or others.get("amount_due_for_payment")
    return total is not None and total.value < 0


_IDENTIFIERS = (
    "seller_vat_identifier",
    "buyer_vat_identifier",
    "seller_legal_registration_identifier",
    "buyer_legal_registration_identifier",
    "payment_account_identifiers",
    "payment_service_provider_identifiers",
)


def _taken(others: Values) -> frozenset[str]:
    """Return the identifiers that were read: none of them is the number of the invoice."""
    found: set[str] = set()
    for name in _IDENTIFIERS:
        if one := others.get(name):
            values = [one.value] if isinstance(one.value, str) else one.value
            found |= {squeezed(value) for value in values}
    return frozenset(found)


def _is_american(pages: Sequence[Page]) -> bool:
    """Tell whether the first page is of the United States: there a date in figures may begin with the
    month. A seller from there who bills in euros is one too."""
    text = pages[0].text[:20_000] if pages else ""
    if _AMERICA.search(text) and _STATE.search(text):
        return True
    return bool(_DOLLARS.search(text)) and not _EUROPE.search(text)
