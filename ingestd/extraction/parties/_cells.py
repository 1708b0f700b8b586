"""Rows of a page as cells: words that belong together, apart from what stands in the next column, with
the labels that name parties, their numbers and their accounts."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from ingestd.extraction.labels import labels_of
from ingestd.extraction.page import Page, Row
from ingestd.model import Word

WORDS = 4_000
"""How many words of a page are looked at: from its upper end, and half as many from its lower one."""
CHARACTERS = 400
"""What is longer is prose."""
_WORD_CHARACTERS = 60
_COLUMNS = 40
_ROW_WORDS = 600
_CONTACT_KEYS = frozenset({"seller", "buyer", "delivery"})
KEYS = _CONTACT_KEYS | frozenset(
    "vat-number seller-vat buyer-vat tax-number company-number buyer-company-number iban debit-account"
    " bic account-holder tax-representative".split()
)
_OTHER_KEYS = frozenset(
    "quantity unit-price line-amount other-number number issue-date regards".split()
)


@dataclass(frozen=True, slots=True, eq=False)
class Hint:
    """A label in a cell: from character `start` to `end` of its text, with all its meanings."""

    keys: frozenset[str]
    languages: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Words of one row without a wide gap between them. `starts` are where they begin in `text`; `row`
    and `column` count from the upper left of the page, `em` is the size of its letters in points."""

    page: Page
    row: int
    column: int
    words: tuple[Word, ...]
    text: str
    starts: tuple[int, ...]
    hints: tuple[Hint, ...]
    left: float
    top: float
    right: float
    bottom: float
    em: float

    def words_of(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that characters `start` to `end` of the text belong to."""
        first = max(0, bisect_right(self.starts, start) - 1)
        return self.words[first : max(first + 1, bisect_right(self.starts, max(start, end - 1)))]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A page as rows of cells. `em` is the usual size of its letters, in points."""

    page: Page
    rows: tuple[tuple[Cell, ...], ...]
    em: float

    @property
    def cells(self) -> Iterator[Cell]:
        """All cells, row by row."""
        return (cell for row in self.rows for cell in row)

    def right_of(self, cell: Cell, reach: float = 0.4) -> Cell | None:
        """Return the next cell of the row, unless it is further off than `reach` of the page."""
        row = self.rows[cell.row]
        if cell.column + 1 == len(row):
            return None
        other = row[cell.column + 1]
        return other if other.left - cell.right < reach * self.page.width else None

    def left_of(self, cell: Cell, reach: float = 0.4) -> Cell | None:
        """Return the cell before this one in the row, unless it is further off than `reach`."""
        if not cell.column:
            return None
        other = self.rows[cell.row][cell.column - 1]
        return other if cell.left - other.right < reach * self.page.width else None

    def below(self, cell: Cell, lines: float = 2.0) -> Cell | None:
        """Return the cell under this one, that begins or is centred where it does."""
        return self._near(cell, self.rows[cell.row + 1 : cell.row + 5], lines)

    def above(self, cell: Cell, lines: float = 2.0) -> Cell | None:
        """Return the cell over this one."""
        return self._near(cell, self.rows[max(0, cell.row - 4) : cell.row][::-1], lines)

    def _near(self, cell: Cell, rows: tuple[tuple[Cell, ...], ...], lines: float) -> Cell | None:
        for row in rows:
            for other in row:
                if abs(other.bottom - cell.bottom) > lines * max(cell.em, other.em, self.em):
                    continue
                if are_aligned(cell, other):
                    return other
        return None


def are_aligned(one: Cell, other: Cell) -> bool:
    """Tell whether two cells begin, end or are centred at the same place."""
    slack = 0.9 * max(one.em, other.em)
    return (
        abs(one.left - other.left) < slack
        or abs(one.right - other.right) < slack / 2
        or abs(one.left + one.right - other.left - other.right) < slack
    )


def sheet_of(page: Page) -> Sheet:
    """Return a page's cells; of a page of very many words those at its ends."""
    rows = _bounded(tuple(Row(row.words[:_ROW_WORDS]) for row in page.rows))
    sample = [word for row in rows[:200] for word in row.words if len(word.text) > 2]
    widths = [(word.right - word.left) / len(word.text) for word in sample]
    em = min(40.0, max(3.0, 1.9 * median(widths))) if widths else 10.0
    hints = _hints(page, rows)
    usual = median([word.bottom - word.top for word in sample] or [1.0])
    scale = em / max(0.1, usual)
    cells = (_cells(page, number, row, scale, em, hints) for number, row in enumerate(rows))
    return Sheet(page, tuple(tuple(row) for row in cells), em)


def _bounded(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    count, first = 0, 0
    for first, row in enumerate(rows, 1):  # noqa: B007 - how far it came
        count += len(row.words)
        if count > WORDS:
            break
    count, last = 0, len(rows)
    while last > first and count < WORDS / 2:
        last -= 1
        count += len(rows[last].words)
    return rows[:first] + rows[last:]


def _hints(
    page: Page, rows: tuple[Row, ...]
) -> dict[int, list[tuple[frozenset[str], str, int, int]]]:
    """Return by the identity of its first word each label: keys, language, the identity of its last word,
    and how much of that is not label. Signs between the words, as in `Konto / Zahlbar an`, are no words
    of it."""
    found: dict[int, list[tuple[frozenset[str], str, int, int]]] = {}
    wanted = KEYS | _OTHER_KEYS
    for label in labels_of(page if rows == page.rows else _part(page, rows)):
        if label.key in wanted:
            one = (frozenset({label.key}), label.language, id(label.words[-1]), len(label.rest))
            found.setdefault(id(label.words[0]), []).append(one)
    return found


def _part(page: Page, rows: tuple[Row, ...]) -> Page:
    return Page(page.number, page.width, page.height, page.origin, rows)


def _cells(
    page: Page,
    number: int,
    row: Row,
    scale: float,
    em: float,
    hints: dict[int, list[tuple[frozenset[str], str, int, int]]],
) -> Iterator[Cell]:
    words: list[Word] = []
    column = 0
    for word in row.words:
        if words and (
            word.left - words[-1].right > _gap(words[-1], word, scale, em)
            or len(words) * 6 > CHARACTERS
        ):
            yield _cell(page, number, column, words, scale, em, hints)
            words, column = [], column + 1
            if column == _COLUMNS:
                return
        words.append(word)
    if words:
        yield _cell(page, number, column, words, scale, em, hints)


def _gap(one: Word, other: Word, scale: float, em: float) -> float:
    """Return how far two words of a row may stand apart: further where both are large."""
    height = min(one.bottom - one.top, other.bottom - other.top)
    return max(em, min(3 * em, scale * height))


def _cell(
    page: Page,
    number: int,
    column: int,
    words: list[Word],
    scale: float,
    em: float,
    hints: dict[int, list[tuple[frozenset[str], str, int, int]]],
) -> Cell:
    texts = [word.text[:_WORD_CHARACTERS] for word in words]
    starts, place = [], 0
    for text in texts:
        starts.append(place)
        place += len(text) + 1
    height = max(word.bottom - word.top for word in words)
    return Cell(
        page,
        number,
        column,
        tuple(words),
        " ".join(texts),
        tuple(starts),
        tuple(_hints_in(words, texts, starts, hints)),
        min(word.left for word in words),
        min(word.top for word in words),
        max(word.right for word in words),
        max(word.bottom for word in words),
        max(0.6 * em, min(3 * em, scale * height)),
    )


def _hints_in(
    words: list[Word],
    texts: list[str],
    starts: list[int],
    hints: dict[int, list[tuple[frozenset[str], str, int, int]]],
) -> Iterator[Hint]:
    places = {id(word): place for place, word in enumerate(words)}
    for place, word in enumerate(words):
        by_end: dict[tuple[int, int], list[tuple[frozenset[str], str]]] = {}
        for keys, language, last_word, rest in hints.get(id(word), ()):
            last = places.get(last_word, len(words) - 1)
            by_end.setdefault((last, rest), []).append((keys, language))
        if "@" in word.text or "www." in word.text:
            continue
        for (last, rest), meanings in by_end.items():
            yield Hint(
                frozenset().union(*(keys for keys, _ in meanings)),
                frozenset(language for _, language in meanings),
                starts[place],
                max(starts[place] + 1, starts[last] + len(texts[last]) - rest),
            )
