"""A message as a tree of MIME entities: split by the stdlib (`compat32`, the only policy without
quadratic headers), with our reading of the fields that decide how.

Nested messages are leaves: each is opened in a turn of its own, so nothing here recurses into them.
"""

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser

from ingestd.readers import _field

_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")


class Entity(Message):
    """An entity that never lets the parser descend into `message/*`, and keeps its octets as they
    came: the stdlib decodes a payload by its charset before anyone asks."""

    def get_content_type(self) -> str:
        """Return the declared media type as we read it, so that comments and case split nothing
        else than what we see."""
        declared = self.declared_type
        return "application/octet-stream" if declared.startswith("message/") else declared

    def get_boundary(self, failobj: str | None = None) -> str | None:  # type: ignore[override] # fewer types than the stub's
        """Return the boundary as we read it, its octets as they stand in the field."""
        found = _field.boundary(self.field("content-type"))
        return failobj if found is None else found

    def field(self, name: str) -> str:
        """Return the body of a header field as it stands there, "" if it is missing."""
        return str(self.get(name, ""))

    @property
    def declared_type(self) -> str:
        """The declared media type in lower case, text/plain where none is (RFC 2045 section 5.2)."""
        return _field.media_type(self.field("content-type")) or "text/plain"

    @property
    def transfer_encoding(self) -> str:
        """The declared transfer encoding in lower case, "" if there is none."""
        return _field.transfer_encoding(self.field("content-transfer-encoding"))

    @property
    def octets(self) -> bytes:
        """The body of a leaf as it came. `get_payload` would decode it; the attribute is older than
        MIME."""
        payload = self.__dict__["_payload"]
        return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""

    @property
    def children(self) -> list["Entity"]:
        """The entities inside a multipart, in order; none for a leaf."""
        payload = self.__dict__["_payload"]
        return [one for one in payload if isinstance(one, Entity)] if self.is_multipart() else []


class _RawFields(policy.Compat32):
    """`compat32` without its Header objects: field bodies stay as they came, octets as surrogates."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _RawFields(message_factory=Entity)


def header_of(content: bytes) -> bytes:
    """Return the raw header block of a message, without the empty line that ends it."""
    match = _HEADER_END.search(content)
    return content[: match.start()] if match else content


def parse(content: bytes, *, header_only: bool = False) -> Entity:
    """Return the message as a tree of entities; raises RecursionError for absurd nesting."""
    message = BytesParser(policy=_POLICY).parsebytes(content, headersonly=header_only)
    assert isinstance(message, Entity)
    return message


def parse_header(content: bytes) -> Entity:
    """Return a message without its body."""
    return parse(header_of(content), header_only=True)


def walk(message: Entity) -> Iterator[tuple[str, Entity]]:
    """Yield every entity below a message with its section number as IMAP counts (`2`, `1.2`, RFC 9051
    section 6.4.5), containers first; a message that is no multipart is its own section 1."""
    waiting = [(str(n), child) for n, child in enumerate(message.children or [message], 1)][::-1]
    while waiting:
        number, entity = waiting.pop()
        yield number, entity
        inside = [(f"{number}.{n}", child) for n, child in enumerate(entity.children, 1)]
        waiting += reversed(inside if entity is not message else [])
