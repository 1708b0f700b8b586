"""A number that was found on a page, and the label that speaks of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ingestd.extraction.parties._cells import KEYS, Cell, Hint, Sheet
from ingestd.model import Word

_NEAR = 60
"""Characters between a label and its number: `USt-IdNr. gemäß § 27a Umsatzsteuergesetz: DE...`."""
_TRAIL = 12
_MOST_LABELS = 80
NUMBERS = KEYS - {"seller", "buyer", "delivery", "account-holder"}
"""Labels that a number follows."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """An identifier of the `kind` `vat`, `company`, `tax`, `iban` or `bic`, in its one spelling, in
    characters `start` to `end` of its cell. `is_valid`: its check digits fit. `hint` is its label.
    `is_repaired`: letters were read as digits for that; `is_bare`: its country was concluded; `shown`:
    with the ending of the page's language, where its one spelling has another."""

    kind: str
    value: str
    is_valid: bool
    cell: Cell
    words: tuple[Word, ...]
    start: int
    end: int
    hint: Hint | None = None
    is_repaired: bool = False
    is_bare: bool = False
    shown: str = ""

    @property
    def given(self) -> str:
        """The number as it becomes the value of a field."""
        return self.shown or self.value


def hint_before(sheet: Sheet, cell: Cell, start: int, keys: frozenset[str]) -> Hint | None:
    """Return the label of one of `keys` that what begins at `start` of a cell belongs to: the nearest
    one before it in its cell, else the end of the cell to the left, else the cell above. None where
    another label of a number comes first."""
    here = [hint for hint in cell.hints if hint.start < start and hint.keys & NUMBERS]
    if here:
        nearest = max(here, key=lambda hint: (hint.end, hint.end - hint.start))
        is_near = start - nearest.end < _NEAR and bool(nearest.keys & keys)
        return nearest if is_near else None
    if start > _TRAIL:
        return None
    left = sheet.left_of(cell, 0.45)
    if left and (hint := _last(left)):
        return hint if hint.keys & keys else None
    above = sheet.above(cell, 2.2)
    if above and (hint := _last(above)):
        return hint if hint.keys & keys else None
    return None


def _last(cell: Cell) -> Hint | None:
    """Return the label that a cell ends with."""
    ends = [hint for hint in cell.hints if len(cell.text) - hint.end <= _TRAIL // 2]
    ends = [hint for hint in ends if hint.keys & NUMBERS and not has_digits(cell.text[hint.end :])]
    return max(ends, key=lambda hint: hint.end - hint.start, default=None)


def has_digits(text: str) -> bool:
    """Tell whether a text has a digit in it."""
    return any(one.isdigit() for one in text)


def labelled(sheet: Sheet, keys: frozenset[str]) -> Iterator[tuple[Cell, Hint, Cell, int]]:
    """Yield the labels of these keys with the cell and the character where their value begins."""
    count = 0
    for cell in sheet.cells:
        for hint in cell.hints:
            if not hint.keys & keys:
                continue
            count += 1
            if count > _MOST_LABELS:
                return
            if cell.text[hint.end :].strip(" :.#-"):
                yield cell, hint, cell, hint.end
            else:
                for other in (sheet.right_of(cell), sheet.below(cell, 2.2)):
                    if other:
                        yield cell, hint, other, 0
