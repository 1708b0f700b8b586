"""Accounts and banks' codes in which text recognition took figures for letters, or letters for figures:
the one repair that the check digits, or the bank, allow."""

from collections.abc import Collection, Iterator
from itertools import combinations

from ingestd.accounts import account_form, is_proved_at_home, normalise_iban
from ingestd.identifiers import InvalidIdentifier

_DIGITS = dict(zip("OQDILZSGB", "000112568", strict=True))
_LETTERS = dict(zip("012568", "OIZSGB", strict=True))
_MOST = 5
"""So many letters that may be figures are tried each way, more only all together."""


def repaired(squeezed: str) -> str | None:
    """Return the account that was printed, where exactly one repair fits its check digits: also those of
    its country's banks, if any repair fits these. None where none fits, or several do."""
    read = _fitted(squeezed)
    if read is None:
        return None
    for attempt in (_figures(*read), _letters(*read)):
        valid = {one for text in attempt if (one := _valid(text))}
        proved = {one for one in valid if is_proved_at_home(one)}
        if valid:
            chosen = proved or valid
            return chosen.pop() if len(chosen) == 1 else None
    return None


def repaired_code(squeezed: str, banks: Collection[str]) -> str:
    """Return a bank's code (BIC) with the first eight characters of the one among `banks` that they look
    like; as it is where none or several do."""
    like = [one for one in banks if _looks(one) == _looks(squeezed[:8])]
    return like[0] + squeezed[8:] if len(like) == 1 else squeezed


def _looks(text: str) -> str:
    """Return a text with one character for all that recognition confuses."""
    return "".join(_DIGITS.get(one, one) for one in text)


def _fitted(squeezed: str) -> tuple[str, str] | None:
    """Return the text with a figure where only figures stand and a letter where only letters do, and the
    form; None for another length."""
    form = "aann" + account_form(squeezed[:2])
    if len(form) != len(squeezed):
        return None
    tables = {"n": _DIGITS, "a": _LETTERS, "c": {}}
    pairs = zip(squeezed, form, strict=True)
    return "".join(tables[kind].get(one, one) for one, kind in pairs), form


def _figures(text: str, form: str) -> Iterator[str]:
    """Yield the text with letters read as the figures they look like, where either may stand."""
    either = [place for place, one in enumerate(text) if form[place] == "c" and one in _DIGITS]
    if len(either) > _MOST:
        subsets = [(), tuple(either)]
    else:
        subsets = [some for size in range(len(either) + 1) for some in combinations(either, size)]
    for some in subsets:
        yield "".join(_DIGITS[one] if place in some else one for place, one in enumerate(text))


def _letters(text: str, form: str) -> Iterator[str]:
    """Yield the text with one figure read as the letter it looks like, where either may stand."""
    for place, one in enumerate(text):
        if form[place] == "c" and one in _LETTERS:
            yield text[:place] + _LETTERS[one] + text[place + 1 :]


def _valid(text: str) -> str | None:
    try:
        return normalise_iban(text)
    except InvalidIdentifier:
        return None
