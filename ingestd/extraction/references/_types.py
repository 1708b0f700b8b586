"""The type of a paper (BT-3): an invoice (380) or a credit note (381); a corrected (384) or a prepayment
invoice (386) where its title says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestd.extraction.labels import folded, phrases
from ingestd.extraction.page import Page
from ingestd.extraction.references._outline import Mark, Outline
from ingestd.model import Word

INVOICE, CREDIT_NOTE, CORRECTED = "380", "381", "384"
_TITLES = {
    "invoice-title": INVOICE,
    "credit-title": CREDIT_NOTE,
    "correction-title": CORRECTED,
}
_BACK = "preceding-invoice"
"""What such a label begins with may be a title: `Credit note for invoice 17`."""
_INVOICE = re.compile("invoice|rechnung|fact|fakt|fattura")
_UPPER = 0.6
_DOUBTFUL = frozenset({"gutschrift", "storno", "abono", "avoir", "stornierung"})
"""Words that are also something else: a payment that was credited, a verb."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A type code, how sure it is, and the words that say it."""

    code: str
    confidence: float
    page: Page
    words: tuple[Word, ...]


def read(
    outlines: Sequence[Outline], refers_back: bool, is_negative: bool = False
) -> Choice | None:
    """Return the type by the titles of the first page that has any, then by the labels of its numbers;
    `refers_back` tells that it names an earlier invoice, as credit notes do, `is_negative` that its
    total is below zero."""
    for outline in outlines:
        titles = [mark for mark in outline.of(*_TITLES) if _is_title(outline, mark)]
        if titles := [*_given_back(outline, titles), *titles]:
            return _of_titles(outline, titles, refers_back, is_negative)
    for outline in outlines:
        for mark in outline.of("credit-number", "number", "invoice-title"):
            words = mark.line.words[mark.first : mark.end]
            if mark.key == "credit-number":
                return Choice(CREDIT_NOTE, 0.97 if mark.opens_cell else 0.9, outline.page, words)
            is_named = mark.opens_cell and bool(_INVOICE.search(folded(mark.text)))
            return Choice(INVOICE, 0.96 if is_named else 0.9, outline.page, words)
    for outline in outlines[:1]:
        if outline.lines:
            return Choice(INVOICE, 0.7, outline.page, ())
    return None


def _is_title(outline: Outline, mark: Mark) -> bool:
    """Tell whether a word is a title: it opens its cell in the upper part of a page, and no sentence
    goes on behind it."""
    if not mark.opens_cell or mark.line.words[0].top > _UPPER * outline.page.height:
        return False
    behind = mark.line.words[mark.end : mark.line.cell_end(mark.first)]
    plain = [word for word in behind if folded(word.text) and folded(word.text).isalpha()]
    return len(plain) <= 3


def _given_back(outline: Outline, titles: Sequence[Mark]) -> list[Mark]:
    """Return the labels of an earlier invoice that are a title themselves: they name a credit note, and
    stand above every title. Below one they are an item of it."""
    first = min((mark.line.number for mark in titles), default=len(outline.lines))
    return [
        mark
        for mark in outline.of(_BACK)
        if mark.line.number < first and _is_title(outline, mark) and _names_credit(mark.text)
    ]


def _code_of(mark: Mark) -> str:
    return _TITLES.get(mark.key, CREDIT_NOTE)


def _names_credit(text: str) -> bool:
    """Tell whether a text begins with a title of credit notes."""
    words = tuple(folded(text).split())
    return any(
        key == "credit-title" and words[: len(title)] == title
        for title, key, _ in phrases().get(words[0], ())
    )


def _is_for_both(outline: Outline, title: Mark) -> bool:
    """Tell whether a title is of a form for invoices and credit notes: `Invoice / Credit note`."""
    line = title.line
    codes = {
        _TITLES[mark.key]
        for mark in outline.by_line[line.number]
        if mark.key in _TITLES and line.cells[mark.first] == line.cells[title.first]
    }
    behind = [word.text for word in line.words[title.first : line.cell_end(title.first)]]
    is_joined = any("/" in text for text in behind)
    return is_joined and (len(codes) > 1 or (_code_of(title) == CREDIT_NOTE and "/" in title.text))


def _of_titles(
    outline: Outline, titles: Sequence[Mark], refers_back: bool, is_negative: bool
) -> Choice:
    """Return what the titles of a page say: the largest one decides, the first of equal ones; an
    invoice among them makes a credit note doubtful."""
    best = max(titles, key=lambda mark: (round(mark.height), -mark.line.number, -mark.first))
    code = _code_of(best)
    others = {_code_of(mark) for mark in titles} - {code}
    numbered = {mark.key for mark in outline.of("credit-number")}
    confidence = 0.98
    if code == INVOICE:
        if others:
            confidence = 0.75
        elif numbered or is_negative:  # what gives back is an invoice by its title only
            confidence = 0.8
    elif code == CREDIT_NOTE:
        is_vague = folded(best.text) in _DOUBTFUL and not (refers_back or numbered)
        confidence = 0.9 if is_vague else 0.98
        if others and not (refers_back or numbered):
            confidence = 0.85
    else:  # a correction that gives back is a credit note, one below zero corrects an invoice
        code, confidence = (CORRECTED, 0.85) if is_negative else (CREDIT_NOTE, 0.9)
    if _is_for_both(outline, best):
        confidence = 0.75
    words = best.line.words[best.first : best.end]
    return Choice(code, confidence, outline.page, words)
