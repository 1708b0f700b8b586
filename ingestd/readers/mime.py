"""A message (RFC 5322) -> its MIME parts (RFC 2045/2046), as many as any reader could see.

The stdlib splits (`compat32`, the only policy without quadratic headers), after limits on the raw
octets; decoding, names and character sets are ours. Nested messages are leaves for the stdlib: each
is opened in a turn of its own, so nothing here recurses.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser

from ingestd.model import Bilingual, Case, Finding, MailHeader, Part, Role
from ingestd.readers import _ambiguity, _field

_UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} (?P<name>[^\r\n]+)\r?\n(?P<data>.*?)^end[ \t]*\r?$",
    re.MULTILINE | re.DOTALL,
)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_TRAILING_BLANKS = re.compile(rb"(?<![ \t])[ \t]+(?=\r?\n|\Z)")
"""Added by relays, to be deleted (RFC 2045 section 6.7 rule 3); binascii takes `= ` for no soft break."""
_MAILBOX = re.compile(r"[^\s<>\"',;:()]{1,64}@[^\s<>\"',;:()]{1,255}")
_UU = ("x-uuencode", "uuencode", "x-uue", "uue")


class _Entity(Message):
    """An entity that never lets the parser descend into `message/*`, and keeps its octets as they
    came: the stdlib decodes a payload by its charset before anyone asks."""

    def get_content_type(self) -> str:
        declared = super().get_content_type()
        return "application/octet-stream" if declared.startswith("message/") else declared

    @property
    def octets(self) -> bytes:
        """The body as it came. `get_payload` would decode it; the attribute is older than MIME."""
        payload = self.__dict__["_payload"]
        return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""


class _RawFields(policy.Compat32):
    """`compat32` without its Header objects: field bodies stay as they came, octets as surrogates."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _RawFields(message_factory=_Entity)


def header_of(content: bytes) -> bytes:
    """Return the raw header block of a message, without the empty line that ends it."""
    match = re.search(rb"\r?\n\r?\n|\r\r", content)
    return content[: match.start()] if match else content


def parse(content: bytes, *, header_only: bool = False) -> Message:
    """Return the message as a tree of entities; raises RecursionError for absurd nesting."""
    message: Message = BytesParser(policy=_POLICY).parsebytes(content, headersonly=header_only)
    return message


def _parse_header(content: bytes) -> Message:
    return parse(header_of(content), header_only=True)


def read_header(content: bytes) -> MailHeader:
    """Return what a message says of itself, decoded for display."""
    message = _parse_header(content)
    values = {
        name: _field.decode_words(str(message.get(name, "")))[:998]
        for name in ("message-id", "from", "subject", "date")
    }
    return MailHeader(
        message_id=values["message-id"],
        from_=values["from"],
        subject=values["subject"],
        date=values["date"],
    )


def body_text(content: bytes) -> str:
    """Return the text of a body for people to read, in its likeliest character set."""
    return _field.decode_text(content)


def _over_limits(content: bytes, case: Case) -> str:
    """Return which raw limit of the header is broken, or "" (THREATS M1: before any parser)."""
    header = header_of(content)
    limits = case.limits
    if len(header) > limits.header_block_bytes:
        return f"{len(header)} > {limits.header_block_bytes}"
    fields = re.split(rb"\r?\n(?![ \t])", header)
    if len(fields) > limits.header_fields:
        return f"{len(fields)} > {limits.header_fields}"
    longest = max(map(len, fields))
    if longest > limits.header_field_bytes:
        return f"{longest} > {limits.header_field_bytes}"
    return ""


def _decode_base64(raw: bytes) -> bytes:
    """Decode base64 as RFC 2045 section 6.8 wants it: strange characters are ignored; missing padding
    is filled in, and data after padding (concatenated pieces) is read on."""
    pieces = []
    for piece in re.split(rb"=+", raw):
        clean = _NOT_BASE64.sub(b"", piece)
        clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
        pieces.append(base64.b64decode(clean + b"=" * (-len(clean) % 4)))
    return b"".join(pieces)


def _decode_uu(data: bytes) -> bytes:
    """Decode the lines of a uuencoded file, leniently about their padding."""
    decoded = bytearray()
    for line in data.splitlines():
        if not line or line[:1] in (b"`", b" "):
            continue
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded += binascii.a2b_uu(line[:length])
            except binascii.Error:
                continue
    return bytes(decoded)


def _uuencoded_files(text: bytes) -> Iterator[re.Match[bytes]]:
    """Yield each file from its `begin` to its `end`. Behind the last `end` none is looked for: every
    `begin` there would be followed to the end of the text."""
    last = 0
    for end in _UU_END.finditer(text):
        last = end.end()
    yield from _UUENCODED.finditer(text, 0, last)


def decode(entity: Message) -> bytes:
    """Return the content of a leaf entity, its transfer encoding taken off (RFC 2045 section 6)."""
    raw = entity.octets if isinstance(entity, _Entity) else b""
    encoding = _field.transfer_encoding(str(entity.get("content-transfer-encoding", "")))
    if encoding == "base64":
        return _decode_base64(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(_TRAILING_BLANKS.sub(b"", raw))
    if encoding in _UU:
        match = next(_uuencoded_files(raw), None)
        return _decode_uu(match["data"]) if match else raw
    return raw


def _name_of(entity: Message) -> str:
    disposition = _field.parameters(str(entity.get("content-disposition", "")))
    content_type = _field.parameters(str(entity.get("content-type", "")))
    return _field.display_name(disposition.get("filename") or content_type.get("name") or "")


def _leaves(entity: Message, number: str) -> Iterator[tuple[str, Message]]:
    """Yield every entity below a message with its section number (`2`, `1.2`), containers first."""
    children = entity.get_payload() if entity.is_multipart() else [entity]
    assert isinstance(children, list)
    waiting = [(f"{number}{index}", child) for index, child in enumerate(children, 1)]
    while waiting:
        path, child = waiting.pop(0)
        assert isinstance(child, Message)
        yield path, child
        if child.is_multipart():
            grandchildren = child.get_payload()
            assert isinstance(grandchildren, list)
            below = [(f"{path}.{index}", one) for index, one in enumerate(grandchildren, 1)]
            waiting = below + waiting


def _part(parent: Part, path: str, entity: Message) -> Part:
    name = _name_of(entity)
    disposition = _field.parameters(str(entity.get("content-disposition", ""))).get("", "")
    container = entity.is_multipart()
    declared = _field.media_type(str(entity.get("content-type", "")))
    return Part(
        path=path,
        kind=declared or "multipart/mixed" if container else "",
        content=b"" if container else decode(entity),
        filename=name,
        declared_type=declared,
        disposition=disposition.lower(),
        content_id=_field.unfold(str(entity.get("content-id", ""))).strip("<>"),
        parent=parent.path,
        trail=(*parent.trail, name or declared or "text/plain"),
        role=Role.CONTAINER if container else Role.IGNORED,
    )


def _uuencoded(part: Part) -> Iterator[Part | Finding]:
    """Yield files that stand uuencoded in the text of a body: some readers show them, some do not."""
    for index, match in enumerate(_uuencoded_files(part.content), 1):
        name = _field.display_name(match["name"].decode("ascii", "surrogateescape"))
        yield Part(
            path=f"{part.path}/{index}",
            kind="",
            content=_decode_uu(match["data"]),
            filename=name,
            disposition="attachment",
            parent=part.path,
            trail=(*part.trail, name),
        )
        detail = Bilingual("a uuencoded file in the text", "un fichier uuencodé dans le texte")
        yield Finding("mail-ambiguous", part.path, detail=detail)


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the parts of a message and findings about how it is built."""
    if broken := _over_limits(part.content, case):
        detail = Bilingual(f"header over the limit: {broken}", f"en-tête trop grand : {broken}")
        yield Finding("mail-unreadable", part.path, detail=detail)
        return
    try:
        message = parse(part.content)
    except RecursionError:
        values = {"n": "1000+", "limit": str(case.limits.mime_depth)}
        yield Finding("too-many-parts", part.path, detail="MIME nesting", values=values)
        return
    for detail in _ambiguity.of_message(header_of(part.content), message):
        yield Finding("mail-ambiguous", part.path, detail=detail)
    yield from _walk(part, message, case)


def _walk(part: Part, message: Message, case: Case) -> Iterator[Part | Finding]:
    prefix = f"{part.path}/" if part.path else ""
    entities = list(_leaves(message, prefix))
    if message.is_multipart():
        entities = [("", message), *entities]
    for path, entity in entities:
        at = path or part.path
        for detail in _ambiguity.of_entity(entity):
            yield Finding("mail-ambiguous", at, detail=detail)
        if not path:
            continue
        if path.count(".") - part.path.count(".") >= case.limits.mime_depth:
            values = {"n": str(case.limits.mime_depth), "limit": str(case.limits.mime_depth)}
            yield Finding("too-many-parts", part.path, detail="MIME nesting", values=values)
            return
        child = _part(part, path, entity)
        yield child
        if child.declared_type in ("", "text/plain") and b"begin " in child.content:
            yield from _uuencoded(child)


def is_message(content: bytes) -> bool:
    """Tell whether octets look like a message: field names at the beginning (RFC 5322 section 2.2)."""
    head = content[:4096].lstrip(b"\r\n")
    if head.startswith(b"From "):
        head = head.partition(b"\n")[2]
    fields = re.match(rb"(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}", head)
    known = rb"^(received|from|to|subject|date|message-id|mime-version|return-path|content-type):"
    return bool(fields and re.search(known, fields[0], re.IGNORECASE | re.MULTILINE))


def is_automatic(content: bytes) -> bool:
    """Tell whether a message says it is an automatic answer, a bounce or a receipt (RFC 3834, 3464,
    8098). A program that sends invoices (`auto-generated`) is not meant."""
    message = _parse_header(content)
    submitted = str(message.get("auto-submitted", "")).partition(";")[0].strip().lower()
    report = _field.media_type(str(message.get("content-type", ""))) == "multipart/report"
    bulk = str(message.get("precedence", "")).strip().lower() == "auto_reply"
    return report or bulk or submitted == "auto-replied" or "x-autoreply" in message


def is_to_itself(content: bytes) -> bool:
    """Tell whether a message is from the very address that it goes to and wants its answer there: the
    shape of a loop between two programs (RFC 3834 section 2)."""
    message = _parse_header(content)
    mailboxes = [
        _MAILBOX.findall(str(message.get(name, "")).lower()) for name in ("from", "to", "reply-to")
    ]
    return bool(mailboxes[0]) and mailboxes[0] == mailboxes[1] == mailboxes[2]


def is_report(content: bytes) -> bool:
    """Tell whether a message is a bounce or receipt as a whole, so that what it encloses is ours."""
    message = _parse_header(content)
    return _field.media_type(str(message.get("content-type", ""))) == "multipart/report"


def received_fields(content: bytes) -> int:
    """Return how many Received fields a message carries: one for each hop (RFC 5321 section 4.4)."""
    return len(re.findall(rb"^received:", header_of(content), re.IGNORECASE | re.MULTILINE))
