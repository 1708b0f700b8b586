"""Whether a page shows a value, however it is spelled."""

from decimal import Decimal

import pytest

from ingestd.extraction.spelling import (
    same_number,
    shows_account,
    shows_amount,
    shows_number,
    squeezed,
)


@pytest.mark.parametrize(
    "text",
    "1.234,50|1 234,50|1,234.50|1'234.50|1234.5|1234,50 EUR|€1,234.50|-1 234.50|1.2 34 ,50|1’234.50"
    "|2 1.234,50|1234.5000".split("|"),
)
def test_an_amount_in_any_spelling(text: str) -> None:
    assert shows_amount(f"Total {text} due", Decimal("1234.50"))


@pytest.mark.parametrize("text", ["234,50", "11.234,50", "1.234,51", "1.234,505", "12.345", "1234"])
def test_another_amount_is_not_shown(text: str) -> None:
    assert not shows_amount(f"Total {text} due", Decimal("1234.50"))


def test_whole_units_go_without_cents() -> None:
    for text in ("120 EUR", "120,- EUR", "120.— CHF", "120,00", "120."):
        assert shows_amount(text, Decimal("120.00")), text
    assert not shows_amount("120,50", Decimal("120.00"))
    assert not shows_amount("1.120,00", Decimal("120.00"))


def test_a_number_in_any_spelling() -> None:
    assert shows_number("Facture F 2026/17 du", "F-2026-17")
    assert shows_number("Nr.:RE20260017.", "RE-2026-0017")
    assert not shows_number("Facture F-2026-178", "F-2026-17")
    assert not shows_number("Facture F-2026-18", "F-2026-17")
    assert not shows_number("Facture 12026", "2026")
    assert shows_number("anything", "--")


def test_two_numbers_are_one_but_for_what_stands_before() -> None:
    assert same_number("RE-4711", "4711")
    assert same_number("004711", "4711")
    assert same_number("RE 4711", "re-4711")
    assert not same_number("4712", "4711")
    assert not same_number("14711", "4711")


def test_an_account_in_any_spelling() -> None:
    assert shows_account("IBAN DE89 3704 0044 0532 0130 00", "DE89370400440532013000")
    assert not shows_account("IBAN DE89 3704", "DE89370400440532013000")


def test_case_spaces_and_separators_of_a_number_do_not_count() -> None:
    assert squeezed("INV-1_7/a") == squeezed("inv 17A")
