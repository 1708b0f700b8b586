"""Of three totals that belong together one may be misread; the others tell what it was."""

from datetime import date

import pytest

from ingestd.extraction import totals
from ingestd.extraction.page import Page, rows_of
from ingestd.extraction.value import Known, Values
from ingestd.model import SURE, Word

KNOWN = Known(company=None, today=date(2026, 1, 1))
NET, VAT = "total_amount_without_vat", "total_vat_amount"
GROSS = "total_amount_with_vat"
THREE = (("Net total", "100.00"), ("VAT 20%", "20.00"), ("Invoice total", "120.00"))


def read(origin: str, **printed: str) -> Values:
    """Return what is read of three totals, some of them `printed` otherwise."""
    words = []
    for row, (label, amount) in enumerate(THREE):
        text, top = printed.get(label.split()[0], amount), 40 + 14 * row
        words += [
            Word(label, 40, top, 40 + 4.5 * len(label), top + 7, 0.97),
            Word(text, 535 - 4.5 * len(text), top, 535, top + 7, 0.97),
        ]
    return totals.read([Page(1, 595, 842, origin, rows_of(words))], KNOWN)


@pytest.mark.parametrize(
    "printed",
    [{"Invoice": "128.00"}, {"Net": "700.00"}, {"Invoice": "20.00"}, {"Net": "10000"}],
    ids=str,
)
def test_a_misread_total_is_told_by_the_others_and_never_sure(printed: dict[str, str]) -> None:
    found = read("ocr", **printed)
    assert [str(found[name].value) for name in (NET, VAT, GROSS)] == ["100.00", "20.00", "120.00"]
    assert not any(found[name].confidence >= SURE for name in (NET, VAT, GROSS))
    assert all(found[name].words for name in (NET, VAT, GROSS))


def test_what_a_text_layer_says_is_not_misread() -> None:
    assert str(read("text", Net="700.00")[NET].value) == "700.00"


@pytest.mark.parametrize(("other", "is_sure"), [("€", True), ("£", False)])
def test_of_two_recognised_currencies_neither_is_sure(other: str, is_sure: bool) -> None:
    signed = {"Net": f"{other} 100.00", "VAT": "€ 20.00", "Invoice": "€ 120.00"}
    found = read("ocr", **signed)["currency_code"]
    assert (found.confidence >= SURE) is is_sure
    assert read("text", **signed | {"Net": "£ 100.00"})["currency_code"].value == "EUR"
