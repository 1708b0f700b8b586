"""A ZIP archive -> its members, through pyzipper, under our own caps.

pyzipper checks neither overlapping members (30 kB that unpack to 5 GB) nor what a member claims of
its size, so bytes are counted while they are read. Nothing is ever extracted to a path.
"""

import io
import stat
import struct
import zlib
from collections.abc import Iterator

import pyzipper

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import _field
from ingestd.readers._paths import child_path

RATIO_MATTERS_BYTES = 10 * 1024 * 1024
"""Below this a high compression ratio is ordinary (an empty form, a white scan)."""

_METHODS = (pyzipper.ZIP_STORED, pyzipper.ZIP_DEFLATED)
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_BROKEN = (
    *(pyzipper.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error),
    *(RuntimeError, NotImplementedError, LookupError, UnicodeError, OverflowError),
)


class _Refused(Exception):  # noqa: N818 - says why the archive is not opened
    def __init__(self, en: str, fr: str) -> None:
        self.detail = Bilingual(en, fr)


def _check_overlap(infos: list[pyzipper.ZipInfo], content: bytes) -> None:
    """Members must lie one after the other (CVE-2024-0450)."""
    end = 0
    for info in sorted(infos, key=lambda info: int(info.header_offset)):
        start = info.header_offset
        header = content[start : start + _LOCAL_HEADER.size]
        if start < end or len(header) < _LOCAL_HEADER.size:
            raise _Refused("members that overlap", "des fichiers qui se chevauchent")
        signature, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
        if signature != b"PK\x03\x04":
            raise _Refused("a damaged member", "un fichier endommagé")
        end = start + _LOCAL_HEADER.size + name_bytes + extra_bytes + info.compress_size


def _check(infos: list[pyzipper.ZipInfo], content: bytes, case: Case) -> None:
    limits = case.limits
    if len(infos) > limits.archive_members:
        raise _Refused(f"{len(infos)} members", f"{len(infos)} fichiers")
    if any(info.flag_bits & 1 for info in infos):
        raise _Refused("protected by a password", "protégée par un mot de passe")
    for info in infos:
        if stat.S_ISLNK(info.external_attr >> 16):
            raise _Refused("a symbolic link", "un lien symbolique")
        if info.compress_type not in _METHODS:
            raise _Refused("an unusual compression", "une compression inhabituelle")
        steps = info.filename.replace("\\", "/").split("/")
        if ".." in steps or info.filename.startswith(("/", "\\")) or info.filename[1:2] == ":":
            raise _Refused("a member that points outside", "un fichier qui sort de l'archive")
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise _Refused("two members of one name", "deux fichiers de même nom")
    _check_overlap(infos, content)


def _read_member(archive: pyzipper.ZipFile, info: pyzipper.ZipInfo, left: int, case: Case) -> bytes:
    most = min(case.limits.file_bytes, left)
    with archive.open(info) as member:
        data: bytes = member.read(most + 1)
    if len(data) > most:
        raise _Refused(f"more than {most} bytes inside", f"plus de {most} octets à l'intérieur")
    ratio = len(data) / max(1, info.compress_size)
    if len(data) > RATIO_MATTERS_BYTES and ratio > case.limits.archive_ratio:
        raise _Refused(f"compressed {ratio:.0f} times", f"compressée {ratio:.0f} fois")
    return data


def _members(part: Part, case: Case) -> list[Part]:
    found: list[Part] = []
    taken: set[str] = set()
    left = case.limits.archive_bytes
    with pyzipper.ZipFile(io.BytesIO(part.content)) as archive:
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        _check(infos, part.content, case)
        for info in infos:
            data = _read_member(archive, info, left, case)
            left -= len(data)
            name = _field.display_name(info.filename.replace("\\", "/").rpartition("/")[2])
            path = child_path(part.path, name, taken)
            found.append(
                Part(
                    path=path,
                    kind="",
                    content=data,
                    filename=name,
                    disposition="attachment",
                    parent=part.path,
                    trail=(*part.trail, name),
                )
            )
    return found


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the members of a ZIP archive, or the one finding why it is not opened at all: an archive
    that is hostile in one member is trusted in none."""
    try:
        yield from _members(part, case)
    except _Refused as refused:
        yield Finding("archive-refused", part.path, detail=refused.detail)
    except _BROKEN as error:
        detail = Bilingual(f"damaged: {error}"[:120], f"endommagée : {error}"[:120])
        yield Finding("archive-refused", part.path, detail=detail)
