"""Every state in which a power cut may leave a spool, out of one trace of system calls.

What a program wrote is on the disk only once a sync that began after it has ended: a file's octets by
its own, a name by its directory's. Of the rest a disk may keep all, nothing, any part in any order, and
half of a write. This is stricter than any one file system, and needs no mounting.
"""

import math
import os
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.faults._load import Receipt
from tests.faults._trace import Event

SECTOR = 512
_QUEUED = re.compile(rb"queued as ([0-9a-z]{16})")
_SYNCS = ("fsync", "fdatasync", "syncfs", "sync")
_ALL = ("syncfs", "sync")


@dataclass(slots=True)
class _Data:
    """Octets of a file (or, with none, its new size)."""

    event: Event
    file: int
    offset: int
    octets: bytes | None
    durable_at: float = math.inf


@dataclass(slots=True)
class _Names:
    """Names that change at once; `file` None means gone, -1 a directory."""

    event: Event
    changes: list[tuple[Path, int | None]]
    durable_at: float = math.inf


@dataclass(slots=True)
class _Base:
    names: dict[Path, int] = field(default_factory=dict)
    octets: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """What the spool owes from one moment (an answer 250) to another (the reader noted it)."""

    receipt: Receipt
    since: int
    until: float


class History:
    """What a trace did to the spool at `root`, from the state in which it was when this was made.

    `ignore` says which syncs are left out, which makes a mutant; `hasty` answers before the last sync.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._base = _Base()
        self._ops: list[_Data | _Names] = []
        self._positions: dict[tuple[bool, int, Path], int] = {}
        seen: dict[int, int] = {}
        for path in sorted(root.rglob("*")):
            if path.is_dir():
                self._base.names[path] = -1
                continue
            file = seen.setdefault(path.stat().st_ino, len(self._base.octets))
            self._base.names[path] = file
            self._base.octets[file] = path.read_bytes()
        self._names = dict(self._base.names)
        self._names[root] = -1
        self._sizes = {file: len(octets) for file, octets in self._base.octets.items()}

    def replay(
        self,
        events: list[Event],
        reader: int,
        ignore: Callable[[Event, bool], bool] = lambda _event, _directory: False,
    ) -> None:
        """Take the calls in. `ignore` tells of a sync, given whether it is of a directory, that it
        shall not count."""
        for event in events:
            if event.call in _SYNCS:
                self._sync(event, ignore)
            elif handler := _HANDLERS.get(event.call):
                handler(self, event, event.pid == reader)

    def promises(
        self, events: list[Event], receipts: list[Receipt], *, hasty: bool = False
    ) -> list[Promise]:
        """Return what was owed when. `hasty` is a mutant: 250 before the sync that it waited for."""
        said: dict[str, int] = {}
        noted: dict[tuple[str, str], int] = {}
        synced = 0
        for event in sorted(events, key=lambda event: event.start):
            if event.call in _SYNCS:
                synced = event.start
            for octets in event.strings:
                for spool_id in _QUEUED.findall(octets):
                    said.setdefault(spool_id.decode(), synced - 1 if hasty else event.start)
                for spool_id, company in re.findall(
                    rb"^([0-9a-z]{16}) (\S+) [0-9a-f]{64} whole$", octets, re.MULTILINE
                ):
                    noted.setdefault((spool_id.decode(), company.decode()), event.end)
        return [
            Promise(one, said[one.spool_id], noted.get((one.spool_id, one.company), math.inf))
            for one in receipts
        ]

    def leave(self, place: Path, moment: int, chance: random.Random, share: float) -> None:
        """Make in `place` what a power cut at `moment` may leave, each change that was not durable
        being kept with the probability `share`."""
        names, octets = dict(self._base.names), dict(self._base.octets)
        for op in self._ops:
            if op.event.start > moment:
                continue
            certain = op.durable_at <= moment
            if not certain and chance.random() >= share:
                continue
            if isinstance(op, _Names):
                _rename(names, op)
            else:
                octets[op.file] = _written(octets.get(op.file, b""), op, chance, torn=not certain)
        self._make(place, names, octets)

    def _make(self, place: Path, names: dict[Path, int], octets: dict[int, bytes]) -> None:
        made: dict[int, Path] = {}
        place.mkdir(parents=True)
        for path in sorted(names):
            target = place / path.relative_to(self._root)
            if not target.parent.is_dir():
                continue  # the directory itself is gone
            if names[path] == -1:
                target.mkdir()
            elif names[path] in made:
                os.link(made[names[path]], target)
            else:
                target.write_bytes(octets.get(names[path], b""))
                made[names[path]] = target

    # calls

    def _open(self, event: Event, reader: bool) -> None:
        path = Path(os.fsdecode(event.strings[0]))
        if not self._ours(path) or "O_DIRECTORY" in event.arguments:
            return
        if path not in self._names:
            assert "O_CREAT" in event.arguments, f"{path} came from nowhere"
            file = self._names[path] = len(self._sizes)
            self._sizes[file] = 0
            self._ops.append(_Names(event, [(path, file)]))
        elif "O_TRUNC" in event.arguments:
            self._resize(event, self._names[path], 0)
        if "O_APPEND" in event.arguments:
            self._positions.pop((reader, event.result, path), None)
        else:
            self._positions[reader, event.result, path] = 0

    def _write(self, event: Event, reader: bool) -> None:
        if (path := event.path) is None or (file := self._names.get(path)) is None:
            return
        octets = b"".join(event.strings)[: event.result]
        where = (reader, event.descriptor, path)
        offset = self._positions.get(where, self._sizes[file])
        if event.call.startswith("pwrite"):
            offset = event.numbers[-2 if event.call == "pwritev2" else -1]
        elif where in self._positions:
            self._positions[where] = offset + len(octets)
        self._sizes[file] = max(self._sizes[file], offset + len(octets))
        self._ops.append(_Data(event, file, offset, octets))

    def _seek(self, event: Event, reader: bool) -> None:
        if event.path in self._names:
            self._positions[reader, event.descriptor, event.path] = event.result

    def _truncate(self, event: Event, _reader: bool) -> None:
        if (file := self._names.get(event.path or Path())) is not None:
            self._resize(event, file, event.numbers[-1])

    def _allocate(self, event: Event, _reader: bool) -> None:
        file = self._names.get(event.path or Path())
        if file is not None and "KEEP_SIZE" not in event.arguments:
            assert "FALLOC" not in event.arguments, event.arguments
            self._resize(event, file, max(self._sizes[file], sum(event.numbers[-2:])))

    def _resize(self, event: Event, file: int, size: int) -> None:
        self._sizes[file] = size
        self._ops.append(_Data(event, file, size, None))

    def _rename(self, event: Event, _reader: bool) -> None:
        old, new = (Path(os.fsdecode(name)) for name in event.strings[:2])
        if self._ours(new) and old in self._names:
            self._change(event, [(new, self._names[old]), (old, None)])

    def _link(self, event: Event, _reader: bool) -> None:
        old, new = (Path(os.fsdecode(name)) for name in event.strings[:2])
        if self._ours(new):
            self._change(event, [(new, self._names[old])])

    def _unlink(self, event: Event, _reader: bool) -> None:
        path = Path(os.fsdecode(event.strings[0]))
        if path in self._names:
            self._change(event, [(path, None)])

    def _mkdir(self, event: Event, _reader: bool) -> None:
        path = Path(os.fsdecode(event.strings[0]))
        if self._ours(path):
            self._change(event, [(path, -1)])

    def _copy(self, event: Event, _reader: bool) -> None:
        assert not self._ours(event.path or Path("/")), f"{event.call} is not in this model"

    def _change(self, event: Event, changes: list[tuple[Path, int | None]]) -> None:
        op = _Names(event, changes)
        _rename(self._names, op)
        self._ops.append(op)

    def _sync(self, event: Event, ignore: Callable[[Event, bool], bool]) -> None:
        everything = event.call in _ALL
        path = None if everything else event.path
        file = -2 if path is None else self._names.get(path, -2)
        if ignore(event, file == -1):
            return
        for op in self._ops:
            touched = op.changes[0][0].parent == path if isinstance(op, _Names) else op.file == file
            if (touched or everything) and op.event.end < event.start:
                op.durable_at = min(op.durable_at, event.end)

    def _ours(self, path: Path) -> bool:
        return path.is_relative_to(self._root) and path != self._root


_HANDLERS: dict[str, Callable[[History, Event, bool], None]] = {
    **dict.fromkeys(("openat", "creat"), History._open),
    **dict.fromkeys(("write", "writev", "pwrite64", "pwritev", "pwritev2"), History._write),
    "lseek": History._seek,
    "ftruncate": History._truncate,
    "fallocate": History._allocate,
    **dict.fromkeys(("rename", "renameat", "renameat2"), History._rename),
    **dict.fromkeys(("link", "linkat"), History._link),
    **dict.fromkeys(("unlink", "unlinkat"), History._unlink),
    **dict.fromkeys(("mkdir", "mkdirat"), History._mkdir),
    **dict.fromkeys(("copy_file_range", "sendfile", "splice"), History._copy),
}


def _rename(names: dict[Path, int], op: _Names) -> None:
    for path, file in op.changes:
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file


def _written(before: bytes, op: _Data, chance: random.Random, *, torn: bool) -> bytes:
    """Return a file with one change; a torn one keeps some of its sectors only."""
    if op.octets is None:
        return before[: op.offset].ljust(op.offset, b"\0")
    end = op.offset + len(op.octets)
    after = bytearray(before.ljust(end, b"\0"))
    pieces: Sequence[tuple[int, int]] = [(op.offset, end)]
    if torn and chance.random() < 0.5:
        marks = [op.offset, *range(op.offset // SECTOR * SECTOR + SECTOR, end, SECTOR), end]
        pieces = [piece for piece in pairwise(marks) if chance.random() < 0.5]
    for start, stop in pieces:
        after[start:stop] = op.octets[start - op.offset : stop - op.offset]
    return bytes(after)
