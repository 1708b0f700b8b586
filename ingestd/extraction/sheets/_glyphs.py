"""The glyphs of a PDF page as PDFium has them, turned so that each one's own line runs from left to
right. Native code on strangers' bytes: only in the sandbox."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

MOST = 60_000
"""Glyphs read of one page; a page of small print has twenty thousand."""
_INVISIBLE = 3
"""Text render mode (ISO 32000-1, table 106): neither filled nor stroked."""
_SLANT = math.radians(8)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is shown: where its visible part lies in PDF's coordinates (points, from below), and
    by how many quarters it is turned clockwise (/Rotate)."""

    left: float
    bottom: float
    right: float
    top: float
    quarters: int

    def size(self, quarters: int = 0) -> tuple[float, float]:
        """Return width and height as shown, or after so many more quarters."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if (self.quarters + quarters) % 2 else (width, height)

    def turned(
        self, box: tuple[float, float, float, float], quarters: int
    ) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom on the shown page turned by so many quarters, of a box in
        PDF's coordinates (left, bottom, right, top)."""
        left, bottom, right, top = box
        match (self.quarters + quarters) % 4:
            case 0:
                return left - self.left, self.top - top, right - self.left, self.top - bottom
            case 1:
                return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
            case 2:
                return (
                    self.right - right,
                    bottom - self.bottom,
                    self.right - left,
                    top - self.bottom,
                )
            case _:
                return self.top - top, self.right - right, self.top - bottom, self.right - left


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter, or "" for what separates words. `quarters` is by how many quarters the shown page is to
    be turned clockwise to read it, and the edges are on that page; `unmapped` means that the font does
    not say which letter it is, `unseen` that it is text that is not drawn."""

    letter: str
    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    quarters: int = 0
    unmapped: bool = False
    unseen: bool = False


_SPACE = Glyph("")
_LETTERS = {0x02: "-", 0xAD: "-", 0xFFFE: "-", 0xA0: "", 0x200B: "", 0xFEFF: ""}
"""What PDFium gives for the hyphen at the end of a line, soft ones, and spaces of no or fixed width."""


def sheet_of(page: pypdfium2.PdfPage) -> Sheet:
    """Return how a page lies."""
    left, bottom, right, top = page.get_bbox()
    return Sheet(left, bottom, right, top, page.get_rotation() // 90 % 4)


def glyphs(text: pypdfium2.PdfTextPage, sheet: Sheet) -> Iterator[Glyph]:
    """Yield the glyphs of a page in the order they are drawn, `MOST` at most. Letters that run neither
    along nor across the page are left out: stamps and watermarks."""
    modes: dict[int, tuple[int | None, bool]] = {}
    place = raw.FS_RECTF()
    for index in range(min(text.count_chars(), MOST)):
        code = raw.FPDFText_GetUnicode(text, index)
        letter = _LETTERS.get(code) if code in _LETTERS else _letter(code)
        if not letter:
            yield _SPACE
            continue
        thing = raw.FPDFText_GetTextObject(text, index)
        key = ctypes.cast(thing, ctypes.c_void_p).value or 0
        if key not in modes:
            modes[key] = _manner(text, index, thing, sheet)
        quarters, unseen = modes[key]
        if quarters is None or not raw.FPDFText_GetLooseCharBox(text, index, place):
            continue
        box = (place.left, place.bottom, place.right, place.top)
        if not all(map(math.isfinite, box)):
            continue
        unmapped = raw.FPDFText_HasUnicodeMapError(text, index) == 1
        yield Glyph(letter, *sheet.turned(box, quarters), quarters, unmapped, unseen)


def _letter(code: int) -> str:
    letter = chr(code) if code < 0x110000 else "\ufffd"
    return "" if letter.isspace() else letter


def _manner(
    text: pypdfium2.PdfTextPage, index: int, thing: object, sheet: Sheet
) -> tuple[int | None, bool]:
    """Return the quarters that the letters of a text object need, None for a slanted one, and whether
    they are not drawn."""
    angle = raw.FPDFText_GetCharAngle(text, index)  # clockwise, on the page as it is not turned
    quarter = round(angle / (math.pi / 2))
    slanted = abs(angle - quarter * math.pi / 2) > _SLANT
    unseen = bool(thing) and raw.FPDFTextObj_GetTextRenderMode(thing) == _INVISIBLE
    return None if slanted else (-quarter - sheet.quarters) % 4, unseen
