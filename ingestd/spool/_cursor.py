"""How far a door's log is sorted: all that the next who sorts it must know.

It stands in `log/DOOR/sorted`. It is named only after what it tells of is durable; so after a power cut
it may be behind, and then some of the log is sorted again, but it never is ahead.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

FILE = "sorted"
_NEW = "sorted.new"

Piece = tuple[int, int]
"""Where a chunk is: number of its segment, offset of its frame."""


@dataclass(slots=True)
class Cursor:
    """All before `offset` in `segment` is sorted. `pieces` are the chunks so far of the messages that
    have not ended there, by their numbers; `commits` is how many messages had."""

    segment: int = 0
    offset: int = 0
    commits: int = 0
    damaged: bool = False
    pieces: dict[int, list[Piece]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands, to be compared."""
        return self.segment, self.offset


def read_cursor(door: Path) -> Cursor:
    """Return the cursor of a door; the beginning when there is none, or it cannot be understood, for
    sorting twice is harmless. Raises OSError."""
    try:
        found = json.loads((door / FILE).read_bytes())
        pieces = {
            int(number): [(int(segment), int(offset)) for segment, offset in places]
            for number, places in found["pieces"].items()
        }
        return Cursor(found["segment"], found["offset"], found["commits"], found["damaged"], pieces)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return Cursor()


def write_cursor(door: Path, cursor: Cursor) -> None:
    """Write a cursor beside the one in force. Not durable yet. Raises OSError."""
    told = {
        "segment": cursor.segment,
        "offset": cursor.offset,
        "commits": cursor.commits,
        "damaged": cursor.damaged,
        "pieces": cursor.pieces,
    }
    (door / _NEW).write_text(json.dumps(told))


def put_in_force(door: Path) -> None:
    """Put the cursor in force that was written last, which is durable by now. Raises OSError."""
    (door / _NEW).rename(door / FILE)
