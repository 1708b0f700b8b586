"""What the failures of the disk mean to a spool."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

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


def advice(error: OSError) -> str:
    """Return what is wrong with the directory of a spool and what to do about it."""
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
