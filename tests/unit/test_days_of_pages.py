"""The days of pages: of issue, and when to pay."""

from datetime import date

import pytest

from tests.unit.test_references import Line, beside, read, sure


@pytest.mark.parametrize(
    "lines",
    [
        ("Invoice date: 3 May 2026", "Due date: 2 June 2026"),
        ("Utrecht, 3 mei 2026", "Factuur 17-4711", "Vervaldatum: 2 juni 2026"),
        ("Rechnung Nr. 4711 vom 03.05.2026", "Bitte zahlen Sie bis zum 02.06.2026."),
        ("Facture n° 4711 du 3 mai 2026", "Merci de régler au plus tard le 02/06/2026."),
        ("Fattura n. 4711 del 03/05/2026", "Pagamento entro il 02/06/2026"),
        ("Fecha de factura: 03/05/2026", "Rogamos abonen el importe antes del 02/06/2026."),
        ("Liefer- und Rechnungsdatum: 3. Mai 2026", "Fällig am 02.06.2026"),
        ("Date : 20260503 · Échéance : 20260602",),
        (beside("Date of issue", "May 3, 2026"), beside("Date due", "June 2, 2026")),
        ("Bestelldatum: 01.05.2026", "Rechnungsdatum: 03.05.2026", "Zahlbar bis 02.06.2026"),
    ],
)
def test_issue_date_and_due_date(lines: tuple[Line, ...]) -> None:
    values = read("€", *lines)
    assert sure(values, "issue_date") == date(2026, 5, 3)
    assert sure(values, "payment_due_date") == date(2026, 6, 2)


@pytest.mark.parametrize(
    "line",
    [
        "Zahlbar bis 10.05.2026 mit 2 % Skonto = 98,00",
        "Pagamento entro il 10/05/2026: sconto 2 %",
        "A régler avant le 10/05/2026 avec escompte de 2 %",
        "Te betalen voor 10-05-2026 met 2% korting",
        "Please pay by 10 May 2026 to take 2% prompt payment discount.",
    ],
)
def test_the_day_of_a_discount_is_not_the_due_date(line: str) -> None:
    due = read("€", "Invoice date: 3 May 2026", line).get("payment_due_date")
    assert due is None or due.confidence < 0.95
    both = read("€", "Invoice date: 3 May 2026", line, "Due date: 2 June 2026")
    assert sure(both, "payment_due_date") == date(2026, 6, 2)


@pytest.mark.parametrize(
    "line",
    [
        "Zahlbar bis 10.05.2026 mit 2 % Skonto, bis 02.06.2026 netto",
        "Date d'échéance : 02/06/2026. Pas d'escompte pour paiement anticipé",
        "Paiement au plus tard le 02/06/2026 sans escompte",
        "Zahlbar bis 02.06.2026 ohne Skonto",
    ],
)
def test_a_discount_that_is_none_or_ends_before_leaves_the_due_date(line: str) -> None:
    values = read("€", "Invoice date: 3 May 2026", line)
    assert values["payment_due_date"].value == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ("Payment terms: 30 days.", date(2026, 6, 2)),
        ("Zahlbar innerhalb von 14 Tagen ohne Abzug", date(2026, 5, 17)),
        ("Paiement à 30 jours fin de mois", date(2026, 6, 30)),
        ("Betaling binnen 14 dagen", date(2026, 5, 17)),
        ("Pagamento a 30 giorni f.m.", date(2026, 6, 30)),
        ("Zahlbar in 30 Tagen, 2% Skonto innerhalb 10 Tagen", date(2026, 6, 2)),
    ],
)
def test_terms_make_a_day_due_that_is_only_suggested(terms: str, day: date) -> None:
    due = read("Invoice date: 3 May 2026", terms)["payment_due_date"]
    assert due.value == day
    assert due.confidence < 0.95


@pytest.mark.parametrize(
    "line",
    ["Bei Verzug nach 30 Tagen Mahngebühr", "Returns are accepted within 30 days",
     "2% Skonto bei Zahlung innerhalb 10 Tagen"],
)  # fmt: skip
def test_days_of_something_else_make_nothing_due(line: str) -> None:
    assert "payment_due_date" not in read("Invoice date: 3 May 2026", line)


@pytest.mark.parametrize(
    "label", ["Order date", "Lieferscheindatum", "Date de commande", "Valid until", "Geburtsdatum"]
)
def test_dates_of_other_things_are_not_the_issue_date(label: str) -> None:
    assert sure(read(beside(label, "3.5.2026"), "Invoice no 4711"), "issue_date") is None


def test_a_day_due_before_the_issue_makes_both_doubtful() -> None:
    values = read("Invoice date: 3 May 2026", "Due date: 2 April 2026")
    assert values["issue_date"].confidence < 0.95
    assert values["payment_due_date"].confidence < 0.95


def test_figures_of_an_american_page_are_doubtful() -> None:
    lines = (
        "Invoice Number: 4711",
        "Invoice Date: 03/05/2026",
        "Total $100.00",
        "Austin, TX 78701",
    )
    assert read(*lines)["issue_date"].confidence < 0.95
    proved = read(*lines, "Due Date: 03/31/2026")
    assert sure(proved, "issue_date") == date(2026, 3, 5)


def test_a_period_is_two_dates() -> None:
    values = read("Leistungszeitraum: 01.09.2026 - 30.09.2026")
    assert values["invoicing_period_start_date"].value == date(2026, 9, 1)
    assert values["invoicing_period_end_date"].value == date(2026, 9, 30)
    assert "issue_date" not in values


@pytest.mark.parametrize(
    "lines",
    [
        ("NOTA DI CREDITO", "n. NC/114 del 15.10.2026"),
        (
            "Rechnungskorrektur",
            "Beleg-Nr. RK-26/218",
            "vom 15.10.2026",
            "zur Rechnung 7 vom 21.07.2026",
        ),
        ("Facture d'entretien", "du 15/10/2026", "n° 4471093"),
    ],
)
def test_a_title_is_dated_in_the_line_below_it(lines: tuple[str, ...]) -> None:
    assert sure(read("A Company", *lines, "Lieferung 28.07.2026"), "issue_date") == date(
        2026, 10, 15
    )


def test_a_day_below_other_words_is_not_that_of_the_invoice() -> None:
    lines = ("Rechnung 17", "Lieferung", "vom 28.07.2026", "Bestellung 12.07.2026")
    assert sure(read(*lines), "issue_date") is None


@pytest.mark.parametrize(
    "lines",
    [
        ("Nous vous prions de verser la somme pour le 04/11/2026 au plus tard sur notre compte",),
        (
            "Wij verzoeken u 100,00 te storten op rekening NL25 RABO 0718",
            "9271 33, uiterlijk 4-11-2026.",
        ),
        (
            "Wij verzoeken u het bedrag over te",
            "maken op rekening 9271 ten",
            "name van Jan, uiterlijk 4 november 2026.",
        ),
        (beside("Quanto devo pagare?", "Entro quando?"), beside("100,00", "04/11/2026")),
        (
            beside("Services 4,00", "Montant à payer"),
            "Total HTVA 104,00",
            beside("TVA 21 % 24,12", "€ 128,12"),
            beside("Total 128,12", "avant le 4/11/2026"),
        ),
    ],
)
def test_a_sentence_or_a_question_asks_to_pay_by_a_day(lines: tuple[Line, ...]) -> None:
    assert sure(read("Facture 17", *lines), "payment_due_date") == date(2026, 11, 4)


@pytest.mark.parametrize(
    "line",
    [
        "Fecha prevista de cobro: 04/11/2026",
        "Wij incasseren € 100,00 op of omstreeks 4 november 2026 van uw rekening",
        "Der Betrag wird nicht vor dem 04.11.2026 von Ihrem Konto abgebucht",
    ],
)
def test_a_day_of_collection_is_suggested_as_due(line: str) -> None:
    due = read("Facture 17", line)["payment_due_date"]
    assert due.value == date(2026, 11, 4)
    assert due.confidence < 0.95


@pytest.mark.parametrize(
    "line",
    [
        "Nächster Abschlag fällig am 01.04.2026", "Next payment due 01/04/2026",
        "Prochaine échéance : 01/04/2026", "Fälligkeit der nächsten Rate: 01.04.2026",
        "Échéance du contrat : 30/06/2027", "Vervaldatum contract: 30-06-2027",
        "MOT due date: 30/06/2026",
        "Zahlungseingänge bis 28.02.2026 berücksichtigt", "Payments received until 28/02/2026",
        "Zahlbar sofort ohne Abzug", "Payable on receipt of this invoice", "Payable à réception",
    ],
)  # fmt: skip
def test_the_day_of_a_next_payment_or_a_contract_is_not_due(line: str) -> None:
    values = read("Rechnung 17 vom 03.03.2026", line)
    assert "payment_due_date" not in values
    assert sure(values, "issue_date") == date(2026, 3, 3)


def test_an_invoice_for_a_contract_is_due_all_the_same() -> None:
    for line in (
        "Der Betrag für Ihr Abonnement ist fällig am 12.03.2026",
        "Fällig am 12.03.2026 laut Vertrag",
        "Payable without deduction by: 12.03.2026",
    ):
        values = read("Rechnung 17 vom 03.03.2026", line)
        assert values["payment_due_date"].value == date(2026, 3, 12)


@pytest.mark.parametrize(
    "line", ["Zahlungsziel bis 12.03.2026 abzgl. 2 % Skonto", "Pay by 12/03/2026 and save 2%"]
)
def test_a_day_for_those_who_deduct_is_not_surely_due(line: str) -> None:
    assert sure(read("Rechnung 17 vom 03.03.2026", line), "payment_due_date") is None


def test_days_that_the_next_row_calls_a_discount_make_nothing_due() -> None:
    rows = ("Si paga en 10 días:", "98,00 (2 % de descuento)")
    assert "payment_due_date" not in read("Factura 17 de 03/03/2026", *rows)


def test_a_discount_may_begin_in_the_row_before_its_day() -> None:
    rows = ("Escompte de 2 % pour", "paiement avant le 13/03/2026, soit 98,00.")
    assert sure(read("Facture 17 du 03/03/2026", *rows), "payment_due_date") is None
    due = read("Facture 17 du 03/03/2026", "Échéance 02/04/2026", *rows)
    assert sure(due, "payment_due_date") == date(2026, 4, 2)


def test_a_day_in_a_box_that_asks_for_no_money_is_not_due() -> None:
    lines = (beside("Total 128,12", "Offre valable"), beside("Merci", "avant le 4/11/2026"))
    assert "payment_due_date" not in read("Facture 17", *lines)


def test_the_day_until_which_a_certificate_holds_is_not_due() -> None:
    lines = (
        "Zahlbar innerhalb von 21 Tagen ohne Abzug.",
        "Bescheinigung liegt vor, gültig bis 31.12.2027",
    )
    due = read("Rechnung 17 vom 19.08.2026", *lines)["payment_due_date"]
    assert due.value == date(2026, 9, 9)


def test_a_day_of_something_that_no_label_knows_is_not_that_of_the_invoice() -> None:
    lines = (beside("Data di stampa :", "13-07-2023"), beside("Data emissione :", "02-08-2023"))
    assert sure(read("Fattura nr. 17", *lines), "issue_date") == date(2023, 8, 2)
    assert sure(read("Factura 17", "Fecha de 3 de marzo de 2026"), "issue_date") is not None
    assert read("Ticket 17", "Date of vending: 3 May 2026")["issue_date"].confidence < 0.95
    assert sure(read("Factura 17", "Date de ta facture: 3.4.2026"), "issue_date") == date(
        2026, 4, 3
    )


def test_a_tax_point_is_the_day_of_the_invoice_where_no_other_is() -> None:
    assert sure(read("Invoice 17", "Tax point 28/02/2026"), "issue_date") == date(2026, 2, 28)
    values = read("Invoice 17", "Tax point 28/02/2026", "Invoice date 13/03/2026")
    assert sure(values, "issue_date") == date(2026, 3, 13)


def test_the_day_of_a_sale_is_not_that_of_the_invoice() -> None:
    lines = ("Kepno, 2026-03-20", "VAT Invoice no. 17", "Data sprzedazy / Date of sale: 2026-03-19")
    assert read(*lines)["issue_date"].value == date(2026, 3, 20)


@pytest.mark.parametrize(
    "terms",
    [
        (
            "Zahlbar bis 12.03.2026 mit 3 % Skonto, bis 19.03.2026 mit 2 % Skonto, bis 04.04.2026 netto",
        ),
        ("Zahlung: bis 12.03.2026 mit 3 % Skonto = 3.614,30 EUR, bis", "04.04.2026 rein netto."),
        ("Zahlung", "bis 12.03.2026 abzgl. 3,00 % Skonto 111,78 EUR", "bis 04.04.2026 ohne Abzug"),
        ("2 % discount if paid by 12/03/2026, otherwise net by 04/04/2026",),
    ],
)
def test_after_the_days_of_discounts_comes_that_of_all(terms: tuple[str, ...]) -> None:
    values = read("Rechnung Nr. 4711", "Rechnungsdatum 05.03.2026", *terms)
    assert sure(values, "payment_due_date") == date(2026, 4, 4)


def test_the_day_of_a_delivery_below_a_discount_is_not_due() -> None:
    terms = ("Skonto 2 % bis 12.03.2026", "Lieferdatum 20.03.2026 netto 33,00")
    values = read("Rechnung Nr. 4711", "Rechnungsdatum 05.03.2026", *terms)
    assert sure(values, "payment_due_date") is None
    due = values.get("payment_due_date")
    assert due is None or due.value != date(2026, 3, 20)


def test_a_day_with_an_amount_and_a_discount_is_not_when_all_is_due() -> None:
    terms = "Zahlbar bis 12.03.2026 1.000,00 EUR mit 2 % Skonto"
    values = read("Rechnung Nr. 4711", "Rechnungsdatum 05.03.2026", terms)
    assert sure(values, "payment_due_date") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Wir buchen den Rechnungsbetrag am 04.04.2026 ab",
        "El importe se cargará en su cuenta el 04/04/2026",
        "Le montant sera prélevé sur votre compte le 04/04/2026",
    ],
)
def test_the_day_of_a_direct_debit_is_due(sentence: str) -> None:
    values = read("Rechnung Nr. 4711", "Rechnungsdatum 05.03.2026", sentence)
    assert values["payment_due_date"].value == date(2026, 4, 4)


def test_belgians_pay_for_a_day() -> None:
    values = read("Facture n° 4711", "Date 05/03/2026", "À payer 242,00 €", "Pour le 04/04/2026")
    assert values["payment_due_date"].value == date(2026, 4, 4)
    values = read("Facture n° 4711", "Date 05/03/2026", "Abonnement pour le 04/04/2026")
    assert "payment_due_date" not in values


def test_terms_may_leave_out_the_word_for_days() -> None:
    values = read("Invoice 118", "Invoice date 03/03/2026", "Terms: Net 30")
    assert values["payment_due_date"].value == date(2026, 4, 2)
    values = read("Invoice 118", "Invoice date 03/03/2026", "Net 30.00", "Net 30 EUR")
    assert "payment_due_date" not in values


def test_the_dutch_ask_to_transfer_before_a_day() -> None:
    line = "Wij verzoeken u het bedrag vóór 2 april 2026 over te maken"
    values = read("Factuur 118", "Factuurdatum 03-03-2026", line)
    assert sure(values, "payment_due_date") == date(2026, 4, 2)
