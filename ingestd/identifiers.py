"""VAT and company numbers: one spelling, check digits, and one derived from the other.

Everything about a single number is python-stdnum's; here is only which of its modules serves which
country. Numbers are public identifiers, not secrets.
"""

import re
from contextlib import suppress

from stdnum import exceptions, get_cc_module
from stdnum.eu import vat as eu_vat

OUTSIDE_EU = {"GB": ("gb", "vat"), "CH": ("ch", "vat"), "NO": ("no", "mva")}
"""Countries whose VAT numbers `stdnum.eu.vat` does not know, and the module that does."""

_SWISS_ENDING = re.compile("(MWST|TVA|IVA|TPV)?$")
"""One Swiss number has an ending in each language of the country; ours is the German one."""

_COMPANY_NUMBER = {
    "BE": ("be", "vat"),
    "CH": ("ch", "uid"),
    "DK": ("dk", "cvr"),
    "EE": ("ee", "registrikood"),
    "FI": ("fi", "ytunnus"),
    "FR": ("fr", "siren"),
    "NO": ("no", "orgnr"),
    "SE": ("se", "orgnr"),
}
_VAT_CONTAINS_COMPANY_NUMBER = {
    "BE": slice(2, None),
    "CH": slice(0, 12),
    "DK": slice(2, None),
    "FI": slice(2, None),
    "FR": slice(4, None),
    "NO": slice(2, 11),
    "SE": slice(2, 12),
}
_VAT_COUNTRIES = frozenset(code.upper() for code in eu_vat.MEMBER_STATES) | {"EL", "XI"}


class InvalidIdentifier(ValueError):  # noqa: N818 - the field's word for it
    """The number has the wrong form or its check digits do not fit."""


def warm() -> None:
    """Load what is otherwise loaded with the first number of each country: its modules. Where nothing
    can be opened any more (the sandbox) every number would be wrong."""
    for module in (*OUTSIDE_EU.values(), *_COMPANY_NUMBER.values(), ("fr", "siret")):
        get_cc_module(*module)
    for country in _VAT_COUNTRIES:
        with suppress(exceptions.ValidationError):
            eu_vat.validate(country + "0")


def vat_country(text: str) -> str:
    """Return the country prefix of something shaped like a VAT number, or "" for none we know.

    `EL` is Greece (as in its VAT numbers), `XI` Northern Ireland.
    """
    prefix = text[:2].upper()
    if prefix == "GR":
        return "EL"
    return prefix if prefix in _VAT_COUNTRIES or prefix in OUTSIDE_EU else ""


def _validate(module: tuple[str, str], number: str, shown: str) -> str:
    checker = eu_vat if module == ("eu", "vat") else get_cc_module(*module)
    if checker is None:
        raise InvalidIdentifier(f"{shown}: numbers of {module[0]} cannot be checked")
    try:
        return str(checker.validate(number))
    except exceptions.ValidationError as error:
        raise InvalidIdentifier(f"{shown}: {error}") from error


def _fold(country: str, number: str) -> str:
    """Return the one of several customary spellings that is ours."""
    if country == "BE" and re.fullmatch(r"BE\d{9}", number):
        return "BE0" + number[2:]
    if country == "NO" and re.fullmatch(r"NO\d{9}", number):
        return number + "MVA"
    return _SWISS_ENDING.sub("MWST", number, count=1) if country == "CH" else number


def normalise_vat(text: str) -> str:
    """Return a VAT number (BT-31, BT-48) in its one spelling, with country prefix: `FR40303265045`.

    Spaces, dots and dashes are ignored; a 9-digit Belgian number gets its zero, a Greek one `EL`, a
    Norwegian one `MVA`, a Swiss one `MWST`. Raises InvalidIdentifier for an unknown country, a wrong
    form or wrong check digits.
    """
    squeezed = re.sub(r"[\s.\-_/]", "", text).upper()
    country = vat_country(squeezed)
    if not country:
        raise InvalidIdentifier(f"{text}: does not begin with a country that has VAT numbers")
    squeezed = _fold(country, country + squeezed[2:])
    if country in OUTSIDE_EU:
        bare = squeezed if country == "CH" else squeezed[2:]
        number = _validate(OUTSIDE_EU[country], bare, text)
        return number if number.startswith(country) else country + number
    if country == "XI":
        return "XI" + _validate(("gb", "vat"), squeezed[2:], text)
    return _validate(("eu", "vat"), squeezed, text)


def squeezed(text: str) -> str:
    """Return the letters and digits of a number in capitals: all that two spellings of it share."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def spelled_vat(text: str) -> str:
    """Return a VAT number in its one spelling, for comparing; what is none, squeezed."""
    try:
        return normalise_vat(text)
    except InvalidIdentifier:
        return squeezed(text)


def normalise_company_number(country: str, text: str) -> str:
    """Return a company number (BT-30, BT-47) in its one spelling, without country.

    A SIRET gives its SIREN, a 9-digit Belgian number gets its zero. Raises InvalidIdentifier where
    the country's check digits are known and do not fit; other countries' numbers are only squeezed.
    """
    squeezed = re.sub(r"[\s.\-_/]", "", text).upper()
    if not re.fullmatch(r"[A-Z0-9]{2,20}", squeezed):
        raise InvalidIdentifier(f"{text}: not a company number")
    if country == "FR" and len(squeezed) == 14:
        squeezed = _validate(("fr", "siret"), squeezed, text)[:9]
    if country == "BE" and re.fullmatch(r"\d{9}", squeezed):
        squeezed = "0" + squeezed
    if country not in _COMPANY_NUMBER:
        return squeezed
    return _validate(_COMPANY_NUMBER[country], squeezed, text)


def company_number_of(vat: str) -> str | None:
    """Return the company number that a normalised VAT number contains (FR: the SIREN, BE: the
    enterprise number), or None where it contains none."""
    part = _VAT_CONTAINS_COMPANY_NUMBER.get(vat[:2])
    if part is None:
        return None
    try:
        return normalise_company_number(vat[:2], vat[part])
    except InvalidIdentifier:
        return None
