"""Content transfer encodings (RFC 2045 section 6) and the older ways to write a file as text.

Decoded as leniently as any mail program does: what one of them would show, must be seen here. Each
function is linear in its input and never fails.
"""

import base64
import binascii
import quopri
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

UU = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
YENC = frozenset({"x-yenc", "yenc"})
IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits"})
"""Nothing is encoded; also as it is often misspelt."""
KNOWN = IDENTITY | UU | {"base64", "quoted-printable"}
"""Transfer encodings that are decoded; any other one is somebody's invention."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_STRANGE = re.compile(rb"[^A-Za-z0-9+/=\s]")
_TRAILING_BLANKS = re.compile(rb"(?<![ \t])[ \t]+(?=\r?\n|\Z)")
"""Added by relays, to be deleted (RFC 2045 section 6.7 rule 3); binascii takes `= ` for no soft break."""
_BEGIN = re.compile(
    rb"^(?:begin(?P<base64>-base64)?[ \t]+[0-7]{3,4}|=ybegin[ \t][^\r\n]{0,200}?name=)"
    rb"[ \t]*(?P<name>[^\r\n]+)\r?\n",
    re.MULTILINE,
)
_END = re.compile(rb"^(?:end[ \t]*\r?$|====|=yend\b)", re.MULTILINE)
_YPART = re.compile(rb"=ypart[^\r\n]*\r?\n")
_FROM_YENC = bytes((one - 42) % 256 for one in range(256))

BINHEX = b"(This file must be converted with BinHex"
"""How a file in BinHex begins (RFC 1741); it is not decoded here, ClamAV does that in the raw mail."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that stands in a text: `name` as written there, `content` decoded."""

    name: bytes
    content: bytes


def _base64(raw: bytes) -> bytes:
    clean = raw.translate(None, _NOT_BASE64)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return base64.b64decode(clean + b"=" * (-len(clean) % 4))


def _is_more(raw: bytes) -> bool:
    """Tell base64 that goes on behind padding from the foot of a mailing list."""
    return not _STRANGE.search(raw)


def decode_base64(raw: bytes) -> bytes:
    """Decode base64 as RFC 2045 section 6.8 wants it: strange characters are ignored; missing padding
    is filled in. What follows padding is read on if it is base64 as well (concatenated pieces)."""
    first, padding, rest = raw.partition(b"=")
    if not padding or not rest.strip(b"= \t\r\n"):
        return _base64(first)
    if not _is_more(rest):
        return _base64(first)
    return b"".join(_base64(piece) for piece in re.split(rb"=+", raw))


def other_base64(raw: bytes) -> Iterator[bytes]:
    """Yield what stricter or more lenient readers make of base64: one stops at padding, another reads
    on behind it whatever follows, a third stops at the first strange character."""
    first, padding, rest = raw.partition(b"=")
    if padding and rest.strip(b"= \t\r\n"):
        yield _base64(first)
        yield _base64(raw)
        yield b"".join(_base64(piece) for piece in re.split(rb"=+", raw))
    if strange := _STRANGE.search(raw):
        yield _base64(raw[: strange.start()].partition(b"=")[0])


def _decode_uu(data: bytes) -> bytes:
    """Decode the lines of a uuencoded file, leniently about their padding."""
    decoded = bytearray()
    for line in data.splitlines():
        if not line or line[:1] in (b"`", b" "):
            continue
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded += binascii.a2b_uu(line[:length])
            except binascii.Error:
                continue
    return bytes(decoded)


def _decode_yenc(data: bytes) -> bytes:
    """Decode the lines of a yEnc file: each octet plus 42, critical ones escaped by `=` and plus 64."""
    first, *rest = _YPART.sub(b"", data, count=1).translate(None, b"\r\n").split(b"=")
    pieces = [first.translate(_FROM_YENC)]
    for piece in rest:
        pieces.append(bytes(((one - 106) % 256) for one in piece[:1]))
        pieces.append(piece[1:].translate(_FROM_YENC))
    return b"".join(pieces)


def files_in(text: bytes) -> Iterator[TextFile]:
    """Yield the files that stand in a text as uuencode, base64 with `begin-base64`, or yEnc, each up to
    its end, the next file, or the end of the text; those with nothing in them are no files."""
    begins = list(_BEGIN.finditer(text)) if b"begin" in text else []
    ends = [match.start() for match in _END.finditer(text)] if begins else []
    starts = [match.start() for match in begins]
    for begin, following in zip(begins, [*starts, len(text)][1:], strict=True):
        behind = bisect_left(ends, begin.end())
        data = text[begin.end() : min([following, *ends[behind : behind + 1]])]
        if begin["base64"]:
            content = _base64(data)
        else:
            content = _decode_yenc(data) if begin[0].startswith(b"=y") else _decode_uu(data)
        if content:
            yield TextFile(begin["name"], content)


def may_hold_files(text: bytes) -> bool:
    """Tell whether it is worth while to look for `files_in` a text."""
    return b"begin" in text and _BEGIN.search(text) is not None


def _without_trailing_blanks(raw: bytes) -> bytes:
    """Most texts have none, and to see that is ten times as fast as to take them off."""
    found = any(blank + end in raw for blank in (b" ", b"\t") for end in (b"\n", b"\r\n"))
    return _TRAILING_BLANKS.sub(b"", raw) if found or raw.endswith((b" ", b"\t")) else raw


def decode(raw: bytes, encoding: str) -> bytes:
    """Return `raw` with a transfer encoding taken off; unchanged if it is none that is known."""
    if encoding == "base64":
        return decode_base64(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(_without_trailing_blanks(raw))
    if encoding in UU or encoding in YENC:
        found = next(files_in(raw), None)
        return found.content if found else raw
    return raw
