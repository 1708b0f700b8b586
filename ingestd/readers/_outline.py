"""How large and how deep a message would be, from its raw octets, before any parser sees it (THREATS
rows M1 to M3). Linear in the octets, with a handful of values in memory.
"""

import re
from dataclasses import dataclass
from heapq import merge

from ingestd.model import Bilingual, Finding, Limits
from ingestd.readers._entity import Entity, header_of, walk

_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_LINE = re.compile(rb"\n--([^\r\n]+)")
_NAMED = re.compile(rb"boundary(?:\*\d*\*?)?[ \t]*=[ \t\r\n]*\"?([^\"\r\n;]{1,200})")
"""Both begin with a literal, for which a regular expression looks at the speed of memory."""


@dataclass(slots=True)
class _Outline:
    """What was seen so far: boundaries that were named, and those of multiparts that are open."""

    named: set[bytes]
    open: list[bytes]
    parts: int = 0
    depth: int = 0

    def delimit(self, line: bytes) -> None:
        """Take note of a line that begins with two hyphens."""
        end = line.removesuffix(b"--")
        boundary = line if line in self.named else end
        if boundary not in self.named:
            return
        if boundary in self.open:
            del self.open[self.open.index(boundary) + (line == boundary) :]
        elif line == boundary:
            self.open.append(boundary)
        if line == boundary:
            self.parts += 1
            self.depth = max(self.depth, len(self.open))


def _over_header(content: bytes, limits: Limits) -> str:
    """Return which limit of the header is broken, "" if none is."""
    header = header_of(content)
    if len(header) > limits.header_block_bytes:
        return f"{len(header)} > {limits.header_block_bytes}"
    fields = _FIELD_END.split(header)
    if len(fields) > limits.header_fields:
        return f"{len(fields)} > {limits.header_fields}"
    longest = max(map(len, fields))
    if longest > limits.header_field_bytes:
        return f"{longest} > {limits.header_field_bytes}"
    return ""


def _over_structure(content: bytes, limits: Limits) -> tuple[int, int] | None:
    """Return how many parts or levels there are at least and how many there may be, None if few."""
    outline = _Outline(set(), [])
    # a copy in lower case costs less than to look for both cases
    events = merge(
        _LINE.finditer(content), _NAMED.finditer(content.lower()), key=lambda found: found.start()
    )
    for event in events:
        text = content[slice(*event.span(1))].rstrip(b" \t")
        if event.re is _NAMED:
            outline.named.add(text)
        else:
            outline.delimit(text)
        if (parts := max(outline.parts, len(outline.named))) > limits.parts:
            return parts, limits.parts
        if outline.depth > limits.mime_depth:
            return outline.depth, limits.mime_depth
    return None


def broken(content: bytes, path: str, limits: Limits) -> Finding | None:
    """Return why a message is not parsed at all, None if it may be."""
    if over := _over_header(content, limits):
        detail = Bilingual(f"header over the limit: {over}", f"en-tête trop grand : {over}")
        return Finding("mail-unreadable", path, detail=detail)
    if lines := _over_lines(content, limits):
        detail = Bilingual(f"too many lines: {lines}", f"trop de lignes : {lines}")
        return Finding("mail-unreadable", path, detail=detail)
    if over_structure := _over_structure(content, limits):
        count, limit = map(str, over_structure)
        return Finding("too-many-parts", path, values={"n": count, "limit": limit})
    return None


def _over_lines(content: bytes, limits: Limits) -> str:
    """Return how many lines there are too many: the parser keeps each for itself, at fifty times its
    octets if it is empty."""
    lines = content.count(b"\n")
    return f"{lines} > {limits.lines}" if lines > limits.lines else ""


def broken_below(message: Entity, path: str, limits: Limits) -> Finding | None:
    """Return why the parts of a parsed message are not looked at, None if they may be: one of them has
    a header over the limits, or lies too deep."""
    for number, entity in walk(message):
        sizes = [len(name) + len(str(value)) + 2 for name, value in entity.raw_items()]
        longest = max(sizes, default=0)
        if longest > limits.header_field_bytes or sum(sizes) > limits.header_block_bytes:
            detail = Bilingual("a part's header over the limit", "en-tête d'une partie trop grand")
            return Finding("mail-unreadable", path, detail=detail)
        if number.count(".") >= limits.mime_depth:
            values = {"n": f"> {limits.mime_depth}", "limit": str(limits.mime_depth)}
            return Finding("too-many-parts", path, detail="MIME nesting", values=values)
    return None
