"""What text recognition does to amounts, undone: letters for figures, marks for a minus, gaps within a
number. Each character stays in its place, and what was mended is known by the difference."""

import re

_DIGITS = str.maketrans({"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "S": "5"})
_NUMBER = re.compile(
    r"(?<![\w.,])[\dOoQlI|S]{1,3}(?:[., ]?[\dOoQlI|S]{3})*[.,][\dOoQlI|S]{2}(?![\w.,])"
)
_APART = re.compile(r"(?<=\d)(?:([.,]) (\d\d)| ([.,]\d\d))(?![\d.,])")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})([.,]) (\d{3}[.,]\d\d)(?![\d.,])")
_POINTLESS = re.compile(r"((?:^|\t)\d{1,5}) (\d\d)(?=\t|$)")
_MINUS = re.compile(r"(^|\t)[=~_](?=\d[\d.,' ]*[.,]\d\d(?![\d.,]))")
_EDGE = re.compile(r"(^|[\t ])[\]\[{}!\\'\"‘’“”`´.:;,]{1,2}(?=\d[\d.,' ]*[.,]\d\d(?![\d.,]))")
_EURO = re.compile(r"(?<=[.,]\d\d)( ?)(?:€[E@]|[Ee])(?=[\t ]|$)")


def mended(text: str, point: str) -> str:
    """Return a row as its amounts were printed, as far as their form tells; `point` is the decimal
    sign of the document, "" where it is not known."""
    text = _NUMBER.sub(lambda found: found[0].translate(_DIGITS), text)
    text = _APART.sub(lambda found: f"{found[1] or ''}{found[2] or found[3]} ", text)
    text = _THOUSANDS.sub(r"\1\2\3 ", text)
    text = _POINTLESS.sub(rf"\1{point or '.'}\2", text)
    text = _MINUS.sub(r"\1-", text)
    text = _EDGE.sub(lambda found: found[0][: len(found[1])].ljust(len(found[0])), text)
    return _EURO.sub(lambda found: f"{found[1]}€".ljust(len(found[0])), text)
