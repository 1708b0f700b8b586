"""What of an address is the name: over two lines, below a person or a department, in words that streets
and labels have, too."""

from dataclasses import replace

import pytest

from ingestd.extraction import parties
from ingestd.extraction.page import rows_of
from ingestd.model import SURE, Word
from tests.unit.test_parties import NOBODY, Lines, given, page, read

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


@pytest.mark.parametrize(
    "line",
    [
        "Meisterbetrieb", "Rechtsanwälte", "Freelance", "Währung Betrag", "Balance on your last bill",
        "The Secretary", "Madame la Présidente", "Tipologia documento", "Enter the sum you are paying",
    ],
)  # fmt: skip
def test_what_is_said_of_a_party_is_not_its_name(line: str) -> None:
    assert given(read(billed(line, "Gärtnerei Sonnenfeld")), "buyer_name") == "Gärtnerei Sonnenfeld"


@pytest.mark.parametrize(
    "lines",
    [
        ("VERDE LUCE SOCIETA'", "COOPERATIVA"),
        ("Verde Luce Società", "Cooperativa"),
    ],
)
def test_a_form_goes_over_two_lines(lines: tuple[str, ...]) -> None:
    assert given(read(billed(*lines)), "buyer_name") == " ".join(lines)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Monsieur et Madame BLANC Robin", "BLANC Robin"),
        ("Herrn und Frau Robin Beck", "Robin Beck"),
        ("Mr & Mrs Robin Beck", "Robin Beck"),
        ("Mr and Mrs R Beck", "R Beck"),
    ],
)
def test_a_couple_is_named_without_titles(line: str, name: str) -> None:
    assert given(read(billed(line)), "buyer_name") == name


@pytest.mark.parametrize(
    "name", ["Stucwerk Jansen & Zn.", "Beck Bros.", "Vega Hnos.", "Harbour Tennis Club CIO"]
)
def test_a_name_may_end_with_a_dot(name: str) -> None:
    assert given(read(billed(name)), "buyer_name") == name


def test_a_person_stays_the_buyer_above_the_name_of_the_house() -> None:
    lines: Lines = [*SELLER, (300, 140, "To: Mrs Robin Beck"), (300, 152, "Sea View House")]
    assert given(read([*lines, (300, 164, "Crosshaven, Co. Cork")]), "buyer_name") == "Robin Beck"


def test_goods_are_no_address() -> None:
    lines: Lines = [
        (60, 40, "Harbour Tools SAS"),
        (60, 54, "RN20 45770 SARAN"),
        (60, 68, "Tel 0825 09 09 09"),
        (60, 100, "BRASSERIE DU PONT SARL"),
        (60, 112, "12 PLACE DU PONT"),
        (60, 124, "45000 ORLEANS"),
        *((at, 150.0, head) for at, head in ((60.0, "Article"), (250.0, "Quantité"), (400.0, "Montant"))),
        *((60.0, 164.0 + 12 * at, one) for at, one in enumerate(("FILET POULET", "SEL FIN 10000 KG"))),
        *((400.0, 164.0 + 12 * at, one) for at, one in enumerate(("92,04", "42,54"))),
    ]  # fmt: skip
    assert given(read(lines), "buyer_name") == "BRASSERIE DU PONT SARL"


def test_the_slip_to_tear_off_goes_to_the_seller() -> None:
    lines: Lines = [
        (60, 40, "TAX INVOICE"),
        (90, 72, "Lanyon Hotels Limited"),
        (90, 84, "Fistral Road"),
        (90, 96, "Newquay TR7 1HN"),
        (420, 40, "Harbour Digital Ltd"),
        (420, 52, "The Old Loft"),
        (420, 64, "Penryn TR10 8GZ"),
        (60, 680, "PAYMENT ADVICE"),
        (60, 706, "To: Harbour Digital Ltd"),
        (60, 718, "The Old Loft"),
        (320, 680, "Customer"),
        (420, 680, "Lanyon Hotels Limited"),
        (320, 692, "Invoice Number"),
        (420, 692, "INV-0419"),
    ]
    values = read(lines)
    assert given(values, "seller_name") == "Harbour Digital Ltd"
    assert given(values, "buyer_name") == "Lanyon Hotels Limited"


def test_the_address_of_the_debtor_in_a_payment_part_ends_with_the_town() -> None:
    lines = [
        *SELLER,
        *(
            (300.0, 600.0 + 9 * at, one)
            for at, one in enumerate(("Zahlbar durch", "Feldweg 5", "3001 Bern"))
        ),
        (300, 645, "Sonnenfeld Strom"),
    ]
    assert given(read(lines), "buyer_name") != "Sonnenfeld Strom"


def test_a_buyer_with_its_vat_number_is_not_the_seller_of_the_foot() -> None:
    lines: Lines = [
        (57, 119, "Breda Pump Service B.V."),
        (57, 131, "Takkebijsters 50"),
        (57, 143, "4817 BL Breda"),
        (57, 155, "VAT no NL810433941B01"),
        (57, 759, "Nordic Bearing AB"),
        (57, 768, "SE-504 62 Borås"),
        (326, 759, "USt-IdNr. DE136695976"),
        (326, 768, "IBAN DE89 3704 0044 0532 0130 00"),
    ]
    values = read(lines)
    assert given(values, "seller_name") == "Nordic Bearing AB"
    assert given(values, "buyer_name") == "Breda Pump Service B.V."


def test_for_whose_attention_it_is_does_not_buy() -> None:
    lines: Lines = [
        *SELLER,
        (60, 140, "De Vries B.V."),
        (60, 152, "Molenlaan 53"),
        (60, 164, "9711 LM Groningen"),
        (340, 140, "Ter attentie van"),
        (450, 140, "Femke Vermeulen"),
        (340, 152, "Factuurdatum"),
        (450, 152, "12 augustus 2021"),
    ]
    assert given(read(lines), "buyer_name") == "De Vries B.V."


def test_lines_with_much_space_between_are_one_address() -> None:
    lines: Lines = [
        *(
            (60.0, 200.0 + 20 * at, one)
            for at, one in enumerate(("Verkäufer", "Nummer:", "Name:", "Anschrift:"))
        ),
        *((300.0, 220.0 + 20 * at, one) for at, one in enumerate(("549910", "Muster AG", "Weg 9"))),
        *(
            (60.0, 320.0 + 20 * at, one)
            for at, one in enumerate(("Käufer", "Nummer:", "Name:", "USt-IdNr.:"))
        ),
        *(
            (300.0, 340.0 + 20 * at, one)
            for at, one in enumerate(("339420", "Sonnenfeld AG", "DE136695976"))
        ),
    ]
    values = read(lines)
    assert given(values, "seller_name") == "Muster AG"
    assert given(values, "buyer_name") == "Sonnenfeld AG"
    assert given(values, "buyer_vat_identifier") == "DE136695976"


def test_an_address_ends_where_the_goods_and_the_account_begin() -> None:
    lines: Lines = [
        (60, 40, "Blanc & Daughters Plumbing"),
        (60, 92, "To: Beck Hotels Ltd"),
        (60, 104, "Crosshaven, Co. Cork"),
        (60, 134, "Supply and fit boiler"),
        (434, 134, "1,420.00"),
        (60, 146, "Power flush"),
        (434, 146, "220.00"),
        (60, 176, "Total"),
        (434, 176, "1,640.00"),
        (60, 200, "IBAN DE89 3704 0044 0532 0130 00 VAT no. IE1204959S"),
    ]
    values = read(lines)
    assert given(values, "payment_account_identifiers") == ("DE89370400440532013000",)
    assert given(values, "seller_vat_identifier") == "IE1204959S"


def test_an_italian_firm_goes_on_in_smaller_letters() -> None:
    small = page(
        [
            (40, 58, "di Bassi Remo & Ugo s.n.c."),
            (40, 70, "43011 BUSSETO PR"),
            (40, 82, "P.IVA 03793230941"),
        ]
    )
    large = [Word("FRATELLI", 40, 34, 140, 50), Word("BASSI", 152, 34, 210, 50)]
    one = replace(small, rows=rows_of([*large, *small.words]))
    assert (
        given(parties.read([one], NOBODY), "seller_name")
        == "FRATELLI BASSI di Bassi Remo & Ugo s.n.c."
    )


def test_a_name_may_begin_like_a_label() -> None:
    foot = (
        "Swift & Able Recruitment Ltd, Grimsby DN31 1HT. Registered in England & Wales No 10442781"
    )
    assert (
        given(read([(60, 300, "Invoice 17"), (60, 430, foot)]), "seller_name")
        == "Swift & Able Recruitment Ltd"
    )


def test_a_spanish_number_stands_alone_in_the_buyers_address() -> None:
    values = read(billed("Editorial Trasluz S.L.", "A58818501", label="Para:"))
    assert given(values, "buyer_vat_identifier") == "ESA58818501"
    assert values["buyer_vat_identifier"].confidence < SURE


@pytest.mark.parametrize(
    "foot",
    [
        "Société à responsabilité limitée (SARL) - Capital de 15 000 € - SIRET 303 265 045 00013",
        "Membre d'une association agréée, le chèque est accepté. SELARL SIRET 303 265 045 00013",
    ],
)
def test_what_is_said_of_a_company_is_not_its_name(foot: str) -> None:
    lines: Lines = [
        (60, 40, "TECHNI-FROID"),
        (60, 54, "ZI de Kerpont"),
        (60, 66, "56850 CAUDAN"),
        (60, 500, foot),
    ]
    assert given(read(lines), "seller_name") == "TECHNI-FROID"


def test_a_label_with_its_number_is_no_name() -> None:
    lines: Lines = [
        *SELLER,
        (340, 140, "Klantgegevens"),
        (340, 152, "Klantnummer"),
        (440, 152, "5 118 447"),
    ]
    assert "buyer_name" not in read(lines)


def test_who_gets_the_money_sells() -> None:
    lines: Lines = [
        (60, 40, "Medisys Diagnostics"),
        (60, 95, "BILL TO:"),
        (60, 107, "Beck Clinics"),
    ]
    values = read(
        [*lines, (60, 300, "REMIT TO: Medisys Diagnostics, AIB IBAN DE89370400440532013000")]
    )
    assert given(values, "seller_name") == "Medisys Diagnostics"


def test_a_british_number_is_one_where_the_page_is_british() -> None:
    lines: Lines = [(60, 40, "Harcourt Ltd"), (240, 202, "VAT Number"), (240, 214, "136 3355 77")]
    assert (
        given(read([*lines, (60, 400, "Sort code 20-62-53")]), "seller_vat_identifier")
        == "GB136335577"
    )
    assert "seller_vat_identifier" not in read(lines)
