"""Rows of a page as labels and amounts: which words stand before an amount, behind it, and at the head of
its column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingestd.extraction.amounts import Amount, Strip, amounts_of, point_of, strip_of
from ingestd.extraction.labels import Label, labels_of
from ingestd.extraction.page import Page
from ingestd.extraction.totals._glued import parted
from ingestd.extraction.totals._heads import MONEY_KEYS, Head, Hint, headed, letters_in
from ingestd.extraction.totals._included import is_included

ROWS = 1_500
AMOUNTS = 6_000
WORDS = 12_000
"""How much of a document is looked at; the longest real bills have a third of it on their pages."""
_REACH = 0.45
"""Of a page's height: how far below its head a column goes; that of the lines goes to the foot."""
_COVER = 0.5
_ROW_CHARACTERS = 60
_BEHIND = 6
_ALSO = {"discount-date": ("cash-discount",)}
"""What else a label says that names something besides amounts: `2 % Skonto bis`."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A label with the amounts that follow it, up to the next label. `cover` tells how much of the text
    before them the label is (0.5 to 1), `behind` what a sentence says right after the last, `is_lent`
    whether the label stands right behind the amount before it, and may be that one's."""

    keys: frozenset[str]
    amounts: tuple[Amount, ...] = ()
    rates: tuple[Amount, ...] = ()
    cover: float = 1.0
    behind: frozenset[str] = frozenset()
    is_lent: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a page with its labels, amounts (percentages too), cells, and the heads above it."""

    page: Page
    strip: Strip
    hints: tuple[Hint, ...]
    amounts: tuple[Amount, ...]
    cells: tuple[Cell, ...] = ()
    heads: tuple[Head, ...] = ()

    @property
    def top(self) -> float:
        """The upper edge of the row, in points."""
        return min(word.top for word in self.strip.row.words)

    @property
    def bottom(self) -> float:
        """The lower edge of the row, in points."""
        return max(word.bottom for word in self.strip.row.words)


def lines_of(pages: Sequence[Page]) -> list[Line]:
    """Return the rows of all pages, as many as ROWS and AMOUNTS allow; the last pages come first in that,
    for totals stand at the end."""
    strips = list(_strips(pages))
    point = point_of(strip.text for ones in strips for strip in ones)
    found: list[list[Line]] = []
    rows, amounts = ROWS, AMOUNTS
    for page, ones in zip(reversed(pages), reversed(strips), strict=True):
        lines = []
        for line in _lines(page, ones, point):
            rows -= 1
            amounts -= len(line.amounts)
            if min(rows, amounts) < 0:
                break
            lines.append(line)
        found.append(lines)
    return [line for lines in reversed(found) for line in lines]


def _strips(pages: Sequence[Page]) -> list[list[Strip]]:
    """Return the rows of each page as texts, of the last pages first, as far as WORDS allow."""
    found: list[list[Strip]] = []
    words = WORDS
    for page in reversed(pages):
        strips = []
        for row in page.rows[:ROWS]:
            words -= len(row.words)
            if row.words and words >= 0:
                strips.append(strip_of(parted(row), page.origin == "ocr"))
        found.append(strips)
    return found[::-1]


def _lines(page: Page, strips: Sequence[Strip], point: str) -> Iterator[Line]:
    labels = _labels(page, strips)
    heads: tuple[Head, ...] = ()
    before: Line | None = None
    for strip in strips:
        hints = _hints(strip, labels.get(id(strip), []))
        numbers = amounts_of(strip, page, point)
        amounts = tuple(one for one in numbers if not _is_in_hint(one, hints))
        line = Line(page, strip, hints, amounts)
        line = replace(line, cells=tuple(_cells(line, before)))
        is_money = any(one.decimals or one.currency for one in amounts if not one.is_rate)
        known, heads = heads, heads if is_money else headed(strip, hints, heads)
        if is_money or heads is known:  # numbers without cents are amounts of lines at most
            own = (one for one in heads if is_money or one.is_of_lines)
            line = replace(line, heads=tuple(one for one in own if _reaches(one, line)))
        yield line
        before = line


def _labels(page: Page, strips: Sequence[Strip]) -> dict[int, list[Label]]:
    """Return the labels of each strip; none spans two columns."""
    owners = {id(row): (row, id(strip)) for strip in strips for row in strip.columns()}
    found: dict[int, list[Label]] = {}
    for label in labels_of(replace(page, rows=tuple(row for row, _ in owners.values()))):
        found.setdefault(owners[id(label.row)][1], []).append(label)
    return found


def _is_in_hint(amount: Amount, hints: Sequence[Hint]) -> bool:
    return any(hint.start <= amount.start and amount.end <= hint.end for hint in hints)


def _reaches(head: Head, line: Line) -> bool:
    reach = 1.0 if head.is_of_lines else _REACH
    return 0 <= line.top - head.top < reach * line.page.height


def _hints(strip: Strip, labels: Sequence[Label]) -> tuple[Hint, ...]:
    """Return the labels of a row with their place in its text; those of one place are one."""
    places = {id(word): place for place, word in enumerate(strip.row.words)}
    keys: dict[tuple[int, int, int], set[str]] = {}
    for label in labels:
        first, last = places[id(label.words[0])], places[id(label.words[-1])]
        end = strip.starts[last] + len(label.words[-1].text) - len(label.rest)
        ones = keys.setdefault((first, last, end), set())
        ones |= {label.key, *_ALSO.get(label.key, ())}
    words = strip.row.words
    return tuple(
        Hint(frozenset(ones), strip.starts[first], end, words[first].left, words[last].right)
        for (first, last, end), ones in keys.items()
    )


def _cells(line: Line, before: Line | None) -> Iterator[Cell]:
    """Yield the cells of a row; its first amounts may have their label at the end of the row before."""
    text = line.strip.text
    hints = [hint for hint in line.hints if hint.keys & MONEY_KEYS]
    items: list[Hint | Amount] = sorted([*hints, *line.amounts], key=lambda one: one.start)
    open_cell = _carried(before) if items and isinstance(items[0], Amount) else Cell(frozenset())
    vat = [text[hint.start : hint.end] for hint in hints if hint.keys & {"vat", "total-vat"}]
    start, end, letters, lent = 0, 0, 0, False
    for item in items:
        gap = text[end : item.start]
        if isinstance(item, Amount):
            if open_cell.amounts and is_included(gap, text[item.end :], vat):
                yield replace(open_cell, is_lent=lent)
                open_cell, start, letters, lent = Cell(frozenset({"vat-included"})), end, 0, False
            if item.is_rate:
                open_cell = replace(open_cell, rates=(*open_cell.rates, item))
            else:
                cover = (
                    _covered(letters, text[start : item.start])
                    if not open_cell.amounts
                    else open_cell.cover
                )
                open_cell = replace(open_cell, amounts=(*open_cell.amounts, item), cover=cover)
        else:
            if open_cell.amounts:
                says = _said_behind(item.keys & MONEY_KEYS, gap)
                yield replace(open_cell, behind=says, is_lent=lent)
                open_cell, start, letters, lent = Cell(frozenset()), end, 0, bool(says)
            elif "\t" in gap and not _only_rates(gap):
                open_cell, start, letters = Cell(frozenset()), item.start, 0
            open_cell = replace(open_cell, keys=open_cell.keys | (item.keys & MONEY_KEYS))
            letters += letters_in(text[item.start : item.end])
        end = item.end
    if items:
        yield replace(open_cell, is_lent=lent)


def _said_behind(keys: frozenset[str], gap: str) -> frozenset[str]:
    """Return the keys of a label that a sentence has behind its amount: `61 638,65 € de TVA`."""
    return keys if "\t" not in gap and len(gap) <= _BEHIND and "," not in gap else frozenset()


def _carried(before: Line | None) -> Cell:
    """Return the label that a sentence ends its row with, for an amount at the start of the next."""
    if before and len(before.strip.text) > _ROW_CHARACTERS and "\t" not in before.strip.text:
        last = before.cells[-1] if before.cells else None
        if last and not last.amounts:
            return Cell(last.keys)
    return Cell(frozenset())


def _only_rates(gap: str) -> bool:
    return not any(one.isalpha() for one in gap) and "%" in gap


def _covered(letters: int, text: str) -> float:
    total = letters_in(text.rpartition("\t\t")[2])
    return _COVER + (1 - _COVER) * min(1.0, letters / total) if total else 1.0
