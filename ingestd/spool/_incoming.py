"""A message on its way in: `tmp/` while it comes, `queue/` once it is whole and durable.

The order is the whole point, and a test holds it: fsync the file, give it its names, fsync the
directory; only then does `commit` return. THREATS has what is lost when one of them is left out.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from ingestd.durable import sync_directory
from ingestd.model import Envelope, Unavailable
from ingestd.spool._disk import disk_faults
from ingestd.spool._entry import Entry, read_name, write_envelope


class LocalIncoming:
    """See `spool.Incoming`. The file is opened by the first write, so that `begin` costs nothing."""

    def __init__(
        self,
        path: Path,
        entry: Entry,
        envelope: Envelope,
        on_failed_sync: Callable[[OSError], None],
    ) -> None:
        self._temporary = path / "tmp" / entry.spool_id
        self._queue = path / "queue"
        self._entry = entry
        self._envelope = envelope
        self._on_failed_sync = on_failed_sync
        self._lock = Lock()  # a session that ends aborts while a thread may still be writing
        self._file: BinaryIO | None = None
        self._closed = False
        self._size_bytes = 0

    @property
    def spool_id(self) -> str:
        """See `spool.Incoming`."""
        return self._entry.spool_id

    @property
    def size_bytes(self) -> int:
        """See `spool.Incoming`."""
        return self._size_bytes

    def write(self, chunk: bytes) -> None:
        """See `spool.Incoming`."""
        with self._lock, disk_faults():
            try:
                self._open().write(chunk)
            except BaseException:
                self._discard()
                raise
            self._size_bytes += len(chunk)

    def commit(self, companies: Sequence[str]) -> str:
        """See `spool.Incoming`. Raises ValueError for no company, or one that cannot be a name."""
        names = [self._name(company) for company in dict.fromkeys(companies)]
        if not names:
            raise ValueError("a message needs a company")
        with self._lock, disk_faults():
            try:
                self._sync_file()
                self._publish(names)
            except BaseException:
                # A worker that was quicker than this keeps its entry: the sender, who gets a 4xx,
                # sends again, and the second copy is found to be a duplicate.
                for name in names:
                    with suppress(OSError):
                        (self._queue / name).unlink()
                self._discard()
                raise
            self._close()
        return self.spool_id

    def abort(self) -> None:
        """See `spool.Incoming`."""
        with self._lock:
            if not self._closed:
                self._discard()

    def _name(self, company: str) -> str:
        name = Entry(self._entry.due_ms, self._entry.attempt, company, self.spool_id).name
        if read_name(name) is None:
            raise ValueError(f"{company!r} cannot be part of a file name")
        return name

    def _open(self) -> BinaryIO:
        if self._closed:
            raise Unavailable("spool: this message was given up before")
        if self._file is None:
            self._file = self._temporary.open("xb")
            fcntl.flock(
                self._file, fcntl.LOCK_EX | fcntl.LOCK_NB
            )  # `prepare` sweeps what nobody holds
            self._file.write(write_envelope(self._envelope, self.spool_id))
        return self._file

    def _sync_file(self) -> None:
        file = self._open()
        file.flush()
        self._sync(lambda: os.fsync(file.fileno()))

    def _publish(self, names: list[str]) -> None:
        for name in names[:-1]:
            os.link(self._temporary, self._queue / name)
        self._temporary.rename(self._queue / names[-1])
        self._sync(lambda: sync_directory(self._queue))

    def _sync(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                self._on_failed_sync(error)
            raise

    def _close(self) -> None:
        self._closed = True
        if self._file is not None:
            with suppress(OSError):  # what could not be flushed is being thrown away
                self._file.close()

    def _discard(self) -> None:
        self._close()
        with suppress(OSError):
            self._temporary.unlink()
