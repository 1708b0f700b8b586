"""Number, dates, type and references of pages, drawn as lines of cells: `("Invoice No", 60), ("17", 200)`
stand at these places from the left."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from ingestd.extraction import references
from ingestd.extraction.page import Page, Row, rows_of
from ingestd.extraction.references._outline import LINE_WORDS, PAGE_WORDS, outlines
from ingestd.extraction.value import Known, Value
from ingestd.model import KnownSupplier, Word

Line = str | tuple[tuple[str, float], ...]
KNOWN = Known(company=None, today=date(2026, 11, 1))


def page(*lines: Line, number: int = 1, origin: str = "text", confidence: float = 1.0) -> Page:
    words = []
    for row, line in enumerate(lines):
        for text, left in ((line, 50.0),) if isinstance(line, str) else line:
            place = left
            for word in text.split():
                end, top = place + 5.0 * len(word), 60.0 + 14 * row
                words.append(Word(word, place, top, end, top + 9, confidence))
                place = end + 3
    return Page(number, 595, 842, origin, rows_of(words))


def read(*lines: Line, **others: Value) -> Mapping[str, Value]:
    return references.read([page(*lines)], KNOWN, others)


def sure(values: Mapping[str, Value], field: str) -> object:
    one = values.get(field)
    return one.value if one and one.confidence >= 0.95 else None


def beside(label: str, value: str) -> Line:
    return ((label, 50.0), (value, 300.0))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Invoice No: INV-7", "INV-7"),
        ("Rechnungs-Nr.:RE-2026-17", "RE-2026-17"),
        ("Facture n°562044387", "562044387"),
        ("N° de facture : FA/2026/343", "FA/2026/343"),
        ("Factuurnummer 2026.0123", "2026.0123"),
        ("Nº de factura: A26/06510", "A26/06510"),
        ("Fattura n. 2019/20120", "2019/20120"),
        ("Beleg-Nr : R87654321012345", "R87654321012345"),
        ("Invoice #INV_0042", "INV_0042"),
        ("Rechnung Nr. RE 2026-17", "RE 2026-17"),
        ("Rechnungsnummer 74 5521 3098 0012", "74 5521 3098 0012"),
        ("Facture n° 10 188 403 227 du 12/03/2026", "10 188 403 227"),
        ("Facture n° L26 0331 778 442", "L26 0331 778 442"),
        ("n° de facture : 4118207533 26C7 2B04 du 07 mars 2026", "4118207533 26C7 2B04"),
        ("Invoice / Facture N° : FA-2026-1", "FA-2026-1"),
        ("Rechnungsnummer (bitte angeben): 4711-0", "4711-0"),
        ("Handelsrechnung (380) Nr. 471102 vom 05.03.2026", "471102"),
        ("Facture INV-11335", "INV-11335"),
        ("Invoice INV-712 of 3 May 2026", "INV-712"),
        (beside("Invoice no", "2025-4349"), "2025-4349"),
    ],
)
def test_the_number_stands_behind_its_label_or_title(line: Line, number: str) -> None:
    assert sure(read("A Company Ltd", line, "Total 100.00"), "number") == number


def test_the_number_stands_below_its_label_in_a_table() -> None:
    values = read(
        (("Rechnungsdatum", 50), ("Rechnungsnr.", 200), ("Datum der Lieferung", 350)),
        (("12. Januar 2026", 50), ("WEB-2026-60670", 200), ("26. Dezember 2025", 350)),
        "RECHNUNG",
    )
    assert sure(values, "number") == "WEB-2026-60670"
    assert sure(values, "issue_date") == date(2026, 1, 12)
    assert values["actual_delivery_date"].value == date(2025, 12, 26)


@pytest.mark.parametrize("label", ["Invoice #", "Factuur #:", "Credit Memo #", "Rechnung #"])
def test_a_title_with_the_sign_of_a_number_is_a_label(label: str) -> None:
    assert sure(read(beside(label, "38691")), "number") == "38691"
    below = read(
        ((label, 50), ("Account #", 200), ("P.O. #", 350)),
        (("38691", 50), ("590889", 200), ("4500012", 350)),
    )
    assert sure(below, "number") == "38691"
    assert sure(below, "purchase_order_reference") == "4500012"


def test_a_title_of_two_lines_goes_on_to_its_number() -> None:
    values = read((("RECHNUNG", 300),), (("FACTORING", 300), ("Nr.", 348), ("R-2026_17", 440)))
    assert values["number"].value == "R-2026_17"
    assert "number" not in read("RECHNUNG", "Unsere Warenannahme hat Tor Nr. 4711")


@pytest.mark.parametrize(
    "lines",
    [
        ("Factura rectificativa", "Número : 42040", "Factura nº: 2021-4555"),
        ("CREDIT NOTE", "Document No. 42040", "Invoice No.: 2021-4555"),
        ("Nota di credito", "Numero nota: 42040", "Fattura n.: 2021-4555"),
        ("Creditnota", "Nummer: 42040", "Factuurnummer: 2021-4555"),
        ("Avoir", "N° pièce : 42040", "Facture n° : 2021-4555"),
    ],
)
def test_an_invoice_beside_the_number_of_a_credit_note_is_the_preceding_one(
    lines: tuple[str, ...],
) -> None:
    values = read(*lines)
    assert sure(values, "number") == "42040"
    assert values["preceding_invoice_references"].value == ("2021-4555",)


def test_the_number_of_an_invoice_alone_on_a_credit_note_is_only_suggested() -> None:
    values = read("CREDIT NOTE", "Invoice No.: 2021-4555", "Total -100.00")
    assert sure(values, "number") is None


def test_a_number_below_the_title_needs_no_more_than_no() -> None:
    assert sure(read("FACTURE", "N° FA-2026-0001", "Date : 15/08/2026"), "number") == "FA-2026-0001"


@pytest.mark.parametrize(
    "line",
    [
        "Customer number: 83235",
        "Bestellnummer: 4500012",
        "N° client : 97534",
        "Btw-nummer NL685944694B01",
        "Telefon: 0894711",
        "Seite 1",
        "Please pay invoices within 30 days",
        "IBAN DE02120300000000202051",
    ],
)
def test_the_numbers_of_other_things_are_not_the_invoices(line: str) -> None:
    assert "number" not in read("RECHNUNG", line)


def test_a_number_beside_others_of_only_figures_is_found_by_its_label() -> None:
    values = read(beside("Kundennummer", "1234567"), beside("Rechnungsnummer", "7654321"),
                  beside("Auftragsnummer", "1111111"))  # fmt: skip
    assert sure(values, "number") == "7654321"


def test_what_stands_in_the_next_column_is_not_the_number() -> None:
    values = read(
        (("FACTURE", 50), ("142 rue de la République", 400)), "N° de facture : 2025-89279"
    )
    assert sure(values, "number") == "2025-89279"


def test_two_numbers_under_the_same_label_leave_a_doubt() -> None:
    values = read("Invoice No: INV-1", "Invoice No: INV-2")
    assert values["number"].confidence < 0.95


def test_a_value_that_was_read_as_an_iban_is_not_the_number() -> None:
    iban = "DE02120300000000202051"
    other = Value((iban,), 0.99, page(iban), ())
    assert "number" not in read(f"Invoice No: {iban}", payment_account_identifiers=other)


def test_earlier_numbers_of_the_supplier_speak_for_the_same_shape() -> None:
    supplier = KnownSupplier(name="A", numbers=("FA-2025-0001", "FA-2025-0002"))
    known = Known(company=None, today=date(2026, 11, 1), supplier=lambda key: supplier)
    vat = {"seller_vat_identifier": Value("FR40303265045", 0.99, page("x"), ())}
    same, other = ([page(f"Invoice No: {text}")] for text in ("FA-2026-0003", "4711"))
    alone = references.read(same, KNOWN, vat)["number"].confidence
    assert references.read(same, known, vat)["number"].confidence > alone
    assert references.read(other, known, vat)["number"].confidence < 0.96


def test_a_colon_that_is_read_as_another_mark_is_no_number() -> None:
    scan = page("Creditnotanummer! 2025-93824", origin="ocr")
    assert references.read([scan], KNOWN, {})["number"].value == "2025-93824"


def test_recognised_letters_that_are_in_doubt_make_no_sure_number() -> None:
    scan = page("Invoice No: INV-1O7", origin="ocr", confidence=0.7)
    assert references.read([scan], KNOWN, {})["number"].confidence < 0.95


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
    ("title", "code"),
    [
        ("RECHNUNG", "380"), ("Invoice", "380"), ("Factuur 17", "380"), ("CREDIT NOTE", "381"),
        ("Note de crédit", "381"), ("Creditnota", "381"), ("Nota di credito", "381"),
        ("Factura rectificativa", "381"), ("Facture d'avoir", "381"),
    ],
)  # fmt: skip
def test_the_title_tells_the_type(title: str, code: str) -> None:
    assert sure(read("A Company", title, "Total 100.00"), "type_code") == code


def test_an_invoice_below_zero_is_not_surely_one() -> None:
    total = Value(Decimal("-119.00"), 0.99, page("x"), ())
    assert sure(read("INVOICE", total_amount_with_vat=total), "type_code") is None


def test_a_word_that_may_be_a_payment_needs_an_earlier_invoice_to_be_a_credit_note() -> None:
    assert read("Gutschrift")["type_code"].confidence < 0.95
    values = read("Gutschrift Nr. GS-17", "zu Rechnung Nr. RE-16")
    assert sure(values, "type_code") == "381"
    assert sure(values, "number") == "GS-17"
    assert values["preceding_invoice_references"].value == ("RE-16",)


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


def test_the_number_of_something_else_in_one_word_is_not_that_of_the_invoice() -> None:
    values = read("RECHNUNG", "Mandats-Nr. 4711-88", "Datum 03.03.2026")
    assert sure(values, "number") is None


def test_the_day_of_a_sale_is_not_that_of_the_invoice() -> None:
    lines = ("Kepno, 2026-03-20", "VAT Invoice no. 17", "Data sprzedazy / Date of sale: 2026-03-19")
    assert read(*lines)["issue_date"].value == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("line", "order", "is_sure"),
    [
        ("Your PO: PO91343", "PO91343", True),
        ("Ihre Bestellung: PO-92710", "PO-92710", True),
        ("Votre commande : BC19426", "BC19426", True),
        ("Ordernummer: 12572103", "12572103", False),
    ],
)
def test_the_buyers_order_is_sure_where_the_label_says_whose(
    line: str, order: str, is_sure: bool
) -> None:
    one = read("Invoice", line)["purchase_order_reference"]
    assert (one.value, one.confidence >= 0.95) == (order, is_sure)


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("Ihre Bestellung: 4711 vom 12.03.2026", "4711"),
        ("Ihre Bestell-Nr./Datum: 4711-0 / 12.03.2026", "4711-0"),
        ("PO: PO 4711", "PO 4711"),
        ("Your PO 4711 Contract no. C-88", "4711"),
        ("Customer PO 4711 (Smith)", "4711"),
        ("Your PO #4711", "4711"),
    ],
)
def test_an_order_ends_with_its_cell_its_date_or_another_label(line: str, order: str) -> None:
    assert sure(read("Invoice", line), "purchase_order_reference") == order


@pytest.mark.parametrize(
    "line",
    [
        "Customer PO 4711 A", "Your order: 4711 and 4712", "Ihre Bestellung: 4711, 4712",
        "Your order: 17/03", "Ihr Auftrag: 24/7 Service", "Your order 12 March", "PO no.: #4711-0",
        "Vielen Dank für Ihre Bestellung 4711-88", "Article code PO 4711-88",
    ],
)  # fmt: skip
def test_an_order_that_goes_on_or_may_be_a_day_is_a_suggestion(line: str) -> None:
    assert sure(read("Invoice", line), "purchase_order_reference") is None


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("Bon de commande : CHANTIER-SUD", "CHANTIER-SUD"),
        ("Ihre Bestellung: Web 4711-0", "Web 4711-0"),
        ("Ihre Bestellung: Herr Müller", None),
        ("Ihre Bestellung: Hr. Schmidt 0170", None),
        ("Ihre Bestellung: per E-Mail vom 12.03.2026", None),
        ("Your PO: verbal", None),
        ("Your PO: N/A", None),
        ("Ihre Bestellung: KW 12", None),
    ],
)
def test_an_order_may_be_in_words_but_is_no_person_and_no_week(
    line: str, order: str | None
) -> None:
    found = read("Invoice", line).get("purchase_order_reference")
    assert (found.value if found else None) == order
    assert found is None or found.confidence < 0.95


def test_a_label_within_the_words_of_an_item_is_none() -> None:
    item = (("1912087", 50.0), ("VIN PAYS D'OC BIB 10L", 120.0), ("5", 300.0), ("116,70", 400.0))
    assert "purchase_order_reference" not in read("Facture 17", item)
    assert "purchase_order_reference" not in read("Fattura 17", "Via Po 18, 44121 Ferrara")


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("Ihre Bestellung Nr. 4500 88412 vom 11.05.2026", "4500 88412"),
        ("Dati ordine d'acquisto: Identificativo 552/2026 del 14-05-2026", "552/2026"),
        ("Ihre Auftragsnr. : NU-44871/03", "NU-44871/03"),
        ("P.O./S.O. Number: EJ-77", "EJ-77"),
        ("Su pedido: S/P 88-B", "S/P 88-B"),
        ("Réf. de commande : XKBKNABJK", "XKBKNABJK"),
        ("Réf. de commande : TELEPHONE", None),
        ("Betreft: termijn 2, opdracht 70311-C d.d. 2 maart 2026", "70311-C"),
        ("Référence client : 1 004 558 210", None),
    ],
)
def test_orders_go_by_many_names(line: str, order: str | None) -> None:
    found = read("Invoice", line).get("purchase_order_reference")
    assert (found.value if found else None) == order


def test_a_box_a_telephone_or_a_request_is_no_order() -> None:
    lines = (
        "P.O. Box 1234",
        "Pour toute commande 01 23 45 67 89",
        "Place your order at 17, High St",
    )
    for line in lines:
        assert "purchase_order_reference" not in read("Invoice 17", line)


def test_a_reference_of_letters_stands_below_its_label() -> None:
    values = read("Facture 17", beside("Réf. de commande", "Total"), beside("XKBKNABJK", "12,00"))
    assert values["purchase_order_reference"].value == "XKBKNABJK"


def test_a_number_may_end_in_a_short_group() -> None:
    number = read("Facture", "n° de facture : 08174422901012 A1")["number"]
    assert (number.value, number.confidence < 0.95) == ("08174422901012 A1", True)


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("Please remit to ING Bank, BIC INGBNL2A, quoting S26/40917.", "S26/40917"),
        ("Verwendungszweck: RE 14/2026 Kajüte", "RE 14/2026 Kajüte"),
        ("Verwendungszweck: RE-14/2026 bitte angeben", "RE-14/2026"),
        ("OCR: 7041837", "7041837"),
        ("Als Verwendungszweck bitte 2026-118 angeben", "2026-118"),
        ("Referenz für Ihre Überweisung: 118/4711", "118/4711"),
    ],
)
def test_references_are_named_and_asked_for(line: str, reference: str) -> None:
    assert read("Invoice 17", line)["remittance_information"].value == reference


def test_the_sellers_own_order_is_not_the_buyers() -> None:
    assert "purchase_order_reference" not in read("Rechnung", "Auftragsnummer: 4711")


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("Mededeling: +++090/9337/55493+++", "+++090/9337/55493+++"),
        ("Communication ***090/9337/55493***", "+++090/9337/55493+++"),
        ("Referenz 21 00000 00003 13947 14300 09017", "21 00000 00003 13947 14300 09017"),
        ("Reference RF18 5390 0754 7034", "RF18 5390 0754 7034"),
        ("RF18539007547034 EUR", "RF18539007547034"),
    ],
)
def test_a_payment_reference_is_proved_by_its_check_digits(line: str, reference: str) -> None:
    assert sure(read(line), "remittance_information") == reference


@pytest.mark.parametrize(
    "line",
    ["+++090/9337/55494+++", "21 00000 00003 13947 14300 09018", "RF19 5390 0754 7034"],
)
def test_wrong_check_digits_are_no_payment_reference(line: str) -> None:
    assert sure(read(line), "remittance_information") is None


def test_a_labelled_payment_reference_is_a_suggestion() -> None:
    one = read("Verwendungszweck: RE-2026-17")["remittance_information"]
    assert one.value == "RE-2026-17"
    assert one.confidence < 0.95


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("Verwendungszweck: 12-77 / KD 4711", "12-77 / KD 4711"),
        ("Betalingskenmerk: 1234 5678 9012 3457", "1234 5678 9012 3457"),
        ("Référence à rappeler dans votre virement : C12345-17", "C12345-17"),
        ("Merci de rappeler la référence C12345-17 lors du règlement.", "C12345-17"),
        ("Virement réf. : C12345-17", "C12345-17"),
        ("Please quote the invoice number INV-9 with your payment.", "INV-9"),
        ("Please quote invoice number as reference", "INV-9"),
        ("Please use the invoice number as the payment reference", "INV-9"),
        ("Bitte geben Sie bei Ihrer Überweisung die Rechnungsnummer an.", "INV-9"),
        ("Verwendungszweck: Rechnungsnummer", "INV-9"),
        ("Verwendungszweck: Rechnungsnummer INV-9", "Rechnungsnummer INV-9"),
        ("Merci d'indiquer le numéro de facture lors de votre virement.", "INV-9"),
        ("Gelieve bij betaling het factuurnummer te vermelden", "INV-9"),
        ("Rogamos indiquen el número de factura en el concepto", "INV-9"),
        ("Indicare nella causale il numero della fattura", "INV-9"),
    ],
)
def test_a_reference_that_is_only_asked_for_is_a_suggestion(line: str, reference: str) -> None:
    one = read("Invoice No: INV-9", line)["remittance_information"]
    assert one.value == reference
    assert one.confidence < 0.95


@pytest.mark.parametrize(
    "line",
    [
        "Bei Rückfragen bitte Rechnungsnummer angeben.",
        "Bei Rückfragen: Kundennummer 4711",
        "Please quote your customer number when calling us",
        "Mention : TVA non applicable, art. 293 B du CGI",
        "Zahlungsinformation: IBAN DE02120300000000202051",
        "Communication: sales@acme.example",
        "Unter Angabe der Kundennummer 4711 erreichen Sie uns: 0221-1234",
    ],
)
def test_what_is_not_to_be_named_with_a_payment_is_no_reference(line: str) -> None:
    assert "remittance_information" not in read("Invoice No: INV-9", line)


def test_a_reference_is_asked_for_in_a_sentence_of_two_lines() -> None:
    lines = (
        "Please settle this invoice by bank transfer and quote",
        "the invoice number. Thank you.",
    )
    assert read("Invoice No: INV-9", *lines)["remittance_information"].value == "INV-9"


def test_a_labelled_reference_is_sure_where_a_second_place_says_the_same() -> None:
    label = "Verwendungszweck: RE-2026-17"
    assert sure(read("Rechnungsnummer: RE-2026-17", label), "remittance_information")
    assert not sure(read("Rechnungsnummer: RE-2026-18", label), "remittance_information")
    twice = ("Zahlungsreferenz: 99887766", "Bitte bei Zahlung angeben: 99887766")
    assert sure(read(*twice), "remittance_information") == "99887766"


def test_a_reference_beside_an_account_is_one_of_payment() -> None:
    account = ("IBAN: DE02 1203 0000 0000 2020 51", "BIC: BYLADEM1001")
    one = read(*account, "Reference: 99887766")["remittance_information"]
    assert (one.value, one.confidence < 0.95) == ("99887766", True)
    assert "remittance_information" not in read("Reference: 99887766")


def test_pages_tell_whose_they_are() -> None:
    pages = [
        page("Invoice No: INV-1", number=1),
        page("Carried over 100.00", number=2),
        page("Invoice No: INV-1", "Page 3", number=3),
        page("Invoice No: INV-2", number=4),
    ]
    assert references.invoice_numbers_by_page(pages) == ("INV-1", None, "INV-1", "INV-2")


def test_a_page_that_lists_invoices_is_of_none() -> None:
    lines = [f"Invoice No: INV-{one}" for one in range(20)]
    assert references.invoice_numbers_by_page([page(*lines)]) == (None,)


@pytest.mark.parametrize("text", ["Invoice No", "12.03.2026", "Nr.:17"])
def test_a_page_of_a_hundred_thousand_words_is_read_as_far_as_invoices_go(text: str) -> None:
    tokens = (text.split() * 250)[:250]
    words = [Word(one, 9.0 * place, 60, 9.0 * place + 8, 69) for place, one in enumerate(tokens)]
    lines = Page(1, 595, 842, "text", (Row(tuple(words)),) * 400)
    (outline,) = outlines([lines])
    assert sum(len(line.words) for line in outline.lines) < PAGE_WORDS + LINE_WORDS
    references.read([lines], KNOWN, {})


def test_nothing_is_read_of_nothing() -> None:
    assert references.read([], KNOWN, {}) == {}
    assert references.invoice_numbers_by_page([page()]) == (None,)


def test_a_number_that_figures_go_on_with_is_a_suggestion() -> None:
    found = read("Rechnungsnummer: 93004 4471 vom Lager Nord")
    assert sure(found, "number") is None


def test_labels_of_a_number_and_its_date_stand_above_both() -> None:
    found = read(
        "Nummer/Datum",
        "9000418832 / 03.03.2026",
        "Lieferscheinnummer/Datum",
        "80551207 / 27.02.2026",
        "Ihre Bestellnummer/Datum",
        "4500771203 / 17.02.2026",
    )
    assert found["issue_date"].value == date(2026, 3, 3)
    assert found["number"].value == "9000418832"
    assert found["purchase_order_reference"].value == "4500771203"


def test_a_number_with_its_sign_stands_below_the_title() -> None:
    found = read("TAX INVOICE", "# INV-000123", "Balance Due")
    assert sure(found, "number") == "INV-000123"


def test_columns_that_stand_close_are_parted_by_what_stands_below() -> None:
    found = read(
        (("P.O. NUMBER", 50.0), ("SALES REP", 110.0)),
        (("MHA-2291", 50.0), ("Jo", 110.0)),
    )
    assert found["purchase_order_reference"].value == "MHA-2291"


def test_a_number_alone_below_the_title_is_a_suggestion() -> None:
    found = read("FACTURE", "F20260300018", "Émise le : 03/03/2026")
    assert found["number"].value == "F20260300018"
    assert sure(found, "number") is None


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


def test_one_label_may_go_on_in_the_next_row() -> None:
    values = read("Rechnung Nr. 4711", "Rechnungsdatum", "/Lieferdatum 03 März 2026")
    assert sure(values, "issue_date") == date(2026, 3, 3)


@pytest.mark.parametrize(
    "line",
    [
        "Storno-Rechnung Nr. 4711-3", "Gutschriften-Nr.: 4711-3", "Stornierungsrechnung 4711-3",
        "Rechnung (Storno) Nr. 4711-3", "Stornobeleg Nr. 4711-3", "CN No. 4711-3",
        "Cancellation invoice no. 4711-3", "Refund number: 4711-3", "Credit adjustment no. 4711-3",
        "Factura rectificativa n.º 4711-3", "Abono n.º 4711-3", "N.º de factura rectificativa: 4711-3",
        "N.C. n. 4711-3", "Credit factuurnummer 4711-3", "Creditnr. 4711-3",
    ],
)  # fmt: skip
def test_a_credit_note_is_known_by_the_label_of_its_number(line: str) -> None:
    values = read("A Company Ltd", line, "Rechnung Nr. 9911 vom 12.02.2026", "Total 100,00")
    assert (sure(values, "number"), values["type_code"].value) == ("4711-3", "381")


@pytest.mark.parametrize(
    "title",
    [
        "Storno zur Rechnung RE-1", "Gutschrift zu Rechnung Nr. RE-1", "Avoir sur facture n° RE-1",
        "Credit note for invoice RE-1", "Creditnota voor factuur RE-1", "Nota di credito su fattura RE-1",
    ],
)  # fmt: skip
def test_what_is_given_back_for_an_invoice_is_a_credit_note(title: str) -> None:
    values = read("A Company", title, "Nummer 118-7", "Datum 05.03.2026")
    assert sure(values, "type_code") == "381"
    assert values["preceding_invoice_references"].value == ("RE-1",)
    assert values["number"].value == "118-7"


@pytest.mark.parametrize(
    "title", ["Invoice / Credit note", "Facture / Avoir", "Rechnung/Gutschrift"]
)
def test_a_form_for_both_does_not_tell_which_it_is(title: str) -> None:
    assert sure(read("A Company", title, "Nummer 118-7"), "type_code") is None


def test_an_invoice_that_a_line_takes_back_is_not_surely_the_number() -> None:
    values = read("Gutschrift Nr. 88-1", "Storno Rechnung Nr. 4711-3", "Total 100,00")
    assert values["number"].value == "88-1"
    assert sure(read("Rechnung Nr. 88-1", "Storno Rechnung Nr. 47-3"), "number") != "47-3"
    assert sure(read("Storno: Rechnung RE-1", "Nummer 88-1"), "number") != "RE-1"


def test_an_invoice_that_takes_another_back_is_a_credit_note() -> None:
    values = read("Fattura di storno 118", "Data 05/03/2026")
    assert values["type_code"].value == "381"


def test_an_invoice_that_is_a_delivery_note_too_has_its_number() -> None:
    assert read("Rechnung/Lieferschein 118", "Datum 05.03.2026")["number"].value == "118"


def test_terms_may_leave_out_the_word_for_days() -> None:
    values = read("Invoice 118", "Invoice date 03/03/2026", "Terms: Net 30")
    assert values["payment_due_date"].value == date(2026, 4, 2)
    values = read("Invoice 118", "Invoice date 03/03/2026", "Net 30.00", "Net 30 EUR")
    assert "payment_due_date" not in values


def test_the_dutch_ask_to_transfer_before_a_day() -> None:
    line = "Wij verzoeken u het bedrag vóór 2 april 2026 over te maken"
    values = read("Factuur 118", "Factuurdatum 03-03-2026", line)
    assert sure(values, "payment_due_date") == date(2026, 4, 2)


def test_a_number_may_be_printed_with_spaces_around_and_behind_a_stroke() -> None:
    values = read("Rechnungs-Nr. 26 / 00 815", "Datum 05.03.2026")
    assert values["number"].value == "26 / 00 815"
    assert sure(values, "number") is None
