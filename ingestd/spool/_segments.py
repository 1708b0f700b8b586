"""The files of the log: one directory for each door, in it segments `00000001.log` and so on.

A living door holds a lock (flock) on its directory. One that ended never comes back: the next has a
directory of its own. The name of the directory is the marker of its frames.
"""

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestd.durable import sync_directory
from ingestd.spool._frames import MARKER_BYTES

_SEGMENT = re.compile(r"(\d{8})\.log")
_DOOR = re.compile(rf"[0-9a-f]{{{2 * MARKER_BYTES}}}")


def name_segment(number: int) -> str:
    """Return the file name of a segment; they count from 1."""
    return f"{number:08d}.log"


def list_segments(door: Path) -> list[int]:
    """Return the segments of a door, the oldest first. Raises OSError."""
    found = map(_SEGMENT.fullmatch, os.listdir(door))  # noqa: PTH208 - names only
    return sorted(int(match[1]) for match in found if match)


def list_doors(log: Path) -> list[Path]:
    """Return the directories of all doors, living or not; none where no spool was prepared. Raises
    OSError."""
    try:
        return [log / name for name in sorted(os.listdir(log)) if _DOOR.fullmatch(name)]  # noqa: PTH208 - names only
    except FileNotFoundError:
        return []


def read_marker(door: Path) -> bytes:
    """Return the octets that each frame of a door begins with."""
    return bytes.fromhex(door.name)


def enter(log: Path) -> tuple[Path, int]:
    """Make the directory of a new door, durably; return it and the descriptor that holds its lock.
    Raises OSError."""
    while True:
        door = log / secrets.token_hex(MARKER_BYTES)
        door.mkdir(mode=0o700)
        try:
            held = os.open(door, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:  # taken for a dead door's before it was locked
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            if os.fstat(held).st_nlink:
                sync_directory(log)
                return door, held
        except BaseException:
            os.close(held)
            raise
        os.close(held)


def create_segment(door: Path, number: int) -> int:
    """Create a segment; return its open file. Its name is not durable yet. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
    return os.open(door / name_segment(number), flags, 0o600)


@contextmanager
def lock(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> Iterator[bool]:
    """Hold the lock on `path` and tell whether nobody else holds it. Never waits. Raises OSError."""
    held = os.open(path, flags, 0o600)
    try:
        yield _is_free(held)
    finally:
        os.close(held)


def _is_free(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True
