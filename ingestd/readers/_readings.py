"""Every other way to read a mail that can be read in two ways: what any reader could take for a file.

Not one reading after the other, of which there is no end, but all that readers build them from: each
stretch of octets that could be the body of a part (`_stretches`), in each transfer encoding that could be
meant, and what stands in base64, uuencode or yEnc anywhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from ingestd.readers import _field, _stretches, _transfer
from ingestd.readers._stretches import Stretch

READINGS = 200
"""Readings of one mail; what is ambiguous in more ways than that is refused."""
WORK = 24
"""How many octets may be decoded for each octet of the message."""
NESTING = 2
"""How often what was decoded is looked through again (base64 on a multipart)."""

_BASE64_RUN = re.compile(
    rb"^[A-Za-z0-9+/]{40,}={0,2}[ \t]*(?:\r?\n[A-Za-z0-9+/]+={0,2}[ \t]*(?=\r?$))*", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What some reader might show: its name for display, its declared type. `encoded` tells that its
    octets stand nowhere in the message as they are."""

    content: bytes
    name: str = ""
    declared_type: str = ""
    encoded: bool = False


def _encodings(stretch: Stretch) -> set[str]:
    """Return the transfer encodings that a stretch may be in: the one that is named; any, if it is
    named twice or unknown."""
    named = {_field.transfer_encoding(one) for one in stretch.values("transfer-encoding")}
    if len(named) > 1 or named - _transfer.KNOWN:
        return {"", "base64", "quoted-printable", "x-uuencode", "yenc"}
    return {"" if one in _transfer.IDENTITY else one for one in named or {""}}


def _name(stretch: Stretch) -> str:
    for field, parameter in (("disposition", "filename"), ("type", "name")):
        for value in stretch.values(field):
            if name := _field.parameters(value).get(parameter):
                return _field.display_name(name)
    return ""


def _parts(content: bytes) -> Iterator[Reading]:
    """Yield each stretch in each encoding."""
    for stretch in _stretches.of(content):
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
                if depth and reading.encoded and b"content-" in reading.content.lower():
                    yield from self._find(reading.content, depth - 1)


def _digest(content: bytes) -> bytes:
    return sha256(content.rstrip()).digest()
