"""A door's log, read from a cursor on: which messages are whole, and what is damaged.

Nothing is changed here, so that the sorter and whoever only wants to know what waits read alike.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestd.spool._commit import Commit, read_commit
from ingestd.spool._cursor import Cursor, Piece
from ingestd.spool._frames import (
    HEAD_BYTES,
    Damage,
    Head,
    Kind,
    Walk,
    read_head,
    read_octets,
    read_payload,
)
from ingestd.spool._segments import list_segments, name_segment, read_marker


@dataclass(frozen=True, slots=True)
class Whole:
    """A message of which the commit was read. `pieces` are its chunks."""

    commit: Commit
    size_bytes: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Damaged:
    """Octets that are not those that were written; `pieces` are chunks that belong to nobody now."""

    segment: int
    offset: int
    length: int
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """The end of a dead door's log, which nobody was answered 250 for."""

    segment: int
    length: int
    messages: int


Found = Whole | Damaged | Dropped


class Reading:
    """Reads on from `cursor` and moves it: past what is yielded only once the next is asked for.

    With `dead` there is no door any more that would write on. Raises OSError.
    """

    def __init__(self, door: Path, cursor: Cursor, *, dead: bool) -> None:
        self._door = door
        self._marker = read_marker(door)
        self._cursor = cursor
        self._dead = dead

    def __iter__(self) -> Iterator[Found]:
        segments = list_segments(self._door)
        used = [one for one in segments if (self._door / name_segment(one)).stat().st_size]
        last = used[-1] if used else 0
        for number in segments:
            if number < self._cursor.segment:
                continue
            if number > self._cursor.segment:
                self._cursor.segment, self._cursor.offset = number, 0
            closed = self._dead or number < last
            with open_segment(self._door, number) as segment:
                yield from self._read(segment)
                if not closed:
                    return
                yield from self._end(os.fstat(segment).st_size, last=number == last)
            self._cursor.segment, self._cursor.offset = number + 1, 0

    def _read(self, segment: int) -> Iterator[Found]:
        walk = Walk(segment, self._marker, self._cursor.offset)
        for one in walk:
            if isinstance(one, Damage):
                yield Damaged(self._cursor.segment, one.offset, one.length)
            elif one.kind is Kind.COMMIT:
                yield self._conclude(segment, one)
            self._pass(one)
            self._cursor.offset = walk.end

    def _pass(self, one: Head | Damage) -> None:
        pieces = self._cursor.pieces
        if isinstance(one, Damage):
            self._cursor.damaged = True
        elif one.kind is Kind.CHUNK:
            pieces.setdefault(one.message, []).append((self._cursor.segment, one.offset))
        else:
            pieces.pop(one.message, None)
            self._cursor.commits += one.kind is Kind.COMMIT

    def _conclude(self, segment: int, head: Head) -> Whole | Damaged:
        pieces = tuple(self._cursor.pieces.get(head.message, ()))
        payload = read_payload(segment, head)
        if payload is None:
            return Damaged(self._cursor.segment, head.offset, head.length, pieces)
        return Whole(read_commit(payload), head.position, pieces)

    def _end(self, size: int, *, last: bool) -> Iterator[Found]:
        """Say what is left over where nobody writes any more."""
        cursor = self._cursor
        tail = max(size - cursor.offset, 0)
        if tail and not last:
            yield Damaged(cursor.segment, cursor.offset, tail)
            cursor.damaged = True
        if self._dead and last and (tail or cursor.pieces):
            left = tuple(piece for pieces in cursor.pieces.values() for piece in pieces)
            if cursor.damaged and left:  # the end of one of these may be what is damaged
                yield Damaged(cursor.segment, cursor.offset, tail, left)
            else:
                yield Dropped(cursor.segment, tail, len(cursor.pieces))
            cursor.pieces.clear()


@contextmanager
def open_segment(door: Path, number: int) -> Iterator[int]:
    """Open a segment for reading. Raises OSError."""
    segment = os.open(door / name_segment(number), os.O_RDONLY)
    try:
        yield segment
    finally:
        os.close(segment)


def read_whole(door: Path, whole: Whole) -> Iterator[bytes | None]:
    """Yield the octets of a message, chunk by chunk; None where some are missing or damaged. Raises
    OSError."""
    marker, size = read_marker(door), 0
    for piece in whole.pieces:
        head, payload = _read_piece(door, marker, piece)
        if head is None or payload is None or head.position != size:
            yield None
        size += len(payload or b"")
        yield payload
    if size != whole.size_bytes:
        yield None


def _read_piece(door: Path, marker: bytes, piece: Piece) -> tuple[Head | None, bytes | None]:
    number, offset = piece
    try:
        with open_segment(door, number) as segment:
            head = read_head(read_octets(segment, HEAD_BYTES, offset), marker, offset)
            return head, read_payload(segment, head) if head else None
    except FileNotFoundError:
        return None, None
