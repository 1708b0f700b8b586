"""The octets of a message as they come.

DATA: finds the end, takes the dot-stuffing off (RFC 5321 section 4.5.2).

Theory. Only CRLF.CRLF ends the data; the CRLF of the DATA command itself counts as the first one.
What is kept back between two chunks is the longest end that could be the beginning of that mark, at
most four octets. So a dot that follows a CRLF always finds its CRLF beside it, wherever the network
cut, and `find` and `replace` on whole chunks are all that is needed. A bare CR or LF is an octet
like any other: it ends no line here, and it is kept as it came. No line is ever too long.

Attachments in base64 have no dots, and looking for one octet (memchr) is a hundred times as fast as
looking for three: so we go from dot to dot, until there are so many that it is text.
"""

import re

_END = b"\r\n.\r\n"
_STUFFED = b"\r\n."
_END_IN_TEXT = re.compile(re.escape(_END))  # as below
_STUFFED_IN_TEXT = re.compile(re.escape(_STUFFED))  # twice as fast as bytes.find for three octets
_FEW_DOTS = 200


class DataDecoder:
    """Decodes one message. `ended` tells that the mark was seen; `rest` is what came after it."""

    __slots__ = ("_kept", "_skip", "ended", "rest")

    def __init__(self) -> None:
        self._kept = b"\r\n"  # the line end of the DATA command, which is not part of the message
        self._skip = 2
        self.ended = False
        self.rest = b""

    def feed(self, chunk: bytes) -> bytes:
        """Return the octets of the message that `chunk` made certain. Not to be called once ended."""
        raw = self._kept + chunk if self._kept else chunk
        dotted = _find_stuffed(raw)
        mark = _END_IN_TEXT.search(raw, dotted) if dotted >= 0 else None
        end = mark.start() if mark else -1
        if end >= 0:
            self.ended = True
            self.rest = raw[end + len(_END) :]
            certain = raw[: end + 2]
        else:
            certain = self._keep_open_end(raw)
        if 0 <= dotted <= len(certain) - len(_STUFFED):
            certain = certain.replace(_STUFFED, b"\r\n")
        if self._skip and certain:
            certain, self._skip = certain[self._skip :], 0
        return certain

    def _keep_open_end(self, raw: bytes) -> bytes:
        kept = _open_end(raw)
        if not kept:
            self._kept = b""
            return raw
        self._kept = raw[-kept:]
        return raw[:-kept]


class ChunkDecoder:
    """Counts the octets of one BDAT chunk off (RFC 3030 section 2): they are the message as it is, and
    nothing in them is a mark. `ended` and `rest` as in `DataDecoder`."""

    __slots__ = ("_missing", "ended", "rest")

    def __init__(self, size_bytes: int) -> None:
        self._missing = size_bytes
        self.ended = size_bytes == 0
        self.rest = b""

    def feed(self, chunk: bytes) -> bytes:
        """Return the octets of `chunk` that belong to it. Not to be called once ended."""
        content, self.rest = chunk[: self._missing], chunk[self._missing :]
        self._missing -= len(content)
        self.ended = not self._missing
        return content


def _find_stuffed(raw: bytes) -> int:
    """Return where the first line end with a dot behind it is in `raw`, -1 when there is none."""
    dot = raw.find(b".")
    for _ in range(_FEW_DOTS):
        if (
            dot < 0 or raw[dot - 2 : dot] == b"\r\n"
        ):  # empty where less than two octets are before it
            return max(dot - 2, -1)
        dot = raw.find(b".", dot + 1)
    found = _STUFFED_IN_TEXT.search(raw, dot - 2) if dot >= 0 else None
    return found.start() if found else -1


def _open_end(raw: bytes) -> int:
    """Return how many octets at the end of `raw` could be the beginning of CRLF.CRLF."""
    if b"\r" not in raw[-4:]:
        return 0
    return next(size for size in (4, 3, 2, 1, 0) if raw.endswith(_END[:size]))
