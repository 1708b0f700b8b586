"""Totals are read from pages of every make, and given as sure only where the page proves them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ingestd.extraction import totals
from ingestd.extraction.page import Page, Row, rows_of
from ingestd.extraction.totals._choice import choices
from ingestd.extraction.totals._found import BEST, found_in
from ingestd.extraction.totals._grid import AMOUNTS, ROWS, WORDS, lines_of
from ingestd.extraction.value import Known, Values
from ingestd.model import SURE, VatBreakdown, Word

KNOWN = Known(company=None, today=date(2026, 1, 1))
NET, VAT = "total_amount_without_vat", "total_vat_amount"
GROSS, DUE = "total_amount_with_vat", "amount_due_for_payment"
FOUR = (NET, VAT, GROSS, DUE)


def page(*rows: str, origin: str = "text", number: int = 1) -> Page:
    """Return a page of these rows; in each `|` parts the columns: the first begins at 40, the others end
    at 375, 455 and 535."""
    words = [word for place, row in enumerate(rows) for word in _words(row, 40 + 14 * place)]
    return Page(number, 595, max(842, 60 + 14 * len(rows)), origin, rows_of(words))


def tight(*rows: str) -> Page:
    """Return a page whose rows touch each other."""
    loose = page(*rows)
    words = [
        replace(word, top=40 + 7.5 * place, bottom=47 + 7.5 * place)
        for place, row in enumerate(loose.rows)
        for word in row.words
    ]
    return replace(loose, rows=rows_of(words))


def _words(row: str, top: float) -> list[Word]:
    found = []
    for column, text in enumerate(one.strip() for one in row.split("|")):
        place = 40 if not column else 295 + 80 * column - 4.5 * len(text)
        for token in text.split(" "):
            found.append(Word(token, place, top, place + 4.5 * len(token), top + 7))
            place += 4.5 * (len(token) + 0.6)
    return [word for word in found if word.text]


def read(*rows: str, origin: str = "text") -> Values:
    return totals.read([page(*rows, origin=origin)], KNOWN)


def amounts(values: Values, *names: str) -> list[str]:
    return [str(values[name].value) for name in names or FOUR]


def sure(values: Values, *names: str) -> bool:
    return all(values[name].confidence >= SURE for name in names or FOUR)


SIX = {
    "en": ("Subtotal", "VAT @ 20%", "Total incl. VAT"),
    "fr": ("Total HT", "TVA 20 %", "Total TTC"),
    "de": ("Nettobetrag", "zzgl. 20 % MwSt.", "Rechnungsbetrag"),
    "nl": ("Totaal excl. BTW", "BTW 20%", "Totaal incl. BTW"),
    "es": ("Base imponible", "IVA 20%", "Total factura"),
    "it": ("Imponibile", "IVA 20%", "Totale documento"),
}


@pytest.mark.parametrize("labels", SIX.values(), ids=SIX)
def test_totals_below_each_other(labels: tuple[str, str, str]) -> None:
    values = read(*map("||{}|{}".format, labels, ("1.250,00", "250,00", "1.500,00")))
    assert amounts(values) == ["1250.00", "250.00", "1500.00", "1500.00"]
    assert sure(values)
    (row,) = values["vat_breakdown"].value
    assert row == VatBreakdown(
        taxable_amount=Decimal("1250.00"), tax_amount=Decimal("250.00"), category_rate=Decimal(20)
    )


@pytest.mark.parametrize(
    "rows",
    [
        ("Total HT | TVA 20 % | | Total TTC", "100,00 | 20,00 | | 120,00"),
        ("100,00 | 20,00 | | 120,00", "Total HT | TVA 20 % | | Total TTC"),
        ("Total HT", "100,00", "", "", "TVA 20 %", "20,00", "", "", "Total TTC", "120,00"),
        ("Total HT", "TVA 20 %", "Total TTC", "100,00", "20,00", "120,00"),
        ("Base HT | Taux | TVA | Total TTC", "100,00 | 20 % | 20,00 | 120,00"),
        ("Le total s'élève à 120,00 € TTC, soit 100,00 € HT et 20,00 € de TVA.",),
    ],
    ids=["band", "captions", "stack", "two blocks", "table", "sentence"],
)
def test_totals_laid_out_in_other_ways(rows: tuple[str, ...]) -> None:
    values = read(*rows)
    assert amounts(values) == ["100.00", "20.00", "120.00", "120.00"]


def test_several_rates_and_their_sum() -> None:
    values = read(
        "||Netto|300,00",
        "||MwSt. 7 % auf 100,00|7,00",
        "||MwSt. 19 % auf 200,00|38,00",
        "||Gesamt|345,00",
    )
    assert amounts(values) == ["300.00", "45.00", "345.00", "345.00"]
    assert sure(values)
    rows = values["vat_breakdown"].value
    assert [(one.category_rate, one.taxable_amount) for one in rows] == [(7, 100), (19, 200)]


def test_the_whole_of_a_table_is_not_one_of_its_rates() -> None:
    values = read(
        "Nettobetrag | MwSt. | Satz | Bruttobetrag",
        "321,40 | 61,07 | 19 % | 382,47",
        "127,59 | 8,93 | 7 % | 136,52",
        "448,99 | 70,00 | | 518,99",
    )
    assert amounts(values) == ["448.99", "70.00", "518.99", "518.99"]


def test_what_was_paid_explains_what_is_due() -> None:
    values = read(
        "||Total excl. VAT|100.00",
        "||VAT 20%|20.00",
        "||Total|120.00",
        "||Deposit paid|-50.00",
        "||Balance due|70.00",
    )
    assert amounts(values, *FOUR, "paid_amount") == ["100.00", "20.00", "120.00", "70.00", "50.00"]
    assert sure(values)


def test_rounding_explains_what_is_due() -> None:
    values = read(
        "||Nettobetrag|100.02",
        "||MwSt. 8.1%|8.10",
        "||Gesamtbetrag|108.12",
        "||Rundung|-0.02",
        "||Zu zahlen CHF|108.10",
    )
    assert amounts(values, DUE, "rounding_amount") == ["108.10", "-0.02"]
    assert values["currency_code"].value == "CHF"


def test_an_earlier_balance_is_due_but_not_of_this_invoice() -> None:
    values = read(
        "||Total HT|100,00",
        "||TVA 20 %|20,00",
        "||Total TTC|120,00",
        "||Solde précédent|30,00",
        "||Montant à payer|150,00",
    )
    assert amounts(values, GROSS, DUE) == ["120.00", "150.00"]


def test_a_due_amount_that_nothing_explains_is_doubted() -> None:
    values = read(
        "||Total HT|100,00", "||TVA 20 %|20,00", "||Total TTC|120,00", "||Net à payer|95,00"
    )
    assert amounts(values, GROSS, DUE) == ["120.00", "95.00"]
    assert sure(values, GROSS)
    assert not sure(values, DUE)


def test_without_vat_net_is_gross_where_the_page_says_why() -> None:
    values = read(
        "Description|Qty|Price|Amount",
        "Advice|2|40.00|80.00",
        "Travel|1|20.00|20.00",
        "||Total|100.00",
        "Reverse charge: VAT to be accounted for by the recipient",
    )
    assert amounts(values) == ["100.00", "0", "100.00", "100.00"]
    assert sure(values)
    assert values[VAT].evidence[0] == "arithmetic"
    assert not sure(read("Advice|2|40.00|80.00", "Travel|1|20.00|20.00", "||Total|100.00"), NET)


def test_two_lines_and_their_sum_are_not_net_vat_and_gross() -> None:
    values = read(
        "Product|Hours|Price|Amount",
        "Gloves|1|450.91|450.91",
        "Toner|4|5.45|21.80",
        "||Total|472.71",
        "VAT reverse charge applies.",
    )
    assert amounts(values) == ["472.71", "0", "472.71", "472.71"]


@pytest.mark.parametrize("sign", ["-{}", "{}-", "−{}"])
def test_a_credit_note_keeps_the_sign_it_is_printed_with(sign: str) -> None:
    printed = map(sign.format, ("7,67", "1,12", "8,79"))
    rows = map("||{}|{}".format, ("Summe netto", "MwSt.", "Summe brutto"), printed)
    assert amounts(read(*rows)) == ["-7.67", "-1.12", "-8.79", "-8.79"]


def test_vat_that_is_included_is_taken_from_the_gross_total() -> None:
    values = read("||Gesamtsumme EUR|11,90", "||enthaltene MwSt 19%|1,90")
    assert amounts(values) == ["10.00", "1.90", "11.90", "11.90"]
    assert not sure(values, NET)  # it is not printed


@pytest.mark.parametrize(
    "decoy",
    [
        "Bei Zahlung bis 01.02.2024 2 % Skonto: 116,62 €",
        "Stammkapital 25.000,00 EUR",
        "Übertrag | | | 60,00",
        "Alter Saldo | | | 999,00",
        "Mindestbestellwert 5.000,00 €",
    ],
)
def test_amounts_that_are_no_totals_do_not_disturb(decoy: str) -> None:
    values = read("||Nettobetrag|100,00", "||MwSt. 19 %|19,00", "||Rechnungsbetrag|119,00", decoy)
    assert amounts(values, NET, VAT, GROSS) == ["100.00", "19.00", "119.00"]
    assert sure(values, NET, VAT, GROSS)


def test_wrong_sums_are_doubted_and_never_mended() -> None:
    values = read("||Total HT|100,00", "||TVA 20 %|20,00", "||Total TTC|130,00")
    assert amounts(values) == ["100.00", "20.00", "130.00", "130.00"]
    assert not any(sure(values, name) for name in FOUR)


def test_a_second_total_that_differs_casts_doubt() -> None:
    values = read(
        "Grondslag|Tarief|BTW|Incl. BTW", "100,00|21 %|21,00|121,00", "||Totaal excl. BTW|100,00",
        "||BTW|21,00", "||Factuurbedrag|125,00", "||Te betalen|125,00",
    )  # fmt: skip
    assert not sure(values, GROSS)
    assert not sure(values, DUE)


def test_the_currency_beside_the_totals_counts() -> None:
    values = read(
        "Kurs 1 EUR = 0.95 CHF",
        "||Netto|CHF 100.00",
        "||MwSt. 8.1 %|CHF 8.10",
        "||Total|CHF 108.10",
        "MwSt. in EUR 8.53",
    )
    assert values["currency_code"].value == "CHF"
    assert "currency_code" not in read(
        "||Total HT|100,00", "||TVA 20 %|20,00", "||Total TTC|120,00"
    )


def test_a_dollar_sign_alone_is_only_likely_that_of_the_united_states() -> None:
    values = read("||Subtotal|$100.00", "||Tax 8%|$8.00", "||Total|$108.00")
    assert values["currency_code"].value == "USD"
    assert not sure(values, "currency_code")


TABLE = (
    "Bezeichnung|Menge|Einzelpreis|Gesamtpreis",
    "Kupferrohr 22 mm|3|20,00|60,00",
    "Montage|1|40,00|40,00",
)
SUMS = ("||Nettobetrag|100,00", "||MwSt. 19 %|19,00", "||Rechnungsbetrag|119,00")


def test_lines_of_a_regular_table() -> None:
    first, second = read(*TABLE, *SUMS)["lines"].value
    assert (first.item_name, first.quantity, first.net_price) == ("Kupferrohr 22 mm", 3, 20)
    assert (first.net_amount, second.net_amount) == (60, 40)


def test_lines_that_do_not_sum_up_are_not_given() -> None:
    assert "lines" not in read(*TABLE[:2], *SUMS)


def test_a_table_goes_on_over_pages() -> None:
    pages = [
        page(*TABLE[:2], "Übertrag|||60,00"),
        page(TABLE[0], "Übertrag|||60,00", TABLE[2], *SUMS, number=2),
    ]
    values = totals.read(pages, KNOWN)
    assert [one.net_amount for one in values["lines"].value] == [60, 40]
    assert values[GROSS].page.number == 2


def test_a_value_has_its_place() -> None:
    values = read("||Total HT|100,00", "||TVA 20 %|20,00", "||Total TTC|120,00")
    source = values[GROSS].source()
    assert [word.text for word in values[GROSS].words] == ["120,00"]
    assert source.box is not None
    assert source.box.top > 0.08


def test_a_page_without_amounts_says_nothing() -> None:
    assert not read("Terms and conditions", "All sales are final.")
    assert not totals.read([], KNOWN)


def test_a_mended_amount_is_believed_only_where_it_adds_up() -> None:
    rows = ("||Nettobetrag|1OO,00", "||MwSt. 19 %|19,00", "||Rechnungsbetrag|119,00")
    assert amounts(read(*rows, origin="ocr"), NET, GROSS) == ["100.00", "119.00"]
    alone = read("||Total|1O0,00", "VAT exempt", origin="ocr")
    assert not sure(alone, GROSS)


@pytest.mark.parametrize("columns", [1, 20, 100_000])
@pytest.mark.parametrize("label", ["", "Total"])
def test_a_page_of_a_hundred_thousand_numbers_is_a_bounded_amount_of_work(
    columns: int, label: str
) -> None:
    rows = tuple(
        Row(tuple(_number(label, place, column) for column in range(columns)))
        for place in range(100_000 // columns)
    )
    hostile = Page(1, 595, 842, "text", rows)
    seen = lines_of([hostile, hostile])
    assert len(seen) <= ROWS
    assert sum(len(line.amounts) for line in seen) <= AMOUNTS
    assert sum(len(line.strip.row.words) for line in seen) <= WORDS
    found = found_in(seen)
    assert all(len(ones) <= BEST for ones in found.by_role.values())
    assert len(choices(found)) <= 4 * BEST**2


def _number(label: str, place: int, column: int) -> Word:
    text = label if label and column % 2 else f"{place + column},10"
    return Word(text, column * 20.0, place * 8.0, column * 20.0 + 15, place * 8.0 + 6)


def test_a_part_does_not_stand_for_a_whole_that_recognition_misread() -> None:
    rows = (
        "Nettobetrag | MwSt-Betrag | MwSt-% | Endbetrag",
        "4,8S | 0,9Z | 19,0 | S,77",
        "2,82 | 0,20 | 7,0 | 3,02",
    )
    misread = read(*rows, "7,67 | 7,12 | EUR | 8,79", origin="ocr")
    names = [name for name in (*FOUR, "vat_breakdown") if name in misread]
    assert not any(sure(misread, name) for name in names)


def test_a_lone_total_is_as_sure_as_its_letters() -> None:
    rows = ("Consulting | 120.00", "VAT exempt, article 132", "Total amount | 120.00")
    clear = page(*rows, origin="ocr")
    dim = replace(clear, rows=tuple(_dimmed(row) for row in clear.rows))
    assert sure(totals.read([clear], KNOWN), GROSS)
    assert not sure(totals.read([dim], KNOWN), GROSS)


def _dimmed(row: Row) -> Row:
    return replace(row, words=tuple(replace(word, confidence=0.7) for word in row.words))


def rates(values: Values) -> list[tuple[str, str]]:
    return [(str(one.category_rate), str(one.tax_amount)) for one in values["vat_breakdown"].value]


def test_net_amounts_by_rate_make_the_net_total() -> None:
    values = read(
        "Nettobetrag 20 %|||467,40",
        "Nettobetrag 10 %|||74,40",
        "USt 20 %|||93,48",
        "USt 10 %|||7,44",
        "Gesamtbetrag inkl. USt €|||642,72",
    )
    assert amounts(values) == ["541.80", "100.92", "642.72", "642.72"]


def test_carriage_stands_beside_the_net_total_of_the_goods() -> None:
    values = read(
        "Total Net Amount|||£ 399.50",
        "Carriage Net|||£ 12.00",
        "VAT 20%|||£ 82.30",
        "Invoice Total|||£ 493.80",
    )
    assert amounts(values) == ["411.50", "82.30", "493.80", "493.80"]


def test_what_is_not_taxed_is_no_vat() -> None:
    values = read(
        "Total HT soumis à TVA|||2.845,00 €",
        "TVA à 20 %|||569,00 €",
        "Débours non soumis à TVA|||13,00 €",
        "TOTAL TTC|||3.427,00 €",
    )
    assert amounts(values, VAT, GROSS) == ["569.00", "3427.00"]
    assert rates(values) == [("20", "569.00")]


@pytest.mark.parametrize(
    ("withheld", "net", "vat"),
    [
        ("RET. IRPF -15%", "Base imponible", "IVA 21%"),
        ("Ritenuta d'acconto", "Imponibile", "IVA 21%"),
    ],
)
def test_tax_that_the_buyer_keeps_is_no_allowance(withheld: str, net: str, vat: str) -> None:
    values = read(
        f"{net}|||4.200,00€", f"{vat}|||882,00€", f"{withheld}|||-630,00€", "TOTAL|||4.452,00€"
    )
    assert amounts(values, NET, VAT, DUE) == ["4200.00", "882.00", "4452.00"]


def test_a_row_of_the_table_is_not_the_whole_of_it() -> None:
    values = read(
        "Libellé|Montant HT|Taux TVA|Montant TTC",
        "Loyer|1.842,17|20,00 % 368,43|2.210,60",
        "Entretien|312,00|20,00 % 62,40|374,40",
        "Assurance|41,25|0,00|41,25",
        "TOTAL EUR|2.195,42|430,83|2.626,25",
    )
    assert amounts(values) == ["2195.42", "430.83", "2626.25", "2626.25"]
    assert rates(values) == [("20", "430.83")]


def test_a_table_of_vat_without_signs_of_percentage() -> None:
    values = read(
        "1|1.947,50|10,00|194,75",
        "2|680,00|20,00|136,00",
        "Total HT|||2.627,50",
        "Total TVA|||330,75",
        "Total TTC|||2.958,25",
    )
    assert rates(values) == [("10", "194.75"), ("20", "136.00")]


def test_the_vat_of_a_part_has_its_rate() -> None:
    values = read(
        "|VAT 0% base|VAT 21% base|VAT 21%",
        "|1.952,96|450,00|94,50",
        "Total excl. VAT|||2.402,96",
        "Total VAT|||94,50",
        "Total incl. VAT|||2.497,46",
    )
    assert rates(values) == [("21", "94.50")]


def test_a_currency_that_only_a_fee_names_is_a_suggestion() -> None:
    values = read(
        "Total TTC|||2.958,25",
        "Indemnité forfaitaire pour frais de recouvrement : 40,00 €",
    )
    assert values["currency_code"].value == "EUR"
    assert not sure(values, "currency_code")


def test_vat_that_the_buyer_owes_the_state_is_none_of_the_invoice() -> None:
    values = read(
        "Net Total|||£6,400.00",
        "VAT|||£0.00",
        "CIS deduction (20%)|||-£1,280.00",
        "GBP Total|||£5,120.00",
        "Reverse charge: Customer to pay the VAT to HMRC (£1,280.00)",
    )
    assert amounts(values, NET, VAT, DUE) == ["6400.00", "0", "5120.00"]


def test_deposits_stand_beside_the_net_total() -> None:
    values = read(
        "Totaal excl. btw|||568,26",
        "Btw|||100,70",
        "Leeggoed|||90,00",
        "Te betalen EUR|||758,96",
    )
    assert amounts(values, VAT, GROSS, DUE) == ["100.70", "758.96", "758.96"]


def test_the_rate_of_a_taxed_part_is_given_with_its_base() -> None:
    values = read(
        "Water supplied (zero rated)|||£88.40",
        "Waste water (zero rated)|||£96.12",
        "Trade effluent|||£40.00",
        "Total charges before VAT|||£224.52",
        "VAT at 20.00% on £40.00|||£8.00",
        "Total to pay|||£232.52",
    )
    assert amounts(values) == ["224.52", "8.00", "232.52", "232.52"]
    assert rates(values) == [("20", "8.00")]


REDUCED = {
    "es": ("Total bruto", "Dto. comercial € -", "Total a pagar", "Operación exenta de IVA"),
    "en": ("Gross total", "Trade discount -", "Amount due", "Exempt from VAT"),
    "fr": ("Total brut", "Remise commerciale -", "Net à payer", "Exonéré de TVA"),
    "de": ("Bruttobetrag", "Rabatt -", "Zu zahlender Betrag", "Steuerfrei, § 4 UStG"),
    "nl": ("Totaal bruto", "Korting -", "Te betalen", "Vrijgesteld van BTW"),
    "it": ("Totale lordo", "Sconto -", "Totale da pagare", "Esente IVA art. 10"),
}


@pytest.mark.parametrize("words", REDUCED.values(), ids=REDUCED)
def test_a_discount_on_the_whole_makes_an_exempt_total_less(
    words: tuple[str, str, str, str],
) -> None:
    before, discount, due, why = words
    values = read(
        "Support | 2 | 1.500,00 | 3.000,00",
        "Parts | 1 | 530,49 | 530,49",
        f"||{before}|3.530,49",
        f"||{discount}|2,62",
        f"||{due}|3.527,87",
        why,
    )
    assert amounts(values, NET, GROSS, DUE) == ["3527.87", "3527.87", "3527.87"]
    assert sure(values, NET, GROSS, DUE)


@pytest.mark.parametrize(
    ("before", "discount", "total", "why"),
    [
        ("Summe", "Mengenrabatt", "Rechnungsbetrag", "Umsatzsteuerfrei, Kleinunternehmer"),
        ("Goederenbedrag", "Kortingscode", "Totaal te voldoen", "Vrijgesteld van BTW"),
        ("Total brut", "Code promo", "Total", "TVA non applicable, art. 293 B du CGI"),
    ],
)
def test_a_total_after_a_discount_is_the_last_one(
    before: str, discount: str, total: str, why: str
) -> None:
    values = read(
        "Toner | 3 | 450,09 | 1.350,27",
        "Paper | 1 | 51,29 | 51,29",
        f"||{before}|1.401,56",
        f"||{discount}|-0,72",
        f"||{total}|1.400,84",
        why,
    )
    assert amounts(values) == ["1400.84", "0", "1400.84", "1400.84"]
    assert sure(values, NET, GROSS)


def test_a_discount_on_the_whole_makes_the_taxed_total_less() -> None:
    values = read(
        "Support | 2 | 1.500,00 | 3.000,00",
        "Parts | 1 | 530,49 | 530,49",
        "||Total bruto|3.530,49",
        "||Dto. comercial|-2,62",
        "||Base imponible|3.527,87",
        "||IVA 21%|740,85",
        "||Total|4.268,72",
    )
    assert amounts(values, NET, VAT, GROSS) == ["3527.87", "740.85", "4268.72"]
    assert sure(values, NET, VAT, GROSS)


def test_what_is_due_without_an_explanation_makes_an_exempt_total_doubtful() -> None:
    rows = ("Support | 1 | 3.530,49 | 3.530,49", "||Total bruto|3.530,49")
    unexplained = read(*rows, "||Total a pagar|3.527,87", "Operación exenta de IVA")
    assert not any(sure(unexplained, name) for name in (NET, GROSS, DUE) if name in unexplained)
    deposit = read(*rows, "||Anticipo|2,62", "||Total a pagar|3.527,87", "Operación exenta de IVA")
    assert amounts(deposit, NET, GROSS, DUE) == ["3530.49", "3530.49", "3527.87"]
    assert sure(deposit, NET, GROSS, DUE)


@pytest.mark.parametrize(
    "total",
    [
        "119,00 € (inkl. 19,00 € MwSt.)",
        "119,00 € (enthält 19,00 € 19% MwSt.)",
        "119,00 € (dont 19,00 € TVA)",
        "119,00 € (includes 19,00 € VAT)",
        "€ 119,00 (inclusief € 19,00 BTW)",
        "119,00 € (incluye 19,00 € IVA)",
        "119,00 € (include 19,00 € IVA)",
    ],
)
def test_vat_in_brackets_behind_a_total_is_held_by_it(total: str) -> None:
    values = read("Subtotal|119,00 €", f"Total|{total}")
    assert amounts(values) == ["100.00", "19.00", "119.00", "119.00"]


def test_vat_of_two_rates_in_brackets_is_one_sum() -> None:
    values = read(
        "Zwischensumme|110,95 €",
        "Rabatt|-11,10 €",
        "Versand|4,90 €",
        "Gesamt|104,75 € (inkl. 6,53 € MwSt. 7% & 0,78 € MwSt. 19%)",
    )
    assert amounts(values) == ["97.44", "7.31", "104.75", "104.75"]


def test_freight_in_brackets_is_no_vat() -> None:
    values = read("Summe netto|100,00", "MwSt. 19 %|19,00", "Gesamt|119,00 (inkl. 4,90 Versand)")
    assert amounts(values, NET, VAT, GROSS) == ["100.00", "19.00", "119.00"]


def test_vat_on_a_lawyers_bill_names_its_number_in_the_law() -> None:
    values = read(
        "Geschäftsgebühr|865,80 EUR",
        "Auslagenpauschale|20,00 EUR",
        "Zwischensumme|885,80 EUR",
        "19 % Umsatzsteuer Nr. 7008 VV RVG|168,30 EUR",
        "Aktenversendungspauschale (steuerfrei)|12,00 EUR",
        "Gesamtsumme|1.066,10 EUR",
        "abzüglich Vorschuss|-500,00 EUR",
        "zu zahlen|566,10 EUR",
    )
    assert amounts(values) == ["897.80", "168.30", "1066.10", "566.10"]


def test_a_total_without_vat_is_unsure_where_a_part_of_it_looks_like_vat() -> None:
    rows = [
        "Arbeit|885,80",
        "Zwischensumme|885,80",
        "Abgabe 19 %|168,30",
        "Porto (steuerfrei)|12,00",
    ]
    assert not sure(read(*rows, "Gesamtsumme|1.066,10"), GROSS)
    rows = ["Arbeit|885,80", "Porto|180,30", "Steuerfrei nach § 19 UStG", "Gesamtsumme|1.066,10"]
    assert sure(read(*rows), GROSS)


def test_one_of_two_rates_is_not_all_the_vat_and_the_total_is_rounded_after_both() -> None:
    values = read(
        "Wasserzins|473.80|2.6%",
        "Grundgebühr|120.00|8.1%",
        "Total exkl. MWST|593.80",
        "MWST 2.6% auf 473.80|12.32",
        "MWST 8.1% auf 120.00|9.72",
        "Rundung|0.01",
        "Total CHF|615.85",
    )
    assert amounts(values) == ["593.80", "22.04", "615.84", "615.85"]


def test_of_two_currencies_side_by_side_the_first_is_meant_and_not_surely() -> None:
    values = read(
        "Amount|EUR|PLN", "Net|100.00|430.00", "VAT 23%|23.00|98.90", "Gross|123.00|528.90"
    )
    assert amounts(values) == ["100.00", "23.00", "123.00", "123.00"]
    assert not sure(values, GROSS)


def test_a_rate_that_fits_one_row_only_is_none_of_exchange() -> None:
    values = read(
        "Bank EUR|USD|IBAN",
        "Description|Price|Amount",
        "Hours|50.00|100.00",
        "Travel|20.00|50.00",
        "Subtotal||150.00",
        "VAT 20%||30.00",
        "Total||180.00",
    )
    assert amounts(values) == ["150.00", "30.00", "180.00", "180.00"]
    assert sure(values)


def test_between_net_and_gross_by_name_is_vat_without_one() -> None:
    assert amounts(read("Total HT|100,00", "Total TTC|120,00")) == [
        "100.00",
        "20.00",
        "120.00",
        "120.00",
    ]


def test_the_surcharge_of_spanish_retailers_is_vat() -> None:
    values = read(
        "Base imponible|1.000,00",
        "Recargo equivalencia 5,2%|52,00",
        "IVA 21%|210,00",
        "Total|1.262,00",
    )
    assert amounts(values) == ["1000.00", "262.00", "1262.00", "1262.00"]


def test_vat_of_two_rates_in_rows_without_a_sum_is_both() -> None:
    values = read(
        "Zimmer|214,00",
        "Frühstück|35,70",
        "Gesamt brutto|249,70",
        "MwSt 7% von 200,00|14,00",
        "MwSt 19% von 30,00|5,70",
    )
    assert amounts(values, NET, VAT, GROSS) == ["230.00", "19.70", "249.70"]


def test_the_tax_on_electricity_is_no_vat() -> None:
    values = read(
        "Energía|80,00",
        "Potencia|20,00",
        "Impuesto electricidad 5,11%|5,11",
        "Alquiler contador|1,00",
        "IVA 21% s/106,11|22,28",
        "TOTAL IMPORTE FACTURA|128,39",
    )
    assert amounts(values) == ["106.11", "22.28", "128.39", "128.39"]


def test_between_net_and_gross_of_an_exempt_page_is_no_vat() -> None:
    values = read(
        "Office chair | 1 | 7,624.69 | 7,624.69",
        "Total of items | | Postage & packing | Invoice Total",
        "7,624.69 | | 22.07 | 7,646.76",
        "No VAT is charged.",
    )
    assert not sure(values, NET)
    assert not sure(values, VAT)
    assert str(values[GROSS].value) == "7646.76"
