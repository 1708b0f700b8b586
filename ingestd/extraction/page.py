"""A page as words with places, whoever read them: a text layer or text recognition."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ingestd.extraction._rows import rows_in
from ingestd.model import Box, Word

CLEAR = 0.9
"""From this confidence on, text recognition has hardly taken one letter for another."""


def clearness(words: Iterable[Word]) -> float:
    """Return the confidence, from 0 to 1, of the word that is least sure; 0 without any."""
    return min((word.confidence for word in words), default=0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """Words that stand beside each other, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, with a space between each."""
        return " ".join(word.text for word in self.words)

    @property
    def letter(self) -> float:
        """The usual width of a letter, in points; 0 where no word has several."""
        widths = [(one.right - one.left) / len(one.text) for one in self.words if len(one.text) > 1]
        return median(widths) if widths else 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `number` counts from 1, `width` and `height` are in points, `origin` is `text` or
    `ocr`. `rows` are from top to bottom; `words` are the same words in that order. Words that run
    across the page, in its margin, are rows at the end.

    `turned` is by how many degrees the page as shown was turned clockwise to be read: `width`,
    `height` and the words are of the turned page, `box` is where they are on the shown one.
    """

    number: int
    width: float
    height: float
    origin: str
    rows: tuple[Row, ...]
    turned: float = 0.0

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, row by row."""
        return tuple(word for row in self.rows for word in row.words)

    @property
    def text(self) -> str:
        """A line for each row."""
        return "\n".join(row.text for row in self.rows)

    def box(self, words: Sequence[Word]) -> Box:
        """Return the place that encloses `words` of this page, of which there is at least one."""
        left, right = min(word.left for word in words), max(word.right for word in words)
        top, bottom = min(word.top for word in words), max(word.bottom for word in words)
        corners = [self._as_shown(x, y) for x in (left, right) for y in (top, bottom)]
        across, down = zip(*corners, strict=True)
        edges = (min(across), min(down), max(across), max(down))
        return Box(self.number, *(min(1.0, max(0.0, one)) for one in edges))

    def _as_shown(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is on the page as it is shown, in fractions of its sides."""
        if not self.turned:
            return x / self.width, y / self.height
        angle = math.radians(-self.turned)
        x, y = x - self.width / 2, y - self.height / 2
        x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
        lies = round(self.turned / 90) % 2
        width, height = (self.height, self.width) if lies else (self.width, self.height)
        return x / width + 0.5, y / height + 0.5


def rows_of(words: Iterable[Word]) -> tuple[Row, ...]:
    """Return words as rows, from top to bottom: what stands on one line stands in one row, also where
    the lines of two columns do not quite meet or a page lies a little askew."""
    return tuple(Row(row) for row in rows_in(words))
