"""The durable hand-over from the door to the workers: put, claim, finish.

What every spool promises, whatever it is made of: a message whose `commit` returned survives a power
cut; each addressed company has its own entry and is judged alone; a claim puts the entry off before
it hands it out, so that a dead worker needs no recovery. The rooms above see these names only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ingestd.model import Envelope, Lane, SpooledMessage, SpoolEntry, Unavailable

__all__ = [
    "Depth",
    "Incoming",
    "Queue",
    "Receiver",
    "Room",
    "Spool",
    "SpoolUnusable",
    "StorageFull",
]


class StorageFull(Unavailable):
    """The disk or its quota is full: 452 4.3.1 at the door, and due again."""


@dataclass(frozen=True, slots=True)
class Room:
    """The file system of the spool as it was a moment ago, and how many messages `pending` there
    are: entries that wait to be judged, and messages in the log. `total_inodes` is 0 for a file
    system that has no fixed number of them."""

    free_bytes: int
    total_bytes: int
    free_inodes: int
    total_inodes: int
    pending: int


@dataclass(frozen=True, slots=True)
class Queue:
    """How many entries wait in one lane, and when the oldest of them was received."""

    waiting: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Depth:
    """How full a spool is: each lane, and how many entries were set aside."""

    lanes: Mapping[Lane, Queue]
    aside: int

    @property
    def waiting(self) -> int:
        """How many entries wait in all lanes together."""
        return sum(queue.waiting for queue in self.lanes.values())


class SpoolUnusable(Exception):  # noqa: N818 - the state of a directory, told to the operator
    """The spool directory cannot be used; `why` says what is wrong and what to do."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(f"the spool directory {path} cannot be used: {why}")


class Incoming(Protocol):
    """A message that is being received. Its methods are called from the event loop's thread and never
    block; what goes wrong on the disk is told by `commit`."""

    spool_id: str
    size_bytes: int

    @property
    def waiting_bytes(self) -> int:
        """Octets handed over and not yet written: the door stops reading while it is large."""

    def write(self, chunk: bytes) -> None:
        """Hand octets of the message over (dot-stuffing already removed)."""

    def commit(self, companies: Sequence[str], done: Callable[[Exception | None], None]) -> None:
        """Make the message durable, with one entry for each of `companies` (VAT numbers or
        `postmaster`). `done(None)` is called once it is, and only then may 250 be answered;
        `done(StorageFull())` or `done(Unavailable())` when nothing is kept."""

    def abort(self) -> None:
        """Forget the message; without effect once `commit` was called."""

    def when_written(self, told: Callable[[], None]) -> None:
        """Call `told` once all that was handed over so far is written, or has failed."""


class Receiver(Protocol):
    """The door's half of the spool: the way in. Each raises `Unavailable` when the disk fails."""

    @property
    def waiting_bytes(self) -> int:
        """Octets of all messages that were handed over and are not yet written."""

    def room(self) -> Room:
        """Return how much may still be written and how much waits; never waits for a disk."""

    def begin(self, envelope: Envelope) -> Incoming:
        """Begin to receive a message; touches no disk yet."""


class Spool(Protocol):
    """Where messages wait. All times and delays are in seconds, sizes in bytes; every method raises
    `Unavailable` when the disk fails."""

    def prepare(self) -> None:
        """Make and prove the directories, remove what dead receivers left. Raises `SpoolUnusable`."""

    def claim(self, lease_s: float) -> SpooledMessage | None:
        """Take up the entry that is due longest, or None. It is due again after `lease_s`. Only the
        lanes that the spool was opened for are looked into, one after the other."""

    def finish(self, message: SpooledMessage) -> None:
        """Remove a claimed entry: its verdict is filed."""

    def defer(self, message: SpooledMessage, delay_s: float, *, counts: bool) -> None:
        """Put a claimed entry off. With `counts=False` the attempt is given back: the world was
        away, nothing crashed."""

    def hand_over(self, message: SpooledMessage, lane: Lane) -> None:
        """Leave a claimed entry to the workers of another lane, due at once, with the attempt given
        back. A crash leaves it in one lane or the other; it is judged there all the same."""

    def set_aside(self, message: SpooledMessage) -> None:
        """Keep a claimed entry for the operators; no worker takes it up again."""

    def entries(self) -> list[SpoolEntry]:
        """Return all that waits and all that was set aside, the first due first."""

    def depth(self) -> Depth:
        """Return how much waits and how much was set aside, of all lanes."""

    def damaged(self) -> list[Path]:
        """Return what was kept aside of octets that are not as they were written."""

    def retry(self, spool_id: str) -> int:
        """Make all entries of a message due now, with fresh attempts; return how many there are. What
        was set aside begins again in the main lane."""
