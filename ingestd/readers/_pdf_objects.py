"""Every object that a PDF can reach from its catalogue, walked once (ISO 32000-2, 7.3).

Embedded files hide in the name tree, in flat /AF lists of the document, its pages and its structure,
and in annotations; actions hide anywhere. Walking everything finds all of them alike. What an earlier
revision held and the current one does not is not reached, as no viewer shows it.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from ingestd.readers._pdf_document import Document, TooMuch, entry, resolved

_TYPES = ("/Type", "/Subtype")
MAX_NODES = 1_000_000
"""Arrays and dictionaries, direct ones included."""


def dictionaries(document: Document) -> Iterator[DictionaryObject]:
    """Yield the catalogue and every dictionary and stream below it, nearest first.

    Raises TooMuch, LimitReachedError; a document without a catalogue has none.
    """
    seen: set[tuple[int, int]] = set()
    waiting: deque[Any] = deque([document.trailer.raw_get("/Root")])
    for _count in range(MAX_NODES):
        if not waiting:
            return
        found = waiting.popleft()
        if isinstance(found, IndirectObject):
            key = (found.idnum, found.generation)
            if key in seen:
                continue
            seen.add(key)
            found = resolved(found)
        if isinstance(found, DictionaryObject):
            yield found
            waiting.extend(each for each in found.values() if _may_hold_more(each))
        elif isinstance(found, ArrayObject):
            waiting.extend(each for each in found if _may_hold_more(each))
    raise TooMuch(f"more than {MAX_NODES} objects")


def _may_hold_more(value: Any) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def is_a(dictionary: DictionaryObject, *types: str) -> bool:
    """Tell whether a dictionary says to be one of `types`, as its /Type or /Subtype."""
    return any(key in dictionary and entry(dictionary, key) in types for key in _TYPES)
