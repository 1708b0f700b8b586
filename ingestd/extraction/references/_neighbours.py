"""What follows a label: the number beside it or below it, where that is not of another label."""

from ingestd.extraction.labels import folded
from ingestd.extraction.references._outline import Mark, Outline
from ingestd.extraction.references._tokens import NUMBER_WORDS, Token, is_of_number, token_at

TITLES = ("invoice-title", "credit-title", "correction-title")
_TITLE_LINES = 3


def following(outline: Outline, mark: Mark) -> tuple[Token | None, bool]:
    """Return the number that a label names, and whether it stands below."""
    if _names_more(mark, outline):
        return None, False
    token = token_at(mark.line, mark.end, mark.rest)
    if token and not is_of_other_cell(mark, token):
        return (None, False) if is_claimed(outline, mark, token) else (token, False)
    if not mark.ends_cell and not _ends_in_marks(outline, mark):
        return None, False
    for line, start in outline.below(mark):
        if any(other.first == start for other in outline.by_line.get(line.number, ())):
            return None, True  # another label: this one has no value
        token = token_at(line, start)
        if token:
            return token, True
        if mark.key == "number-and-date" or not line.dates:
            return None, True
    return None, True


def is_of_other_cell(mark: Mark, token: Token) -> bool:
    """Tell whether what stands across a gap begins something else, as the `190` of `190 Station Road`
    in the next column does."""
    line = mark.line
    first = line.places.get(id(token.words[0]), mark.end)
    if first < mark.end or line.cells[first] == line.cells[mark.end - 1]:
        return False
    behind = line.words[token.end : line.cell_end(token.end - 1)]
    return any(folded(word.text).isalpha() and not is_of_number(word) for word in behind[:2])


def _names_more(mark: Mark, outline: Outline) -> bool:
    """Tell whether the same label follows in another language: `Invoice no / Facture n° : 17`."""
    return (
        any(
            other.key == mark.key and mark.end <= other.first <= mark.end + 1
            for other in outline.by_line[mark.line.number]
        )
        and mark.ends_cell is False
    )


def _ends_in_marks(outline: Outline, mark: Mark) -> bool:
    """Tell whether only other labels follow in the cell of a label: `Invoice no / date` above values."""
    last = mark.line.cell_end(mark.end - 1)
    covered = {
        place
        for other in outline.by_line[mark.line.number]
        for place in range(other.first, other.end)
    }
    return all(
        place in covered or not folded(mark.line.words[place].text)
        for place in range(mark.end, last)
    )


def is_claimed(outline: Outline, mark: Mark, token: Token) -> bool:
    """Tell whether another label stands between this one and the number."""
    first = mark.line.places.get(id(token.words[0]), mark.end)
    return any(
        mark.end <= other.first < first
        and other.key != mark.key
        and folded(other.text) not in NUMBER_WORDS
        for other in outline.by_line[mark.line.number]
    )


def is_near_title(outline: Outline, mark: Mark) -> bool:
    """Tell whether the title of the paper stands in the lines above, or before it in its own."""
    near = range(mark.line.number - _TITLE_LINES, mark.line.number + 1)
    return any(
        title.key in TITLES
        and title.opens_cell
        and title.ends_cell
        and title.left < mark.right + 60
        and mark.left < title.right + 60
        for number in near
        for title in outline.by_line.get(number, ())
    )
