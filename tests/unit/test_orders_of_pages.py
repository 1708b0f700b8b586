"""The buyer's orders, and what a payment shall name, on pages."""

import pytest

from tests.unit.test_references import beside, read, sure


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
