"""Small PDFs of our own, one for each way of reading: whole, packed, encrypted, damaged.

They are read once before the first judgement, for what the libraries load late.
"""

import base64
import io
import zlib
from collections.abc import Iterator

import pikepdf

_TEXT = b"<invoice/>"


def samples() -> Iterator[bytes]:
    """Yield the documents; they are made in memory."""
    plain = _document()
    yield _saved(plain)
    yield _saved(plain, packed=pikepdf.ObjectStreamMode.generate)
    for revision in (2, 3, 4, 6):
        locks = pikepdf.Encryption(owner="o", R=revision, aes=revision > 3, metadata=revision > 3)
        yield _saved(plain, locks)
        locks = pikepdf.Encryption(
            owner="o", user="u", R=revision, aes=revision > 3, metadata=revision > 3
        )
        yield _saved(plain, locks)
    yield _saved(plain)[:-300]
    yield b"%PDF-1.7"


def _document() -> pikepdf.Pdf:
    document = pikepdf.new()
    document.add_blank_page()
    packings = {
        "FlateDecode": zlib.compress(_TEXT),
        "ASCII85Decode": base64.a85encode(_TEXT) + b"~>",
        "ASCIIHexDecode": _TEXT.hex().encode() + b">",
        "LZWDecode": b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01",
        "RunLengthDecode": bytes([len(_TEXT) - 1]) + _TEXT + b"\x80",
    }
    files = pikepdf.Array()
    for name, data in packings.items():
        stream = document.make_stream(data)
        stream.Filter = pikepdf.Name("/" + name)
        embedded = pikepdf.Dictionary(F=document.make_indirect(stream))
        files.append(pikepdf.Dictionary(Type=pikepdf.Name.Filespec, UF="\u20ac.xml", EF=embedded))
    document.Root.AF = files
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
    return document


def _saved(
    document: pikepdf.Pdf,
    locks: pikepdf.Encryption | bool = False,
    packed: pikepdf.ObjectStreamMode = pikepdf.ObjectStreamMode.preserve,
) -> bytes:
    output = io.BytesIO()
    kept = (
        None if locks else pikepdf.StreamDecodeLevel.none
    )  # qpdf takes no such wish when it locks
    document.save(
        output,
        encryption=locks,
        object_stream_mode=packed,
        stream_decode_level=kept,
        compress_streams=False,
    )
    return output.getvalue()
