"""Header field bodies as the wild sends them (RFC 2045, 2047, 2231), read without ever failing.

The stdlib's structured parsers are quadratic or raise on hostile input; these are linear. What two
readers could read differently is left to `_ambiguity`; here every field gives its likeliest value.
"""

import codecs
import re
import unicodedata
from binascii import Error as BinasciiError
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes

NAME_CHARACTERS = 200
"""A file name is for display; more of it helps nobody."""

_TOKEN = re.compile(r'[^\s;="]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?', re.DOTALL)
_SECTION = re.compile(r"^([^*]+)(?:\*(\d{1,4}))?(\*)?$")
_COMMENT = re.compile(r"\([^()]*\)")


def unfold(value: str) -> str:
    """Return a field body on one line (RFC 5322 section 2.2.3)."""
    return re.sub(r"[\r\n]+[ \t]*", " ", value).strip()


def decode_text(raw: bytes, charset: str = "") -> str:
    """Return `raw` as text in `charset` if that is a character set, else UTF-8, else Windows-1252.

    `codecs` also knows `unicode_escape`, `rot13` and the like; those are no character sets.
    """
    for name in (charset, "utf-8"):
        try:
            codec = codecs.lookup(name) if name and "escape" not in name.lower() else None
            if codec and codec._is_text_encoding:
                return raw.decode(codec.name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def raw_text(value: str) -> str:
    """Return a field body whose raw 8-bit octets came as surrogates (RFC 6532, or worse) as text; one
    that is text already stays as it is."""
    try:
        return decode_text(value.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return value


def decode_words(value: str) -> str:
    """Return a field body with its encoded words (RFC 2047) decoded, also where they are illegal."""
    text = raw_text(unfold(value))
    if "=?" not in text or len(text) > 20_000:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, BinasciiError, ValueError):
        return text
    return "".join(
        piece if isinstance(piece, str) else decode_text(piece, charset or "")
        for piece, charset in pieces
    )


def _pairs(value: str) -> list[tuple[str, str]]:
    """Split `type; a=b; c="d"` into (lower-case name, value) pairs, the first one named ""."""
    found: list[tuple[str, str]] = []
    position, name = 0, ""
    head, _, _ = value.partition(";")
    found.append(("", head.strip()))
    position = len(head)
    while position < len(value):
        if match := _TOKEN.match(value, position):
            position = match.end()
            rest = re.compile(r"\s*=\s*").match(value, position)
            if not rest:
                continue
            name, position = match[0].lower(), rest.end()
            if quoted := _QUOTED.match(value, position):
                found.append((name, re.sub(r"\\(.)", r"\1", quoted[1])))
                position = quoted.end()
            else:
                end = value.find(";", position)
                end = len(value) if end < 0 else end
                found.append((name, value[position:end].strip()))
                position = end
        else:
            position += 1
    return found


def _join(sections: dict[int, tuple[str, bool]]) -> str:
    """Join RFC 2231 continuations in order; percent-encoded ones by the charset of the first."""
    charset = ""
    parts: list[bytes] = []
    encoded_any = any(encoded for _, encoded in sections.values())
    for number in sorted(sections):
        text, encoded = sections[number]
        if encoded and not parts and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        parts.append(unquote_to_bytes(raw) if encoded else raw)
    return decode_text(b"".join(parts), charset if encoded_any else "")


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a Content-Type or Content-Disposition body, names in lower case, RFC
    2231 pieces joined; the value itself (`text/plain`) is under "". Of two spellings of a name
    (`filename` and `filename*`) the RFC 2231 one counts, of two equal ones the first."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, text in _pairs(_COMMENT.sub("", raw_text(unfold(value)))):
        match = _SECTION.match(name)
        if not match or (match[2] is None and match[3] is None):
            plain.setdefault(name, text)
            continue
        section = pieces.setdefault(match[1], {})
        section.setdefault(int(match[2] or 0), (text, match[3] is not None))
    return plain | {name: _join(sections) for name, sections in pieces.items()}


def duplicated_parameters(value: str) -> list[str]:
    """Return the names that stand more than once in a field body with parameters."""
    names = [name for name, _ in _pairs(_COMMENT.sub("", raw_text(unfold(value))))]
    return sorted({name for name in names if names.count(name) > 1})


def media_type(value: str) -> str:
    """Return type/subtype in lower case, or "" for something that is none (RFC 2045 section 5.2)."""
    found = parameters(value).get("", "").lower()
    return found if re.fullmatch(r"[\w!#$&.+^-]+/[\w!#$&.+^-]+", found) else ""


def transfer_encoding(value: str) -> str:
    """Return a Content-Transfer-Encoding in lower case, comments, quotes and folds taken off."""
    return _COMMENT.sub("", unfold(value)).strip().strip('"').strip().lower()


def display_name(value: str) -> str:
    """Return a file name for people: encoded words decoded, NFC, at most NAME_CHARACTERS. It keeps
    deceptive characters: `checks.name` judges them, and what prints it escapes them."""
    lines = re.split(r"([\r\n]+)", value)  # no folds: a name in a field was unfolded with its field
    text = "".join(one if odd % 2 else decode_words(one) for odd, one in enumerate(lines))
    return unicodedata.normalize("NFC", text).strip()[:NAME_CHARACTERS]
