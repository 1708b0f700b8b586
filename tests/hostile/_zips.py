"""Hostile archives: each one lies about its structure, is a bomb, or holds what may not be filed."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from random import Random

from tests.hostile._hostile import EICAR, Bait, damaged, harmful, noise, sample, wrapped

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")


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
            body += _LOCAL.pack(b"PK\3\4", *stamp, *local, len(name), len(one.extra))
            body += name + one.extra + packed
        if one.listed:
            listed += 1
            stamp = (20, one.flags, one.method, 0x4BC0, 0x5D2E, crc)
            lengths = (len(one.name), len(one.extra), 0, 0, 0)
            head = (b"PK\1\2", 0x314, *stamp, *central, *lengths, one.mode << 16, offset)
            directory += _CENTRAL.pack(*head) + one.name + one.extra
    end = (b"PK\5\6", 0, 0, min(listed, 65535), min(listed, 65535))
    return (
        bytes(body) + directory + _END.pack(*end, len(directory), len(body), len(comment)) + comment
    )


def _invoice(rng: Random, name: bytes = b"facture.xml") -> Member:
    method = rng.choice((0, 8))
    document = rng.choice(("ubl-invoice.xml", "cii-invoice.xml", "xrechnung-cii.xml"))
    return Member(name, sample(document), method)


def _bad(rng: Random) -> Member:
    name, content = harmful(rng)
    return Member(name.encode(), content, rng.choice((0, 8)), 0x800)


def _mixed(rng: Random, bad: Member, *more: Member) -> bytes:
    """The bad member among invoices, in any order. Only what seals the archive may come here."""
    members = [bad, *more, *[_invoice(rng, b"a.xml")][: rng.randint(0, 1)]]
    rng.shuffle(members)
    return build(members)


def eicar(rng: Random, bait: Bait) -> bytes:
    name = rng.choice((b"facture.pdf", b"a.txt", b"dossier/sous/fichier.xml", b"EICAR.COM"))
    return _mixed(rng, Member(name, EICAR, rng.choice((0, 8))))


def program(rng: Random, bait: Bait) -> bytes:
    return build([_bad(rng) for _ in range(rng.randint(1, 4))])


def eicar_in_zips(rng: Random, bait: Bait) -> bytes:
    content = EICAR
    for level in range(rng.randint(2, 6)):
        content = build(
            [Member(f"{level}.zip".encode() if level else b"x.pdf", content, rng.choice((0, 8)))]
        )
    return content


def many_levels(rng: Random, bait: Bait) -> bytes:
    content = build([_invoice(rng)])
    for level in range(rng.randint(3, 40)):
        content = build([Member(f"niveau{level}.zip".encode(), content, rng.choice((0, 8)))])
    return content


def overlap_same_file(rng: Random, bait: Bait) -> bytes:
    first = _invoice(rng)
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
        header = _LOCAL.pack(b"PK\3\4", 20, 0, 8, 0, 0, crc, packed, 10**6, len(name), 0) + name
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        body = header + body
        sizes.append(packed)
        packed += len(quote) + len(header)
        body = quote + body if name != names[0] else body
    position = 0
    for name in names:
        offsets.append(position)
        position += 5 + _LOCAL.size + len(name)
    directory = b"".join(
        _CENTRAL.pack(
            b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, size, 10**6, len(name), 0, 0, 0, 0, 0, offset
        )
        + name
        for name, offset, size in zip(names, offsets, reversed(sizes), strict=True)
    )
    return (
        body
        + directory
        + _END.pack(b"PK\5\6", 0, 0, len(names), len(names), len(directory), len(body), 0)
    )


def partial_overlap(rng: Random, bait: Bait) -> bytes:
    first = _invoice(rng)
    shift = rng.randint(1, 60)
    return build([first, replace(first, name=b"b.xml", lies=Lies(offset=shift))])


def lying_size(rng: Random, bait: Bait) -> bytes:
    one = _invoice(rng)
    true, packed = len(one.data), len(pack(one.data, one.method))
    lie = rng.choice((0, 1, 17, true - 1, true + 1, true * 1000, 0xFFFFFFFE))
    sizes = (packed, lie) if rng.random() < 0.5 else (packed, max(1, true // rng.randint(2, 9)))
    return build([replace(one, lies=Lies(central_sizes=sizes, local_sizes=sizes))])


def lying_packed_size(rng: Random, bait: Bait) -> bytes:
    one = _invoice(rng)
    true, packed = len(one.data), len(pack(one.data, one.method))
    lie = rng.choice((packed // 2, packed + rng.randint(1, 400), 0xFFFFFFF0, 1))
    return build([replace(one, lies=Lies(central_sizes=(lie, true), local_sizes=(lie, true)))])


def zip64_lie(rng: Random, bait: Bait) -> bytes:
    """Sizes of 2**32-1 send the reader to an extra field, which lies too."""
    one = _invoice(rng)
    said = [rng.choice((0, 1 << 40, 1 << 62, (1 << 64) - 1, 3)) for _ in range(rng.randint(0, 3))]
    extra = struct.pack("<HH", 1, 8 * len(said)) + b"".join(struct.pack("<Q", n) for n in said)
    most = 0xFFFFFFFF
    return build([replace(one, extra=extra, lies=Lies(central_sizes=(most, most), offset=most))])


def bad_crc(rng: Random, bait: Bait) -> bytes:
    return build([replace(_invoice(rng), lies=Lies(crc=rng.getrandbits(31)))])


def two_names(rng: Random, bait: Bait) -> bytes:
    """The local header names a program or an escape, the directory an invoice."""
    name = rng.choice((b"facture.exe", b"../facture.xml", b"facture.xml\0.exe", b"b.xml", b""))
    return build([replace(_invoice(rng), lies=Lies(local_name=name))])


def two_sizes(rng: Random, bait: Bait) -> bytes:
    """The local header and the directory tell of different members."""
    one = _invoice(rng)
    true, packed = len(one.data), len(pack(one.data, one.method))
    lie = rng.choice(((packed, true * 2), (packed - 1, true), (packed + 7, true), (1, 1)))
    return build([replace(one, lies=Lies(local_sizes=lie))])


def two_methods(rng: Random, bait: Bait) -> bytes:
    one = _invoice(rng)
    return build([replace(one, lies=Lies(local_method=8 if one.method == 0 else 0))])


def hidden_member(rng: Random, bait: Bait) -> bytes:
    """A program that stands between the members and is not in the directory: a streaming reader, and
    a scanner, sees it; others do not."""
    hidden = replace(_bad(rng), listed=False)
    first, last = _invoice(rng, b"a.xml"), _invoice(rng, b"b.xml")
    return build(rng.choice(([first, hidden, last], [hidden, last], [first, hidden])))


def two_directories(rng: Random, bait: Bait) -> bytes:
    """Two archives in one file: readers that look from the front or the back see different ones."""
    back, front = build([_invoice(rng)]), build([Member(b"a.pdf", EICAR, 0)])
    return front + back if rng.random() < 0.5 else front + noise(rng, rng.randint(1, 99)) + back


def symlink(rng: Random, bait: Bait) -> bytes:
    target = rng.choice((bait.file, "../../../../etc/passwd", "/proc/self/environ", "a.xml"))
    return _mixed(rng, Member(b"facture.pdf", target.encode(), 0, mode=0o120777))


def special_mode(rng: Random, bait: Bait) -> bytes:
    mode = rng.choice((0o020666, 0o060660, 0o010644, 0o140755))
    return _mixed(rng, Member(b"facture.xml", sample("ubl-invoice.xml"), mode=mode))


def escaping_name(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(
        ("../x.xml", "a/../../x.xml", bait.file, "C:\\x.xml", "..\\..\\x.xml", "\\\\host\\x.xml",
         "a/b/../../../x.xml", "/x.xml", "//x.xml", "c:/x.xml", "..")
    )  # fmt: skip
    return _mixed(rng, Member(name.encode(), sample("cii-invoice.xml")))


def deceptive_name(rng: Random, bait: Bait) -> bytes:
    name = rng.choice(
        ("facture\u202efdp.xml", "facture.pdf.exe", "a\x1b[2Jb.xml", "x\r\ny.xml", "facture.xml\u2066",
         "a.pdf   .scr", "f\x07.xml", "facture.xml.lnk", "\u200ffacture.xml")
    )  # fmt: skip
    return build([Member(name.encode(), sample("ubl-invoice.xml"), flags=0x800)])


def nul_in_name(rng: Random, bait: Bait) -> bytes:
    name = rng.choice((b"facture.xml\0.exe", b"facture.exe\0.xml", b"\0", b"a\0b.xml", b"f.xml\0"))
    return build([replace(_invoice(rng), name=name)])


def one_name_twice(rng: Random, bait: Bait) -> bytes:
    other = rng.choice((b"facture.xml", b"facture.xml", b"FACTURE.XML"))
    members = [
        Member(b"facture.xml", sample("ubl-invoice.xml")),
        Member(other, sample("cii-invoice.xml")),
    ]
    return build([*members, Member(b"facture.xml", EICAR)] if other.isupper() else members)


def encrypted(rng: Random, bait: Bait) -> bytes:
    one = replace(_invoice(rng), flags=rng.choice((1, 9, 0x41)))
    if rng.random() < 0.5:
        aes = struct.pack("<HHHHBH", 0x9901, 7, 2, 0x4541, 3, 8)
        return build([replace(one, method=99, extra=aes, packed=noise(rng, 400))])
    return build([replace(one, packed=noise(rng, len(one.data) // 3))])


def odd_method(rng: Random, bait: Bait) -> bytes:
    method = rng.choice((1, 6, 9, 12, 14, 20, 77, 93, 95, 97, 98, 65535))
    return _mixed(rng, Member(b"f.xml", sample("ubl-invoice.xml"), method, packed=noise(rng, 900)))


def too_many_members(rng: Random, bait: Bait) -> bytes:
    return build([Member(b"%d.txt" % n, b"x", 0) for n in range(rng.randint(1001, 1800))])


def ratio_bomb(rng: Random, bait: Bait) -> bytes:
    size = rng.randint(11, 16) << 20
    return _mixed(
        rng, Member(rng.choice((b"facture.xml", b"a.pdf")), bytes([rng.randrange(256)]) * size)
    )


def macro_office(rng: Random, bait: Bait) -> bytes:
    names = rng.choice(
        ((b"[Content_Types].xml", b"word/vbaProject.bin"), (b"META-INF/MANIFEST.MF", b"A.class"),
         (b"[Content_Types].xml", b"xl/macros/vbaProject.bin"), (b"AndroidManifest.xml", b"classes.dex"))
    )  # fmt: skip
    return build([Member(name, noise(rng, 300)) for name in names])


def polyglot(rng: Random, bait: Bait) -> bytes:
    """An archive behind another file: a program that unpacks itself, a PDF, a page."""
    front = rng.choice(
        (
            sample("setup.exe"),
            sample("plain-invoice.pdf"),
            b"<html><script>1</script></html>",
            EICAR,
        )
    )
    archive = build([_bad(rng)], before=front)
    return archive if rng.random() < 0.5 else front + build([_bad(rng)])


def truncated(rng: Random, bait: Bait) -> bytes:
    whole = build([_invoice(rng, b"a.xml"), _invoice(rng, b"b.xml")])
    return whole[: rng.randint(30, len(whole) - 23)]


def wrong_directory(rng: Random, bait: Bait) -> bytes:
    """The end record points elsewhere, or counts wrong."""
    whole = bytearray(build([_invoice(rng, b"a.xml"), _invoice(rng, b"b.xml")]))
    end = len(whole) - _END.size
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
    one = _invoice(rng)
    packed = pack(one.data, one.method)
    at = len(packed) // 3
    return build([replace(one, packed=packed[:at] + noise(rng, 40) + packed[at + 40 :])])


def empty(rng: Random, bait: Bait) -> bytes:
    return rng.choice((build([]), build([Member(b"facture.pdf", b"")]), b"PK\3\4", b"PK\5\6", build([Member(b"d/", b"", 0)])))  # noqa: E501  # fmt: skip


def other_archives(rng: Random, bait: Bait) -> bytes:
    """7z, RAR, gzip, cabinet, bzip2, xz: known by name, or unpacked to what may not be filed."""
    import gzip

    heads = (
        b"7z\xbc\xaf\x27\x1c\0\4",
        b"Rar!\x1a\x07\0",
        b"Rar!\x1a\x07\1\0",
        b"MSCF\0\0\0\0",
        b"BZh91AY&SY",
        b"\xfd7zXZ\0\0\4",
    )
    if rng.random() < 0.4:
        return gzip.compress(rng.choice((EICAR, sample("setup.exe"))), mtime=0)
    return rng.choice(heads) + noise(rng, 300)


def zip_of_pdf_bomb(rng: Random, bait: Bait) -> bytes:
    from tests.hostile import _pdfs

    return build([Member(b"facture.pdf", _pdfs.javascript(rng, bait))])


def zip_of_doctype(rng: Random, bait: Bait) -> bytes:
    from tests.hostile import _xmls

    return build([Member(b"facture.xml", _xmls.external_entity(rng, bait))])


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
        [Member(b"%d.xml" % n, b"", packed=packed, lies=lies) for n in range(rng.randint(32, 60))]
    )


def bomb_10_by_10(rng: Random, bait: Bait) -> bytes:
    content = build([Member(b"0.xml", bytes(8 << 20))])
    for level in range(rng.randint(2, 4)):
        content = build([Member(b"%d-%d.zip" % (level, n), content) for n in range(10)])
    return content


def twenty_thousand_members(rng: Random, bait: Bait) -> bytes:
    return build([Member(b"%d" % n, b"", 0) for n in range(rng.randint(5000, 20_000))])


def long_names(rng: Random, bait: Bait) -> bytes:
    return build(
        [
            Member(b"%05d" % n + b"a/" * 32_000 + b"x.xml", EICAR, 0)
            for n in range(rng.randint(2, 20))
        ]
    )


SHAPES = (
    eicar, program, eicar_in_zips, many_levels, overlap_same_file, quoted_overlap, partial_overlap,
    lying_size, lying_packed_size, zip64_lie, bad_crc, two_names, two_sizes, two_methods, hidden_member,
    two_directories, symlink, special_mode, escaping_name, deceptive_name, nul_in_name, one_name_twice,
    encrypted, odd_method, too_many_members, ratio_bomb, macro_office, polyglot, truncated,
    wrong_directory, damaged_member, empty, other_archives, zip_of_pdf_bomb, zip_of_doctype,
)  # fmt: skip
HEAVY = (flat_bomb, many_bombs, bomb_10_by_10, twenty_thousand_members, long_names)


def damaged_zip(rng: Random, bait: Bait) -> bytes:
    return damaged(rng, build([_invoice(rng, b"a.xml"), _invoice(rng, b"b.xml")]))


def damaged_plain_zip(rng: Random, bait: Bait) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo("facture.pdf", (2026, 9, 14, 9, 30, 0))
        archive.writestr(member, sample("factur-x-basic.pdf"), zipfile.ZIP_DEFLATED)
    return damaged(rng, buffer.getvalue())


DAMAGED = (damaged_zip, damaged_plain_zip)


def mail(rng: Random, content: bytes) -> bytes:
    """Return the mail that brings an archive, under one of the names that archives come with."""
    kind = rng.choice(
        ("application/zip", "application/octet-stream", "application/x-zip-compressed")
    )
    return wrapped(rng, rng.choice(("factures.zip", "2026-09.zip", "FACTURES.ZIP")), content, kind)
