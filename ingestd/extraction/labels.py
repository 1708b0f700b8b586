"""The words by which invoices name their fields, a data file for each language, and where a page has
them."""

import pkgutil
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from ingestd.extraction.page import Page, Row
from ingestd.model import Word

LANGUAGES = ("en", "fr", "de", "nl", "es", "it")
_TOKEN = re.compile(r"[^\W_\u00b0\u00ba\u2116]*\.?[\u00b0\u00ba\u2116]|[^\W_\u00b0\u00ba\u2116]+")
"""A run of letters and digits; the sign of `n°` and `n.º` ends it, whatever stands close behind."""
_WORD_CHARACTERS = 256
"""No label and no value is longer; strangers' words may be."""
_STEMS = "stems-"


@dataclass(frozen=True, slots=True)
class Label:
    """A label on a page: the key it stands for (`number`, `due`, `vat-number`, ...), its language,
    the words that it consists of, and the row they are in. `rest` is what its last word goes on to say:
    `RE-17` of `Nr.:RE-17`, "" mostly."""

    key: str
    language: str
    words: tuple[Word, ...]
    row: Row
    rest: str = ""

    @property
    def text(self) -> str:
        """The label as it stands on the page."""
        return " ".join(word.text for word in self.words)


def folded(text: str) -> str:
    """Return letters and digits of a text, without accents and case: `N° TVA :` -> `no tva`."""
    return " ".join(_folded_token(one) for one in _TOKEN.findall(_composed(text)))


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=8192)
def _folded_token(text: str) -> str:
    text = text.replace("\u00b0", "o").casefold()
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if one.isalnum())


@cache
def _data() -> tuple[tuple[str, dict[str, list[str]]], ...]:
    """Return what the data files say, by language."""
    files = [(one, pkgutil.get_data(__package__, f"labels/{one}.toml") or b"") for one in LANGUAGES]
    return tuple((language, tomllib.loads(data.decode())) for language, data in files)


@cache
def phrases() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    """Return all labels by their first word, longest first: words, key, language."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for language, data in _data():
        for key, texts in data.items():
            for text in () if key.startswith(_STEMS) else texts:
                words = tuple(folded(text).split())
                found.setdefault(words[0], []).append((words, key, language))
    return {first: tuple(sorted(ones, key=lambda o: -len(o[0]))) for first, ones in found.items()}


@cache
def stems(name: str) -> tuple[str, ...]:
    """Return how the words of sentences begin that say one thing in any language, folded: `stems-NAME`
    in the data files, which are no labels."""
    texts = [text for _, data in _data() for text in data.get(_STEMS + name, ())]
    return tuple(sorted({folded(text) for text in texts}))


def labels_of(page: Page) -> Iterator[Label]:
    """Yield every label of a page, row by row; of labels that begin at the same word those of most
    words, several where one phrase has several meanings. A label never spans rows."""
    for row in page.rows:
        yield from _in_row(row, [token for word in row.words for token in _tokens(word)])


def _tokens(word: Word) -> Iterator[tuple[str, Word, int]]:
    """Yield the folded tokens of a word, each with where it ends there."""
    for found in _TOKEN.finditer(_composed(word.text[:_WORD_CHARACTERS])):
        yield _folded_token(found[0]), word, found.end()


def _in_row(row: Row, tokens: list[tuple[str, Word, int]]) -> Iterator[Label]:
    place = 0
    known = phrases()
    while place < len(tokens):
        best = 0
        second = tokens[place + 1][0] if place + 1 < len(tokens) else ""
        for words, key, language in known.get(tokens[place][0], ()):
            if len(words) < best:
                break
            if len(words) > 1 and words[1] != second:
                continue
            here = tokens[place : place + len(words)]
            if tuple(token for token, _, _ in here) != words:
                continue
            best = len(words)
            parts = tuple(dict.fromkeys(word for _, word, _ in here))
            last = _composed(parts[-1].text[:_WORD_CHARACTERS])
            yield Label(key, language, parts, row, last[here[-1][2] :])
        place += best or 1
