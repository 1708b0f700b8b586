"""What invoice2data says of the same pages: by its built-in templates, else by what it can do without
one (fields beside labels it knows, then the first guess from all dates and amounts)."""

import contextlib
import logging
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from invoice2data import extract_data
from invoice2data.extract._dates import parse_date
from invoice2data.extract.labels import find_labeled_fields
from invoice2data.extract.loader import read_templates
from invoice2data.extract.suggestions import suggest_from_text

from tests.bench.extraction_samples import AMOUNTS

_FIELDS = {
    "invoice_number": "number",
    "date": "issue_date",
    "date_due": "payment_due_date",
    "amount": "total_amount_with_vat",
    "amount_untaxed": "total_amount_without_vat",
    "amount_tax": "total_vat_amount",
    "vat": "seller_vat_identifier",
    "partner_coc": "seller_legal_registration_identifier",
    "iban": "payment_account_identifiers",
    "bic": "payment_service_provider_identifiers",
    "currency": "currency_code",
}
"""Its field -> that of our model."""


@cache
def _templates() -> list[Any]:
    logging.getLogger("invoice2data").setLevel(logging.CRITICAL)
    return read_templates()


def by_template(text: str) -> dict[str, object]:
    """Return what a built-in template reads; nothing where none fits."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        with contextlib.suppress(Exception):  # its regular expressions fail in many ways
            return dict(_fields(extract_data(str(Path(file.name)), _templates())))
    return {}


def without_template(text: str) -> dict[str, object]:
    """Return what it reads of a supplier it has never heard of."""
    guesses = {name: found.parsed for name, found in suggest_from_text(text).items()}
    labelled = {name: found.value for name, found in find_labeled_fields(text).items()}
    return dict(_fields({**guesses, **labelled})) | dict(_fields(guesses, only_amounts=True))


def _fields(found: Mapping[str, Any], only_amounts: bool = False) -> Iterator[tuple[str, object]]:
    for name, field in _FIELDS.items():
        value = found.get(name)
        if value and (not only_amounts or field in AMOUNTS):
            converted = _converted(field, value)
            if converted is not None:
                yield field, converted


def _converted(field: str, value: Any) -> object | None:
    if isinstance(value, datetime):
        return value.date()
    if field.endswith("_date"):
        day = value if isinstance(value, date) else parse_date(str(value))
        return day.date() if isinstance(day, datetime) else day
    if field in AMOUNTS:
        try:
            return round(Decimal(str(value)), 2)
        except InvalidOperation:
            return None
    return (str(value),) if field.startswith("payment_") else str(value)
