"""What of tesseract is installed here: its version, its languages, and where their data is."""

import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingestd.model import Unavailable

_DATA = re.compile(r'in "([^"]+)"')
_PATIENCE_S = 10
_VERSION = re.compile(r"tesseract v?(\S+)")


@dataclass(frozen=True, slots=True)
class Installation:
    """A tesseract: its version, the directory of its language data, the languages that are there."""

    version: str
    data: Path
    languages: tuple[str, ...]


def installation(path: Path) -> Installation:
    """Return what is installed. What is found is kept as long as the program is the same file; what
    is missing is looked for again. Raises Unavailable."""
    try:
        return _installation(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise Unavailable(f"tesseract is not installed: {error}") from error


def forget() -> None:
    """Ask again the next time: language data come as packages of their own, and the program stays the
    same file."""
    _installation.cache_clear()


@lru_cache(maxsize=4)
def _installation(path: Path, stamp: int) -> Installation:
    version = _VERSION.search(_said(path, "--version"))
    listed = _said(path, "--list-langs")
    data = _DATA.search(listed)
    if version is None or data is None:
        raise Unavailable(f"{path} does not say what it is; is it tesseract 4 or newer?")
    return Installation(version[1], Path(data[1]), tuple(listed.splitlines()[1:]))


def _said(path: Path, question: str) -> str:
    """Return what tesseract answers; it is given nothing of a stranger's here."""
    try:
        done = subprocess.run(
            [path, question],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"tesseract cannot be run: {error}") from error
    return (done.stdout + done.stderr).decode("utf-8", "replace")
