"""Who sells, who buys and where to pay, from words with places."""

from dataclasses import replace
from datetime import date

import pytest

from ingestd.extraction import parties
from ingestd.extraction.page import Page, Row, rows_of
from ingestd.extraction.parties._cells import WORDS, sheet_of
from ingestd.extraction.value import Known, Values
from ingestd.model import SURE, Company, KnownSupplier, Word

NOBODY = Known(company=None, today=date(2026, 1, 1))
BUYER = Company(
    vat="FR40303265045", name="Atelier du Port SARL", country="FR", numbers=("303265045",)
)
ADDRESSED = replace(NOBODY, company=BUYER)

Lines = list[tuple[float, float, str]]

LETTER: Lines = [
    (60, 40, "Nordwind Elektro GmbH"),
    (60, 54, "Hafenstraße 5"),
    (60, 68, "20457 Hamburg"),
    (60, 140, "Atelier du Port SARL"),
    (60, 154, "3 quai des Chartrons"),
    (60, 168, "33000 Bordeaux"),
    (60, 240, "Rechnung 2026-17"),
    (60, 790, "Nordwind Elektro GmbH"),
    (230, 790, "IBAN DE89 3704 0044 0532 0130 00"),
    (430, 790, "USt-IdNr. DE136695976"),
    (60, 802, "Amtsgericht Hamburg HRB 12345"),
    (230, 802, "BIC COBADEFFXXX"),
]


def page(lines: Lines, origin: str = "text", size: float = 10.0) -> Page:
    """Return a page with these lines; a word is as wide as its letters."""
    words: list[Word] = []
    for start, top, line in lines:
        left = start
        for text in line.split():
            right = left + len(text) * 0.5 * size
            words.append(Word(text, left, top, right, top + 0.8 * size))
            left += (len(text) * 0.5 + 0.3) * size
    return Page(1, 595, 842, origin, rows_of(words))


def read(lines: Lines, known: Known = NOBODY, origin: str = "text") -> Values:
    return parties.read([page(lines, origin)], known)


def given(values: Values, name: str) -> object:
    return values[name].value if name in values else None


def test_a_letter_names_its_seller_at_its_foot() -> None:
    values = read(LETTER, ADDRESSED)
    assert given(values, "seller_name") == "Nordwind Elektro GmbH"
    assert given(values, "seller_vat_identifier") == "DE136695976"
    assert given(values, "seller_legal_registration_identifier") == "HRB 12345"
    assert given(values, "buyer_name") == "Atelier du Port SARL"
    assert given(values, "payment_account_identifiers") == ("DE89370400440532013000",)
    assert given(values, "payment_service_provider_identifiers") == ("COBADEFFXXX",)
    assert values["seller_vat_identifier"].confidence >= SURE
    assert values["payment_account_identifiers"].confidence >= SURE


def test_without_a_company_labels_and_places_decide() -> None:
    values = read(LETTER)
    assert given(values, "seller_name") == "Nordwind Elektro GmbH"
    assert given(values, "seller_vat_identifier") == "DE136695976"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("USt-IdNr.: DE 136 695 976", "DE136695976"),
        ("USt-IdNr. gemäß § 27a UStG: DE136695976", "DE136695976"),
        ("N° TVA intracommunautaire : FR 40 303 265 045", "FR40303265045"),
        ("N°TVA FR40303265045", "FR40303265045"),
        ("BTW-nr NL 8104.33.941.B01", "NL810433941B01"),
        ("BTW BE 0403.170.701", "BE0403170701"),
        ("Ondernemingsnummer BE 0403.170.701", "BE0403170701"),
        ("P.IVA 03793230941", "IT03793230941"),
        ("Partita IVA: IT03793230941", "IT03793230941"),
        ("C.I.F. A58818501", "ESA58818501"),
        ("NIF: ES A58818501", "ESA58818501"),
        ("VAT Reg No 842 2866 18", "GB842286618"),
        ("VAT No. GB 842 2866 18", "GB842286618"),
        ("UID-Nr. ATU57265998", "ATU57265998"),
        ("VAT reg. no. IE1204959S", "IE1204959S"),
        ("MwSt-Nr. CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("N. IVA CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("N° TVA CHE-107.787.577 TVA", "CHE107787577TVA"),
        ("N. IVA CHE-107.787.577", "CHE107787577"),
        ("VAT no. CHE-107.787.577 VAT", "CHE107787577"),
    ],
)
def test_a_vat_number_is_known_in_all_its_spellings(line: str, number: str) -> None:
    value = read([(60, 60, "Muster"), (60, 800, line)])["seller_vat_identifier"]
    assert value.value == number
    assert value.words


@pytest.mark.parametrize(
    "line",
    [
        "Ihre USt-IdNr.: FR40303265045",
        "Votre n° TVA FR40303265045",
        "Customer VAT FR40303265045",
        "Uw btw-nummer FR40303265045",
        "Su CIF FR40303265045",
        "Partita IVA cliente FR40303265045",
    ],
)
def test_your_number_is_the_buyers_even_at_the_foot(line: str) -> None:
    values = read([(60, 780, line), (60, 800, "VAT no DE136695976 IBAN DE89370400440532013000")])
    assert given(values, "buyer_vat_identifier") == "FR40303265045"
    assert given(values, "seller_vat_identifier") == "DE136695976"


def test_the_companys_number_is_the_buyers_wherever_it_stands() -> None:
    lines: Lines = [(60, 790, "TVA FR40303265045"), (60, 60, "VAT DE136695976")]
    values = read(lines, ADDRESSED)
    assert given(values, "buyer_vat_identifier") == "FR40303265045"
    assert given(values, "seller_vat_identifier") == "DE136695976"


def test_a_number_with_wrong_check_digits_is_a_suggestion() -> None:
    value = read([(60, 800, "USt-IdNr. DE123456789")])["seller_vat_identifier"]
    assert value.value == "DE123456789"
    assert value.confidence < SURE


def test_letters_that_recognition_took_for_digits_are_read_as_such_with_doubt() -> None:
    value = read([(60, 800, "USt-IdNr. DEl3669S976")], origin="ocr")["seller_vat_identifier"]
    assert value.value == "DE136695976"
    assert value.confidence < SURE


def test_a_name_that_recognition_read_is_a_suggestion() -> None:
    values = read(LETTER, NOBODY, origin="ocr")
    assert given(values, "seller_name") == "Nordwind Elektro GmbH"
    assert values["seller_name"].confidence < SURE


def test_a_bank_code_that_was_hard_to_read_is_sure_where_the_account_names_the_bank() -> None:
    name = "payment_service_provider_identifiers"
    dutch: Lines = [(60, 790, "IBAN NL91 ABNA 0417 1643 00"), (60, 802, "BIC ABNANL2A")]
    assert parties.read([page(LETTER, "ocr")], NOBODY)[name].confidence >= SURE
    assert parties.read([_dim(page(LETTER, "ocr"))], NOBODY)[name].confidence < SURE
    assert parties.read([_dim(page(dutch, "ocr"))], NOBODY)[name].confidence >= SURE


def _dim(clear: Page) -> Page:
    rows = (
        replace(row, words=tuple(replace(word, confidence=0.8) for word in row.words))
        for row in clear.rows
    )
    return replace(clear, rows=tuple(rows))


def test_an_account_goes_on_in_the_next_line() -> None:
    values = read([(60, 770, "IBAN"), (200, 770, "DE89 3704 0044 0532"), (200, 782, "0130 00")])
    assert given(values, "payment_account_identifiers") == ("DE89370400440532013000",)


@pytest.mark.parametrize(
    "label",
    [
        "Wir buchen den Betrag von Ihrem Konto ab:",
        "Der Betrag wird per Lastschrift eingezogen:",
        "The amount will be debited from",
        "sera prélevé sur votre compte",
        "domiciliado en la cuenta",
        "automatische incasso",
    ],
)
def test_an_account_to_debit_is_not_paid(label: str) -> None:
    values = read([(60, 600, f"{label} DE89370400440532013000")])
    assert "payment_account_identifiers" not in values


def test_all_accounts_of_several_banks_are_given() -> None:
    values = read([(60, 780, "IBAN DE89370400440532013000"), (60, 794, "IBAN NL91ABNA0417164300")])
    assert given(values, "payment_account_identifiers") == (
        "DE89370400440532013000",
        "NL91ABNA0417164300",
    )


def test_another_account_than_known_stays_the_printed_one() -> None:
    supplier = KnownSupplier(
        name="Nordwind Elektro GmbH",
        vat_identifier="DE136695976",
        payment_account_identifiers=("DE02120300000000202051",),
    )
    known = replace(ADDRESSED, supplier={"DE136695976": supplier}.get)
    values = read(LETTER, known)
    assert given(values, "payment_account_identifiers") == ("DE89370400440532013000",)
    assert values["seller_name"].confidence >= SURE


def test_the_regions_of_labels_tell_the_parties() -> None:
    values = read(
        [
            (60, 120, "Fournisseur"),
            (320, 120, "Facturé à"),
            (60, 134, "Menuiserie Lagrange"),
            (320, 134, "Boulangerie Petit"),
            (60, 148, "4 rue Haute"),
            (320, 148, "9 place Neuve"),
            (60, 162, "SIRET 303 265 045 00013"),
        ]
    )
    assert given(values, "seller_name") == "Menuiserie Lagrange"
    assert given(values, "buyer_name") == "Boulangerie Petit"


def test_a_name_that_ends_like_a_label_is_a_name() -> None:
    values = read(
        [
            (50, 50, "Vendeur :"),
            (330, 50, "Acheteur :"),
            (50, 64, "LE PRESTATAIRE"),
            (330, 64, "LE COMPTE"),
            (50, 78, "75018 PARIS"),
            (330, 78, "75019 PARIS"),
            (50, 800, "LE PRESTATAIRE - SAS au capital de 10 000 € - RCS PARIS 123 456 782"),
        ]
    )
    assert given(values, "seller_name") == "LE PRESTATAIRE"
    assert given(values, "buyer_name") == "LE COMPTE"


def test_a_vat_number_follows_the_company_number_that_it_contains() -> None:
    values = read(
        [
            (330, 200, "TVA FR40303265045"),
            (330, 260, "TVA FR11123456782"),
            (60, 800, "SIREN 303 265 045 - Tél. 01 02 03 04 05"),
        ]
    )
    assert given(values, "seller_vat_identifier") == "FR40303265045"
    assert given(values, "buyer_vat_identifier") == "FR11123456782"


def test_who_invoices_itself_does_not_break_the_reading() -> None:
    values = read(
        [
            (60, 40, "Atelier du Port SARL"),
            (60, 54, "33000 Bordeaux"),
            (60, 140, "Atelier du Port SARL"),
            (60, 154, "33000 Bordeaux"),
            (60, 790, "TVA FR40303265045 SIREN 303265045"),
        ],
        ADDRESSED,
    )
    assert given(values, "buyer_vat_identifier") == "FR40303265045"
    assert "seller_vat_identifier" not in values


def test_a_page_without_words_has_no_parties() -> None:
    assert parties.read([], NOBODY) == {}
    assert parties.read([Page(1, 595, 842, "text", ())], NOBODY) == {}


def test_of_a_page_of_very_many_words_its_ends_are_looked_at() -> None:
    rows = tuple(
        Row(tuple(Word("IBAN", 5, top, 25, top + 2) for _ in range(20))) for top in range(5_000)
    )
    looked_at = sheet_of(Page(1, 595, 842, "text", rows))
    assert sum(len(cell.words) for cell in looked_at.cells) <= 1.6 * WORDS


@pytest.mark.parametrize(
    "text",
    [
        "DE 1",
        "IBAN DE89",
        "USt-IdNr. DE12",
        "1" * 5_000,
        "A.B." * 3_000,
        "Muster GmbH &",
        "a@" + "b." * 900,
        "(" * 60,
    ],
)
def test_words_made_to_take_long_are_read_to_their_end(text: str) -> None:
    words = (text.split() * 6_000)[:6_000]
    for width in (20, 6_000):
        rows = tuple(_row(words[top : top + width], top) for top in range(0, 6_000, width))
        values = parties.read([Page(1, 595, 842, "text", rows)], NOBODY)
        assert "seller_vat_identifier" not in values


def _row(texts: list[str], top: float) -> Row:
    return Row(
        tuple(
            Word(one, 28.0 * place, top, 28.0 * place + 20, top + 2)
            for place, one in enumerate(texts)
        )
    )


BANKS = "payment_service_provider_identifiers"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["IBAN DE89 3704 0044 0532 0130 00 (COBADEFFXXX)"], "COBADEFFXXX"),
        (["IBAN NL91 ABNA 0417 1643 00 · ABNANL2A"], "ABNANL2A"),
        (["IBAN NL91 ABNA 0417 1643 00 BIC ABNANL2A BTW NL123456782B90"], "ABNANL2A"),
        (["BCEELULL   LU28 0019 4006 4475 0000"], "BCEELULL"),
        (
            ["IBAN FR14 2004 1010 0505 0001 3M02 606", "La Banque Postale PSSTFRPPLIL"],
            "PSSTFRPPLIL",
        ),
    ],
)
def test_a_bank_code_without_label_is_told_by_the_account(lines: list[str], code: str) -> None:
    values = read([(60, 770 + 12 * place, line) for place, line in enumerate(lines)])
    assert given(values, BANKS) == (code,)
    assert values[BANKS].confidence >= SURE


def test_a_word_like_a_bank_code_is_none_unless_the_account_vouches_for_it() -> None:
    account = "IBAN DE89 3704 0044 0532 0130 00"
    assert BANKS not in read([(60, 770, account), (60, 782, "GENODEF1GUE")])
    behind = read([(60, 770, f"{account}, GENODEF1GUE")])
    assert given(behind, BANKS) == ("GENODEF1GUE",)
    assert behind[BANKS].confidence < SURE
    debited = "Wir buchen den Betrag von Ihrem Konto ab: DE89370400440532013000 COBADEFFXXX"
    assert BANKS not in read([(60, 600, debited)])


@pytest.mark.parametrize(
    ("read_as", "printed"),
    [
        ("FR14 2OO4 1O10 0505 OOO1 3M02 606", "FR1420041010050500013M02606"),
        ("FR76 3000 6000 O112 3456 7890 1B9", "FR7630006000011234567890189"),
        ("FRI4 2004 1010 0505 0001 3M02 6O6", "FR1420041010050500013M02606"),
        ("BE68 539O O754 7O34", "BE68539007547034"),
        ("IT60 XO54 2811 1010 O000 0123 4S6", "IT60X0542811101000000123456"),
    ],
)
def test_an_account_that_two_checks_repair_is_sure(read_as: str, printed: str) -> None:
    name = "payment_account_identifiers"
    values = read([(60, 770, f"IBAN {read_as}")], origin="ocr")
    assert given(values, name) == (printed,)
    assert values[name].confidence >= SURE


def test_an_account_that_one_check_repairs_is_a_suggestion() -> None:
    name = "payment_account_identifiers"
    values = read([(60, 770, "IBAN DE89 37O4 0044 O532 0130 00")], origin="ocr")
    assert given(values, name) == ("DE89370400440532013000",)
    assert values[name].confidence < SURE
    hopeless = read([(60, 770, "IBAN FR14 2OO4 1O10 0505 OOO1 3M02 607")], origin="ocr")
    assert hopeless[name].confidence < 0.9


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("USt-IdNr. DE13669S976", "DE136695976"),
        ("N° TVA FR4O303265045", "FR40303265045"),
        ("N° TVA FR 4O 3O3 265 O45", "FR40303265045"),
        ("P.IVA O3793230941", "IT03793230941"),
        ("C.I.F. A5881850I", "ESA58818501"),
        ("VAT Reg No 842 2866 I8", "GB842286618"),
    ],
)
def test_a_vat_number_that_its_check_digits_repair_is_a_suggestion(line: str, number: str) -> None:
    name, seller = "seller_vat_identifier", (60.0, 60.0, "Nordwind Elektro GmbH")
    once = read([seller, (60, 800, line)], origin="ocr")
    assert given(once, name) == number
    assert once[name].confidence <= 0.9
    twice = read([seller, (60, 800, line), (60, 740, line)], origin="ocr")
    assert twice[name].confidence >= SURE
    supplier = KnownSupplier(name="Nordwind Elektro GmbH", vat_identifier=number)
    known = read([seller, (60, 800, line)], replace(NOBODY, supplier={number: supplier}.get), "ocr")
    assert known[name].confidence >= SURE


def test_a_bank_code_that_the_account_repairs_is_a_suggestion() -> None:
    account = (60.0, 770.0, "IBAN FR14 2004 1010 0505 0001 3M02 606")
    for code in ("BIC P5STFRPPLIL", "BIC PSSTFRPPLIL", "BIC : P55TFRPPLIL"):
        values = read([account, (60, 782, code)], origin="ocr")
        assert given(values, BANKS) == ("PSSTFRPPLIL",)
        assert (values[BANKS].confidence >= SURE) == ("PSSTFRPPLIL" in code)
    assert BANKS not in read([account, (60, 782, "BIC P5STFRPPLIL")])


def test_a_lone_number_that_nothing_tells_whose_it_is_is_suggested_for_the_seller() -> None:
    lines: Lines = [
        (60, 40, "Nordwind Elektro GmbH"),
        (60, 100, "USt-IdNr. DE136695976"),
        (60, 114, "Kunde"),
        (60, 126, "Atelier du Port SARL"),
        (60, 138, "33000 Bordeaux"),
    ]
    values = read(lines)
    assert given(values, "seller_vat_identifier") == "DE136695976"
    assert values["seller_vat_identifier"].confidence < 0.9
    assert "buyer_vat_identifier" not in values


def test_a_swiss_supplier_is_known_in_each_language_of_the_country() -> None:
    supplier = KnownSupplier(name="Muster", vat_identifier="CHE107787577MWST")
    known = replace(NOBODY, supplier={"CHE107787577MWST": supplier}.get)
    for ending in ("", " MWST", " TVA", " IVA"):
        values = read([(60, 60, "Muster"), (60, 800, f"N° IDE CHE-107.787.577{ending}")], known)
        assert "known" in values["seller_name"].evidence


@pytest.mark.parametrize("at", ["GB", "GB 842", "GB 842 2866"])
def test_a_vat_number_goes_on_in_the_next_line(at: str) -> None:
    rest = "GB 842 2866 18".removeprefix(at).strip()
    lines: Lines = [
        (60, 790, f"Registered office: 1 Long Lane. VAT registration number {at}"),
        (60, 802, f"{rest}."),
    ]
    value = read(lines)["seller_vat_identifier"]
    assert value.value == "GB842286618"
    assert " ".join(word.text for word in value.words) == "GB 842 2866 18."


def test_a_whole_vat_number_ends_with_its_line() -> None:
    lines: Lines = [
        (60, 790, "VAT registration number GB 842 2866 18"),
        (60, 802, "001 of 3 pages"),
    ]
    value = read(lines)["seller_vat_identifier"]
    assert value.value == "GB842286618"
    assert value.confidence >= SURE


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("Mobelhaus Sudwind, S.L.P", "Möbelhaus Südwind, S.L.P."),
        ("MOBELHAUS SUDWIND, S.L.P.", "MÖBELHAUS SÜDWIND, S.L.P."),
        ("Mobelhaus Sudwind GmbH", "Mobelhaus Sudwind GmbH"),
    ],
)
def test_recognition_loses_no_accents_of_the_addressed_company(printed: str, said: str) -> None:
    known = replace(ADDRESSED, company=replace(BUYER, name="Möbelhaus Südwind, S.L.P."))
    lines = [(x, y, printed if text == BUYER.name else text) for x, y, text in LETTER]
    assert given(read(lines, known, origin="ocr"), "buyer_name") == said
    assert given(read(lines, known), "buyer_name") == printed
