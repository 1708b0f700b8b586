"""A drawn page to words, by text recognition: put straight, of a size that letters are read best at, and
turned again where nothing sensible was read."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from PIL import Image

from ingestd.extraction.page import Page, rows_of
from ingestd.extraction.sheets import _straight
from ingestd.extraction.sheets._again import looked_again
from ingestd.extraction.sheets._drawing import Drawing, contrast
from ingestd.model import Picture, Unrecognisable, Word

Recognise = Callable[[Picture], tuple[Word, ...] | None]
_LONG_SIDE = 2700
"""Pixels: A4 at 230 dots an inch; with more, tesseract reads no better and takes longer."""
_MOST_ENLARGED = 3.0
_MOST_PIXELS = 12_000_000
_DPI = (70, 600)
_LEGIBLE = 0.6
"""The mean confidence below which a page is tried the other way up."""
_FEWEST_LETTERS = 12
_SHORTEST = 2.5
"""Letters of a word, in the mean: real pages have four. A slip in letters of one width that is read from
its side gives letters that stand alone, and recognition is quite sure of many."""
_LOOKED_AGAIN = 3
"""So many pages of a document are: the first ones say whose it is, and a look costs a third of a page."""
_BLANK_CONTRAST = 24
_TURNS = (None, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read of a picture that lies in one way; `worth` is how sure letters there are."""

    words: tuple[Word, ...]
    quarters: int
    tilt: float

    @property
    def letters(self) -> int:
        return sum(len(word.text) for word in self.words)

    @property
    def worth(self) -> float:
        return sum(len(word.text) * word.confidence for word in self.words)

    @property
    def is_legible(self) -> bool:
        return (
            self.letters >= max(_FEWEST_LETTERS, _SHORTEST * len(self.words))
            and self.worth >= _LEGIBLE * self.letters
        )


class UsedUp(Exception):  # noqa: N818 - the state of a mail
    """The mail has used up what it may have of text recognition: no further page needs to be drawn."""


def is_blank(drawing: Drawing) -> bool:
    """Tell whether nothing is on a page."""
    return contrast(drawing.image) < _BLANK_CONTRAST


def seen(drawing: Drawing, number: int, recognise: Recognise) -> Page | None:
    """Return a page with the words that are recognised on it, None when recognition gave it up.

    Raises UsedUp when it was not read at all for that, and Unavailable.
    """
    image = _straight.lit(_sized(drawing.image))
    readings = list(_readings(image, recognise))
    if readings and readings[0].letters < _FEWEST_LETTERS:
        with suppress(UsedUp):  # what was read of it stands
            readings += _readings(_straight.strong(image), recognise)
    if not readings:
        return None
    best = max(readings, key=lambda reading: (reading.is_legible, reading.worth))
    if number <= _LOOKED_AGAIN:
        with suppress(UsedUp):  # what was read at first stands
            best = _second(best, image, recognise)
    return _page(best, drawing, image, number)


def _second(reading: _Reading, image: Image.Image, recognise: Recognise) -> _Reading:
    """Return a reading with what was hard in it read again. Raises UsedUp and Unavailable."""
    laid, dpi = _laid(image, reading.quarters, reading.tilt), _dpi(image)
    words = looked_again(laid, reading.words, lambda part: _read(part, dpi, recognise))
    return replace(reading, words=words)


def _dpi(image: Image.Image) -> int:
    """Return the dots an inch of a picture, as if it were a sheet of A4."""
    return min(_DPI[1], max(_DPI[0], round(max(image.size) / 11.69)))


def _readings(image: Image.Image, recognise: Recognise) -> Iterator[_Reading]:
    """Yield what is read of a picture, turned until something sensible is; nothing when it is given
    up. Raises UsedUp when nothing was read for that, and Unavailable."""
    quarters, tilt = _straight.lie_of(image)
    for more in (0, 2, 1, 3):
        turned = (quarters + more) % 4
        try:
            words = _read(_laid(image, turned, tilt), _dpi(image), recognise)
        except UsedUp:
            if not more:
                raise
            return
        if words is None:
            return
        reading = _Reading(words, turned, tilt)
        yield reading
        if reading.is_legible or (not more and reading.letters < _FEWEST_LETTERS):
            return


def _sized(image: Image.Image) -> Image.Image:
    """Return a picture with about as many pixels as letters need to be read."""
    width, height = image.size
    factor = min(_MOST_ENLARGED, _LONG_SIDE / max(width, height))
    if factor > 1:
        factor = min(factor, (_MOST_PIXELS / (width * height)) ** 0.5)
    if 0.9 < factor < 1.1:
        return image
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    filter_ = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX
    return image.resize(size, filter_)


def _laid(image: Image.Image, quarters: int, tilt: float) -> Image.Image:
    turn = _TURNS[quarters]
    turned = image.transpose(turn) if turn is not None else image
    return _straight.rotated(turned, tilt) if tilt else turned


def _read(image: Image.Image, dpi: int, recognise: Recognise) -> tuple[Word, ...] | None:
    """Return the words of a picture with edges in its pixels, None when it is given up. Raises
    UsedUp."""
    try:
        words = recognise(Picture(*image.size, dpi, image.tobytes()))
    except Unrecognisable:
        return None
    if words is None:
        raise UsedUp
    return tuple(_scaled(word, dpi / 72) for word in _parted(words))


def _parted(words: Sequence[Word]) -> Iterator[Word]:
    """Yield words with the boxes of those made narrower that reach over the next word of their line:
    what is printed beside each other does not overlap."""
    for word, after in itertools.zip_longest(words, words[1:]):
        is_over = after and word.left < after.left < word.right
        shared = min(word.bottom, after.bottom) - max(word.top, after.top) if is_over else 0.0
        yield replace(word, right=after.left) if shared > 0.5 * (word.bottom - word.top) else word


def _scaled(word: Word, factor: float) -> Word:
    edges = (word.left, word.top, word.right, word.bottom)
    left, top, right, bottom = (edge * factor for edge in edges)
    return Word(word.text, left, top, right, bottom, word.confidence)


def _page(reading: _Reading, drawing: Drawing, image: Image.Image, number: int) -> Page:
    points = drawing.image.width / drawing.scale / image.width
    words = (_scaled(word, points) for word in reading.words)
    width, height = image.width * points, image.height * points
    if reading.quarters % 2:
        width, height = height, width
    turned = 90.0 * reading.quarters + reading.tilt
    return Page(number, width, height, "ocr", rows_of(words), turned)
