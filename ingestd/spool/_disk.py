"""What the failures of the disk mean to a spool."""

import errno
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
