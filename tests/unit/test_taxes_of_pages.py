"""Taxes that are no VAT, and several that are: city tax of hotels, the sales taxes of Canada."""

import pytest

from ingestd.extraction import totals
from tests.unit.test_totals_of_pages import (
    DUE,
    FOUR,
    GROSS,
    KNOWN,
    NET,
    VAT,
    amounts,
    rates,
    read,
    sure,
    tight,
)


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


@pytest.mark.parametrize("off", ["Startup discount (10% off)", "Remise 10 %", "Rabatt 10 %"])
def test_a_discount_of_some_percent_is_no_vat(off: str) -> None:
    values = read(
        "Plan|10|164.00|1,640.00",
        "||Subtotal|1,640.00",
        f"||{off}|-164.00",
        "||Total excluding tax|1,476.00",
        "||Total|1,476.00",
        "||Amount due|1,476.00",
        "Tax to be paid on reverse charge basis",
    )
    assert amounts(values) == ["1476.00", "0", "1476.00", "1476.00"]
    assert sure(values)


@pytest.mark.parametrize(
    "row", ["||VAT 0%|0.00", "||VAT (0% reverse charge)|0.00", "||VAT (0%)¹|0.00"]
)
def test_vat_of_no_percent_is_given_with_its_rate(row: str) -> None:
    values = read("||Subtotal|333.00", row, "||Total|333.00", "Reverse charge")
    assert rates(values) == [("0", "0.00")]
    (one,) = values["vat_breakdown"].value
    assert one.taxable_amount == values[NET].value


def test_heads_of_two_languages_over_the_lines_name_no_totals() -> None:
    rows = (
        "Nazwa / Description|Cena netto|Netto|Kwota VAT|Brutto",
        "Qty|Net price|Net value|VAT amount|Gross value",
        "24|189,00|4 536,00|0% 0,00|4 536,00",
        "16|74,50|1 192,00|0% 0,00|1 192,00",
        "Razem / Total EUR||5 728,00|0% 0,00|5 728,00",
        "Intra-Community supply of goods, VAT 0%",
    )
    values = totals.read([tight(*rows)], KNOWN)
    assert amounts(values) == ["5728.00", "0", "5728.00", "5728.00"]
    assert rates(values) == [("0", "0.00")]


def test_a_total_may_say_that_the_buyer_owes_the_vat() -> None:
    values = read(
        "Wandafwerking|€ 6.765,00",
        "Meerwerk|€ 624,00",
        "Totaal (btw verlegd)|€ 7.389,00",
        "Wij verzoeken u € 1.640,00 op onze G-rekening en € 5.749,00 op",
    )
    assert amounts(values) == ["7389.00", "0", "7389.00", "7389.00"]


def test_what_the_seller_laid_out_is_part_of_the_total() -> None:
    values = read("||Total HT|100,00", "||TVA 20 %|20,00", "||Débours|15,00", "||Total TTC|135,00")
    assert amounts(values, VAT, GROSS, DUE) == ["20.00", "135.00", "135.00"]


def test_a_stamp_duty_makes_an_exempt_total_more() -> None:
    values = read(
        "||Totale imponibile|100,00",
        "||Imposta di bollo|2,00",
        "||Totale da pagare|102,00",
        "Operazione esente IVA art. 10",
    )
    assert amounts(values, VAT, GROSS, DUE) == ["0", "102.00", "102.00"]
    assert not sure(values, NET)


def test_the_bases_of_a_table_of_vat_make_a_net_total_that_is_not_printed() -> None:
    values = read(
        "3 x Carta A4|19,44",
        "4 x Pittura lavabile|611,02",
        "TOTALE DOCUMENTO|630,46",
        "22 % I.V.A.|500,84|110,18",
        "10 % I.V.A.|17,67|1,77",
    )
    assert amounts(values) == ["518.51", "111.95", "630.46", "630.46"]
    assert sure(values, VAT, GROSS, DUE)
    assert not sure(values, NET)


def test_no_vat_is_not_sure_where_a_rate_makes_some() -> None:
    values = read(
        "Arbeid grote beurt|276,00",
        "Onderdelen|188,43",
        "Keuring|32,50",
        "Afmeldkosten (geen btw)|4,86",
        "Totaal excl. btw|496,93",
        "Btw 21% over 496,93|104,36",
        "Onbelast|4,86",
        "Totaal te voldoen|606,15",
    )
    assert amounts(values, VAT) == ["104.36"] or not sure(values, VAT)
    assert amounts(values, DUE) == ["606.15"]
