"""One row of the table of lines: which of its numbers is the quantity, which the price, and what its
words say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from ingestd.extraction.amounts import Amount
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._heads import Head
from ingestd.extraction.totals._taxes import CENT
from ingestd.model import InvoiceLine, Word

_COLUMN = 70.0
"""Points that a number may stand beside the head of its column."""
_NUMBERS = 8
"""Numbers of a row that are tried as quantity and price."""
_HUNDRED = Decimal(100)
_PER = frozenset({10, 100, 1000})
"""Of how many pieces a price may be."""
_LETTERS = 2
_THOUSAND = 3
"""Digits of a group of thousands."""
_BESIDE_ITEM = frozenset({"article-number", "line-number", "unit"})


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the table with its amount. `is_proved` tells whether quantity x price is the amount;
    None where one of them is not printed."""

    line: Line
    amount: Amount
    value: InvoiceLine
    is_proved: bool | None


def item_of(line: Line, amount: Amount, heads: Sequence[Head]) -> Item:
    """Return what a row says of the line of an invoice that has this amount."""
    line = replace(line, amounts=tuple(_whole(line)))
    factors, is_proved = _factors(line, amount, heads)
    quantity, price = factors
    value = InvoiceLine(
        item_name=name_of(line, amount, heads) or None,
        quantity=quantity.value if quantity else None,
        net_price=price.value if price else None,
        net_amount=amount.value,
        vat_rate=_rate(line, amount, heads),
    )
    return Item(line, amount, value, is_proved)


def _whole(line: Line) -> Iterator[Amount]:
    """Yield the numbers of a row; two that a blank parts (`8 000`) are one quantity of thousands."""
    before: Amount | None = None
    for one in line.amounts:
        digits = line.strip.text[one.start : one.end]
        is_tail = len(digits) == _THOUSAND and digits.isdigit() and not one.is_rate
        if before and is_tail and _is_head(line, before, one):
            words = (*before.words, *one.words)
            before = Amount(before.value * 1000 + one.value, before.start, one.end, words)
        else:
            if before:
                yield before
            before = one
    if before:
        yield before


def _is_head(line: Line, one: Amount, tail: Amount) -> bool:
    is_beside = line.strip.text[one.end : tail.start] == " "
    return is_beside and 0 < one.value < 1000 and not one.decimals and not one.is_rate


def is_price(item: Item) -> bool:
    """Tell whether what was taken for the amount of a row is its price: times the quantity it makes an
    amount behind it."""
    quantity = item.value.quantity
    if quantity is None or quantity in (0, 1):
        return False
    product = (item.amount.value * quantity).quantize(CENT, ROUND_HALF_UP)
    later = (one for one in item.line.amounts if one.start > item.amount.start and not one.is_rate)
    return any(one.value == product for one in later)


_Factors = tuple[Amount | None, Amount | None]


def _factors(line: Line, amount: Amount, heads: Sequence[Head]) -> tuple[_Factors, bool | None]:
    """Return quantity and price: those under their heads, unless two others of the row make the amount
    and they do not."""
    quantity = _first(line, heads, "quantity", amount)
    price = _first(line, heads, "unit-price", amount)
    if quantity is not None and quantity is price:
        price = None
    changes = _changes(line)
    if quantity and price and _makes(quantity, price, amount, changes):
        return (quantity, price), True
    for one, other in _pairs(line, amount, quantity, price):
        if _makes(one, other, amount, changes):
            return (one, other), True
    return (quantity, price), False if quantity and price else None


def _pairs(
    line: Line, amount: Amount, quantity: Amount | None, price: Amount | None
) -> Iterator[tuple[Amount, Amount]]:
    """Yield pairs of numbers before the amount that may be quantity and price, those that have one of
    them under its head first."""
    numbers = [one for one in line.amounts if not one.is_rate and one.start < amount.start]
    pairs = [
        pair if pair[1].decimals >= pair[0].decimals or pair[0] is quantity else pair[::-1]
        for pair in combinations(numbers[-_NUMBERS:], 2)
    ]
    pairs = [pair for pair in pairs if pair[1].decimals >= 2]
    yield from (pair for pair in pairs if pair[0] is quantity or pair[1] is price)
    yield from (pair for pair in pairs if pair[0] is not quantity and pair[1] is not price)


def _makes(
    quantity: Amount, price: Amount, amount: Amount, changes: Sequence[Decimal] = ()
) -> bool:
    """Tell whether quantity x price is the amount, as it is or changed as the row says."""
    product = quantity.value * price.value
    if not amount.value:
        return not product
    return any(
        abs((product * one).quantize(CENT, ROUND_HALF_UP) - amount.value) <= CENT / 2
        for one in (Decimal(1), *changes)
    )


def _changes(line: Line) -> list[Decimal]:
    """Return by what the product of a row may be changed: a discount of some percent, whose sign may
    stand at the head of the column or nowhere, or a price that is for ten, a hundred, a thousand."""
    ones = sorted(line.amounts, key=lambda one: not one.is_rate)
    less = [1 - abs(one.value) / _HUNDRED for one in ones if 0 < abs(one.value) < _HUNDRED]
    return less + [1 / one.value for one in ones if one.value in _PER and not one.is_rate]


def _rate(line: Line, amount: Amount, heads: Sequence[Head]) -> Decimal | None:
    """Return the VAT rate of a row: the percentage under its head, or the only one."""
    rates = [one for one in line.amounts if one.is_rate]
    named = [head for head in heads if head.keys & {"vat-rate", "vat"}]
    below = [one for one in rates if any(head.fit(one) for head in named)]
    if len(below) == 1 or len(rates) == 1:
        return (below or rates)[0].value
    plain = _first(line, heads, "vat-rate", amount) or _first(line, heads, "vat", amount)
    return plain.value if plain and 0 <= plain.value <= 30 and plain.decimals < 2 else None


def _first(line: Line, heads: Sequence[Head], key: str, amount: Amount) -> Amount | None:
    for head in heads:
        if key in head.keys:
            found = under(line, head, heads)
            if found and found is not amount and not found.is_rate:
                return found
    return None


def under(line: Line, head: Head, heads: Sequence[Head]) -> Amount | None:
    """Return the number of a row that stands under a head, and nearer to it than to any other; a head
    at the left of its column may have its numbers at the right."""
    for one in reversed(line.amounts):
        if _distance(head, one) < _COLUMN and min(heads, key=lambda h: _distance(h, one)) is head:
            return one
    return None


def _distance(head: Head, amount: Amount) -> float:
    gap = max(head.left - amount.words[-1].right, amount.words[0].left - head.right)
    return head.apart(amount) / 100 if gap <= 0 else gap + 1


def name_of(line: Line, amount: Amount, heads: Sequence[Head]) -> str:
    """Return the words of a row that name its item: the cell under that head, or else the one of most
    letters before the amount."""
    numbers = {id(word) for one in line.amounts for word in one.words}
    cells = [row.words for row in line.strip.columns() if row.words[0].left < amount.words[0].left]
    item = next((head for head in heads if "item-name" in head.keys), None)
    named = [words for words in cells if _letters(words, numbers) >= _LETTERS]
    if item is not None:
        others = [head for head in heads if head is not item]
        below = [words for words in named if _is_below(words, item, others)]
        named = below[:1] or [one for one in named if not _is_beside(one, others)]
    words = max(named, key=lambda one: _letters(one, numbers), default=())
    return " ".join(word.text for word in words).strip()


def _letters(words: Sequence[Word], numbers: set[int]) -> int:
    return sum(one.isalpha() for word in words if id(word) not in numbers for one in word.text)


def _is_below(words: Sequence[Word], head: Head, others: Sequence[Head]) -> bool:
    """Tell whether a cell stands under the head of the item, and begins under no other."""
    left, right = words[0].left, words[-1].right
    if not (left < head.right and head.left - 12 < right):
        return False
    return not any(other.left - 2 <= left <= other.right for other in others)


def _is_beside(words: Sequence[Word], others: Sequence[Head]) -> bool:
    left, right = words[0].left, words[-1].right
    return any(
        head.keys & _BESIDE_ITEM and left < head.right and head.left < right for head in others
    )
