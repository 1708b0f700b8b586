"""What a child said, held against what its parent knows; nothing is filed on its word.

A hostile document may have taken the child over. It can then say anything that fits the types: but
the octets are the parent's own copies, found by the SHA-256 that the parent counted, and only those
that the parent saw scanned clean are filed. A child that says otherwise is stopped like any other.
"""

from collections.abc import Iterator
from dataclasses import replace

from ingestd.chamber._world import World
from ingestd.model import Document, Finding, Outcome, Part, Role, Verdict, Weight
from ingestd.reasons import CATALOGUE
from ingestd.sandbox import Stopped

_KEPT = (Role.DOCUMENT, Role.ANNEX)
_HEAVY = (Weight.HOLD, Weight.STOP)


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
    )
    if not all(truths):
        raise Stopped("answer")
    return replace(verdict, parts=tuple(_with_content(part, world) for part in verdict.parts))


def _findings(verdict: Verdict) -> Iterator[Finding]:
    yield from verdict.findings
    for document in verdict.documents:
        yield from document.findings


def _is_possible(document: Document, parts: dict[str, Part], world: World) -> bool:
    """Tell whether a document is made of parts that are there and, if it is filed, were clean."""
    paths = (document.path, *document.annexes)
    if not all(path in parts for path in paths):
        return False
    if document.outcome is not Outcome.FILED:
        return True
    scanned = all(parts[path].sha256 in world.clean for path in paths) or world.scan is None
    return scanned and not any(finding.weight in _HEAVY for finding in document.findings)


def _with_content(part: Part, world: World) -> Part:
    if part.role not in _KEPT:
        return part
    content = world.kept.get(part.sha256)
    if content is None or len(content) != part.size_bytes:
        raise Stopped("answer")
    return replace(part, content=content)
