"""The payment reference (BT-83): structured ones by their check digits, others by their label or by a
sentence that asks for one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingestd.extraction.labels import folded
from ingestd.extraction.references import _asking
from ingestd.extraction.references._numbers import Choice
from ingestd.extraction.references._outline import Line, Mark, Outline
from ingestd.extraction.references._reference import Reference
from ingestd.extraction.references._structured import KEY, structured
from ingestd.extraction.references._tokens import LONGEST, is_other, token_at
from ingestd.extraction.spelling import squeezed
from ingestd.model import SURE, Word

_MESSAGE = "payment-message"
"""Labels of what goes with a payment, and of other things: only a number behind them is a reference."""
_BANK = "bank-reference"
"""Labels that name a payment's reference beside an account, and any other elsewhere."""
_ACCOUNT = frozenset({"iban", "bic", "swift"})
_NEAR = 3
"""Lines between a reference and the account that it is named with."""
_WORDS = 8
_PROVED = 0.96
_GOES_ON = ("/", ",", "-", "+", ";", "|")


def read(outlines: Sequence[Outline], number: Choice | None = None) -> Reference | None:
    """Return the payment reference of the pages: the surest, the first of equal ones. `number` is that
    of the invoice, which many sellers ask for as reference."""
    found: list[Reference] = []
    for outline in outlines:
        for line in outline.lines:
            found.extend(structured(outline, line))
        found.extend(_confirmed(list(_labelled(outline, number)), number))
    if not found:
        found = [one for outline in outlines for one in _asking.asked(outline, number)]
    if not found:
        found = [one for outline in outlines for one in _beside_accounts(outline)]
    best = max(found, key=lambda one: one.confidence, default=None)
    if best and len({squeezed(one.text) for one in found if one.confidence >= best.confidence}) > 1:
        return replace(best, confidence=best.confidence * 0.7)
    return best


def _confirmed(found: Sequence[Reference], number: Choice | None) -> Iterator[Reference]:
    """Yield labelled references, surer ones where a second place says the same: the invoice's number,
    or another label."""
    for one in found:
        is_number = number is not None and number.confidence >= SURE
        is_number = is_number and number is not None and squeezed(number.text) == squeezed(one.text)
        is_twice = any(
            other is not one and squeezed(other.text) == squeezed(one.text) for other in found
        )
        is_proved = one.why == "label" and one.confidence >= 0.85 and (is_number or is_twice)
        yield replace(one, confidence=_PROVED) if is_proved else one


def _labelled(outline: Outline, number: Choice | None) -> Iterator[Reference]:
    for mark in outline.of(KEY):
        if one := _behind(outline, mark, number) or _below(outline, mark):
            yield one
    for mark in outline.of(_MESSAGE):
        one = _behind(outline, mark, number)
        if one and (one.why == "label" or (number and squeezed(number.text) in squeezed(one.text))):
            yield replace(one, confidence=min(one.confidence, 0.75), why="message")


def _behind(outline: Outline, mark: Mark, number: Choice | None) -> Reference | None:
    """Return what a label is followed by: the number of the invoice, a number, or a text with one."""
    line, page = mark.line, outline.page
    place = _after_remark(line, mark.end)
    if one := _asking.named(outline, line, place, number):
        return one
    rest = mark.rest if place == mark.end else ""
    if _starts_another(outline, line, place, rest):
        return None
    if words := _grouped(line, place):
        return Reference(_text(words), 0.85, page, words, "label")
    token = token_at(line, place, rest)
    if token and not _goes_on(line, token.end):
        behind = line.words[token.end : line.cell_end(token.end - 1)]
        if behind and _names(outline, line, token.end, behind) and (words := _free(line, place)):
            return Reference(_text(words), 0.75, page, words, "words")
        worth = 0.75 if behind else 0.9
        return Reference(token.text, worth * token.certainty, page, token.words, "label")
    if words := _free(line, place):
        return Reference(_text(words), 0.75, page, words, "words")
    return None


def _names(outline: Outline, line: Line, place: int, behind: Sequence[Word]) -> bool:
    """Tell whether words behind a number are names that belong to the reference, no sentence."""
    marks = outline.by_line.get(line.number, ())
    return all(word.text[:1].isupper() for word in behind) and all(
        mark.end <= place for mark in marks
    )


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words).strip(" :")


def _below(outline: Outline, mark: Mark) -> Reference | None:
    if not mark.ends_cell:
        return None
    for line, start in outline.below(mark):
        token = token_at(line, start)
        return Reference(token.text, 0.85, outline.page, token.words, "label") if token else None
    return None


def _after_remark(line: Line, place: int) -> int:
    """Return the place behind what a label is said to be for: `(reference) for your transfer:`."""
    for end in range(place, min(place + 6, line.cell_end(max(0, place - 1)))):
        if any(one.isdigit() for one in line.words[end].text):
            return place
        if line.words[end].text.endswith(":"):
            said = line.words[place : end + 1]
            return end + 1 if _asking.is_of_payment(said) else place
    return place


def _starts_another(outline: Outline, line: Line, place: int, rest: str) -> bool:
    """Tell whether the value of a label is another label with its own: an account, a telephone."""
    if folded(rest):
        return False
    while place < len(line.words) and not folded(line.words[place].text):
        place += 1
    marks = [one for one in outline.by_line.get(line.number, ()) if one.first == place]
    return any(folded(one.text) in _ACCOUNT for one in marks)


def _grouped(line: Line, place: int) -> tuple[Word, ...]:
    """Return the words of a cell that are figures in groups, as references are printed to be typed."""
    while place < len(line.words) and not folded(line.words[place].text):
        place += 1
    words = line.words[place : line.cell_end(place)] if place < len(line.words) else ()
    is_number = all(word.text.isdigit() for word in words)
    return words if len(words) > 2 and is_number and len(_text(words)) <= LONGEST else ()


def _goes_on(line: Line, end: int) -> bool:
    """Tell whether a text with more figures goes on behind a number: `17 / customer 4711`."""
    behind = line.words[end : line.cell_end(end - 1)]
    if not behind or not any(one.isdigit() for word in behind for one in word.text):
        return False
    return behind[0].text in _GOES_ON or line.words[end - 1].text.endswith((",", ";"))


def _free(line: Line, place: int) -> tuple[Word, ...]:
    """Return the words of the next cell behind a label, where they are a reference in words: some have
    figures, and none is an amount, an account or an address."""
    while place < len(line.words) and not folded(line.words[place].text):
        place += 1
    if place >= len(line.words):
        return ()
    words = line.words[place : line.cell_end(place)]
    numbers = [word for word in words if any(one.isdigit() for one in word.text)]
    if len(numbers) == 1 and all(word.text.islower() for word in words if word is not numbers[0]):
        words = tuple(numbers)  # "please 17 quote"
    text = " ".join(word.text for word in words)
    is_short = len(words) <= _WORDS and len(text) <= 2 * LONGEST
    is_reference = any(one.isdigit() for one in text) and not any(is_other(w.text) for w in words)
    return words if is_short and is_reference else ()


def _beside_accounts(outline: Outline) -> Iterator[Reference]:
    """Yield the references that stand with an account: `IBAN ..., BIC ..., Reference 4711`."""
    accounts = {
        mark.line.number: mark.left for mark in outline.marks if folded(mark.text) in _ACCOUNT
    }
    for mark in outline.of(_BANK):
        near = range(mark.line.number - _NEAR, mark.line.number + _NEAR + 1)
        beside = [left for number, left in accounts.items() if number in near]
        if not any(abs(left - mark.left) < 12 for left in beside) or not mark.opens_cell:
            continue
        if token := token_at(mark.line, mark.end, mark.rest):
            worth = 0.8 * token.certainty
            yield Reference(token.text, worth, outline.page, token.words, "account")
