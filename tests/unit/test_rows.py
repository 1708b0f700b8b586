"""Words to rows, however many of them stand on top of each other."""

import random

import pytest

from ingestd.extraction import _rows
from ingestd.model import Word

WORDS = 10


def heap(count: int) -> list[Word]:
    """Return words that are printed over one another, none of which goes on with another."""
    chance = random.Random(count)
    tops = [chance.random() * 20 for _ in range(count)]
    return [Word("abcd", 50 + chance.random(), top, 62, top + 6, 1.0) for top in tops]


def test_a_word_in_a_heap_is_compared_with_a_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    width = _rows._width

    def counting(word: Word) -> float:
        nonlocal compared
        compared += 1
        return width(word)

    monkeypatch.setattr(_rows, "_width", counting)
    words = heap(4_000)
    rows = _rows.rows_in(words)
    assert sorted(id(word) for row in rows for word in row) == sorted(map(id, words))
    assert compared < 1_000 * len(words)


def test_lines_that_have_room_are_told_apart() -> None:
    words = [
        Word(f"{line}-{at}", 50 * at, 9 * line, 50 * at + 30, 9 * line + 8, 1.0)
        for line in range(80)
        for at in range(WORDS)
    ]
    random.Random(1).shuffle(words)
    rows = _rows.rows_in(words)
    assert [[word.text for word in row] for row in rows] == [
        [f"{line}-{at}" for at in range(WORDS)] for line in range(80)
    ]
