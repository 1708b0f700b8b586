"""Pictures as tesseract is given them: TIFF that is not compressed, the format that its library reads
fastest (PGM pixel by pixel)."""

import struct
from dataclasses import replace
from functools import cache
from itertools import accumulate

from ingestd.model import Picture

MOST_PIXELS = 40_000_000
"""A3 at 600 dpi has more, at 400 dpi less."""
_DPI = range(50, 1201)
SAMPLE_TEXT = "TELL"
_GLYPHS = {
    "T": ("#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."),
    "E": ("#####", "#....", "#....", "####.", "#....", "#....", "#####"),
    "L": ("#....", "#....", "#....", "#....", "#....", "#....", "#####"),
}
"""Letters that are only strokes, and so look the same in every fount."""
_PLACE = (0.2, 0.36)
_SHARE = 0.09
_STEP = 4
_DARK = b"#" * 160 + b"." * 96
_SCALE, _MARGIN = 5, 40


def is_whole(picture: Picture) -> bool:
    """Tell whether a picture has the pixels that it says, and not too many; nobody vouches for it."""
    count = picture.width * picture.height
    is_possible = min(picture.width, picture.height) > 0 and picture.dpi in _DPI
    return is_possible and count <= MOST_PIXELS and count == len(picture.pixels)


def as_file(picture: Picture) -> bytes:
    """Return a picture as a TIFF file (grey, 8 bits, one strip; TIFF 6.0, section 4)."""
    tags = {
        256: picture.width,
        257: picture.height,
        258: 8,  # BitsPerSample
        259: 1,  # Compression: none
        262: 1,  # PhotometricInterpretation: 0 is black
        273: 0,  # StripOffsets: behind this directory, below
        277: 1,  # SamplesPerPixel
        278: picture.height,  # RowsPerStrip
        279: len(picture.pixels),  # StripByteCounts
    }
    tags[273] = 8 + 2 + 12 * len(tags) + 4
    entries = (struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    return b"".join((head, *entries, struct.pack("<I", 0), picture.pixels))


def part(picture: Picture) -> tuple[Picture, int]:
    """Return the part of a page, across it, that most likely says in which language it is, and its
    first row: the end of its head and the beginning of its table; where hardly anything is written
    there (on a page that stands on its head, say), where most is."""
    ink = _ink(picture)
    first, last = (int(len(ink) * part) for part in _PLACE)
    if sum(ink[first:last]) * 2 * len(ink) < sum(ink) * (last - first):
        size = max(1, int(len(ink) * _SHARE))
        sums = list(accumulate(ink, initial=0))
        first = max(range(len(ink) - size + 1), key=lambda row: sums[row + size] - sums[row])
        last = first + size
    first, last = first * _STEP, min(last * _STEP, picture.height)
    rows = picture.pixels[first * picture.width : last * picture.width]
    return Picture(picture.width, last - first, picture.dpi, rows), first


def upside_down(picture: Picture) -> Picture:
    """Return a page as it is seen from its other end."""
    return replace(picture, pixels=picture.pixels[::-1])


def _ink(picture: Picture) -> list[int]:
    """Return how much is written in every `_STEP`th row of pixels: how often dark becomes bright, which
    a black bar does once."""
    width = picture.width
    rows = range(0, picture.height * width, _STEP * width)
    return [picture.pixels[at : at + width].translate(_DARK).count(b"#.") for at in rows]


@cache
def sample() -> Picture:
    """Return a picture of our own that says `SAMPLE_TEXT`."""
    rows = [".".join(line) for line in zip(*map(_GLYPHS.__getitem__, SAMPLE_TEXT), strict=True)]
    width = len(rows[0]) * _SCALE + 2 * _MARGIN
    side, blank = b"\xff" * _MARGIN, b"\xff" * width
    lines_of_pixels = [blank] * _MARGIN
    for row in rows:
        ink = b"".join((b"\0" if one == "#" else b"\xff") * _SCALE for one in row)
        lines_of_pixels += [side + ink + side] * _SCALE
    lines_of_pixels += [blank] * _MARGIN
    return Picture(width, len(lines_of_pixels), 150, b"".join(lines_of_pixels))
