"""An archive from members, written down as told: each header may lie about its member."""

import struct
import zlib
from dataclasses import dataclass
from random import Random

from tests.hostile._hostile import harmful, sample

LOCAL = struct.Struct("<4sHHHHHLLLHH")


CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")


END = struct.Struct("<4sHHHHLLH")


@dataclass(frozen=True, slots=True)
class Lies:
    """What a member's headers say against the truth; None is the truth."""

    local_name: bytes | None = None
    local_method: int | None = None
    local_sizes: tuple[int, int] | None = None
    central_sizes: tuple[int, int] | None = None
    crc: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive as it is written down."""

    name: bytes
    data: bytes
    method: int = 8
    flags: int = 0
    mode: int = 0o100644
    extra: bytes = b""
    lies: Lies = Lies()
    packed: bytes | None = None
    listed: bool = True


def pack(data: bytes, method: int = 8, level: int = 9) -> bytes:
    """Return `data` as a member's octets: deflated (8), or as it is."""
    if method != 8:
        return data
    squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
    return squeeze.compress(data) + squeeze.flush()


def build(members: list[Member], comment: bytes = b"", before: bytes = b"") -> bytes:
    """Return the archive of `members`, with every lie they tell."""
    body, directory = bytearray(before), b""
    listed = 0
    for one in members:
        packed = one.packed if one.packed is not None else pack(one.data, one.method)
        crc = zlib.crc32(one.data) if one.lies.crc is None else one.lies.crc
        sizes = (len(packed), len(one.data))
        local, central = one.lies.local_sizes or sizes, one.lies.central_sizes or sizes
        offset = len(body) if one.lies.offset is None else one.lies.offset
        name = one.name if one.lies.local_name is None else one.lies.local_name
        method = one.method if one.lies.local_method is None else one.lies.local_method
        stamp = (20, one.flags, method, 0x4BC0, 0x5D2E, crc)
        if one.lies.offset is None:
            body += LOCAL.pack(b"PK\3\4", *stamp, *local, len(name), len(one.extra))
            body += name + one.extra + packed
        if one.listed:
            listed += 1
            stamp = (20, one.flags, one.method, 0x4BC0, 0x5D2E, crc)
            lengths = (len(one.name), len(one.extra), 0, 0, 0)
            head = (b"PK\1\2", 0x314, *stamp, *central, *lengths, one.mode << 16, offset)
            directory += CENTRAL.pack(*head) + one.name + one.extra
    end = (b"PK\5\6", 0, 0, min(listed, 65535), min(listed, 65535))
    return (
        bytes(body) + directory + END.pack(*end, len(directory), len(body), len(comment)) + comment
    )


def invoice(rng: Random, name: bytes = b"facture.xml") -> Member:
    method = rng.choice((0, 8))
    document = rng.choice(("ubl-invoice.xml", "cii-invoice.xml", "xrechnung-cii.xml"))
    return Member(name, sample(document), method)


def bad(rng: Random) -> Member:
    name, content = harmful(rng)
    return Member(name.encode(), content, rng.choice((0, 8)), 0x800)


def mixed(rng: Random, bad: Member, *more: Member) -> bytes:
    """The bad member among invoices, in any order. Only what seals the archive may come here."""
    members = [bad, *more, *[invoice(rng, b"a.xml")][: rng.randint(0, 1)]]
    rng.shuffle(members)
    return build(members)
