"""Words to rows. Each word, from left to right, goes on with the row whose last word it stands beside
best: so a row may climb a little, as those of a scan do, without its lines getting mixed up.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from ingestd.model import Word

_LANE = 12.0
"""Points; words are looked for by the lane that the middle of their row is in."""
_TALLEST = 36.0
_CROWD = 100
"""So many rows of a lane are looked at, the latest: more have no room in it but on top of each other."""
_SAME_SIZE = 1.8
_TITLE = 2.5
"""Times the height: what is larger stands beside several lines, in the middle of none."""
_BESIDE, _FAR_BESIDE = 0.5, 0.6
"""How much of the smaller height two words of one line share, and two with a gap between."""
_GAP = 4.0
_SPACED_LETTERS = 4
_SPACED_GAP = 1.3
"""Times the height: letters further apart are columns of single letters, not a spaced word."""


def rows_in(words: Iterable[Word]) -> list[tuple[Word, ...]]:
    """Return words as rows, from top to bottom, each from left to right."""
    rows: list[list[Word]] = []
    lanes: dict[int, list[int]] = defaultdict(list)
    for word in sorted(words, key=lambda one: (one.left, one.top)):
        number = _best(word, rows, lanes)
        if number is None:
            number = len(rows)
            rows.append([])
        elif (lane := _lane(_mark(rows[number]))) != _lane(word):
            lanes[lane].remove(number)
        rows[number].append(word)
        if number not in lanes[lane := _lane(_mark(rows[number]))]:
            lanes[lane].append(number)
    joined = [tuple(_joined(row)) for row in rows]
    return sorted(joined, key=lambda row: (median(_middle(one) for one in row), row[0].left))


def _best(word: Word, rows: list[list[Word]], lanes: dict[int, list[int]]) -> int | None:
    """Return the row that a word goes on with, if there is one."""
    half = min(_TALLEST, word.bottom - word.top) / 2 + _TALLEST / 2
    first, last = int((_middle(word) - half) // _LANE), int((_middle(word) + half) // _LANE)
    found, most = None, 0.0
    for lane in range(first, last + 1):
        for number in lanes.get(lane, [])[-_CROWD:]:
            row = rows[number]
            if row[-1].right - word.left > 0.5 * min(_width(row[-1]), _width(word)):
                continue
            likeness = _likeness(_mark(row), word)
            if likeness > most:
                found, most = number, likeness
    return found


def _mark(row: list[Word]) -> Word:
    """Return the word by which a row's height is told: its last one that is more than a mark."""
    for word in reversed(row[-3:]):
        if len(word.text) > 1 and any(one.isalnum() for one in word.text):
            return word
    return row[-1]


def _likeness(mark: Word, word: Word) -> float:
    """Return how surely two words stand on one line, 0 for not at all."""
    one, other = mark.bottom - mark.top, word.bottom - word.top
    small, big = max(0.1, min(one, other)), max(0.1, one, other)
    shared = (min(mark.bottom, word.bottom) - max(mark.top, word.top)) / small
    gap = max(0.0, word.left - mark.right) / big
    if shared <= (_FAR_BESIDE if gap > _GAP else _BESIDE):
        return 0.0
    if big > _SAME_SIZE * small and not _is_level(mark, word, small):
        return 0.0
    return min(1.0, shared) + 1 / (1 + gap)


def _is_level(one: Word, other: Word, small: float) -> bool:
    """Tell whether two words of different sizes stand on one line: by their feet or their middles. A
    mark (a dash, a point) stands wherever it is in the line."""
    less, more = sorted((one, other), key=lambda word: word.bottom - word.top)
    if len(less.text) < 2 or not any(letter.isalnum() for letter in less.text):
        return True
    feet, middles = abs(one.bottom - other.bottom), abs(_middle(one) - _middle(other))
    is_title = more.bottom - more.top > _TITLE * small
    return feet < 0.35 * small or (middles < 0.3 * small and not is_title)


def _joined(row: list[Word]) -> list[Word]:
    """Put letters that are spaced apart (`R E C H N U N G`) together to words."""
    joined: list[Word] = []
    run: list[Word] = []
    for word in row:
        is_letter = len(word.text) == 1 and word.text.isalnum()
        if run and not (is_letter and _is_near(run[-1], word)):
            joined += _closed(run)
            run = []
        if is_letter:
            run.append(word)
        else:
            joined.append(word)
    return joined + _closed(run)


def _is_near(one: Word, other: Word) -> bool:
    height = max(one.bottom - one.top, other.bottom - other.top)
    return other.left - one.right < _SPACED_GAP * height


def _closed(run: list[Word]) -> list[Word]:
    """Return a run of single letters as words, split where the gap is wider than usual in it."""
    if len(run) < _SPACED_LETTERS:
        return run
    gaps = [after.left - before.right for before, after in itertools.pairwise(run)]
    wide = max(0.5, 1.6 * median(gaps))
    pieces = [[run[0]]]
    for gap, word in zip(gaps, run[1:], strict=True):
        if gap > wide:
            pieces.append([])
        pieces[-1].append(word)
    if len(pieces) > len(run) / 2:
        return run
    return [_one(piece) for piece in pieces]


def _one(words: Sequence[Word]) -> Word:
    return Word(
        "".join(word.text for word in words),
        words[0].left,
        min(word.top for word in words),
        words[-1].right,
        max(word.bottom for word in words),
        min(word.confidence for word in words),
    )


def _middle(word: Word) -> float:
    return (word.top + word.bottom) / 2


def _width(word: Word) -> float:
    return word.right - word.left


def _lane(word: Word) -> int:
    return int(_middle(word) // _LANE)
