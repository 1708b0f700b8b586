"""The period that an invoice is for (BG-14)."""

from collections.abc import Sequence

from ingestd.extraction.dates import PrintedDate
from ingestd.extraction.labels import folded
from ingestd.extraction.references._evidence import Choice
from ingestd.extraction.references._outline import Line, Mark, Outline


def period(outlines: Sequence[Outline]) -> tuple[Choice, Choice] | None:
    """Return the first period that is named so: two dates in one line, the second not before the
    first."""
    for outline in outlines:
        for mark in outline.of("period", "delivery-date"):
            lines = [mark.line, *(line for line, _ in outline.below(mark))][:2]
            for line in lines:
                pair = [d for d in line.dates if line is not mark.line or _is_behind(mark, d)][:2]
                if len(pair) == 2 and pair[0].day <= pair[1].day and _is_range(line, *pair):
                    worth = 0.955 if mark.key == "period" else 0.9
                    return _as_choice(outline, line, pair[0], worth), _as_choice(
                        outline, line, pair[1], worth
                    )
    return None


def _is_behind(mark: Mark, printed: PrintedDate) -> bool:
    return mark.line.word_at(printed.start) >= mark.end - bool(mark.rest)


def _is_range(line: Line, first: PrintedDate, second: PrintedDate) -> bool:
    between = folded(line.text[first.end : second.start])
    joined = (
        "",
        "to",
        "until",
        "till",
        "bis",
        "bis zum",
        "au",
        "jusqu au",
        "t m",
        "tot",
        "tot en met",
    )
    return between in (
        *joined,
        "al",
        "hasta",
        "hasta el",
        "a",
        "through",
        "and",
        "and including",
        "fino al",
    )


def _as_choice(outline: Outline, line: Line, printed: PrintedDate, worth: float) -> Choice:
    words = line.words_of(printed)
    return Choice(printed.day, worth * printed.certainty, outline.page, words, ("label",))
