"""The stream of TNEF attributes (MS-OXTNEF section 2.1.3), walked before anything interprets it.

tnefparse loops for hours over a count that lies, copies the whole rest of the stream for each
attribute, and cuts zeros off the end of files. So the stream is split here, under limits, each
attribute against its checksum; tnefparse decodes what is inside (`properties`), through octets that
refuse to be read beyond their end.
"""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from oxmsg.domain.encodings import encoding_from_codepage
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from tnefparse.mapi import SZMAPI_UNICODE_STRING, decode_mapi
from tnefparse.tnef import TNEF

from ingestd.readers._charset import decode_text

logging.getLogger("tnefparse").disabled = True  # what it has to say, a finding says

ATTRIBUTES = 20_000
"""A message has some twenty attributes, and five for each attachment."""
READINGS = 200_000
"""How often tnefparse may reach into the properties of one stream; a file has some sixty."""

_ATTRIBUTE = struct.Struct("<BHHI")
_LEVELS = (TNEF.LVL_MESSAGE, TNEF.LVL_ATTACHMENT)
_PADDING = b"\0\r\n "


class Damaged(Exception):  # noqa: N818 - says where the stream cannot be trusted any more
    """The stream ends, or lies, here: what came before it is whole."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: `level` 1 is the message's, 2 an attachment's; `name` is the low half of its
    id (`TNEF.ATT*`)."""

    level: int
    name: int
    data: bytes


def attributes(content: bytes) -> Iterator[Attribute]:
    """Yield the attributes of a stream in order. Raises Damaged at the first that is not whole."""
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != TNEF.TNEF_SIGNATURE:
        raise Damaged("no TNEF signature")
    at, count = 6, 0
    while at < len(content):
        if count and not content[at : at + 64].strip(_PADDING) and not content[at:].strip(_PADDING):
            return
        if at + _ATTRIBUTE.size + 2 > len(content):
            raise Damaged("cut off")
        level, name, _, length = _ATTRIBUTE.unpack_from(content, at)
        at += _ATTRIBUTE.size
        count += 1
        if level not in _LEVELS or at + length + 2 > len(content) or count > ATTRIBUTES:
            raise Damaged(f"attribute {count}")
        data = content[at : at + length]
        at += length + 2
        if sum(data) & 0xFFFF != struct.unpack_from("<H", content, at - 2)[0]:
            raise Damaged(f"checksum of attribute {count}")
        yield Attribute(level, name, data)
    if not count:
        raise Damaged("nothing in it")


@dataclass(slots=True)
class Budget:
    """What reading all properties of one stream may cost."""

    left: int = READINGS


class _Bounded(bytes):
    """Octets that raise where they are read beyond their end, or too often: tnefparse reads on for
    ever where a count lies. Three octets of padding may be missing at the end.

    A value is asked for with its padding; it is given without, by the length that stands before it.
    """

    budget: Budget

    def __getitem__(self, key: Any) -> Any:
        self.budget.left -= 1
        if self.budget.left < 0:
            raise OverflowError("too many properties")
        if not isinstance(key, slice):
            return super().__getitem__(key)
        start, stop = key.start or 0, key.stop or 0
        if stop > len(self) + 3:
            raise EOFError("beyond the end")
        if start >= 4 and (stop - start) % 4 == 0:
            length = struct.unpack_from("<I", self, start - 4)[0]
            stop = start + length if stop - 4 < start + length <= stop else stop
        return super().__getitem__(slice(start, stop))


@dataclass(frozen=True, slots=True)
class Property:
    """One MAPI property: its `kind` (PtypString8 0x001E, PtypString 0x001F, PtypObject 0x000D, ...) and
    the octets of its first value, without padding. Unicode text is given in UTF-8."""

    kind: int
    value: bytes

    @property
    def is_unicode(self) -> bool:
        """Whether the value is text in UTF-8."""
        return bool(self.kind == SZMAPI_UNICODE_STRING)


def properties(data: bytes, budget: Budget) -> dict[int, Property]:
    """Return the MAPI properties (MS-OXTNEF section 2.1.3.4) by id, named ones left out; the first of
    several of one id counts. Where the list is damaged, what stands before the damage is returned."""
    if len(data) < 4 or struct.unpack_from("<I", data)[0] > len(data) // 4:
        return {}
    try:
        # Latin-1 takes any octet and gives it back: the character set is the caller's to know.
        bounded = _Bounded(data)
        bounded.budget = budget
        found = decode_mapi(bounded, "latin-1")
    except (EOFError, OverflowError, ValueError, struct.error):
        return {}
    return {
        one.name: Property(one.attr_type, _octets(one.attr_type, one.raw_data))
        for one in reversed(found)
        if not one.guid
    }


def _octets(kind: int, raw: Any) -> bytes:
    """Return the octets of the first value; tnefparse has decoded those that are text."""
    value = raw[0] if isinstance(raw, list) and raw else raw
    if isinstance(value, str):
        charset = "utf-8" if kind == SZMAPI_UNICODE_STRING else "latin-1"
        return value.encode(charset, "replace").rstrip(b"\0")
    return value if isinstance(value, bytes) else b""


def text(found: Property | None, charset: str) -> str:
    """Return the text of a property, "" for none; 8-bit ones and octets are in `charset`."""
    if found is None:
        return ""
    return decode_text(found.value.rstrip(b"\0"), "utf-8" if found.is_unicode else charset)


def number(found: Property | None) -> int:
    """Return an integer property, 0 where it is none."""
    return int.from_bytes(found.value, "little") if found and len(found.value) <= 8 else 0


def charset_of(codepage: int) -> str:
    """Return Python's name for a Windows code page, "" for an unknown one."""
    try:
        return encoding_from_codepage(codepage)
    except (UnrecognizedCodePageError, UnsupportedEncodingError):
        return ""
