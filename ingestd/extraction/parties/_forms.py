"""How VAT numbers are written in each country, and how they come off a page: spaced, dotted, split over
words, with letters that text recognition took for digits."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from ingestd.identifiers import InvalidIdentifier, normalise_vat

FORMS: dict[str, tuple[str, ...]] = {
    "AT": ("U" + "d" * 8,),
    "BE": ("d" * 10, "d" * 9),
    "BG": ("d" * 10, "d" * 9),
    "CH": ("E" + "d" * 9,),
    "CY": ("d" * 8 + "a",),
    "CZ": ("d" * 10, "d" * 9, "d" * 8),
    "DE": ("d" * 9,),
    "DK": ("d" * 8,),
    "EE": ("d" * 9,),
    "EL": ("d" * 9,),
    "ES": ("xdddddddx", "xdddddddd"),
    "FI": ("d" * 8,),
    "FR": ("xx" + "d" * 9, "d" * 11),
    "GB": ("d" * 12, "d" * 9, "GDddd", "HAddd"),
    "GR": ("d" * 9,),
    "HR": ("d" * 11,),
    "HU": ("d" * 8,),
    "IE": ("dxdddddaa", "dxddddda"),
    "IT": ("d" * 11,),
    "LT": ("d" * 12, "d" * 9),
    "LU": ("d" * 8,),
    "LV": ("d" * 11,),
    "MT": ("d" * 8,),
    "NL": ("d" * 9 + "Bdd",),
    "NO": ("d" * 9 + "MVA",),
    "PL": ("d" * 10,),
    "PT": ("d" * 9,),
    "RO": tuple("d" * length for length in range(10, 5, -1)),
    "SE": ("d" * 12,),
    "SI": ("d" * 8,),
    "SK": ("d" * 10,),
    "XI": ("d" * 12, "d" * 9),
}
"""By prefix what follows it, longest first: d a digit, a a letter, x either, others themselves."""
COUNTRIES = {
    "de": ("DE", "AT", "CH", "LU"),
    "fr": ("FR", "BE", "LU", "CH"),
    "nl": ("NL", "BE"),
    "es": ("ES",),
    "it": ("IT", "CH"),
    "en": ("GB", "IE", "BE", "NL"),
}
"""Where a number without prefix may be at home, by the language of its label."""
_LIKE_DIGITS = str.maketrans("OQDIL|SBZG", "0001115826")
_PREFIX = re.compile(rf"(?:{'|'.join(FORMS)})(?=[\s.:\-]{{0,3}}[A-Z\d|])")
_CUT = re.compile(rf"(?:^|[\s:])(?:{'|'.join(FORMS)})(?: ?[A-Z\d]{{0,4}}\d){{0,4}}$")
_LONGEST = 24
_SEPARATORS = " .-/\u00a0\u202f\u2011\u2013"
_SWISS_ENDING = re.compile(r"\W{0,2}(?:(MWST|TVA|IVA|TPV)|VAT)\b")
_SWISS = len("CHE107787577")


@dataclass(frozen=True, slots=True)
class Written:
    """A VAT number as it stands in a text: from `start` to `end`; `value` has its prefix; `is_valid`
    tells that its check digits fit, `is_repaired` that letters were read as digits for that. `ending` is
    that of a Swiss number as it is printed, where `value` has the German one."""

    value: str
    start: int
    end: int
    is_valid: bool
    is_repaired: bool
    ending: str = ""

    @property
    def shown(self) -> str:
        """The number with the ending that the page gives it, if any."""
        return self.value[:_SWISS] + self.ending if self.value.startswith("CHE") else self.value


def written_in(text: str) -> Iterator[Written]:
    """Yield the VAT numbers with prefix of a text, valid or not, that do not overlap."""
    upper = text.upper() if len(text.upper()) == len(text) else text
    place = 0
    for found in _PREFIX.finditer(upper):
        if found.start() < place or not _begins(text, upper, found.start()):
            continue
        one = read_at(upper, found.start(), found[0], found.end())
        if one:
            place = one.end
            yield one


def is_cut(text: str) -> bool:
    """Tell whether a text ends within a VAT number: `GB 873 8886`."""
    may_be = text[-1:].isdigit() or text[-2:] in FORMS
    return may_be and _CUT.search(text[-_LONGEST:]) is not None


def _begins(text: str, upper: str, place: int) -> bool:
    """Tell whether a number may begin here: at a word, in capitals, or behind the label it sticks to."""
    if text[place : place + 2] != upper[place : place + 2]:
        return place == 0 or not upper[place - 1].isalnum()
    return place == 0 or not upper[place - 1].isalnum() or text[place - 1].islower()


def read_at(upper: str, start: int, prefix: str, place: int) -> Written | None:
    """Return the number that begins at `start` with this prefix, its digits from `place` on; a valid
    one before others, of those the one as long as the country has them; None if none has the form."""
    doubtful: Written | None = None
    for form in FORMS[prefix]:
        for repair in (False, True):
            found = _follow(upper, place, form, repair)
            if not found:
                continue
            body, end = found
            one = _judged(prefix, body, start, end, upper, repair)
            if one.is_valid:
                return one
            doubtful = doubtful or (None if repair else one)
            break
    return doubtful


def _judged(prefix: str, body: str, start: int, end: int, upper: str, repair: bool) -> Written:
    ending = _SWISS_ENDING.match(upper, end) if prefix == "CH" else None
    end = ending.end() if ending else end
    try:
        value = normalise_vat(prefix + body)
        return Written(value, start, end, True, repair, (ending and ending[1]) or "")
    except InvalidIdentifier:
        return Written(prefix + body, start, end, False, repair)


def _follow(upper: str, place: int, form: str, repair: bool) -> tuple[str, int] | None:
    """Return the characters of a form and where they end, or None where the text has something else."""
    taken: list[str] = []
    skipped = 0
    while place < len(upper) and len(taken) < len(form):
        letter = upper[place]
        place += 1
        if letter in _SEPARATORS or (not taken and letter == ":"):
            skipped += 1
            if skipped > 3:
                return None
            continue
        skipped = 0
        fitting = _fit(letter, form[len(taken)], repair)
        if not fitting:
            return None
        taken.append(fitting)
    if len(taken) < len(form) or (place < len(upper) and upper[place].isalnum()):
        return None
    return "".join(taken), place


def _fit(letter: str, wanted: str, repair: bool) -> str:
    if wanted == "d":
        letter = letter.translate(_LIKE_DIGITS) if repair else letter
        return letter if "0" <= letter <= "9" else ""
    if wanted == "x":
        return letter if (letter.isascii() and letter.isalnum()) or letter in "+*" else ""
    if wanted == "a":
        return letter if "A" <= letter <= "Z" else ""
    if repair and wanted in "UB" and letter in "0V8":
        return wanted
    return letter if letter == wanted else ""


def unprefixed(
    text: str, languages: frozenset[str], countries: frozenset[str], repair: bool = False
) -> str | None:
    """Return the VAT number that a text without prefix is, when its check digits fit in exactly one of
    the countries of a label's languages, or in one of `countries`, which the page speaks of; with
    `repair`, letters are read as the digits they look like."""
    body = re.sub(r"[\s.\-/]", "", text).upper()
    possible = _possible(body, languages, repair) or _possible(body, frozenset(COUNTRIES), repair)
    here = [value for value in possible if value[:2] in countries]
    chosen = here if len(here) == 1 else possible
    return chosen[0] if len(chosen) == 1 else None


def is_at_home(value: str, languages: frozenset[str]) -> bool:
    """Tell whether a number is of a country that a label's language is spoken in."""
    return any(value[:2] in COUNTRIES[language] for language in languages)


def _possible(body: str, languages: frozenset[str], repair: bool) -> list[str]:
    countries = dict.fromkeys(one for language in sorted(languages) for one in COUNTRIES[language])
    return [value for country in countries if (value := _valid(country, body, repair))]


def _valid(country: str, body: str, repair: bool) -> str | None:
    for form in FORMS[country]:
        found = _follow(body, 0, form, repair)
        if found and found[1] == len(body):
            with suppress(InvalidIdentifier):
                return normalise_vat(country + found[0])
    return None
