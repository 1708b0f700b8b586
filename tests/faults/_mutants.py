"""The program with one protection removed: what each fault test must catch.

A mutant is called in the process that becomes the door, before the door opens.
"""

import asyncio
import os
import stat
from collections.abc import Callable, Sequence
from threading import Timer

from ingestd.spool.log import LogIncoming

Mutant = Callable[[], None]
Done = Callable[[Exception | None], None]


def unchanged() -> None:
    """Leave the program as it is."""


def without_any_sync() -> None:
    """No fsync at all."""
    os.fsync = os.fdatasync = lambda _: None


def without_data_sync() -> None:
    """Directories are synced, files are not."""
    _skip_sync(lambda file: not _is_directory(file))


def without_directory_sync() -> None:
    """Files are synced, directories are not."""
    _skip_sync(_is_directory)


def _skip_sync(which: Callable[[int], bool]) -> None:
    fsync, fdatasync = os.fsync, os.fdatasync

    def only(sync: Callable[[int], None]) -> Callable[[int], None]:
        return lambda file: None if which(_descriptor(file)) else sync(file)

    os.fsync, os.fdatasync = only(fsync), only(fdatasync)


def _descriptor(file: object) -> int:
    return file if isinstance(file, int) else file.fileno()


def _is_directory(descriptor: int) -> bool:

    return stat.S_ISDIR(os.fstat(descriptor).st_mode)


def answering_before_writing() -> None:
    """250 at once, and the octets a little later."""
    commit = LogIncoming.commit

    def hasty(self: LogIncoming, companies: Sequence[str], done: Done) -> None:
        asyncio.get_running_loop().call_soon(done, None)
        Timer(0.05, commit, (self, companies, lambda _: None)).start()

    LogIncoming.commit = hasty


MUTANTS = {
    "none": unchanged,
    "no-sync": without_any_sync,
    "no-data-sync": without_data_sync,
    "no-directory-sync": without_directory_sync,
    "hasty": answering_before_writing,
}
