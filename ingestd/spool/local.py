"""The workers' half of the spool: one file a message, one name for each company it is for.

`log/` holds what the doors took (`log`), `tmp/` what is being sorted, `queue/` what waits, `aside/` what
waits for an operator. The names of `queue/` that share one message are hard links to one copy of its
octets. Why a log and files: docs/decisions/0031.
"""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ingestd import journal
from ingestd.durable import sync_directory
from ingestd.model import SpooledMessage, SpoolEntry
from ingestd.spool import SpoolUnusable
from ingestd.spool._backlog import read_unsorted
from ingestd.spool._disk import disk_faults
from ingestd.spool._entry import (
    Entry,
    new_spool_id,
    read_envelope,
    read_name,
    received_ms,
    unreadable_envelope,
)
from ingestd.spool._sorting import Sorter

_ROOMS = ("tmp", "queue", "aside", "log")

_LONGEST_WAIT_MS = 24 * 3600 * 1000


class LocalSpool:
    """See `spool.Spool`. `path` is on one file system that knows hard links; `clock` gives seconds
    since 1970."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._due: list[Entry] = []  # what the last look into queue/ found due, the first last
        self._claimed: dict[tuple[str, str], Entry] = {}
        self._sorter = Sorter(path)

    def prepare(self) -> None:
        """See `spool.Spool`."""
        try:
            for room in _ROOMS:
                (self._path / room).mkdir(mode=0o700, parents=True, exist_ok=True)
            for made in (self._path, self._path.parent):
                sync_directory(made)
            self._prove()
            self._sorter.sweep()
        except OSError as error:
            raise SpoolUnusable(self._path, _advice(error)) from error

    def claim(self, lease_s: float) -> SpooledMessage | None:
        """See `spool.Spool`."""
        with disk_faults():
            while (entry := self._next_due()) is not None:
                until = self._now_ms() + int(lease_s * 1000)
                claimed = replace(entry, due_ms=until, attempt=entry.attempt + 1)
                if not self._rename(entry, claimed):
                    continue  # another worker was first
                self._claimed[entry.spool_id, entry.company] = claimed
                if (message := self._open(claimed)) is not None:
                    return message
        return None

    def finish(self, message: SpooledMessage) -> None:
        """See `spool.Spool`. Not synced: should the entry come back, judging it again is harmless."""
        claimed = self._claimed[message.spool_id, message.company]
        with disk_faults():
            (self._path / "queue" / claimed.name).unlink(missing_ok=True)
        del self._claimed[message.spool_id, message.company]

    def defer(self, message: SpooledMessage, delay_s: float, *, counts: bool) -> None:
        """See `spool.Spool`."""
        claimed = self._claimed[message.spool_id, message.company]
        attempt = claimed.attempt if counts else claimed.attempt - 1
        later = replace(claimed, due_ms=self._now_ms() + int(delay_s * 1000), attempt=attempt)
        with disk_faults():
            self._rename(claimed, later)
        del self._claimed[message.spool_id, message.company]

    def set_aside(self, message: SpooledMessage) -> None:
        """See `spool.Spool`."""
        with disk_faults():
            self._put_aside(self._claimed[message.spool_id, message.company])

    def entries(self) -> list[SpoolEntry]:
        """See `spool.Spool`. A damaged entry is shown with an empty envelope."""
        found: dict[tuple[str, str, bool], SpoolEntry] = {}
        with disk_faults():
            unsorted = list(
                read_unsorted(self._path)
            )  # first: what is sorted meanwhile is seen twice
            for room in ("queue", "aside"):
                for entry in self._listed(room):
                    if (shown := self._show(room, entry)) is not None:
                        found[shown.spool_id, shown.company, shown.aside] = shown
        for one in unsorted:
            for entry in one.commit.entries:
                key = entry.spool_id, entry.company
                if (*key, False) not in found and (*key, True) not in found:
                    found[*key, False] = _shown(entry, one.commit.line, one.size_bytes, aside=False)
        return sorted(found.values(), key=lambda one: (one.due_at, one.spool_id, one.company))

    def depth(self) -> tuple[int, int, datetime | None]:
        """See `spool.Spool`."""
        with disk_faults():
            unsorted = [entry for one in read_unsorted(self._path) for entry in one.commit.entries]
            waiting, aside = {*unsorted, *self._listed("queue")}, self._listed("aside")
        came_ms = min((received_ms(entry.spool_id) for entry in waiting), default=None)
        oldest = None if came_ms is None else datetime.fromtimestamp(came_ms / 1000, UTC)
        return len(waiting), len(aside), oldest

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
            for room in ("queue", "aside"):
                for entry in self._listed(room):
                    if entry.spool_id == spool_id:
                        unsorted.discard(entry)
                        fresh = replace(entry, due_ms=self._now_ms(), attempt=0)
                        count += self._rename(entry, fresh, source=room)
            sync_directory(self._path / "queue")
        return count + sum(entry.spool_id == spool_id for entry in unsorted)

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)

    def _listed(self, room: str) -> list[Entry]:
        found = (read_name(name) for name in os.listdir(self._path / room))  # noqa: PTH208 - names only
        return [entry for entry in found if entry is not None]

    def _next_due(self) -> Entry | None:
        """Return the entry due longest. Looks into the directory only when the last look is used up,
        so that a long queue is not listed again for each message."""
        if not self._due:
            self._due = self._look()
        if not self._due and self._sorter.sort():
            self._due = self._look()
        return self._due.pop() if self._due else None

    def _look(self) -> list[Entry]:
        now_ms = self._now_ms()
        return sorted((one for one in self._listed("queue") if _is_due(one, now_ms)), reverse=True)

    def _rename(self, old: Entry, new: Entry, *, source: str = "queue", to: str = "queue") -> bool:
        """Rename an entry; False when somebody else moved it first."""
        try:
            (self._path / source / old.name).rename(self._path / to / new.name)
        except FileNotFoundError:
            return False
        return True

    def _put_aside(self, claimed: Entry) -> None:
        self._rename(claimed, claimed, to="aside")
        sync_directory(self._path / "aside")
        self._claimed.pop((claimed.spool_id, claimed.company), None)

    def _open(self, claimed: Entry) -> SpooledMessage | None:
        """Read a claimed message; one that cannot be read is set aside, so that it never comes again
        by itself. Too few file descriptors or too little memory is not the message's fault."""
        try:
            with (self._path / "queue" / claimed.name).open("rb") as file:
                envelope = read_envelope(file.readline())
                content = file.read()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno != errno.EIO:
                raise
            journal.spool_damaged(claimed.spool_id, claimed.company, error)
            self._put_aside(claimed)
            return None
        return SpooledMessage(
            spool_id=claimed.spool_id,
            envelope=envelope,
            company=claimed.company,
            attempt=claimed.attempt,
            content=content,
        )

    def _show(self, room: str, entry: Entry) -> SpoolEntry | None:
        try:
            with (self._path / room / entry.name).open("rb") as file:
                line = file.readline()
                size_bytes = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None
        return _shown(entry, line, size_bytes - len(line), aside=room == "aside")

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


def _shown(entry: Entry, line: bytes, size_bytes: int, *, aside: bool) -> SpoolEntry:
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
        aside=aside,
    )


def _advice(error: OSError) -> str:
    """Return what is wrong and what to do about it."""
    said = os.strerror(error.errno) if error.errno else str(error)
    what_to_do = {
        errno.ENOSPC: "make room on this disk",
        errno.EDQUOT: "raise the quota of this user",
        errno.EROFS: "mount its file system writable, or point storage.path elsewhere",
        errno.EPERM: "use a file system with hard links (not FAT), where this user may write",
        errno.EXDEV: "keep tmp, queue and aside on one file system",
        errno.ENOTDIR: "something on its path is a file: move that away, or change storage.path",
        errno.EEXIST: "something on its path is a file: move that away, or change storage.path",
        errno.EIO: "the disk reports errors: replace it",
    }.get(
        error.errno or 0,
        "make it writable for the user that runs ingestd, or change storage.path",
    )
    return f"{said} ({error.filename or 'in it'}); {what_to_do}"
