"""The dates that stand behind labels, or below them."""

import re
from collections.abc import Sequence
from itertools import takewhile

from ingestd.extraction.dates import PrintedDate, flat, months
from ingestd.extraction.labels import folded, stems
from ingestd.extraction.references._evidence import APART, DATE_KEYS, Candidate
from ingestd.extraction.references._outline import Line, Mark, Outline
from ingestd.extraction.references._terms import BEFORE, is_of_discount

_NUMBERED = {"number", "credit-number", "weak-number", "invoice-title", "credit-title"}
_DATED = APART - DATE_KEYS | {"other-number"}
MOST = 120
_NEAR = 4
"""How many words without meaning may stand between a label and its date: `Datum: Berlin, den 3.5.`"""
DATE_OF = "date-of"
"""The key of a date that is named after something that no label knows."""
_OF = frozenset("of de du des di del della da van der den vom von prevista".split())
_OF_INVOICE = re.compile(
    r"invoice|bill|rechn|fact|fakt|fatt|issue|emi[st]|exped|ausst|uitg|uitr|docum|doku"
)
_QUALIFIED = 3
"""How many words beside a label may say of what it is."""
_SAME_PLACE = 3.0
_COLUMN = 2
"""More dates than these under one label are a column of a table."""


def named_days(outlines: Sequence[Outline]) -> dict[str, list[Candidate]]:
    """Return the dates that stand behind or below labels, by the label's key."""
    found: dict[str, list[Candidate]] = {}
    count = 0
    for outline in outlines:
        columns = _columns(outline)
        for mark in outline.marks:
            if mark.key not in DATE_KEYS or count >= MOST:
                continue
            if one := _of(outline, mark, columns):
                key = DATE_OF if mark.key == "date" and _says_of_what(mark) else mark.key
                found.setdefault(key, []).append(one)
                count += 1
    return found


def _of(outline: Outline, mark: Mark, columns: frozenset[int]) -> Candidate | None:
    line = mark.line
    if mark.key in ("issue-date", "date") and _is_of_other(outline, mark):
        return None
    if mark.key in ("due-date", "debit-date") and _is_of_another(mark):
        return None
    if mark.key == "discount-date" and "," in mark.text:  # "2 % Skonto, bis": of what follows it
        return None
    if printed := _behind(outline, mark):
        if mark.key == "due-date" and is_of_discount(outline, line, printed):
            return _after_discount(outline, line, printed)
        worth = 0.85 if _is_in_sentence(mark) else _nearer(outline, mark, 0.97)
        worth *= printed.certainty
        words = line.words_of(printed)
        return Candidate(printed.day, outline.page, words, "label", worth)
    if goes_on := _goes_on(outline, mark):
        printed = _behind(outline, goes_on)
        if printed:
            words = goes_on.line.words_of(printed)
            return Candidate(printed.day, outline.page, words, "label", 0.96 * printed.certainty)
    behind = any(mark.end <= line.word_at(one.start) for one in line.dates)
    if behind and not mark.ends_cell:
        return None
    if id(line) in columns and mark.key in ("date", "delivery-date", "other-date", "period"):
        return None
    for below in outline.lines_below(mark):
        if found := _below(outline, mark, below):
            words = below.words_of(found)
            worth = _nearer(outline, mark, 0.96) * found.certainty
            return Candidate(found.day, outline.page, words, "label-above", worth)
    return None


def _goes_on(outline: Outline, mark: Mark) -> Mark | None:
    """Return the label that this one goes on with in the next row, behind a stroke: `Rechnungsdatum`
    above `/Lieferdatum 3. März 2026` is one label for one date."""
    for line in outline.lines_below(mark):
        for other in outline.by_line.get(line.number, ()):
            is_below = abs(other.left - mark.left) < _SAME_PLACE
            if is_below and other.key in DATE_KEYS and other.text.startswith("/"):
                return other if mark.ends_cell else None
        return None
    return None


def _after_discount(outline: Outline, line: Line, discount: PrintedDate) -> Candidate | None:
    """Return the day until which all is due, behind that of a discount in the same sentence: `bis 10.5.
    mit 2 % Skonto, bis 2.6. netto`."""
    for printed in line.dates:
        is_later = printed.start > discount.start and printed.day > discount.day
        before = flat(line.text[discount.end : printed.start])
        if is_later and BEFORE.search(before) and not is_of_discount(outline, line, printed):
            words = line.words_of(printed)
            return Candidate(printed.day, outline.page, words, "label", 0.96 * printed.certainty)
    return None


def _nearer(outline: Outline, mark: Mark, worth: float) -> float:
    """Return what a label of the issue date is worth by what stands near: beside the number or title of
    the invoice more, beside an earlier invoice that it refers to less."""
    if mark.key not in ("issue-date", "date"):
        return worth
    near = {
        other.key
        for number in range(mark.line.number - 1, mark.line.number + 2)
        for other in outline.by_line.get(number, ())
    }
    if "preceding-invoice" in near:
        return worth * 0.9
    return 1 - (1 - worth) * (0.6 if near & _NUMBERED else 1.0)


def _is_of_other(outline: Outline, mark: Mark) -> bool:
    """Tell whether a label dates something else that its cell names before: `Contrat 17 émis le`, the
    invoice that this one is about."""
    return any(
        other.key in _DATED and (other.end <= mark.first or other.end == mark.end)
        for other in outline.by_line[mark.line.number]
        if mark.line.cells[other.first] == mark.line.cells[mark.first]
    )


def _says_of_what(mark: Mark) -> bool:
    """Tell whether a date is named after something that no label knows: `Date of sale`, `Data di
    stampa`. In `Datum des 3.5.` and `Date of: 3 May` nothing is named."""
    line = mark.line
    behind = line.words[mark.end : min(mark.end + 2, line.cell_end(mark.first))]
    if folded(mark.rest) or line.words[mark.end - 1].text.endswith(":") or len(behind) < 2:
        return False
    first, second = (folded(word.text) for word in behind)
    said = folded(" ".join(word.text for word in line.words[mark.end : line.cell_end(mark.first)]))
    is_named = second.isalpha() and second not in months() and not _OF_INVOICE.search(said)
    return first in _OF and is_named


def _is_of_another(mark: Mark) -> bool:
    """Tell whether words beside a label make it that of another payment or thing: `next payment due`,
    `échéance du contrat`."""
    words = [folded(word.text) for word in mark.line.words]
    start = max(mark.line.cell_start(mark.first), mark.first - _QUALIFIED)
    end = min(mark.line.cell_end(mark.first), mark.end + _QUALIFIED)
    behind = list(takewhile(str.isalpha, words[mark.end : end]))
    is_next = any(one.startswith(stems("of-next")) for one in [*words[start : mark.end], *behind])
    beside = [*words[max(start, mark.first - 1) : mark.first], *behind]
    return is_next or any(one.startswith(stems("of-things")) for one in beside)


def _is_in_sentence(mark: Mark) -> bool:
    """Tell whether words that are no value stand before a label in its cell: a sentence that mentions
    one, not a field of its own."""
    line = mark.line
    before = [
        word
        for place, word in enumerate(line.words[: mark.first])
        if line.cells[place] == line.cells[mark.first] and folded(word.text).isalpha()
    ]
    return len(before) > 2


def _behind(outline: Outline, mark: Mark) -> PrintedDate | None:
    """Return the first date behind a label in its line, where nothing but quiet words is between and no
    other label of a date."""
    line = mark.line
    start = line.starts[mark.end - 1] + len(line.words[mark.end - 1].text) - len(mark.rest)
    for printed in line.dates:
        if printed.start < start:
            continue
        place = line.word_at(printed.start)
        between = line.text[start : printed.start]
        marks = outline.by_line[line.number]
        if any(
            other.key in DATE_KEYS
            and mark.end <= other.first < place
            and (other.key != mark.key or mark.key == "date")
            for other in marks
        ):
            return None
        if mark.key == "number-and-date":
            return printed
        is_quiet = not any(one.isdigit() for one in _without_brackets(between))
        near = len(folded(_without_brackets(between)).split()) <= _NEAR
        return printed if is_quiet and near else None
    return None


def _without_brackets(text: str) -> str:
    return re.sub(r"\([^()]{0,60}\)", " ", text)


def _below(outline: Outline, mark: Mark, line: Line) -> PrintedDate | None:
    """Return the date in a line that stands under a label, and behind no label of its own."""
    own = outline.by_line.get(line.number, ())
    for printed in line.dates:
        words = line.words_of(printed)
        place = line.word_at(printed.start)
        if mark.key == "number-and-date":  # the number stands before it, under the label
            words = (line.words[line.cell_start(place)], words[-1])
        if words[0].left < mark.right + 1 and mark.left - 1 < words[-1].right:
            if any(other.key in DATE_KEYS and other.first <= place for other in own):
                return None
            return printed
    return None


def _columns(outline: Outline) -> frozenset[int]:
    """Return the lines (by identity) whose labels head columns of dates."""
    found = set()
    for mark in outline.of("date", "delivery-date", "other-date", "period"):
        under = 0
        for line in outline.lines[mark.line.number + 1 : mark.line.number + 9]:
            under += any(
                words[0].left < mark.right + 1 and mark.left - 1 < words[-1].right
                for words in map(line.words_of, line.dates)
            )
        if under > _COLUMN:
            found.add(id(mark.line))
    return frozenset(found)
