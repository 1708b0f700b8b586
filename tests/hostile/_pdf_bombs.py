"""PDFs of a few kilobytes that are hundreds of megabytes."""

import struct
import zlib
from random import Random

from tests.hostile._hostile import Bait
from tests.hostile._pdf_builder import CONTENT, Pdf, stream


def page_bomb(rng: Random, bait: Bait) -> bytes:
    """A page whose drawing is hundreds of megabytes, once or twice compressed."""
    pdf = Pdf()
    data = _flate_bomb(rng.randint(150, 400), twice=rng.random() < 0.5)
    pdf.objects[CONTENT] = stream(*data)
    return pdf.build()


def _flate_bomb(megabytes: int, *, twice: bool) -> tuple[bytes, bytes]:
    squeeze = zlib.compressobj(9)
    block = b"0 0 m\n" * 174_763
    data = b"".join(squeeze.compress(block) for _ in range(megabytes)) + squeeze.flush()
    if twice:
        return zlib.compress(data, 9), b"/Filter[/FlateDecode/FlateDecode]"
    return data, b"/Filter/FlateDecode"


def file_bomb(rng: Random, bait: Bait) -> bytes:
    """An embedded invoice of hundreds of megabytes."""
    pdf = Pdf()
    data, entry = _flate_bomb(rng.randint(110, 400), twice=rng.random() < 0.5)
    file = pdf.add_stream(data, entry)
    pdf.catalog += b"/AF[<</Type/Filespec/F(factur-x.xml)/EF<</F %s>>>>]" % file
    return pdf.build()


def lzw_bomb(rng: Random, bait: Bait) -> bytes:
    """LZW and run lengths of zeros: small files that are megabytes, with a script beside them."""
    pdf = Pdf(catalog=b"/OpenAction<</S/JavaScript/JS(1)>>")
    runs = bytes([129, 0]) * rng.randint(200_000, 900_000) + b"\x80"
    data, entry = rng.choice(
        ((runs, b"/Filter/RunLengthDecode"),
         (zlib.compress(runs, 9), b"/Filter[/FlateDecode/RunLengthDecode]"),
         (_lzw_zeros(), b"/Filter/LZWDecode"), (b"z" * 3_000_000 + b"~>", b"/Filter/ASCII85Decode"))
    )  # fmt: skip
    file = pdf.add_stream(data, entry)
    pdf.catalog += b"/AF[<</Type/Filespec/F(a.bin)/EF<</F %s>>>>]" % file
    return pdf.build()


def _lzw_zeros() -> bytes:
    """Return LZW codes (9 to 12 bits) that each stand for one zero more than the one before."""
    bits, table, width = ["100000000"], 258, 9
    for _ in range(60):
        bits += [format(0, f"0{width}b")]
        for code in range(258, 4094):
            table = code + 1
            width = 9 if table < 511 else 10 if table < 1023 else 11 if table < 2047 else 12
            bits.append(format(code, f"0{width}b"))
        bits.append(format(256, f"0{width}b"))
        width = 9
    joined = "".join(bits)
    return int(joined.ljust(-(-len(joined) // 8) * 8, "0"), 2).to_bytes(-(-len(joined) // 8), "big")


def object_stream_bomb(rng: Random, bait: Bait) -> bytes:
    """The catalogue stands in an object stream that inflates to hundreds of megabytes."""
    inner = b"6 0 <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>>>"
    squeeze = zlib.compressobj(9)
    packed_ = squeeze.compress(inner) + b"".join(
        squeeze.compress(b" " * (1 << 20)) for _ in range(rng.randint(100, 300))
    )
    packed_ += squeeze.flush()
    head = b"%PDF-1.7\n"
    box = (
        b"1 0 obj\n"
        + stream(packed_, b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
        + b"\nendobj\n"
    )
    pages = b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
    starts = [len(head), len(head + box), len(head + box + pages)]
    rows = (
        struct.pack(">BHB", 0, 0, 0) + b"".join(struct.pack(">BLB", 1, at, 0) for at in starts)[:0]
    )
    rows = b"".join(
        struct.pack(">BLB", *row)
        for row in ((0, 0, 0), *((1, at, 0) for at in starts), (0, 0, 0), (0, 0, 0), (2, 1, 0))
    )
    at = len(head + box + pages + page)
    table = b"7 0 obj\n" + stream(rows, b"/Type/XRef/W[1 4 1]/Size 7/Root 6 0 R") + b"\nendobj\n"
    return head + box + pages + page + table + b"startxref\n%d\n%%%%EOF\n" % at


def million_objects(rng: Random, bait: Bait) -> bytes:
    """More objects than any invoice has."""
    pdf = Pdf()
    many = b" ".join(b"<<>>" for _ in range(rng.randint(310_000, 500_000)))
    pdf.catalog += b"/X %s" % pdf.add(b"[" + many + b"]")
    return pdf.build()
