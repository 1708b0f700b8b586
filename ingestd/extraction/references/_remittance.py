"""The payment reference (BT-83): structured ones by their check digits, others by their label.

Belgian structured communication (mod 97), Swiss QR reference (mod 10 recursive), creditor reference
(ISO 11649), Dutch betalingskenmerk (mod 11).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stdnum import iso11649
from stdnum.ch import esr

from ingestd.extraction.labels import folded
from ingestd.extraction.page import Page
from ingestd.extraction.references._outline import Line, Outline
from ingestd.extraction.references._tokens import LONGEST, token_at
from ingestd.model import Word

_BELGIAN = re.compile(
    r"(?<![\w+*])(?:\+\+\+|\*\*\*) ?(\d{3}) ?/ ?(\d{4}) ?/ ?(\d{5}) ?(?:\+\+\+|\*\*\*)(?![\w+*])"
)
_BARE_BELGIAN = re.compile(r"(?<![\w/+*.\-])(\d{3})/(\d{4})/(\d{5})(?![\w/+*\-])")
_CREDITOR = re.compile(r"(?<!\w)RF\d{2}(?: ?[A-Z0-9]){1,21}(?!\w)")
_SWISS = re.compile(r"(?<![\w./])\d{2}(?: ?\d{5}){5}(?![\w./])")
_DUTCH = re.compile(r"(?<![\w.])(\d(?: ?\d){15})(?![\w.])")
_DUTCH_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10)
_TEXT_CHARACTERS = 2_000
_WORDS = 8


@dataclass(frozen=True, slots=True)
class Reference:
    """A payment reference as printed, how sure it is, and why."""

    text: str
    confidence: float
    page: Page
    words: tuple[Word, ...]
    why: str


def read(outlines: Sequence[Outline]) -> Reference | None:
    """Return the payment reference of the pages: the surest, the first of equal ones."""
    found: list[Reference] = []
    for outline in outlines:
        for line in outline.lines:
            found.extend(_structured(outline, line))
        found.extend(_labelled(outline))
    best = max(found, key=lambda one: one.confidence, default=None)
    if best and len({_plain(one.text) for one in found if one.confidence >= best.confidence}) > 1:
        return Reference(best.text, best.confidence * 0.7, best.page, best.words, best.why)
    return best


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _structured(outline: Outline, line: Line) -> Iterator[Reference]:
    text = line.text[:_TEXT_CHARACTERS]
    for found in _BELGIAN.finditer(text):
        if is_belgian("".join(found.groups())):
            yield _cut(outline, line, found, f"+++{found[1]}/{found[2]}/{found[3]}+++", 0.99)
    labelled = any(m.key == "payment-reference" for m in outline.by_line.get(line.number, ()))
    for found in _BARE_BELGIAN.finditer(text):
        if is_belgian("".join(found.groups())):
            yield _cut(outline, line, found, found[0], 0.97 if labelled else 0.8)
    for found in _CREDITOR.finditer(text):
        if reference := _creditor(found[0]):
            yield _cut(outline, line, found, reference, 0.98)
    for found in _SWISS.finditer(text):
        if is_swiss(found[0]):
            yield _cut(outline, line, found, found[0], 0.98)
    if labelled:
        for found in _DUTCH.finditer(text):
            if is_dutch(found[0]):
                yield _cut(outline, line, found, found[0], 0.98)


def _cut(
    outline: Outline, line: Line, found: re.Match[str], text: str, confidence: float
) -> Reference:
    words = line.words[line.word_at(found.start()) : line.word_at(found.end() - 1) + 1]
    return Reference(text, confidence, outline.page, words, "check-digits")


def is_belgian(digits: str) -> bool:
    """Tell whether twelve figures are a Belgian structured communication: the first ten modulo 97 are
    the last two, 97 for 0."""
    return int(digits[-2:]) == (int(digits[:-2]) % 97 or 97)


def is_swiss(text: str) -> bool:
    """Tell whether 27 figures are a Swiss QR reference (ESR): its last one is a check digit."""
    digits = text.replace(" ", "")
    return digits.strip("0") != "" and esr.is_valid(digits)


def is_dutch(text: str) -> bool:
    """Tell whether 16 figures are a Dutch betalingskenmerk: the first is the check digit (mod 11)."""
    digits = [int(one) for one in text if one.isdigit()]
    total = sum(a * b for a, b in zip(reversed(digits[1:]), _DUTCH_WEIGHTS, strict=True))
    return digits[0] == (11 - total % 11) % 10 if total % 11 > 1 else digits[0] == total % 11


def _creditor(text: str) -> str | None:
    """Return the creditor reference that a text begins with; a following word is no part of it."""
    while text:
        if iso11649.is_valid(text):
            return text
        text = text.rpartition(" ")[0]
    return None


def _labelled(outline: Outline) -> Iterator[Reference]:
    for mark in outline.of("payment-reference"):
        if token := token_at(mark.line, mark.end, mark.rest):
            words, text = token.words, token.text
            end = mark.line.cell_end(token.end - 1)
            behind = mark.line.words[token.end : end]
            worth = 0.9 if not behind else 0.75
            yield Reference(text, worth * token.certainty, outline.page, words, "label")
        elif words := _free(mark.line, mark.end):
            text = " ".join(word.text for word in words).strip(" :")
            yield Reference(text, 0.75, outline.page, words, "label")
        elif mark.ends_cell:
            for line, start in outline.below(mark):
                if token := token_at(line, start):
                    yield Reference(token.text, 0.85, outline.page, token.words, "label-above")
                break


def _free(line: Line, place: int) -> tuple[Word, ...]:
    """Return the words of the next cell behind a label, where they are a reference in words: some have
    figures."""
    while place < len(line.words) and not folded(line.words[place].text):
        place += 1
    if place >= len(line.words):
        return ()
    words = line.words[place : line.cell_end(place)]
    text = " ".join(word.text for word in words)
    is_short = len(words) <= _WORDS and len(text) <= 2 * LONGEST
    return words if is_short and any(one.isdigit() for one in text) else ()
