"""The words of a text layer that a person sees on the page.

What is seen counts, not what is written: text that is not drawn, is white on white, lies under
something else or beside the page tells a reader nothing, and an invoice must not say one thing to the
person who pays and another to us. So the page is drawn, small, and a word without any contrast where
it stands is none. Text under a scan (made by a scanner, in an invisible mode) is seen in the scan.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from ingestd.extraction.sheets._drawing import Drawing
from ingestd.extraction.sheets._glyphs import Glyph
from ingestd.model import Word

_GAP = 0.5
"""Times the height of the line: letters further apart are two words."""
_STEP_BACK = 0.25
_SHIFT = 0.5
_SMALLEST = 2.5
"""Points; nobody reads smaller letters."""
_CONTRAST = 16
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_LIGATURES |= {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
"""Letters that are drawn as one, and the wide ones of Asian founts."""


def words(glyphs: Iterable[Glyph]) -> Iterator[tuple[int, Word]]:
    """Yield the words of a page with the quarters of each, as they are drawn; a word that is drawn
    twice (to look bold) once."""
    known: set[tuple[str, int, int, int]] = set()
    run: list[Glyph] = []
    for glyph in (*glyphs, Glyph("")):
        if run and (not glyph.letter or _is_apart(run, glyph)):
            word = _word(run)
            place = (word.text, round(word.left / 2), round(word.top / 2), run[0].quarters)
            if place not in known:
                known.add(place)
                yield run[0].quarters, word
            run = []
        if glyph.letter:
            run.append(glyph)


def _is_apart(run: list[Glyph], glyph: Glyph) -> bool:
    last = run[-1]
    height = max(1.0, last.bottom - last.top)
    gap, shift = glyph.left - last.right, abs(glyph.bottom - last.bottom)
    return (
        glyph.quarters != last.quarters
        or gap > _GAP * height
        or glyph.left < last.left - _STEP_BACK * height
        or shift > _SHIFT * height
    )


def _word(run: list[Glyph]) -> Word:
    text = "".join(glyph.letter for glyph in run).translate(_LIGATURES)
    return Word(
        _repaired(unicodedata.normalize("NFC", text)),
        min(glyph.left for glyph in run),
        min(glyph.top for glyph in run),
        max(glyph.right for glyph in run),
        max(glyph.bottom for glyph in run),
    )


def _repaired(text: str) -> str:
    """Return UTF-8 that someone took for Windows-1252 (`FÃ¼r`) as it was meant."""
    if not any(mark in text for mark in "ÃÂâ"):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def is_seen(word: Word, drawing: Drawing) -> bool:
    """Tell whether a word stands on the page, is large enough to be read and differs from what is
    around it; `drawing` is the page."""
    if word.bottom - word.top < _SMALLEST:
        return False
    return drawing.contrast(word.left, word.top, word.right, word.bottom) >= _CONTRAST
