"""Every object that a PDF can reach from its catalogue, walked once (ISO 32000-2, 7.3 and 7.11).

Embedded files hide in the name tree, in flat /AF lists of the document, its pages and its structure,
and in annotations; actions hide anywhere. Walking everything finds all of them alike.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

MAX_OBJECTS = 300_000
"""Direct and indirect; an invoice of a hundred pages has some ten thousand."""

_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData"}
_FILE_KEYS = ("/UF", "/F", "/DOS", "/Mac", "/Unix")


class TooManyObjects(Exception):  # noqa: N818 - it names the sender's fault
    """The PDF has more objects than any invoice."""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """One embedded file as its file specification names it; the names are the sender's claims."""

    name: str
    declared_type: str
    stream: StreamObject


@dataclass(slots=True)
class Contents:
    """What a walk found: embedded files in the order met, and the kinds of active content."""

    files: list[EmbeddedFile] = field(default_factory=list)
    active: set[str] = field(default_factory=set)


def contents(reader: PdfReader) -> Contents:
    """Return what `reader` holds besides pages. Raises TooManyObjects, LimitReachedError, and whatever
    pypdf raises for a document without a catalogue; single broken objects are passed over."""
    found = Contents()
    streams: set[Any] = set()
    for dictionary in _dictionaries(reader):
        action = dictionary.get("/S")
        if isinstance(action, str) and action in _ACTIONS:
            found.active.add(action[1:])
        if "/JS" in dictionary:
            found.active.add("JavaScript")
        if "/RichMedia" in (dictionary.get("/Subtype"), dictionary.get("/Type")):
            found.active.add("RichMedia")
        if "/EF" in dictionary:
            found.files.extend(_files(dictionary, streams))
    return found


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    seen: set[tuple[int, int]] = set()
    waiting: deque[Any] = deque([reader.trailer["/Root"]])
    for _count in range(MAX_OBJECTS):
        if not waiting:
            return
        found = waiting.popleft()
        if isinstance(found, IndirectObject):
            key = (found.idnum, found.generation)
            if key in seen:
                continue
            seen.add(key)
            found = _resolve(found)
        if isinstance(found, DictionaryObject):
            yield found
            waiting.extend(each for each in found.values() if _may_hold_more(each))
        elif isinstance(found, ArrayObject):
            waiting.extend(each for each in found if _may_hold_more(each))
    raise TooManyObjects(f"more than {MAX_OBJECTS} objects")


def _may_hold_more(value: Any) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _resolve(reference: IndirectObject) -> Any:
    try:
        return reference.get_object()
    except (LimitReachedError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything on a broken object; the others are good
        return None


def _files(specification: DictionaryObject, streams: set[Any]) -> Iterator[EmbeddedFile]:
    """Yield each stream of a file specification that was not met before: nearly always one."""
    embedded = specification.get("/EF")
    embedded = embedded.get_object() if embedded is not None else None
    if not isinstance(embedded, DictionaryObject):
        return
    for key in _FILE_KEYS:
        reference = embedded.raw_get(key) if key in embedded else None
        stream = _resolve(reference) if isinstance(reference, IndirectObject) else reference
        if not isinstance(stream, StreamObject) or id(stream) in streams:
            continue
        streams.add(id(stream))
        subtype = str(stream.get("/Subtype") or "").lstrip("/")
        yield EmbeddedFile(_name(specification), subtype, stream)


def _name(specification: DictionaryObject) -> str:
    for key in _FILE_KEYS:
        value = specification.get(key)
        value = value.get_object() if value is not None else None
        if isinstance(value, bytes):
            return value.decode("latin-1")
        if isinstance(value, str) and value:
            return str(value)
    return ""
