"""Stretches of octets that a reader could take for the body of a part, and the MIME fields before them.

One begins behind a line that looks like a delimiter, or behind fields that look like those of a part; it
ends before the next line that looks like a delimiter, or only before the next one of those seen last.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

DELIMITERS = 3
"""How many delimiters before a stretch may be the one that ends it."""

_DASHES = re.compile(rb"--[^\r\n]+(?:\r?\n|\r|\Z)")
_FIELD = re.compile(rb"content-(?:type|transfer|disposition)")
"""Both begin with a literal, for which a regular expression looks at the speed of memory; where the line
begins is looked at then."""
_EMPTY_LINES = (
    re.compile(rb"\A(?:\r\n|\n|\r)|\r\n[ \t]*\r\n|\n[ \t]*\r?\n|\r[ \t]*\r"),
    re.compile(rb"\A(?:\r\n|\n|\r)|\r?\n\r?\n|\r\r"),
)
"""What ends a header: also a line of blanks, for some readers; nothing but an empty one, for others."""
_FIELDS = re.compile(rb"[ \t]*content-([\w-]+)\s*:((?:[^\r\n]|(?:\r?\n|\r)[ \t])*)", re.IGNORECASE)
_HEADER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Stretch:
    """Octets that could be the body of a part; `fields` are name (`type`) and body of each MIME field
    before them, as they stand there."""

    body: bytes
    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Return the bodies of the fields of a name."""
        return [value for field, value in self.fields if field == name]


class _Ends:
    """Where a stretch may end. Each octet is looked at once for each delimiter."""

    def __init__(self, content: bytes, lines: list[re.Match[bytes]]) -> None:
        self._content = content
        self._lines = [line.start() for line in lines if line[0][2:3] not in b" \t-"]
        self._next: dict[bytes, int] = {}
        self._seen: list[bytes] = []

    def see(self, line: bytes) -> None:
        """Take note of a line that begins with two hyphens."""
        name = line[2:].rstrip(b"\r\n \t").removesuffix(b"--")
        if name and name not in self._seen:
            self._seen = [*self._seen[1 - DELIMITERS :], name]

    def behind(self, begin: int) -> set[int]:
        """Return the ends of a stretch that begins at `begin`."""
        after = bisect_left(self._lines, begin)
        ends = {self._lines[after] if after < len(self._lines) else len(self._content)}
        for name in self._seen:
            for delimiter in (b"\n--" + name, b"\n--" + name + b"--"):
                ends.add(self._find(delimiter, begin))
        return {max(begin, end) for end in ends}

    def _find(self, delimiter: bytes, begin: int) -> int:
        at = self._next.get(delimiter, -1)
        if at < begin - 1:
            at = self._content.find(delimiter, max(0, begin - 1))
            at = self._next[delimiter] = len(self._content) if at < 0 else at
        return at


def _begins_line(content: bytes, at: int) -> bool:
    """Tell whether a line begins at a place, blanks aside."""
    while at and content[at - 1] in b" \t":
        at -= 1
    return not at or content[at - 1] in b"\r\n"


def _starts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the places where a header could begin, in order, each with the delimiter before it."""
    lines = ((found.end(), found[0]) for found in _delimiters(content))
    fields = (
        (found.start(), b"")
        for found in _FIELD.finditer(content.lower())
        if _begins_line(content, found.start())
    )
    yield 0, b""
    yield from merge(lines, fields, key=lambda start: start[0])


def _delimiters(content: bytes) -> Iterator[re.Match[bytes]]:
    for line in _DASHES.finditer(content):
        if not line.start() or content[line.start() - 1] in b"\r\n":
            yield line


def of(content: bytes) -> Iterator[Stretch]:
    """Yield the stretches of a message, or of what was decoded out of one."""
    ends = _Ends(content, list(_delimiters(content)))
    behind_header = 0
    for start, delimiter in _starts(content):
        if delimiter:
            ends.see(delimiter)
        if start < behind_header:
            continue  # one more field of a header that was read
        head = content[start : start + _HEADER_BYTES]
        header_ends = [match.end() for line in _EMPTY_LINES if (match := line.search(head))] or [0]
        fields = tuple(
            (match[1].decode("ascii").lower(), match[2].decode("ascii", "surrogateescape"))
            for match in _FIELDS.finditer(head, 0, max(header_ends) or len(head))
        )
        behind_header = start + min(header_ends)
        for begin in {start + size for size in header_ends}:
            for end in ends.behind(begin):
                if body := content[begin:end].strip(b"\r\n"):
                    yield Stretch(body, fields)
