"""An Outlook message file (`.msg`, MS-OXMSG) -> its body, its attachments, its embedded messages.

It is a file system in a file (MS-CFB), read by olefile and python-oxmsg. Both read everything they are
told to before anyone asks, so its directory is judged first: streams cannot be more than the file.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import replace

from olefile import DEFECT_INCORRECT, OleFileIO
from oxmsg.domain import constants as mapi
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from ingestd.model import Bilingual, Case, Finding, Part, Role
from ingestd.readers import _children, _field, _rtf
from ingestd.readers._charset import decode_text

ENTRIES = 20_000
"""Streams and storages of one file; a message to a hundred people has some two thousand."""
SIBLINGS = 2_000
"""Of these in one storage, where olefile looks for each by its name from the first on."""

_PROPERTIES = "__properties_version1.0"
_ROOT_HEADER = 32
_EMBEDDED_HEADER = 24
_ATTACHMENT_HEADER = 8
"""Octets before the properties (MS-OXMSG section 2.4.1): of the message, of one inside it, of a file."""
_DATA_OBJECT = "__substg1.0_3701000D"
_MULTIPART = "multipart/mixed"
_BROKEN = (
    *(OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError),
    *(struct.error, OverflowError, RecursionError, EOFError, LookupError),
    *(UnrecognizedCodePageError, UnsupportedEncodingError),
)
"""All that olefile and python-oxmsg raise over octets that lie."""


class _Damaged(Exception):  # noqa: N818 - says why the file is not read
    pass


def is_message(content: bytes) -> bool:
    """Tell an Outlook message from the other files that are written as MS-CFB: Word, Excel, MSI."""
    try:
        with OleFileIO(io.BytesIO(content)) as ole:
            return bool(ole.exists(_PROPERTIES))
    except _BROKEN:
        return False


def _check(ole: OleFileIO, size_bytes: int) -> None:
    """Refuse a directory that promises more than the file holds, or two streams of one name."""
    entries = [entry for entry in ole.direntries if entry is not None]
    if len(entries) > ENTRIES or sum(entry.size for entry in entries[1:]) > size_bytes:
        raise _Damaged("a directory that lies")
    for entry in entries:
        names = [kid.name.lower() for kid in entry.kids]
        if len(set(names)) < len(names) or any("/" in name for name in names):
            raise _Damaged("two streams of one name")
        if len(names) > SIBLINGS:
            raise _Damaged("too many streams")


def _load(content: bytes) -> Storage:
    """Return the tree of a file. Raises _Damaged, or one of _BROKEN."""
    with OleFileIO(io.BytesIO(content), raise_defects=DEFECT_INCORRECT) as ole:
        _check(ole, len(content))
        return Storage.from_ole(ole)


def _text(properties: Properties, pid: int) -> str:
    """Return the text of a property, "" where it is none or not readable in its character set."""
    try:
        return str(properties.str_prop_value(pid) or "")
    except _BROKEN:
        return ""


def _octets(properties: Properties, pid: int) -> bytes:
    try:
        return properties.binary_prop_value(pid) or b""
    except _BROKEN:
        return b""


def _html(properties: Properties) -> str:
    octets = _octets(properties, mapi.PID_HTML)
    if not octets:
        return _text(properties, mapi.PID_BODY_HTML)
    try:
        charset = properties.body_encoding
    except _BROKEN:
        charset = ""
    return decode_text(octets, charset)


def _bodies(part: Part, properties: Properties, taken: set[str]) -> Iterator[Part]:
    """Yield the texts of a message; RTF only where there is no other, and as text."""
    found = {"text/plain": _text(properties, mapi.PID_BODY), "text/html": _html(properties)}
    if not any(words.strip() for words in found.values()):
        packed = _octets(properties, mapi.PID_RTF_COMPRESSED)
        found = dict([_rtf.text(_rtf.decompress(packed))])
    for kind, words in found.items():
        if words.strip():
            content = words[: _rtf.BODY_BYTES].encode("utf-8", "replace")
            yield _children.body(part, content, kind, taken)


def _attachment(
    part: Part, storage: Storage, case: Case, taken: set[str], depth: int
) -> Iterator[Part | Finding]:
    properties = Properties(storage, _ATTACHMENT_HEADER)
    name = _text(properties, mapi.PID_ATTACH_LONG_FILENAME) or _text(
        properties, mapi.PID_DISPLAY_NAME
    )
    name = name or _text(properties, mapi.PID_ATTACH_FILENAME)
    for inner in storage.storages:
        if inner.name == _DATA_OBJECT and _is_storage_of_message(inner):
            wrapped = _children.message(part, name, b"", _MULTIPART, taken)
            yield replace(wrapped, role=Role.CONTAINER)
            yield from _message(wrapped, inner, _EMBEDDED_HEADER, case, depth + 1)
            return
    hidden = properties.int_prop_value(mapi.PID_ATTACHMENT_HIDDEN)
    content_id = _text(properties, mapi.PID_ATTACH_CONTENT_ID).strip("<>")
    # What is only referred to (a link to a cloud, an OLE object) comes out empty, and is said to be.
    yield _children.child(
        part,
        name,
        _octets(properties, mapi.PID_ATTACH_DATA_BINARY),
        taken,
        declared_type=_field.media_type(_text(properties, mapi.PID_ATTACH_MIME_TAG)),
        disposition="inline" if hidden and content_id else "attachment",
        content_id=content_id,
    )


def _is_storage_of_message(storage: Storage) -> bool:
    return any(stream.name == _PROPERTIES for stream in storage.streams)


def _message(
    part: Part, storage: Storage, header_bytes: int, case: Case, depth: int
) -> Iterator[Part | Finding]:
    """Yield what is in one message; those embedded in it with it, for they are no files."""
    if depth > case.limits.message_depth:
        limit = str(case.limits.message_depth)
        values = {"n": f"> {limit}", "limit": limit}
        yield Finding("too-many-parts", part.path, detail="Outlook", values=values)
        return
    taken: set[str] = set()
    yield from _bodies(part, Properties(storage, header_bytes), taken)
    for attached in storage.iter_attachment_storages():
        yield from _attachment(part, attached, case, taken, depth)


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the bodies and attachments of an Outlook message, and of those embedded in it; for a
    damaged one `file-type-refused` alone, as of any file that is not what it should be."""
    try:
        yield from list(_message(part, _load(part.content), _ROOT_HEADER, case, 0))
    except (_Damaged, *_BROKEN):
        name = Bilingual("damaged Outlook message", "message Outlook endommagé")
        yield Finding("file-type-refused", part.path, detail=name, values={"type": name})
