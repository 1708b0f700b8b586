"""Numbers on a page that are not its own: of the invoice before it (BT-25), a customer, an order."""

from collections.abc import Iterator, Sequence

from ingestd.extraction.references._neighbours import following, is_claimed
from ingestd.extraction.references._outline import Mark, Outline
from ingestd.extraction.references._tokens import Token, token_at
from ingestd.extraction.spelling import squeezed

_MOST = 60
_FOREIGN = (
    "other-number",
    "order-number",
    "own-order",
    "your-order",
    "contract-number",
    "preceding-invoice",
)


def preceding(outlines: Sequence[Outline]) -> Iterator[tuple[Outline, Token]]:
    """Yield the numbers of earlier invoices that a paper refers to (BT-25)."""
    for outline in outlines:
        for mark in outline.of("preceding-invoice"):
            if _is_own(outline, mark):
                continue
            if token := following(outline, mark)[0]:
                yield outline, token


def foreign(outlines: Sequence[Outline]) -> set[str]:
    """Return the numbers that labels of something else name: the customer's, the order's."""
    found: set[str] = set()
    for outline in outlines:
        for mark in outline.of(*_FOREIGN):
            token = token_at(mark.line, mark.end, mark.rest)
            if token and not is_claimed(outline, mark, token) and not _is_own(outline, mark):
                found.add(squeezed(token.text))
            if len(found) > _MOST:
                return found
    return found


def _is_own(outline: Outline, mark: Mark) -> bool:
    """Tell whether a label of an earlier invoice is the paper's own: `Storno Rechnung Nr` may be either,
    written as one word, `Storno-Rechnung`, it is what this paper is."""
    return "-" in mark.text and any(
        other.key == "credit-number" and other.first == mark.first
        for other in outline.by_line[mark.line.number]
    )
