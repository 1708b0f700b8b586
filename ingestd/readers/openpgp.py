"""OpenPGP (RFC 9580): what is only signed is unwrapped, what is encrypted cannot be read.

A signature is not judged here: who sent something is told by DMARC. Nothing is decrypted.
"""

import base64
import bz2
import re
import zlib
from collections.abc import Iterator

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import _children

SIGNED = "application/pgp-signed"
"""Our own name for text that is signed in the clear (RFC 9580 section 7): there is no official one."""

_CLEAR_BEGIN = b"-----BEGIN PGP SIGNED MESSAGE-----"
_CLEAR_END = b"\n-----BEGIN PGP SIGNATURE-----"
_BEGIN, _END = b"-----BEGIN PGP MESSAGE-----", b"-----END"
_HEADERS = re.compile(rb"[^\n]*\n(?:[A-Za-z]+:[^\n]*\n)*[ \t]*\r?\n")
_CHECKSUM = re.compile(rb"^=[A-Za-z0-9+/]{4}\s*\Z", re.MULTILINE)
_COMPRESSED, _LITERAL, _SIGNATURE, _ONE_PASS, _MARKER = 8, 11, 2, 4, 10
_DEPTH = 4
_PACKETS = 1_000
_PIECES = 10_000
_SUFFIXES = (".asc", ".pgp", ".gpg", ".sig")


class _Sealed(Exception):  # noqa: N818 - says that there is nothing to read without a key
    pass


class _TooMuch(Exception):  # noqa: N818 - says that it inflates beyond the limit
    pass


def _body(octets: bytes, at: int) -> tuple[int, bytes, int]:
    """Return tag, body and end of the packet at `at` (RFC 9580 section 4.2); partial lengths joined."""
    first = octets[at]
    at += 1
    if not first & 0x80:
        raise _Sealed
    if not first & 0x40:
        kind = first & 3
        width = (1, 2, 4, 0)[kind]
        length = int.from_bytes(octets[at : at + width], "big") if width else len(octets) - at
        at += width
        return first >> 2 & 15, octets[at : at + length], at + length
    pieces = []
    while True:
        head = octets[at]
        if head < 192:
            length, at, partial = head, at + 1, False
        elif head < 224:
            length, at, partial = ((head - 192) << 8) + octets[at + 1] + 192, at + 2, False
        elif head < 255:
            length, at, partial = 1 << (head & 31), at + 1, True
        else:
            length, at, partial = int.from_bytes(octets[at + 1 : at + 5], "big"), at + 5, False
        pieces.append(octets[at : at + length])
        if len(pieces) > _PIECES:
            raise _Sealed
        at += length
        if not partial:
            return first & 63, b"".join(pieces), at


def _inflate(body: bytes, most: int) -> bytes:
    """Undo a compressed data packet (section 5.6): ZIP, ZLIB or BZip2."""
    method, data = body[0], body[1:]
    if method in (1, 2):
        found = zlib.decompressobj(-zlib.MAX_WBITS if method == 1 else zlib.MAX_WBITS).decompress(
            data, most + 1
        )
    elif method == 3:
        found = bz2.BZ2Decompressor().decompress(data, most + 1)
    else:
        found = data
    if len(found) > most:
        raise _TooMuch
    return found


def _literal(octets: bytes, most: int, depth: int = 0) -> bytes:
    """Return the literal data of a message that is signed or compressed. Raises _Sealed for anything
    else, also for damage: it cannot be read either way."""
    at = 0
    for _ in range(_PACKETS if depth < _DEPTH else 0):
        tag, body, at = _body(octets, at)
        if tag == _COMPRESSED:
            return _literal(_inflate(body, most), most, depth + 1)
        if tag == _LITERAL:
            return body[2 + body[1] + 4 :]
        if tag not in (_SIGNATURE, _ONE_PASS, _MARKER):
            break
    raise _Sealed


def _between(content: bytes, begin: bytes, end: bytes) -> bytes | None:
    """Return what stands in an armour (section 6.2) after its headers, None where there is none."""
    start = content.find(begin)
    headers = _HEADERS.match(content, start) if start >= 0 else None
    stop = content.find(end, headers.end() - 1) if headers else -1
    return content[headers.end() : stop] if headers and stop >= 0 else None


def _unarmoured(content: bytes) -> bytes:
    """Return the octets of a message in armour; of one without, the message itself."""
    text = _between(content, _BEGIN, _END)
    if text is None:
        return content
    return base64.b64decode(b"".join(_CHECKSUM.sub(b"", text).split()), validate=True)


def _name(part: Part) -> str:
    name = part.filename
    for suffix in _SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield what an OpenPGP message signs, or `mail-encrypted` for what there is no key for."""
    most = min(case.limits.file_bytes, case.limits.archive_bytes)
    try:
        inner = _literal(_unarmoured(part.content), most)
    except _TooMuch:
        detail = Bilingual("compressed beyond the limit", "compressé au-delà de la limite")
        yield Finding("archive-refused", part.path, detail=detail)
    except (_Sealed, IndexError, zlib.error, OSError, EOFError, ValueError):
        yield Finding("mail-encrypted", part.path, detail="OpenPGP")
    else:
        yield _children.child(part, _name(part), inner, set())


def read_signed(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the text that is signed in the clear, its dashes unescaped (section 7.2)."""
    text = _between(part.content, _CLEAR_BEGIN, _CLEAR_END)
    if text is None:
        yield Finding("mail-unreadable", part.path, detail="OpenPGP")
        return
    plain = re.sub(rb"^- ", b"", text.removesuffix(b"\r"), flags=re.MULTILINE)
    yield _children.child(part, _name(part), plain, set())
