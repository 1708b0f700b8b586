"""The text layer of a PDF, by pypdfium2. Native code on strangers' bytes: only in the sandbox."""

import re
from collections.abc import Iterator

import pypdfium2

from ingestd.extraction.page import Page, rows_of
from ingestd.model import Word

_GAP = 4.0
_DROP = 6.0
PAGES = 5
"""What kind of document it is shows on its first pages."""


def page_texts(content: bytes, pages: int = PAGES) -> tuple[str, ...]:
    """Return the text of the first `pages` pages of a PDF, "" for a page without text; nothing for a
    document that does not open."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            return tuple(_page_text(document, index) for index in range(min(pages, len(document))))
    except pypdfium2.PdfiumError:
        return ()


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    try:
        text: str = document[index].get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    return re.sub(r"[^\S\n]+", " ", text)


def pages_of(content: bytes, most: int = 20) -> tuple[Page, ...]:
    """Return the first `most` pages of a PDF with their words; nothing for one that does not open."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            return tuple(
                _page(document[index], index + 1) for index in range(min(most, len(document)))
            )
    except pypdfium2.PdfiumError:
        return ()


def _page(page: pypdfium2.PdfPage, number: int) -> Page:
    width, height = page.get_size()
    return Page(number, width, height, "text", rows_of(_words(page.get_textpage(), height)))


def _words(text: pypdfium2.PdfTextPage, height: float) -> Iterator[Word]:
    letters: list[str] = []
    edges = [0.0, 0.0, 0.0, 0.0]
    for index in range(text.count_chars()):
        letter = chr(pypdfium2.raw.FPDFText_GetUnicode(text, index))
        left, bottom, right, top = text.get_charbox(index)
        apart = letters and (
            left - edges[2] > _GAP or left < edges[0] or abs(height - bottom - edges[3]) > _DROP
        )
        if letters and (letter.isspace() or not letter.isprintable() or apart):
            yield Word("".join(letters), *edges)
            letters = []
        if letter.isspace() or not letter.isprintable():
            continue
        if not letters:
            edges = [left, height - top, right, height - bottom]
        edges = [
            min(edges[0], left),
            min(edges[1], height - top),
            max(edges[2], right),
            max(edges[3], height - bottom),
        ]
        letters.append(letter)
    if letters:
        yield Word("".join(letters), *edges)
