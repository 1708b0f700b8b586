"""Files by the SHA-256 of their content: `blobs/ab/cd/<sha256>`, written once, never changed.

A blob is durable before the transaction that names it begins, so that a row never points at nothing.
Names are ours alone; what a stranger called the file never reaches the disk.
"""

import hashlib
import re
from pathlib import Path

from ingestd.durable import sync_directory, write_file
from ingestd.model import Unavailable

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):  # noqa: N818 - it names a state of the world, not a mistake
    """The stored octets are not the ones that were stored: the disk or somebody changed them."""


class Blobs:
    """The blob directory of one installation."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def locate(self, sha256: str) -> Path:
        """Return where the blob of this hash (64 lower-case hex digits) is, or would be."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, content: bytes) -> str:
        """Store `content` durably and return its SHA-256. Storing it again does no harm.

        Raises Unavailable when the disk is full, away or not writable.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.locate(sha256)
        try:
            if not _holds(path, content):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_file(path, content)
            for directory in (path.parent, path.parent.parent, self.root):
                sync_directory(directory)
        except OSError as error:
            raise Unavailable(f"cannot store under {self.root}: {error}") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the octets of this hash, verified.

        Raises Unavailable when they cannot be read and Damaged when they are not the stored ones.
        """
        path = self.locate(sha256)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Unavailable(f"cannot read {path}: {error}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Damaged(f"{path} is damaged: its content does not fit its name")
        return content


def _holds(path: Path, content: bytes) -> bool:
    """Whether the very octets are there already; a damaged copy is written anew."""
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
