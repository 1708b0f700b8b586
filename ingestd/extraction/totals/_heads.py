"""Heads of columns: rows of labels without amounts, and what stands below each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingestd.extraction.amounts import Amount, Strip

_HEADS = 24
_LEAST = 2
"""So many columns of the table of lines tell its heads."""
_LINE_KEYS = frozenset({"quantity", "unit-price", "item-name", "article-number"})
MONEY_KEYS = frozenset(
    "total-without-vat without-vat total-vat vat total-with-vat with-vat vat-included amount-due total"
    " subtotal net gross taxable-amount vat-rate paid previous-balance carried-over rounding"
    " cash-discount allowance charge zero-vat no-total tendered withholding voucher tourist-tax".split()
)
LINE_TABLE_KEYS = _LINE_KEYS | {"line-amount", "line-number", "unit"}


@dataclass(frozen=True, slots=True)
class Hint:
    """A label in a row: from character `start` to `end` of its text, with all its meanings."""

    keys: frozenset[str]
    start: int
    end: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column from `left` to `right`; `is_of_lines` in the table of lines."""

    keys: frozenset[str]
    left: float
    right: float
    top: float
    bottom: float
    is_of_lines: bool

    def fit(self, amount: Amount) -> float:
        """Tell how well an amount stands below: 1 under it, 0 elsewhere."""
        gap = max(self.left - amount.words[-1].right, amount.words[0].left - self.right)
        if gap <= 0:
            return 1.0
        return 0.6 if gap < 14 else 0.0

    def apart(self, amount: Amount) -> float:
        """Return how far the nearer edges (or the middles) of head and amount are apart, in points."""
        left, right = amount.words[0].left, amount.words[-1].right
        middle = abs(self.left + self.right - left - right) / 2
        return min(abs(self.left - left), abs(self.right - right), middle)

    def is_over(self, other: "Head") -> bool:
        """Tell whether two heads share a column."""
        return self.left < other.right and other.left < self.right


def headed(strip: Strip, labels: Sequence[Hint], heads: tuple[Head, ...]) -> tuple[Head, ...]:
    """Return the heads of columns after a row that has labels and no amounts; a second row of labels
    close below goes on with the first."""
    named = [hint for hint in labels if hint.keys & (MONEY_KEYS | LINE_TABLE_KEYS)]
    hints = [hint for hint in named if _fills_its_cell(strip.text, named, hint)]
    if not hints or _has_values(strip.text, labels):
        return heads
    top = min(word.top for word in strip.row.words)
    bottom = max(word.bottom for word in strip.row.words)
    near = [one for one in heads if top - one.bottom < one.bottom - one.top]
    is_of_lines = _is_of_lines(named) or any(one.is_of_lines for one in near)
    if is_of_lines:  # what stands right above heads the same table
        heads = tuple(replace(one, is_of_lines=True) for one in near)
    new = [
        _joined(Head(hint.keys, hint.left, hint.right, top, bottom, is_of_lines), heads)
        for hint in hints
    ]
    kept = [one for one in heads if not any(one.is_over(head) for head in new)]
    return tuple((kept + new)[-_HEADS:])


def _is_of_lines(hints: Sequence[Hint]) -> bool:
    """Tell whether labels head the table of lines: two of its columns, or an item and its amount."""
    names = {key for hint in hints for key in hint.keys & _LINE_KEYS}
    is_priced = any("line-amount" in hint.keys and not hint.keys & _LINE_KEYS for hint in hints)
    return len(names) >= _LEAST or (is_priced and "item-name" in names)


def _joined(head: Head, heads: Sequence[Head]) -> Head:
    """Return a head with what it goes on with, right above it."""
    for old in heads:
        if old.is_over(head) and head.top - old.bottom < 0.9 * (old.bottom - old.top):
            head = replace(
                head,
                keys=old.keys | head.keys,
                left=min(old.left, head.left),
                right=max(old.right, head.right),
            )
    return head


def _has_values(text: str, labels: Sequence[Hint]) -> bool:
    """Tell whether a row has numbers apart from its labels (a date, a number): these are no heads."""
    place = 0
    for column in text.split("\t"):
        end = place + len(column)
        is_label = any(place <= hint.start < end for hint in labels)
        if not is_label and any(one.isdigit() for one in column):
            return True
        place = end + 1
    return False


def _fills_its_cell(text: str, hints: Sequence[Hint], hint: Hint) -> bool:
    """Tell whether a label is most of the text between two gaps: one in a sentence heads no column."""
    start = text.rfind("\t", 0, hint.start) + 1
    end = text.find("\t", hint.end)
    end = len(text) if end < 0 else end
    labelled = sum(
        letters_in(text[one.start : one.end]) for one in hints if start <= one.start < end
    )
    return 2 * labelled >= letters_in(text[start:end])


def letters_in(text: str) -> int:
    """Return how many letters a text has."""
    return sum(one.isalpha() for one in text)
