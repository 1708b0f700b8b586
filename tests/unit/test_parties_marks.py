"""A trade mark in large above, and the person or company that sells: beside its numbers, its account, in
the imprint."""

import pytest

from ingestd.model import SURE
from tests.unit.test_parties import Lines, given, read

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
