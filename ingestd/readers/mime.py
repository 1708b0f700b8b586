"""A message (RFC 5322) -> its MIME parts (RFC 2045/2046), as many as any reader could see.

After limits on the raw octets (`_outline`) the stdlib splits (`_entity`); transfer encodings
(`_transfer`), names (`_field`) and character sets (`_charset`) are ours. Where two readers would see two
mails (`_ambiguity`), the mail is held, and every other reading of it (`_readings`) is a part as well.
"""

import re
from collections.abc import Iterator

from ingestd.model import Bilingual, Case, Finding, MailHeader, Part, Role
from ingestd.readers import _ambiguity, _field, _outline, _readings, _transfer
from ingestd.readers._charset import decode_text
from ingestd.readers._entity import Entity, header_of, parse, parse_header, walk
from ingestd.readers.programs import is_program

OTHER_READING = "application/x-other-reading"
"""The kind of what only a lenient or strict reader would make of an encoding: scanned, never opened."""
LONGEST_NAME = 255
"""Characters of a file name on any file system; what is longer, hides its end."""

_IS_READING = re.compile(r"(?:^|/)~reading-\d+$")
"""A part that is another reading already; a name from a sender never makes such a path."""
_MAILBOX = re.compile(r"[^\s<>\"',;:()]{1,64}@[^\s<>\"',;:()]{1,255}")


def read_header(content: bytes) -> MailHeader:
    """Return what a message says of itself, decoded for display."""
    message = parse_header(content)
    values = {
        name: _field.decode_words(message.field(name))[:998]
        for name in ("message-id", "from", "subject", "date")
    }
    return MailHeader(
        message_id=values["message-id"],
        from_=values["from"],
        subject=values["subject"],
        date=values["date"],
    )


def body_text(content: bytes, charset: str = "") -> str:
    """Return the text of a body for people to read, in the character set that it is said to be in or
    in its likeliest one."""
    return decode_text(content, charset)


def _names(entity: Entity) -> tuple[str, str]:
    """Return the file name as Content-Disposition has it and as Content-Type has it, in full."""
    disposition = _field.parameters(entity.field("content-disposition"))
    content_type = _field.parameters(entity.field("content-type"))
    return (
        _field.full_name(disposition.get("filename", "")),
        _field.full_name(content_type.get("name", "")),
    )


def _declared(entity: Entity) -> str:
    """Return the media type that a part says it has, "" for none; a message without saying so in a
    multipart/digest (RFC 2046 section 5.1.5)."""
    is_message = entity.get_default_type() == "message/rfc822" and "content-type" not in entity
    return "message/rfc822" if is_message else _field.media_type(entity.field("content-type"))


def _part(parent: Part, path: str, entity: Entity) -> Part:
    name = _field.display_name(next(filter(None, _names(entity)), ""))
    parameters = _field.parameters(entity.field("content-type"))
    container = entity.is_multipart()
    declared = _declared(entity)
    content = b"" if container else _transfer.decode(entity.octets, entity.transfer_encoding)
    kind = declared or "multipart/mixed" if container else ""
    return Part(
        path=path,
        # without any header all is body, and would be opened as a message again and again
        kind="text/plain" if content and content == parent.content else kind,
        content=content,
        filename=name,
        declared_type=declared,
        disposition=_field.parameters(entity.field("content-disposition")).get("", "").lower(),
        content_id=_field.raw_text(_field.unfold(entity.field("content-id"))).strip("<>"),
        charset=parameters.get("charset", "")[:40],
        parent=parent.path,
        trail=(*parent.trail, name or declared or "text/plain"),
        role=Role.CONTAINER if container else Role.IGNORED,
    )


def _about_name(entity: Entity, path: str) -> Iterator[Finding]:
    """Yield what is wrong with how a part is named; with the name itself `checks.name` deals."""
    disposition, content_type = _names(entity)
    if len(disposition or content_type) > LONGEST_NAME:
        detail = Bilingual("longer than any file name", "plus long que tout nom de fichier")
        yield Finding("name-deceptive", path, detail=detail)
    if disposition and content_type and is_program(disposition) != is_program(content_type):
        detail = Bilingual("two file names", "deux noms de fichier")
        yield Finding("name-deceptive", path, detail=detail)


def _text_files(part: Part) -> Iterator[Part | Finding]:
    """Yield files that stand in the text of a body: some readers show them, some do not."""
    if part.declared_type and not part.declared_type.startswith("text/"):
        return
    if _transfer.BINHEX in part.content:
        detail = Bilingual("a BinHex file in the text", "un fichier BinHex dans le texte")
        yield Finding("mail-ambiguous", part.path, detail=detail)
    if is_message(part.content) or not _transfer.may_hold_files(part.content):
        return  # a message is opened in its turn
    for index, file in enumerate(_transfer.files_in(part.content), 1):
        name = _field.display_name(file.name.decode("ascii", "surrogateescape"))
        yield Part(
            path=f"{part.path}/{index}",
            kind="",
            content=file.content,
            filename=name,
            disposition="attachment",
            parent=part.path,
            trail=(*part.trail, name),
        )
        detail = Bilingual("a uuencoded file in the text", "un fichier uuencodé dans le texte")
        yield Finding("mail-ambiguous", part.path, detail=detail)


def _lenient(part: Part, entity: Entity) -> Iterator[Part]:
    """Yield what other readers make of odd base64. It has one meaning for those who keep to the RFC, so
    the mail is read; what the others would see is scanned, and no more."""
    if entity.is_multipart() or entity.transfer_encoding != "base64":
        return
    others = dict.fromkeys(_transfer.other_base64(entity.octets))
    for index, content in enumerate((one for one in others if one != part.content), 1):
        yield Part(
            path=f"{part.path}~reading-{index}",
            kind=OTHER_READING,
            content=content,
            parent=part.parent,  # beside the part, or it would travel with it
            trail=(*part.trail, f"reading-{index}"),
        )


def _walk(part: Part, message: Entity) -> Iterator[Part | Finding]:
    """Yield the parts of a message and what is wrong with each."""
    prefix = f"{part.path}/" if part.path else ""
    if message.is_multipart():
        for detail in _ambiguity.of_entity(message):
            yield Finding("mail-ambiguous", part.path, detail=detail)
    for number, entity in walk(message):
        path = prefix + number
        for detail in _ambiguity.of_entity(entity):
            yield Finding("mail-ambiguous", path, detail=detail)
        yield from _about_name(entity, path)
        child = _part(part, path, entity)
        yield child
        yield from _text_files(child)
        yield from _lenient(child, entity)


def _other_readings(part: Part, known: list[bytes]) -> Iterator[Part | Finding]:
    """Yield the readings of an ambiguous message that are not among its parts."""
    prefix = f"{part.path}/" if part.path else ""
    readings = _readings.Readings(part.content, [part.content, *known])
    for index, reading in enumerate(readings, 1):
        yield Part(
            path=f"{prefix}~reading-{index}",
            kind="",
            content=reading.content,
            filename=reading.name,
            declared_type=reading.declared_type,
            parent=part.path,
            trail=(*part.trail, reading.name or f"reading-{index}"),
        )
    if not readings.are_all:
        detail = Bilingual("too many readings", "trop de lectures possibles")
        yield Finding("mail-unreadable", part.path, detail=detail)


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the parts of a message and findings about how it is built."""
    if over := _outline.broken(part.content, part.path, case.limits):
        yield over
        return
    try:
        message = parse(part.content)
    except RecursionError:
        values = {"n": "1000+", "limit": str(case.limits.mime_depth)}
        yield Finding("too-many-parts", part.path, detail="MIME nesting", values=values)
        return
    if over := _outline.broken_below(message, part.path, case.limits):
        yield over
        return
    for detail in _ambiguity.of_origin(message):
        yield Finding("mail-ambiguous", part.path, detail=detail)
    known: list[bytes] = []
    ambiguous = False
    for detail in _ambiguity.of_message(part.content, header_of(part.content), message):
        ambiguous = True
        yield Finding("mail-ambiguous", part.path, detail=detail)
    for found in _walk(part, message):
        if isinstance(found, Part):
            known.append(found.content)
        else:
            ambiguous |= found.reason == "mail-ambiguous"
        yield found
    if ambiguous and not _IS_READING.search(part.path):
        yield from _other_readings(part, known)


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
    message = parse_header(content)
    submitted = message.field("auto-submitted").partition(";")[0].strip().lower()
    report = _field.media_type(message.field("content-type")) == "multipart/report"
    bulk = message.field("precedence").strip().lower() == "auto_reply"
    return report or bulk or submitted == "auto-replied" or "x-autoreply" in message


def is_to_itself(content: bytes) -> bool:
    """Tell whether a message is from the very address that it goes to and wants its answer there: the
    shape of a loop between two programs (RFC 3834 section 2)."""
    message = parse_header(content)
    mailboxes = [
        _MAILBOX.findall(message.field(name).lower()) for name in ("from", "to", "reply-to")
    ]
    return bool(mailboxes[0]) and mailboxes[0] == mailboxes[1] == mailboxes[2]


def is_report(content: bytes) -> bool:
    """Tell whether a message is a bounce or receipt as a whole, so that what it encloses is ours."""
    message = parse_header(content)
    return _field.media_type(message.field("content-type")) == "multipart/report"


def received_fields(content: bytes) -> int:
    """Return how many Received fields a message carries: one for each hop (RFC 5321 section 4.4)."""
    return len(re.findall(rb"^received:", header_of(content), re.IGNORECASE | re.MULTILINE))
