"""A ZIP archive -> its members, through pyzipper, under our own caps.

pyzipper checks neither overlapping members (30 kB that unpack to 5 GB) nor what a member claims of
its size, so the layout is checked before (`_zip_layout`) and octets are counted while they are read.
Nothing is ever extracted to a path.
"""

import io
import struct
import zlib
from collections.abc import Iterable, Iterator

import pyzipper

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import _children, _zip_layout
from ingestd.readers._caps import Refused, check_ratio

_UNLIMITED = 1 << 40
_MEMBERS = 10_000
_LOCKED = bytes.fromhex(
    "504b0304140001006300c04b455d000000001f0000000100000005000b00612e747874019907000200414503"
    "0800000102030405060708090a0b0c0d0e0f05a92b85696cf9578f39ac1bd852eb504b010214031400010063"
    "00c04b455d000000001f0000000100000005000b000000000000000000800100000000612e74787401990700"
    "02004145030800504b050600000000010001003e0000004d0000000000"
)
"""An archive with a file of one octet, locked with `pw`."""
_BROKEN = (
    *(pyzipper.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error),
    *(RuntimeError, NotImplementedError, LookupError, UnicodeError, OverflowError),
)
_WRONG = (RuntimeError, pyzipper.BadZipFile, zlib.error, EOFError)
"""What a wrong password looks like: its own check is one octet for the old encryption, two for AES."""

_Member = tuple[_zip_layout.Member, pyzipper.ZipInfo]


def _read(archive: pyzipper.ZipFile, member: _Member, most: int, password: bytes | None) -> bytes:
    """Return at most `most` + 1 octets of a member, its checksum proved where that is all of it. The
    size that it claims is set aside: a program that believes it would read less than another."""
    info = member[1]
    info.file_size = _UNLIMITED
    with archive.open(info, pwd=password) as opened:
        data: bytes = opened.read(most + 1)
    return data


def _spellings(password: str) -> Iterator[bytes]:
    """Yield the octets that programs make of a password: UTF-8, and what Windows and DOS write."""
    seen = set()
    for charset in ("utf-8", "cp1252", "cp850"):
        octets = password.encode(charset, "ignore")
        if octets and octets not in seen:
            seen.add(octets)
            yield octets


def _unlock(archive: pyzipper.ZipFile, members: list[_Member], case: Case) -> bytes | None:
    """Return the password that opens the encrypted members, None where none is. One for all: tried on
    the smallest. Raises Refused where there is none that fits."""
    locked = [member for member in members if member[0].is_encrypted]
    if not locked:
        return None
    if _zipcrypto_bytes(member for member, _ in locked) > case.limits.zipcrypto_bytes:
        raise Refused("too much of an old encryption", "trop d'octets d'un ancien chiffrement")
    smallest = min(locked, key=lambda member: member[0].packed_bytes)
    for password in case.archive_passwords:
        for octets in _spellings(password):
            try:
                _read(archive, smallest, case.limits.file_bytes, octets)
            except _WRONG:
                continue
            return octets
    raise Refused("protected by a password", "protégée par un mot de passe")


def _unpack(
    archive: pyzipper.ZipFile, member: _Member, left: int, case: Case, password: bytes | None
) -> bytes:
    claimed = member[0]
    most = min(case.limits.file_bytes, left)
    data = _read(archive, member, most, password if claimed.is_encrypted else None)
    if len(data) > most:
        raise Refused(f"more than {most} bytes inside", f"plus de {most} octets à l'intérieur")
    check_ratio(len(data), claimed.packed_bytes, case)
    if len(data) != claimed.unpacked_bytes:
        raise Refused("a size that lies", "une taille mensongère")
    return data


def _files(content: bytes, case: Case) -> Iterator[tuple[str, bytes]]:
    """Yield name and octets of every file. Raises Refused, and one of _BROKEN for damage."""
    layout = _zip_layout.members(content, case.limits.archive_members)
    left = case.limits.archive_bytes
    with pyzipper.AESZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        if [info.header_offset for info in infos] != [member.offset for member in layout]:
            raise Refused("two directories that differ", "deux sommaires qui diffèrent")
        members = [one for one in zip(layout, infos, strict=True) if not one[0].is_directory]
        password = _unlock(archive, members, case)
        for member in members:
            data = _unpack(archive, member, left, case, password)
            left -= len(data)
            yield member[0].name.replace("\\", "/").rpartition("/")[2], data


def _zipcrypto_bytes(members: Iterable[_zip_layout.Member]) -> int:
    return sum(one.packed_bytes for one in members if one.is_encrypted and not one.is_aes)


def _layout(content: bytes) -> list[_zip_layout.Member]:
    try:
        return _zip_layout.members(content, _MEMBERS)
    except Refused:
        return []


def warm() -> None:
    """Load what the decryption loads late, for processes that may open no file later."""
    with pyzipper.AESZipFile(io.BytesIO(_LOCKED)) as archive:
        assert archive.read("a.txt", pwd=b"pw") == b"x"


def is_locked(content: bytes) -> bool:
    """Tell whether a sound archive has a member that needs a password."""
    return any(member.is_encrypted for member in _layout(content))


def zipcrypto_bytes(content: bytes) -> int:
    """Return how many octets of a sound archive have the old encryption, which is slow to undo."""
    return _zipcrypto_bytes(_layout(content))


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the members of a ZIP archive, or the one finding why it is not opened at all: an archive
    that is hostile in one member is trusted in none."""
    taken: set[str] = set()
    try:
        found = [
            _children.child(part, name, data, taken) for name, data in _files(part.content, case)
        ]
    except Refused as refused:
        yield Finding("archive-refused", part.path, detail=refused.detail)
    except _BROKEN as error:
        detail = Bilingual(f"damaged: {error}"[:120], f"endommagée : {error}"[:120])
        yield Finding("archive-refused", part.path, detail=detail)
    else:
        yield from found
