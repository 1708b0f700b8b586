"""tesseract's table (TSV): a line for each page, block, paragraph, line and word."""

from collections.abc import Iterator
from contextlib import suppress

from ingestd.model import Word

_WORD = "5"
_COLUMNS = 12
MOST_WORDS = 20_000
"""No page has more; what a page of noise looks like is not worth more."""
_LONGEST = 200


def words(table: bytes, points: float) -> tuple[Word, ...]:
    """Return the words of a table; `points` is how many points (1/72 inch) a pixel has."""
    found = []
    for word in _words(table.decode("utf-8", "replace"), points):
        found.append(word)
        if len(found) == MOST_WORDS:
            break
    return tuple(found)


def _words(table: str, points: float) -> Iterator[Word]:
    for line in table.split("\n"):
        columns = line.split("\t", _COLUMNS - 1)
        if len(columns) < _COLUMNS or columns[0] != _WORD:
            continue
        text = columns[-1].strip()[:_LONGEST]
        if not text or not text.isprintable():
            continue
        with suppress(ValueError):  # what is printed is not believed to be numbers
            left, top, width, height = (int(one) for one in columns[6:10])
            confidence = min(1.0, max(0.0, float(columns[10]) / 100))
            right, bottom = (left + width) * points, (top + height) * points
            yield Word(text, left * points, top * points, right, bottom, confidence)
