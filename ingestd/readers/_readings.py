"""Every other way to read a mail that can be read in two ways: what any reader could take for a file.

Not one reading after the other, of which there is no end, but all that readers build them from: each
stretch of octets that could be the body of a part, in each transfer encoding that could be meant. A
stretch begins behind a line that looks like a delimiter or at a line that looks like a MIME field, and
ends before the next line that looks like a delimiter.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from ingestd.readers import _field, _transfer

READINGS = 200
"""Readings of one mail; what is ambiguous in more ways than that is refused."""
WORK = 24
"""How many octets may be decoded for each octet of the message."""
DELIMITERS = 3
"""How many delimiters before a stretch may be the one that ends it."""
NESTING = 3
"""How often what was decoded is looked through again (base64 on a multipart)."""

_START = re.compile(
    rb"\A(?!--)|(?:\A|[\r\n])"
    rb"(?:(?P<delimiter>--[^\r\n]+(?:\r?\n|\r|\Z))|(?=[ \t]*content-(?:type|transfer|disposition)))",
    re.IGNORECASE,
)
_DELIMITER = re.compile(rb"(?:\r?\n|\r)--[^\s-]")
_EMPTY_LINE = re.compile(rb"\A(?:\r\n|\n|\r)|\r\n[ \t]*\r\n|\n[ \t]*\r?\n|\r[ \t]*\r")
_STRICTLY_EMPTY_LINE = re.compile(rb"\A(?:\r\n|\n|\r)|\r?\n\r?\n|\r\r")
_FIELDS = re.compile(rb"[ \t]*content-([\w-]+)\s*:((?:[^\r\n]|(?:\r?\n|\r)[ \t])*)", re.IGNORECASE)
_BASE64_RUN = re.compile(
    rb"^[A-Za-z0-9+/]{40,}={0,2}[ \t]*(?:\r?\n[A-Za-z0-9+/]+={0,2}[ \t]*(?=\r?$))*", re.MULTILINE
)
_HEADER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What some reader might show: its name for display, its declared type. `encoded` tells that its
    octets stand nowhere in the message as they are."""

    content: bytes
    name: str = ""
    declared_type: str = ""
    encoded: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Octets that could be the body of a part, and the MIME fields before them."""

    body: bytes
    fields: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]


class _Ends:
    """Where a stretch may end: at the next line that begins like a delimiter, or only at the next one of
    those that were seen last. Each octet is looked at once for each delimiter."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._next: dict[bytes, int] = {}
        self._seen: list[bytes] = []

    def see(self, delimiter: bytes) -> None:
        """Take note of a line that begins with two hyphens; "" for another line."""
        name = delimiter[2:].rstrip(b"\r\n \t").removesuffix(b"--")
        if name and name not in self._seen:
            self._seen = [*self._seen[1 - DELIMITERS :], name]

    def behind(self, begin: int) -> set[int]:
        """Return the ends of a stretch that begins at `begin`."""
        first = _DELIMITER.search(self._content, max(0, begin - 2))
        ends = {first.start() if first else len(self._content)}
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


def _stretches(content: bytes) -> Iterator[_Stretch]:
    begin = 0
    ends = _Ends(content)
    for start in _START.finditer(content):
        ends.see(start["delimiter"] or b"")
        if start.end() < begin:
            continue  # one more field of the header that was read with the stretch before
        head = content[start.end() : start.end() + _HEADER_BYTES]
        empty = _EMPTY_LINE.search(head)
        strict = _STRICTLY_EMPTY_LINE.search(head)
        fields = tuple(
            (match[1].decode("ascii").lower(), match[2].decode("ascii", "surrogateescape"))
            for match in _FIELDS.finditer(head, 0, strict.end() if strict else len(head))
        )
        begin = start.end() + (empty.end() if empty else 0)
        for first in {begin, start.end() + (strict.end() if strict else 0)}:
            for last in ends.behind(first):
                if body := content[first:last].strip(b"\r\n"):
                    yield _Stretch(body, fields)


def _encodings(stretch: _Stretch) -> set[str]:
    """Return the transfer encodings that a stretch may be in: the one that is named; any, if it is
    named twice or unknown."""
    named = {_field.transfer_encoding(one) for one in stretch.values("transfer-encoding")}
    if len(named) > 1 or named - _transfer.KNOWN:
        return {"", "base64", "quoted-printable", "x-uuencode", "yenc"}
    return {"" if one in _transfer.IDENTITY else one for one in named or {""}}


def _name(stretch: _Stretch) -> str:
    for field, parameter in (("disposition", "filename"), ("type", "name")):
        for value in stretch.values(field):
            if name := _field.parameters(value).get(parameter):
                return _field.display_name(name)
    return ""


def _parts(content: bytes) -> Iterator[Reading]:
    """Yield each stretch in each encoding."""
    for stretch in _stretches(content):
        name = _name(stretch)
        types = [_field.media_type(value) for value in stretch.values("type")]
        declared = next(filter(None, types), "")
        for encoding in sorted(_encodings(stretch)):
            decoded = _transfer.decode(stretch.body, encoding)
            yield Reading(decoded, name, declared, decoded != stretch.body)
            for other in _transfer.other_base64(stretch.body) if encoding == "base64" else ():
                yield Reading(other, name, declared, encoded=True)


def _runs(content: bytes) -> Iterator[Reading]:
    """Yield what stands in base64 anywhere, with fields or without."""
    for run in _BASE64_RUN.finditer(content):
        yield Reading(_transfer.decode_base64(run[0]), encoded=True)


def _text_files(content: bytes) -> Iterator[Reading]:
    for file in _transfer.files_in(content):
        name = _field.display_name(file.name.decode("ascii", "surrogateescape"))
        yield Reading(file.content, name, encoded=True)


class Readings:
    """The readings of one message. `are_all` is False once they were too many, or too large together:
    then some were not looked at."""

    def __init__(self, content: bytes, known: Iterable[bytes]) -> None:
        """`known` are contents that need not be found again, white space at their end aside."""
        self.are_all = True
        self._content = content
        self._seen = {_digest(one) for one in known} | {_digest(b"")}
        self._left = WORK * len(content) + 65536

    def __iter__(self) -> Iterator[Reading]:
        """Yield each reading once."""
        count = 0
        for reading in self._find(self._content, NESTING):
            digest = _digest(reading.content)
            if digest in self._seen:
                continue
            if count == READINGS:
                self.are_all = False
                return
            self._seen.add(digest)
            count += 1
            yield reading

    def _find(self, content: bytes, depth: int) -> Iterator[Reading]:
        for found in (_parts, _runs, _text_files):
            for reading in found(content):
                self._left -= len(reading.content) + 64
                if self._left < 0:
                    self.are_all = False
                    return
                yield reading
                if depth and reading.encoded:
                    yield from self._find(reading.content, depth - 1)


def _digest(content: bytes) -> bytes:
    return sha256(content.rstrip()).digest()
