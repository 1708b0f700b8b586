"""Where on a page a value stands that somebody else read from its text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ingestd.extraction.amounts import amount
from ingestd.extraction.page import Page, Row
from ingestd.extraction.spelling import squeezed
from ingestd.model import Word

_DATES = ("%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d %m %Y", "%d.%m.%y", "%d/%m/%y")


@dataclass(frozen=True, slots=True)
class Place:
    """The words of a value and their page; no words where it stands nowhere."""

    page: Page
    words: tuple[Word, ...] = ()


def place_of(value: Any, pages: Sequence[Page], date_formats: Sequence[str] = ()) -> Place:
    """Return where a value (text, texts, amount or date) stands first, on the first page if nowhere.

    `date_formats` are those in which the page may have a date, as `strftime` writes them.
    """
    for page in pages:
        for row in page.rows:
            words = _amount_in(row, value) if isinstance(value, Decimal) else ()
            for text in _written(value, date_formats):
                words = words or _text_in(row, text)
            if words:
                return Place(page, words)
    return Place(pages[0])


def _written(value: Any, date_formats: Sequence[str]) -> Iterator[str]:
    """Yield how a value may be written, without spaces and signs."""
    if isinstance(value, date):
        for one in (*date_formats, *_DATES):
            yield squeezed(value.strftime(one))
    elif isinstance(value, tuple):
        yield from (squeezed(str(one)) for one in value[:1])
    elif isinstance(value, str):
        yield squeezed(value)
        if re.match(r"[A-Z]{2}\d", value):  # a VAT number may stand without its country
            yield squeezed(value[2:])


def _text_in(row: Row, text: str) -> tuple[Word, ...]:
    """Return the words of a row that are, together, `text`; it may begin or end within a word."""
    pieces = [squeezed(word.text) for word in row.words]
    place = "".join(pieces).find(text) if text else -1
    if place < 0:
        return ()
    found, at = [], 0
    for word, piece in zip(row.words, pieces, strict=True):
        if at < place + len(text) and at + len(piece) > place and piece:
            found.append(word)
        at += len(piece)
    return tuple(found)


def _amount_in(row: Row, value: Decimal) -> tuple[Word, ...]:
    """Return the fewest words of a row that are this amount: `1 234,50` may be two."""
    for length in (1, 2, 3):
        for first in range(len(row.words) - length + 1):
            words = row.words[first : first + length]
            if amount(" ".join(one.text for one in words)) == value:
                return words
    return ()
