"""The octets of a stream (ISO 32000-2, 7.3.8), unpacked as far as a limit: bombs are told, not swallowed.

Only filters that pack text are undone. Pictures stay what they are; nobody embeds an invoice in one.
"""

import zlib
from collections.abc import Callable

from pypdf.errors import LimitReachedError
from pypdf.filters import ASCII85Decode, ASCIIHexDecode
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from ingestd.readers._pdf_document import (
    LIMITS,
    MAX_FILTERS,
    SLOW_BYTES,
    Budget,
    TooMuch,
    entry,
    limited,
    resolved,
)

SHOWN_BYTES = 64 * 1024 * 1024
"""What the pages of a document may unpack to, all together, pictures excepted."""

_UNPACKED = {
    *("/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"),
    "/Crypt",
}
_PRINTABLE: dict[str, Callable[[bytes], bytes]] = {
    "/ASCII85Decode": ASCII85Decode.decode,
    "/ASCIIHexDecode": ASCIIHexDecode.decode,
}
"""What some programs (reportlab) put around all that they deflate; it makes octets no more."""
_MOST_RATIO = 1_400
"""No filter packs better: Flate 1,032 times, LZW 1,365 times."""
_STEP_BYTES = 1024 * 1024


class Unreadable(Exception):  # noqa: N818 - it names the sender's fault
    """The octets of a stream cannot be had: broken, or packed as only a picture is."""


def filters(stream: StreamObject) -> list[str]:
    """Return the names of the filters of a stream, in the order in which they are undone."""
    found = entry(stream, "/Filter")
    names = [resolved(each) for each in found] if isinstance(found, ArrayObject) else [found]
    return [str(each) for each in names if isinstance(each, str)]


def content(stream: StreamObject, most_bytes: int, budget: Budget) -> bytes:
    """Return the octets of a stream. Raises TooMuch for more than `most_bytes`, Unreadable."""
    packings = filters(stream)
    if len(packings) > MAX_FILTERS:
        raise TooMuch(f"{len(packings)} filters")
    if not packings:
        data = packed(stream)
    elif _is_deflated(packings) and not _has_predictor(stream):
        data = _inflated(_deflated(stream, packings, budget), most_bytes)
    elif _UNPACKED.issuperset(packings):
        data = _unpacked(stream, most_bytes, budget)
    else:
        raise Unreadable
    if len(data) > most_bytes:
        raise TooMuch(f"more than {most_bytes} bytes")
    return data


def _is_deflated(packings: list[str]) -> bool:
    """Tell whether the filters are Flate, and no other but one that makes octets printable."""
    return packings[-1:] == ["/FlateDecode"] and (
        len(packings) == 1 or (len(packings) == 2 and packings[0] in _PRINTABLE)
    )


def _deflated(stream: StreamObject, packings: list[str], budget: Budget) -> bytes:
    """Return the deflated octets of a stream. Raises TooMuch, Unreadable."""
    data = packed(stream)
    if len(packings) == 1:
        return data
    budget.work(len(data))
    try:
        return bytes(_PRINTABLE[packings[0]](data))
    except Exception as error:
        raise Unreadable from error


def _inflated(data: bytes, most_bytes: int) -> bytes:
    """Inflate octets (RFC 1950) to one more than `most_bytes`. What follows the end does not matter, nor
    a missing check sum, which some programs forget; a missing end does, and a wrong check sum, for an
    amount may be what changed. Raises Unreadable."""
    if not data:
        return b""
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = inflating.decompress(data[2:], most_bytes + 1)
    except zlib.error as error:
        raise Unreadable from error
    if len(found) > most_bytes:
        return found
    check = inflating.unused_data[:4]
    is_wrong = len(check) == 4 and int.from_bytes(check, "big") != zlib.adler32(found)
    if not inflating.eof or is_wrong:
        raise Unreadable
    return found


def _has_predictor(stream: StreamObject) -> bool:
    given = entry(stream, "/DecodeParms")
    each = [resolved(one) for one in given] if isinstance(given, ArrayObject) else [given]
    return any(isinstance(one, DictionaryObject) and "/Predictor" in one for one in each)


def _unpacked(stream: StreamObject, most_bytes: int, budget: Budget) -> bytes:
    """Undo odd filters by pypdf, slowly: not more than there is time for."""
    budget.work(len(packed(stream)))
    most = min(most_bytes, budget.slow_bytes)
    try:
        with limited(
            LIMITS,
            zlib_maximum_output_length=most + 1,
            lzw_maximum_output_length=most + 1,
            run_length_maximum_output_length=most + 1,
            stream_decoding_work_maximum_length=4 * SLOW_BYTES,
        ):
            data = stream.get_data()
    except (LimitReachedError, MemoryError) as error:
        raise TooMuch(str(error)[:200]) from error
    except Exception as error:
        raise Unreadable from error
    budget.work(len(data))
    return data


def packed(stream: StreamObject) -> bytes:
    """Return the octets of a stream as they stand in the file."""
    data: bytes = stream._data
    return data


class Pages:
    """Adds up what a reader of the pages will have to unpack: contents, fonts, forms."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._bytes = 0

    def add(self, stream: StreamObject) -> None:
        """Count one stream, pictures and small ones excepted. Raises TooMuch."""
        data, packings = packed(stream), filters(stream)
        if not packings or entry(stream, "/Subtype") == "/Image":
            return
        if len(packings) > MAX_FILTERS:
            raise TooMuch(f"{len(packings)} filters")
        if len(packings) == 1 and len(data) * _MOST_RATIO < SHOWN_BYTES // 64:
            return  # a megabyte at most, and there is a limit to the number of objects
        self._bytes += self._size(stream, packings)
        if self._bytes > SHOWN_BYTES:
            raise TooMuch(f"pages of more than {SHOWN_BYTES} bytes")

    def _size(self, stream: StreamObject, packings: list[str]) -> int:
        try:
            if _is_deflated(packings):
                deflated = _deflated(stream, packings, self._budget)
                return _inflated_size(deflated, SHOWN_BYTES - self._bytes)
            return len(content(stream, SHOWN_BYTES - self._bytes, self._budget))
        except Unreadable:
            return 0


def _inflated_size(data: bytes, most_bytes: int) -> int:
    """Return how long deflated octets become, without keeping them; at most a little over the limit."""
    inflating, size, rest = zlib.decompressobj(), 0, data
    try:
        while rest and size <= most_bytes:
            piece = inflating.decompress(rest, _STEP_BYTES)
            if not piece:
                break
            size += len(piece)
            rest = inflating.unconsumed_tail
    except zlib.error:
        return size
    return size
