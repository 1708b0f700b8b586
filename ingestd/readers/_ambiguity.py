"""Where two mail readers would see two mails: such a mail is held, with every reading scanned.

A virus filter and a mail program that split a message differently are how attachments are smuggled
past the filter (draft-chen-email-mime-ambiguity-defense; THREATS row M4). What has one meaning however
it is written (folds, quotes, comments, letter case) is not named here: `_field` reads it.
"""

import re
from collections.abc import Iterator
from email import errors
from email.message import Message

from ingestd.model import Bilingual
from ingestd.readers import _field, _transfer
from ingestd.readers._entity import Entity, walk

SINGLE_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition")
BOUNDARY_CHARACTERS = 70
"""RFC 2046 section 5.1.1; some readers compare no more."""

_TELLING = frozenset("boundary charset name filename type start smime-type protocol".split())
"""Parameters that decide what a part is, or is called."""

_STRAY = re.compile(
    rb"^(?:content-[\w-]+[ \t]*:|begin(?:-base64)?[ \t]+[0-7]{3,4} \S|=ybegin "
    rb"|\(This file must be converted with BinHex)"
    rb"|^[A-Za-z0-9+/]{60,}={0,2}[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
"""Fields, files and base64 where only words may stand."""
_SPACED_NAME = re.compile(rb"^content-[\w-]+[ \t]+:", re.IGNORECASE | re.MULTILINE)
_BARE_CR = re.compile(rb"\r(?!\n)")
_FIELD = re.compile(rb"content-[\w-]{1,40}[ \t]*:[^\r\n]*(\r(?![\r\n]))?")
_MAILBOX = re.compile(rb"\n\r?\n>?From [^\r\n]*\d{4}\r?\n[!-9;-~]+:")
_BLANK_FOLD = re.compile(rb"\n[ \t]+\r?\n")
_CONTENT_FIELD = re.compile(rb"^content-", re.IGNORECASE | re.MULTILINE)
_PLAIN_BOUNDARY = re.compile(r"\bboundary\s*=\s*(\"[^\"]*\"|[^\s;\"]+)\s*(?:;|\Z)", re.IGNORECASE)
_ODD_IN_BOUNDARY = re.compile(r"\\|=\?[^?]+\?[bq]\?|^'.*'$", re.IGNORECASE)
_MULTIPART = re.compile(r"[\s\"']*multipart\b", re.IGNORECASE)
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


def of_entity(entity: Entity) -> Iterator[Bilingual]:
    """Yield what is ambiguous in the header of one MIME entity and in how it was split."""
    for name in SINGLE_FIELDS:
        values = {_field.unfold(str(value)) for value in entity.get_all(name, [])}
        if len(values) > 1:
            yield Bilingual(f"two {name.title()} fields", f"deux champs {name.title()}")
    yield from _of_parameters(entity)
    yield from _of_type(entity)
    yield from _of_encoding(entity)
    for defect in entity.defects:
        if type(defect) in _DEFECTS:
            yield _DEFECTS[type(defect)]
    for stray in (entity.preamble, entity.epilogue):
        if stray and _STRAY.search(stray.encode("ascii", "surrogateescape")):
            yield Bilingual("data outside the parts", "des données hors des parties")
    yield from _of_delimiters(entity)


def _of_parameters(entity: Entity) -> Iterator[Bilingual]:
    for field in ("content-type", "content-disposition"):
        for name in _field.duplicated_parameters(entity.field(field)):
            if name.partition("*")[0] in _TELLING:
                yield Bilingual(f"two values for {name}", f"deux valeurs pour {name}")


def _of_type(entity: Entity) -> Iterator[Bilingual]:
    """Yield where a Content-Type says multipart to one reader and something else, or another boundary,
    to the next one (RFC 2045 section 5.1)."""
    value = entity.field("content-type")
    ours, plain = entity.get_content_type(), Message.get_content_type(entity)
    multipart = ours.startswith("multipart/")
    if multipart != plain.startswith("multipart/") or (_MULTIPART.match(value) and not multipart):
        yield Bilingual(
            "a Content-Type that is hardly readable", "un Content-Type difficilement lisible"
        )
    elif multipart and _field.has_comment(value):
        yield Bilingual("a comment in the Content-Type", "un commentaire dans le Content-Type")
    elif value.lstrip().startswith("=?"):
        yield Bilingual("an encoded Content-Type", "un Content-Type encodé")
    elif multipart and (odd := _odd_boundary(entity)):
        yield odd


def _odd_boundary(entity: Entity) -> Bilingual | None:
    """Return what is odd about the boundary of a multipart: readers unquote, cut, trim, join and decode
    it differently (RFC 2046 section 5.1.1, RFC 2231)."""
    value, boundary = _field.unfold(entity.field("content-type")), entity.get_boundary()
    if boundary is None:
        return None
    if not boundary or len(boundary) > BOUNDARY_CHARACTERS:
        return Bilingual("a boundary that is empty or too long", "un délimiteur vide ou trop long")
    written = _PLAIN_BOUNDARY.search(value)
    in_pieces = any(name.startswith("boundary*") for name in _field.parameter_names(value))
    plain = written is not None and written[1].strip('"') == boundary
    if not plain or in_pieces or not boundary.isascii() or _ODD_IN_BOUNDARY.search(boundary):
        return Bilingual(
            "a boundary that is hardly readable", "un délimiteur difficilement lisible"
        )
    return None


def _of_encoding(entity: Entity) -> Iterator[Bilingual]:
    encoding = entity.transfer_encoding
    if encoding not in _transfer.KNOWN:
        shown = _field.raw_text(encoding)[:40]
        yield Bilingual(
            f"unknown transfer encoding {shown}", f"encodage de transfert inconnu : {shown}"
        )
    elif entity.is_multipart() and encoding not in _transfer.IDENTITY:
        yield Bilingual(f"{encoding} on a multipart", f"{encoding} sur un multipart")
    elif encoding == "base64" and b"\0" in entity.octets:
        yield Bilingual("NUL inside base64", "octet nul dans du base64")


def _of_delimiters(entity: Entity) -> Iterator[Bilingual]:
    """Yield where a line is a delimiter to readers that compare only its beginning, as RFC 2046 section
    5.1.1 allows, and is none to those that compare the whole of it."""
    boundary = entity.get_boundary() if entity.is_multipart() else None
    epilogue = entity.epilogue or ""
    if boundary and re.search(rf"^--{re.escape(boundary)}(?!--)", epilogue, re.MULTILINE):
        yield Bilingual(
            "parts behind the last delimiter", "des parties après le dernier délimiteur"
        )


def of_origin(message: Entity) -> Iterator[Bilingual]:
    """Yield what leaves open who wrote a message (RFC 5322 section 3.6.2)."""
    if len(message.get_all("from", [])) > 1:
        yield Bilingual("two From fields", "deux champs From")


def of_message(raw: bytes, raw_header: bytes, message: Entity) -> Iterator[Bilingual]:
    """Yield what is ambiguous in the header of a whole message, and in the lines that delimit its
    parts."""
    if b"\0" in raw_header:
        yield Bilingual("NUL in the header", "octet nul dans l'en-tête")
    if _SPACED_NAME.search(raw_header):
        yield Bilingual("white space before a colon", "une espace avant un deux-points")
    if _BARE_CR.search(raw_header) or _is_field_by_bare_cr(raw):
        yield Bilingual("a bare CR in the header", "un retour chariot seul dans l'en-tête")
    if raw.startswith(b"From ") and _MAILBOX.search(raw):
        yield Bilingual("several messages in one", "plusieurs messages en un seul")
    if _is_cut(raw_header):
        yield Bilingual("a blank line within the header", "une ligne vide dans l'en-tête")
    yield from _of_boundaries(raw, message)


def _is_cut(raw_header: bytes) -> bool:
    """Tell whether a line of white space, which ends the header for some readers and is a fold for
    others, has MIME fields on both sides."""
    field = _CONTENT_FIELD.search(raw_header)
    blank = _BLANK_FOLD.search(raw_header, field.end()) if field else None
    return blank is not None and _CONTENT_FIELD.search(raw_header, blank.end()) is not None


def _of_boundaries(raw: bytes, message: Entity) -> Iterator[Bilingual]:
    boundaries = {
        boundary.encode("ascii", "surrogateescape")
        for entity in (message, *(one for _, one in walk(message)))
        if entity.is_multipart() and (boundary := entity.get_boundary())
    }
    if boundaries and _has_near_delimiter(raw, boundaries):
        yield Bilingual(
            "a line that only begins like a delimiter",
            "une ligne qui commence seulement comme un délimiteur",
        )
    if _is_alike_within(message, frozenset()):
        yield Bilingual(
            "a boundary within a part of the same boundary, or of one that begins alike",
            "un délimiteur à l'intérieur d'une partie du même délimiteur, ou d'un qui commence pareil",
        )


def _has_near_delimiter(raw: bytes, boundaries: set[bytes]) -> bool:
    """Tell whether a line begins with a delimiter and goes on otherwise, or has a bare CR at an end."""
    any_of = b"|".join(re.escape(one) for one in sorted(boundaries, key=len, reverse=True))
    for match in re.finditer(rb"--(?:" + any_of + rb")([^\r\n]*)(\r?\n|\r|\Z)", raw):
        before = raw[max(0, match.start() - 1) : match.start()]
        if before not in (b"", b"\n", b"\r"):
            continue
        end = match[1].rstrip(b" \t")
        if end not in (b"", b"--") or b"\r" in (before, match[2]):
            return True
    return False


def _is_field_by_bare_cr(raw: bytes) -> bool:
    """Tell whether a MIME field begins behind a bare CR, or ends with one: readers disagree whether that
    is a line end."""
    for match in _FIELD.finditer(raw.lower()):
        before = raw[max(0, match.start() - 1) : match.start()]
        if before == b"\r" or (before in (b"", b"\n") and match[1]):
            return True
    return False


def _is_alike_within(entity: Entity, around: frozenset[str]) -> bool:
    """Tell whether a multipart lies in another one of the same boundary, or one begins like the other."""
    boundary = (entity.get_boundary() or "") if entity.is_multipart() else ""
    if not boundary:
        return False
    if any(boundary.startswith(one) or one.startswith(boundary) for one in around):
        return True
    return any(_is_alike_within(child, around | {boundary}) for child in entity.children)
