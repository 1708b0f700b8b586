"""The date of an invoice where no label names it: behind its title, that of the letter, the only one."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from ingestd.extraction.references._evidence import (
    APART,
    DATE_KEYS,
    UPPER,
    Candidate,
    Choice,
    choose,
)
from ingestd.extraction.references._neighbours import TITLES, is_near_title
from ingestd.extraction.references._outline import Line, Mark, Outline
from ingestd.extraction.references._tokens import is_of_number

_UNDER = 0.955
_TIME = re.compile(r"[ ,]*(?:[^\W\d]{1,5}|-)? ?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?: ?[^\W\d]{1,4})?$")
_PLACED = re.compile(
    r"[\w .'’/()-]{1,40}, ?(?:(?:the|le|den|de|am|op|il|l[iì]|a|el|dated?) )?$|"
    r"(?:le|den|the|dated|fait [àa] [\w -]{2,30}|in [\w -]{2,30}),? ?$",
    re.IGNORECASE,
)


def titled(outlines: Sequence[Outline]) -> Iterator[Candidate]:
    """Yield the dates behind a title and its number (`Rechnung 17 vom 3.5.2026`), or in the line below
    it (`vom 3.5.2026`)."""
    for outline in outlines:
        for mark in outline.of(*TITLES, "number", "credit-number", "weak-number"):
            if mark.key == "weak-number" and not is_near_title(outline, mark):
                continue
            if one := _behind(outline, mark) or _under(outline, mark):
                yield one


def _behind(outline: Outline, mark: Mark) -> Candidate | None:
    for printed in mark.line.dates:
        place = mark.line.word_at(printed.start)
        if place < mark.end or place - mark.end > 6:
            continue
        others = outline.by_line[mark.line.number]
        if any(o.key in APART and mark.end <= o.first < place for o in others):
            return None
        between = mark.line.words[mark.end : place]
        if sum(not is_of_number(word) for word in between) > 1:
            return None
        is_title = mark.opens_cell and place <= mark.line.cell_end(mark.first)
        worth = (0.96 if is_title else 0.6) * printed.certainty
        words = mark.line.words_of(printed)
        return Candidate(printed.day, outline.page, words, "title", worth)
    return None


def _under(outline: Outline, mark: Mark) -> Candidate | None:
    """Return the date that is, with a word like `of`, the whole cell under a title or number."""
    if not mark.opens_cell or any(mark.line.word_at(d.start) >= mark.end for d in mark.line.dates):
        return None
    for line, start in outline.below(mark):
        for printed in line.dates:
            words = line.words_of(printed)
            is_of = line.word_at(printed.start) == start + 1 and is_of_number(line.words[start])
            if (
                is_of
                and line.words[start].text.isalpha()
                and words[-1] is line.words[line.cell_end(start) - 1]
            ):
                worth = _UNDER * printed.certainty
                return Candidate(printed.day, outline.page, words, "title", worth)
        return None
    return None


def placed(outlines: Sequence[Outline]) -> Iterator[Candidate]:
    """Yield the date of a letter: `Utrecht, 10 november 2023` alone in its cell on the first page, or
    a date that stands alone there."""
    for outline in outlines[:1]:
        for line in outline.lines:
            if line.words[0].top > UPPER * outline.page.height:
                break
            for printed in line.dates:
                start = line.word_at(printed.start)
                cell = [p for p, c in enumerate(line.cells) if c == line.cells[start]]
                last = line.starts[cell[-1]] + len(line.words[cell[-1]].text)
                behind = line.text[printed.end : last].rstrip(".,; ")
                is_timed = bool(_TIME.match(behind))
                if printed.is_bare or (behind and not is_timed):
                    continue
                before = line.text[line.starts[cell[0]] : printed.start]
                words = line.words_of(printed)
                if cell[0] == start:
                    if not _has_label(outline, line, start):
                        yield Candidate(
                            printed.day,
                            outline.page,
                            words,
                            "alone-timed" if is_timed else "alone",
                            (0.9 if is_timed else 0.85) * printed.certainty,
                        )
                elif _PLACED.match(before) and not _has_label(outline, line, start):
                    worth = 0.955 * printed.certainty
                    yield Candidate(printed.day, outline.page, words, "place", worth)


def _has_label(outline: Outline, line: Line, place: int) -> bool:
    """Tell whether a label of a date stands before word `place`, or close above it."""
    if any(m.key in DATE_KEYS and m.first < place for m in outline.by_line.get(line.number, ())):
        return True
    word = line.words[place]
    for above in outline.lines[max(0, line.number - 2) : line.number]:
        for mark in outline.by_line.get(above.number, ()):
            if mark.key in DATE_KEYS and mark.left - 1 < word.right and word.left < mark.right + 1:
                return True
    return False


def only_day(outlines: Sequence[Outline], others: set[date]) -> Choice | None:
    """Return the only date of the first page that is nothing else."""
    found: dict[date, Candidate] = {}
    for outline in outlines[:1]:
        for line in outline.lines:
            for printed in line.dates:
                if not printed.is_bare and printed.day not in others:
                    words = line.words_of(printed)
                    one = Candidate(printed.day, outline.page, words, "only", 0.7)
                    found.setdefault(printed.day, one)
    return choose(list(found.values())) if len(found) == 1 else None
