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


def test_the_number_of_something_else_in_one_word_is_not_that_of_the_invoice() -> None:
    values = read("RECHNUNG", "Mandats-Nr. 4711-88", "Datum 03.03.2026")
    assert sure(values, "number") is None


def test_a_number_may_end_in_a_short_group() -> None:
    number = read("Facture", "n° de facture : 08174422901012 A1")["number"]
    assert (number.value, number.confidence < 0.95) == ("08174422901012 A1", True)


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


def test_a_number_may_be_printed_with_spaces_around_and_behind_a_stroke() -> None:
    values = read("Rechnungs-Nr. 26 / 00 815", "Datum 05.03.2026")
    assert values["number"].value == "26 / 00 815"
    assert sure(values, "number") is None
