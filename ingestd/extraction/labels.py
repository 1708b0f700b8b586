"""The words by which invoices name their fields, a data file for each language, and where a page has
them."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingestd.extraction.page import Page, Row
from ingestd.model import Word

LANGUAGES = ("en", "fr", "de", "nl", "es", "it")


@dataclass(frozen=True, slots=True)
class Label:
    """A label on a page: the key it stands for (`number`, `due`, `vat-number`, ...), its language,
    the words that it consists of, and the row they are in."""

    key: str
    language: str
    words: tuple[Word, ...]
    row: Row

    @property
    def text(self) -> str:
        """The label as it stands on the page."""
        return " ".join(word.text for word in self.words)


def folded(text: str) -> str:
    """Return letters and digits of a text, without accents and case: `N° TVA :` -> `no tva`."""
    text = text.replace("\u00b0", "o").replace("\u00ba", "o").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", plain))


@cache
def phrases() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    """Return all labels by their first word, longest first: words, key, language."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for language in LANGUAGES:
        data = files("ingestd.extraction").joinpath("labels", f"{language}.toml").read_text("utf-8")
        for key, texts in tomllib.loads(data).items():
            for text in texts:
                words = tuple(folded(text).split())
                found.setdefault(words[0], []).append((words, key, language))
    return {first: tuple(sorted(ones, key=lambda o: -len(o[0]))) for first, ones in found.items()}


def labels_of(page: Page) -> Iterator[Label]:
    """Yield every label of a page, row by row; of labels that begin at the same word those of most
    words, several where one phrase has several meanings. A label never spans rows."""
    for row in page.rows:
        tokens = [(token, word) for word in row.words for token in folded(word.text).split()]
        yield from _in_row(row, tokens)


def _in_row(row: Row, tokens: list[tuple[str, Word]]) -> Iterator[Label]:
    place = 0
    known = phrases()
    while place < len(tokens):
        best = 0
        for words, key, language in known.get(tokens[place][0], ()):
            here = tokens[place : place + len(words)]
            if len(words) < best or tuple(token for token, _ in here) != words:
                continue
            best = len(words)
            yield Label(key, language, tuple(dict.fromkeys(word for _, word in here)), row)
        place += best or 1
