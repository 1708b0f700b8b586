"""Outlook's `winmail.dat` (TNEF, MS-OXTNEF) -> its body, its attachments, its embedded messages.

Where the stream is damaged, what came whole before the damage is a part like any other and is judged
by itself; that something is missing is said of the wrapping (`tnef-unreadable`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from oxmsg.domain import constants as mapi
from tnefparse.mapi import IMESSAGE_SIG, IMESSAGE_SIG_LEN, SZMAPI_OBJECT
from tnefparse.tnef import TNEF

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import _children, _field, _rtf, _tnef
from ingestd.readers._charset import decode_text

KIND = "application/ms-tnef"
MESSAGE = "message/rfc822"
_HIDDEN = 0x7FFE
_OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")

Properties = dict[int, _tnef.Property]


@dataclass(slots=True)
class _Attachment:
    """One attachment in the making: its attributes come one after the other."""

    title: bytes = b""
    transport_name: bytes = b""
    data: bytes | None = None
    properties: Properties = field(default_factory=dict)

    def take(self, found: _tnef.Attribute, budget: _tnef.Budget) -> None:
        if found.name == TNEF.ATTATTACHTITLE:
            self.title = found.data
        elif found.name == TNEF.ATTATTACHTRANSPORTFILENAME:
            self.transport_name = found.data
        elif found.name == TNEF.ATTATTACHDATA:
            self.data = found.data
        elif found.name == TNEF.ATTATTACHMENT:
            self.properties = _tnef.properties(found.data, budget)


@dataclass(slots=True)
class _Message:
    """One message in the making."""

    charset: str = "cp1252"
    plain: bytes = b""
    properties: Properties = field(default_factory=dict)
    attachments: list[_Attachment] = field(default_factory=list)
    budget: _tnef.Budget = field(default_factory=_tnef.Budget)

    def take(self, found: _tnef.Attribute) -> None:
        if found.name == TNEF.ATTATTACHRENDDATA:
            self.attachments.append(_Attachment())
        elif found.level == TNEF.LVL_ATTACHMENT:
            if not self.attachments:  # some put the data before what announces it
                self.attachments.append(_Attachment())
            self.attachments[-1].take(found, self.budget)
        elif found.name == TNEF.ATTOEMCODEPAGE:
            codepage = int.from_bytes(found.data[:4], "little")
            self.charset = _tnef.charset_of(codepage) or self.charset
        elif found.name == TNEF.ATTBODY:
            self.plain = found.data
        elif found.name == TNEF.ATTMAPIPROPS:
            self.properties = _tnef.properties(found.data, self.budget)


def _bodies(part: Part, message: _Message, taken: set[str]) -> Iterator[Part]:
    """Yield the texts of the message; RTF only where there is no other, and as text."""
    properties = message.properties
    codepage = _tnef.number(properties.get(mapi.PID_INTERNET_CODEPAGE))
    charset = _tnef.charset_of(codepage) or message.charset
    plain = _tnef.text(properties.get(mapi.PID_BODY), message.charset)
    plain = plain or decode_text(message.plain.rstrip(b"\0"), message.charset)
    html = _tnef.text(properties.get(mapi.PID_HTML), charset)
    rtf = properties.get(mapi.PID_RTF_COMPRESSED)
    found = {"text/plain": plain, "text/html": html}
    if rtf and not plain.strip() and not html.strip():
        kind, words = _rtf.text(_rtf.decompress(rtf.value))
        found = {kind: words}
    for kind, words in found.items():
        if words.strip():
            content = words[: _rtf.BODY_BYTES].encode("utf-8", "replace")
            yield _children.body(part, content, kind, taken)


def _name(attachment: _Attachment, charset: str) -> str:
    """Return the longest name that an attachment has: the short ones are DOS names."""
    properties = attachment.properties
    return (
        _tnef.text(properties.get(mapi.PID_ATTACH_LONG_FILENAME), charset)
        or _tnef.text(properties.get(mapi.PID_DISPLAY_NAME), charset)
        or _tnef.text(properties.get(mapi.PID_ATTACH_FILENAME), charset)
        or decode_text(attachment.transport_name.rstrip(b"\0"), charset)
        or decode_text(attachment.title.rstrip(b"\0"), charset)
    )


def _data(attachment: _Attachment) -> bytes:
    """Return the octets of a file; without the interface id that stands before an OLE object."""
    if attachment.data is not None:
        return attachment.data
    found = attachment.properties.get(mapi.PID_ATTACH_DATA_BINARY)
    if found is None:
        return b""
    is_object = found.kind == SZMAPI_OBJECT and found.value[16:24] == _OLE_SIGNATURE
    return found.value[16:] if is_object else found.value


def _attached(part: Part, attachment: _Attachment, charset: str, taken: set[str]) -> Part:
    """Return an attachment: a file, or a message that is TNEF again and is opened in its turn. One
    that is only referred to comes out empty, and is said to be."""
    name, data = _name(attachment, charset), _data(attachment)
    properties = attachment.properties
    if data.startswith(IMESSAGE_SIG):
        return _children.message(part, name, data[IMESSAGE_SIG_LEN:], KIND, taken)
    declared = _field.media_type(_tnef.text(properties.get(mapi.PID_ATTACH_MIME_TAG), charset))
    content_id = _tnef.text(properties.get(mapi.PID_ATTACH_CONTENT_ID), charset).strip("<>")
    hidden = bool(_tnef.number(properties.get(_HIDDEN)))
    # S/MIME mail that Outlook could not show: the whole entity, its header first
    entity = declared.startswith("multipart/") and data[:13].lower() == b"content-type:"
    return _children.child(
        part,
        name,
        data,
        taken,
        kind=MESSAGE if entity else "",
        declared_type=declared,
        disposition="inline" if hidden and content_id else "attachment",
        content_id=content_id,
    )


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the bodies and attachments of a TNEF message; `tnef-unreadable` where it is damaged."""
    message, damage = _Message(), ""
    try:
        for found in _tnef.attributes(part.content):
            message.take(found)
    except _tnef.Damaged as error:
        damage = str(error)
        if message.attachments and message.attachments[-1].data is None:
            message.attachments.pop()  # the damage is in the middle of this one
    taken: set[str] = set()
    bodies = list(_bodies(part, message, taken))
    yield from bodies
    for attachment in message.attachments:
        yield _attached(part, attachment, message.charset, taken)
    if not damage and not bodies and not message.attachments:
        damage = "nothing in it"  # nothing says how long the whole is: it may be cut off here
    if damage:
        detail = Bilingual(f"damaged: {damage}", f"endommagé : {damage}")
        yield Finding("tnef-unreadable", part.path, detail=detail)
