"""What of an address is the name: over two lines, below a person or a department, in words that streets
and labels have, too."""

import pytest

from ingestd.model import SURE
from tests.unit.test_parties import Lines, given, read

SELLER: Lines = [
    (60, 40, "Nordwind Elektro GmbH"),
    (60, 54, "Hafenstraße 5"),
    (60, 68, "20457 Hamburg"),
    (60, 82, "Tel. +49 40 123456"),
    (60, 790, "Nordwind Elektro GmbH"),
    (230, 790, "IBAN DE89 3704 0044 0532 0130 00"),
    (430, 790, "USt-IdNr. DE136695976"),
]


def billed(*lines: str, label: str = "Rechnungsempfänger") -> Lines:
    """Return an invoice to an address of these lines."""
    places = enumerate((label, *lines, "Weg 1", "80331 München"))
    return [*SELLER, *((300.0, 140.0 + 12 * at, line) for at, line in places)]


@pytest.mark.parametrize(
    "lines",
    [
        ("Gesellschaft für", "Automatisierungstechnik mbH"),
        ("Weinbau Huber und", "Söhne Kellerei GmbH"),
        ("Holzbau Mittelrhein", "GmbH & Co. KG"),
        ("Werkstatt am See UG", "(haftungsbeschränkt)"),
        ("Maschinenfabrik Unterland", "für Fördertechnik AG"),
        ("Componentes Vega del Norte,", "S.A.U."),
        ("Sociedad de", "Componentes y", "Sistemas SL"),
    ],
)
def test_a_name_goes_over_two_lines(lines: tuple[str, ...]) -> None:
    value = read(billed(*lines))["buyer_name"]
    assert value.value == " ".join(lines)
    assert " ".join(word.text for word in value.words) == value.value


def test_the_foot_tells_how_far_a_name_goes() -> None:
    lines = [
        *billed("Drahtwerk", "Oberkochen GmbH"),
        (60, 760, "Kunde Drahtwerk Oberkochen GmbH, 17"),
    ]
    assert given(read(lines), "buyer_name") == "Drahtwerk Oberkochen GmbH"


def test_a_name_is_not_sure_below_a_line_that_may_be_its_first() -> None:
    value = read(billed("Institut der angewandten Prüfung", "Rheinland GmbH"))["buyer_name"]
    assert value.value == "Rheinland GmbH"
    assert value.confidence < SURE
    assert read(billed("Rheinland GmbH"))["buyer_name"].confidence >= SURE


@pytest.mark.parametrize(
    "aside",
    [
        "z. Hd. Max Beck", "Herrn Max Beck", "Buchhaltung", "Attn: Accounts Payable", "F.A.O. Ann Beck",
        "Service comptabilité", "À l'attention de Mme Blanc", "T.a.v. de crediteurenadministratie",
        "Afdeling inkoop", "Departamento de compras", "A/A Ana Gil", "Ufficio acquisti", "c.a. Ada Neri",
        "Purchasing Department", "c/o Max Beck",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Gärtnerei Sonnenfeld", "Rheinland GmbH"])
def test_a_line_for_somebodys_attention_is_no_name(aside: str, name: str) -> None:
    assert given(read(billed(aside, name)), "buyer_name") == name
    assert given(read(billed(name, aside)), "buyer_name") == name


@pytest.mark.parametrize("title", ["Herrn", "Frau", "Mr", "Mme", "Sig.", "De heer"])
def test_a_person_is_named_without_the_title(title: str) -> None:
    assert given(read(billed(f"{title} Robin Beck")), "buyer_name") == "Robin Beck"
    assert given(read(billed(title, "Robin Beck")), "buyer_name") == "Robin Beck"


@pytest.mark.parametrize(
    "name",
    [
        "Hill Street Café", "Road Runner Couriers", "Square Peg Limited", "Total Fleet Services PLC",
        "Data Invoice Solutions Ltd", "Dr. Robin Beck", "SARL Blanc et Fils", "Stichting De Wilg",
    ],
)  # fmt: skip
def test_names_have_words_of_streets_and_labels(name: str) -> None:
    assert given(read(billed(name)), "buyer_name") == name


def test_a_form_keeps_its_last_dot() -> None:
    lines = [*SELLER, (60, 160, "Cliente: Talleres Vega, S.L."), (60, 174, "28001 Madrid")]
    assert given(read(lines), "buyer_name") == "Talleres Vega, S.L."


def test_a_sentence_that_begins_with_the_name() -> None:
    foot = "Harbour Tools Ltd is a company registered in England. VAT No GB 980 7806 84"
    lines: Lines = [(60, 300, "Invoice 17"), (60, 800, foot)]
    assert given(read(lines), "seller_name") == "Harbour Tools Ltd"


@pytest.mark.parametrize(
    "line",
    [
        "Kunde: Gärtnerei Sonnenfeld, Weg 1, 80331 München",
        "Kunde: Gärtnerei Sonnenfeld - Weg 1 - 80331 München",
        "Kunde: Gärtnerei Sonnenfeld (HRB 1204567)",
    ],
)
def test_a_name_ends_before_its_address_and_number(line: str) -> None:
    assert given(read([*SELLER, (60, 160, line)]), "buyer_name") == "Gärtnerei Sonnenfeld"


def test_a_customers_number_is_no_name() -> None:
    assert "buyer_name" not in read([*SELLER, (60, 160, "Kunde: 10432 Sonnenfeld")])


def test_a_label_in_the_next_row_names_another_party() -> None:
    lines: Lines = [
        (50, 90, "Fornitore"), (170, 90, "77/5"), (170, 103, "Via Roma 1"), (170, 116, "20121 Milano"),
        (50, 129, "Cliente"), (170, 129, "Verde Luce S.r.l."), (170, 142, "00184 Roma"),
    ]  # fmt: skip
    values = read(lines)
    assert given(values, "seller_name") != "Verde Luce S.r.l."
    assert given(values, "buyer_name") == "Verde Luce S.r.l."


def test_goods_sell_nothing() -> None:
    head: Lines = [
        (50, 90, "Artikel"),
        (250, 90, "Menge"),
        (350, 90, "Einzelpreis"),
        (450, 90, "Betrag"),
    ]
    lines: Lines = [
        (50, 60, "Rechnung 17"),
        *head,
        (50, 104, "Beratung vor Ort"),
        (450, 104, "80,00"),
    ]
    assert "seller_name" not in read(lines)


def test_a_person_who_orders_is_not_the_buyer() -> None:
    lines = [
        *billed("Rheinland GmbH"),
        (60, 300, "Besteller: Hr. Mayer, Personalnr. 4488, Raum 12"),
    ]
    value = read(lines)["buyer_name"]
    assert value.value == "Rheinland GmbH"
    assert value.confidence >= SURE


def test_nine_digits_under_a_spanish_label_are_no_portuguese_number() -> None:
    values = read([(60, 40, "Talleres Vega, S.L."), (60, 54, "NIF: 501442600")])
    assert (
        "seller_vat_identifier" not in values or values["seller_vat_identifier"].confidence < SURE
    )
