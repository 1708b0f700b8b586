"""Taxes that are no VAT, and several that are: city tax of hotels, the sales taxes of Canada."""

import pytest

from tests.unit.test_totals_of_pages import DUE, FOUR, GROSS, NET, VAT, amounts, rates, read, sure


@pytest.mark.parametrize(
    ("net", "vat", "tax", "total"),
    [
        ("Net", "VAT 10%", "City tax", "Total"),
        ("Total HT", "TVA 10 %", "Taxe de séjour", "Total TTC"),
        ("Nettobetrag", "MwSt. 10 %", "Kurtaxe ohne MwSt.", "Gesamtbetrag"),
        ("Netto", "MwSt. 10 %", "City Tax 3 %", "Rechnungsbetrag"),
        ("Totaal excl. BTW", "BTW 10%", "Toeristenbelasting", "Totaal"),
        ("Base imponible", "IVA 10%", "Tasa turística", "Total factura"),
        ("Imponibile", "IVA 10%", "Imposta di soggiorno", "Totale documento"),
    ],
)
def test_the_tax_on_guests_is_no_vat_and_part_of_the_total(
    net: str, vat: str, tax: str, total: str
) -> None:
    values = read(
        "Zimmer|220,00",
        f"||{net}|200,00",
        f"||{vat}|20,00",
        f"||{tax}|6,00",
        f"||{total}|226,00",
    )
    assert amounts(values, VAT, GROSS, DUE) == ["20.00", "226.00", "226.00"]
    assert not sure(values, NET) or amounts(values, NET) == ["206.00"]
    assert rates(values) == [("10", "20.00")]


@pytest.mark.parametrize(
    ("federal", "province", "both"),
    [
        ("GST 5%", "QST 9.975%", "14.98"),
        ("TPS 5 %", "TVQ 9,975 %", "14.98"),
        ("GST (5%) 123456789 RT0001", "PST (7%)", "12.00"),
    ],
)
def test_two_taxes_on_one_amount_are_both_vat(federal: str, province: str, both: str) -> None:
    second = f"{float(both) - 5:.2f}"
    values = read(
        "||Subtotal|$100.00",
        f"||{federal}|$5.00",
        f"||{province}|${second}",
        f"||Total CAD|${float(both) + 100:.2f}",
    )
    assert amounts(values, NET, VAT, GROSS) == ["100.00", both, f"{float(both) + 100:.2f}"]
    assert sorted(tax for _, tax in rates(values)) == sorted(("5.00", second))
    assert values["currency_code"].value == "CAD"
    assert sure(values, *FOUR)
