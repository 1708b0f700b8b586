"""Totals of till slips: what was handed over less the change proves them."""

from collections.abc import Mapping
from datetime import date

import pytest

from ingestd.extraction import totals
from ingestd.extraction.page import Page, rows_of
from ingestd.extraction.value import Known, Value
from ingestd.model import SURE, Word

KNOWN = Known(company=None, today=date(2026, 1, 1))
GROSS = "total_amount_with_vat"


def slip(*rows: str) -> Page:
    """Return a recognised slip; in a row `|` parts the label and the amount at the right."""
    words = []
    for number, row in enumerate(rows):
        label, _, amount = (one.strip() for one in row.partition("|"))
        top, left = 40 + 14 * number, 20.0
        for text in label.split():
            words.append(Word(text, left, top, left + 5 * len(text), top + 8, 0.9))
            left += 5 * len(text) + 3
        if amount:
            words.append(Word(amount, 220 - 5 * len(amount), top, 220, top + 8, 0.8))
    return Page(1, 240, 400, "ocr", rows_of(words))


def gross(*rows: str) -> Value:
    values: Mapping[str, Value] = totals.read([slip(*rows)], KNOWN)
    return values[GROSS]


@pytest.mark.parametrize(
    ("total", "handed", "change"),
    [
        ("SUMME EUR", "Bar gegeben", "Rückgeld"),
        ("TOTAL EUR", "Espèces", "Rendu"),
        ("TOTAAL EUR", "Contant ontvangen", "Wisselgeld"),
        ("TOTALE EUR", "Contanti", "Resto"),
        ("TOTAL EUR", "Entregado", "Su cambio"),
        ("TOTAL", "CASH", "CHANGE DUE"),
    ],
)
def test_what_was_handed_over_less_the_change_makes_a_total_sure(
    total: str, handed: str, change: str
) -> None:
    one = gross("Coffee | 16.20", f"{total} | 16.20", f"{handed} | 20.00", f"{change} | 3.80")
    assert str(one.value) == "16.20"
    assert one.confidence >= SURE


def test_a_total_that_payment_contradicts_is_not_sure() -> None:
    one = gross("Coffee | 16.20", "TOTAL | 18.20", "CASH | 20.00", "CHANGE | 3.80")
    assert one.confidence < SURE


def test_what_was_paid_tells_which_of_two_sums_is_the_total() -> None:
    one = gross("Coffee | 16.20", "SUBTOTAL | 16.20", "CASH | 50.00", "YOUR CHANGE | 33.80")
    assert str(one.value) == "16.20"


def test_what_comes_back_is_never_the_total() -> None:
    one = gross("Tea | 13.78", "T0TAL lGST | 13.78", "CASH | 20.00", "CHANGE DUE | 6.20")
    assert str(one.value) != "6.20"


def test_a_total_that_is_rounded_after_it_is_not_sure() -> None:
    rows = ("Total | 19.01", "Rounding | -0.01", "Total rounded | 19.00")
    one = gross("Hook | 17.93", "VAT 6% | 1.08", *rows, "Cash | 20.00", "Change | 1.00")
    assert one.confidence < SURE
