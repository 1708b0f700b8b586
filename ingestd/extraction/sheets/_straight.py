"""Pages put straight before their text is recognised: turned by quarters, then by what is left.

All of it by profiles, how dark the rows of pixels are: across lines of text dark and bright take turns,
along them they do not. And letters have one sharp edge, the line they stand on: above it there are
taller and smaller ones.
"""

import itertools
import math
from array import array
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter, ImageOps

_SIDE = 1000
"""Pixels of the longer side of what is measured; some 85 dots an inch."""
_SURROUNDINGS = 12
_FAINT = 10
_STRONGER = 3
_WIDEST = 5
_STEPS = ((1.0, 500, 5), (0.25, 1000, 3), (0.08, 1000, 2))
"""Degrees between two tries, pixels, and tries to either side; each step begins where the last ended."""
_LEAST = 0.15
"""Degrees: less is straight enough."""
_LIGHT_SIDE = 250
_UNEVEN = 30
"""Levels of grey between the darkest and the brightest paper of one page."""
_LYING = 1.3
_UPSIDE = 1.05
_COLUMNS, _PLACES = 48, 12


def lie_of(grey: Image.Image) -> tuple[int, float]:
    """Return how a page lies: by how many quarters (0 to 3), and then by how many degrees, it is to be
    turned clockwise for its lines to stand upright and level.

    Whether a page is upside down is told by its letters, where there are enough of them; text
    recognition knows better.
    """
    ink = _ink(grey)
    lies = _sharpness(_profile(ink.transpose(_QUARTER))) > _LYING * _sharpness(_profile(ink))
    across = ink.transpose(_QUARTER) if lies else ink
    tilt = _tilt_of(across)
    quarters = lies + 2 * _is_upside_down(across, tilt)
    return quarters, tilt if _LEAST <= abs(tilt) <= _WIDEST else 0.0


def lit(grey: Image.Image) -> Image.Image:
    """Return a page as if it lay in an even light: a photograph has shadows, in which one threshold
    for all of it makes everything black. A page whose paper is of one brightness stays as it is."""
    small = _within(grey, _LIGHT_SIDE).filter(ImageFilter.MaxFilter(9))
    light = small.filter(ImageFilter.BoxBlur(6))
    low, high = _spread(light)
    if high - low < _UNEVEN:
        return grey
    paper = light.resize(grey.size, Image.Resampling.BILINEAR)
    level = ImageChops.invert(ImageChops.subtract(paper, grey))
    return ImageOps.autocontrast(level, cutoff=(1, 40))


def strong(grey: Image.Image) -> Image.Image:
    """Return a page with its ink much darker: that of a receipt fades, and a black edge beside it
    makes a threshold that it is all below."""
    light = (
        _within(grey, _LIGHT_SIDE).filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.BoxBlur(4))
    )
    ink = ImageChops.subtract(light.resize(grey.size, Image.Resampling.BILINEAR), grey)
    return ink.point([255 - min(255, 4 * max(0, level - 5)) for level in range(256)])


def _spread(light: Image.Image) -> tuple[int, int]:
    """Return the brightness that a twentieth of a picture is darker than, and one is brighter than."""
    counts, total, levels = light.histogram(), light.width * light.height, []
    for part in (0.05, 0.95):
        seen = 0
        for level, count in enumerate(counts):
            seen += count
            if seen >= part * total:
                levels.append(level)
                break
    return levels[0], levels[1]


def rotated(grey: Image.Image, degrees: float) -> Image.Image:
    """Return a page of the same size turned clockwise by so many degrees, white at its corners."""
    return grey.rotate(-degrees, Image.Resampling.BILINEAR, fillcolor=255)


_QUARTER = Image.Transpose.ROTATE_270
"""Clockwise, as Pillow calls it."""


def _is_upside_down(ink: Image.Image, tilt: float) -> bool:
    """Tell it by places beside each other, for what stands in two columns has not the same lines."""
    level = _sheared(_narrowed(ink), tilt, ink.width)
    rows = _values(level.resize((_PLACES, ink.height), Image.Resampling.BOX))
    rises = falls = 0.0
    for place in range(_PLACES):
        for before, after in itertools.pairwise(rows[place::_PLACES]):
            if after > before:
                rises += (after - before) ** 2
            else:
                falls += (after - before) ** 2
    return rises > _UPSIDE * falls


def _tilt_of(ink: Image.Image) -> float:
    best = 0.0
    for step, side, tries in _STEPS:
        small = _within(ink, side)
        narrow, width = _narrowed(small), small.width
        angles = sorted((best + step * n for n in range(-tries, tries + 1)), key=abs)
        best = max(angles, key=lambda angle: _sharpness(_profile(_sheared(narrow, angle, width))))
    return best


def _narrowed(ink: Image.Image) -> Image.Image:
    """Return how much ink there is in each row of pixels of some columns beside each other: sheared
    they tell of a turn what the whole page would, at a tenth of the cost."""
    return ink.convert("F").resize((_COLUMNS, ink.height), Image.Resampling.BOX)


def _sheared(narrow: Image.Image, degrees: float, width: int) -> Image.Image:
    """Return columns as if the page, so wide, were turned clockwise by a few degrees."""
    slope = -math.tan(math.radians(degrees)) * width / _COLUMNS
    matrix = (1, 0, 0, slope, 1, -slope * _COLUMNS / 2)
    how = Image.Resampling.BILINEAR
    return narrow.transform(narrow.size, Image.Transform.AFFINE, matrix, how) if degrees else narrow


def _ink(grey: Image.Image) -> Image.Image:
    """Return where a page is darker than what is around it, small: so the shadow over a photograph is
    none."""
    small = _within(grey, _SIDE)
    around = small.filter(ImageFilter.BoxBlur(_SURROUNDINGS))
    return ImageChops.subtract(around, small).point(_STRENGTHS)


_STRENGTHS = [min(255, _STRONGER * value) if value > _FAINT else 0 for value in range(256)]


def _within(image: Image.Image, side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= side:
        return image
    size = (max(1, image.width * side // longest), max(1, image.height * side // longest))
    return image.resize(size, Image.Resampling.BOX)


def _profile(ink: Image.Image) -> list[float]:
    """Return how much ink each row of pixels has."""
    return _values(ink.convert("F").resize((1, ink.height), Image.Resampling.BOX))


def _values(image: Image.Image) -> list[float]:
    return array("f", image.tobytes()).tolist()


def _sharpness(profile: Sequence[float]) -> float:
    return sum((after - before) ** 2 for before, after in itertools.pairwise(profile))
