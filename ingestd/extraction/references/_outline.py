"""What stands where on a page: its lines as cells, labels and dates, and what follows a label."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise

from ingestd.extraction.dates import Order, PrintedDate, dates_in, order_of
from ingestd.extraction.labels import Label, folded, labels_of, phrases
from ingestd.extraction.page import Page, Row
from ingestd.model import Word

LINES = 400
LINE_WORDS = 150
PAGE_WORDS = 8_000
"""How much of a page is looked at; the fullest of real invoices have a third of it."""
_SPACE, _SPACE_LETTERS = 1.1, 1.5
"""A gap of so many letter heights parts two cells of a line, and one of so many recognised letters:
those are as high as their ink."""
_COLUMN_GAP, _COLUMNS, _SAME_LEFT = 0.6, 2, 1.0
"""Columns may stand closer, where two and more begin at the same places (in points) in two lines."""
_PREFIX = re.compile(r"[-/_]\w")
"""What follows a word that is no label but the beginning of a number: `PO-92710`."""
_SIGN = re.compile(r"#[:.]*")
_NUMBERED = {"invoice-title": "number", "credit-title": "credit-number"}
"""What a title becomes with the sign of a number behind it: `Invoice #`."""
_BELOW = 3.2
_BELOW_POINTS = 34.0
"""How far below its label a value stands, in heights of the label and at most in points."""


@dataclass(frozen=True)
class Line:
    """A row of a page. `starts` are the places of its words in `text`, `cells` of each word the number
    of the cell that it stands in: a run of words with no wide gap between."""

    number: int
    row: Row
    text: str
    starts: tuple[int, ...]
    cells: tuple[int, ...]
    order: Order

    @property
    def words(self) -> tuple[Word, ...]:
        """The words, from left to right."""
        return self.row.words

    @cached_property
    def dates(self) -> tuple[PrintedDate, ...]:
        """The dates of the line."""
        return dates_in(self.text, self.order)

    @cached_property
    def places(self) -> dict[int, int]:
        """The number of each word, by its identity: equal words are not the same."""
        return {id(word): place for place, word in enumerate(self.row.words)}

    def word_at(self, character: int) -> int:
        """Return the number of the word that a character of the text is in."""
        return max(0, bisect_right(self.starts, character) - 1)

    def words_of(self, one: PrintedDate) -> tuple[Word, ...]:
        """Return the words that a date consists of."""
        return self.words[self.word_at(one.start) : self.word_at(one.end - 1) + 1]

    def cell_end(self, place: int) -> int:
        """Return the number of the first word after the cell that word `place` stands in."""
        end = place
        while end < len(self.cells) and self.cells[end] == self.cells[place]:
            end += 1
        return end

    def cell_start(self, place: int) -> int:
        """Return the number of the first word of the cell that word `place` stands in."""
        while place and self.cells[place - 1] == self.cells[place]:
            place -= 1
        return place

    def cell_starts(self) -> Iterator[int]:
        """Yield the number of the first word of each cell."""
        for place, cell in enumerate(self.cells):
            if place == 0 or self.cells[place - 1] != cell:
                yield place


@dataclass(frozen=True, slots=True)
class Mark:
    """A label in a line: words `first` to `end` (the one after it), `rest` what its last word goes on
    to say."""

    key: str
    language: str
    line: Line
    first: int
    end: int
    rest: str

    @property
    def left(self) -> float:
        """The left edge, in points."""
        return self.line.words[self.first].left

    @property
    def right(self) -> float:
        """The right edge, in points."""
        return self.line.words[self.end - 1].right

    @property
    def text(self) -> str:
        """The words of the label, as they stand on the page."""
        return " ".join(word.text for word in self.line.words[self.first : self.end])

    @property
    def height(self) -> float:
        """The height of its words, in points."""
        words = self.line.words[self.first : self.end]
        return max(word.bottom - word.top for word in words)

    @property
    def opens_cell(self) -> bool:
        """Whether it stands at the beginning of its cell."""
        return self.first == 0 or self.line.cells[self.first - 1] != self.line.cells[self.first]

    @property
    def ends_cell(self) -> bool:
        """Whether nothing stands behind it in its cell."""
        return self.end >= len(self.line.cells) or (
            self.line.cells[self.end - 1] != self.line.cells[self.end]
        )


@dataclass(frozen=True)
class Outline:
    """A page as lines and marks."""

    page: Page
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]

    def of(self, *keys: str) -> Iterator[Mark]:
        """Yield the marks with one of these keys, from top to bottom."""
        return (mark for mark in self.marks if mark.key in keys)

    @cached_property
    def by_line(self) -> dict[int, tuple[Mark, ...]]:
        """The marks of each line that has any."""
        found: dict[int, list[Mark]] = {}
        for mark in self.marks:
            found.setdefault(mark.line.number, []).append(mark)
        return {number: tuple(marks) for number, marks in found.items()}

    def lines_below(self, mark: Mark) -> Iterator[Line]:
        """Yield the lines under a mark that are near enough to hold its value."""
        bottom = max(word.bottom for word in mark.line.words[mark.first : mark.end])
        reach = min(_BELOW_POINTS, _BELOW * max(6.0, mark.height))
        for line in self.lines[mark.line.number + 1 : mark.line.number + 4]:
            if line.words[0].top - bottom > reach:
                return
            yield line

    def below(self, mark: Mark) -> Iterator[tuple[Line, int]]:
        """Yield the cells under a mark, the nearest first: their line and their first word."""
        for line in self.lines_below(mark):
            for start in line.cell_starts():
                words = line.words[start : line.cell_end(start)]
                if self._is_under(mark, words[0].left, words[-1].right):
                    yield line, start

    def _is_under(self, mark: Mark, left: float, right: float) -> bool:
        """Tell whether what stands from `left` to `right` is under this mark, and not more under
        another one beside it."""
        shared = min(right, mark.right) - max(left, mark.left)
        others = [
            min(right, other.right) - max(left, other.left)
            for other in self.by_line[mark.line.number]
            if other.first >= mark.end or other.end <= mark.first
        ]
        return shared > -1 and shared >= max(others, default=shared)


def outlines(pages: Sequence[Page], is_american: bool = False) -> tuple[Outline, ...]:
    """Return pages as outlines; all share one order of day and month."""
    trimmed = [_trimmed(page) for page in pages]
    order = order_of((row.text for page in trimmed for row in page.rows), is_american)
    return tuple(_outline(page, small, order) for page, small in zip(pages, trimmed, strict=True))


def _trimmed(page: Page) -> Page:
    rows = []
    words = 0
    for row in page.rows[:LINES]:
        if row.words:
            rows.append(Row(row.words[:LINE_WORDS]))
            words += len(rows[-1].words)
        if words > PAGE_WORDS:
            break
    return replace(page, rows=tuple(rows))


def _outline(page: Page, small: Page, order: Order) -> Outline:
    lines = _parted(
        [_line(number, row, order, page.origin == "ocr") for number, row in enumerate(small.rows)]
    )
    cells: dict[int, tuple[Line, int]] = {}
    rows = []
    for line in lines:
        for start in line.cell_starts():
            rows.append(Row(line.words[start : line.cell_end(start)]))
            cells[id(rows[-1])] = (line, start)
    marks = {}
    for label in labels_of(replace(small, rows=tuple(rows))):  # no label goes over a wide gap
        mark = _mark(label, cells[id(label.row)][0])
        if not _is_prefix(label.rest):
            # one phrase may be a label of the same key in several languages
            marks[mark.key, mark.line.number, mark.first, mark.end] = mark
    return Outline(page, lines, tuple(marks.values()))


def _is_prefix(rest: str) -> bool:
    """Tell whether a label is but the beginning of a number, not followed by another: `number/date`."""
    return bool(_PREFIX.match(rest)) and folded(rest[1:]) not in phrases()


def _line(number: int, row: Row, order: Order, is_recognised: bool) -> Line:
    texts = [word.text for word in row.words]
    starts = [0, *accumulate(len(text) + 1 for text in texts[:-1])]
    cells = [0]
    least = _SPACE_LETTERS * row.letter if is_recognised else 0.0
    for before, word in zip(row.words, row.words[1:], strict=False):
        height = max(4.0, min(before.bottom - before.top, word.bottom - word.top))
        cells.append(cells[-1] + (word.left - before.right > max(least, _SPACE * height)))
    return Line(number, row, " ".join(texts), tuple(starts), tuple(cells), order)


def _parted(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return lines with the columns of a small table as cells of their own, also where little space parts
    them: heads and values begin at the same places."""
    found: list[set[int]] = [set() for _ in lines]
    for line, below in pairwise(lines):
        if below.words[0].top - line.words[0].bottom < _BELOW_POINTS:
            heads, values = _openings(line), _openings(below)
            same = [(h, v) for h in heads for v in values if abs(heads[h] - values[v]) < _SAME_LEFT]
            if len(same) >= _COLUMNS:
                found[line.number] |= {head for head, _ in same}
                found[below.number] |= {value for _, value in same}
    return tuple(_split(line, found[line.number]) for line in lines)


def _openings(line: Line) -> dict[int, float]:
    """Return the left edges of the words that may begin a column, by their number."""
    found = {0: line.words[0].left}
    for place, (before, word) in enumerate(pairwise(line.words), 1):
        if word.left - before.right > _COLUMN_GAP * max(4.0, word.bottom - word.top):
            found[place] = word.left
    return found


def _split(line: Line, places: set[int]) -> Line:
    """Return a line with cells that begin at these words as well."""
    cells = [0]
    for place, (before, cell) in enumerate(pairwise(line.cells), 1):
        cells.append(cells[-1] + (cell != before or place in places))
    return replace(line, cells=tuple(cells)) if places - {0} else line


def _mark(label: Label, line: Line) -> Mark:
    """Return a label as a mark; the sign of a number behind it is its part, and makes one of a title."""
    first, end = line.places[id(label.words[0])], line.places[id(label.words[-1])] + 1
    rest, key = label.rest, label.key
    if not folded(rest) and end < line.cell_end(first) and _SIGN.fullmatch(line.words[end].text):
        rest, end = line.words[end].text, end + 1
    if _SIGN.fullmatch(rest):
        key = _NUMBERED.get(key, key)
    return Mark(key, label.language, line, first, end, rest)
