"""A reader of the spool in a worker's place: it claims, notes what it got, and finishes.

What it notes is written outside the spool before the entry is finished; so what was acknowledged is
in the notes or still in the spool, whoever is killed when.
"""

import hashlib
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from structlog.testing import capture_logs

from ingestd.model import Unavailable
from ingestd.spool import StorageFull
from ingestd.spool.local import LocalSpool
from tests.faults._forked import end_with_parent
from tests.faults._load import Receipt, whole

_LEASE_S = 3600.0
_PATIENCE = 50


@dataclass(slots=True)
class Tally:
    """What many faults have come to. `more` are messages that nobody was told 250 for; of those that
    are damaged as well, `aside` were kept from every worker. (One that was acknowledged is lost.)"""

    faults: int = 0
    acknowledged: int = 0
    lost: int = 0
    torn: int = 0
    more: int = 0
    aside: int = 0
    at: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add the figures of another."""
        self.faults += other.faults
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.torn += other.torn
        self.more += other.more
        self.aside += other.aside
        self.at += other.at

    def __str__(self) -> str:
        return (
            f"{self.faults:,} faults, {self.acknowledged:,} acknowledged, {self.lost:,} lost, "
            f"{self.torn:,} torn, {self.more:,} kept that were not acknowledged, "
            f"{self.aside:,} of such set aside as damaged"
        )


class Ledger:
    """What one spool owes: what was acknowledged, against what was read from it."""

    def __init__(self, spool_path: Path, notes: Path) -> None:
        self._spool_path = spool_path
        self.notes = notes
        self._owed: dict[tuple[str, str], str] = {}
        self._known: set[tuple[str, str]] = set()
        self.tally = Tally()
        self.complaints: list[str] = []

    def acknowledge(self, receipts: list[Receipt]) -> None:
        """Remember what the door answered 250 to."""
        for one in receipts:
            self._owed[one.spool_id, one.company] = one.digest
            self._known.add((one.spool_id, one.company))
        self.tally.acknowledged += len(receipts)

    def check(self, chance: random.Random, keep: float = 0.25) -> None:
        """Read all that the spool holds, keep a share of it there for the next time, and count."""
        with capture_logs():  # a mutant has much to say
            self._check(chance, keep)

    def _check(self, chance: random.Random, keep: float) -> None:
        spool = LocalSpool(self._spool_path)
        spool.prepare()  # as whoever is started next does
        with self.notes.open("ab", buffering=0) as notes:
            fresh = self._read_all(spool, notes.fileno(), chance, keep)
            for entry in spool.entries():
                if (entry.spool_id, entry.company) not in fresh:
                    spool.retry(entry.spool_id)  # claimed by a reader that is no more
            self._read_all(spool, notes.fileno(), chance, keep)
        kept = set()
        for entry in spool.entries():
            kept.add((entry.spool_id, entry.company))
            self.tally.aside += entry.aside
        seen = self._read_notes()
        for owed, digest in list(self._owed.items()):
            if seen.get(owed, digest) != digest:
                self.tally.torn += 1
                self.complaints.append(f"{owed} is not what was sent")
            if owed not in seen:
                self.tally.lost += 1
                self.complaints.append(f"{owed} was acknowledged and is lost")
            if owed not in kept:
                del self._owed[owed]
        self.tally.more += len(seen.keys() - self._known)
        self._known |= seen.keys()

    def _read_all(
        self, spool: LocalSpool, notes: int, chance: random.Random, keep: float
    ) -> set[tuple[str, str]]:
        found, faults = set(), 0
        while True:
            try:
                entry = read(spool, notes, chance.random() >= keep)
            except StorageFull:  # while it is sorted, what waits needs room twice: due again
                faults += 1
                if faults > _PATIENCE:
                    raise
                continue
            if entry is None:
                return found
            found.add(entry)

    def _read_notes(self) -> dict[tuple[str, str], str]:
        """Return what was read since the last time; a kept entry is read again each time."""
        seen = {}
        for line in self.notes.read_text().splitlines():
            spool_id, company, digest, state = line.split()
            if seen.setdefault((spool_id, company), digest) != digest or state != "whole":
                self.tally.torn += 1
                self.complaints.append(f"{spool_id} of {company} is {state}")
        self.notes.write_bytes(b"")
        return seen


def read(spool: LocalSpool, notes: int, finish: bool) -> tuple[str, str] | None:
    """Claim one entry, note it, and finish it or not; return which it was."""
    message = spool.claim(_LEASE_S)
    if message is None:
        return None
    digest = hashlib.sha256(message.content).hexdigest()
    state = "whole" if whole(message.content) else "torn"
    os.write(notes, f"{message.spool_id} {message.company} {digest} {state}\n".encode())
    if finish:
        spool.finish(message)
    return message.spool_id, message.company


class Reader:
    """A process that reads and finishes for as long as it lives."""

    def __init__(self, spool_path: Path, notes: Path) -> None:
        self._ended = False
        self.pid = os.fork()
        if self.pid:
            return
        try:
            end_with_parent()
            _read_on(spool_path, notes)
        finally:
            os._exit(0)

    def alive(self) -> bool:
        """Tell whether it runs."""
        self._ended = self._ended or os.waitpid(self.pid, os.WNOHANG) != (0, 0)
        return not self._ended

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._ended = True


def _read_on(spool_path: Path, notes: Path) -> None:
    spool = LocalSpool(spool_path)
    descriptor = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        try:
            while read(spool, descriptor, finish=True):
                pass
        except Unavailable:
            pass  # the disk is full, say: the next time
        time.sleep(0.005)
