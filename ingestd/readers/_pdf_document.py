"""A PDF opened by pypdf, under limits of our own: what a document may cost is known beforehand.

pypdf looks for each object that is not where the file says by searching the whole file, and unpacks
an object stream anew for each object that is not in it: cheap once, hours for a file that is made for
it. Here both have a budget. Damage is counted, so that a second reader can be asked (`_pdf_repair`).
"""

import io
import logging
import re
from typing import Any

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import IndirectObject, NullObject, PdfObject, StreamObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs what strangers wrote

MAX_OBJECTS = 100_000
"""Indirect ones; a tagged invoice of a hundred pages has some ten thousand."""
MAX_STRAYS = 50
"""How many objects are looked for that are not where the file says; more is not damage but intent."""
MAX_FILTERS = 8
PACKED_BYTES = 16 * 1024 * 1024
"""One object stream or cross-reference stream, unpacked."""
ALL_PACKED_BYTES = 64 * 1024 * 1024
"""All object streams together, unpacked; each octet costs pypdf a tenth of a microsecond or more."""
SLOW_BYTES = 4 * 1024 * 1024
"""What filters written in Python (LZW, run length) may give."""

_OBJECT = re.compile(rb"\s*(\d{1,10})\s+(\d{1,5})\s+obj")
_ENTRY = b" 00000 n"

LIMITS = Configuration(
    jbig2dec_binary=None,  # it would be run
    disable_legacy_handling=True,
    zlib_maximum_output_length=PACKED_BYTES,
    zlib_maximum_recovery_input_length=1024 * 1024,
    lzw_maximum_output_length=SLOW_BYTES,
    run_length_maximum_output_length=SLOW_BYTES,
    jbig2_maximum_output_length=1,
    brotli_maximum_output_length=SLOW_BYTES,
    flate_maximum_columns=100_000,
    stream_filters_maximum_length=MAX_FILTERS,
    stream_decoding_work_maximum_length=4 * PACKED_BYTES,
    array_maximum_element_count=MAX_OBJECTS,
    dictionary_maximum_element_count=MAX_OBJECTS,
)
limited = apply_configuration
"""`with limited(LIMITS):` around everything that pypdf does for us."""


class TooMuch(Exception):  # noqa: N818 - it names the sender's fault
    """The PDF asks for far more than any invoice; the text says of what."""


class Document(PdfReader):
    """A PDF whose every object is found through `get_object`, within limits.

    Raises, when it is made or read, TooMuch, LimitReachedError, and whatever pypdf raises for a damaged
    file. `strays` counts the objects that were not where the file says.
    """

    def __init__(self, content: bytes) -> None:
        self.strays = 0
        self._content = content
        self._unpacked: set[int] = set()
        self._unpacked_bytes = 0
        self._read = 0
        if max(content.count(b" obj"), content.count(_ENTRY)) > MAX_OBJECTS:
            raise TooMuch(f"more than {MAX_OBJECTS} objects")
        super().__init__(io.BytesIO(content))

    def get_object(self, indirect_reference: int | IndirectObject) -> PdfObject | None:
        """Return an object, null for one that is not there (7.3.10)."""
        if isinstance(indirect_reference, int):
            indirect_reference = IndirectObject(indirect_reference, 0, self)
        number, generation = indirect_reference.idnum, indirect_reference.generation
        if (generation, number) in self.resolved_objects:
            return super().get_object(indirect_reference)
        self._read += 1
        if self._read > MAX_OBJECTS:
            raise TooMuch(f"more than {MAX_OBJECTS} objects")
        if generation == 0 and number in self.xref_objStm:
            return self._from_stream(indirect_reference)
        start = self.xref.get(generation, {}).get(number)
        if start is None or not self._stands_at(start, number, generation):
            self.strays += 1
            if self.strays > MAX_STRAYS:
                return NullObject()
        return super().get_object(indirect_reference)

    def _from_stream(self, reference: IndirectObject) -> PdfObject | None:
        stream_number, _ = self.xref_objStm[reference.idnum]
        if stream_number in self._unpacked:  # all that is in it is known
            self.strays += 1
            return NullObject()
        found = super().get_object(reference)
        self._unpacked.add(stream_number)
        packed = self.get_object(stream_number)
        if isinstance(packed, StreamObject):
            self._unpacked_bytes += len(packed.get_data())
        if self._unpacked_bytes > ALL_PACKED_BYTES:
            raise TooMuch(f"object streams of more than {ALL_PACKED_BYTES} bytes")
        return found

    def _stands_at(self, start: int, number: int, generation: int) -> bool:
        if self.xref_free_entry.get(generation, {}).get(number):
            return True  # deleted in a later revision: null, and not looked for
        found = _OBJECT.match(self._content, start)
        return found is not None and (int(found[1]), int(found[2])) == (number, generation)


def resolved(value: Any) -> Any:
    """Return what a value refers to, None where that cannot be read: one broken object does not make
    the others unreadable. Raises TooMuch, LimitReachedError."""
    try:
        return value.get_object() if isinstance(value, IndirectObject) else value
    except (LimitReachedError, TooMuch, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything on a broken object
        return None


def entry(dictionary: Any, key: str) -> Any:
    """Return what stands under `key` in a dictionary, resolved; None when it does not, or is broken."""
    return resolved(dictionary.raw_get(key)) if key in dictionary else None
