"""What lies between the total and what is due: vouchers, deposits, cash discounts, roundings."""

import pytest

from tests.unit.test_totals_of_pages import DUE, FOUR, GROSS, NET, SUMS, VAT, amounts, read, sure

TOTALS = {
    "en": ("Subtotal", "VAT 20%", "Total"),
    "fr": ("Total HT", "TVA 20 %", "Total TTC"),
    "de": ("Nettobetrag", "MwSt. 20 %", "Gesamtbetrag"),
    "nl": ("Totaal excl. BTW", "BTW 20%", "Totaal incl. BTW"),
    "es": ("Base imponible", "IVA 20%", "Total factura"),
    "it": ("Imponibile", "IVA 20%", "Totale documento"),
}


@pytest.mark.parametrize(
    ("language", "voucher", "due"),
    [
        ("en", "Gift card", "Amount due"),
        ("en", "Voucher", "To pay"),
        ("fr", "Chèque cadeau", "Reste à payer"),
        ("de", "Geschenkgutschein", "Zu zahlen"),
        ("de", "Gutschein", "Zahlbetrag"),
        ("nl", "Cadeaubon", "Te betalen"),
        ("es", "Tarjeta regalo", "Total a pagar"),
        ("it", "Buono regalo", "Da pagare"),
    ],
)
def test_a_voucher_pays_a_part_of_the_taxed_total(language: str, voucher: str, due: str) -> None:
    rows = (*zip(TOTALS[language], ("100,00", "20,00", "120,00"), strict=True),)
    values = read(*map("||{0[0]}|{0[1]}".format, rows), f"||{voucher}|-25,00", f"||{due}|95,00")
    assert amounts(values, *FOUR, "paid_amount") == ["100.00", "20.00", "120.00", "95.00", "25.00"]
    assert sure(values)


def test_a_voucher_before_the_vat_is_a_discount() -> None:
    for more in ((), ("||Net|90.00",)):
        values = read(
            "||Subtotal|100.00", "||Voucher SPRING|-10.00", *more, "||VAT 20%|18.00", "||Total|108.00"
        )  # fmt: skip
        assert amounts(values) == ["90.00", "18.00", "108.00", "108.00"]


def test_the_vat_that_a_total_holds_tells_whether_a_voucher_paid_or_discounted() -> None:
    rows = ("||Summe|119,00", "||Gutschein|-20,00", "||Zu zahlen|99,00")
    paid = read(*rows, "||enthaltene MwSt. 19 %|19,00")
    assert amounts(paid) == ["100.00", "19.00", "119.00", "99.00"]
    discounted = read(*rows, "||enthaltene MwSt. 19 %|15,81")
    assert amounts(discounted) == ["83.19", "15.81", "99.00", "99.00"]


def test_without_vat_nobody_knows_what_a_voucher_was() -> None:
    rows = ("||Summe|100,00", "||{}|-20,00", "||Zu zahlen|80,00", "Kleinunternehmer, § 19 UStG")
    unknown = read(*(row.format("Gutschein") for row in rows))
    assert not any(sure(unknown, name) for name in (NET, GROSS))
    paid = read(*(row.format("Geschenkkarte") for row in rows))
    assert amounts(paid, NET, GROSS, DUE) == ["100.00", "100.00", "80.00"]


@pytest.mark.parametrize(
    "taken",
    ["abzgl. Abschlagsrechnung RE-12|59,50", "Vorschuss vom 01.02.|-59,50", "Guthaben|-59,50"],
)
def test_what_stands_between_the_total_and_what_is_due_is_what_parts_them(taken: str) -> None:
    values = read(*SUMS, f"||{taken}", "||Noch zu zahlen|59,50")
    assert amounts(values, GROSS, DUE) == ["119.00", "59.50"]
    assert sure(values)


@pytest.mark.parametrize(
    "rows",
    [
        ("||2 % Skonto bis 13.03.2026|2,38", "||Zahlbetrag bis 13.03.2026|116,62"),
        ("||abzgl. 2 % Skonto|-2,38", "||Zu zahlen|116,62"),
        ("Bei Zahlung bis 13.03. abzüglich 2 % Skonto = 2,38 €, zu zahlen 116,62 €",),
    ],
)
def test_what_is_to_pay_with_cash_discount_is_not_what_is_due(rows: tuple[str, ...]) -> None:
    values = read(*SUMS, *rows)
    assert amounts(values) == ["100.00", "19.00", "119.00", "119.00"]
    assert "paid_amount" not in values


def test_a_swiss_total_may_be_rounded_to_five_rappen_without_a_word() -> None:
    rows = ("||Zwischentotal|100.35", "||8.1 % MWST|8.13")
    values = read(*rows, "||Total CHF|108.50")
    assert amounts(values, NET, VAT, GROSS, DUE) == ["100.35", "8.13", "108.50", "108.50"]
    assert sure(values, NET, VAT, DUE)
    assert not sure(values, GROSS)
    assert not any(sure(read(*rows, "||Total EUR|108.50"), name) for name in FOUR)
    posted = ("||Warenwert|100.00", "||Porto|5.00", "||MWST 8.1 %|8.51", "||Total CHF|113.50")
    assert amounts(read(*posted)) == ["105.00", "8.51", "113.50", "113.50"]
    assert not any(sure(read(*rows, "||Total CHF|108.55"), name) for name in FOUR)


def test_what_the_rounding_row_says_is_not_in_the_net_total() -> None:
    values = read(
        "Beratung|CHF|2'847.30",
        "|CHF|2'847.30",
        "Mehrwertsteuer 8,1 %|CHF|230.63",
        "Rundungsdifferenz|CHF|0.02",
        "Total zu unseren Gunsten|CHF|3'077.95",
    )
    assert amounts(values, NET, VAT, DUE) == ["2847.30", "230.63", "3077.95"]
    assert sure(values, NET, VAT)


@pytest.mark.parametrize("due", ["Importo", "Netto a pagare"])
def test_with_split_payment_the_vat_is_not_paid_to_the_seller(due: str) -> None:
    values = read(
        "||Totale imponibile|5.320,00",
        "||IVA 22% (scissione dei pagamenti)|1.170,40",
        "||Totale documento|6.490,40",
        f"Bonifico|11-11-2026|{due}|5.320,00",
    )
    assert amounts(values) == ["5320.00", "1170.40", "6490.40", "5320.00"]
    assert sure(values, NET, VAT, GROSS)
    assert sure(values, DUE) == (due != "Importo")


@pytest.mark.parametrize(
    "rates",
    [
        ("||Échéance 01/04/2026|60,00", "||À payer avant le 01/05/2026|60,00"),
        ("||Fällig am 01.04.2026|60,00", "||Zu zahlen bis 01.05.2026|60,00"),
    ],
)
def test_a_rate_that_is_due_later_was_not_paid(rates: tuple[str, str]) -> None:
    values = read("||Total HT|100,00", "||TVA 20 %|20,00", "||Total TTC|120,00", *rates)
    assert amounts(values, GROSS) == ["120.00"]
    assert not sure(values, DUE) or amounts(values, DUE) == ["120.00"]


def test_a_total_after_a_voucher_that_paid_is_what_is_due() -> None:
    values = read(
        "||Summe|119,00", "||Gutschein|-19,00", "||Gesamtsumme|100,00", "||inkl. 19 % MwSt.|19,00"
    )
    assert amounts(values) == ["100.00", "19.00", "119.00", "100.00"]
    assert not sure(values, DUE)


def test_what_others_pay_is_not_due() -> None:
    values = read(
        "||Total TTC|120,00", "||dont TVA 20 %|20,00", "||Part mutuelle|-80,00", "||Reste à charge|40,00"
    )  # fmt: skip
    assert amounts(values, GROSS, DUE) == ["120.00", "40.00"]


def test_what_remains_of_withheld_tax_is_due_whatever_it_is_called() -> None:
    values = read(
        "||Base imponible|1.000,00",
        "||IVA 21%|210,00",
        "||Total factura|1.210,00",
        "||Retención IRPF 15%|-150,00",
        "||Líquido|1.060,00",
    )
    assert amounts(values) == ["1000.00", "210.00", "1210.00", "1060.00"]
    assert not sure(values, DUE)


def test_the_digits_of_an_account_were_not_paid() -> None:
    account = "Versement à la Banque Cantonale, IBAN CH73 0076 8082 4230 3984 5"
    values = read("||Total HT|100,00", "||TVA 20 %|20,00", "||Total TTC|120,00", account)
    assert amounts(values, DUE) == ["120.00"]
    assert sure(values, DUE)
