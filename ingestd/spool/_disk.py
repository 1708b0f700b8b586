"""The system calls that durability hangs on, and what their failures mean."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestd.model import Unavailable
from ingestd.spool import StorageFull


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turn the disk's OSError into `StorageFull` or `Unavailable`."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise (StorageFull if full else Unavailable)(f"spool: {error}") from error


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable: without it a power cut may forget a rename."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
