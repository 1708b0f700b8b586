"""Archives whose headers lie: two readers see two archives, or a bomb."""

import struct
import zlib
from dataclasses import replace
from random import Random

from tests.hostile._hostile import EICAR, Bait, noise
from tests.hostile._zip_builder import CENTRAL, END, LOCAL, Lies, Member, bad, build, invoice, pack


def overlap_same_file(rng: Random, bait: Bait) -> bytes:
    first = invoice(rng)
    copies = [
        replace(first, name=f"f{n}.xml".encode(), lies=Lies(offset=0))
        for n in range(rng.randint(1, 200))
    ]
    return build([first, *copies])


def quoted_overlap(rng: Random, bait: Bait) -> bytes:
    """Each member's data begins with a stored deflate block that quotes the next local header."""
    kernel = pack(b"\0" * rng.randint(1000, 100_000))
    crc = zlib.crc32(b"\0")
    names = [f"{n}.xml".encode() for n in range(rng.randint(3, 60))]
    body, offsets, sizes = kernel, [], []
    packed = len(kernel)
    for name in reversed(names):
        header = LOCAL.pack(b"PK\3\4", 20, 0, 8, 0, 0, crc, packed, 10**6, len(name), 0) + name
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        body = header + body
        sizes.append(packed)
        packed += len(quote) + len(header)
        body = quote + body if name != names[0] else body
    position = 0
    for name in names:
        offsets.append(position)
        position += 5 + LOCAL.size + len(name)
    directory = b"".join(
        CENTRAL.pack(
            b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, size, 10**6, len(name), 0, 0, 0, 0, 0, offset
        )
        + name
        for name, offset, size in zip(names, offsets, reversed(sizes), strict=True)
    )
    return (
        body
        + directory
        + END.pack(b"PK\5\6", 0, 0, len(names), len(names), len(directory), len(body), 0)
    )


def partial_overlap(rng: Random, bait: Bait) -> bytes:
    first = invoice(rng)
    shift = rng.randint(1, 60)
    return build([first, replace(first, name=b"b.xml", lies=Lies(offset=shift))])


def lying_size(rng: Random, bait: Bait) -> bytes:
    one = invoice(rng)
    true, packed = len(one.data), len(pack(one.data, one.method))
    lie = rng.choice((0, 1, 17, true - 1, true + 1, true * 1000, 0xFFFFFFFE))
    sizes = (packed, lie) if rng.random() < 0.5 else (packed, max(1, true // rng.randint(2, 9)))
    return build([replace(one, lies=Lies(central_sizes=sizes, local_sizes=sizes))])


def lying_packed_size(rng: Random, bait: Bait) -> bytes:
    one = invoice(rng)
    true, packed = len(one.data), len(pack(one.data, one.method))
    lie = rng.choice((packed // 2, packed + rng.randint(1, 400), 0xFFFFFFF0, 1))
    return build([replace(one, lies=Lies(central_sizes=(lie, true), local_sizes=(lie, true)))])


def zip64_lie(rng: Random, bait: Bait) -> bytes:
    """Sizes of 2**32-1 send the reader to an extra field, which lies too."""
    one = invoice(rng)
    said = [rng.choice((0, 1 << 40, 1 << 62, (1 << 64) - 1, 3)) for _ in range(rng.randint(0, 3))]
    extra = struct.pack("<HH", 1, 8 * len(said)) + b"".join(struct.pack("<Q", n) for n in said)
    most = 0xFFFFFFFF
    return build([replace(one, extra=extra, lies=Lies(central_sizes=(most, most), offset=most))])


def bad_crc(rng: Random, bait: Bait) -> bytes:
    return build([replace(invoice(rng), lies=Lies(crc=rng.getrandbits(31)))])


def two_names(rng: Random, bait: Bait) -> bytes:
    """The local header names a program or an escape, the directory an invoice."""
    name = rng.choice((b"facture.exe", b"../facture.xml", b"facture.xml\0.exe", b"b.xml", b""))
    return build([replace(invoice(rng), lies=Lies(local_name=name))])


def two_sizes(rng: Random, bait: Bait) -> bytes:
    """The local header and the directory tell of different members."""
    one = invoice(rng)
    true, packed = len(one.data), len(pack(one.data, one.method))
    lie = rng.choice(((packed, true * 2), (packed - 1, true), (packed + 7, true), (1, 1)))
    return build([replace(one, lies=Lies(local_sizes=lie))])


def two_methods(rng: Random, bait: Bait) -> bytes:
    one = invoice(rng)
    return build([replace(one, lies=Lies(local_method=8 if one.method == 0 else 0))])


def hidden_member(rng: Random, bait: Bait) -> bytes:
    """A program that stands between the members and is not in the directory: a streaming reader, and
    a scanner, sees it; others do not."""
    hidden = replace(bad(rng), listed=False)
    first, last = invoice(rng, b"a.xml"), invoice(rng, b"b.xml")
    return build(rng.choice(([first, hidden, last], [hidden, last], [first, hidden])))


def two_directories(rng: Random, bait: Bait) -> bytes:
    """Two archives in one file: readers that look from the front or the back see different ones."""
    back, front = build([invoice(rng)]), build([Member(b"a.pdf", EICAR, 0)])
    return front + back if rng.random() < 0.5 else front + noise(rng, rng.randint(1, 99)) + back


def truncated(rng: Random, bait: Bait) -> bytes:
    whole = build([invoice(rng, b"a.xml"), invoice(rng, b"b.xml")])
    return whole[: rng.randint(30, len(whole) - 23)]


def wrong_directory(rng: Random, bait: Bait) -> bytes:
    """The end record points elsewhere, or counts wrong."""
    whole = bytearray(build([invoice(rng, b"a.xml"), invoice(rng, b"b.xml")]))
    end = len(whole) - END.size
    lie = rng.randrange(3)
    if lie == 0:
        struct.pack_into("<L", whole, end + 16, rng.choice((0xFFFFFF00, len(whole) + 5, 1 << 30)))
    elif lie == 1:
        struct.pack_into("<L", whole, end + 12, rng.choice((3, 0xFFFFFF00, len(whole) * 2)))
    else:
        at = whole.find(b"PK\1\2")
        whole[at : at + 4] = noise(rng, 4)
    return bytes(whole)


def damaged_member(rng: Random, bait: Bait) -> bytes:
    """The octets of a member are noise: no decompressor, or no checksum, takes them."""
    one = invoice(rng)
    packed = pack(one.data, one.method)
    at = len(packed) // 3
    return build([replace(one, packed=packed[:at] + noise(rng, 40) + packed[at + 40 :])])
