"""Writes compound files (MS-CFB, version 3) and Outlook messages in them (MS-OXMSG), for the tests.

No library writes them. Small streams lie in the mini stream as they should.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SECTOR, MINI = 512, 64
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Tree = Mapping[str, Any]
"""Name to octets (a stream) or to another tree (a storage)."""


@dataclass
class _Entry:
    name: str
    kind: int
    left: int = FREE
    right: int = FREE
    child: int = FREE
    start: int = END
    size: int = 0
    content: bytes = b""

    def octets(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            *(name, len(name) + 2, self.kind, 1, self.left, self.right, self.child),
            *(bytes(16), 0, 0, 0, self.start, self.size),
        )


def _place(tree: Tree, entries: list[_Entry]) -> int:
    """Add a tree's entries; return the number of the one in the middle, which is their root."""
    numbers = []
    for name, value in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        is_stream = isinstance(value, bytes)
        entry = _Entry(name, 2 if is_stream else 1, content=value if is_stream else b"")
        numbers.append(len(entries))
        entries.append(entry)
        if not is_stream:
            entry.child = _place(value, entries)
    return _balance(numbers, entries)


def _balance(numbers: list[int], entries: list[_Entry]) -> int:
    """Make a binary tree of sorted siblings; return its root."""
    if not numbers:
        return FREE
    middle = len(numbers) // 2
    root = entries[numbers[middle]]
    root.left = _balance(numbers[:middle], entries)
    root.right = _balance(numbers[middle + 1 :], entries)
    return numbers[middle]


def _chain(table: list[int], count: int) -> int:
    """Append a chain of `count` sectors to an allocation table; return where it starts."""
    start = len(table)
    table += [*range(start + 1, start + count), END] if count else []
    return start if count else END


def compound_file(tree: Tree) -> bytes:
    """Return a compound file that holds `tree`."""
    entries = [_Entry("Root Entry", 5)]
    entries[0].child = _place(tree, entries)
    fat: list[int] = []
    minifat: list[int] = []
    body, mini = b"", b""
    for entry in entries:
        if entry.kind != 2 or not entry.content:
            continue
        entry.size = len(entry.content)
        unit, table = (MINI, minifat) if entry.size < 4096 else (SECTOR, fat)
        entry.start = _chain(table, -(-entry.size // unit))
        padded = entry.content + bytes(-entry.size % unit)
        mini, body = (mini + padded, body) if unit == MINI else (mini, body + padded)
    entries[0].start, entries[0].size = _chain(fat, -(-len(mini) // SECTOR)), len(mini)
    body += mini + bytes(-len(mini) % SECTOR)
    table = struct.pack(f"<{len(minifat)}I", *minifat)
    table += b"\xff" * (-len(table) % SECTOR)
    mini_start = _chain(fat, len(table) // SECTOR)
    body += table
    directory = b"".join(entry.octets() for entry in entries)
    directory += _Entry("", 0).octets()[:64].ljust(128, b"\0") * (-len(entries) % 4)
    directory_start = _chain(fat, len(directory) // SECTOR)
    body += directory
    sectors = 1
    while len(fat) + sectors > sectors * 128:
        sectors += 1
    assert sectors <= 109, "larger files need a DIFAT"
    fat_start = len(fat)
    fat += [FAT] * sectors
    fat += [FREE] * (sectors * 128 - len(fat))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        *(bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0),
        *(sectors, directory_start, 0, 4096, mini_start, len(table) // SECTOR, END, 0),
    )
    difat = [*range(fat_start, fat_start + sectors), *[FREE] * (109 - sectors)]
    return header + struct.pack("<109I", *difat) + body + struct.pack(f"<{len(fat)}I", *fat)


def _storage(header: bytes, properties: Mapping[int, object]) -> dict[str, Any]:
    """Return the streams of one object: text as Unicode, octets, or an integer for each property."""
    rows, streams = b"", {}
    for pid, value in properties.items():
        if isinstance(value, int):
            rows += struct.pack("<HHIII", 3, pid, 6, value, 0)
            continue
        kind = 0x001F if isinstance(value, str) else 0x0102
        octets = value.encode("utf-16-le") if isinstance(value, str) else value
        assert isinstance(octets, bytes)
        rows += struct.pack("<HHIII", kind, pid, 6, len(octets) + 2 * (kind == 0x001F), 0)
        streams[f"__substg1.0_{pid:04X}{kind:04X}"] = octets
    return {"__properties_version1.0": header + rows, **streams}


def _message(header_bytes: int, body: str, html: bytes, attached: Sequence[Tree]) -> dict[str, Any]:
    header = struct.pack("<8x4I", 0, len(attached), 0, len(attached)).ljust(header_bytes, b"\0")
    texts = {0x1000: body, 0x1013: html, 0x3FDE: 65001}
    made = _storage(header, {pid: value for pid, value in texts.items() if value})
    made["__nameid_version1.0"] = {"__substg1.0_00020102": b""}
    for number, one in enumerate(attached):
        made[f"__attach_version1.0_#{number:08X}"] = one
    return made


def attachment(name: str, content: bytes, declared: str = "", content_id: str = "") -> Tree:
    """Return an attached file."""
    given = {0x3707: name, 0x3701: content, 0x3705: 1, 0x370E: declared, 0x3712: content_id}
    return _storage(bytes(8), {pid: value for pid, value in given.items() if value})


def embedded(subject: str, body: str, *attached: Tree) -> Tree:
    """Return an attached message."""
    made = _storage(bytes(8), {0x3001: subject, 0x3705: 5})
    made["__substg1.0_3701000D"] = _message(24, body, b"", attached)
    return made


def outlook_message(body: str, *attached: Tree, html: bytes = b"") -> bytes:
    """Return an Outlook message file (`.msg`)."""
    return compound_file(_message(32, body, html, attached))
