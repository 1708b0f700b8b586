"""From the log to `queue/`: each message that is whole becomes a file with a name for each company.

One sorts at a time (a lock), whoever has nothing else to do. Each step may be repeated, and each may be
the last before a power cut:

    the octets go to tmp/ID, and how far this pass came to log/DOOR/sorted.new
    syncfs         what gets a name in queue/ has its octets on the disk
    link, rename   the names: always the same, so that sorting twice makes no second entry
    syncfs         what is called sorted has its names on the disk
    rename         sorted.new to sorted
    fsync log/DOOR, unlink the segments that nobody needs
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from ingestd import journal, metrics
from ingestd.durable import sync_directory, sync_file_system
from ingestd.model import Unavailable
from ingestd.spool._cursor import put_in_force, read_cursor, write_cursor
from ingestd.spool._entry import LANES, Entry, mark_damaged, read_name
from ingestd.spool._reading import Damaged, Dropped, Found, Reading, Whole, read_whole
from ingestd.spool._segments import list_doors, list_segments, lock, name_segment

_LARGEST_PASS = 256
_LARGEST_PASS_BYTES = 64 << 20


class Sorter:
    """Sorts the log of the spool at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failed_sync: OSError | None = None

    def sort(self) -> int:
        """Sort some of what the log holds and return how many messages there were; 0 also when
        somebody else is sorting. Raises OSError, and Unavailable for good once a sync has failed."""
        doors = list_doors(self._path / "log")
        if not doors:
            return 0
        with lock(self._path / "log" / "lock") as mine:
            return self._sort_doors(doors) if mine else 0

    def sweep(self) -> None:
        """Remove what a sorter that was killed left in tmp/. Raises OSError."""
        with lock(self._path / "log" / "lock") as mine:
            for leftover in (self._path / "tmp").iterdir() if mine else ():
                with suppress(FileNotFoundError), lock(leftover, os.O_RDONLY) as dead:
                    if dead:  # not the probe of somebody who is starting, too
                        leftover.unlink()

    def _sort_doors(self, doors: list[Path]) -> int:
        """What cannot be done for one door is no reason to leave the others waiting."""
        count, fault = 0, None
        for door in doors:
            try:
                count += self._sort_door(door)
            except (OSError, Unavailable) as error:
                fault = error
        if fault and not count:
            raise fault
        return count

    def _sort_door(self, door: Path) -> int:
        with lock(door, os.O_RDONLY | os.O_DIRECTORY) as dead:
            return _Pass(self._path, door, self._sync).run(dead=dead)

    def _sync(self) -> None:
        if self._failed_sync is None:
            try:
                return sync_file_system(self._path)
            except OSError as error:
                self._failed_sync = error
        raise Unavailable(f"spool: a sync failed before ({self._failed_sync}); check the disk")


class _Pass:
    """One pass over the log of one door."""

    def __init__(self, path: Path, door: Path, sync: Callable[[], None]) -> None:
        self._path = path
        self._door = door
        self._sync = sync
        self._cursor = read_cursor(door)
        self._known: set[tuple[str, str]] | None = None
        self._written: list[tuple[Path, str, list[Entry]]] = []
        self._messages = self._octets = 0
        self._news = False

    def run(self, *, dead: bool) -> int:
        """Sort and return how many messages there were. What was done before an error is kept."""
        try:
            for found in Reading(self._door, self._cursor, dead=dead):
                if self._messages >= _LARGEST_PASS or self._octets >= _LARGEST_PASS_BYTES:
                    dead = False  # there is more
                    break
                self._take(found)
        finally:
            needless = self._list_needless()
            if self._news or needless:
                self._conclude(needless)
        if dead:
            self._remove()
        return self._messages

    def _take(self, found: Found) -> None:
        match found:
            case Whole():
                self._write(found)
                self._messages += 1
                self._octets += found.size_bytes
            case Damaged():
                here = {found.segment} if found.length else set()
                self._keep_aside(here | {number for number, _ in found.pieces})
                _tell_damage(self._door, found.segment, found.offset, found.length)
            case Dropped():
                journal.log_dropped(_name(self._door, found.segment), found.length, found.messages)
        self._news = True

    def _write(self, whole: Whole) -> None:
        """Write the octets of a message to tmp/, unless all its entries are there already."""
        entries = [entry for entry in whole.commit.entries if not self._is_known(entry)]
        if not entries:
            return
        file = self._path / "tmp" / whole.commit.spool_id
        room = "queue"
        if not _write_file(file, whole.commit.line, read_whole(self._door, whole)):
            room = "aside"
            _write_file(file, mark_damaged(whole.commit.line), read_whole(self._door, whole))
            self._keep_aside({number for number, _ in whole.pieces})
            _tell_damage(self._door, self._cursor.segment, self._cursor.offset, whole.size_bytes)
        self._written.append((file, room, entries))

    def _is_known(self, entry: Entry) -> bool:
        if self._known is None:
            rooms = (*LANES.values(), "aside")
            names = [name for room in rooms for name in os.listdir(self._path / room)]  # noqa: PTH208 - names only
            listed = (read_name(name) for name in names)
            self._known = {(one.spool_id, one.company) for one in listed if one}
        return (entry.spool_id, entry.company) in self._known

    def _keep_aside(self, segments: Iterable[int]) -> None:
        """Keep whole segments for who wants to look at them; they cost no room before they are old."""
        for number in segments:
            with suppress(FileExistsError, FileNotFoundError):
                kept = self._path / "aside" / _name(self._door, number)
                kept.hardlink_to(self._door / name_segment(number))

    def _conclude(self, needless: list[int]) -> None:
        write_cursor(self._door, self._cursor)
        if self._written:
            self._sync()
            for file, room, entries in self._written:
                _give_names(file, [self._path / room / entry.name for entry in entries])
        self._sync()
        put_in_force(self._door)
        if needless:
            sync_directory(self._door)
        for number in needless:
            (self._door / name_segment(number)).unlink(missing_ok=True)

    def _list_needless(self) -> list[int]:
        needed = {number for pieces in self._cursor.pieces.values() for number, _ in pieces}
        done = (number for number in list_segments(self._door) if number < self._cursor.segment)
        return [number for number in done if number not in needed]

    def _remove(self) -> None:
        """Remove the directory of a door that is dead and of which all is sorted."""
        with suppress(OSError):  # what an operator has put there stays
            sync_directory(self._door)  # its segments first: a cursor is not to be missed
            for file in (*self._door.glob("sorted*"),):
                file.unlink()
            self._door.rmdir()


def _write_file(file: Path, line: bytes, chunks: Iterable[bytes | None]) -> bool:
    """Write a message file; whether all of it was there."""
    whole = True
    with file.open("wb") as opened:
        opened.write(line)
        for chunk in chunks:
            whole = whole and chunk is not None
            opened.write(chunk or b"")
    return whole


def _give_names(file: Path, names: list[Path]) -> None:
    for name in names[:-1]:
        with suppress(FileExistsError):
            name.hardlink_to(file)
    file.rename(names[-1])


def _name(door: Path, segment: int) -> str:
    return f"{door.name}.{name_segment(segment)}"


def _tell_damage(door: Path, segment: int, offset: int, length: int) -> None:
    journal.log_damaged(_name(door, segment), offset, length)
    metrics.log_damaged()
