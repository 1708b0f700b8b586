"""What the log holds that is not sorted yet, for whoever only wants to know: nothing is changed."""

import os
from collections.abc import Iterator
from pathlib import Path

from ingestd.spool._cursor import Cursor, read_cursor
from ingestd.spool._entry import LANES
from ingestd.spool._frames import Head, Kind, Walk
from ingestd.spool._reading import Reading, Whole, open_segment
from ingestd.spool._segments import list_doors, list_segments, read_marker

_LOOKS = 20


def read_unsorted(path: Path) -> Iterator[Whole]:
    """Yield the messages in the spool at `path` that are whole and not sorted yet. One that is being
    sorted meanwhile may be left out, or come twice, or be in `queue/` as well. Raises OSError."""
    for door in list_doors(path / "log"):
        for _ in range(_LOOKS):
            try:
                for found in Reading(door, read_cursor(door), dead=False):
                    if isinstance(found, Whole):
                        yield found
                break
            except FileNotFoundError:  # sorted meanwhile: what is left is behind the cursor
                if not door.exists():
                    break


class Backlog:
    """Counts what waits in the spool at `path`, and looks at each frame of the log once only,
    however often it is asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: dict[Path, Cursor] = {}

    def count(self) -> int:
        """Return how many entries wait to be judged, and messages to be sorted. Raises OSError."""
        doors = list_doors(self._path / "log")
        self._seen = {door: seen for door, seen in self._seen.items() if door in doors}
        entries = sum(len(os.listdir(self._path / room)) for room in LANES.values())  # noqa: PTH208
        return entries + sum(map(self._count_door, doors))

    def _count_door(self, door: Path) -> int:
        try:
            sorted_to = read_cursor(door)
            seen = self._seen.get(door, sorted_to)
            if seen.place < sorted_to.place:
                seen = sorted_to
            self._seen[door] = seen = _look_on(door, seen)
        except FileNotFoundError:  # sorted to its end meanwhile
            return 0
        return seen.commits - sorted_to.commits


def _look_on(door: Path, seen: Cursor) -> Cursor:
    segment, offset, commits = seen.segment, seen.offset, seen.commits
    for number in list_segments(door):
        if number < segment:
            continue
        with open_segment(door, number) as opened:
            walk = Walk(opened, read_marker(door), offset if number == segment else 0)
            heads = [one for one in walk if isinstance(one, Head)]
        if number == segment or heads:  # not yet to one that is open ahead
            segment, offset = number, walk.end
        commits += sum(head.kind is Kind.COMMIT for head in heads)
    return Cursor(segment, offset, commits)
