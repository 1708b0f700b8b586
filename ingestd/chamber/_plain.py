"""Values of `model` as JSON and back, held against their types: what a child says is checked here.

Octets do not travel in it: a part goes without its content.
"""

from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from ingestd.model import FiledInvoice, Part, RuleReport, Verdict
from ingestd.sandbox import Stopped

_VERDICT = TypeAdapter(Verdict)
_PART = TypeAdapter(Part)
_FILED = TypeAdapter(FiledInvoice)
_REPORT = TypeAdapter(RuleReport)


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


def report_to_plain(report: RuleReport) -> object:
    """Return what the rule engine said as plain data."""
    return _REPORT.dump_python(report, mode="json")


def report_from_plain(plain: object) -> RuleReport:
    """Read what `report_to_plain` wrote."""
    return _REPORT.validate_python(plain)
