"""The workers' half of the spool: one file a message, one name for each company it is for.

`log/` holds what the doors took (`log`), `tmp/` what is being sorted, `queue/` what waits, `ocr/` what
waits for the workers that recognise text, `aside/` what waits for an operator. The names that share one
message are hard links to one copy of its octets. Why a log and files: docs/decisions/0031; why a
directory for each lane: 0037.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingestd import journal
from ingestd.durable import make_private, sync_directory
from ingestd.model import Lane, SpooledMessage, SpoolEntry
from ingestd.spool import Depth, Queue, SpoolUnusable
from ingestd.spool._backlog import read_unsorted
from ingestd.spool._disk import advice, disk_faults
from ingestd.spool._entry import (
    LANES,
    Entry,
    new_spool_id,
    read_envelope,
    read_name,
    received_ms,
    unreadable_envelope,
)
from ingestd.spool._sorting import Sorter

_ROOMS = ("tmp", *LANES.values(), "aside", "log")

_LONGEST_WAIT_MS = 24 * 3600 * 1000

_LOOKS = 20
"""So often at most are the directories listed for one answer while they never stand still."""

_Key = tuple[str, str, bool]
"""Id and company of an entry, and whether it was set aside."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry is."""

    room: str
    entry: Entry


class LocalSpool:
    """See `spool.Spool`. `path` is on one file system that knows hard links; `clock` gives seconds
    since 1970; `lanes` are those that are claimed from, the first before the others."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        lanes: Sequence[Lane] = (Lane.MAIN,),
    ) -> None:
        self._path = path
        self._clock = clock
        self._lanes = tuple(lanes)
        self._due: list[_Place] = []  # what the last look into the lanes found due, the first last
        self._claimed: dict[tuple[str, str], _Place] = {}
        self._sorter = Sorter(path)

    def prepare(self) -> None:
        """See `spool.Spool`."""
        try:
            make_private(self._path.parent)
            make_private(self._path)
            for room in _ROOMS:
                (self._path / room).mkdir(mode=0o700, exist_ok=True)
            for made in (self._path, self._path.parent):
                sync_directory(made)
            self._prove()
            self._sorter.sweep()
        except OSError as error:
            raise SpoolUnusable(self._path, advice(error)) from error

    def is_prepared(self) -> bool:
        """Tell whether all directories are there."""
        return all((self._path / room).is_dir() for room in _ROOMS)

    def claim(self, lease_s: float) -> SpooledMessage | None:
        """See `spool.Spool`."""
        with disk_faults():
            while (due := self._next_due()) is not None:
                until, entry = self._now_ms() + int(lease_s * 1000), due.entry
                claimed = replace(entry, due_ms=until, attempt=entry.attempt + 1)
                if not self._rename(entry, claimed, source=due.room, to=due.room):
                    continue  # another worker was first
                place = self._claimed[entry.spool_id, entry.company] = _Place(due.room, claimed)
                if (message := self._open(place)) is not None:
                    return message
        return None

    def finish(self, message: SpooledMessage) -> None:
        """See `spool.Spool`. Not synced: should the entry come back, judging it again is harmless."""
        claimed = self._claimed[message.spool_id, message.company]
        with disk_faults():
            (self._path / claimed.room / claimed.entry.name).unlink(missing_ok=True)
        del self._claimed[message.spool_id, message.company]

    def defer(self, message: SpooledMessage, delay_s: float, *, counts: bool) -> None:
        """See `spool.Spool`."""
        claimed = self._claimed[message.spool_id, message.company]
        attempt = claimed.entry.attempt - (not counts)
        due_ms = self._now_ms() + int(delay_s * 1000)
        later = replace(claimed.entry, due_ms=due_ms, attempt=attempt)
        with disk_faults():
            self._rename(claimed.entry, later, source=claimed.room, to=claimed.room)
        del self._claimed[message.spool_id, message.company]

    def hand_over(self, message: SpooledMessage, lane: Lane) -> None:
        """See `spool.Spool`. One rename: the entry is in the one directory or in the other."""
        claimed, room = self._claimed[message.spool_id, message.company], LANES[lane]
        attempt = claimed.entry.attempt - 1
        fresh = replace(claimed.entry, due_ms=self._now_ms(), attempt=attempt)
        with disk_faults():
            self._rename(claimed.entry, fresh, source=claimed.room, to=room)
            sync_directory(self._path / room)
        del self._claimed[message.spool_id, message.company]

    def set_aside(self, message: SpooledMessage) -> None:
        """See `spool.Spool`."""
        with disk_faults():
            self._put_aside(self._claimed[message.spool_id, message.company])

    def entries(self) -> list[SpoolEntry]:
        """See `spool.Spool`. A damaged entry is shown with an empty envelope."""
        found: dict[_Key, SpoolEntry] = {}
        with disk_faults():
            unsorted = list(
                read_unsorted(self._path)
            )  # first: what is sorted meanwhile is seen twice
            for _ in range(_LOOKS):
                if not self._find_more(found):
                    break
        for one in unsorted:
            for entry in one.commit.entries:
                key = entry.spool_id, entry.company
                if (*key, False) not in found and (*key, True) not in found:
                    found[*key, False] = _shown(entry, one.commit.line, one.size_bytes, "queue")
        return sorted(found.values(), key=lambda one: (one.due_at, one.spool_id, one.company))

    def depth(self) -> Depth:
        """See `spool.Spool`."""
        with disk_faults():
            unsorted = [entry for one in read_unsorted(self._path) for entry in one.commit.entries]
            lanes = {lane: {*self._listed(room)} for lane, room in LANES.items()}
            aside = len(self._listed("aside"))
        lanes[Lane.MAIN] |= {*unsorted}
        return Depth({lane: _queue_of(entries) for lane, entries in lanes.items()}, aside)

    def damaged(self) -> list[Path]:
        """See `spool.Spool`."""
        with disk_faults():
            return sorted((self._path / "aside").glob("*.log"))

    def retry(self, spool_id: str) -> int:
        """See `spool.Spool`. One that a worker holds right now is judged twice, which is harmless;
        one that is still in the log is due already."""
        count = 0
        with disk_faults():
            unsorted = {entry for one in read_unsorted(self._path) for entry in one.commit.entries}
            for room in (*LANES.values(), "aside"):
                for entry in self._listed(room):
                    if entry.spool_id == spool_id:
                        unsorted.discard(entry)
                        fresh = replace(entry, due_ms=self._now_ms(), attempt=0)
                        to = "queue" if room == "aside" else room
                        count += self._rename(entry, fresh, source=room, to=to)
            for room in LANES.values():
                sync_directory(self._path / room)
        return count + sum(entry.spool_id == spool_id for entry in unsorted)

    def _find_more(self, found: dict[_Key, SpoolEntry]) -> bool:
        """Add the entries that are not in `found` yet; tell whether there were any, and so perhaps more.
        Each claim is a rename, which can take an entry past who lists the directory."""
        more = False
        for room in (*LANES.values(), "aside"):
            for entry in self._listed(room):
                key = entry.spool_id, entry.company, room == "aside"
                if key not in found:
                    more = True
                    if (shown := self._show(room, entry)) is not None:
                        found[key] = shown
        return more

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)

    def _listed(self, room: str) -> list[Entry]:
        found = (read_name(name) for name in os.listdir(self._path / room))  # noqa: PTH208 - names only
        return [entry for entry in found if entry is not None]

    def _next_due(self) -> _Place | None:
        """Return the entry due longest. Looks into the directories only when the last look is used up,
        so that a long queue is not listed again for each message."""
        if not self._due:
            self._due = self._look()
        if not self._due and Lane.MAIN in self._lanes and self._sorter.sort():
            self._due = self._look()
        return self._due.pop() if self._due else None

    def _look(self) -> list[_Place]:
        found, now_ms = [], self._now_ms()
        for lane in reversed(self._lanes):
            due = [entry for entry in self._listed(LANES[lane]) if _is_due(entry, now_ms)]
            found += [_Place(LANES[lane], entry) for entry in sorted(due, reverse=True)]
        return found

    def _rename(self, old: Entry, new: Entry, *, source: str, to: str) -> bool:
        """Rename an entry; False when somebody else moved it first."""
        try:
            (self._path / source / old.name).rename(self._path / to / new.name)
        except FileNotFoundError:
            return False
        return True

    def _put_aside(self, claimed: _Place) -> None:
        entry = claimed.entry
        self._rename(entry, entry, source=claimed.room, to="aside")
        sync_directory(self._path / "aside")
        self._claimed.pop((entry.spool_id, entry.company), None)

    def _open(self, claimed: _Place) -> SpooledMessage | None:
        """Read a claimed message; one that cannot be read is set aside, so that it never comes again
        by itself. Too few file descriptors or too little memory is not the message's fault."""
        entry = claimed.entry
        try:
            with (self._path / claimed.room / entry.name).open("rb") as file:
                envelope = read_envelope(file.readline())
                content = file.read()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno != errno.EIO:
                raise
            journal.spool_damaged(entry.spool_id, entry.company, error)
            self._put_aside(claimed)
            return None
        return SpooledMessage(
            spool_id=entry.spool_id,
            envelope=envelope,
            company=entry.company,
            attempt=entry.attempt,
            content=content,
        )

    def _show(self, room: str, entry: Entry) -> SpoolEntry | None:
        try:
            with (self._path / room / entry.name).open("rb") as file:
                line = file.readline()
                size_bytes = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None
        return _shown(entry, line, size_bytes - len(line), room)

    def _prove(self) -> None:
        """Do once, on purpose, all that receiving a message does to the disk."""
        probe = f".probe-{new_spool_id(self._now_ms())}"
        names = [self._path / "tmp" / probe, self._path / "queue" / probe]
        linked = self._path / "queue" / f"{probe}-link"
        try:
            with names[0].open("xb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody sweeps it
                file.write(b"probe\n")
                file.flush()
                os.fsync(file.fileno())
                linked.hardlink_to(names[0])
                names[0].rename(names[1])
            sync_directory(self._path / "queue")
        finally:
            for name in (*names, linked):
                name.unlink(missing_ok=True)


def _is_due(entry: Entry, now_ms: int) -> bool:
    """Tell whether an entry may be claimed. What nobody has claimed yet always may, and nothing is put
    off by more than a day: a due time beyond that is of a clock that was wrong."""
    fresh = entry.due_ms == received_ms(entry.spool_id)
    return fresh or entry.due_ms <= now_ms or entry.due_ms > now_ms + _LONGEST_WAIT_MS


def _queue_of(entries: set[Entry]) -> Queue:
    came_ms = min((received_ms(entry.spool_id) for entry in entries), default=None)
    oldest = None if came_ms is None else datetime.fromtimestamp(came_ms / 1000, UTC)
    return Queue(len(entries), oldest)


def _shown(entry: Entry, line: bytes, size_bytes: int, room: str) -> SpoolEntry:
    try:
        envelope = read_envelope(line, damaged=True)
    except ValueError:
        envelope = unreadable_envelope(received_ms(entry.spool_id))
        size_bytes += len(line)
    return SpoolEntry(
        spool_id=entry.spool_id,
        envelope=envelope,
        company=entry.company,
        attempt=entry.attempt,
        size_bytes=size_bytes,
        due_at=datetime.fromtimestamp(entry.due_ms / 1000, UTC),
        aside=room == "aside",
        lane=Lane.OCR if room == LANES[Lane.OCR] else Lane.MAIN,
    )
