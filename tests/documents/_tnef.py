"""Writes TNEF (MS-OXTNEF, `winmail.dat`), for the tests; no library does."""

import struct
from collections.abc import Mapping

MESSAGE, ATTACHMENT = 1, 2
IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")


def attribute(level: int, name: int, kind: int, data: bytes, checksum: int | None = None) -> bytes:
    """Return one attribute, with its own checksum unless another is given."""
    total = sum(data) & 0xFFFF if checksum is None else checksum
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", total)


def properties(values: Mapping[int, object]) -> bytes:
    """Return a list of MAPI properties: int, text (Unicode), octets, or (type, octets)."""
    rows = [struct.pack("<I", len(values))]
    for pid, value in values.items():
        if isinstance(value, int):
            rows.append(struct.pack("<HHI", 0x0003, pid, value))
            continue
        if isinstance(value, tuple):
            kind, octets = value
        elif isinstance(value, str):
            kind, octets = 0x001F, value.encode("utf-16-le") + b"\0\0"
        else:
            kind, octets = 0x0102, value
        rows.append(struct.pack("<HHII", kind, pid, 1, len(octets)))
        rows.append(octets + bytes(-len(octets) % 4))
    return b"".join(rows)


def attachment(
    title: str = "", content: bytes | None = b"", given: Mapping[int, object] | None = None
) -> bytes:
    """Return the attributes of one attachment: a short name, octets, and MAPI properties."""
    made = attribute(ATTACHMENT, 0x9002, 6, struct.pack("<HIHHI", 1, 0, 32, 32, 0))
    if title:
        made += attribute(ATTACHMENT, 0x8010, 1, title.encode("cp1252") + b"\0")
    if content is not None:
        made += attribute(ATTACHMENT, 0x800F, 6, content)
    if given:
        made += attribute(ATTACHMENT, 0x9005, 6, properties(given))
    return made


def embedded(subject: str, message: bytes) -> bytes:
    """Return an attachment that is a message: TNEF in a MAPI object."""
    data = (0x000D, IMESSAGE + message)
    return attachment("", None, {0x3001: subject, 0x3705: 5, 0x3701: data})


def tnef(
    *attached: bytes, given: Mapping[int, object] | None = None, codepage: int = 1252
) -> bytes:
    """Return a TNEF stream: version, code page, message properties, attachments."""
    made = struct.pack("<IH", 0x223E9F78, 1)
    made += attribute(MESSAGE, 0x9006, 8, struct.pack("<I", 0x10000))
    made += attribute(MESSAGE, 0x9007, 6, struct.pack("<II", codepage, 0))
    if given:
        made += attribute(MESSAGE, 0x9003, 6, properties(given))
    return made + b"".join(attached)
