"""What was found on a document's pages and chosen of it, and where each value of it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingestd.extraction.page import Page
from ingestd.extraction.totals._choice import Choice
from ingestd.extraction.totals._found import Found
from ingestd.extraction.totals._grid import Line
from ingestd.extraction.totals._misread import misread
from ingestd.extraction.totals._roles import Candidate, Role
from ingestd.extraction.value import Value
from ingestd.model import Word

_MENDED = 0.9


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's rows with what was found in them and what was chosen."""

    lines: Sequence[Line]
    found: Found
    choice: Choice
    confidence: float


def candidates(reading: Reading) -> Iterator[Candidate]:
    """Yield the labelled amounts that were chosen as totals."""
    choice = reading.choice
    for role, value in ((Role.NET, choice.net), (Role.VAT, choice.vat), (Role.GROSS, choice.gross)):
        if value is not None and (one := reading.found.of(role).get(value)):
            yield one


def value_of(reading: Reading, role: Role, value: Decimal, sure: float) -> Value:
    """Return a total with its place; one that is not printed has that of the gross total."""
    candidate = reading.found.of(role).get(value)
    evidence = tuple(sorted(reading.choice.evidence))
    if candidate:
        return Value(value, sure, candidate.page, candidate.amount.words, ("label", *evidence))
    if value in reading.found.printed:
        amount, page = reading.found.printed[value]
        return Value(value, sure, page, amount.words, evidence)
    if one := misread(reading.found, role, value):
        words = one.amount.words
        return Value(value, min(sure, _MENDED), one.page, words, ("mended", *evidence))
    page, words = _anchor(reading)
    return Value(value, sure, page, words, ("arithmetic", *evidence))


def _anchor(reading: Reading) -> tuple[Page, tuple[Word, ...]]:
    for one in sorted(candidates(reading), key=lambda one: -abs(one.value)):
        return one.page, one.amount.words
    return reading.lines[0].page, ()


def is_recognised(reading: Reading) -> bool:
    """Tell whether a chosen total was recognised, not read from a text layer."""
    return any(one.page.origin == "ocr" for one in candidates(reading))
