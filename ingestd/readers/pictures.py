"""How many pixels a picture has, read from its header alone: no picture is ever decoded here.

Of PNG, JPEG, TIFF, GIF, BMP and WebP. A photograph carries a preview, a colour profile and notes of
any length before its own size, so the header is walked as its format says, not searched.
"""

import re
import struct
from collections.abc import Callable

Pixels = tuple[int, int]
UNKNOWN: Pixels = (0, 0)
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length (ISO/IEC 10918-1, B.1.1.3)."""
_TIFF_SIZES = {3: "H", 4: "I"}
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257


def _png(content: bytes) -> Pixels:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _jpeg(content: bytes) -> Pixels:
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            return UNKNOWN
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        elif marker in _JPEG_BARE:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4], "big"))
    return UNKNOWN


def _tiff(content: bytes) -> Pixels:
    order = "<" if content.startswith(b"II") else ">"
    (at,) = struct.unpack_from(f"{order}I", content, 4)
    (entries,) = struct.unpack_from(f"{order}H", content, at)
    found = {}
    for index in range(min(entries, 200)):
        place = at + 2 + 12 * index
        tag, size = struct.unpack_from(f"{order}HH", content, place)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT) and size in _TIFF_SIZES:
            (found[tag],) = struct.unpack_from(order + _TIFF_SIZES[size], content, place + 8)
    return found.get(_TIFF_WIDTH, 0), found.get(_TIFF_HEIGHT, 0)


def _gif(content: bytes) -> Pixels:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _bmp(content: bytes) -> Pixels:
    width, height = struct.unpack_from("<ii", content, 18)
    return abs(width), abs(height)


def _webp(content: bytes) -> Pixels:
    form = content[12:16]
    if form == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return width, int.from_bytes(content[27:30], "little") + 1
    if form == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


_FORMATS: tuple[tuple[re.Pattern[bytes], Callable[[bytes], Pixels]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    (re.compile(rb"\xff\xd8\xff"), _jpeg),
    (re.compile(rb"II\*\0|MM\0\*"), _tiff),
    (re.compile(rb"GIF8[79]a"), _gif),
    (re.compile(rb"BM"), _bmp),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), _webp),
)


def pixels(content: bytes) -> Pixels:
    """Return width and height as the header says, (0, 0) where they cannot be told."""
    for signature, read in _FORMATS:
        if signature.match(content):
            try:
                width, height = read(content)
            except struct.error:
                return UNKNOWN
            return (width, height) if width and height else UNKNOWN
    return UNKNOWN
