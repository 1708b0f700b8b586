"""Labels that stand in another row than their amount: above it, below it, a little higher or lower, or
all labels first and then all amounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestd.extraction.amounts import CURRENCY, Amount
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._heads import MONEY_KEYS

_NEAR_ROWS = 3
_BESIDE, _ABOVE, _BELOW, _IN_ORDER = 0.9, 0.8, 0.7, 0.85
_EDGE = 8.0
_ROW_CHARACTERS = 300
_GAP = 1.7
"""Of the height of the amount: how far above or below it its label may be."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An amount with the keys of the label that stands near it, and how sure that is (0 to 1)."""

    amount: Amount
    keys: frozenset[str]
    worth: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two wide gaps of a row: a label or a lone amount. `has_base` tells of a label
    with an amount in it: `VAT 20 % of 100.00`."""

    keys: frozenset[str]
    amount: Amount | None
    left: float
    top: float
    right: float
    bottom: float
    has_base: bool = False


def placed(lines: Sequence[Line]) -> Iterator[tuple[Line, Placed]]:
    """Yield the amounts that have no label in their row, with labels of the rows around."""
    pieces = [_pieces(line) for line in lines]
    ordered = set()
    for place, line in enumerate(lines):
        for amount, keys in _in_order(lines, pieces, place):
            ordered.add(id(amount))
            if keys:
                yield line, Placed(amount, keys, _IN_ORDER)
    for place, line in enumerate(lines):
        for piece in pieces[place]:
            if piece.amount and id(piece.amount) not in ordered:
                found = _nearest(lines, pieces, place, piece)
                if found:
                    yield line, found


def _pieces(line: Line) -> tuple[_Piece, ...]:
    """Return the pieces of a row; () where an amount has its label beside it."""
    if len(line.strip.text) > _ROW_CHARACTERS:
        return ()
    found, start = [], 0
    for text in line.strip.text.split("\t"):
        end = start + len(text)
        words = line.strip.words(start, end)
        if text.strip() and words:
            found.append(_piece(line, start, end, text))
        start = end + 1
    has_label = any(cell.keys and cell.amounts for cell in line.cells)
    return () if has_label and any(one.amount for one in found) else tuple(found)


def _piece(line: Line, start: int, end: int, text: str) -> _Piece:
    amounts = [one for one in line.amounts if start <= one.start < end and not one.is_rate]
    bare = not any(one.isalpha() for one in CURRENCY.sub("", text)) and len(amounts) == 1
    keys = frozenset(
        key for hint in line.hints if start <= hint.start < end for key in hint.keys & MONEY_KEYS
    )
    words = line.strip.words(start, end)
    names_rate = any(one.is_rate and start <= one.start < end for one in line.amounts)
    return _Piece(
        frozenset() if amounts and not names_rate else keys,
        amounts[0] if bare else None,
        words[0].left,
        min(word.top for word in words),
        words[-1].right,
        max(word.bottom for word in words),
        bool(amounts),
    )


def _in_order(
    lines: Sequence[Line], pieces: Sequence[tuple[_Piece, ...]], place: int
) -> Iterator[tuple[Amount, frozenset[str]]]:
    """Yield the amounts of this row with the labels of the row before (or after), piece by piece; and
    those of a column of amounts below a column of as many labels."""
    here = pieces[place]
    amounts = [one.amount for one in here if one.amount]
    if not amounts or len(amounts) != len(here):
        return
    for other in (place - 1, place + 1):
        if (
            len(here) > 1
            and not _is_table(lines, pieces, place)
            and _is_labels(lines, pieces, other, place)
            and len(pieces[other]) == len(here)
        ):
            for amount, label in zip(amounts, pieces[other], strict=True):
                yield amount, label.keys
            return
    if len(here) == 1:
        first = _in_column(lines, pieces, place)
        if first:
            yield amounts[0], first.keys


def _is_table(lines: Sequence[Line], pieces: Sequence[tuple[_Piece, ...]], place: int) -> bool:
    """Tell whether another row of amounts follows or goes before: then heads say what each is."""
    return any(
        0 <= other < len(pieces)
        and lines[other].page is lines[place].page
        and sum(one.amount is not None for one in pieces[other]) > 1
        for other in (place - 1, place + 1)
    )


def _is_labels(
    lines: Sequence[Line], pieces: Sequence[tuple[_Piece, ...]], place: int, other: int
) -> bool:
    if not 0 <= place < len(pieces) or lines[place].page is not lines[other].page:
        return False
    return any(one.keys for one in pieces[place]) and not any(one.amount for one in pieces[place])


def _in_column(
    lines: Sequence[Line], pieces: Sequence[tuple[_Piece, ...]], place: int
) -> _Piece | None:
    """Return the label of an amount in a column of lone amounts that follows one of lone labels."""
    first = last = place
    page = lines[place].page
    while (
        first > 0 and lines[first - 1].page is page and _is_lone(pieces[first - 1], is_amount=True)
    ):
        first -= 1
    while (
        last + 1 < len(lines)
        and lines[last + 1].page is page
        and _is_lone(pieces[last + 1], is_amount=True)
    ):
        last += 1
    count = last - first + 1
    labels = pieces[max(0, first - count) : first]
    if not 1 < count <= 12 or len(labels) < count or lines[first - count].page is not page:
        return None
    if all(_is_lone(one, is_amount=False) for one in labels):
        return labels[place - first][0]
    return None


def _is_lone(pieces: tuple[_Piece, ...], is_amount: bool) -> bool:
    if len(pieces) != 1:
        return False
    return pieces[0].amount is not None if is_amount else bool(pieces[0].keys)


def _nearest(
    lines: Sequence[Line], pieces: Sequence[tuple[_Piece, ...]], place: int, piece: _Piece
) -> Placed | None:
    best: Placed | None = None
    for other in range(max(0, place - _NEAR_ROWS), min(len(lines), place + _NEAR_ROWS + 1)):
        if other == place or lines[other].page is not lines[place].page:
            continue
        if any(one.is_of_lines and lines[other].top <= one.top for one in lines[place].heads):
            continue
        for label in pieces[other]:
            worth = _nearness(label, piece) if label.keys and not label.has_base else 0.0
            if piece.amount and worth > (best.worth if best else 0.0):
                best = Placed(piece.amount, label.keys, worth)
    return best


def _nearness(label: _Piece, piece: _Piece) -> float:
    """Tell how well a label's place suits an amount: beside it, above it, below it."""
    height = max(4.0, piece.bottom - piece.top)
    shared = min(label.bottom, piece.bottom) - max(label.top, piece.top)
    if shared > 0.1 * height and label.right <= piece.left:
        return _BESIDE * (0.7 + 0.3 * min(1.0, shared / height))
    beside = label.left < piece.right and piece.left < label.right
    aligned = abs(label.left - piece.left) < _EDGE or abs(label.right - piece.right) < _EDGE
    above, below = piece.top - label.bottom, label.top - piece.bottom
    if not (beside or aligned):
        return 0.6 * _ABOVE if 0 <= above < height and label.right <= piece.left else 0.0
    if -0.2 * height <= above < _GAP * height:
        return _ABOVE
    return _BELOW if -0.2 * height <= below < _GAP * height else 0.0
