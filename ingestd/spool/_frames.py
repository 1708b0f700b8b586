"""What a segment of the log is made of: frames, one behind the other, and nothing else.

    marker (8) | kind (1) | 3 zeros | length (4) | message (8) | position (8) | sum (8) | head sum (8)
    payload (length)

`marker` are 8 random octets, new for each door. Whoever sends a mail does not know them, so that what
looks like a frame inside a mail is none; and what a disk block held before is none either.
`sum` is the XXH3 of the payload, `head sum` of all before it: a frame that a power cut left half written
is no frame. A damaged one costs itself: the next is found by its marker.

`message` is a number that is new for each message of one door; frames of many messages interleave.
`position` is how many octets of the message came before: a chunk that is missing is noticed.
"""

import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import xxhash

MARKER_BYTES = 8
LARGEST_PAYLOAD = 1 << 20
_FIELDS = struct.Struct(">8sB3xIQQQ")
_SUM = struct.Struct(">Q")
HEAD_BYTES = _FIELDS.size + _SUM.size
_WINDOW_BYTES = 1 << 18
_READ_AHEAD_BYTES = 1 << 14
_BLOCK_BYTES = 4096


class Kind(IntEnum):
    """What a frame says."""

    BEGIN = 1
    """The door writes here now: the segments before are closed."""
    CHUNK = 2
    """Octets of a message."""
    COMMIT = 3
    """The message is whole: its id, companies and envelope. `position` is its size."""
    ABORT = 4
    """The message was given up."""


_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Head:
    """A frame without its payload. `offset` is where it begins in its segment."""

    kind: Kind
    message: int
    position: int
    length: int
    checksum: int
    offset: int

    @property
    def end(self) -> int:
        """The offset behind its payload."""
        return self.offset + HEAD_BYTES + self.length


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a segment that is no frame, with a frame behind it."""

    offset: int
    length: int


def write_head(marker: bytes, kind: Kind, message: int, position: int, payload: bytes) -> bytes:
    """Return what stands before `payload` in a segment."""
    checksum = xxhash.xxh3_64_intdigest(payload)
    fields = _FIELDS.pack(marker, kind, len(payload), message, position, checksum)
    return fields + _SUM.pack(xxhash.xxh3_64_intdigest(fields))


def read_head(octets: bytes, marker: bytes, offset: int) -> Head | None:
    """Read the head of the frame at `offset`; None when there is none."""
    fields = octets[: _FIELDS.size]
    if len(octets) < HEAD_BYTES or not fields.startswith(marker):
        return None
    if _SUM.unpack_from(octets, _FIELDS.size)[0] != xxhash.xxh3_64_intdigest(fields):
        return None
    _, kind, length, message, position, checksum = _FIELDS.unpack(fields)
    if kind not in _KINDS or length > LARGEST_PAYLOAD:
        return None
    return Head(Kind(kind), message, position, length, checksum, offset)


def read_payload(segment: int, head: Head) -> bytes | None:
    """Return the octets of a frame from the open file `segment`; None when they are not those that
    were written. Raises OSError."""
    payload = read_octets(segment, head.length, head.offset + HEAD_BYTES)
    if len(payload) != head.length or xxhash.xxh3_64_intdigest(payload) != head.checksum:
        return None
    return payload


def read_octets(segment: int, count: int, offset: int) -> bytes:
    """Return octets of an open file; zeros for the blocks that the disk cannot read any more, which
    are damage like any other. Raises OSError."""
    try:
        return os.pread(segment, count, offset)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
    blocks = []
    for begin in range(offset, offset + count, _BLOCK_BYTES):
        wanted = min(_BLOCK_BYTES, offset + count - begin)
        try:
            blocks.append(os.pread(segment, wanted, begin))
        except OSError:
            blocks.append(bytes(wanted))
    return b"".join(blocks)


class Walk:
    """The frames of one segment in their order, from `start` on, and what of it is damaged.

    `end` is the offset behind the last frame: what the segment has beyond is the end of a frame that
    was never written whole, or is being written. Payloads are not read. Raises OSError.
    """

    def __init__(self, segment: int, marker: bytes, start: int) -> None:
        self._segment = segment
        self._marker = marker
        self._window = b""
        self._window_at = 0
        self._size = os.fstat(segment).st_size
        self.end = start

    def __iter__(self) -> Iterator[Head | Damage]:
        while (found := self._next(self.end)) is not None:
            if found.offset > self.end:
                yield Damage(self.end, found.offset - self.end)
            self.end = found.end
            yield found

    def _next(self, offset: int) -> Head | None:
        """Return the first frame at `offset` or behind it."""
        while offset + HEAD_BYTES <= self._size:
            head = read_head(self._octets(offset, HEAD_BYTES), self._marker, offset)
            if head is not None and head.end <= self._size:
                return head
            offset = self._find_marker(offset + 1)
        return None

    def _find_marker(self, offset: int) -> int:
        while offset + HEAD_BYTES <= self._size:
            octets = self._octets(offset, min(_WINDOW_BYTES, self._size - offset))
            if (found := octets.find(self._marker)) >= 0:
                return offset + found
            offset += max(len(octets) - MARKER_BYTES + 1, 1)
        return self._size

    def _octets(self, offset: int, count: int) -> bytes:
        """Return `count` octets, read with what is behind them: the frames of small mails are near."""
        begin = offset - self._window_at
        if begin < 0 or begin + count > len(self._window):
            self._window = read_octets(self._segment, max(count, _READ_AHEAD_BYTES), offset)
            self._window_at, begin = offset, 0
        return self._window[begin : begin + count]
