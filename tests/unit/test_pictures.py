"""How many pixels a picture has, whatever stands before its size."""

import struct
from pathlib import Path

import pytest

from ingestd.readers.pictures import UNKNOWN, pixels

JPEG_SIZE = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 1754, 1240) + b"\x03" + bytes(9)


def segment(marker: int, size: int) -> bytes:
    """Return a JPEG segment of `size` octets, which look like a smaller picture."""
    inner = (b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x48\x00\x48" * (size // 11 + 1))[: size - 2]
    return bytes((0xFF, marker)) + struct.pack(">H", size) + inner


def tiff(order: str, kind: int) -> bytes:
    """Return a TIFF that says its size as `kind` (3 is short, 4 is long)."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    value = f"{order}HHI" + {3: "HH", 4: "I"}[kind]
    rest = (0,) if kind == 3 else ()
    entries = struct.pack(value, 256, kind, 1, 1240, *rest)
    entries += struct.pack(value, 257, kind, 1, 1754, *rest)
    return head + struct.pack(f"{order}IH", 8, 2) + entries


@pytest.mark.parametrize("before", [0, 1000, 65_535])
def test_a_photograph_with_a_preview_has_its_own_size(before: int) -> None:
    """Phones write a preview and a colour profile, of any length, before the size."""
    notes = segment(0xE1, before) * 3 if before else b""
    assert pixels(b"\xff\xd8" + notes + b"\xff" + JPEG_SIZE) == (1240, 1754)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [3, 4])
def test_scans_in_tiff(order: str, kind: int) -> None:
    assert pixels(tiff(order, kind)) == (1240, 1754)


def test_drawings() -> None:
    assert pixels(b"GIF89a" + struct.pack("<HH", 16, 9) + bytes(9)) == (16, 9)
    assert pixels(b"BM" + bytes(16) + struct.pack("<ii", 16, -9)) == (16, 9)
    riff = b"RIFF\0\0\0\0WEBP"
    assert pixels(riff + b"VP8X" + bytes(8) + b"\x0f\0\0\x08\0\0") == (16, 9)
    assert pixels(riff + b"VP8L" + bytes(5) + struct.pack("<I", 15 | 8 << 14)) == (16, 9)
    assert pixels(riff + b"VP8 " + bytes(10) + struct.pack("<HH", 16, 9)) == (16, 9)


def test_the_samples(documents: Path) -> None:
    assert pixels((documents / "logo.png").read_bytes()) == (160, 48)
    assert pixels((documents / "scan.jpg").read_bytes()) == (1240, 1754)


@pytest.mark.parametrize("name", ["logo.png", "scan.jpg"])
def test_a_picture_cut_anywhere_never_fails(documents: Path, name: str) -> None:
    content = (documents / name).read_bytes()[:700]
    for end in range(len(content)):
        width, height = pixels(content[:end])
        assert width >= 0
        assert height >= 0


def test_what_is_no_picture_has_no_size() -> None:
    assert pixels(b"no picture") == pixels(b"") == pixels(b"\xff\xd8\xff") == UNKNOWN
