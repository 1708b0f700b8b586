"""Order and contract of an invoice (BT-13, BT-12): what the buyer calls them, by the label."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingestd.extraction.labels import folded
from ingestd.extraction.references._outline import Line, Mark, Outline
from ingestd.extraction.references._reference import Reference
from ingestd.extraction.references._tokens import (
    LONGEST,
    NUMBER_WORDS,
    Token,
    is_amount,
    is_other,
    token_at,
)
from ingestd.model import Word

_WORTH = {"your-order": 0.96, "order-number": 0.85, "your-reference": 0.65, "contract-number": 0.96}
"""Nobody can tell whose number `Order no` is: the buyer's order or the seller's."""
_FIELDS = {
    "purchase_order_reference": ("your-order", "order-number", "your-reference"),
    "contract_reference": ("contract-number",),
}
_DOUBTFUL = 0.9
"""What a number is worth where its cell goes on, or that may be a day: `4711 A`, `17/03`."""
_IN_WORDS = 0.75
_ABBREVIATED = 3
_MENTIONED = 2
_WORDS = 4
_WEEK = re.compile(r"(?:KW|CW|WK) ?\d{1,2}(?:/\d{2,4})?")
_DAY = re.compile(r"\d{1,2}[./]\d{1,2}\.?")
_CODE = re.compile(r"(?=.{5})[A-Z]{2,}(?:[-/_.][A-Z]{2,})+")
_RANDOM = re.compile(r"(?!(?:.*[AEIOU]){4})[A-Z]{9}")
"""A reference as PrestaShop draws it: nine letters; words have more vowels."""
_PERSON = re.compile(
    r"\b(?:herrn?|frau|hr|fr|mr|mrs|ms|miss|m|mme|mlle|monsieur|madame|dhr|mevr|mw|sig|sr|sra|dr)\b"
)
_GOES_ON = ("-", "/", ",", ";", "&", "+")


def read(outlines: Sequence[Outline]) -> Iterator[tuple[str, Reference]]:
    """Yield the references by the names of `model.Invoice`'s fields; several orders are a doubt."""
    for field, keys in _FIELDS.items():
        for key in keys:
            if found := _labelled(outlines, key):
                yield field, found
                break


def _labelled(outlines: Sequence[Outline], key: str) -> Reference | None:
    found: dict[str, Reference] = {}
    within: set[int] = set()
    for outline in outlines:
        for mark in outline.of(key):
            if id(mark.line.words[mark.first]) in within or _is_of_item(mark):
                continue  # "PO: PO 4711": of the number, not a label
            if one := _value(outline, mark):
                found.setdefault(one.text, one)
                within |= {id(word) for word in one.words}
    if not found:
        return None
    first = next(iter(found.values()))
    if len(found) == 1:
        return first
    return replace(first, confidence=first.confidence * 0.6)


def _is_of_item(mark: Mark) -> bool:
    """Tell whether a label of one word is but some letters of an item or a name (`Via Po 18`): other
    words stand before it in its cell, and amounts in the cells behind, or it is no abbreviation."""
    line = mark.line
    behind = line.words[line.cell_end(mark.first) :]
    if mark.opens_cell or mark.end - mark.first > 1:
        return False
    is_name = not mark.text.isupper() and len(folded(mark.text)) <= _ABBREVIATED
    return is_name or any(is_amount(word.text) for word in behind)


def _value(outline: Outline, mark: Mark) -> Reference | None:
    """Return what a label names: a number, or else a reference in words."""
    worth = _WORTH[mark.key]
    if found := _following(outline, mark):
        line, token = found
        if _WEEK.fullmatch(token.text):
            return None
        worth *= token.certainty * (0.8 if len(token.text) < 3 else 1.0)
        is_doubtful = _DAY.fullmatch(token.text) or _goes_on(outline, line, token)
        if is_doubtful or _has_sign(mark, line, token) or _is_mentioned(mark):
            worth *= _DOUBTFUL
        return Reference(token.text, worth, outline.page, token.words, "label")
    words = _in_words(outline, mark) if mark.key in ("your-order", "order-number") else ()
    if words and (mark.key == "your-order" or _RANDOM.fullmatch(_text(words))):
        return Reference(_text(words), _IN_WORDS * worth, outline.page, words, "words")
    return None


def _following(outline: Outline, mark: Mark) -> tuple[Line, Token] | None:
    """Return the number behind a label or below it, with its line."""
    mark = _with_date(outline, mark)
    if token := token_at(mark.line, mark.end, mark.rest):
        between = range(mark.end, mark.line.places[id(token.words[0])])
        marks = outline.by_line[mark.line.number]
        if any(other.first in between and other.key != mark.key for other in marks):
            return None
        return mark.line, token
    if not (mark.ends_cell and mark.opens_cell):
        return None
    for line, start in outline.below(mark):
        if any(other.first == start for other in outline.by_line.get(line.number, ())):
            return None
        below = token_at(line, start)
        return (line, below) if below else None
    return None


def _with_date(outline: Outline, mark: Mark) -> Mark:
    """Return a label with the date that it goes on to name: `Order no. / date` has both behind it."""
    for other in outline.by_line[mark.line.number]:
        joined = mark.rest + " ".join(
            word.text for word in mark.line.words[mark.end : max(mark.end, other.first)]
        )
        is_next = mark.first < other.first <= mark.end + 1 or other.first == mark.end - 1
        if other.key == "date" and is_next and joined.lstrip(".: ").startswith("/"):
            return replace(mark, end=other.end, rest=other.rest)
    return mark


def _goes_on(outline: Outline, line: Line, token: Token) -> bool:
    """Tell whether more than a date, a remark in brackets or another label follows a number in its
    cell."""
    if token.words[-1].text.endswith(_GOES_ON):
        return True
    end = line.cell_end(token.end - 1)
    if token.end >= end:
        return False
    first = line.words[token.end]
    if any(one.first == token.end for one in outline.by_line.get(line.number, ())):
        return False
    if first.text.startswith("(") or any(
        token.end <= line.word_at(one.start) <= token.end + 1 for one in line.dates
    ):
        return False
    return bool(folded(first.text)) or token.end + 1 < end


def _is_mentioned(mark: Mark) -> bool:
    """Tell whether a label stands in a sentence: `Thank you for your order 17` may name the seller's."""
    before = mark.line.words[mark.line.cell_start(mark.first) : mark.first]
    return sum(folded(word.text).isalpha() for word in before) >= _MENTIONED


def _has_sign(mark: Mark, line: Line, token: Token) -> bool:
    """Tell whether the sign of a number is perhaps its part: behind a label that needs none, as in
    `PO no.: #4711`."""
    before = mark.line.words[mark.end - 1].text
    is_apart = line is not mark.line or line.cells[token.end - 1] != line.cells[mark.first]
    says_number = before.endswith(":") or folded(before) in NUMBER_WORDS
    return token.words[0].text.startswith("#") and (is_apart or says_number)


def _in_words(outline: Outline, mark: Mark) -> tuple[Word, ...]:
    """Return a reference in words behind a label or below it, the whole of its cell: some with figures,
    or one in capitals (`SITE-EAST`); a person or a day is none."""
    line, place = mark.line, mark.end
    while place < len(line.words) and not folded(line.words[place].text):
        place += 1
    if folded(mark.rest):
        return ()
    if place < len(line.words) and not any(
        one.first == place for one in outline.by_line[line.number]
    ):
        return _reference_in(outline, line, place)
    for below, start in outline.below(mark) if mark.ends_cell else ():
        words = _reference_in(outline, below, start)
        return words if _RANDOM.fullmatch(_text(words)) else ()
    return ()


def _reference_in(outline: Outline, line: Line, place: int) -> tuple[Word, ...]:
    """Return the words of a cell from `place` on, where they are a reference."""
    end = line.cell_end(place)
    words = line.words[place:end]
    text = _text(words)
    taken = [line.word_at(one.start) for one in line.dates]
    taken += [one.first for one in outline.by_line.get(line.number, ())]
    if any(place <= one < end for one in taken) or _PERSON.search(folded(text)):
        return ()
    is_short = len(words) <= _WORDS and len(text) <= LONGEST and not text[:1].islower()
    is_other_word = any(is_other(word.text) or _DAY.fullmatch(word.text) for word in words)
    has_number = any(one.isdigit() for one in text) and not is_other_word
    is_code = _CODE.fullmatch(text) or _RANDOM.fullmatch(text)
    return words if is_short and (has_number or is_code) else ()


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words).strip(" :()")
