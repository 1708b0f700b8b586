"""A board of counters that the door's processes share: each writes a column of its own, reads all.

So there is no lock, and a process that dies leaves no half-held one; when it is started again it
clears its column. A reader may meet an entry while it is written, and is wrong about it that once.

Its size never changes, whatever strangers do. A table has sets of eight entries; a key, hashed with a
secret so that nobody can choose whom to push out, belongs to one set. Where that is full, a newcomer
takes the place of the lightest, but never of one that is over its limit: an attacker with 2**64
networks makes us forget those that did little, not those that did much.
"""

import mmap
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from multiprocessing.reduction import DupFd
from struct import Struct
from typing import Any

from ingestd.config import Smtp

_WAYS = 8
_SETS = 1_024
_SECRET_BYTES = 16
_HEAD_BYTES = 64  # of the board: the secret; of a column: its open connections
_MARKS = Struct(f"<{_WAYS}Q")
_NUMBER = Struct("<I")
_MOST = 0xFFFF


@dataclass(frozen=True, slots=True)
class Shape:
    """How a table counts: over `slots` pieces of time of `slot_s` seconds, or (0) without end.

    One slot more than make up the period, for the one in progress: never is too little counted.
    """

    slots: int
    slot_s: int
    sets: int = _SETS

    @property
    def entry(self) -> Struct:
        """The age of the newest slot, then the slots."""
        return Struct(f"<I{self.slots}H")

    @property
    def set_bytes(self) -> int:
        """A set is the marks of its entries, then the entries."""
        return _MARKS.size + _WAYS * self.entry.size

    @property
    def table_bytes(self) -> int:
        """One table in one column."""
        return self.sets * self.set_bytes


OPEN = Shape(slots=1, slot_s=0)
MINUTE = Shape(slots=13, slot_s=5)
HOUR = Shape(slots=13, slot_s=300)
HOUR_IN_ALL = Shape(slots=13, slot_s=300, sets=1)
_TABLES = (OPEN, MINUTE, HOUR, HOUR_IN_ALL)
_COLUMN_BYTES = _HEAD_BYTES + sum(shape.table_bytes for shape in _TABLES)


class Table:
    """Counts by key over a period that passes: written in one column of the board, read in all.

    `begins` is where the table begins in each column, the own one first. What reaches `limit` is not
    forgotten for others.
    """

    def __init__(
        self, view: memoryview, secret: bytes, begins: list[int], shape: Shape, limit: int
    ) -> None:
        self._view = view
        self._secret = secret
        self._begins = begins
        self._shape = shape
        self._entry = shape.entry
        self._set_bytes = shape.set_bytes
        self._limit = limit

    def count(self, key: bytes, now: float) -> int:
        """Return how often `key` was added in the period, in all processes."""
        mark, place = self._find(key)
        age = self._age(now)
        found = 0
        for begin in self._begins:
            marks = _MARKS.unpack_from(self._view, begin + place)
            if mark in marks:
                found += sum(self._slots(begin + place, marks.index(mark), age))
        return found

    def add(self, key: bytes, now: float, by: int = 1) -> None:
        """Add to the count of `key` in this process (where it is known at all, if `by` is negative)."""
        mark, place = self._find(key)
        here = self._begins[0] + place
        age = self._age(now)
        marks = _MARKS.unpack_from(self._view, here)
        if mark in marks:
            way = marks.index(mark)
            self._write(here, way, age, self._slots(here, way, age), by)
        elif by > 0:
            weights = [sum(self._slots(here, way, age)) for way in range(_WAYS)]
            way = weights.index(min(weights))
            if weights[way] < self._limit:
                self._write(here, way, age, [0] * self._shape.slots, by)
                self._view[here + 8 * way : here + 8 * way + 8] = mark.to_bytes(8, "little")

    def _find(self, key: bytes) -> tuple[int, int]:
        """Return a mark that stands for `key`, never 0, and where its set is in the table."""
        digest = int.from_bytes(blake2b(key, digest_size=12, key=self._secret).digest(), "little")
        return digest & 0xFFFFFFFFFFFFFFFF or 1, (digest >> 64) % self._shape.sets * self._set_bytes

    def _age(self, now: float) -> int:
        return int(now // self._shape.slot_s) if self._shape.slot_s else 0

    def _at(self, here: int, way: int) -> int:
        return here + _MARKS.size + way * self._entry.size

    def _slots(self, here: int, way: int, age: int) -> list[int]:
        """Return the slots of an entry, 0 for those whose time is over."""
        written, *slots = self._entry.unpack_from(self._view, self._at(here, way))
        if written == age:
            return slots
        fresh = [0] * len(slots)
        for old in range(max(written, age) - len(slots) + 1, written + 1):
            fresh[old % len(slots)] = slots[old % len(slots)]
        return fresh

    def _write(self, here: int, way: int, age: int, slots: list[int], by: int) -> None:
        slot = age % len(slots)
        slots[slot] = min(max(slots[slot] + by, 0), _MOST)
        self._entry.pack_into(self._view, self._at(here, way), age, *slots)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one process counts; `add` is its own, `count` that of all."""

    opened: Table
    begun: Table
    unknown: Table
    unknown_in_all: Table
    open_more: Callable[[int], None]
    """Adds to this process's open connections."""
    all_open: Callable[[], int]
    """Returns the open connections of all processes."""


class Board:
    """The memory itself. Make one for all processes of a door and hand it to each (it can be handed
    to a process that is being spawned)."""

    def __init__(self, columns: int, descriptor: int | None = None) -> None:
        self.columns = columns
        size_bytes = _HEAD_BYTES + columns * _COLUMN_BYTES
        if descriptor is None:
            self._descriptor = os.memfd_create("ingestd-crowd")
            os.truncate(self._descriptor, size_bytes)
            os.pwrite(self._descriptor, secrets.token_bytes(_SECRET_BYTES), 0)
        else:
            self._descriptor = descriptor
        self._memory = mmap.mmap(self._descriptor, size_bytes)

    def __reduce__(self) -> tuple[Any, ...]:
        return _join, (self.columns, DupFd(self._descriptor))

    def take_column(self, column: int, settings: Smtp) -> Counts:
        """Clear a column, for whoever had it is gone, and count in it from now on."""
        view = memoryview(self._memory)
        secret = bytes(view[:_SECRET_BYTES])
        begins = [_HEAD_BYTES + one * _COLUMN_BYTES for one in range(self.columns)]
        begins[0], begins[column] = begins[column], begins[0]
        own = begins[0]
        view[own : own + _COLUMN_BYTES] = bytes(_COLUMN_BYTES)

        def open_more(by: int) -> None:
            (before,) = _NUMBER.unpack_from(view, own)
            _NUMBER.pack_into(view, own, max(before + by, 0))

        def all_open() -> int:
            return sum(_NUMBER.unpack_from(view, begin)[0] for begin in begins)

        def table(shape: Shape, limit: int) -> Table:
            offset = _HEAD_BYTES
            for before in _TABLES[: _TABLES.index(shape)]:
                offset += before.table_bytes
            return Table(view, secret, [begin + offset for begin in begins], shape, limit)

        return Counts(
            opened=table(OPEN, settings.max_connections_per_network),
            begun=table(MINUTE, settings.max_new_connections_per_minute),
            unknown=table(HOUR, settings.unknown_recipients_per_hour),
            unknown_in_all=table(HOUR_IN_ALL, settings.unknown_recipients_per_hour_alarm),
            open_more=open_more,
            all_open=all_open,
        )


def _join(columns: int, descriptor: Any) -> Board:
    return Board(columns, descriptor.detach())
