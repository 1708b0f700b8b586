"""Archives of too many members, or of too many octets."""

import zlib
from random import Random

from tests.hostile._hostile import EICAR, Bait
from tests.hostile._zip_builder import Lies, Member, build, mixed, pack


def too_many_members(rng: Random, bait: Bait) -> bytes:
    return build([Member(b"%d.txt" % n, b"x", 0) for n in range(rng.randint(1001, 1800))])


def ratio_bomb(rng: Random, bait: Bait) -> bytes:
    size = rng.randint(11, 16) << 20
    return mixed(
        rng, Member(rng.choice((b"facture.xml", b"a.pdf")), bytes([rng.randrange(256)]) * size)
    )


def flat_bomb(rng: Random, bait: Bait) -> bytes:
    """Hundreds of megabytes in one member."""
    block = bytes(1 << 20)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabytes = rng.randint(60, 400)
    packed = b"".join(squeeze.compress(block) for _ in range(megabytes)) + squeeze.flush()
    size = megabytes << 20
    said = rng.choice((size, 17, 1 << 20))
    lies = Lies(local_sizes=(len(packed), said), central_sizes=(len(packed), said), crc=1)
    return build([Member(b"facture.xml", b"", packed=packed, lies=lies)])


def many_bombs(rng: Random, bait: Bait) -> bytes:
    """Members that are each within the limit, and together far over it."""
    packed = pack(bytes(9 << 20))
    lies = Lies(
        local_sizes=(len(packed), 9 << 20),
        central_sizes=(len(packed), 9 << 20),
        crc=zlib.crc32(bytes(9 << 20)),
    )
    return build(
        [Member(b"%d.xml" % n, b"", packed=packed, lies=lies) for n in range(rng.randint(30, 40))]
    )


def bomb_10_by_10(rng: Random, bait: Bait) -> bytes:
    levels, leaf_bytes = rng.choice(((4, 64 << 10), (3, 1 << 20), (2, 1 << 20), (3, 64 << 10)))
    content = build([Member(b"0.xml", bytes(leaf_bytes))])
    for level in range(levels):
        content = build([Member(b"%d-%d.zip" % (level, n), content) for n in range(10)])
    return content


def thousands_of_members(rng: Random, bait: Bait) -> bytes:
    return build([Member(b"%d" % n, b"", 0) for n in range(rng.choice((1500, 2500, 4000, 8000)))])


def long_names(rng: Random, bait: Bait) -> bytes:
    return build(
        [
            Member(b"%05d" % n + b"a/" * 32_000 + b"x.xml", EICAR, 0)
            for n in range(rng.randint(2, 20))
        ]
    )
