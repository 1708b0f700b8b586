"""Header field bodies as the wild sends them (RFC 2045, 2047, 2231), read without ever failing.

The stdlib's structured parsers are quadratic or raise on hostile input; these are linear. What two
readers could read differently is left to `_ambiguity`; here every field gives its likeliest value.
Raw 8-bit octets come in as surrogates, as the stdlib reads them, and leave as text.
"""

import binascii
import quopri
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from ingestd.readers._charset import decode_text

NAME_CHARACTERS = 120
"""A file name is for display; more of it helps nobody (THREATS row M6)."""
_EXTENSION_CHARACTERS = 20
_WORDS_CHARACTERS = 20_000

_SPECIAL = re.compile(r'[;"(\\]')
_COMMENT = re.compile(
    r"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()\\]*+\))*+\))*+\)(?=[\s;\"(]|\Z)", re.DOTALL
)
"""Comments, also within one another (RFC 5322 section 3.2.2). What goes on behind the bracket without
a space is none: `filename=Rechnung (1).pdf` is how many programs write names."""
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"?', re.DOTALL)
_SECTION = re.compile(r"^([^*]+)\*(?:(\d{1,4})(\*)?)?$")
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([qQbB])\?([^?]*)\?=")
_MEDIA_TYPE = re.compile(r"[\w!#$&.+^-]+/[\w!#$&.+^-]+", re.ASCII)


def unfold(value: str) -> str:
    """Return a field body on one line (RFC 5322 section 2.2.3)."""
    return re.sub(r"[\r\n]+[ \t]*", " ", value).strip(" \t")


def raw_text(value: str) -> str:
    """Return a field body whose raw 8-bit octets came as surrogates (RFC 6532, or worse) as text; one
    that is text already stays as it is."""
    try:
        return decode_text(value.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")


def _decode_word(encoding: str, text: str) -> bytes:
    """Return the octets of one encoded word, as many as can be read (RFC 2047 section 4)."""
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def decode_words(value: str) -> str:
    """Return a field body with its encoded words (RFC 2047) decoded, also where they are illegal: in
    quotes, in the middle of a word, or with a letter that is cut in two by the next one."""
    text = raw_text(unfold(value))
    return _decode_words(text) if "=?" in text and len(text) <= _WORDS_CHARACTERS else text


def _decode_words(text: str) -> str:
    found: list[str] = []
    waiting, charset, end = b"", "", 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        if between.strip() or (not end and between) or charset.lower() != match[1].lower():
            found.append(decode_text(waiting, charset))
            waiting, charset = b"", match[1]
            # white space between two words belongs to neither (RFC 2047 section 6.2)
            found.append("" if end and not between.strip() else between)
        waiting += _decode_word(match[2], match[3])
        end = match.end()
    return "".join((*found, decode_text(waiting, charset), text[end:]))


def _segments(value: str) -> Iterator[str]:
    """Split a field body at its semicolons, comments taken off, quoted strings kept whole."""
    kept: list[str] = []
    start = at = 0
    while match := _SPECIAL.search(value, at):
        at = match.end()
        if match[0] == '"' and (quoted := _QUOTED.match(value, match.start())):
            at = quoted.end()
        elif match[0] == "(" and (comment := _COMMENT.match(value, match.start())):
            kept.append(value[start : match.start()])
            start = at = comment.end()
        elif match[0] == ";":
            yield "".join((*kept, value[start : match.start()]))
            kept, start = [], at
    yield "".join((*kept, value[start:]))


@lru_cache(maxsize=64)
def _pairs(value: str) -> tuple[tuple[str, str], ...]:
    """Split `type; a=b; c="d"` into (lower-case name, value) pairs, the first one named "". Raw octets
    stay surrogates. A field is asked for one thing after the other, so the last ones are remembered."""
    head, *rest = _segments(unfold(value))
    found = [("", head.strip())]
    for segment in rest:
        left = segment
        while "=" in left:
            name, _, text = left.partition("=")
            name, text = name.strip().lower(), text.strip()
            quoted = _QUOTED.match(text)
            left = text[quoted.end() :] if quoted else ""  # a forgotten semicolon
            found.append((name, re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text))
    return tuple(found)


def _join(sections: dict[int, tuple[str, bool]]) -> str:
    """Join RFC 2231 continuations in order; percent-encoded ones by the charset of the first."""
    charset = ""
    parts: list[bytes] = []
    for number in sorted(sections):
        text, encoded = sections[number]
        if encoded and not parts and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        parts.append(unquote_to_bytes(raw) if encoded else raw)
    return decode_text(b"".join(parts), charset)


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a Content-Type or Content-Disposition body, names in lower case, RFC
    2231 pieces joined; the value itself (`text/plain`) is under "". Of the spellings of a name counts
    `filename*` before `filename*0` before `filename`; of two equal ones the first."""
    plain: dict[str, str] = {}
    whole: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, text in _pairs(value):
        match = _SECTION.match(name)
        if not match:
            plain.setdefault(name, raw_text(text))
        elif match[2] is None:
            whole.setdefault(match[1], _join({0: (text, True)}))
        else:
            section = pieces.setdefault(match[1], {})
            section.setdefault(int(match[2]), (text, match[3] is not None))
    return plain | {name: _join(sections) for name, sections in pieces.items()} | whole


def boundary(value: str) -> str | None:
    """Return the boundary of a multipart as its octets stand there (RFC 2046 section 5.1.1), raw ones as
    surrogates; None if it has none. White space at its end is none of it."""
    plain = [text for name, text in _pairs(value) if name == "boundary"]
    found = plain[0] if plain else parameters(value).get("boundary")
    return None if found is None else found.rstrip()


def parameter_names(value: str) -> Counter[str]:
    """Return how often each parameter stands in a field body, in the spelling it has there."""
    return Counter(name for name, _ in _pairs(value)[1:])


def duplicated_parameters(value: str) -> list[str]:
    """Return the names of parameters that stand more than once, with different values."""
    values: dict[str, set[str]] = {}
    for name, text in _pairs(value)[1:]:
        values.setdefault(name, set()).add(text)
    return sorted(name for name, found in values.items() if len(found) > 1)


def media_type(value: str) -> str:
    """Return type/subtype in lower case, or "" for something that is none (RFC 2045 section 5.2)."""
    found = _pairs(value)[0][1].strip('"').lower()
    return found if _MEDIA_TYPE.fullmatch(found) else ""


def transfer_encoding(value: str) -> str:
    """Return a Content-Transfer-Encoding in lower case; comments, quotes, folds and a semicolon at the
    end are taken off."""
    text = ";".join(_segments(unfold(value))).strip(" \t").rstrip("; \t")
    return text.strip('"').strip(" \t").lower()


def has_comment(value: str) -> bool:
    """Tell whether a field body has comments, which not all readers take off."""
    return ";".join(_segments(value)) != value


def full_name(value: str) -> str:
    """Return a file name as its sender wrote it, encoded words decoded, NFC. It keeps deceptive
    characters: `checks.name` judges them, and what prints it escapes them."""
    lines = re.split(r"([\r\n]+)", value)  # no folds: a name in a field was unfolded with its field
    text = "".join(one if odd % 2 else decode_words(one) for odd, one in enumerate(lines))
    return unicodedata.normalize("NFC", text).strip()


def display_name(value: str) -> str:
    """Return a file name for people: `full_name` of at most NAME_CHARACTERS, what is too much taken out
    of its middle, so that it ends as it did."""
    name = full_name(value)
    if len(name) <= NAME_CHARACTERS:
        return name
    end = name[-_EXTENSION_CHARACTERS:]
    short = f"{name[: NAME_CHARACTERS - len(end) - 1]}…{end}"
    return unicodedata.normalize("NFC", short)[:NAME_CHARACTERS]
