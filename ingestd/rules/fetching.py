"""Rule packs brought here: from their publisher's repository, or from a mirror of Maven artefacts.

What comes is only bytes until its SHA-256 is the one of the table (`packs.Library.install`).
"""

import http.client
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from ingestd.model import Unavailable
from ingestd.rules.catalogue import Pack
from ingestd.rules.packs import read_archive

Progress = Callable[[int, int], None]
"""Told the bytes that came and the bytes expected (0 for unknown) of one file."""

_TIMEOUT_S = 30
_MOST_BYTES = 64 << 20
_STEP_BYTES = 1 << 16
_INSTEAD = (
    "; or have the publisher's archive or the Maven artefact brought here, and"
    " `ingestd rules install FILE`"
)


def fetch(pack: Pack, progress: Progress) -> Mapping[str, bytes]:
    """Return the files of a pack by name, from its publisher's repository. Raises Unavailable."""
    return {sheet.filename: _download(pack.url(sheet), progress) for sheet in pack.sheets}


def fetch_artefact(pack: Pack, place: str, progress: Progress) -> Mapping[str, bytes]:
    """Return the files of a pack out of its Maven artefact.

    `place` is the address or directory of a Maven repository, or a directory with the jar in it.
    Raises Unavailable, NotAPack and OSError.
    """
    if not place.startswith(("https://", "http://")):
        return read_archive(_local(pack, Path(place)), pack)
    with tempfile.TemporaryDirectory() as folder:
        jar = Path(folder) / pack.jar
        jar.write_bytes(_download(f"{place.rstrip('/')}/{pack.jar_path}", progress))
        return read_archive(jar, pack)


def _local(pack: Pack, folder: Path) -> Path:
    for file in (folder / pack.jar_path, folder / pack.jar):
        if file.is_file():
            return file
    raise Unavailable(f"there is no {pack.jar} in {folder}")


def _download(url: str, progress: Progress) -> bytes:
    """Return what is at an address, all of it. Raises Unavailable."""
    content = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - http or https
            expected = int(answer.headers.get("Content-Length") or 0)
            while piece := answer.read(_STEP_BYTES):
                content += piece
                progress(len(content), expected)
                if len(content) > _MOST_BYTES:
                    raise Unavailable(f"{url} is larger than any rule pack{_INSTEAD}")
    except urllib.error.HTTPError as error:
        why = f"HTTP {error.code} {error.reason}"
        raise Unavailable(f"{url} cannot be fetched: {why}{_INSTEAD}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise Unavailable(f"{url} cannot be fetched: {reason}{_INSTEAD}") from error
    if len(content) < expected:
        cut = f"after {len(content)} of {expected} bytes"
        raise Unavailable(f"{url} was cut off {cut}{_INSTEAD}")
    return bytes(content)
