"""What in a PDF does something by itself (ISO 32000-2, 12.6): scripts, programs, data sent or taken.

A link to a web site is not active: it asks the reader first, and every invoice has one.
"""

import re
from collections.abc import Iterator

from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from ingestd.readers import _pdf_streams
from ingestd.readers._pdf_document import Budget, entry, resolved
from ingestd.readers._pdf_files import EmbeddedFile, name_of, text_of
from ingestd.readers._pdf_objects import is_a
from ingestd.readers.programs import is_program, runs

_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData"}
_ELSEWHERE = {"/GoToR", "/GoToE", "/Thread"}
_SCRIPTS = ("/JS", "/OnInstantiate")
_KEYS = frozenset({"/S", "/Type", "/Subtype", "/XFA", *_SCRIPTS})
_FORM_SCRIPT = re.compile(rb"<(?:\w{1,20}:)?(?:script|execute|submit)\b")

IN_BYTES = re.compile(
    rb"/(?:EF|EmbeddedFile|JavaScript|JS|OnInstantiate|Launch|SubmitForm|ImportData|RichMedia|XFA)\b"
)
"""What rewritten octets hold when there may be something to find; names are spelled plainly there."""


def kinds(dictionary: DictionaryObject, budget: Budget) -> Iterator[str]:
    """Yield the names of the active content that a dictionary is. Raises TooMuch."""
    if _KEYS.isdisjoint(dictionary):
        return
    action = entry(dictionary, "/S")
    if isinstance(action, str) and action in _ACTIONS:
        yield action[1:]
    if isinstance(action, str) and action in _ELSEWHERE and is_program(_target(dictionary)):
        yield action[1:]
    if any(entry(dictionary, key) is not None for key in _SCRIPTS):
        yield "JavaScript"
    if is_a(dictionary, "/RichMedia"):
        yield "RichMedia"
    if "/XFA" in dictionary and _has_form_script(dictionary, budget):
        yield "XFA"


def programs(files: list[EmbeddedFile]) -> Iterator[str]:
    """Yield the names of the embedded files that run when they are opened."""
    for file in files:
        if is_program(file.name) or runs(file.content):
            yield file.name or "program"


def _target(action: DictionaryObject) -> str:
    """Return the name of the file that an action goes to."""
    target = entry(action, "/F")
    return name_of(target) if isinstance(target, DictionaryObject) else text_of(target)


def _has_form_script(form: DictionaryObject, budget: Budget) -> bool:
    """Tell whether an XFA form (12.7.8), a stream or pairs of names and streams, does anything.
    One that cannot be read is taken to."""
    pieces = entry(form, "/XFA")
    values = [resolved(each) for each in pieces] if isinstance(pieces, ArrayObject) else [pieces]
    text = b""
    for stream in values:
        if isinstance(stream, StreamObject):
            try:
                piece = _pdf_streams.content(stream, budget.form_bytes, budget)
            except _pdf_streams.Unreadable:
                return True
            budget.form_bytes -= len(piece)
            text += piece
    return _FORM_SCRIPT.search(text.replace(b"\0", b"")) is not None
