"""What a child said, held against what its parent knows; nothing is filed on its word.

A hostile document may have taken the child over. It can then say anything that fits the types: but
the octets are the parent's own copies, found by the SHA-256 that the parent counted, and only those
that the parent saw scanned clean are filed. A child that says otherwise is stopped like any other.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from ingestd.chamber._world import World
from ingestd.model import Document, Finding, Invoice, Outcome, Part, Role, Source, Verdict, Weight
from ingestd.reasons import CATALOGUE
from ingestd.sandbox import Stopped

_KEPT = (Role.DOCUMENT, Role.ANNEX)
_HEAVY = (Weight.HOLD, Weight.STOP)
_DIGITS = 60
"""More than any amount has before or behind its point; 1E999999999 is a short text, and written out
as a number it fills the memory of whoever does so."""


def verified(verdict: Verdict, world: World) -> Verdict:
    """Return `verdict` with the contents of its documents and annexes as `world` has them.

    Raises Stopped for one that cannot be true.
    """
    parts = {part.path: part for part in verdict.parts}
    truths = (
        len(parts) == len(verdict.parts),
        verdict.scanned is (world.scan is not None),
        all(_is_possible(document, parts, world) for document in verdict.documents),
        all(finding.reason in CATALOGUE for finding in _findings(verdict)),
        all(_is_writable(number) for number in _decimals(verdict)),
        all(_is_placed(source) for source in _sources(verdict)),
        not any(_carries_octets(document.invoice) for document in verdict.documents),
    )
    if not all(truths):
        raise Stopped("answer")
    return replace(verdict, parts=tuple(_with_content(part, world) for part in verdict.parts))


def _findings(verdict: Verdict) -> Iterator[Finding]:
    yield from verdict.findings
    for document in verdict.documents:
        yield from document.findings


def _decimals(verdict: Verdict) -> Iterator[Decimal]:
    for document in verdict.documents:
        if invoice := document.invoice:
            groups: tuple[Any, ...] = (*invoice.lines, *invoice.vat_breakdown)
            for group in (invoice, *groups, *invoice.allowances_charges):
                values = (getattr(group, one.name) for one in fields(group))
                yield from (value for value in values if isinstance(value, Decimal))


def _sources(verdict: Verdict) -> Iterator[Source]:
    for document in verdict.documents:
        if document.invoice:
            yield from document.invoice.sources.values()


def _is_placed(source: Source) -> bool:
    """Tell whether a confidence is a probability and a place is on a page: infinities and what is no
    number at all are no JSON, and pass every comparison of who shows them."""
    box = source.box
    edges = (box.left, box.top, box.right, box.bottom) if box else ()
    return all(0.0 <= one <= 1.0 for one in (source.confidence, *edges))


def _is_writable(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent > -_DIGITS and number.adjusted() < _DIGITS


def _carries_octets(invoice: Invoice | None) -> bool:
    """Tell whether an invoice brings octets along; those of a verdict are the parent's alone."""
    if invoice is None:
        return False
    papers = (paper.content for paper in invoice.supporting_documents)
    return bool(invoice.xml) or any(content is not None for content in papers)


def _is_possible(document: Document, parts: dict[str, Part], world: World) -> bool:
    """Tell whether a document is made of parts that are there and, if it is filed, were clean."""
    paths = [document.path, *document.annexes]
    paths += [document.invoice.part] if document.invoice else []
    if not all(path in parts for path in paths):
        return False
    if document.outcome is not Outcome.FILED:
        return True
    filed = [parts[path] for path in paths]
    is_clean = all(part.sha256 in world.clean for part in filed) or world.scan is None
    is_kept = all(part.role in _KEPT for part in filed)
    is_held = any(finding.weight in _HEAVY for finding in document.findings)
    return is_clean and is_kept and not is_held


def _with_content(part: Part, world: World) -> Part:
    if part.role not in _KEPT:
        return replace(part, content=b"")
    content = world.kept.get(part.sha256)
    if content is None or len(content) != part.size_bytes:
        raise Stopped("answer")
    return replace(part, content=content)
