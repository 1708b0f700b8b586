"""What a paper calls itself: the titles that stand on a page, found by their words, place and size."""

import pkgutil
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

from ingestd.extraction.labels import LANGUAGES, folded
from ingestd.extraction.page import Page, Row
from ingestd.model import Word

ROWS = 400
"""Rows of a page that are looked at: a page that has more is none of an invoice."""
_WORDS = 14
"""A title has fewer; a sentence may begin like one."""
_ENDING = 7
"""Letters from which on a word may end a longer one and be what it is."""
_LONGEST = 40
_NUMBERS = frozenset({"no", "nr", "n", "num", "number", "nummer", "numero"})
_SERIES = 4
"""Letters that a number may begin with, behind one of these words."""
_SERIES_OF = re.compile(r"[A-Z]{1,4}")
_AMOUNT = re.compile(r"[^\d\s]{0,3}\d{1,3}(?:[.,'’]?\d{3})*[.,]\d{2}[^\d\s]{0,3}")
_SPACE = 1.4
"""A gap of so many letter heights parts two columns."""
_COMPOUNDS = ("de", "nl")
"""Languages whose words are what they end in: `Händlerpreisliste`; a French `consommation` is no
`sommation`."""
_ABOUT_INVOICES = frozenset({"reminder", "statement", "payment-advice"})
_MAY_BE_INVOICE = frozenset({"order", "order-confirmation", "delivery-note", "timesheet", "quote"})


@dataclass(frozen=True, slots=True)
class Title:
    """A title on a page: the kind of paper that it names, the row's number from the top, its place from
    0 (top) to 1, its letters' height against the usual ones of the page, whether it is a name only (with
    its number or date) and not the beginning of something longer, and its words. `number` tells that a
    number follows it, `answered` that its value stands in the next column."""

    kind: str
    row: int
    top: float
    size: float
    is_whole: bool
    number: bool
    answered: bool
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Titles by their first word, longest first; by the end of a compound (`Händlerpreisliste`); and the
    words that may stand around one, or before it where a letter says its subject."""

    titles: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    endings: dict[str, str]
    rest: frozenset[str]
    before: frozenset[str]
    subject: frozenset[str]


@cache
def phrases() -> _Phrases:
    """Return the titles of all languages."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    compounds: dict[str, str] = {}
    around: dict[str, set[str]] = {"rest": set(), "before": set(), "subject": set()}
    for language in LANGUAGES:
        data = pkgutil.get_data(__package__, f"labels/titles-{language}.toml") or b""
        for kind, texts in tomllib.loads(data.decode()).items():
            if kind in around:
                around[kind].update(folded(text) for text in texts)
                continue
            for text in texts:
                words = tuple(folded(text).split())
                found.setdefault(words[0], []).append((words, kind))
                if language in _COMPOUNDS and len(words) == 1 and len(words[0]) >= _ENDING:
                    compounds[words[0]] = kind
    ordered = {
        first: tuple(sorted(ones, key=lambda o: -len(o[0]))) for first, ones in found.items()
    }
    return _Phrases(
        ordered,
        compounds,
        frozenset(around["rest"]),
        frozenset(around["before"]),
        frozenset(around["subject"]),
    )


def cells(row: Row) -> Iterator[tuple[Word, ...]]:
    """Yield the words of a row, parted where the gap between them is wider than a space."""
    cell: list[Word] = []
    for word in row.words:
        if cell and word.left - cell[-1].right > _SPACE * max(3.0, cell[-1].bottom - cell[-1].top):
            yield tuple(cell)
            cell = []
        cell.append(word)
    if cell:
        yield tuple(cell)


def titles(page: Page) -> Iterator[Title]:
    """Yield every title and every label that names a kind of paper, from top to bottom."""
    rows = page.rows[:ROWS]
    heights = [word.bottom - word.top for row in rows for word in row.words[:50]]
    usual = max(1.0, median(heights)) if heights else 1.0
    for number, row in enumerate(rows):
        parts = tuple(cells(row))
        for at, cell in enumerate(parts):
            if found := _title(cell):
                kind, words, rest = found
                beside = parts[at + 1 : at + 2]
                yield Title(
                    kind,
                    number,
                    min(word.top for word in cell) / max(1.0, page.height),
                    max(word.bottom - word.top for word in words) / usual,
                    _is_around(rest),
                    _begins_with_number((folded(words[-1].text), *rest)),
                    _is_answered(cell, beside),
                    cell,
                )


def _title(cell: Sequence[Word]) -> tuple[str, tuple[Word, ...], tuple[str, ...]] | None:
    """Return the kind that a cell begins with, the words that say it, and what is said after it, where a
    number stands for each word with one."""
    tokens = [(token, word) for word in cell[: 2 * _WORDS] for token in folded(word.text).split()]
    tokens = _spelled_together(tokens)
    if len(tokens) > 2 * _WORDS:
        return None
    known = phrases()
    start = 0
    is_subject = False
    while start < min(2, len(tokens)) and tokens[start][0] in known.before | known.subject:
        if _match(tokens, start):  # "1 Mahnung" is a title of its own
            break
        is_subject |= tokens[start][0] in known.subject
        start += 1
    if not (found := _match(tokens, start)):
        return None
    kind, length = found
    after = tokens[start + length :]
    words = tuple(word for _, word in tokens[start : start + length])
    if kind == "invoice" and (again := _match(tokens, start + length)) and again[0] == kind:
        after = after[again[1] :]  # in two languages: "Verkoopfactuur / VAT Invoice"
    if kind in _MAY_BE_INVOICE and any(
        (_match(tokens, at) or ("", 0))[0] == "invoice" for at in range(start + length, len(tokens))
    ):
        kind, after = "invoice", []  # "delivery note / invoice" is both
    rest = [_sort(token, word.text) for token, word in after]
    if kind in _ABOUT_INVOICES:  # "reminder: invoice 17", and whatever a letter says of its subject
        rest = [] if is_subject else [one for one in rest if not _is_invoice(one)]
    if kind == "invoice" and set(rest[1:]) == {"0"} and _SERIES_OF.fullmatch(after[0][1].text):
        del rest[0]  # "Rechnung R 48.227"
    return kind, words, tuple(rest)


def _is_invoice(token: str) -> bool:
    return ((token,), "invoice") in phrases().titles.get(token, ())


def _sort(token: str, text: str) -> str:
    """Return what a word after a title is: a number, an amount (which names no paper), or itself."""
    if _AMOUNT.fullmatch(text):
        return ""
    return "0" if _is_number(text) else token


def _spelled_together(tokens: list[tuple[str, Word]]) -> list[tuple[str, Word]]:
    """Return the words of a cell, one for a title that is s p a c e d."""
    if len(tokens) < 5 or any(len(token) > 1 for token, _ in tokens):
        return tokens
    word = max((word for _, word in tokens), key=lambda one: one.bottom - one.top)
    return [("".join(token for token, _ in tokens), word)]


def _match(tokens: list[tuple[str, Word]], start: int) -> tuple[str, int] | None:
    if start >= len(tokens):
        return None
    for words, kind in phrases().titles.get(tokens[start][0], ()):
        if tuple(token for token, _ in tokens[start : start + len(words)]) == words:
            return kind, len(words)
    token = tokens[start][0]
    for at in range(1, min(len(token), _LONGEST) - _ENDING + 1):
        if ending := phrases().endings.get(token[at:]):
            return ending, 1
    return None


def _is_around(rest: tuple[str, ...]) -> bool:
    """Tell whether what follows a title belongs to it: numbers, dates, `no`, `of`."""
    known = phrases().rest
    return len(rest) <= _WORDS - 2 and all(one in known or _is_number(one) for one in rest)


def _begins_with_number(rest: tuple[str, ...]) -> bool:
    """Tell whether the last word of a title and what follows it lead to a number: `no FC 2603 0091`."""
    known = phrases().rest
    said = [one for one in rest[1:] if one not in known]
    is_named = not _NUMBERS.isdisjoint(rest[:2])
    if is_named and len(said) > 1 and said[0].isalpha() and len(said[0]) <= _SERIES:
        del said[0]
    return bool(said) and _is_number(said[0])


def _is_answered(cell: tuple[Word, ...], beside: Sequence[tuple[Word, ...]]) -> bool:
    """Tell a label from a title: `Your order of:` with its value beside it."""
    asks = cell[-1].text.rstrip().endswith(":") or (beside and beside[0][0].text.startswith(":"))
    return bool(beside and asks)


def _is_number(token: str) -> bool:
    return any(letter.isdigit() for letter in token)
