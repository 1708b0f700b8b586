"""What may be the number of a paper: the words of one, and what is something else."""

import re
from dataclasses import dataclass
from functools import cache

from stdnum.iso7064 import mod_97_10

from ingestd.extraction.labels import folded, phrases
from ingestd.extraction.references._outline import Line
from ingestd.model import Word

LONGEST = 35
_SKIPPED = 4
"""How many words without meaning may stand between a label and its value."""
NUMBER_WORDS = frozenset(
    {"no", "nr", "n", "num", "numero", "number", "nummer", "ndeg", "nro", "id"}
)
_QUIET = frozenset("is ist est es e lautet la le is".split())
_OF = frozenset(
    "vom von der of du dated del van from d le den on dd the de di fecha data datum date en".split()
)
_EDGE = " \t:;,.|*=\u2022\u00b7\"'’‘“”«»„<>[]{}_\u00a0"
_LEAD = _EDGE + "#-\u2013\u2014)/"
_TAIL = _EDGE + "-\u2013\u2014(/"
_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | {"\u00ad": None}
)
_AMOUNT = re.compile(
    r"[-+]?(?:[€$£]|EUR|CHF|GBP|USD)?[-+]?\d{1,3}(?:[.,'’ ]?\d{3})*(?:,\d{1,2}|\.\d{2})"
    r"(?:[€$£%]|EUR|CHF)?-?$"
)
_OTHER = re.compile(
    r"[@%€$£]|www\.|https?:|^\+\d|^\(0\d*\)|^\d{1,2}:\d{2}(?::\d{2})?$|^0\d(?:[ .]\d\d){4}$",
    re.IGNORECASE,
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")
_LETTERS = re.compile(r"(?:[A-Z]{1,6}[-/.]?|[A-Z]/[A-Z])$")
_PART = re.compile(r"[A-Z0-9][A-Z0-9/.\-]*$")
_DIGITS = re.compile(r"\d{1,8}$")
_GROUP = re.compile(r"(?=[A-Z]*\d)[A-Z0-9]{1,6}$")
_LEAST_GROUPS = 3
"""So many groups of figures to the end of a cell are one number: `74 5521 3098 0012`; two may be two."""
_GROUPED, _BROKEN_OFF = 0.985, 0.9


@dataclass(frozen=True, slots=True)
class Token:
    """A number as printed, the words it consists of, the word after it, and how surely it ends there:
    less than 1 where its parts are only joined by a space."""

    text: str
    words: tuple[Word, ...]
    end: int
    certainty: float = 1.0


def token_at(line: Line, place: int, rest: str = "") -> Token | None:
    """Return the number that begins at word `place` of a line, None where something else does. `rest` is
    what the word before it (a label) goes on to say: the number may begin there."""
    before = _clean(rest)
    if folded(before) and folded(before) not in NUMBER_WORDS:
        return _joined(line, before, place - 1, place)
    place = _skipped(line, place)
    if place >= len(line.words):
        return None
    return _joined(line, _clean(line.words[place].text), place, place + 1)


def is_of_number(word: Word) -> bool:
    """Tell whether a word may stand between a number and its date: figures, `no`, `of`."""
    text = folded(word.text)
    return not text.isalpha() or text in NUMBER_WORDS or text in _OF


def _skipped(line: Line, place: int) -> int:
    """Return the place of the first word that says something: not a colon, `no`, or a remark in
    brackets."""
    last = min(len(line.words), place + _SKIPPED)
    while place < last:
        text = line.words[place].text
        if text.startswith("(") and _closing(line, place):
            place = _closing(line, place)
            last = min(len(line.words), place + _SKIPPED)
            continue
        token = folded(_clean(text))
        if token and token not in NUMBER_WORDS and token not in _QUIET:
            break
        place += 1
    return place


def _closing(line: Line, place: int) -> int:
    for end in range(place, min(len(line.words), place + 8)):
        if line.words[end].text.rstrip(":.,").endswith(")"):
            return end + 1
    return 0


def _clean(text: str) -> str:
    text = text.translate(_DASHES).lstrip(_LEAD)
    tail = text.rstrip(_TAIL)
    return tail if tail.count("(") >= tail.count(")") else tail.replace(")", "")


def _joined(line: Line, text: str, first: int, end: int) -> Token | None:
    """Return the number that begins with `text`, word `first`, with the words that go on with it."""
    if _dated(line, first) or not text or len(text) > LONGEST:
        return None
    certainty = 1.0
    if not any(letter.isdigit() for letter in text):
        following = _next(line, end)
        if not _LETTERS.match(text) or not following or folded(text) in single_labels():
            return None
        if not following[0].isdigit() and not _PART.match(following):
            return None
        if not any(letter.isdigit() for letter in following) or is_other(following):
            return None
        text, end, certainty = f"{text} {following}", end + 1, 0.99
    if grouped := _grouped(line, text, end):
        text, end = grouped
        certainty *= _GROUPED
    while len(text) < LONGEST and (more := _more(line, text, end)):
        glue, part, used, worth = more
        text, end, certainty = f"{text}{glue}{part}", end + used, certainty * worth
    if is_other(text) or len(text) > LONGEST:
        return None
    if _GROUP.match(_next(line, end)) and not is_other(_next(line, end)):
        certainty *= _BROKEN_OFF
    return Token(text, line.words[first:end], end, certainty)


def _grouped(line: Line, text: str, end: int) -> tuple[str, int] | None:
    """Return a number that is printed in groups, and the word after it: groups with figures go on with it
    to the end of its cell, or to its date."""
    groups = [text]
    place = end
    while _GROUP.match(part := _next(line, place)):
        groups.append(part)
        place += 1
    if len(groups) < _LEAST_GROUPS or not (_GROUP.match(text) or text.isdigit()):
        return None
    if _next(line, place) and not _closes(line, place):
        return None
    whole = " ".join(groups)
    return (whole, place) if len(whole) <= LONGEST else None


def _next(line: Line, place: int) -> str:
    """Return the word at `place` if it goes on in the same cell and is no date, else nothing."""
    if place >= len(line.words) or place == 0 or line.cells[place] != line.cells[place - 1]:
        return ""
    return (
        "" if _dated(line, place) else line.words[place].text.translate(_DASHES).rstrip(_EDGE + "(")
    )


def _more(line: Line, text: str, end: int) -> tuple[str, str, int, float] | None:
    """Return what goes on with a number behind a space: glue, text, words, certainty. `2026 / 17` and
    `RE- 17` do; of plain figures only the last ones of a cell."""
    following = _next(line, end)
    if following in ("/", "-", "_"):
        part = _next(line, end + 1)
        is_last = _ends(line, end + 2) or (
            _DIGITS.match(_next(line, end + 2)) and _ends(line, end + 3)
        )
        if _PART.match(part) and any(one.isdigit() for one in part) and is_last:
            return f" {following} ", part, 2, 0.9
        return None
    if not following or not _PART.match(following) or is_other(following):
        return None
    raw = line.words[end - 1].text.translate(_DASHES)
    if raw.endswith(("/", "-")) and following[0].isdigit():
        return f"{raw[-1]} ", following, 1, 0.9
    is_group = _DIGITS.match(following) or _GROUP.match(following)
    if is_group and _closes(line, end + 1) and not text.isalpha():
        return " ", following, 1, 0.85
    return None


def _closes(line: Line, place: int) -> bool:
    """Tell whether a number may end before the word at `place`: its cell ends there, or its date
    follows."""
    if _ends(line, place) or _dated(line, place):
        return True
    is_of = folded(line.words[place].text) in _OF
    return is_of and place + 1 < len(line.words) and _dated(line, place + 1)


def _ends(line: Line, place: int) -> bool:
    """Tell whether the word at `place` is none or begins another cell."""
    return place >= len(line.words) or line.cells[place] != line.cells[place - 1]


def _dated(line: Line, place: int) -> bool:
    start = line.starts[place]
    return any(one.start <= start < one.end and not one.is_bare for one in line.dates)


def is_other(text: str) -> bool:
    """Tell whether this is an amount, an IBAN, a telephone number, an address of the web or a time."""
    if _OTHER.search(text) or is_amount(text):
        return True
    compact = text.replace(" ", "")
    return bool(_IBAN.match(compact)) and mod_97_10.is_valid(compact[4:] + compact[:4])


def is_amount(text: str) -> bool:
    """Tell whether this is an amount with its cents."""
    return _AMOUNT.match(text) is not None


@cache
def single_labels() -> frozenset[str]:
    """Return the labels of one word: such a word before figures names them and is no part of them."""
    return frozenset(
        first
        for first, ones in phrases().items()
        if any(len(words) == 1 and key != "your-order" for words, key, _ in ones)
    )
