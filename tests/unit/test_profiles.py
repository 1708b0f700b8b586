"""BT-24 says the profile and the format, in all the ways that suppliers write it."""

import pytest

from ingestd.en16931.profiles import format_of, names_specification, profile_of
from ingestd.model import Format, Profile

EN = "urn:cen.eu:en16931:2017"


@pytest.mark.parametrize(
    ("specification", "profile"),
    [
        ("urn:factur-x.eu:1p0:minimum", Profile.MINIMUM),
        ("urn:zugferd.de:2p0:minimum", Profile.MINIMUM),
        ("urn:factur-x.eu:1p0:basicwl", Profile.BASIC_WL),
        (f"{EN}#compliant#urn:factur-x.eu:1p0:basic", Profile.BASIC),
        (f"{EN}:compliant:factur-x.eu:1p0:basic", Profile.BASIC),
        ("urn:cen.eu:EN16931:2017#compliant#urn:zugferd.de:2p0:basic", Profile.BASIC),
        (EN, Profile.EN16931),
        (f"{EN}:compliant:factur-x.eu:1p0:en16931", Profile.EN16931),
        (f"{EN}#compliant#urn:fdc:nen.nl:nlcius:v1.0", Profile.EN16931),
        (f"{EN}#conformant#urn:factur-x.eu:1p0:extended", Profile.EXTENDED),
        (f"{EN}#conformant#urn:zugferd.de:2p1:extended", Profile.EXTENDED),
        (f"{EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr", Profile.EXTENDED_CTC_FR),
        (f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", Profile.XRECHNUNG),
        (f"{EN}#compliant#urn:xoev-de:kosit:standard:xrechnung_1.2", Profile.XRECHNUNG),
        (f"{EN}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", Profile.PEPPOL_BIS_3),
        (f"{EN}#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0", Profile.PEPPOL_BIS_3),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:basic", Profile.BASIC),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:comfort", None),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:extended", Profile.EXTENDED),
        ("urn:factur-x.eu:2p0:ultimate", None),
        ("urn:example.org:basic", None),
        ("", None),
        (None, None),
    ],
)
def test_profile(specification: str | None, profile: Profile | None) -> None:
    assert profile_of(specification) is profile


@pytest.mark.parametrize(
    ("specification", "syntax", "format_"),
    [
        (EN, Format.CII, Format.CII),
        (EN, Format.UBL, Format.UBL),
        ("urn:factur-x.eu:1p0:minimum", Format.CII, Format.FACTUR_X),
        (f"{EN}#compliant#urn:zugferd.de:2p0:basic", Format.CII, Format.FACTUR_X),
        (f"{EN}#conformant#urn:factur-x.eu:1p0:extended", Format.UBL, Format.UBL),
        (f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", Format.UBL, Format.XRECHNUNG),
        (f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", Format.CII, Format.XRECHNUNG),
        (f"{EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr", Format.CII, Format.CII),
        (None, Format.UBL, Format.UBL),
    ],
)
def test_format(specification: str | None, syntax: Format, format_: Format) -> None:
    assert format_of(specification, syntax) is format_


def test_a_version_number_names_no_specification() -> None:
    assert names_specification(EN)
    assert not names_specification("2.0")
    assert not names_specification(" ")
    assert not names_specification(None)
