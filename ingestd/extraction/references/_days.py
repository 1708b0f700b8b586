"""The dates of an invoice by what names them: issue (BT-2), due (BT-9), delivery (BT-72), period
(BG-14). A date that belongs to something else, an order or a print, is none of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod

from ingestd.extraction.dates import PrintedDate, flat
from ingestd.extraction.labels import folded
from ingestd.extraction.page import Page
from ingestd.extraction.references._outline import Line, Mark, Outline
from ingestd.extraction.references._terms import (
    Terms,
    is_of_discount,
    speaks_of_paying,
    terms_of,
)
from ingestd.extraction.references._tokens import is_of_number
from ingestd.model import Word

DATE_KEYS = frozenset(
    "issue-date date number-and-date due-date debit-date discount-date delivery-date period"
    " other-date".split()
)
_APART = DATE_KEYS | {
    "your-order",
    "order-number",
    "own-order",
    "preceding-invoice",
    "contract-number",
}
"""What stands between a title and a date that is not its own."""
_NUMBERED = {"number", "credit-number", "weak-number", "invoice-title", "credit-title"}
_DATED = _APART - DATE_KEYS | {"other-number"}
MOST = 120
_NEAR = 4
"""How many words without meaning may stand between a label and its date: `Datum: Berlin, den 3.5.`"""
_COLUMN = 2
"""More dates than these under one label are a column of a table."""
_UPPER = 0.55
_BEFORE = re.compile(
    r"\b(?:by|before|until|later than|latest(?: on| by)?|au plus tard|avant|jusqu.au|d.ici|bis(?: zum)?"
    r"|spatestens(?: am| zum| bis)?|voor|uiterlijk(?: op)?|ten laatste(?: op)?|tegen|tot"
    r"|antes (?:del?|de)|hasta|tardar|maximo|entro|oltre)"
    r"(?: (?:the|le|au|den|zum|op|el|il|del|al|la data del|dia|date du|the date))? ?$"
)
_TIME = re.compile(r"[ ,]*(?:[^\W\d]{1,5}|-)? ?\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?: ?[^\W\d]{1,4})?$")
_PLACED = re.compile(
    r"[\w .'’/()-]{1,40}, ?(?:(?:the|le|den|de|am|op|il|l[iì]|a|el|dated?) )?$|"
    r"(?:le|den|the|dated|fait [àa] [\w -]{2,30}|in [\w -]{2,30}),? ?$",
    re.IGNORECASE,
)
_FAR_DAYS = 400
_TERM_DAYS = 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """A day with what makes it one of the invoice's dates, and how surely that alone would."""

    day: date
    page: Page
    words: tuple[Word, ...]
    why: str
    worth: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The day that was chosen for a field, with the reasons for it."""

    day: date
    confidence: float
    page: Page
    words: tuple[Word, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """The dates of an invoice, each as far as the pages tell it."""

    issued: Choice | None = None
    due: Choice | None = None
    delivered: Choice | None = None
    period: tuple[Choice, Choice] | None = None


def read(outlines: Sequence[Outline], today: date) -> Days:
    """Return the dates of the invoice that these pages are of."""
    named = _named(outlines)
    issued = _issued(named, outlines, today)
    terms = terms_of(outlines)
    due = _due(named, issued, terms, outlines)
    if issued and due and due.day < issued.day:
        issued, due = _less(issued, 0.75), _less(due, 0.6)
    return Days(issued, due, _choose(named.get("delivery-date", ())), _period(outlines))


def _named(outlines: Sequence[Outline]) -> dict[str, list[Candidate]]:
    """Return the dates that stand behind or below labels, by the label's key."""
    found: dict[str, list[Candidate]] = {}
    count = 0
    for outline in outlines:
        columns = _columns(outline)
        for mark in outline.marks:
            if mark.key not in DATE_KEYS or count >= MOST:
                continue
            if one := _of(outline, mark, columns):
                found.setdefault(mark.key, []).append(one)
                count += 1
    return found


def _of(outline: Outline, mark: Mark, columns: frozenset[int]) -> Candidate | None:
    line = mark.line
    if mark.key in ("issue-date", "date") and _is_of_other(outline, mark):
        return None
    if printed := _behind(outline, mark):
        if mark.key == "due-date" and is_of_discount(outline, line, printed):
            return _after_discount(outline, line, printed)
        worth = 0.85 if _is_in_sentence(mark) else _nearer(outline, mark, 0.97)
        worth *= printed.certainty
        words = line.words_of(printed)
        return Candidate(printed.day, outline.page, words, "label", worth)
    behind = any(mark.end <= line.word_at(one.start) for one in line.dates)
    if behind and not mark.ends_cell:
        return None
    if id(line) in columns and mark.key in ("date", "delivery-date", "other-date", "period"):
        return None
    for below in outline.lines_below(mark):
        if found := _below(outline, mark, below):
            words = below.words_of(found)
            worth = _nearer(outline, mark, 0.96) * found.certainty
            return Candidate(found.day, outline.page, words, "label-above", worth)
    return None


def _after_discount(outline: Outline, line: Line, discount: PrintedDate) -> Candidate | None:
    """Return the day until which all is due, behind that of a discount in the same sentence: `bis 10.5.
    mit 2 % Skonto, bis 2.6. netto`."""
    for printed in line.dates:
        is_later = printed.start > discount.start and printed.day > discount.day
        before = flat(line.text[discount.end : printed.start])
        if is_later and _BEFORE.search(before) and not is_of_discount(outline, line, printed):
            words = line.words_of(printed)
            return Candidate(printed.day, outline.page, words, "label", 0.96 * printed.certainty)
    return None


def _nearer(outline: Outline, mark: Mark, worth: float) -> float:
    """Return what a label of the issue date is worth by what stands near: beside the number or title of
    the invoice more, beside an earlier invoice that it refers to less."""
    if mark.key not in ("issue-date", "date"):
        return worth
    near = {
        other.key
        for number in range(mark.line.number - 1, mark.line.number + 2)
        for other in outline.by_line.get(number, ())
    }
    if "preceding-invoice" in near:
        return worth * 0.9
    return 1 - (1 - worth) * (0.6 if near & _NUMBERED else 1.0)


def _is_of_other(outline: Outline, mark: Mark) -> bool:
    """Tell whether a label dates something else that its cell names before: `Contrat 17 émis le`, the
    invoice that this one is about."""
    return any(
        other.key in _DATED and (other.end <= mark.first or other.end == mark.end)
        for other in outline.by_line[mark.line.number]
        if mark.line.cells[other.first] == mark.line.cells[mark.first]
    )


def _is_in_sentence(mark: Mark) -> bool:
    """Tell whether words that are no value stand before a label in its cell: a sentence that mentions
    one, not a field of its own."""
    line = mark.line
    before = [
        word
        for place, word in enumerate(line.words[: mark.first])
        if line.cells[place] == line.cells[mark.first] and folded(word.text).isalpha()
    ]
    return len(before) > 2


def _behind(outline: Outline, mark: Mark) -> PrintedDate | None:
    """Return the first date behind a label in its line, where nothing but quiet words is between and no
    other label of a date."""
    line = mark.line
    start = line.starts[mark.end - 1] + len(line.words[mark.end - 1].text) - len(mark.rest)
    for printed in line.dates:
        if printed.start < start:
            continue
        place = line.word_at(printed.start)
        between = line.text[start : printed.start]
        marks = outline.by_line[line.number]
        if any(
            other.key in DATE_KEYS and mark.end <= other.first < place and other.key != mark.key
            for other in marks
        ):
            return None
        if mark.key == "number-and-date":
            return printed
        is_quiet = not any(one.isdigit() for one in _without_brackets(between))
        near = len(folded(_without_brackets(between)).split()) <= _NEAR
        return printed if is_quiet and near else None
    return None


def _without_brackets(text: str) -> str:
    return re.sub(r"\([^()]{0,60}\)", " ", text)


def _below(outline: Outline, mark: Mark, line: Line) -> PrintedDate | None:
    """Return the date in a line that stands under a label, and behind no label of its own."""
    own = outline.by_line.get(line.number, ())
    for printed in line.dates:
        words = line.words_of(printed)
        place = line.word_at(printed.start)
        if mark.key == "number-and-date":  # the number stands before it, under the label
            words = (line.words[line.cell_start(place)], words[-1])
        if words[0].left < mark.right + 1 and mark.left - 1 < words[-1].right:
            if any(other.key in DATE_KEYS and other.first <= place for other in own):
                return None
            return printed
    return None


def _columns(outline: Outline) -> frozenset[int]:
    """Return the lines (by identity) whose labels head columns of dates."""
    found = set()
    for mark in outline.of("date", "delivery-date", "other-date", "period"):
        under = 0
        for line in outline.lines[mark.line.number + 1 : mark.line.number + 9]:
            under += any(
                words[0].left < mark.right + 1 and mark.left - 1 < words[-1].right
                for words in map(line.words_of, line.dates)
            )
        if under > _COLUMN:
            found.add(id(mark.line))
    return frozenset(found)


def _issued(
    named: dict[str, list[Candidate]], outlines: Sequence[Outline], today: date
) -> Choice | None:
    found = [*named.get("issue-date", ()), *named.get("number-and-date", ())]
    plain = [_scaled(one, 0.985) for one in named.get("date", ()) if _is_upper(one)]
    loose = [*_titled(outlines), *_placed(outlines)]
    others = {
        one.day
        for key in ("due-date", "delivery-date", "other-date", "debit-date", "discount-date")
        for one in named.get(key, ())
    }
    chosen = _choose(_first_first([*found, *plain]) if found else [], loose)
    if chosen is None:
        chosen = _choose([*plain, *loose])
    if chosen is None:
        chosen = _only(outlines, others)
    if chosen and abs((chosen.day - today).days) > _FAR_DAYS and chosen.day > today:
        chosen = _less(chosen, 0.8)
    return chosen


def _first_first(found: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates with those less that stand below another day: an invoice dates itself before it
    speaks of others."""
    places = [(one.page.number, one.words[0].top) for one in found]
    first = min(places, default=(0, 0.0))
    return [
        one if place <= (first[0], first[1] + 2) else _scaled(one, 0.97)
        for one, place in zip(found, places, strict=True)
    ]


def _is_upper(one: Candidate) -> bool:
    """Tell whether a date stands on the first page, above the lines of the invoice."""
    return one.page.number == 1 and one.words[0].top < _UPPER * one.page.height


def _titled(outlines: Sequence[Outline]) -> Iterator[Candidate]:
    """Yield the dates behind a title and its number: `Rechnung 17 vom 3.5.2026`."""
    titles = ("invoice-title", "credit-title", "correction-title")
    for outline in outlines:
        for mark in outline.of(*titles, "number", "credit-number"):
            for printed in mark.line.dates:
                place = mark.line.word_at(printed.start)
                if place < mark.end or place - mark.end > 6:
                    continue
                others = outline.by_line[mark.line.number]
                if any(o.key in _APART and mark.end <= o.first < place for o in others):
                    break
                between = mark.line.words[mark.end : place]
                if sum(not is_of_number(word) for word in between) > 1:
                    break
                is_title = mark.opens_cell and place <= mark.line.cell_end(mark.first)
                worth = (0.96 if is_title else 0.6) * printed.certainty
                words = mark.line.words_of(printed)
                yield Candidate(printed.day, outline.page, words, "title", worth)
                break


def _placed(outlines: Sequence[Outline]) -> Iterator[Candidate]:
    """Yield the date of a letter: `Utrecht, 10 november 2023` alone in its cell on the first page, or
    a date that stands alone there."""
    for outline in outlines[:1]:
        for line in outline.lines:
            if line.words[0].top > _UPPER * outline.page.height:
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


def _only(outlines: Sequence[Outline], others: set[date]) -> Choice | None:
    """Return the only date of the first page that is nothing else."""
    found: dict[date, Candidate] = {}
    for outline in outlines[:1]:
        for line in outline.lines:
            for printed in line.dates:
                if not printed.is_bare and printed.day not in others:
                    words = line.words_of(printed)
                    one = Candidate(printed.day, outline.page, words, "only", 0.7)
                    found.setdefault(printed.day, one)
    return _choose(list(found.values())) if len(found) == 1 else None


def _before(outlines: Sequence[Outline]) -> Iterator[Candidate]:
    """Yield the days before which a sentence asks to pay: `Merci de régler avant le 3 mai 2026`."""
    for outline in outlines:
        for line in outline.lines:
            for printed in line.dates:
                if not _BEFORE.search(flat(line.text[: printed.start])):
                    continue
                if speaks_of_paying(outline, line) and not is_of_discount(outline, line, printed):
                    words = line.words_of(printed)
                    worth = 0.965 * printed.certainty
                    yield Candidate(printed.day, outline.page, words, "sentence", worth)


def _due(
    named: dict[str, list[Candidate]],
    issued: Choice | None,
    terms: Sequence[Terms],
    outlines: Sequence[Outline],
) -> Choice | None:
    computed = []
    if issued:
        for one in terms:
            day = one.due(issued.day)
            worth = 0.9 * min(1.0, issued.confidence / 0.95)
            computed.append(Candidate(day, one.page, one.words, "terms", worth))
    found = [*named.get("due-date", ()), *_before(outlines)]
    discounts = {one.day for one in named.get("discount-date", ())}
    found = [_scaled(one, 0.6) if one.day in discounts else one for one in found]
    if issued and found:
        far = issued.day + timedelta(days=_TERM_DAYS)
        found = [one if one.day <= far else _scaled(one, 0.7) for one in found]
    debits = [_scaled(one, 0.88) for one in named.get("debit-date", ())]
    chosen = _choose(found, computed)
    if chosen is None and len({one.day for one in computed}) == 1:
        chosen = _choose(computed)
    return chosen or _choose(debits)


def _choose(found: Sequence[Candidate], supports: Sequence[Candidate] = ()) -> Choice | None:
    """Return the day with most evidence; `supports` may only speak for a day that `found` names."""
    days: dict[date, dict[str, Candidate]] = {}
    for one in found:
        ones = days.setdefault(one.day, {})
        if one.why not in ones or one.worth > ones[one.why].worth:
            ones[one.why] = one
    if not days:
        return None
    for one in supports:
        if one.day in days and one.why not in days[one.day]:
            days[one.day][f"and-{one.why}"] = one
    weighed = sorted(
        ((1 - prod(1 - one.worth for one in ones.values()), day) for day, ones in days.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    confidence, day = weighed[0]
    if len(weighed) > 1:
        confidence *= 1 - 0.4 * weighed[1][0] ** 2
    best = max(days[day].values(), key=lambda one: one.worth)
    return Choice(day, min(0.99, confidence), best.page, best.words, tuple(days[day]))


def _period(outlines: Sequence[Outline]) -> tuple[Choice, Choice] | None:
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


def _scaled(one: Candidate, factor: float) -> Candidate:
    return Candidate(one.day, one.page, one.words, one.why, one.worth * factor)


def _less(one: Choice, factor: float) -> Choice:
    return Choice(one.day, one.confidence * factor, one.page, one.words, one.why)
