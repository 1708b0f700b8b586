"""What a client sent and nobody looked at yet: lines while commands are expected, octets in a message."""

LINE_BYTES = 65_536  # what is longer is no line any more
MOST_OF_A_LINE = 4_096  # more than a command may have


class Ahead:
    """The octets ahead, in order. Of a line that is too long already no more is kept than that it is."""

    __slots__ = ("_dropped_bytes", "_octets")

    def __init__(self) -> None:
        self._octets = b""
        self._dropped_bytes = 0

    def __len__(self) -> int:
        return len(self._octets)

    def put(self, octets: bytes) -> None:
        """Add what came."""
        self._octets = self._octets + octets if self._octets else octets

    def put_back(self, octets: bytes) -> None:
        """Put octets that were taken before all others."""
        self._octets = octets + self._octets

    def clear(self) -> None:
        """Forget all."""
        self._octets = b""

    @property
    def is_endless(self) -> bool:
        """Whether what came is no line any more."""
        return self._dropped_bytes > LINE_BYTES

    def take_line(self) -> bytes | None:
        """Return the next line without its end, None while it is not here as a whole. A bare LF is an
        end: old devices send it."""
        line, end, rest = self._octets.partition(b"\n")
        if end:
            self._octets = rest
            self._dropped_bytes = 0
            return line.removesuffix(b"\r")
        if len(line) > MOST_OF_A_LINE:
            self._octets = line[:MOST_OF_A_LINE]
            self._dropped_bytes += len(line) - MOST_OF_A_LINE
        return None

    def take(self, most: int) -> bytes:
        """Return up to `most` octets."""
        octets = self._octets
        if len(octets) <= most:
            self._octets = b""
            return octets
        self._octets = octets[most:]
        return octets[:most]
