"""Files that survive a power cut. Whoever writes one that matters writes it here (or, a message that
arrives in pieces, in `spool/`): fsync the file, rename it, fsync its directory. Without the first its
octets may be gone, without the last its name."""

import ctypes
import os
import tempfile
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable: without it a power cut may forget a rename."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def sync_file_system(path: Path) -> None:
    """Make all durable that was written to the file system of `path`: for many files at once this is
    one wait. Raises OSError."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if _LIBC.syncfs(directory):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(path))
    finally:
        os.close(directory)


def make_private(path: Path) -> None:
    """Make a directory for its owner alone, and those above it as is usual; one that is there stays as it
    is. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


def write_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write `path` whole or not at all; who reads it sees the old content or the new, never half.

    `mode` are its permission bits. Its name is durable only after `sync_directory(path.parent)`.
    Raises OSError.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
