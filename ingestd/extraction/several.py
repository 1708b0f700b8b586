"""Several invoices in one file: scanned in one go, or printed one behind the other.

A page begins another invoice where it calls itself one, for sure has another number than the pages
before it, and both show a total of their own. Second pages, annexes, copies and the invoices that a
summary or a credit note refers to begin none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestd.extraction.amounts import amount
from ingestd.extraction.cues import shows_total
from ingestd.extraction.kinds import Kind, kind_of
from ingestd.extraction.labels import Label, labels_of
from ingestd.extraction.page import Page
from ingestd.extraction.references import invoice_numbers_by_page
from ingestd.extraction.spelling import squeezed

_PAGE = re.compile(
    r"\b(?:page|seite|pagina|p[áa]gina|p[áa]g|blatt|blad|feuille|hoja|foglio)\W{0,3}"
    r"(\d{1,3})\s{0,2}(?:/|of|von|van|de|di|sur|su|aus)\s{0,2}(\d{1,3})\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"\W*(\d{1,3})\s?/\s?(\d{1,3})\W*")
_EDGE_ROWS = 3
_TOTALS = frozenset({"total-with-vat", "total", "amount-due"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """The pages of one invoice of several, by their numbers in the file, and its number, "" for one
    whose number is not sure."""

    first: int
    last: int
    number: str


def stretches(pages: Sequence[Page]) -> tuple[Stretch, ...]:
    """Return the invoices of a file in their order; nothing for a file that is one invoice."""
    if len(pages) < 2:
        return ()
    begun: list[tuple[str, list[Page]]] = []
    numbers = invoice_numbers_by_page(pages)
    for page, number in zip(pages, numbers, strict=True):
        if not begun or _begins(page, number, begun):
            begun.append((number or "", [page]))
        else:
            begun[-1][1].append(page)
            if number and not begun[-1][0]:
                begun[-1] = (number, begun[-1][1])
    own = [(number, run) for number, run in begun if _is_invoice(run)]
    if len(own) < 2:
        return ()
    return tuple(Stretch(run[0].number, run[-1].number, number) for number, run in own)


def _begins(page: Page, number: str | None, begun: Sequence[tuple[str, list[Page]]]) -> bool:
    """Tell whether a page is the first of another invoice than those that begun before it."""
    counted = counter(page)
    if (counted and counted[0] > 1) or kind_of([page], unread=True) is not Kind.INVOICE:
        return False
    earlier = [one for one, _ in begun if one]
    if number:
        return bool(earlier) and squeezed(number) not in map(squeezed, earlier)
    before = counter(begun[-1][1][-1])
    ended = before is not None and before[0] == before[1]
    return bool(counted and ended and _has_total(begun[-1][1]) and _has_total([page]))


def _is_invoice(run: Sequence[Page]) -> bool:
    return _has_total(run) and kind_of(run, unread=True) is Kind.INVOICE


def _has_total(run: Sequence[Page]) -> bool:
    if shows_total("\n".join(page.text for page in run)):
        return True
    return any(
        label.key in _TOTALS and _is_answered(label) for page in run for label in labels_of(page)
    )


def _is_answered(label: Label) -> bool:
    """Tell whether an amount with its cents stands behind a label."""
    behind = (word.text for word in label.row.words if word.left > label.words[-1].left)
    return any(amount(text) is not None and text[-3:-2] in (".", ",") for text in behind)


def counter(page: Page) -> tuple[int, int] | None:
    """Return which page a page says it is, and of how many: `Page 2 of 3`, `2/3` at its edge."""
    for pattern, text in _places(page):
        if found := pattern.search(text) if pattern is _PAGE else pattern.fullmatch(text):
            at, count = int(found[1]), int(found[2])
            if 0 < at <= count:
                return at, count
    return None


def _places(page: Page) -> Iterator[tuple[re.Pattern[str], str]]:
    """Yield where a page may say its number, by what it is found."""
    yield _PAGE, page.text
    for row in (*page.rows[:_EDGE_ROWS], *page.rows[-_EDGE_ROWS:]):
        yield _BARE, row.text
