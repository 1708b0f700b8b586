"""Does a page show this number, amount or account, however it is spelled? What is told by its absence
is only told of values that stand nowhere on the page."""

import re
from contextlib import suppress
from decimal import Decimal
from itertools import islice

from ingestd.accounts import normalise_iban
from ingestd.identifiers import InvalidIdentifier

_BETWEEN = r"[\s./_\-]{0,3}"
"""What may stand between two characters of a number."""
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\s?\d\s?\d(?:[ \u00a0.-]?[A-Z0-9]){11,40}")
_ACCOUNTS = 50
_LETTERS = 200
"""Longer is no number of an invoice."""


def shows_number(text: str, number: str) -> bool:
    """Tell whether a text shows a document's number: the same letters and digits, with no more of their
    kind around them."""
    letters = re.findall(r"[^\W_]", number)[:_LETTERS]
    if not letters:
        return True
    before = r"(?<!\d)" if letters[0].isdigit() else r"(?<![^\W\d_])"
    after = r"(?!\d)" if letters[-1].isdigit() else r"(?![^\W\d_])"
    pattern = before + _BETWEEN.join(map(re.escape, letters)) + after
    return re.search(pattern, text, re.IGNORECASE) is not None


def shows_amount(text: str, amount: Decimal) -> bool:
    """Tell whether a text shows an amount of money, whatever parts its thousands and its cents; whole
    units also without cents."""
    units, _, cents = f"{abs(amount):.2f}".partition(".")
    digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "_", units)
    thousands = r"\s?".join(r"[.,'’`´]?" if one == "_" else one for one in digits)
    decimals = r"\s?[.,·:]\s?" + r"\s?".join(cents) + "0*"
    if cents == "00":
        decimals = rf"(?:{decimals}|\s?[.,]\s?[-–—=]{{1,2}}|(?![.,]?\d))"
    elif cents.endswith("0"):
        decimals = rf"(?:{decimals}|\s?[.,]\s?{cents[0]})"
    return re.search(rf"(?<![\d])(?<!\d[.,]){thousands}{decimals}(?!\d)", text) is not None


def shows_account(text: str, account: str) -> bool:
    """Tell whether a text shows a bank account, however it is spaced."""
    squeezed = re.sub(r"[^A-Z0-9]", "", text.upper())
    return re.sub(r"[^A-Z0-9]", "", account.upper()) in squeezed


def accounts_in(text: str) -> tuple[str, ...]:
    """Return the IBANs of a text whose check digits fit, `_ACCOUNTS` at most: those are no chance."""
    found: dict[str, None] = {}
    for match in islice(_IBAN.finditer(text.upper()), _ACCOUNTS):
        squeezed = re.sub(r"[^A-Z0-9]", "", match[0])
        for length in range(min(34, len(squeezed)), 14, -1):
            with suppress(InvalidIdentifier):
                found.setdefault(normalise_iban(squeezed[:length]))
                break
    return tuple(found)


def squeezed(text: str) -> str:
    """Return the letters and figures of a text in lower case: `FA-26/17` and `fa 26 17` are the same."""
    return re.sub(r"[\W_]", "", text).casefold()


def same_number(one: str, other: str) -> bool:
    """Tell whether two document numbers are one: the same letters and digits, but for a word before it
    (`RE`) or leading zeros."""
    first, second = squeezed(one), squeezed(other)
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    if not shorter or not longer.endswith(shorter):
        return False
    return re.fullmatch(r"[^\W\d_]*0*", longer[: len(longer) - len(shorter)]) is not None
