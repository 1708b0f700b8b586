"""DATA as it comes: finds the end, takes the dot-stuffing off (RFC 5321 section 4.5.2).

Theory. Only CRLF.CRLF ends the data; the CRLF of the DATA command itself counts as the first one.
What is kept back between two chunks is the longest end that could be the beginning of that mark, at
most four octets. So a dot that follows a CRLF always finds its CRLF beside it, wherever the network
cut, and `find` and `replace` on whole chunks are all that is needed. A bare CR or LF is an octet
like any other: it ends no line here, and it is kept as it came. No line is ever too long.
"""

_END = b"\r\n.\r\n"


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
        raw = self._kept + chunk
        end = raw.find(_END)
        if end >= 0:
            self.ended = True
            self.rest = raw[end + len(_END) :]
            certain = raw[: end + 2]
        else:
            kept = _open_end(raw)
            self._kept = raw[len(raw) - kept :]
            certain = raw[: len(raw) - kept]
        content = certain.replace(b"\r\n.", b"\r\n")
        if self._skip and content:
            content, self._skip = content[self._skip :], 0
        return content


def _open_end(raw: bytes) -> int:
    """Return how many octets at the end of `raw` could be the beginning of CRLF.CRLF."""
    return next(size for size in (4, 3, 2, 1, 0) if raw.endswith(_END[:size]))
