"""The door's half of the spool: messages in, durable, answered in groups.

What is handed over goes to the log of this process (`_writer`), and from there, by whoever has time,
to `queue/` (`_sorting`). Nothing here blocks. Why a log: docs/decisions/0031.
"""

import os
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from ingestd.model import Envelope, Unavailable
from ingestd.spool import Room
from ingestd.spool._commit import write_commit
from ingestd.spool._disk import disk_faults
from ingestd.spool._entry import new_spool_id
from ingestd.spool._frames import LARGEST_PAYLOAD, Kind, write_head
from ingestd.spool._orders import Done, Letter, Notify, Order
from ingestd.spool._segments import enter, read_marker
from ingestd.spool._writer import Writer
from ingestd.spool.room import RoomWatch

_GATHERED_BYTES = 1 << 15
"""Smaller chunks wait for each other, so that a frame is worth its head."""


class LogIncoming:
    """See `spool.Incoming`."""

    __slots__ = (
        "_chunks",
        "_ended",
        "_envelope",
        "_framed_bytes",
        "_letter",
        "_marker",
        "_writer",
        "size_bytes",
        "spool_id",
    )

    def __init__(self, writer: Writer, marker: bytes, number: int, envelope: Envelope) -> None:
        self._writer = writer
        self._marker = marker
        self._envelope = envelope
        self._letter = Letter(number)
        self._chunks: list[bytes] = []
        self._framed_bytes = 0
        self._ended = False
        self.spool_id = new_spool_id(time.time_ns() // 1_000_000)
        self.size_bytes = 0

    @property
    def waiting_bytes(self) -> int:
        """See `spool.Incoming`."""
        return self.size_bytes - self._letter.written_bytes

    def write(self, chunk: bytes) -> None:
        """See `spool.Incoming`."""
        if self._ended or not chunk:
            return
        self._chunks.append(chunk)
        self.size_bytes += len(chunk)
        gathered = self.size_bytes - self._framed_bytes
        if gathered >= _GATHERED_BYTES:
            self._writer.put(Order(self._letter, tuple(self._frame_chunks()), gathered))

    def commit(self, companies: Sequence[str], done: Done) -> None:
        """See `spool.Incoming`."""
        if self._ended:
            raise ValueError("this message has ended before")
        payload = write_commit(self.spool_id, companies, self._envelope)
        gathered = self.size_bytes - self._framed_bytes
        octets = (*self._frame_chunks(), self._head(Kind.COMMIT, payload) + payload)
        self._ended = True
        self._writer.put(Order(self._letter, octets, gathered, done, commits=True))

    def abort(self) -> None:
        """See `spool.Incoming`."""
        if not self._ended and self._framed_bytes:
            self._writer.put(Order(self._letter, (self._head(Kind.ABORT, b""),)))
        self._ended = True
        self._chunks.clear()

    def when_written(self, told: Callable[[], None]) -> None:
        """See `spool.Incoming`."""
        self._writer.put(Order(self._letter, (), done=lambda _: told()))

    def _frame_chunks(self) -> list[bytes]:
        """Return what was gathered as frames."""
        content = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        octets = []
        for begin in range(0, len(content), LARGEST_PAYLOAD):
            payload = content[begin : begin + LARGEST_PAYLOAD]  # no copy when it is all of it
            octets += [self._head(Kind.CHUNK, payload), payload]
            self._framed_bytes += len(payload)
        return octets

    def _head(self, kind: Kind, payload: bytes) -> bytes:
        return write_head(self._marker, kind, self._letter.number, self._framed_bytes, payload)


class LogReceiver:
    """See `spool.Receiver`. `path` is the spool's directory, prepared; `notify` runs one callback for
    a whole group where the answers belong (`loop.call_soon_threadsafe`; by default the log's own
    thread). Raises `StorageFull` or `Unavailable` when the log cannot be begun."""

    def __init__(self, path: Path, notify: Notify = lambda tell: tell()) -> None:
        self._numbers = count(1)
        with disk_faults():
            door, self._held = enter(path / "log")
            self._marker = read_marker(door)
            try:
                self._writer = Writer(door, self._held, notify)
            except BaseException:
                os.close(self._held)
                raise
        self._room = RoomWatch(path)
        self._closed = False

    def begin(self, envelope: Envelope) -> LogIncoming:
        """See `spool.Receiver`."""
        if self._closed or self._writer.broken:
            raise Unavailable(
                f"spool: no mail is taken any more ({self._writer.broken or 'closed'})"
            )
        return LogIncoming(self._writer, self._marker, next(self._numbers), envelope)

    @property
    def waiting_bytes(self) -> int:
        """See `spool.Receiver`."""
        return self._writer.waiting_bytes

    def room(self) -> Room:
        """See `spool.Receiver`."""
        return self._room.now()

    def close(self) -> None:
        """See `spool.Receiver`."""
        if not self._closed:
            self._closed = True
            self._room.close()
            self._writer.close()
            os.close(self._held)
