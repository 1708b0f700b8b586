"""Where two mail readers would see two mails: such a mail is held, with every reading scanned.

A virus filter and a mail program that split a message differently are how attachments are smuggled
past the filter (draft-chen-email-mime-ambiguity-defense; THREATS row M4).
"""

import re
from collections.abc import Iterator
from email import errors
from email.message import Message

from ingestd.model import Bilingual
from ingestd.readers import _field

SINGLE_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition")
ENCODINGS = frozenset(
    {"", "7bit", "8bit", "binary", "base64", "quoted-printable"}
    | {"x-uuencode", "uuencode", "x-uue", "uue"}
)
"""Transfer encodings that are decoded; any other one is somebody's invention."""

_STRAY = re.compile(rb"^(content-[\w-]+[ \t]*:|begin [0-7]{3,4} \S)", re.IGNORECASE | re.MULTILINE)
_SPACED_NAME = re.compile(rb"^content-[\w-]+[ \t]+:", re.IGNORECASE | re.MULTILINE)
_DEFECTS = {
    errors.MissingHeaderBodySeparatorDefect: Bilingual(
        "a line in the header that is no header field",
        "une ligne de l'en-tête qui n'est pas un champ",
    ),
    errors.FirstHeaderLineIsContinuationDefect: Bilingual(
        "a header that begins with a continuation line",
        "un en-tête qui commence par une ligne de suite",
    ),
    errors.NoBoundaryInMultipartDefect: Bilingual(
        "a multipart without boundary", "un multipart sans délimiteur"
    ),
    errors.StartBoundaryNotFoundDefect: Bilingual(
        "a boundary that never comes", "un délimiteur introuvable"
    ),
}


def of_entity(entity: Message) -> Iterator[Bilingual]:
    """Yield what is ambiguous in the header of one MIME entity and in how it was split."""
    for name in SINGLE_FIELDS:
        values = {_field.unfold(str(value)) for value in entity.get_all(name, [])}
        if len(values) > 1:
            yield Bilingual(f"two {name.title()} fields", f"deux champs {name.title()}")
    content_type = str(entity.get("content-type", ""))
    for name in _field.duplicated_parameters(content_type):
        if name in ("boundary", "charset"):
            yield Bilingual(f"two values for {name}", f"deux valeurs pour {name}")
    encoding = _field.transfer_encoding(str(entity.get("content-transfer-encoding", "")))
    if encoding not in ENCODINGS:
        shown = _field.raw_text(encoding)[:40]
        yield Bilingual(
            f"unknown transfer encoding {shown}", f"encodage de transfert inconnu : {shown}"
        )
    elif entity.is_multipart() and encoding not in ("", "7bit", "8bit", "binary"):
        yield Bilingual(f"{encoding} on a multipart", f"{encoding} sur un multipart")
    for defect in entity.defects:
        if type(defect) in _DEFECTS:
            yield _DEFECTS[type(defect)]
    for stray in (entity.preamble, entity.epilogue):
        if stray and _STRAY.search(stray.encode("ascii", "surrogateescape")):
            yield Bilingual("data outside the parts", "des données hors des parties")


def of_message(raw_header: bytes, message: Message) -> Iterator[Bilingual]:
    """Yield what is ambiguous in the header of a whole message (RFC 5322 section 3.6)."""
    if len(message.get_all("from", [])) > 1:
        yield Bilingual("two From fields", "deux champs From")
    if b"\0" in raw_header:
        yield Bilingual("NUL in the header", "octet nul dans l'en-tête")
    if _SPACED_NAME.search(raw_header):
        yield Bilingual("white space before a colon", "une espace avant un deux-points")
