"""Sentences that ask for a reference with the payment: `Please quote the invoice number`."""

from collections.abc import Iterator, Sequence

from ingestd.extraction.labels import folded, stems
from ingestd.extraction.references._numbers import Choice
from ingestd.extraction.references._outline import Line, Mark, Outline
from ingestd.extraction.references._reference import Reference
from ingestd.extraction.references._tokens import token_at
from ingestd.extraction.spelling import squeezed
from ingestd.model import Word

_NUMBER, _REFERENCE = "number", "bank-reference"
_SENTENCE = 40
"""Words of a sentence; it may go on in the next line."""
_LEAST = 2
"""Words that a sentence has beside its label."""
_ARTICLES = 3
"""Words between a label and what it names: `the`, `votre`, `de la`."""
_STANDS, _NAMED, _ASKED, _OTHER = 0.9, 0.85, 0.8, 0.6


def is_of_payment(words: Sequence[Word]) -> bool:
    """Tell whether some of the words are of a payment: `transfer`, `virement`, `Zahlung`."""
    return _has(words, "of-payment")


def _has(words: Sequence[Word], name: str) -> bool:
    starts = stems(name)
    return any(
        token.startswith(starts) for word in words for token in folded(word.text[:60]).split()
    )


def named(outline: Outline, line: Line, place: int, number: Choice | None) -> Reference | None:
    """Return the number of the invoice where words from `place` on name it: with itself behind, or
    alone (`payment reference: invoice number`). What stands behind a colon is meant as it stands."""
    for mark in outline.by_line.get(line.number, ()):
        if mark.key == _NUMBER and place <= mark.first <= place + _ARTICLES:
            between = line.words[place : mark.first]
            if any(one.isdigit() for word in between for one in word.text):
                return None
            is_stated = line.words[max(0, mark.first - 1)].text.endswith(":")
            has_own = token_at(line, mark.end, mark.rest) is not None
            return None if is_stated and has_own else _number_of(outline, mark, number, _NAMED)
    return None


def _number_of(
    outline: Outline, mark: Mark, number: Choice | None, worth: float
) -> Reference | None:
    """Return the number behind a label of it, or else the one that the invoice has anyway."""
    token = token_at(mark.line, mark.end, mark.rest)
    if token and (number is None or squeezed(token.text) != squeezed(number.text)):
        return Reference(token.text, _OTHER, outline.page, token.words, "asked")
    if token:
        return Reference(token.text, _STANDS, outline.page, token.words, "asked")
    if number is None:
        return None
    return Reference(
        number.text, worth * min(1.0, number.confidence), number.page, number.words, "asked"
    )


def asked(outline: Outline, number: Choice | None) -> Iterator[Reference]:
    """Yield what the sentences of a page ask to name with a payment: the number of the invoice, or a
    reference that they give."""
    for mark in outline.of(_NUMBER, _REFERENCE):
        if _asks(outline, mark) and (one := _reference_of(outline, mark, number)):
            yield one


def _reference_of(outline: Outline, mark: Mark, number: Choice | None) -> Reference | None:
    if mark.key == _NUMBER:
        return _number_of(outline, mark, number, _ASKED)
    token = token_at(mark.line, mark.end, mark.rest)
    return Reference(token.text, _NAMED, outline.page, token.words, "asked") if token else None


def _asks(outline: Outline, mark: Mark) -> bool:
    """Tell whether the sentence that a label stands in asks for it with a payment."""
    words = _sentence(outline, mark)
    return _has(words, "to-quote") and is_of_payment(words)


def _sentence(outline: Outline, mark: Mark) -> list[Word]:
    """Return the words of the sentence that a label stands in, which may begin in the line before and
    go on in the next; none where the label has its cell for itself."""
    line = mark.line
    words = list(line.words[line.cell_start(mark.first) : line.cell_end(mark.first)])
    if len(words) - (mark.end - mark.first) < _LEAST:
        return []
    if line.number and not words[0].text[:1].isupper():
        before = outline.lines[line.number - 1]
        words = [*before.words[: before.cell_end(0)], *words]
    if line.number + 1 < len(outline.lines) and not words[-1].text.endswith("."):
        behind = outline.lines[line.number + 1]
        words += behind.words[: behind.cell_end(0)]
    return words[:_SENTENCE]
