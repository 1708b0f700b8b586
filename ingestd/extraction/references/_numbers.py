"""The number of an invoice (BT-1): what labels, titles, repetition and earlier invoices say of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from ingestd.extraction.labels import folded, phrases
from ingestd.extraction.page import Page
from ingestd.extraction.references._elsewhere import foreign
from ingestd.extraction.references._neighbours import (
    TITLES,
    following,
    is_claimed,
    is_near_title,
    is_of_other_cell,
)
from ingestd.extraction.references._outline import Mark, Outline
from ingestd.extraction.references._tokens import NUMBER_WORDS, Token, token_at
from ingestd.extraction.spelling import squeezed
from ingestd.model import KnownSupplier, Word

MOST = 60
SURE_ON_PAGE = 0.93
"""Candidates that are weighed; a page that has more is none of one invoice."""
_INVOICE = re.compile(r"invoice|bill|rechn|fact|fakt|fatt|\b(?:ft|inv|re|rg)\b")
_ALONE = 0.7
"""What a number is worth that stands alone below a title, with nothing that calls it one."""
_TITLE_WORDS = 2
"""How many words a title goes on with in a line of its own before `No`."""
_HARMLESS = 0.72
"""A rival of less is what a vague label names: any paper has some."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be the number: why (`label`, `title`, ...), how surely that alone would make it, and
    whether the label speaks of a credit note or of an invoice."""

    text: str
    page: Page
    words: tuple[Word, ...]
    why: str
    worth: float
    of_credit: bool = False
    of_invoice: bool = False

    @property
    def plain(self) -> str:
        """The number without what is only decoration."""
        return squeezed(self.text)


@dataclass(frozen=True, slots=True)
class Choice:
    """The number that was chosen, with the reasons for it."""

    text: str
    confidence: float
    page: Page
    words: tuple[Word, ...]
    why: tuple[str, ...]


def shape(text: str) -> str:
    """Return the shape of a number: `FA-2026/0017` is `AA-9999/9999`."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", text))


def candidates(outlines: Sequence[Outline]) -> list[Candidate]:
    """Return what labels and titles call the number of the invoice, from the first page on."""
    found: list[Candidate] = []
    for outline in outlines:
        for one in _of_page(outline):
            found.append(one)
            if len(found) == MOST:
                return found
    return found


def _of_page(outline: Outline) -> Iterator[Candidate]:
    for mark in outline.marks:
        if mark.key in ("number", "credit-number", "number-and-date"):
            yield from _labelled(outline, mark)
        elif mark.key in TITLES:
            yield from _titled(outline, mark)
        elif mark.key == "weak-number":
            yield from _vaguely_labelled(outline, mark)


def _labelled(outline: Outline, mark: Mark) -> Iterator[Candidate]:
    token, is_below = following(outline, mark)
    if token is None:
        return
    worth = (0.95 if is_below else 0.97) * token.certainty * _weight_of(token.text)
    if mark.key == "number-and-date":
        worth *= 0.98
    if not is_below and not mark.opens_cell and _is_prose(mark):
        worth = min(worth, 0.8)
    why = "label-above" if is_below else "label"
    of_credit = mark.key == "credit-number"
    of_invoice = not of_credit and bool(_INVOICE.search(folded(mark.text)))
    yield Candidate(token.text, outline.page, token.words, why, worth, of_credit, of_invoice)


def _titled(outline: Outline, mark: Mark) -> Iterator[Candidate]:
    """Yield the number right behind a title: `Facture FA-17`; in a sentence it is worth less."""
    token = token_at(mark.line, mark.end, mark.rest) or _numbered(outline, mark)
    if token is None and mark.opens_cell and mark.ends_cell:
        yield from _under_title(outline, mark)
    if token is None or is_claimed(outline, mark, token) or is_of_other_cell(mark, token):
        return
    between = folded(" ".join(word.text for word in mark.line.words[mark.end : token.end]))
    is_numbered = any(word in NUMBER_WORDS for word in between.split()[:3]) or "#" in mark.rest
    worth = 0.96 if is_numbered or _is_whole(mark, token) else 0.93
    if not mark.opens_cell or _is_prose(mark) or ":" in mark.text[:-1]:  # "Storno: Rechnung 17"
        worth = 0.8 if is_numbered else 0.6
    if re.fullmatch(r"(19|20)\d\d", token.text) or len(squeezed(token.text)) < 3:
        worth *= 0.7
    worth *= token.certainty * _weight_of(token.text)
    of_credit = mark.key in ("credit-title", "correction-title")
    yield Candidate(
        token.text, outline.page, token.words, "title", worth, of_credit, of_invoice=not of_credit
    )


def _under_title(outline: Outline, mark: Mark) -> Iterator[Candidate]:
    """Yield the number in the line below a title: behind the sign of one (`Invoice / # INV-17`) that is
    sure, alone in its cell it is a suggestion."""
    for line, start in outline.below(mark):
        token = token_at(line, start)
        is_signed = line.words[start].text.startswith("#")
        if token is None or not (is_signed or line.words[start] is token.words[0]):
            return
        if is_signed or token.end == line.cell_end(start):
            is_credit = mark.key in ("credit-title", "correction-title")
            worth = (0.96 if is_signed else _ALONE) * token.certainty * _weight_of(token.text)
            yield Candidate(
                token.text, outline.page, token.words, "title", worth, is_credit, not is_credit
            )
        return


def _numbered(outline: Outline, mark: Mark) -> Token | None:
    """Return the number behind `No` a few words after a title: `Teilrechnung Bau (875) Nr. 17`."""
    for other in outline.by_line[mark.line.number]:
        if (
            other.key == "weak-number"
            and mark.end <= other.first <= mark.end + 3
            and mark.line.cells[other.first] == mark.line.cells[mark.first]
        ):
            return token_at(mark.line, other.end, other.rest)
    return None


def _vaguely_labelled(outline: Outline, mark: Mark) -> Iterator[Candidate]:
    """Yield the number behind `No` or `Document`, which is the invoice's where its title stands near."""
    token, is_below = following(outline, mark)
    if not _begins_word(mark):
        return
    if token is None or not (mark.opens_cell or _goes_on_with_title(outline, mark)):
        return
    if is_below:
        worth = 0.4
    elif is_near_title(outline, mark):
        worth = 0.96 if _is_whole(mark, token) else 0.9
    elif _is_among_facts(outline, mark):
        worth = 0.955
    else:
        worth = 0.55 if folded(mark.text) in NUMBER_WORDS else 0.7
    worth *= token.certainty * _weight_of(token.text)
    yield Candidate(token.text, outline.page, token.words, "near-title", worth)


def _begins_word(mark: Mark) -> bool:
    """Tell whether a vague label is whole: the `Nr` of `Mandats-Nr.` is that of something else."""
    first = folded(mark.text).split()[0]
    return any(key == mark.key for _, key, _ in phrases().get(first, ()))


def _is_whole(mark: Mark, token: Token) -> bool:
    """Tell whether a cell is a title and its number, with a date perhaps, and nothing else."""
    line = mark.line
    start = mark.end
    if start < len(line.cells) and line.cells[start] != line.cells[mark.first]:
        return False
    end = line.cell_end(mark.first)
    if token.end >= end:
        return mark.opens_cell
    return mark.opens_cell and any(
        line.word_at(one.start) - token.end <= 2 and line.word_at(one.end - 1) == end - 1
        for one in line.dates
    )


def _goes_on_with_title(outline: Outline, mark: Mark) -> bool:
    """Tell whether the words before a vague label are the second line of a title: `Factura / de anticipo
    nº 17`."""
    line = mark.line
    words = line.words[line.cell_start(mark.first) : mark.first]
    if len(words) > _TITLE_WORDS or not all(folded(word.text).isalpha() for word in words):
        return False
    return any(
        title.line.number == line.number - 1
        and title.opens_cell
        and title.ends_cell
        and abs(title.left - words[0].left) < min(4.0, title.height)
        for title in outline.of(*TITLES)
    )


def _is_among_facts(outline: Outline, mark: Mark) -> bool:
    """Tell whether the line before or after one with a vague label, in the same column, dates the
    invoice: its facts stand together."""
    near = range(mark.line.number - 2, mark.line.number + 3)
    return any(
        other.line.number in near and abs(other.left - mark.left) < 4 and other.opens_cell
        for other in outline.of("issue-date", "date")
    )


def _is_prose(mark: Mark) -> bool:
    """Tell whether a label stands within a sentence: more words of its cell before it than a title
    has."""
    line = mark.line
    before = sum(line.cells[place] == line.cells[mark.first] for place in range(mark.first))
    return before > 2


def _weight_of(text: str) -> float:
    """Return what the look of a number is worth: of one or two characters it is hardly one."""
    size = len(squeezed(text))
    if size > 2:
        return 1.0
    return 0.9 if size == 2 else 0.75


def choose(
    found: Sequence[Candidate],
    outlines: Sequence[Outline],
    supplier: KnownSupplier | None = None,
    taken: frozenset[str] = frozenset(),
) -> Choice | None:
    """Return the number of the invoice: the candidate with most independent evidence, less sure the
    better its best rival is. `taken` are values that are something else: VAT numbers, IBANs."""
    rivals: dict[str, list[Candidate]] = {}
    is_credit = any(one.of_credit and one.worth > 0.8 for one in found)
    for one in found:
        if one.plain and one.plain not in taken and (one.of_credit or not is_credit):
            rivals.setdefault(one.plain, []).append(one)
    others = foreign(outlines)
    weighed = sorted(
        ((_weigh(ones, others, supplier), ones) for ones in rivals.values()),
        key=lambda pair: -pair[0],
    )
    if not weighed:
        return None
    confidence, ones = weighed[0]
    if len(weighed) > 1:
        confidence *= 1 - max(0.0, weighed[1][0] - _HARMLESS)
    best = max(ones, key=lambda one: one.worth)
    why = tuple(dict.fromkeys(one.why for one in ones))
    return Choice(best.text, min(0.99, confidence), best.page, best.words, why)


def _weigh(ones: Sequence[Candidate], others: set[str], supplier: KnownSupplier | None) -> float:
    """Return how surely these candidates of one number are right, each kind of evidence once."""
    by_why: dict[str, float] = {}
    for one in ones:
        by_why[one.why] = max(by_why.get(one.why, 0.0), one.worth)
    doubt = prod(1 - worth for worth in by_why.values())
    if len({one.page.number for one in ones}) > 1:
        doubt *= 0.6
    if supplier and supplier.numbers:
        same = {shape(number) for number in supplier.numbers}
        doubt *= 0.4 if shape(ones[0].text) in same else 1.5
    if ones[0].plain in others:
        doubt = min(1.0, doubt * 4)
    return max(0.0, 1 - doubt)
