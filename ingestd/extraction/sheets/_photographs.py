"""Pictures in files: JPEG, PNG and TIFF, to pages in grey, by Pillow. Only in the sandbox.

The number of pixels is known before any is decoded, and a picture that has too many is not decoded. A
photograph's turn (EXIF) is how everybody sees it; a fax has other dots across than down.
"""

import io
from collections.abc import Iterator
from contextlib import suppress

from PIL import ExifTags, Image, ImageFile, ImageOps

from ingestd.extraction.sheets._drawing import Drawing, extremes

_FORMATS = ("JPEG", "PNG", "TIFF")
_MOST_PIXELS = 60_000_000
"""Decoded at once; a JPEG has a smaller version of itself, which is taken before."""
_ENOUGH = (3600, 3600)
_A4 = (8.27, 11.69)
_DPI = (90.0, 1300.0)
_SIDES = (2.0, 60.0)
"""Inches: what a file says of its dots is believed while it makes a sheet of paper."""

Image.init()


class Undecodable(Exception):  # noqa: N818 - says what is the matter with a page
    """A page cannot be decoded: it is damaged. `TooLarge` is one that has too many pixels."""


class TooLarge(Undecodable):
    """It has too many pixels."""


def count_of(content: bytes) -> int:
    """Return how many pages a picture says it has. Raises Undecodable."""
    with _opened(content) as image:
        return max(1, int(getattr(image, "n_frames", 1)))


def page_of(content: bytes, index: int) -> Drawing:
    """Return a page in grey as it is shown, counted from 0. Raises Undecodable."""
    with _opened(content) as image:
        try:
            if index:
                image.seek(index)
            return _grey(image)
        except Undecodable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a decoder makes of it
            raise Undecodable(str(error)) from None


def _opened(content: bytes) -> Image.Image:
    # A switch of the whole process, which libraries turn on: half a page would be read as a whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError:
        raise TooLarge from None
    except Exception as error:  # noqa: BLE001 - whatever Pillow makes of it
        raise Undecodable(str(error)) from None


def _grey(image: Image.Image) -> Drawing:
    across, down = _dots(image)
    before = image.size
    if image.format in ("JPEG", "MPO"):
        image.draft("L" if image.mode in ("L", "YCbCr", "RGB") else None, _ENOUGH)
    if image.width * image.height > _MOST_PIXELS:
        raise TooLarge
    shrunk = before[0] / image.width
    across, down = across / shrunk, down / shrunk
    grey = _on_white(image)
    if image.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8):
        across, down = down, across
    grey = _turned(image, grey)
    if abs(across - down) > 0.05 * across:
        grey, across = _square(grey, across, down)
    return Drawing(grey, across / 72)


def _dots(image: Image.Image) -> tuple[float, float]:
    """Return the dots an inch across and down as the file says, or as if it were a sheet of A4."""
    with suppress(Exception):
        across, down = (float(one) for one in image.info["dpi"])
        inches = (image.width / across, image.height / down)
        is_likely = all(_DPI[0] <= one <= _DPI[1] for one in (across, down))
        if is_likely and all(_SIDES[0] <= one <= _SIDES[1] for one in inches):
            return across, down
    short, long = sorted(image.size)
    dots = max(short / _A4[0], long / _A4[1])
    return dots, dots


def _on_white(image: Image.Image) -> Image.Image:
    """Return a picture in grey; what is transparent is white."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("L")
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    return image.convert("L")


def _eight_bits(image: Image.Image) -> Image.Image:
    deep = image.convert("F")
    low, high = extremes(deep)
    scale = 255 / max(1.0, high - low)
    return deep.point(lambda value: value * scale - low * scale).convert("L")


def _turned(image: Image.Image, grey: Image.Image) -> Image.Image:
    turns = image.getexif().get(ExifTags.Base.Orientation, 1)
    if turns in range(2, 9):
        grey.getexif()[ExifTags.Base.Orientation] = turns
        return ImageOps.exif_transpose(grey)
    return grey


def _square(grey: Image.Image, across: float, down: float) -> tuple[Image.Image, float]:
    """Return a picture with as many dots across as down: the more of both."""
    dots = max(across, down)
    size = (round(grey.width * dots / across), round(grey.height * dots / down))
    if size[0] * size[1] > _MOST_PIXELS:
        raise TooLarge
    return grey.resize(size, Image.Resampling.BILINEAR), dots


def each_page(content: bytes, most: int) -> Iterator[Drawing | None]:
    """Yield the first pages, None for one that cannot be decoded. Raises Undecodable."""
    for index in range(min(most, count_of(content))):
        try:
            yield page_of(content, index)
        except Undecodable:
            yield None
