"""A PDF page drawn in grey by PDFium, as a person sees it. Only in the sandbox."""

from collections.abc import Iterable
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from ingestd.model import Word

_WHITE, _DARK = 255, 160
_MOST_PIXELS = 4_000_000
"""Of a drawing that is only looked at; at 72 dpi an A0 page has eight."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page in grey, 0 black, with `scale` pixels a point."""

    image: Image.Image
    scale: float

    def contrast(self, left: float, top: float, right: float, bottom: float) -> int:
        """Return the greatest difference (0 to 255) of two pixels in a place, given in points."""
        width, height = self.image.size
        box = (
            max(0, int(left * self.scale)),
            max(0, int(top * self.scale)),
            min(width, int(right * self.scale) + 1),
            min(height, int(bottom * self.scale) + 1),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            return 0
        return contrast(self.image.crop(box))

    def ink_beside(self, words: Iterable[Word]) -> float:
        """Return the share of the page that is dark and where none of `words` stands."""
        rest = self.image.copy()
        for word in words:
            edges = (word.left, word.top, word.right, word.bottom)
            rest.paste(_WHITE, tuple(int(edge * self.scale) for edge in edges))  # type: ignore
        width, height = rest.size
        return sum(rest.histogram()[:_DARK]) / (width * height)

    def turned(self, quarters: int) -> "Drawing":
        """Return the page turned clockwise by so many quarters, 1 to 3."""
        return Drawing(self.image.transpose(_TURNS[quarters]), self.scale)


_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}
"""Pillow turns the other way."""


def extremes(grey: Image.Image) -> tuple[float, float]:
    """Return the darkest and the brightest value of a picture. Raises ValueError for one that has more
    channels than one."""
    match grey.getextrema():
        case (float() | int() as low, float() | int() as high):
            return low, high
    raise ValueError("a picture in colour")


def contrast(grey: Image.Image) -> int:
    """Return the greatest difference (0 to 255) of two pixels of a picture."""
    low, high = extremes(grey)
    return int(high - low)


def draw(page: pypdfium2.PdfPage, dpi: float = 72, most_pixels: int = _MOST_PIXELS) -> Drawing:
    """Return a page as it is shown; with fewer dots an inch where it would have too many pixels."""
    width, height = page.get_size()
    area = max(1.0, width * height)
    scale = min(dpi / 72, (most_pixels / area) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    stride, size = bitmap.stride, (bitmap.width, bitmap.height)
    image = Image.frombytes("L", size, bytes(bitmap.buffer), "raw", "L", stride)
    return Drawing(image, scale)
