"""The text of pages with their columns kept apart, as `pdftotext -layout` gives it: what templates for
such text were written for."""

from collections.abc import Sequence
from statistics import median

from ingestd.extraction.page import Page, Row

_WIDEST = 200
"""Columns of one line; more is a page of very small letters, or a mistake."""


def text_of(pages: Sequence[Page]) -> str:
    """Return the rows as lines, each word at about its place; a form feed between two pages."""
    return "\f".join(_page(page) for page in pages)


def _page(page: Page) -> str:
    widths = [
        (word.right - word.left) / len(word.text) for word in page.words if len(word.text) > 2
    ]
    column = max(0.1, median(widths), page.width / _WIDEST) if widths else 5.0
    return "\n".join(_line(row, column) for row in page.rows) + "\n"


def _line(row: Row, column: float) -> str:
    line = ""
    for word in row.words:
        place = min(_WIDEST, max(0, round(word.left / column)))
        line += " " * max(1 if line else 0, place - len(line)) + word.text
    return line
