"""The text layer of a PDF, by pypdfium2. Native code on strangers' bytes: only in the sandbox."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import pypdfium2
from pypdfium2 import raw

from ingestd.extraction.page import Page, Row, rows_of
from ingestd.extraction.sheets import _layer, _rubbish
from ingestd.extraction.sheets._drawing import Drawing, draw
from ingestd.extraction.sheets._glyphs import Sheet, glyphs, sheet_of
from ingestd.model import Word

_MOST_OBJECTS = 5_000
_COVERED = 0.5
_FEW_WORDS = 40
_MUCH_INK = 0.004
"""The share of a page that is dark beside its words; ten lines of text and more, a logo is less."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The text layer of a page. `usable` tells whether it says all that the page shows, as far as that
    can be told; otherwise the page is to be recognised. `lines`: it is drawn, of neither letters nor
    pictures."""

    page: Page
    usable: bool
    lines: bool = False


def layer_of(document: pypdfium2.PdfDocument, index: int) -> Layer:
    """Return the text layer of a page, counted from 0. Raises PdfiumError for one that does not open."""
    page = _flattened(document, index)
    sheet = sheet_of(page)
    all_glyphs = tuple(glyphs(page.get_textpage(), sheet))
    drawn = [glyph for glyph in all_glyphs if not glyph.unseen]
    if not any(glyph.letter for glyph in drawn):
        return Layer(_page([], sheet, index + 1, 0), usable=False, lines=_is_drawn(page))
    drawing = draw(page)
    seen = list(_seen(_layer.words(drawn), drawing))
    upright = _most(quarters for quarters, _ in seen)
    made = _page(seen, sheet, index + 1, upright)
    is_rubbish = _rubbish.is_rubbish(drawn, made.words)
    return Layer(made, not is_rubbish and not _is_picture(page, made.words, drawing, upright))


def _flattened(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
    """Return a page with what its form fields and stamps say as part of its text."""
    page = document[index]
    if raw.FPDFPage_GetAnnotCount(page):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page.close()
        page = document[index]
    return page


def _seen(words: Iterable[tuple[int, Word]], drawing: Drawing) -> Iterator[tuple[int, Word]]:
    """Yield the words that a person sees, each on the page as it is turned to read it."""
    turned = {0: drawing}
    for quarters, word in words:
        if quarters not in turned:
            turned[quarters] = drawing.turned(quarters)
        if _layer.is_seen(word, turned[quarters]):
            yield quarters, word


def _most(quarters: Iterable[int]) -> int:
    """Return the quarters that most words need."""
    counts = [0, 0, 0, 0]
    for one in quarters:
        counts[one] += 1
    return counts.index(max(counts))


def _page(seen: list[tuple[int, Word]], sheet: Sheet, number: int, upright: int) -> Page:
    rows = rows_of(word for quarters, word in seen if quarters == upright)
    for other in range(4):
        if other != upright:
            across = rows_of(word for quarters, word in seen if quarters == other)
            rows += tuple(_laid(row, sheet, other, upright) for row in across)
    width, height = sheet.size(upright)
    return Page(number, max(1.0, width), max(1.0, height), "text", rows, 90.0 * upright)


def _laid(row: Row, sheet: Sheet, quarters: int, upright: int) -> Row:
    """Return a row that runs across the page with its words where they are on the upright one."""
    width, height = sheet.size(quarters)
    placed = []
    for word in row.words:
        box = (word.left, word.top, word.right, word.bottom)
        sides = (width, height)
        for _ in range((upright - quarters) % 4):  # a quarter clockwise: down becomes left
            left, top, right, bottom = box
            box = (sides[1] - bottom, left, sides[1] - top, right)
            sides = (sides[1], sides[0])
        placed.append(Word(word.text, *box, word.confidence))
    return Row(tuple(placed))


def _is_picture(
    page: pypdfium2.PdfPage, words: tuple[Word, ...], drawing: Drawing, upright: int
) -> bool:
    """Tell whether what a page shows is a picture, or letters drawn as lines, whatever else it says: one
    that lies over the text, or that has hardly any beside it (a stamp, the name of an app). A
    letterhead lies under it."""
    if len(words) >= _FEW_WORDS:
        covered, over = _pictures(page)
        return over and covered > _COVERED
    around = drawing.turned(upright) if upright else drawing
    return around.ink_beside(words) > _MUCH_INK


def _is_drawn(page: pypdfium2.PdfPage) -> bool:
    things = islice(page.get_objects(max_depth=2), _MOST_OBJECTS)
    others = (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE)
    return not any(thing.type in others for thing in things)


def _pictures(page: pypdfium2.PdfPage) -> tuple[float, bool]:
    """Return the share of the page that its largest picture covers, and whether text lies under it."""
    left, bottom, right, top = page.get_bbox()
    area = max(1.0, (right - left) * (top - bottom))
    largest, over, text_so_far = 0.0, False, False
    for number, thing in enumerate(page.get_objects(max_depth=2)):
        if number == _MOST_OBJECTS:
            break
        if thing.type == raw.FPDF_PAGEOBJ_TEXT:
            text_so_far = True
        elif thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = thing.get_bounds()
            share = max(0.0, min(x1, right) - max(x0, left)) * max(
                0.0, min(y1, top) - max(y0, bottom)
            )
            if share / area > largest:
                largest, over = share / area, text_so_far
    return largest, over
