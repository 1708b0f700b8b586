"""A trade mark in large above, and the person or company that sells: beside its numbers, its account, in
the imprint."""

from dataclasses import replace

import pytest

from ingestd.extraction import parties
from ingestd.extraction.page import rows_of
from ingestd.model import SURE, Word
from tests.unit.test_parties import NOBODY, Lines, given, page, read

BUYER: Lines = [
    (330, 140, "Muster Handel GmbH"),
    (330, 154, "Bahnhofstraße 1"),
    (330, 168, "80331 München"),
    (60, 240, "Rechnung 17"),
]
HEAD: Lines = [
    (60, 40, "HOLZWURM Tischlerei"),
    (60, 54, "Seestraße 5"),
    (60, 66, "20457 Hamburg"),
    (60, 78, "Tel. 040 123456"),
    *BUYER,
]
ACCOUNT = (60.0, 792.0, "IBAN DE89 3704 0044 0532 0130 00")


@pytest.mark.parametrize(
    "foot",
    [
        "Kontoinhaber: Kurt Meisner",
        "Titulaire du compte : Kurt Meisner",
        "Titular: Kurt Meisner",
        "Intestato a: Kurt Meisner",
        "Account name: Kurt Meisner",
        "T.n.v. Kurt Meisner",
        "HOLZWURM Tischlerei, Inhaber Kurt Meisner",
        "HOLZWURM Tischlerei - Inh.: Kurt Meisner, Hamburg",
    ],
)
def test_who_holds_the_account_sells_not_the_mark(foot: str) -> None:
    value = read([*HEAD, (60, 780, foot), ACCOUNT])["seller_name"]
    assert value.value == "Kurt Meisner"
    assert value.confidence < SURE


@pytest.mark.parametrize(
    "owner",
    [
        "Inh. Kurt Meisner",
        "Inhaber: Kurt Meisner",
        "Inhaberin Kurt Meisner",
        "Prop. Kurt Meisner",
        "Proprietor: Kurt Meisner",
        "Entrepreneur individuel : Kurt Meisner",
        "Titolare: Kurt Meisner",
        "Eigenaar: Kurt Meisner",
        "Kurt Meisner t/a Holzwurm",
        "Kurt Meisner h.o.d.n. Holzwurm",
    ],
)
def test_the_owner_of_a_shop_sells(owner: str) -> None:
    for number in ("Mobil 0170 123456", "SIRET 303 265 045 00013"):
        head = [
            (60.0, 28.0, "HOLZWURM Tischlerei"),
            (60.0, 40.0, owner),
            *HEAD[1:],
            (60.0, 90.0, number),
        ]
        assert given(read([*head, ACCOUNT]), "seller_name") == "Kurt Meisner"


@pytest.mark.parametrize(
    "said",
    [
        "Holzwurm is a trading name of Meisner Joinery Ltd. VAT No GB 980 7806 84",
        "Holzwurm ist eine Marke der Meisner Joinery Ltd, USt-IdNr. DE136695976",
        "Holzwurm est une marque de Meisner Joinery Ltd - TVA FR40303265045",
        "Holzwurm is een handelsnaam van Meisner Joinery Ltd, BTW NL001234567B01",
        "Holzwurm es una marca de Meisner Joinery Ltd, NIF A58818501",
        "Holzwurm è un marchio di Meisner Joinery Ltd, P.IVA 03793230941",
    ],
)
def test_a_mark_is_of_a_company(said: str) -> None:
    assert given(read([*HEAD, (60, 800, said)]), "seller_name") == "Meisner Joinery Ltd"


def test_a_company_of_the_imprint_sells_not_its_mark() -> None:
    foot = (
        "Nebelwerk Software GmbH · Seestraße 5 · 20457 Hamburg · HRB 12345 · USt-IdNr. DE136695976"
    )
    assert given(read([*HEAD, (60, 800, foot)]), "seller_name") == "Nebelwerk Software GmbH"


def test_a_company_above_stays_the_seller_whoever_holds_the_account() -> None:
    head = [(60.0, 40.0, "Holzwurm GmbH"), *HEAD[1:]]
    values = read([*head, (60, 780, "Kontoinhaber: Kurt Meisner"), ACCOUNT])
    assert given(values, "seller_name") == "Holzwurm GmbH"


def test_the_bank_beside_the_account_sells_nothing() -> None:
    account = (60.0, 792.0, "Intesa Sanpaolo S.p.A. IBAN IT67 P030 6909 6060 0000 0012 345")
    assert given(read([*HEAD, account]), "seller_name") == "HOLZWURM Tischlerei"


def test_a_swiss_payment_part_names_both() -> None:
    lines: Lines = [
        (60, 140, "Muster Handel"),
        (60, 154, "Bahnhofstrasse 1"),
        (60, 168, "3011 Bern"),
        (330, 40, "Holzwurm"),
        (240, 600, "Konto / Zahlbar an"),
        (240, 612, "CH93 0076 2011 6238 5295 7"),
        (240, 624, "Kurt Meili"),
        (240, 636, "8002 Zürich"),
        (240, 670, "Zahlbar durch"),
        (240, 682, "Muster Handel"),
        (240, 694, "3011 Bern"),
    ]
    values = read(lines)
    assert given(values, "seller_name") == "Kurt Meili"
    assert given(values, "buyer_name") == "Muster Handel"


def test_the_owner_of_the_buyers_shop_sells_nothing() -> None:
    lines = [one for one in HEAD if one not in BUYER]
    buyer = ("Gasthof zur Post", "Inh. Maria Eder", "Hauptplatz 3", "3100 St. Pölten")
    lines += [(60.0, 140.0 + 12 * at, one) for at, one in enumerate(buyer)]
    assert given(read([*lines, ACCOUNT]), "seller_name") == "HOLZWURM Tischlerei"


def test_the_holders_initials_are_no_other_name() -> None:
    lines: Lines = [
        (360, 40, "Kurt de Meisner Fotografie"),
        *BUYER,
        (60, 330, "over te maken op NL91 ABNA 0417 1643 00 ten name van K. de"),
        (60, 342, "Meisner, onder vermelding van factuurnummer 17."),
    ]
    assert given(read(lines), "seller_name") == "Kurt de Meisner Fotografie"


def test_a_form_and_a_profession_are_no_name() -> None:
    foot = "SELARL d'expertise comptable inscrite au tableau - RCS Lyon 303 265 045 - TVA FR40303265045"
    assert given(read([*HEAD, (60, 800, foot)]), "seller_name") == "HOLZWURM Tischlerei"


def test_who_works_in_an_office_is_not_the_office() -> None:
    lines: Lines = [
        (210, 40, "BECK & BLANC"),
        (395, 77, "Robin Beck, Fachanwalt für Arbeitsrecht"),
        (395, 87, "Ada Blanc, Fachanwältin für Familienrecht"),
        (395, 97, "Bahnhofplatz 2, 83278 Traunstein"),
        (395, 107, "Tel. 0861 204450"),
        *BUYER,
    ]
    assert given(read(lines), "seller_name") == "BECK & BLANC"


def test_an_account_without_its_word_is_the_holders() -> None:
    line = "Titulaire : Camille Rousset — FR14 2004 1010 0505 0001 3M02 606 — PSSTFRPPLIL"
    values = read([(60, 40, "Camille Rousset EI"), (60, 335, line), *BUYER])
    assert given(values, "seller_name") == "Camille Rousset EI"
    assert given(values, "payment_account_identifiers") == ("FR1420041010050500013M02606",)


def test_a_large_name_goes_over_two_lines() -> None:
    small = page([*BUYER, (400, 52, "3771 ME Barneveld"), (60, 787, "KvK 81666060")])
    large = [
        Word("MEISNER", 50, 40, 130, 54),
        Word("BOUW", 50, 58, 100, 72),
        Word("B.V.", 108, 58, 140, 72),
    ]
    one = replace(small, rows=rows_of([*large, *small.words]))
    assert given(parties.read([one], NOBODY), "seller_name") == "MEISNER BOUW B.V."


@pytest.mark.parametrize(
    "foot",
    [
        "Holzwurm ist eine Zweigniederlassung der Wald AG, HRB 12345, USt-IdNr. DE136695976",
        "Holzwurm is a branch of Wald Ltd, VAT No DE136695976",
        "Holzwurm is part of Wald Group PLC. VAT No DE136695976",
        "Holzwurm, a member of the Wald Group PLC, VAT No DE136695976",
        "Holzwurm gehört zur Wald AG, USt-IdNr. DE136695976",
        "Holzwurm fait partie de Wald SAS, TVA FR40303265045",
        "Erstellt mit Rechnungsprofi Software GmbH, Bahnhofstr. 7, 10115 Berlin",
    ],
)
def test_a_sentence_is_no_sure_name(foot: str) -> None:
    head = [(60.0, 40.0, "Holzwurm"), *HEAD[1:]]
    value = read([*head, (60, 800, foot)])["seller_name"]
    assert value.value == "Holzwurm"
    assert value.confidence < SURE


def test_who_owns_a_company_makes_it_no_less_sure() -> None:
    head = [
        (60.0, 40.0, "Holzwurm GmbH"),
        *HEAD[1:3],
        *BUYER,
        (60.0, 600.0, "info@holzwurm.example"),
    ]
    owner = (60.0, 612.0, "Inhaber: Kurt Holzwurm")
    foot = (60.0, 780.0, "Holzwurm GmbH")
    value = read([*head, foot, owner, ACCOUNT])["seller_name"]
    assert value.value == "Holzwurm GmbH"
    assert value.confidence == read([*head, foot, ACCOUNT])["seller_name"].confidence


def test_who_holds_a_companys_account_does_not_sell_for_it() -> None:
    lines: Lines = [
        (60, 300, "Rechnung 17"),
        (60, 400, "Ihre Bei Spiel GmbH"),
        (60, 40, "Bei Spiel GmbH"),
    ]
    values = read([*lines, (60, 780, "Kontoinhaber: Max Mustermann"), ACCOUNT])
    assert given(values, "seller_name") == "Bei Spiel GmbH"


def test_who_holds_an_account_that_is_debited_buys() -> None:
    lines: Lines = [
        (60, 40, "FIBRE PLUS"),
        (60, 54, "5 rue du Port"),
        (60, 66, "69003 LYON"),
        (60, 500, "Titulaire du compte : Robin Blanc"),
        (60, 512, "Prélevé sur IBAN FR14 2004 1010 0505 0001 3M02 606"),
    ]
    values = read(lines)
    assert given(values, "seller_name") != "Robin Blanc"
    assert given(values, "buyer_name") == "Robin Blanc"
