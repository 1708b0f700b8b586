"""How a ZIP archive (APPNOTE.TXT) is laid out, checked octet by octet before anything unpacks it.

Programs find their members in two ways, by the directory at the end or by the headers on the way, and
show two archives where these differ. So every octet must belong to one member, described twice alike,
or to the directory: no overlap, no gap, one end record, nothing before and nothing after.
"""

import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ingestd.readers._caps import Refused

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MARK, _FULL, _FULL_COUNT = b"PK\x05\x06", 0xFFFFFFFF, 0xFFFF
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8, _MASKED = 1, 8, 0x40, 0x800, 0x2000
_ZIP64_EXTRA, _UNICODE_NAME_EXTRA, _AES_EXTRA = 0x0001, 0x7075, 0x9901
_AES, _METHODS = 99, (0, 8)
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the directory. `name` is for display; sizes in bytes, as the archive claims them."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    unpacked_bytes: int
    offset: int
    mode: int

    @property
    def is_directory(self) -> bool:
        """Whether this is a folder."""
        return self.name.endswith(("/", "\\"))

    @property
    def is_encrypted(self) -> bool:
        """Whether its octets need a password."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def is_aes(self) -> bool:
        """Whether it is encrypted as WinZip does (AE-1, AE-2); else it is by ZipCrypto."""
        return self.method == _AES


@dataclass(frozen=True, slots=True)
class _Directory:
    """Where the directory lies, and how many entries it claims."""

    start: int
    end: int
    count: int


_FRENCH = {
    "extra fields": "champs supplémentaires",
    "no directory": "pas de sommaire",
    "cut off": "tronquée",
    "directory": "sommaire",
    "encryption": "chiffrement",
}


def _damaged(what: str) -> Refused:
    return Refused(f"damaged: {what}", f"endommagée : {_FRENCH.get(what, what)}")


def _extras(extra: bytes) -> dict[int, bytes]:
    """Return the extra fields by id. Raises Refused where they do not add up."""
    found, at = {}, 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        if at + 4 + length > len(extra) or number in found:
            raise _damaged("extra fields")
        found[number] = extra[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def _directory_64(content: bytes, end: int) -> tuple[_Directory, int] | None:
    """Return what the ZIP64 end record says and the size of the directory, None where there is none."""
    at = end - _LOCATOR.size
    if at < 0 or content[at : at + 4] != b"PK\x06\x07":
        return None
    _, _, place, _ = _LOCATOR.unpack_from(content, at)
    if content[place : place + 4] != b"PK\x06\x06" or place + _END_64.size > at:
        raise _damaged("ZIP64")
    fields = _END_64.unpack_from(content, place)
    _, size, _, _, disk, first_disk, here, total, directory_bytes, start = fields
    if place + 12 + size != at or disk or first_disk or here != total:
        raise _damaged("ZIP64")
    return _Directory(start, place, total), directory_bytes


def _directory(content: bytes) -> _Directory:
    """Find the one end record. Raises Refused."""
    at = content.rfind(_END_MARK)
    if at < 0 or at + _END.size > len(content):
        raise _damaged("no directory")
    _, disk, first_disk, here, total, directory_bytes, start, comment = _END.unpack_from(
        content, at
    )
    rest = content[at + _END.size :]
    if len(rest) < comment:
        raise _damaged("cut off")
    if rest[comment:].strip(b"\0\r\n"):
        raise Refused("data after its end", "des données après sa fin")
    found = _Directory(start, at, total)
    if large := _directory_64(content, at):
        found, size = large
        for short, full, long in (
            (total, _FULL_COUNT, found.count),
            (directory_bytes, _FULL, size),
            (start, _FULL, found.start),
        ):
            if short not in (full, long):
                raise Refused("two end records that differ", "deux fins qui diffèrent")
        directory_bytes = size
    if disk or first_disk or (here != total and not large):
        raise Refused("one of several volumes", "un volume parmi plusieurs")
    if found.start + directory_bytes < found.end:
        raise Refused("data before its first member", "des données avant son premier fichier")
    if found.start + directory_bytes > found.end:
        raise _damaged("directory")
    if _END_MARK in content[found.start : at]:
        raise Refused("several end records", "plusieurs fins")
    return found


def _text(raw: bytes, flags: int) -> str:
    """Return a name: UTF-8 where it says so or happens to be, else the character set of DOS."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if flags & _UTF8 else raw.decode("cp437")


def _unicode_name(raw: bytes, extra: dict[int, bytes]) -> str:
    """Return the second name that Info-ZIP gives a member (extra field 0x7075), "" without one."""
    field = extra.get(_UNICODE_NAME_EXTRA, b"")
    if len(field) < 5 or field[0] != 1 or int.from_bytes(field[1:5], "little") != zlib.crc32(raw):
        return ""
    return field[5:].decode("utf-8", "replace")


def _large(values: list[int], extra: bytes) -> list[int]:
    """Replace each saturated value by its 64-bit one (extra field 0x0001), in order."""
    at = 0
    for index, value in enumerate(values):
        if value == _FULL:
            if at + 8 > len(extra):
                raise _damaged("ZIP64")
            values[index] = int.from_bytes(extra[at : at + 8], "little")
            at += 8
    return values


def _central(content: bytes, directory: _Directory) -> Iterator[Member]:
    """Yield the entries of the directory. Raises Refused where it is not exactly full of them."""
    at = directory.start
    for _ in range(directory.count):
        if content[at : at + 4] != b"PK\x01\x02" or at + _CENTRAL.size > directory.end:
            raise _damaged("directory")
        fields = _CENTRAL.unpack_from(content, at)
        _, _, _, flags, method, _, _, crc, packed, unpacked, *lengths = fields
        name_bytes, extra_bytes, comment_bytes, disk, _, attributes, offset = lengths
        at += _CENTRAL.size
        raw = content[at : at + name_bytes]
        extra = _extras(content[at + name_bytes : at + name_bytes + extra_bytes])
        at += name_bytes + extra_bytes + comment_bytes
        sizes = _large([unpacked, packed, offset], extra.get(_ZIP64_EXTRA, b""))
        name, second = _text(raw, flags), _unicode_name(raw, extra)
        if second and second.rpartition(".")[2].lower() != name.rpartition(".")[2].lower():
            raise Refused("a member with two names", "un fichier à deux noms")
        if disk:
            raise Refused("one of several volumes", "un volume parmi plusieurs")
        _check_method(flags, method, extra)
        mode = attributes >> 16
        yield Member(second or name, raw, flags, method, crc, sizes[1], sizes[0], sizes[2], mode)
    if at != directory.end:
        raise _damaged("directory")


def _check_method(flags: int, method: int, extra: dict[int, bytes]) -> None:
    if flags & (_STRONG | _MASKED):
        raise Refused(
            "protected in a way that is not read", "protégée d'une façon qui n'est pas lue"
        )
    if method == _AES and len(extra.get(_AES_EXTRA, b"")) == 7 and flags & _ENCRYPTED:
        method = int.from_bytes(extra[_AES_EXTRA][5:7], "little")
    elif _AES_EXTRA in extra:
        raise _damaged("encryption")
    if method not in _METHODS:
        raise Refused("an unusual compression", "une compression inhabituelle")


def _check_name(member: Member) -> None:
    name = member.name.replace("\\", "/")
    if b"\0" in member.raw_name or not name:
        raise Refused("a member without a proper name", "un fichier sans vrai nom")
    if ".." in name.split("/") or name.startswith("/") or _DRIVE.match(name):
        raise Refused("a member that points outside", "un fichier qui sort de l'archive")
    kind = stat.S_IFMT(member.mode)
    if kind == stat.S_IFLNK:
        raise Refused("a symbolic link", "un lien symbolique")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("a device or pipe", "un périphérique ou un tube")
    if member.is_directory and member.unpacked_bytes:
        raise Refused("a folder with content", "un dossier avec un contenu")


def _descriptor_end(content: bytes, at: int, member: Member) -> int:
    """Return where the data descriptor after a member ends (APPNOTE 4.3.9): with or without its
    signature, with sizes of 32 or 64 bits; what it says must be what the directory says."""
    values = (member.crc, member.packed_bytes, member.unpacked_bytes)
    for form in ("<L2L", "<L2Q"):
        try:
            wanted = struct.pack(form, *values)
        except struct.error:
            continue
        for shape in (b"PK\x07\x08" + wanted, wanted):
            if content.startswith(shape, at):
                return at + len(shape)
    raise Refused("a member described in two ways", "un fichier décrit de deux façons")


def _local_end(content: bytes, member: Member) -> int:
    """Return where a member ends, after its own header was found to say what the directory says."""
    at = member.offset
    if content[at : at + 4] != b"PK\x03\x04" or at + _LOCAL.size > len(content):
        raise Refused("a damaged member", "un fichier endommagé")
    fields = _LOCAL.unpack_from(content, at)
    _, _, flags, method, _, _, crc, packed, unpacked, name_bytes, extra_bytes = fields
    at += _LOCAL.size
    extra = _extras(content[at + name_bytes : at + name_bytes + extra_bytes])
    same = content[at : at + name_bytes] == member.raw_name and method == member.method
    same &= (flags ^ member.flags) & _ENCRYPTED == 0
    at += name_bytes + extra_bytes + member.packed_bytes
    announced = (member.crc, member.unpacked_bytes, member.packed_bytes)
    if flags & _DESCRIPTOR:
        said = (crc, unpacked, packed)
        same &= all(one in (0, _FULL, two) for one, two in zip(said, announced, strict=True))
        at = _descriptor_end(content, at, member)
    else:
        sizes = _large([unpacked, packed], extra.get(_ZIP64_EXTRA, b""))
        same &= (crc, *sizes) == announced
    if not same:
        raise Refused("a member described in two ways", "un fichier décrit de deux façons")
    return at


def _check_places(content: bytes, members: list[Member], directory: _Directory) -> None:
    """Members lie one after the other (CVE-2024-0450), with nothing between them and the directory."""
    end = 0
    for member in sorted(members, key=lambda one: one.offset):
        if member.offset < end:
            raise Refused("members that overlap", "des fichiers qui se chevauchent")
        _check_gap(content[end : member.offset], end)
        end = _local_end(content, member)
    if end > directory.start:
        raise Refused("members that overlap", "des fichiers qui se chevauchent")
    _check_gap(content[end : directory.start], end)


def _check_gap(gap: bytes, at: int) -> None:
    if not gap.strip(b"\0"):
        return
    if at == 0:
        raise Refused("data before its first member", "des données avant son premier fichier")
    raise Refused("data between its members", "des données entre ses fichiers")


def members(content: bytes, most: int) -> list[Member]:
    """Return the members of an archive in the directory's order, folders included, `most` at the most.

    Raises Refused for whatever two programs could read differently.
    """
    directory = _directory(content)
    if directory.count > most:
        raise Refused(f"{directory.count} members", f"{directory.count} fichiers")
    found = list(_central(content, directory))
    for member in found:
        _check_name(member)
    names = [unicodedata.normalize("NFC", one.name.replace("\\", "/")) for one in found]
    if len(set(names)) < len(names):
        raise Refused("two members of one name", "deux fichiers de même nom")
    _check_places(content, found, directory)
    return found
