"""Account numbers (IBAN): one spelling, check digits and the bank that they name, by schwifty.

Apart from the other identifiers, because the door derives addresses from those and never sees an
account: schwifty's tables would be a megabyte of each door for nothing.
"""

import re

import schwifty
from schwifty import registry
from schwifty.exceptions import SchwiftyException

from ingestd.identifiers import InvalidIdentifier

_BANKS = ("AT", "BE", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "LI", "LU", "NL", "PT")
"""Countries whose banks are looked up: the tables of all of them would be five times as large."""
_HOME_DIGITS = frozenset({"BE", "ES", "FR", "IT", "PT"})
"""Of these, those whose banks have check digits of their own in an account: the clé RIB, the CIN."""


def warm() -> None:
    """Load the tables of countries and banks, which schwifty otherwise loads with the first account."""
    normalise_iban("FR1420041010050500013M02606")
    for country in _BANKS:
        registry.get_banks_by_code(country, "")


def normalise_iban(text: str) -> str:
    """Return an IBAN (BT-84, ISO 13616) in its one spelling: `FR1420041010050500013M02606`.

    Raises InvalidIdentifier for an unknown country, a wrong length or form, or wrong check digits.
    """
    try:
        return str(schwifty.IBAN(text))
    except SchwiftyException as error:
        raise InvalidIdentifier(f"{text}: {error}") from error


def iban_length(country: str) -> int | None:
    """Return how many characters the IBANs of a country have (ISO 13616); None for one without."""
    try:
        return registry.get_iban_spec(country).iban_length
    except SchwiftyException:
        return None


def account_form(country: str) -> str:
    """Return what each character of a country's accounts is behind the check digits: `n` a digit, `a` a
    letter, `c` either (ISO 13616); "" for a country without IBANs."""
    try:
        form = registry.get_iban_spec(country).bban_spec
    except SchwiftyException:
        return ""
    return "".join(kind * int(count) for count, kind in re.findall(r"(\d+)!?([nac])", form))


def is_proved_at_home(account: str) -> bool:
    """Tell whether a normalised IBAN also has the right check digits of its own country's banks, which
    know nothing of those of the IBAN; False where a country has none."""
    if account[:2] not in _HOME_DIGITS:
        return False
    try:
        schwifty.IBAN(account, validate_bban=True)
    except SchwiftyException:
        return False
    return True


def banks_of(account: str) -> frozenset[str]:
    """Return the codes (BIC, BT-86) of the bank that a normalised IBAN names; none for an unknown one."""
    bank = schwifty.IBAN(account).bank if account[:2] in _BANKS else None
    if bank is None:
        return frozenset()
    same = registry.get_banks_by_code(bank.country_code, bank.bank_code)
    return frozenset(one.bic for one in same if one.bic)


def bank_name_of(account: str) -> str:
    """Return the name of the bank that a normalised IBAN names; "" for an unknown one."""
    return schwifty.IBAN(account).bank_name or "" if account[:2] in _BANKS else ""
