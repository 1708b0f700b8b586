"""Amounts are read in every way that invoices print them, and nothing else is taken for one."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestd.extraction.amounts import (
    CURRENCY,
    amount,
    amounts_in,
    amounts_of,
    code_of,
    point_of,
    strip_of,
)
from ingestd.extraction.page import Page, Row
from ingestd.model import Word

PRINTED = {
    "1.234,50": "1234.50",
    "1,234.50": "1234.50",
    "1 234,50": "1234.50",
    "1 234.50": "1234.50",
    "1\u00a0234,50": "1234.50",
    "1\u202f234\u202f567,89": "1234567.89",
    "1\u2009234,50": "1234.50",
    "1'234.50": "1234.50",
    "1’234.50": "1234.50",
    "1234,50": "1234.50",
    "1234.50": "1234.50",
    "12.345.678,90": "12345678.90",
    "0,99": "0.99",
    "-12,00": "-12.00",
    "\u221212,00": "-12.00",
    "\u201312,00": "-12.00",
    "12,00-": "-12.00",
    "12,00\u2212": "-12.00",
    "(12.00)": "-12.00",
    "(€12.00)": "-12.00",
    "- €10.00": "-10.00",
    "€-10.00": "-10.00",
    "-€ 10,00": "-10.00",
    "12.00 CR": "-12.00",
    "+12,00": "12.00",
    "12,-": "12",
    "12.--": "12",
    "CHF 1'234.\u2013": "1234",
    "€ 5": "5",
    "5 €": "5",
    "1.234,50 €": "1234.50",
    "1.234,50€": "1234.50",
    "EUR 1.234,50": "1234.50",
    "EUR1.234,50": "1234.50",
    "$1,234.50": "1234.50",
    "US$ 1,234.50": "1234.50",
    "1.234,50- €": "-1234.50",
    "(12,00 €)": "-12.00",
    "12,00 €-": "-12.00",
    "MwSt. 19 % (100,00)": "100.00",
    "Fr. 80.00": "80.00",
    "2 500,00 zł": "2500.00",
    "Total:19,00": "19.00",
    "=19,00": "19.00",
    "*19,00*": "19.00",
    "19,00 A": "19.00",
    "19,00.": "19.00",
    "100.005 €": "100005",
    "9,9000": "9.9000",
}


@pytest.mark.parametrize(("text", "value"), PRINTED.items())
def test_an_amount_is_read_as_it_is_printed(text: str, value: str) -> None:
    assert amount(text, ",") == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "21.08.2023",
        "21/08/2023",
        "2023-08-21",
        "12:30",
        "10/12",
        "DE 89 3704 0044 0532 0130 00",
        "A4",
        "PO2610",
        "12,00A",
        "0,05kWh",
        "1.2.3",
        "31.08.",
        "3m²",
        "20%",
        "19,00 %",
        "7 v.H.",
        "info@12.example",
        "Nr. 12/2023",
        "",
    ],
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert amount(text, ",") is None


def test_a_dash_before_an_amount_may_be_a_minus() -> None:
    assert [one.is_doubtful for one in amounts_in("soit - 12,00", ",")] == [True]


def test_percentages_are_told_apart() -> None:
    rate, base, tax = amounts_in("MwSt. 19,0 % auf 100,00 EUR: 19,00", ",")
    assert [one.is_rate for one in (rate, base, tax)] == [True, False, False]
    assert (rate.value, base.value, tax.value) == (Decimal("19.0"), 100, 19)


@pytest.mark.parametrize(
    ("point", "value", "is_doubtful"),
    [(",", "1234", False), (".", "1.234", False), ("", "1234", True)],
)
def test_a_lone_separator_is_read_as_the_document_uses_it(
    point: str, value: str, is_doubtful: bool
) -> None:
    (one,) = amounts_in("1.234", point)
    assert (one.value, one.is_doubtful) == (Decimal(value), is_doubtful)


def test_the_documents_decimal_sign_is_that_of_most_amounts() -> None:
    assert point_of(["1.234,50 12,00", "3.00"]) == ","
    assert point_of(["1,234.50", "21.08.2023 and 2,6 %"]) == "."
    assert point_of(["1.234", "no amounts"]) == ""


def test_words_near_each_other_are_one_amount_and_columns_never_are() -> None:
    words = (
        _word("1", 10, 14),
        _word("234,50", 16, 40),
        _word("2", 90, 94),
        _word("500,00", 130, 154),
    )
    page = Page(1, 595, 842, "text", (Row(words),))
    found = amounts_of(strip_of(page.rows[0]), page, ",")
    assert [str(one.value) for one in found] == ["1234.50", "2", "500.00"]
    assert found[0].words == words[:2]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2O4,5O", "1204.50"),
        ("l2,00", "12.00"),
        ("1 234, 50", "1234.50"),
        ("1. 234,50", "1234.50"),
        ("136 00", "136.00"),
        ("=1.204,50", "-1204.50"),
    ],
)
def test_slips_of_text_recognition_are_mended_and_doubted(text: str, value: str) -> None:
    words = tuple(
        _word(one, 10 + 30 * place, 38 + 30 * place) for place, one in enumerate(text.split())
    )
    for origin, mended in (("ocr", True), ("text", False)):
        page = Page(1, 595, 842, origin, (Row(words),))
        found = amounts_of(strip_of(page.rows[0]), page, ",")
        assert (Decimal(value) in [one.value for one in found if one.is_doubtful]) is mended


@pytest.mark.parametrize(("text", "value"), [("]12,00", "12.00"), ("12,00E", "12.00")])
def test_what_recognition_makes_of_marks_beside_an_amount_is_no_part_of_it(
    text: str, value: str
) -> None:
    words = tuple(
        _word(one, 10 + 70 * place, 78 + 70 * place) for place, one in enumerate(text.split())
    )
    for origin, is_read in (("ocr", True), ("text", False)):
        page = Page(1, 595, 842, origin, (Row(words),))
        found = amounts_of(strip_of(page.rows[0]), page, ",")
        assert (Decimal(value) in [one.value for one in found]) is is_read


def test_recognised_letters_of_one_width_stand_further_apart_than_they_are_high() -> None:
    words = tuple(
        Word(text, left, 100, left + 5 * len(text), 106, 0.9)
        for text, left in (("28", 100), ("959,82", 117), ("40,00", 180))
    )
    page = Page(1, 595, 842, "ocr", (Row(words),))
    found = amounts_of(strip_of(page.rows[0], is_recognised=True), page, ",")
    assert [str(one.value) for one in found] == ["28959.82", "40.00"]
    assert strip_of(page.rows[0]).text == "28\t959,82\t40,00"


def test_currencies_have_their_codes() -> None:
    texts = {"Alle Beträge in EUR": "EUR", "Total £ 12.00": "GBP", "SFr. 80.–": "CHF"}
    for text, code in texts.items():
        assert [code_of(one) for one in CURRENCY.findall(text)] == [code]
    assert not CURRENCY.search("Europe, neuro, Freude")


_SEPARATORS = [(",", "."), (".", ","), ("'", "."), ("’", "."), ("", "."), ("", ",")]
_SEPARATORS += [(blank, ",") for blank in " \u00a0\u202f\u2009"]
_SHAPES = ["{}", "{} €", "€ {}", "€{}", "{}€", "EUR {}", "{} CHF", "${}", "£ {}"]
_MINUS = ["-{}", "{}-", "\u2212{}", "({})"]


@given(
    st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2),
    st.sampled_from(_SEPARATORS),
    st.sampled_from(_SHAPES),
    st.sampled_from(_MINUS),
    st.booleans(),
)
@example(Decimal("1234.50"), (" ", ","), "{}€", "{}-", True)
def test_every_amount_comes_back_from_every_convention(
    value: Decimal, separators: tuple[str, str], shape: str, minus: str, is_negative: bool
) -> None:
    thousands, point = separators
    text = f"{value:,.2f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
    if is_negative:
        text = (
            shape.format(minus.format(text))
            if "(" not in minus
            else minus.format(shape.format(text))
        )
    else:
        text = shape.format(text)
    assert amount(text, point) == (-value if is_negative else value)


@given(st.text(alphabet="0123456789.,' -−€%()ERUx/:\t\u202f", max_size=60))
def test_any_text_is_read_without_complaint(text: str) -> None:
    for one in amounts_in(text, ","):
        assert 0 <= one.start < one.end <= len(text)


def _word(text: str, left: float, right: float) -> Word:
    return Word(text, left, 100, right, 107)
