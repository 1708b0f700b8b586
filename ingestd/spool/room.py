"""How much room there is and how much waits, known at any moment without waiting for a disk."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ingestd.model import Unavailable
from ingestd.spool import Room
from ingestd.spool._backlog import Backlog
from ingestd.spool._disk import disk_faults

_ROOM_KNOWN_FOR_S = 0.25
_COUNT_EVERY_S = 2.0


class RoomWatch:
    """Knows the room of the spool at `path`: the free octets as of a quarter of a second ago, asked
    of the kernel's memory; what waits as of two seconds ago, counted by a thread of its own."""

    def __init__(self, path: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._monotonic = monotonic
        self._backlog = Backlog(path)
        self._pending: int | Unavailable = self._count()
        self._disk: os.statvfs_result | None = None
        self._looked_at = 0.0
        self._ended = threading.Event()
        threading.Thread(target=self._count_on, name="room", daemon=True).start()

    def now(self) -> Room:
        """Return the room. Never waits for a disk. Raises `Unavailable` when it does not say."""
        pending, moment = self._pending, self._monotonic()
        if isinstance(pending, Unavailable):
            raise Unavailable(str(pending))
        if self._disk is None or moment - self._looked_at >= _ROOM_KNOWN_FOR_S:
            with disk_faults():
                self._disk = os.statvfs(self._path)
            self._looked_at = moment
        disk = self._disk
        return Room(
            free_bytes=disk.f_bavail * disk.f_frsize,
            total_bytes=disk.f_blocks * disk.f_frsize,
            free_inodes=disk.f_favail,
            total_inodes=disk.f_files,
            pending=pending,
        )

    def close(self) -> None:
        """End the thread."""
        self._ended.set()

    def _count_on(self) -> None:
        while not self._ended.wait(_COUNT_EVERY_S):
            self._pending = self._count()

    def _count(self) -> int | Unavailable:
        try:
            with disk_faults():
                return self._backlog.count()
        except Unavailable as away:
            return away
