"""The RTF body of an Outlook message -> its text, or the HTML it was made from.

Compressed as MS-OXRTFCP says, HTML encapsulated as MS-OXRTFEX says. Only for the words of a mail
(is the body the invoice, is there a link?): nothing of it is ever shown or filed as RTF.
"""

import re
import struct

from ingestd.readers._charset import decode_text

BODY_BYTES = 256 * 1024
"""What is read of a body: more words tell nothing new, and each costs time."""

_HEADER = struct.Struct("<II4sI")
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What both sides know before the first octet (MS-OXRTFCP section 2.1.2.1)."""

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\([^a-zA-Z])|([{}])|([\r\n]+)|"
    rb"([^\\{}\r\n]+)"
)
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata datastore generator listtable".split()
)
_WORDS = {
    b"par": b"\n",
    b"line": b"\n",
    b"tab": b"\t",
    b"lquote": b"'",
    b"rquote": b"'",
    b"cell": b" ",
    b"row": b"\n",
}
_SYMBOLS = {b"~": b" ", b"_": b"-", b"-": b""}


def decompress(packed: bytes) -> bytes:
    """Return the RTF of a compressed body (PidTagRtfCompressed), b"" for damage; never more than
    BODY_BYTES."""
    if len(packed) < _HEADER.size:
        return b""
    _, raw_bytes, kind, _ = _HEADER.unpack_from(packed)
    if kind == b"MELA":  # stored
        return packed[_HEADER.size :][: min(raw_bytes, BODY_BYTES)]
    return _inflate(packed, min(raw_bytes, BODY_BYTES)) if kind == b"LZFu" else b""


def _inflate(packed: bytes, most: int) -> bytes:
    """Undo LZFu: a control octet for each eight tokens, a ring of 4,096 octets."""
    ring = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    write, at, out = len(_DICTIONARY), _HEADER.size, bytearray()
    while at < len(packed) and len(out) < most:
        control, at = packed[at], at + 1
        for bit in range(8):
            taken = bytearray()
            if not control >> bit & 1:
                taken += packed[at : at + 1]
                at += 1
            else:
                pair = int.from_bytes(packed[at : at + 2], "big")
                start, length, at = pair >> 4, (pair & 15) + 2, at + 2
                if start == write:
                    return bytes(out)  # the end mark
                for step in range(length):  # a run may reach into what it writes itself
                    octet = ring[(start + step) % 4096]
                    ring[(write + step) % 4096] = octet
                    taken.append(octet)
            for octet in taken:
                ring[write] = octet
                write = (write + 1) % 4096
            out += taken
            if at >= len(packed):
                break
    return bytes(out[:most])


class _Reading:
    """One pass over the tokens of an RTF document, and the text that came out so far: octets in its
    character set, and characters beyond it."""

    def __init__(self, charset: str, is_html: bool) -> None:
        self._charset = charset
        self._is_html = is_html
        self._pieces: list[str] = []
        self._octets = bytearray()
        self._groups: list[tuple[bool, bool]] = []
        self._silent = False  # in a group that is no text
        self._tag = False  # in a tag of the encapsulated HTML
        self._rtf_only = False  # between \htmlrtf and \htmlrtf0
        self._replaced = False  # after \u: what follows is for readers that know no Unicode

    def take(self, match: re.Match[bytes]) -> None:
        """Take one token."""
        _, word, number, symbol, brace, _, _ = match.groups()
        if brace == b"{":
            self._groups.append((self._silent, self._tag))
        elif brace == b"}":
            self._silent, self._tag = self._groups.pop() if self._groups else (False, False)
        elif word == b"htmltag" and self._is_html:
            self._silent, self._tag = False, True
        elif word == b"htmlrtf":
            self._rtf_only = number != b"0"
        elif symbol == b"*" or word in _SILENT:
            self._silent = True
        elif not self._silent and (self._tag or not (self._is_html and self._rtf_only)):
            self._write(match)

    def _write(self, match: re.Match[bytes]) -> None:
        hexed, word, number, symbol, _, _, plain = match.groups()
        if word == b"u":
            self._flush()
            self._pieces.append(chr(int(number or 0) & 0xFFFF))  # perhaps half of a pair
            self._replaced = True
        elif word:
            self._octets += b"" if self._tag else _WORDS.get(word, b"")
        elif self._replaced and (hexed or plain):
            self._replaced = False
            self._octets += plain[1:] if plain else b""
        elif hexed:
            self._octets += bytes.fromhex(hexed.decode())
        else:
            self._octets += plain or _SYMBOLS.get(symbol, symbol or b"")

    def _flush(self) -> None:
        if self._octets:
            self._pieces.append(decode_text(bytes(self._octets), self._charset))
            self._octets.clear()

    def text(self) -> str:
        """Return all text so far, surrogate pairs joined."""
        self._flush()
        return "".join(self._pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def text(rtf: bytes) -> tuple[str, str]:
    """Return (media type, text) of an RTF body: `text/html` where it encapsulates HTML, else
    `text/plain`. Whatever the octets are, some text comes out."""
    is_html = b"\\fromhtml1" in rtf[:4096]
    charset = re.search(rb"\\ansicpg(\d{3,5})", rtf[:4096])
    reading = _Reading(f"cp{int(charset[1])}" if charset else "cp1252", is_html)
    for match in _TOKEN.finditer(rtf[:BODY_BYTES]):
        reading.take(match)
    return ("text/html" if is_html else "text/plain"), reading.text()
