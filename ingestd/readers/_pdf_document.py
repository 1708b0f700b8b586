"""A PDF opened by pypdf, under limits of our own: what a document may cost is known beforehand.

pypdf looks for each object that is not where the file says by searching the whole file, and unpacks
an object stream anew for each object that is not in it: cheap once, hours for a file that is made for
it. Here both have a budget. Damage is counted, so that a second reader can be asked (`_pdf_repair`).
"""

import io
import logging
import re
from dataclasses import dataclass
from typing import Any

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import IndirectObject, NullObject, PdfObject, StreamObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs what strangers wrote

MAX_OBJECTS = 40_000
"""Indirect ones, in all looks together: pypdf reads as many in five seconds or so. An invoice of a
hundred tagged pages has some ten thousand."""
MAX_WRITTEN = 200_000
"""Those that a file writes down, needed or not."""
MAX_STRAYS = 20
"""How many objects are looked for that are not where the file says; a file of more is left to qpdf."""
MAX_FILTERS = 8
PACKED_BYTES = 8 * 1024 * 1024
"""One object stream or cross-reference stream, unpacked."""
ALL_PACKED_BYTES = 16 * 1024 * 1024
"""All object streams together, unpacked: pypdf looks at every octet, also at blank ones."""
SLOW_BYTES = 4 * 1024 * 1024
"""What filters written in Python may take or give, all together: a second of work."""

FORM_BYTES = 8 * 1024 * 1024
"""All XFA forms together; they are searched for scripts."""

_OBJECT = re.compile(rb"\s*0*(\d{1,10})\s+0*(\d{1,5})\s+obj")
_ENTRY = b" 00000 n"

LIMITS = Configuration(
    jbig2dec_binary=None,  # it would be run
    disable_legacy_handling=True,
    zlib_maximum_output_length=PACKED_BYTES,
    zlib_maximum_recovery_input_length=4 * 1024,  # octet by octet
    lzw_maximum_output_length=SLOW_BYTES,
    run_length_maximum_output_length=SLOW_BYTES,
    jbig2_maximum_output_length=1,
    brotli_maximum_output_length=SLOW_BYTES,
    flate_maximum_columns=100_000,
    stream_filters_maximum_length=MAX_FILTERS,
    stream_decoding_work_maximum_length=4 * PACKED_BYTES,
    array_maximum_element_count=100_000,
    dictionary_maximum_element_count=100_000,
)
limited = apply_configuration
"""`with limited(LIMITS):` around everything that pypdf does for us."""


class TooMuch(Exception):  # noqa: N818 - it names the sender's fault
    """The PDF asks for far more than any invoice; the text says of what."""


class Scattered(Exception):  # noqa: N818 - it names the sender's fault
    """Too many objects are not where the file says they are."""


@dataclass(slots=True)
class Budget:
    """What is left for one PDF, however often it is looked at."""

    objects: int = MAX_OBJECTS
    packed_bytes: int = ALL_PACKED_BYTES
    slow_bytes: int = SLOW_BYTES
    form_bytes: int = FORM_BYTES

    def read_object(self) -> None:
        """Count one object. Raises TooMuch."""
        self.objects -= 1
        if self.objects < 0:
            raise TooMuch(f"more than {MAX_OBJECTS} objects")

    def unpack(self, size_bytes: int) -> None:
        """Count an object stream of some size. Raises TooMuch."""
        self.packed_bytes -= size_bytes
        if self.packed_bytes < 0:
            raise TooMuch(f"object streams of more than {ALL_PACKED_BYTES} bytes")

    def work(self, size_bytes: int) -> None:
        """Count octets that a slow filter takes or gives. Raises TooMuch."""
        self.slow_bytes -= size_bytes
        if self.slow_bytes < 0:
            raise TooMuch(f"more than {SLOW_BYTES} bytes in odd filters")


class Document(PdfReader):
    """A PDF whose every object is found through `get_object`, within limits.

    Raises, when it is made or read, TooMuch, LimitReachedError, Scattered, and whatever pypdf raises for
    a damaged file. `strays` counts the objects that were not where the file says.
    """

    def __init__(self, content: bytes, budget: Budget) -> None:
        self.strays = 0
        self._content = content
        self._budget = budget
        self._unpacked: set[int] = set()
        if max(content.count(b" obj"), content.count(_ENTRY)) > MAX_WRITTEN:
            raise TooMuch(f"more than {MAX_WRITTEN} objects")
        super().__init__(io.BytesIO(content))

    def get_object(self, indirect_reference: int | IndirectObject) -> PdfObject | None:
        """Return an object, null for one that is not there (7.3.10)."""
        if isinstance(indirect_reference, int):
            indirect_reference = IndirectObject(indirect_reference, 0, self)
        number, generation = indirect_reference.idnum, indirect_reference.generation
        if (generation, number) in self.resolved_objects:
            return super().get_object(indirect_reference)
        self._budget.read_object()
        if generation == 0 and number in self.xref_objStm:
            return self._from_stream(indirect_reference)
        start = self.xref.get(generation, {}).get(number)
        if start is None:
            self.strays += 1
            return NullObject()
        if not self._stands_at(start, number, generation):
            self.strays += 1
            if self.strays > MAX_STRAYS:
                raise Scattered
        return super().get_object(indirect_reference)

    def _from_stream(self, reference: IndirectObject) -> PdfObject | None:
        stream_number, _ = self.xref_objStm[reference.idnum]
        if stream_number in self._unpacked:  # all that is in it is known
            self.strays += 1
            return NullObject()
        self._unpacked.add(stream_number)
        packed = self.get_object(stream_number)
        if isinstance(packed, StreamObject):
            self._budget.unpack(len(packed.get_data()))
        return super().get_object(reference)

    def _stands_at(self, start: int, number: int, generation: int) -> bool:
        if self.xref_free_entry.get(generation, {}).get(number):
            return True  # deleted in a later revision: null, and not looked for
        found = _OBJECT.match(self._content, start)
        return found is not None and (int(found[1]), int(found[2])) == (number, generation)


def resolved(value: Any) -> Any:
    """Return what a value refers to, None where that cannot be read: one broken object does not make
    the others unreadable. Raises TooMuch, LimitReachedError, Scattered."""
    try:
        return value.get_object() if isinstance(value, IndirectObject) else value
    except (LimitReachedError, TooMuch, Scattered, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything on a broken object
        return None


def entry(dictionary: Any, key: str) -> Any:
    """Return what stands under `key` in a dictionary, resolved; None when it does not, or is broken."""
    return resolved(dictionary.raw_get(key)) if key in dictionary else None
