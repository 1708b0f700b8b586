"""Company numbers (BT-30) as each country's register writes them."""

import re

import pytest

from ingestd.model import SURE
from tests.unit.test_parties import given, read

NAME = "seller_legal_registration_identifier"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("SIRET 303 265 045 00013", "30326504500013"),
        ("SIREN 303 265 045", "303265045"),
        ("R.C.S. LYON B 303 265 045", "303265045"),
        ("303 265 045 RCS Lyon", "303265045"),
        ("SAS au capital de 10 000 € - 303265045 R.C.S. Nanterre", "303265045"),
        ("Immatriculée au RCS de Lyon sous le numéro 303 265 045", "303265045"),
        ("inscrite au RCS de Lyon sous le n° 303265045", "303265045"),
        ("RM 303 265 045", "303265045"),
        ("Amtsgericht Hamburg HRB 12345", "HRB 12345"),
        ("HRB: 12345 AG Köln", "HRB 12345"),
        ("HRB 12345 B, Amtsgericht Charlottenburg", "HRB 12345 B"),
        ("Partnerschaftsregister PR 1234 AG Essen", "PR 1234"),
        ("Firmenbuch-Nr.: FN 123456 a", "FN 123456a"),
        ("FN 123456a, Handelsgericht Wien", "123456a"),
        ("Handelsregister CHE-107.787.577", "CHE107787577"),
        ("K.v.K. Utrecht 81666060", "81666060"),
        ("C.o.C. Rotterdam 24118807", "24118807"),
        ("Handelsregister Utrecht nr. 81666060", "81666060"),
        ("Company Registration No. 07442219", "07442219"),
        ("Registered in England and Wales 08812447", "08812447"),
        ("Registered in England No: 8812447", "8812447"),
        ("registered in England & Wales (No. 07442219)", "07442219"),
        ("Registered in England & Wales under company number 07442219", "07442219"),
        ("Registered Number: 07442219 England", "07442219"),
        ("Registered in Scotland SC123456", "SC123456"),
        ("Registered in Dublin, Ireland No. 543210", "543210"),
        ("KBO 0456.789.133", "0456789133"),
        ("Ondernemingsnummer: BE 0456.789.133", "0456789133"),
        ("TVA BE 0456.789.133 RPM Liège", "0456789133"),
        ("R.C.S. Luxembourg B 88.412", "B88412"),
        ("R.C.S.L. B 88412", "B88412"),
        ("REA di Milano n. 1234567", "1234567"),
        ("Reg. Imprese MI 04567890126", "04567890126"),
        ("R.E.A. TO 1234567", "TO1234567"),
        ("HRB 118 342", "HRB 118342"),
        ("Reg. code 14481207", "14481207"),
        ("Org.no 556290-9282", "5562909282"),
        ("Org. nr: 987 654 321", "987654321"),
        ("KRS 0000318842", "0000318842"),
        ("CVR-nr. 12345678", "12345678"),
        ("CRO 618 842", "618842"),
    ],
)
def test_a_company_number_is_read(line: str, number: str) -> None:
    value = read([(60, 60, "Muster"), (60, 800, line)])[NAME]
    assert re.sub(r"\W", "", str(value.value)).endswith(re.sub(r"\W", "", number))
    assert value.words


@pytest.mark.parametrize(
    "line",
    [
        "Registered in England. Registered office: 12345 Long Lane",
        "Registered in England. Tel 08812447",
        "Registered in England. VAT 842286618",
        "Handelsregister: Amtsgericht Köln, 50667 Köln",
        "Registro Mercantil de Madrid, Tomo 12345, Folio 67",
        "12 303 265 04 RCS Lyon",
    ],
)
def test_what_follows_a_register_may_be_another_number(line: str) -> None:
    assert given(read([(60, 60, "Muster"), (60, 800, line)]), NAME) is None


def test_a_number_without_check_digits_is_a_suggestion() -> None:
    values = read([(60, 60, "Muster"), (60, 800, "Registered in England and Wales 08812447")])
    assert values[NAME].confidence < SURE


def test_a_spanish_number_may_be_a_persons() -> None:
    values = read([(60, 60, "Ana Gil Vega"), (60, 74, "DNI 01234560-N")])
    assert given(values, "seller_vat_identifier") == "ES01234560N"
