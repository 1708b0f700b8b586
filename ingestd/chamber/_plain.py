"""Values of `model` as JSON and back, held against their types: what a child says is checked here.

Octets do not travel in it: a part goes without its content.
"""

import re
from dataclasses import replace
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from ingestd.model import (
    FiledInvoice,
    KnownSupplier,
    Part,
    Picture,
    RuleReport,
    Unrecognisable,
    Verdict,
    Word,
)
from ingestd.sandbox import Question, Stopped

_VERDICT = TypeAdapter(Verdict)
_PART = TypeAdapter(Part)
_FILED = TypeAdapter(FiledInvoice)
_SUPPLIER = TypeAdapter(KnownSupplier)
_REPORT = TypeAdapter(RuleReport)
GIVEN_UP: Final = "given up"
"""The plain answer for a picture that text recognition gave up."""
_SIDE = re.compile("[0-9]{1,6}")


def part_to_text(part: Part) -> str:
    """Write a part without its content."""
    return _PART.dump_json(replace(part, content=b"")).decode()


def part_from_text(text: str) -> Part:
    """Read a part of which nothing is true but its types. Raises Stopped."""
    try:
        return replace(_PART.validate_json(text, strict=True, extra="forbid"), content=b"")
    except ValidationError:
        raise Stopped("answer") from None


def verdict_to_text(verdict: Verdict) -> bytes:
    """Write a verdict without the contents of its parts."""
    parts = tuple(replace(part, content=b"") for part in verdict.parts)
    return _VERDICT.dump_json(replace(verdict, parts=parts))


def verdict_from_text(text: bytes) -> Verdict:
    """Read a verdict of which nothing is true but its types. Raises Stopped."""
    try:
        return _VERDICT.validate_json(text, strict=True, extra="forbid")
    except ValidationError:
        raise Stopped("answer") from None


def filed_to_plain(filed: FiledInvoice | None) -> object:
    """Return a filed invoice as plain data."""
    return _FILED.dump_python(filed, mode="json") if filed else None


def filed_from_plain(plain: object) -> FiledInvoice | None:
    """Read what `filed_to_plain` wrote."""
    return _FILED.validate_python(plain) if plain else None


def supplier_to_plain(supplier: KnownSupplier | None) -> object:
    """Return what is known of a supplier as plain data."""
    return _SUPPLIER.dump_python(supplier, mode="json") if supplier else None


def supplier_from_plain(plain: object) -> KnownSupplier | None:
    """Read what `supplier_to_plain` wrote."""
    return _SUPPLIER.validate_python(plain) if plain else None


def report_to_plain(report: RuleReport) -> object:
    """Return what the rule engine said as plain data."""
    return _REPORT.dump_python(report, mode="json")


def report_from_plain(plain: object) -> RuleReport:
    """Read what `report_to_plain` wrote."""
    return _REPORT.validate_python(plain)


def sides_of(picture: Picture) -> tuple[str, ...]:
    """Return a picture as the words of a question; its pixels are the octets."""
    return tuple(map(str, (picture.width, picture.height, picture.dpi)))


def picture_from_question(question: Question) -> Picture:
    """Read a picture of which nothing is true but its size. Raises Stopped."""
    sides = [int(word) for word in question.words if _SIDE.fullmatch(word)]
    if len(question.words) != 3 or len(sides) != 3 or 0 in sides:
        raise Stopped("answer")
    width, height, dpi = sides
    if width * height != len(question.octets):
        raise Stopped("answer")
    return Picture(width, height, dpi, question.octets)


def words_to_plain(words: tuple[Word, ...] | None) -> object:
    """Return the words of a picture as plain data."""
    if words is None:
        return None
    return [(one.text, one.left, one.top, one.right, one.bottom, one.confidence) for one in words]


def words_from_plain(
    plain: list[list[Any]] | Literal["given up"] | None,
) -> tuple[Word, ...] | None:
    """Read what `words_to_plain` wrote. Raises Unrecognisable for GIVEN_UP."""
    if plain == GIVEN_UP:
        raise Unrecognisable
    return None if plain is None else tuple(Word(*one) for one in plain)
