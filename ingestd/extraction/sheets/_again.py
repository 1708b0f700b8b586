"""A second look at what was hard to read on a page that else is legible.

Recognition reads lines across the whole page. Where two columns have their lines at different heights
(an address beside the number and the date, the columns of a foot), it takes pieces of both for one
line and reads neither. So the columns with such words are cut out, put below each other, and read as
a picture of their own; of each column the better reading stays.
"""

import itertools
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from PIL import Image

from ingestd.extraction.labels import folded
from ingestd.model import Word

Read = Callable[[Image.Image], Sequence[Word] | None]
_HARD, _LEGIBLE = 0.5, 0.7
_FEWEST = 2
"""A page with fewer hard words is left as it is."""
_AROUND, _ASIDE, _GUTTER, _MARGIN = 1.6, 0.4, 2.0, 1.0
"""Heights of a line: what is looked at above and below a hard word and beside its column, the gap
between two columns, and the white around each."""
_DOUBTED = 0.8
_MOST = 0.3
"""Of a page's height: more is no page of which a little was hard."""
_RULE = 5
"""Pixels of ink in a column or row of them: so much has a rule that crosses it."""
_INK = [255 if level < 128 else 0 for level in range(256)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A column of a band, in pixels of the page, and how far down it stands on the sheet."""

    left: int
    top: int
    right: int
    bottom: int
    place: int = 0

    def has(self, word: Word) -> bool:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def looked_again(image: Image.Image, words: Sequence[Word], read: Read) -> tuple[Word, ...]:
    """Return the words of a picture with those of its muddled columns as `read` has them alone; edges
    are in pixels. `read` is asked once at most, and may return None."""
    hard = [one for one in words if _is_hard(one)]
    if len(hard) < _FEWEST or _worth(words) < _LEGIBLE * sum(len(one.text) for one in words):
        return tuple(words)
    height = max(8.0, median(one.bottom - one.top for one in words))
    pieces = list(_stacked(_pieces(image, hard, height), height))
    if not pieces:
        return tuple(words)
    found = read(_sheet(image, pieces, height)) or ()
    for piece in pieces:
        words = _better(words, found, piece, round(_MARGIN * height))
    return tuple(words)


def _is_hard(word: Word) -> bool:
    """Tell whether a word was hard to read and may matter: it is no mark, and no address of the web, of
    which letters no dictionary helps."""
    is_address = "@" in word.text or word.text.startswith("www")
    return word.confidence < _HARD and not is_address and sum(map(str.isalnum, word.text)) > 1


def _worth(words: Sequence[Word]) -> float:
    return sum(len(one.text) * one.confidence for one in words)


def _pieces(image: Image.Image, hard: Sequence[Word], height: float) -> Iterator[_Piece]:
    """Yield the columns that hard words stand in, of the bands of the page that have several."""
    for top, bottom in _bands(image, hard, height):
        columns = _runs(_profile(image.crop((0, top, image.width, bottom)), True), _GUTTER * height)
        if len(columns) < 2:
            continue
        aside = round(_ASIDE * height)
        for left, right in columns:
            edges = max(0, left - aside), min(image.width, right + aside)
            piece = _Piece(edges[0], top, edges[1], bottom)
            if any(piece.has(one) for one in hard):
                yield _trimmed(image, piece, height)


def _bands(image: Image.Image, hard: Sequence[Word], height: float) -> list[tuple[int, int]]:
    """Return from where to where there are hard words, those far apart each with its own band; none
    where that is too much of the page."""
    bands: list[tuple[int, int]] = []
    for one in sorted(hard, key=lambda word: word.top):
        top = max(0, round(one.top - _AROUND * height))
        bottom = min(image.height, round(one.bottom + _AROUND * height))
        if bands and top <= bands[-1][1]:
            top, bottom = bands[-1][0], max(bottom, bands.pop()[1])
        if bottom > top:
            bands.append((top, bottom))
    covered = sum(bottom - top for top, bottom in bands)
    return bands if covered <= _MOST * image.height else []


def _trimmed(image: Image.Image, piece: _Piece, height: float) -> _Piece:
    """Return a piece that begins and ends between lines, so that it halves none."""
    reach = round(1.5 * height)
    top, bottom = max(0, piece.top - reach), min(image.height, piece.bottom + reach)
    lines = _runs(_profile(image.crop((piece.left, top, piece.right, bottom)), False), 1)
    inner = [
        (first + top, last + top)
        for first, last in lines
        if last + top > piece.top and first + top < piece.bottom
    ]
    if not inner:
        return piece
    return replace(piece, top=inner[0][0], bottom=inner[-1][1])


def _profile(image: Image.Image, is_across: bool) -> list[float]:
    """Return how many pixels of ink each column (or row) of a picture has."""
    size = (image.width, 1) if is_across else (1, image.height)
    depth = image.height if is_across else image.width
    inked = image.point(_INK).convert("F").resize(size, Image.Resampling.BOX)
    return [value * depth / 255 for value in array("f", inked.tobytes())]


def _runs(profile: Sequence[float], gap: float) -> list[tuple[int, int]]:
    """Return from where to where there is ink, with no gap as wide as `gap` within."""
    runs: list[tuple[int, int]] = []
    for place, ink in enumerate(profile):
        if ink <= _RULE:
            continue
        if runs and place - runs[-1][1] < gap:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _stacked(pieces: Iterator[_Piece], height: float) -> Iterator[_Piece]:
    place = 0
    for piece in pieces:
        yield replace(piece, place=place)
        place += piece.bottom - piece.top + round(2 * _MARGIN * height)


def _sheet(image: Image.Image, pieces: Sequence[_Piece], height: float) -> Image.Image:
    margin = round(_MARGIN * height)
    width = max(one.right - one.left for one in pieces) + 2 * margin
    last = pieces[-1]
    sheet = Image.new("L", (width, last.place + last.bottom - last.top + 2 * margin), 255)
    for one in pieces:
        part = image.crop((one.left, one.top, one.right, one.bottom))
        sheet.paste(part, (margin, one.place + margin))
    return sheet


def _better(
    words: Sequence[Word], found: Sequence[Word], piece: _Piece, margin: int
) -> Sequence[Word]:
    """Return the words with those of a piece as they were read alone, where that reads better."""
    across, down = piece.left - margin, piece.top - piece.place - margin
    moved = [
        replace(
            one,
            left=one.left + across,
            right=one.right + across,
            top=one.top + down,
            bottom=one.bottom + down,
        )
        for one in found
    ]
    new = [one for one in moved if piece.has(one)]
    old = [one for one in words if piece.has(one)]
    if _worth(new) <= _worth(old):
        return words
    kept = itertools.filterfalse(piece.has, words)
    return [*kept, *(_surer(one, old) for one in new)]


def _surer(word: Word, others: Sequence[Word]) -> Word:
    """Return a word as it was read at first, where that is surer or differs in its accents alone: a few
    lines do not tell their language as a page does. A word that was read in two ways is in doubt."""
    for one in others:
        if not _is_in_place(word, one):
            continue
        surer = max(one, word, key=lambda each: each.confidence)
        if folded(one.text) != folded(word.text):
            doubt = min(one.confidence, word.confidence) >= _HARD
            return replace(surer, confidence=min(surer.confidence, _DOUBTED)) if doubt else surer
        return surer if any(map(str.isdigit, one.text)) else one
    return word


def _is_in_place(one: Word, other: Word) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    larger = max((each.right - each.left) * (each.bottom - each.top) for each in (one, other))
    return across > 0 and down > 0 and across * down > 0.6 * larger
