"""A page as words with places, whoever read them: a text layer or text recognition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingestd.model import Box, Word


@dataclass(frozen=True, slots=True)
class Row:
    """Words that stand beside each other, from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words, with a space between each."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `number` counts from 1, `width` and `height` are in points, `origin` is `text` or
    `ocr`. `rows` are from top to bottom; `words` are the same words in that order."""

    number: int
    width: float
    height: float
    origin: str
    rows: tuple[Row, ...]

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
        return Box(
            self.number,
            max(0.0, min(word.left for word in words) / self.width),
            max(0.0, min(word.top for word in words) / self.height),
            min(1.0, max(word.right for word in words) / self.width),
            min(1.0, max(word.bottom for word in words) / self.height),
        )


def rows_of(words: Iterable[Word]) -> tuple[Row, ...]:
    """Return words as rows: what overlaps by more than half of the smaller height stands in one."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.top + one.bottom, one.left)):
        row = rows[-1] if rows else None
        if row and _overlap(row[-1], word) > 0.5:
            row.append(word)
        else:
            rows.append([word])
    return tuple(Row(tuple(sorted(row, key=lambda one: one.left))) for row in rows)


def _overlap(one: Word, other: Word) -> float:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / max(0.1, min(one.bottom - one.top, other.bottom - other.top))
