"""Embedded files of a PDF (ISO 32000-2, 7.11.3 and 7.11.4): whatever carries one, each once.

A file specification with an /EF dictionary has the octets in it; one without names a file elsewhere,
which nobody fetches. Sizes and check sums that a PDF gives for its files are never believed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    StreamObject,
    TextStringObject,
)

from ingestd.readers import _pdf_streams
from ingestd.readers._pdf_document import Budget, entry, resolved
from ingestd.readers._pdf_objects import is_a

NAME_KEYS = ("/UF", "/F", "/Unix", "/DOS", "/Mac")
_KEYS = frozenset({"/EF", "/RF", "/AF", "/EmbeddedFiles"})
NAME_CHARACTERS = 500
"""Of a longer name only the beginning is kept, and the end, which says what it claims to be."""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """One embedded file as its file specification names it; the names are the sender's claims."""

    name: str
    declared_type: str
    content: bytes


@dataclass(slots=True)
class Files:
    """Collects the embedded files of a document; `left_bytes` is what they may still have together,
    `file_bytes` one alone. `unreadable` are the names of those whose octets cannot be had."""

    left_bytes: int
    file_bytes: int
    budget: Budget
    found: list[EmbeddedFile] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    _streams: set[int] = field(default_factory=set)
    _known: set[tuple[str, bytes]] = field(default_factory=set)

    def add(self, dictionary: DictionaryObject) -> None:
        """Take the files of a dictionary if it is a file specification. Raises _pdf_streams.TooMuch."""
        if _KEYS.isdisjoint(dictionary):
            return
        for stream, name in _related(dictionary):
            self._take(stream, name)
        self.unreadable += _broken_promises(dictionary)
        if "/EF" not in dictionary:
            return
        embedded = entry(dictionary, "/EF")
        values = (
            [entry(embedded, key) for key in NAME_KEYS]
            if isinstance(embedded, DictionaryObject)
            else []
        )
        streams = [value for value in values if isinstance(value, StreamObject)]
        for stream in streams:
            self._take(stream, name_of(dictionary))
        if not streams:
            self.unreadable.append(name_of(dictionary))

    def add_stray(self, dictionary: DictionaryObject) -> None:
        """Take a stream that says to be an embedded file though no specification led to it."""
        if isinstance(dictionary, StreamObject) and is_a(dictionary, "/EmbeddedFile"):
            self._take(dictionary, "")

    def holds(self, stream: StreamObject) -> bool:
        """Tell whether a stream is one of the files."""
        return id(stream) in self._streams

    def _take(self, stream: StreamObject, name: str) -> None:
        if id(stream) in self._streams:
            return
        self._streams.add(id(stream))
        try:
            content = _pdf_streams.content(
                stream, min(self.left_bytes, self.file_bytes), self.budget
            )
        except _pdf_streams.Unreadable:
            self.unreadable.append(name)
            return
        subtype = entry(stream, "/Subtype")
        declared = str(subtype).lstrip("/") if isinstance(subtype, str) else ""
        file = EmbeddedFile(name, declared, content)
        if (name, content) in self._known:
            return
        self._known.add((name, content))
        self.left_bytes -= len(content)
        self.found.append(file)


def _related(dictionary: DictionaryObject) -> Iterator[tuple[StreamObject, str]]:
    """Yield the related files of a specification (7.11.4.3): arrays of names and streams in turn."""
    related = entry(dictionary, "/RF")
    if not isinstance(related, DictionaryObject):
        return
    for key in NAME_KEYS:
        pairs = entry(related, key)
        if not isinstance(pairs, ArrayObject):
            continue
        values = [resolved(each) for each in pairs]
        for name, stream in zip(values[::2], values[1::2], strict=False):
            if isinstance(stream, StreamObject):
                yield stream, text_of(name)


def _broken_promises(dictionary: DictionaryObject) -> list[str]:
    """Return an entry for each file that is listed here and is not where the list says: a damaged
    invoice must not pass for one without data."""
    listed: list[object] = []
    if "/AF" in dictionary:
        files = entry(dictionary, "/AF")
        listed += files if isinstance(files, ArrayObject) else [files]
    if "/EmbeddedFiles" in dictionary:
        tree = entry(dictionary, "/EmbeddedFiles")
        pairs = entry(tree, "/Names") if isinstance(tree, DictionaryObject) else None
        listed += pairs[1::2] if isinstance(pairs, ArrayObject) else [tree]
    return ["" for each in listed if not isinstance(resolved(each), DictionaryObject)]


def name_of(specification: DictionaryObject) -> str:
    """Return the name in a file specification, "" for none (7.11.2: /UF is the one in Unicode)."""
    for key in NAME_KEYS:
        if name := text_of(entry(specification, key)):
            return name if len(name) <= NAME_CHARACTERS else name[:NAME_CHARACTERS] + name[-20:]
    return ""


def text_of(value: object) -> str:
    """Return a string as text: PDFDocEncoding, UTF-16BE or UTF-8 by its mark (7.9.2.2); else "".

    What no encoding explains is read as Latin-1: a strange name is better than none.
    """
    if isinstance(value, TextStringObject):
        return _unmarked(str(value))
    if isinstance(value, ByteStringObject | bytes):
        return _unmarked(bytes(value).decode("latin-1"))
    return ""


def _unmarked(text: str) -> str:
    """Read UTF-8 behind its mark, which pypdf leaves as it is."""
    if text.startswith("\xef\xbb\xbf"):
        try:
            return text.encode("latin-1").decode("utf-8-sig")
        except UnicodeError:
            return text
    return text.removeprefix("\ufeff")
