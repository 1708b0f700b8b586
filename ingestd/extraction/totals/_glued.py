"""Heads of columns that touch each other: `QuantitéPrix unitaire` is two labels in one word."""

import re
from collections.abc import Iterator
from functools import cache

from ingestd.extraction.labels import folded, phrases
from ingestd.extraction.page import Row
from ingestd.model import Word

_SEAM = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-Þ])")
_LONGEST = 40
KEYS = frozenset({"quantity", "unit-price", "item-name", "article-number", "line-number", "unit"})


def parted(row: Row) -> Row:
    """Return a row whose words that are two heads of the table of lines are parted where they meet; the
    place of the seam is reckoned by letters."""
    if not any(_SEAM.search(word.text[:_LONGEST]) for word in row.words):
        return row
    return Row(tuple(part for word in row.words for part in _parts(word)))


def _parts(word: Word) -> Iterator[Word]:
    for seam in _SEAM.finditer(word.text) if len(word.text) <= _LONGEST else ():
        first, second = word.text[: seam.start()], word.text[seam.start() :]
        if folded(first) in _last_words() and folded(second) in _first_words():
            middle = word.left + (word.right - word.left) * len(first) / len(word.text)
            gap = (word.bottom - word.top) / 2
            yield Word(first, word.left, word.top, middle - gap, word.bottom, word.confidence)
            yield Word(second, middle + gap, word.top, word.right, word.bottom, word.confidence)
            return
    yield word


@cache
def _last_words() -> frozenset[str]:
    """Return with which words the labels of columns end."""
    return frozenset(words[-1] for words in _heads())


@cache
def _first_words() -> frozenset[str]:
    """Return with which words the labels of columns begin."""
    return frozenset(words[0] for words in _heads())


@cache
def _heads() -> tuple[tuple[str, ...], ...]:
    found = (one for ones in phrases().values() for one in ones)
    return tuple(words for words, key, _ in found if key in KEYS)
