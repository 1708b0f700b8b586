"""Order and contract of an invoice (BT-13, BT-12): what the buyer calls them, by the label."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingestd.extraction.references._outline import Mark, Outline
from ingestd.extraction.references._reference import Reference
from ingestd.extraction.references._tokens import Token, token_at

_WORTH = {"your-order": 0.96, "order-number": 0.85, "your-reference": 0.65, "contract-number": 0.96}
"""Nobody can tell whose number `Order no` is: the buyer's order or the seller's."""
_FIELDS = {
    "purchase_order_reference": ("your-order", "order-number", "your-reference"),
    "contract_reference": ("contract-number",),
}


def read(outlines: Sequence[Outline]) -> Iterator[tuple[str, Reference]]:
    """Yield the references by the names of `model.Invoice`'s fields; several orders are a doubt."""
    for field, keys in _FIELDS.items():
        for key in keys:
            if found := _labelled(outlines, key):
                yield field, found
                break


def _labelled(outlines: Sequence[Outline], key: str) -> Reference | None:
    found: dict[str, Reference] = {}
    for outline in outlines:
        for mark in outline.of(key):
            token = _following(outline, mark)
            if token:
                worth = _WORTH[key] * token.certainty * (0.8 if len(token.text) < 3 else 1.0)
                one = Reference(token.text, worth, outline.page, token.words, "label")
                found.setdefault(token.text, one)
    if not found:
        return None
    first = next(iter(found.values()))
    if len(found) == 1:
        return first
    return replace(first, confidence=first.confidence * 0.6)


def _following(outline: Outline, mark: Mark) -> Token | None:
    if token := token_at(mark.line, mark.end, mark.rest):
        between = range(mark.end, mark.line.places[id(token.words[0])])
        marks = outline.by_line[mark.line.number]
        if any(other.first in between and other.key != mark.key for other in marks):
            return None
        return token
    if not (mark.ends_cell and mark.opens_cell):
        return None
    for line, start in outline.below(mark):
        if any(other.first == start for other in outline.by_line.get(line.number, ())):
            return None
        return token_at(line, start)
    return None
