"""Columns whose lines recognition mixed up are read again, each alone."""

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from ingestd.extraction.sheets import read_sheets
from ingestd.model import Picture, Unrecognisable, Word

SIZE = (1910, 2700)
LINES = ((140, 400), (1000, 412), (140, 440), (1000, 452), (140, 2000), (140, 2100), (140, 2200))
"""Where lines of ink begin: two columns that are not level, and plain text below."""
CLEAR = tuple(
    Word(text, 140 * 72 / 231, top * 72 / 231, 600 * 72 / 231, (top + 24) * 72 / 231, 0.95)
    for text, top in (
        ("All", 2000),
        ("that", 2100),
        ("else is said as it should be said by any page", 2200),
    )
)


def paper() -> bytes:
    image = Image.new("L", SIZE, 255)
    for left, top in LINES:
        for letter in range(20):
            box = (left + 24 * letter, top, left + 24 * letter + 14, top + 24)
            ImageDraw.Draw(image).rectangle(box, fill=0)
    file = io.BytesIO()
    image.save(file, "PNG", dpi=(231, 231))
    return file.getvalue()


def muddle(*confidences: float) -> tuple[Word, ...]:
    """Return what is read of the two columns as if they were one: one word for both of each line."""
    scale = 72 / 231
    return tuple(
        Word("Eon tn", left * scale, top * scale, (left + 470) * scale, (top + 30) * scale, sure)
        for (left, top), sure in zip(LINES[:4], confidences, strict=True)
    )


class Engine:
    """Reads a page as `first`, and anything smaller as four lines of one column below another."""

    def __init__(self, *first: Word, again: object = None) -> None:
        self.first, self.again, self.seen = first, again, list[Picture]()

    def __call__(self, picture: Picture) -> tuple[Word, ...] | None:
        self.seen.append(picture)
        if len(self.seen) == 1:
            return self.first
        if isinstance(self.again, Exception):
            raise self.again
        return self.again if isinstance(self.again, tuple) else tuple(self.lines(picture))

    def lines(self, picture: Picture) -> list[Word]:
        scale, found = 72 / picture.dpi, []
        inked = [
            row
            for row in range(picture.height)
            if 0 in picture.pixels[row * picture.width : (row + 1) * picture.width]
        ]
        tops = [row for row in inked if row - 1 not in inked]
        for text, top in zip(("Kerkstraat", "Brussel", "Number: 17", "Date"), tops, strict=False):
            edges = (24 * scale, top * scale, 480 * scale, (top + 24) * scale)
            found.append(Word(text, *edges, 0.93))
        return found


def rows(engine: Engine) -> list[str]:
    (page,) = read_sheets(paper(), "image/png", engine).pages
    return [row.text for row in page.rows]


def test_columns_that_were_mixed_up_are_read_each_alone() -> None:
    engine = Engine(*muddle(0.2, 0.3, 0.1, 0.3), *CLEAR)
    (page,) = read_sheets(paper(), "image/png", engine).pages
    words = {word.text: word for word in page.words}
    assert {"Kerkstraat", "Brussel", "Number: 17", "Date"} < set(words)
    assert "Eon tn" not in words
    assert words["Number: 17"].left > words["Kerkstraat"].right
    assert words["Number: 17"].top == pytest.approx(412 * 72 / 231, abs=3)
    assert len(engine.seen) == 2
    assert len(engine.seen[1].pixels) < len(engine.seen[0].pixels) / 8


def test_what_was_easy_to_read_is_not_read_again() -> None:
    engine = Engine(*muddle(0.9, 0.9, 0.9, 0.3), *CLEAR)
    assert rows(engine).count("Eon tn Eon tn") + rows(engine).count("Eon tn") > 0
    assert all(picture.height == engine.seen[0].height for picture in engine.seen)


@pytest.mark.parametrize("text", ["office@ldtke.example", "www.ldtke.example", "|", "a"])
def test_addresses_of_the_web_and_marks_are_not_worth_a_second_look(text: str) -> None:
    hard = [replace(one, text=text) for one in muddle(0.2, 0.3, 0.1, 0.3)]
    engine = Engine(*hard, *CLEAR)
    rows(engine)
    assert len({picture.height for picture in engine.seen}) == 1


def test_a_page_that_is_hard_as_a_whole_is_not_cut_up() -> None:
    engine = Engine(*muddle(0.2, 0.3, 0.1, 0.3))
    assert rows(engine)
    assert all(min(SIZE) < picture.height for picture in engine.seen)


@pytest.mark.parametrize("again", [None, (), Unrecognisable("too long")], ids=str)
def test_a_second_look_that_fails_leaves_the_first(again: object) -> None:
    engine = Engine(*muddle(0.2, 0.3, 0.1, 0.3), *CLEAR, again=again)
    if again is None:
        engine.lines = lambda picture: []  # type: ignore[method-assign]
    assert "All" in rows(engine)


def test_a_word_that_is_read_in_two_ways_is_in_doubt() -> None:
    engine = Engine(*muddle(0.2, 0.3, 0.1, 0.3), *CLEAR)
    (page,) = read_sheets(paper(), "image/png", engine).pages
    place = next(word for word in page.words if word.text == "Date")
    twice = Word("Dale", place.left, place.top, place.right, place.bottom, 0.9)
    first = (*muddle(0.2, 0.3, 0.1, 0.3)[:3], twice, *CLEAR)
    (page,) = read_sheets(paper(), "image/png", Engine(*first)).pages
    (date,) = (word for word in page.words if word.text == "Date")
    assert date.confidence <= 0.8
