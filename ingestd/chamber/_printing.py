"""How a body travels to the printer and its PDF back, between a child and its parent.

The words of the question are the length of the text, and the Content-ID and length of each picture;
its octets are the text and the pictures, one after the other. The PDF comes back as base64, for an
answer is plain data.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ingestd.model import Unprintable
from ingestd.sandbox import Question, Stopped

PrintHtml = Callable[[str, Mapping[str, bytes]], bytes]
"""Returns a body as PDF. Raises Unprintable, and Unavailable without a printer."""

_PRINTED: Final = "printed"
_UNPRINTABLE: Final = "unprintable"
_LENGTH_DIGITS = 10
"""A length of more digits is no length."""


def words_of(text: bytes, pictures: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the words of the question, for a text in UTF-8 and its pictures by Content-ID."""
    named = (word for name, octets in pictures.items() for word in (name, str(len(octets))))
    return (str(len(text)), *named)


def answer(print_html: PrintHtml, question: Question) -> list[str]:
    """Return what the printer makes of a question, as plain data.

    Raises Stopped for a question that is none, and Unavailable.
    """
    html, pictures = _unpacked(question)
    try:
        return [_PRINTED, b64encode(print_html(html, pictures)).decode()]
    except Unprintable as end:
        return [_UNPRINTABLE, end.limit]


def pdf_of(plain: Sequence[str]) -> bytes:
    """Read what `answer` wrote. Raises Unprintable."""
    said, what = plain
    if said != _PRINTED:
        raise Unprintable(what)
    return b64decode(what)


def _unpacked(question: Question) -> tuple[str, dict[str, bytes]]:
    if len(question.words) % 2 == 0:
        raise Stopped("answer")
    place = _length(question.words[0])
    html, pictures = question.octets[:place].decode("utf-8", "replace"), {}
    for name, size in zip(question.words[1::2], question.words[2::2], strict=True):
        end = place + _length(size)
        pictures[name] = question.octets[place:end]
        place = end
    if place != len(question.octets):
        raise Stopped("answer")
    return html, pictures


def _length(word: str) -> int:
    if not (word.isascii() and word.isdigit()) or len(word) > _LENGTH_DIGITS:
        raise Stopped("answer")
    return int(word)
