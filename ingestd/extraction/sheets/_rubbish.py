"""Whether a text layer is text. Fonts that do not say which letters they have give numbers of glyphs
(`5HFKQXQJ` for `Rechnung`), boxes and signs of nowhere: such a page is read from its picture."""

from collections.abc import Sequence

from ingestd.extraction.sheets._glyphs import Glyph
from ingestd.model import Word

_NONSENSE = 0.02
"""The share of signs that are none; the few may be the amounts, whose font is another."""
_FEW = 3
_LETTERS = 120
"""Fewer letters tell nothing of a language."""
_VOWELS = frozenset("aeiouyäöüàáâãåæèéêëìíîïòóôõøœùúûýÿ")
_VOWEL_SHARE = (0.2, 0.6)
"""Of letters in words; in the languages of Europe 0.36 to 0.48."""
_LATIN_END = 0x250


def is_rubbish(drawn: Sequence[Glyph], words: Sequence[Word]) -> bool:
    """Tell whether the glyphs of a page, or the words made of them, are not what it shows."""
    letters = [glyph for glyph in drawn if glyph.letter]
    nonsense = sum(glyph.unmapped or _is_nonsense(glyph.letter) for glyph in letters)
    if nonsense > max(_FEW, _NONSENSE * len(letters)):
        return True
    text = "".join(word.text for word in words)
    return "(cid:" in text or not _is_language(words)


def _is_nonsense(letter: str) -> bool:
    code = ord(letter)
    is_private = 0xE000 <= code <= 0xF8FF or code >= 0xF0000
    return is_private or code == 0xFFFD or code < 0x20 or 0x7F <= code < 0xA0


def _is_language(words: Sequence[Word]) -> bool:
    """Tell whether words in Latin letters are words of a language; others are not judged."""
    letters = [one.lower() for word in words if len(word.text) > 2 for one in word.text]
    letters = [one for one in letters if one.isalpha()]
    latin = [one for one in letters if ord(one) < _LATIN_END]
    if len(latin) < _LETTERS or len(latin) < len(letters) / 2:
        return True
    low, high = _VOWEL_SHARE
    return low <= sum(one in _VOWELS for one in latin) / len(latin) <= high
