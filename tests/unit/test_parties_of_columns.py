"""Whose a name and a number are on pages of two columns, with more names than two."""

from dataclasses import replace

import pytest

from ingestd.extraction import parties
from ingestd.extraction.page import rows_of
from ingestd.model import SURE, Word
from tests.unit.test_parties import NOBODY, Lines, given, page, read

TWO_COLUMNS: Lines = [
    (50, 40, "ENSEIGNE LES TROIS PINS"),
    (50, 60, "VERRES ET CADRES"),
    (300, 60, "Adresse du Client"),
    (50, 72, "LES TROIS PINS"),
    (308, 72, "Paule Ferrand, Service achats"),
    (50, 84, "12 rue du Lavoir"),
    (308, 84, "VILLA DES ROSES"),
    (50, 96, "69003 LYON"),
    (308, 96, "HOTEL ET JARDIN"),
    (50, 108, "Contact : bonjour@trois-pins.example"),
    (308, 108, "8 allée des Tilleuls"),
    (50, 120, "SIREN : 303 265 045"),
    (308, 120, "06000 NICE"),
    (50, 132, "N° TVA : FR 40 303 265 045"),
    (300, 150, "Vos identifiants"),
    (308, 162, "N° TVA : FR 07 512 684 339"),
    (300, 190, "Livraison : adresse, références"),
    (308, 202, "Annexe du Parc"),
    (308, 214, "2 rue Verte"),
    (308, 226, "06100 NICE"),
    (50, 800, "TROIS P SARL au capital de 50 000 EUR - N° TVA : FR 12 512 684 111"),
]


def test_of_two_names_the_one_said_twice_is_the_sellers() -> None:
    values = read(TWO_COLUMNS)
    assert given(values, "seller_name") == "LES TROIS PINS"


def test_a_person_and_department_above_the_buyer_are_not_its_name() -> None:
    assert given(read(TWO_COLUMNS), "buyer_name") == "VILLA DES ROSES"


def test_without_its_heading_the_buyer_is_not_who_gets_the_goods() -> None:
    lines = [one for one in TWO_COLUMNS if one[2] != "Adresse du Client"]
    assert given(read(lines), "buyer_name") == "VILLA DES ROSES"


def test_of_three_vat_numbers_the_one_in_the_other_column_is_the_buyers() -> None:
    values = read(TWO_COLUMNS)
    assert given(values, "seller_vat_identifier") == "FR40303265045"
    assert given(values, "buyer_vat_identifier") == "FR07512684339"


@pytest.mark.parametrize("dash", ["-", "·", "•", "|"])
def test_the_line_of_the_sender_is_not_its_name(dash: str) -> None:
    sender = f"Wim Dekker Groothandel {dash} Molenlaan 10 {dash} 3511 AB Utrecht"
    values = read(
        [
            (328, 45, "Wim Dekker Groothandel"),
            (57, 124, sender),
            (57, 137, "Wouters SA"),
            (57, 150, "Kerkstraat 32"),
            (57, 163, "2000 Antwerpen"),
            (57, 790, "info@wimdekker.example KvK 81666060"),
        ]
    )
    assert given(values, "seller_name") == "Wim Dekker Groothandel"


def test_words_in_large_type_are_one_name_across_their_gaps() -> None:

    small = page(
        [
            (50, 80, "Mühlenbach 165"),
            (50, 92, "97070 Würzburg"),
            (50, 104, "office@kessler.example"),
            (50, 300, "Rechnungsadresse"),
            (50, 312, "Brandt Logistik GmbH"),
            (50, 324, "20095 Hamburg"),
            (50, 400, "IBAN: DE89370400440532013000"),
        ]
    )
    large = [Word("KESSLER", 50, 40, 130, 56), Word("e.K.", 142, 40, 170, 56)]
    one = replace(small, rows=rows_of([*large, *small.words]))
    values = parties.read([one], NOBODY)
    assert given(values, "seller_name") == "KESSLER e.K."


def test_two_names_in_one_line_are_no_sure_name() -> None:
    values = read(
        [
            (50, 60, "Fournisseur"),
            (50, 72, "Verre Clair SARL Villa Roses SAS"),
            (50, 84, "12 rue du Lavoir"),
            (50, 96, "69003 LYON"),
            (50, 108, "SIREN 303 265 045 bonjour@verreclair.example"),
        ]
    )
    assert "seller_name" not in values or values["seller_name"].confidence < SURE


ADDRESSEE: Lines = [
    (60, 140, "Gärtnerei Sonnenfeld"),
    (60, 154, "Weg 1"),
    (60, 168, "80331 München"),
    (60, 240, "Rechnung 17"),
]


@pytest.mark.parametrize(
    "foot",
    [
        ["Werkstatt am Wall, Wallgasse 5, 20457 Hamburg, USt-IdNr. DE136695976"],
        ["Werkstatt am Wall", "Wallgasse 5", "20457 Hamburg"],
        ["Werkstatt am Wall is a company of friends, 20457 Hamburg"],
    ],
)
def test_the_only_address_of_a_letter_is_who_gets_it(foot: list[str]) -> None:
    lines = [*ADDRESSEE, *((60.0, 780.0 + 10 * at, line) for at, line in enumerate(foot))]
    values = read(lines)
    assert given(values, "buyer_name") == "Gärtnerei Sonnenfeld"
    assert given(values, "seller_name") == "Werkstatt am Wall"


def test_who_greets_sells() -> None:
    lines: Lines = [
        *ADDRESSEE,
        (60, 500, "Mit freundlichen Grüßen"),
        (60, 528, "Werkstatt am Wall"),
    ]
    values = read(lines)
    assert given(values, "buyer_name") == "Gärtnerei Sonnenfeld"
    assert given(values, "seller_name") == "Werkstatt am Wall"


@pytest.mark.parametrize("label", ["Titulaire", "Empfänger:", "Titular", "Intestato a:"])
def test_who_holds_the_account_is_not_the_buyer(label: str) -> None:
    account = [(60, 512, "IBAN"), (160, 512, "DE89 3704 0044 0532 0130 00")]
    lines: Lines = [*ADDRESSEE, (60, 500, label), (160, 500, "Werkstatt am Wall"), *account]
    values = read(lines)
    assert given(values, "seller_name") == "Werkstatt am Wall"
    assert given(values, "buyer_name") == "Gärtnerei Sonnenfeld"


def test_a_slip_is_addressed_to_nobody() -> None:
    slip = replace(
        page([(20, 80, "Bar Centrale"), (20, 92, "Via Roma 1"), (20, 104, "20121 Milano")]),
        width=220,
    )
    values = parties.read([slip], NOBODY)
    assert given(values, "seller_name") == "Bar Centrale"
    assert "buyer_name" not in values


def test_an_address_below_the_title_is_not_the_letterhead() -> None:
    lines: Lines = [
        (330, 40, "Teekontor am Hafen"),
        (330, 52, "Große Straße 71"),
        (330, 64, "24937 Flensburg"),
        (43, 115, "Rechnung"),
        (43, 127, "Café Sonnenfeld UG"),
        (43, 139, "Holm 14"),
        (43, 151, "24937 Flensburg"),
        (43, 163, "mail@sonnenfeld.example"),
    ]
    values = read(lines)
    assert given(values, "seller_name") == "Teekontor am Hafen"
    assert given(values, "buyer_name") == "Café Sonnenfeld UG"


def test_where_the_seller_has_no_letterhead_the_title_tells_nothing() -> None:
    lines: Lines = [
        (60, 120, "Verlag Nordkante GmbH"),
        (60, 132, "Große Straße 71"),
        (60, 144, "24937 Flensburg"),
        (60, 200, "Rechnung"),
        (60, 230, "Lager Sonnenfeld GmbH"),
        (60, 242, "Holm 14"),
        (60, 254, "24937 Flensburg"),
        (60, 790, "Werkstatt am Wall GmbH, Wallgasse 5, 20457 Hamburg, USt-IdNr. DE136695976"),
    ]
    value = read(lines)["buyer_name"]
    assert value.confidence < SURE
