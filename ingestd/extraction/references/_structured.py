"""Payment references (BT-83) that prove themselves by their check digits.

Belgian structured communication (mod 97), Swiss QR reference (mod 10 recursive), creditor reference
(ISO 11649), Dutch betalingskenmerk (mod 11).
"""

import re
from collections.abc import Iterator

from stdnum import iso11649
from stdnum.ch import esr

from ingestd.extraction.references._outline import Line, Outline
from ingestd.extraction.references._reference import Reference

KEY = "payment-reference"
"""The labels of payment references."""
_BELGIAN = re.compile(
    r"(?<![\w+*])(?:\+\+\+|\*\*\*) ?(\d{3}) ?/ ?(\d{4}) ?/ ?(\d{5}) ?(?:\+\+\+|\*\*\*)(?![\w+*])"
)
_BARE_BELGIAN = re.compile(r"(?<![\w/+*.\-])(\d{3})/(\d{4})/(\d{5})(?![\w/+*\-])")
_PLAIN_BELGIAN = re.compile(r"(?<![\w/+*.\-])\d{12}(?![\w/+*\-])")
_CREDITOR = re.compile(r"(?<!\w)RF\d{2}(?: ?[A-Z0-9]){1,21}(?!\w)")
_SWISS = re.compile(r"(?<![\w./])\d{2}(?: ?\d{5}){5}(?![\w./])")
_DUTCH = re.compile(r"(?<![\w.])(\d(?: ?\d){15})(?![\w.])")
_DUTCH_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10)
_TEXT_CHARACTERS = 2_000


def structured(outline: Outline, line: Line) -> Iterator[Reference]:
    """Yield what is proved by its check digits in a line; figures alone only behind a label."""
    text = line.text[:_TEXT_CHARACTERS]
    for found in _BELGIAN.finditer(text):
        if is_belgian("".join(found.groups())):
            yield _cut(outline, line, found, f"+++{found[1]}/{found[2]}/{found[3]}+++", 0.99)
    labelled = any(m.key == KEY for m in outline.by_line.get(line.number, ()))
    for found in _BARE_BELGIAN.finditer(text):
        if is_belgian("".join(found.groups())):
            yield _cut(outline, line, found, found[0], 0.97 if labelled else 0.8)
    for found in _CREDITOR.finditer(text):
        if reference := _creditor(found[0]):
            yield _cut(outline, line, found, reference, 0.98)
    for found in _SWISS.finditer(text):
        if is_swiss(found[0]):
            yield _cut(outline, line, found, found[0], 0.98)
    if labelled:
        for form, is_valid in ((_DUTCH, is_dutch), (_PLAIN_BELGIAN, is_belgian)):
            for found in form.finditer(text):
                if is_valid(found[0]):
                    yield _cut(outline, line, found, found[0], 0.97)


def _cut(
    outline: Outline, line: Line, found: re.Match[str], text: str, confidence: float
) -> Reference:
    words = line.words[line.word_at(found.start()) : line.word_at(found.end() - 1) + 1]
    return Reference(text, confidence, outline.page, words, "check-digits")


def is_belgian(digits: str) -> bool:
    """Tell whether twelve figures are a Belgian structured communication: the first ten modulo 97 are
    the last two, 97 for 0."""
    return int(digits[-2:]) == (int(digits[:-2]) % 97 or 97)


def is_swiss(text: str) -> bool:
    """Tell whether 27 figures are a Swiss QR reference (ESR): its last one is a check digit."""
    digits = text.replace(" ", "")
    return digits.strip("0") != "" and esr.is_valid(digits)


def is_dutch(text: str) -> bool:
    """Tell whether 16 figures are a Dutch betalingskenmerk: the first is the check digit (mod 11)."""
    digits = [int(one) for one in text if one.isdigit()]
    total = sum(a * b for a, b in zip(reversed(digits[1:]), _DUTCH_WEIGHTS, strict=True))
    return digits[0] == (11 - total % 11) % 10 if total % 11 > 1 else digits[0] == total % 11


def _creditor(text: str) -> str | None:
    """Return the creditor reference that a text begins with; a following word is no part of it."""
    while text:
        if iso11649.is_valid(text):
            return text
        text = text.rpartition(" ")[0]
    return None
