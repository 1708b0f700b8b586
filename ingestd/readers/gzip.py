"""A gzip file (RFC 1952) -> what was packed in it, under the caps of an archive.

Several members one after the other are one file, as gzip says. What is neither a member nor padding
at the end is data that only some programs show: the file is refused then.
"""

import zlib
from collections.abc import Iterator

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import _children
from ingestd.readers._caps import Refused, check_ratio

_MEMBER = b"\x1f\x8b"
MEMBERS = 100
"""Each is one more copy of what follows it; who appends to logs has more, who sends invoices has one."""
_NAME_FLAG = 8
_EXTRA_FLAG = 4
_SUFFIXES = {".tgz": ".tar", ".taz": ".tar", ".svgz": ".svg", ".emz": ".emf", ".wmz": ".wmf"}


def _inflate(content: bytes, most: int) -> bytes:
    """Return the octets of all members. Raises Refused, and zlib.error for damage."""
    out, rest, count = bytearray(), content, 0
    while rest.startswith(_MEMBER):
        inflator = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out += inflator.decompress(rest, most + 1 - len(out))
        count += 1
        if len(out) > most:
            raise Refused(f"more than {most} bytes inside", f"plus de {most} octets à l'intérieur")
        if count > MEMBERS:
            raise Refused(f"more than {MEMBERS} members", f"plus de {MEMBERS} fichiers")
        if not inflator.eof:
            raise Refused("cut off", "tronquée")
        rest = inflator.unused_data
    if rest.strip(b"\0"):
        raise Refused("data after its end", "des données après sa fin")
    return bytes(out)


def _header_name(content: bytes) -> str:
    """Return the name of the file that was packed (RFC 1952 section 2.3.1: Latin-1), or ""."""
    flags, at = content[3], 10
    if flags & _EXTRA_FLAG:
        at += 2 + int.from_bytes(content[10:12], "little")
    if not flags & _NAME_FLAG:
        return ""
    return content[at : at + 1024].partition(b"\0")[0].decode("latin-1")


def _name(part: Part) -> str:
    """Return what the packed file is called: its name without `.gz`, else the name inside."""
    name = part.filename
    stem, dot, suffix = name.rpartition(".")
    if name.lower().endswith(".gz") and stem:
        return stem
    if stem and (other := _SUFFIXES.get(f".{suffix.lower()}")):
        return f"{stem}{other}"
    inside = _header_name(part.content).replace("\\", "/").rpartition("/")[2]
    return inside or (name if dot else name or "unpacked")


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the packed file, or `archive-refused` with why it is not unpacked."""
    limits = case.limits
    most = min(limits.file_bytes, limits.archive_bytes)
    try:
        data = _inflate(part.content, most)
        check_ratio(len(data), len(part.content), case)
    except Refused as refused:
        yield Finding("archive-refused", part.path, detail=refused.detail)
    except zlib.error as error:
        detail = Bilingual(f"damaged: {error}"[:120], f"endommagée : {error}"[:120])
        yield Finding("archive-refused", part.path, detail=detail)
    else:
        yield _children.child(part, _name(part), data, set())
