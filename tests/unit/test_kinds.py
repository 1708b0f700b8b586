"""What kind of paper a page is: called otherwise than an invoice on clear evidence only."""

from dataclasses import replace

import pytest

from ingestd.extraction.kinds import PAPERS, Kind, kind_of
from ingestd.extraction.page import Page, rows_of
from ingestd.model import Word


def sheet(*lines: str, large: int = -1, origin: str = "text", confidence: float = 1.0) -> Page:
    """Return a page with a line for each text, in letters of 9 points; line `large` in 18 points. Two
    spaces part columns."""
    words = []
    for number, line in enumerate(lines):
        size = 18.0 if number == large else 9.0
        left, top = 50.0, 40.0 + 22 * number
        for column in line.split("  "):
            for text in column.split():
                width = len(text) * size / 2
                words.append(Word(text, left, top, left + width, top + size, confidence))
                left += width + size / 3
            left += 60
    return Page(1, 595, 842, origin, rows_of(words))


def kind(*lines: str, large: int = -1) -> Kind:
    return kind_of([sheet(*lines, large=large)])


HEAD = ("Müller GmbH", "Hauptstr. 1", "10115 Berlin")
AMOUNTS = ("Position 1  2 Stück  100,00 EUR", "Summe  100,00 EUR", "MwSt 19 %  19,00 EUR")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Angebot Nr. 2026-17", Kind.QUOTE),
        ("Devis n° D-12 du 3 mars 2026", Kind.QUOTE),
        ("Quotation", Kind.QUOTE),
        ("Offerte 4711", Kind.QUOTE),
        ("Presupuesto", Kind.QUOTE),
        ("Preventivo n. 12 del 3 marzo 2026", Kind.QUOTE),
        ("Purchase Order PO-77", Kind.ORDER),
        ("Bon de commande", Kind.ORDER),
        ("Bestellung", Kind.ORDER),
        ("Inkooporder 12", Kind.ORDER),
        ("Auftragsbestätigung 99", Kind.ORDER_CONFIRMATION),
        ("Confirmation de commande", Kind.ORDER_CONFIRMATION),
        ("Delivery Note DN-5", Kind.DELIVERY_NOTE),
        ("Lieferschein", Kind.DELIVERY_NOTE),
        ("Albarán", Kind.DELIVERY_NOTE),
        ("Documento di trasporto", Kind.DELIVERY_NOTE),
        ("Pakbon", Kind.DELIVERY_NOTE),
        ("2. Mahnung", Kind.REMINDER),
        ("Relance", Kind.REMINDER),
        ("Sollecito di pagamento", Kind.REMINDER),
        ("Statement of Account", Kind.STATEMENT),
        ("Kontoauszug", Kind.STATEMENT),
        ("Pro-forma-Rechnung", Kind.PRO_FORMA),
        ("Facture proforma n° 12", Kind.PRO_FORMA),
        ("Factura proforma", Kind.PRO_FORMA),
        ("Proforma Invoice", Kind.PRO_FORMA),
        ("P R O F O R M A", Kind.PRO_FORMA),
        ("Stundennachweis", Kind.TIMESHEET),
        ("Contrat de maintenance", Kind.CONTRACT),
        ("Price list 2026", Kind.PRICE_LIST),
        ("Bulletin de paie", Kind.PAYSLIP),
        ("Remittance Advice", Kind.PAYMENT_ADVICE),
    ],
)
def test_a_title_names_the_paper(title: str, expected: Kind) -> None:
    assert kind(*HEAD, title, *AMOUNTS, large=3) is expected


@pytest.mark.parametrize(
    "title",
    [
        "Rechnung",
        "Facture n° F-17",
        "Invoice",
        "Gutschrift",
        "Credit note 5",
        "Factuur",
        "Fattura",
        "Factura",
        "Lieferschein / Rechnung",
        "Self-billing invoice",
        "Schlussrechnung",
        "Avoir",
    ],
)
def test_an_invoice_is_an_invoice_whatever_it_refers_to(title: str) -> None:
    refers = ("Auftragsbestätigung 4711", "Lieferschein Nr. 17", "Order no. 12", "Angebot Nr. 3")
    assert kind(*HEAD, title, *refers, *AMOUNTS, large=3) not in PAPERS
    assert kind(*HEAD, *refers, title, *AMOUNTS, large=7) not in PAPERS
    assert kind(*HEAD, title, *refers, *AMOUNTS) not in PAPERS


def test_a_reminder_lists_invoices_and_is_none() -> None:
    listed = ("Rechnungsnummer  Rechnungsdatum  Betrag", "R-1  01.02.2026  119,00 EUR")
    assert kind(*HEAD, "Zahlungserinnerung", *listed, *AMOUNTS, large=3) is Kind.REMINDER
    assert kind(*HEAD, "Zahlungserinnerung", *listed, *AMOUNTS) is Kind.REMINDER
    assert kind(*HEAD, "Reminder: invoice 4711", *AMOUNTS, large=3) is not Kind.INVOICE


@pytest.mark.parametrize(
    "subject",
    [
        "Objet : deuxième rappel – factures échues", "Betreft: tweede herinnering factuur 26-17",
        "Betreff: Zahlungserinnerung, unsere Rechnung R-1", "Zahlungserinnerung zu Rechnung R-1",
        "Re: outstanding invoices", "Overdue invoice INV-17", "Fattura scaduta n. 17",
        "Rappel : facture n° F-17 impayée",
        "Subject: payment reminder for your account", "Oggetto: sollecito di pagamento fattura 17",
    ],
)  # fmt: skip
def test_the_subject_of_a_letter_names_a_reminder(subject: str) -> None:
    listed = ("Facture n°  Échéance  Reste dû", "R-1  01.02.2026  119,00 EUR")
    assert kind(*HEAD, subject, *listed, "Total 119,00 EUR") is Kind.REMINDER


def test_a_letter_about_an_order_may_be_an_invoice() -> None:
    assert kind(*HEAD, "Betreff: Bestellung 4711", "Rechnung Nr. R-1", *AMOUNTS) is Kind.INVOICE


def test_only_in_german_and_dutch_a_word_is_what_it_ends_in() -> None:
    head = ("Facture d'alimentation", "Référence  4711", "Consommation", "Consommation  12,00 EUR")
    assert kind(*head, *AMOUNTS) not in PAPERS
    assert kind(*HEAD, "Händlerpreisliste", large=3) is Kind.PRICE_LIST


def test_an_invoice_in_larger_letters_above_a_label_leads() -> None:
    small = replace(sheet("Offre  Pro Fixe 2 ans"), number=1).words
    lowered = [replace(one, top=200.0, bottom=205.0) for one in small]
    above = sheet("Facture d'alimentation", *HEAD, *AMOUNTS)
    assert kind_of([replace(above, rows=rows_of([*above.words, *lowered]))]) not in PAPERS


@pytest.mark.parametrize(
    "title",
    [
        "Fattura immediata Periodo 01.10.2021 - 28.10.2021",
        "Rechnung R 48.227",
        "Faktura VAT / VAT Invoice no. FV/02/EX",
        "Facture d'électricité",
    ],
)
def test_an_invoice_may_have_a_series_or_two_names(title: str) -> None:
    assert kind(*HEAD, title, *AMOUNTS) is Kind.INVOICE


def test_an_order_speaks_of_the_invoice_it_wants() -> None:
    wants = "Please send your invoice to the address above and quote our order number"
    assert kind("ACME Ltd", "Purchase Order", "PO number: 17", wants, large=1) is Kind.ORDER
    address = "Invoice address:  Delivery address:"
    assert kind("ACME Ltd", "Purchase Order", address, "Total 12.00", large=1) is Kind.ORDER


def test_a_label_is_no_title() -> None:
    assert kind("ACME Ltd", "Order no. 4711", "Total 120.00 EUR") not in PAPERS
    assert kind("SHOP", "Order 12", "Total 9.90", "Visa 9.90", large=1) not in PAPERS


def test_an_invoice_behind_its_delivery_note_is_in_doubt() -> None:
    pages = [sheet("Lieferschein", "3 Stück", large=0), sheet("Rechnung R-1", *AMOUNTS, large=0)]
    assert kind_of(pages) not in PAPERS


def test_terms_behind_an_invoice_are_part_of_it() -> None:
    terms = sheet("Allgemeine Geschäftsbedingungen", "1. Zahlung", large=0)
    assert kind_of([sheet(*HEAD, "Rechnung R-1", *AMOUNTS, large=3), terms]) is Kind.INVOICE
    assert kind_of([terms]) is Kind.TERMS


def test_a_page_with_nothing_of_an_invoice_is_something_else() -> None:
    poem = sheet("The crazy ones", "the misfits, the rebels", "October 14")
    assert kind_of([poem]) is Kind.OTHER
    assert kind_of([poem], unread=True) is Kind.UNKNOWN
    assert kind_of([sheet("Pl 12,00 EUR", "Bonjour")]) is Kind.UNKNOWN
    assert kind_of([sheet("Lasku 12", "12,00")]) not in PAPERS
    assert kind_of([]) is Kind.UNKNOWN


PROSE = ("the judges looked at every skater of the evening and gave their marks",) * 12


def test_amounts_that_nobody_has_to_pay_make_no_invoice() -> None:
    assert (
        kind("Scores of the ice dance", *PROSE, "Total segment score (factored) 26.60")
        is Kind.OTHER
    )
    assert kind("Annual report", *PROSE, "profit of 12,000.00 EUR in the year") is Kind.OTHER
    assert kind("Bulletin", *PROSE, "RON REP 247", "GOVERNOR 4") is Kind.OTHER
    assert (
        kind("Mitteilung Ihrer Bank", "ab dem 25.03.2021", "IBAN DE67720000008366244299")
        is Kind.OTHER
    )


@pytest.mark.parametrize(
    "line",
    [
        "Total due 1,250.00",
        "Amount: $ 300",
        "Razem 123,00 zł",
        "Celkem 1 230,00 Kč",
        "At betale 300,00 kr",
        "Σύνολο 24,00",
        "TVA 20 % 5,00 EUR",
        "12,00 EUR sur IBAN FR14 2004 1010 0505 0001 3M02 606",
        "12.50 EUR, Visa 12.50",
    ],
)
def test_what_asks_for_money_may_be_an_invoice(line: str) -> None:
    assert kind("ACME", *PROSE, line) not in PAPERS


def test_a_label_with_its_value_beside_it_is_no_title() -> None:
    pages = [sheet("ACME Ltd", "Uw bestelling van:  27-02-2020", "Totaal 120,00 EUR", large=0)]
    assert kind_of(pages) not in PAPERS
    scanned = sheet("ACME", "Teilrechnung Bau Nr. 21", "Vertrag:  Vertragsnr. 12", large=2)
    assert kind_of([scanned]) not in PAPERS  # letters of a scan are of many sizes
    assert kind("ACME", "Verkoopfactuur / VAT Invoice", "Purchase Order", *AMOUNTS) is Kind.INVOICE


def test_what_was_badly_recognised_proves_nothing() -> None:
    lines = ["lorem ipsum dolor sit amet"] * 20
    assert kind_of([sheet(*lines, origin="ocr", confidence=0.9)]) is Kind.OTHER
    assert kind_of([sheet(*lines, origin="ocr", confidence=0.5)]) is Kind.UNKNOWN
    assert kind_of([sheet("rechn", origin="ocr", confidence=0.9)]) is Kind.UNKNOWN


AGB = (
    "Allgemeine Geschäftsbedingungen",
    "1. Die Rechnung ist sofort zu zahlen.",
    "Mahngebühr 5 EUR",
)


def test_terms_talk_of_invoices_and_are_none() -> None:
    assert kind(*AGB) is Kind.TERMS
    assert kind("Lieferschein LS-1", "3 Stück zu 2,50 €") is Kind.DELIVERY_NOTE
    fees = "Tout retard de facture : 40,00 €"
    assert kind("Conditions générales de vente", fees) is Kind.TERMS


def test_what_calls_itself_an_invoice_is_one_in_letters_of_one_size() -> None:
    total = ("Gesamtbetrag", "119,00 EUR")
    assert kind("Rechnung R-1", "Lieferschein LS-1", *total) not in PAPERS
    assert kind("Rechnung R-1", "zum Lieferschein LS-1", *total) not in PAPERS
    assert kind("Lieferschein LS-1", "Kunde 5", "Rechnung R-1", *total) not in PAPERS
    assert kind("Rechnung", *"1234567", *AGB) not in PAPERS


def test_a_page_with_the_number_of_an_invoice_is_no_order_however_large_that_stands() -> None:
    lines = ("COMMANDE N° 4711", "Dupont SARL", "Numéro de facture : F-17", "Total TTC  120,00 EUR")
    assert kind(*lines, large=0) not in PAPERS
    assert kind("COMMANDE N° 4711", "Dupont SARL", "Total TTC  120,00 EUR", large=0) is Kind.ORDER


def test_an_invoice_by_its_code_and_name() -> None:
    lines = ("Tipologia documento  Numero documento", "TD01 fattura  418/A", *AMOUNTS)
    assert kind(*lines) is Kind.INVOICE


@pytest.mark.parametrize(
    "title",
    [
        "Rechnung/Lieferschein 118",
        "Kostennote 118",
        "Storno Nr. ST-118",
        "Facture acquittée 118",
        "Fee note 118",
        "Fattura di storno 118",
        "Creditfaktuur 118",
    ],
)
def test_invoices_and_what_takes_them_back_have_many_names(title: str) -> None:
    assert kind(*HEAD, title, *AMOUNTS) is Kind.INVOICE


def test_a_heading_below_an_invoice_of_an_unknown_name_makes_no_order_of_it() -> None:
    rows = ("Facture pour solde tout compte", *HEAD, "Commande", *AMOUNTS)
    page = sheet(*rows)
    large = {word.top for word in page.words if word.text in ("Facture", "Commande")}
    words = [
        replace(word, bottom=word.bottom + 7) if word.top in large else word for word in page.words
    ]
    assert kind_of([Page(1, 595, 842, "text", rows_of(words))]) is Kind.UNKNOWN


def test_an_invoice_whose_number_begins_with_letters_may_name_its_order_below() -> None:
    rows = ("Facture N°: FC 2603 0091", "En date du : 05/03/26", "Bon de commande : BC-2026/77")
    assert kind(*HEAD, *rows, *AMOUNTS) is Kind.INVOICE
    rows = ("Bon de commande : BC-2026/77", "Facture à adresser à : compta", "Net 100,00")
    assert kind(*rows, *HEAD) is not Kind.INVOICE


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Rechnung  : 2604477", "Auftrag-Nr.  : A 118203"),
        ("Factura  ZGZ/26/44182", "Albarán"),
        ("Date de facture  01.10.2026", "Contrat  70-118-442"),
    ],
)
def test_on_recognised_pages_what_seems_larger_below_an_invoices_title_is_none(
    title: str, label: str
) -> None:
    read = kind_of([sheet(*HEAD, title, label, *AMOUNTS, large=4, origin="ocr", confidence=0.9)])
    assert read not in PAPERS
