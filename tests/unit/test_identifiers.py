"""VAT and company numbers: one spelling each, check digits, one derived from the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.identifiers import (
    InvalidIdentifier,
    company_number_of,
    normalise_company_number,
    normalise_vat,
    vat_country,
)

GOOD_VAT = [
    ("FR40303265045", "FR40303265045"),
    (" fr 40 303.265-045 ", "FR40303265045"),
    ("FRK7399859412", "FRK7399859412"),
    ("BE0202239951", "BE0202239951"),
    ("BE202239951", "BE0202239951"),
    ("BE 0202.239.951", "BE0202239951"),
    ("BE1000000021", "BE1000000021"),
    ("EL094259216", "EL094259216"),
    ("GR094259216", "EL094259216"),
    ("IE8Z49289F", "IE8Z49289F"),
    ("IE6433435OA", "IE6433435OA"),
    ("IE1+12345U", "IE1+12345U"),
    ("CHE-107.787.577 IVA", "CHE107787577MWST"),
    ("CHE107787577TVA", "CHE107787577MWST"),
    ("CHE-107.787.577", "CHE107787577MWST"),
    ("NO923609016MVA", "NO923609016MVA"),
    ("NO 923 609 016", "NO923609016MVA"),
    ("GB980780684", "GB980780684"),
    ("XI980780684", "XI980780684"),
    ("DE136695976", "DE136695976"),
    ("NL004495445B01", "NL004495445B01"),
    ("ATU13585627", "ATU13585627"),
    ("SE123456789701", "SE123456789701"),
    ("PL8567346215", "PL8567346215"),
    ("IT00743110157", "IT00743110157"),
    ("PT501964843", "PT501964843"),
    ("RO18547290", "RO18547290"),
    ("LU15027442", "LU15027442"),
]


@pytest.mark.parametrize(("given", "spelling"), GOOD_VAT)
def test_a_vat_number_has_one_spelling(given: str, spelling: str) -> None:
    assert normalise_vat(given) == spelling
    assert normalise_vat(spelling) == spelling


BAD_VAT = [
    "", "FR", "303265045", "FR40303265046", "FR41303265045", "BE0202239952", "XX123456789", "EU826010755",
    "FR403032650455", "FR4030326504", "US123456789", "IE1+12345A", "GB980780685",
    "FR\u0664\u0660303265045", "FR40303265045\x00", "فر", "CHE107787578", "NO923609017", "GR094259217",
]  # fmt: skip


@pytest.mark.parametrize("given", BAD_VAT, ids=ascii)
def test_a_wrong_vat_number_is_refused(given: str) -> None:
    with pytest.raises(InvalidIdentifier):
        normalise_vat(given)


@pytest.mark.parametrize("vat", [spelling for _, spelling in GOOD_VAT if "Z" not in spelling])
def test_one_mistyped_digit_is_never_another_company(vat: str) -> None:
    if vat.startswith("IE"):
        return  # checked modulo 23 with a letter: see BAD_VAT
    place = next(index for index in range(len(vat) - 1, 0, -1) if vat[index].isdigit())
    if vat.startswith(("CHE", "NO")):
        place = 6
    if vat.startswith("SE"):
        place = 6  # the last two digits are a serial number, always 01 and not checked
    if vat.startswith("NL"):
        place = 6
    others = [
        vat[:place] + digit + vat[place + 1 :] for digit in "0123456789" if digit != vat[place]
    ]
    for other in others:
        with pytest.raises(InvalidIdentifier):
            normalise_vat(other)


@pytest.mark.parametrize(
    ("country", "given", "spelling"),
    [
        ("FR", "303265045", "303265045"),
        ("FR", "303 265 045", "303265045"),
        ("FR", "356 000 000 49837", "356000000"),
        ("BE", "202239951", "0202239951"),
        ("BE", "0202.239.951", "0202239951"),
        ("CH", "107787577", "CHE107787577"),
        ("CH", "CHE-107.787.577", "CHE107787577"),
        ("DE", "HRB 12345", "HRB12345"),
        ("NL", "12345678", "12345678"),
        ("GR", "094259216", "094259216"),
    ],
)
def test_a_company_number_has_one_spelling(country: str, given: str, spelling: str) -> None:
    assert normalise_company_number(country, given) == spelling


def test_a_siret_gives_its_siren() -> None:
    assert normalise_company_number("FR", "73282932000074") == "732829320"


@pytest.mark.parametrize(
    ("country", "given"),
    [
        ("FR", ""),
        ("FR", "303265046"),
        ("FR", "73282932000075"),
        ("FR", "3032650450"),
        ("BE", "0202239952"),
        ("DE", "HRB/\u00e9"),
        ("DE", "x" * 21),
        ("FI", "20774741"),
    ],
)
def test_a_wrong_company_number_is_refused(country: str, given: str) -> None:
    with pytest.raises(InvalidIdentifier):
        normalise_company_number(country, given)


@pytest.mark.parametrize(
    ("vat", "number"),
    [
        ("FR40303265045", "303265045"),
        ("BE0202239951", "0202239951"),
        ("DK13585628", "13585628"),
        ("FI20774740", "20774740"),
        ("SE123456789701", "1234567897"),
        ("NO923609016MVA", "923609016"),
        ("CHE107787577MWST", "CHE107787577"),
        ("DE136695976", None),
        ("IE8Z49289F", None),
    ],
)
def test_the_company_number_that_a_vat_number_contains(vat: str, number: str | None) -> None:
    assert company_number_of(vat) == number


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("fr40", "FR"),
        ("GR1", "EL"),
        ("EL1", "EL"),
        ("XI", "XI"),
        ("GB", "GB"),
        ("US", ""),
        ("", ""),
        ("4", ""),
    ],
)
def test_the_country_of_a_vat_number(text: str, country: str) -> None:
    assert vat_country(text) == country


@given(st.text(max_size=30), st.sampled_from(["FR", "BE", "CH", "GB", "IE", "XI", "GR", "DE"]))
def test_any_text_is_a_number_or_refused(text: str, country: str) -> None:
    for normalise in (normalise_vat, lambda one: normalise_company_number(country, one)):
        for given_text in (text, country + text):
            try:
                normalised = normalise(given_text)
            except InvalidIdentifier:
                continue
            assert normalised.isascii()
            assert normalise(normalised) == normalised
