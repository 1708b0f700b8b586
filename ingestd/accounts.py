"""Account numbers (IBAN): one spelling and check digits, by schwifty.

Apart from the other identifiers, because the door derives addresses from those and never sees an
account: schwifty's tables would be a megabyte of each door for nothing.
"""

import schwifty
from schwifty import registry
from schwifty.exceptions import SchwiftyException

from ingestd.identifiers import InvalidIdentifier


def warm() -> None:
    """Load the table of countries, which schwifty otherwise loads with the first account."""
    normalise_iban("FR1420041010050500013M02606")


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
