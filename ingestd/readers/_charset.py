"""Octets -> text, in the character set that is named, or in the likeliest one; never fails.

Senders name sets that do not exist, that are none (`unicode_escape`, `rot13`), or that their text is not
in. So a name counts only if it is on a list and the octets agree with it.
"""

import codecs
from functools import cache

_ALLOWED = frozenset(
    codecs.lookup(name).name
    for name in (
        "ascii utf-8 utf-7 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be"
        " cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 tis-620 koi8-r koi8-u"
        " koi8-t kz1048 ptcp154 cp437 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 cp862 cp863"
        " cp864 cp865 cp866 cp869 cp1125 mac-roman mac-latin2 mac-cyrillic mac-greek mac-turkish"
        " mac-iceland shift_jis shift_jis_2004 shift_jisx0213 cp932 euc_jp euc_jis_2004 iso2022_jp"
        " iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext gb2312 gbk gb18030 hz"
        " big5 big5hkscs cp950 euc_kr cp949 johab iso2022_kr"
    ).split()
) | {codecs.lookup(f"iso-8859-{part}").name for part in range(1, 17) if part != 12}
_LATIN = frozenset({"iso8859-1", "ascii"})
"""What is called so is Windows-1252 in truth wherever the two differ (WHATWG Encoding section 4.2)."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16", "utf-32")


@cache
def _codec(name: str) -> str:
    """Return Python's name of a character set, "" for a name that is none. A language behind it (RFC
    2231 section 5) is ignored."""
    try:
        found = codecs.lookup(name.partition("*")[0].strip().strip("\"'")).name
    except (LookupError, ValueError):
        return ""
    return found if found in _ALLOWED else ""


def _is_narrow(raw: bytes) -> bool:
    """Tell text of one octet a letter, whatever it is called: it has no NUL, and is UTF-8."""
    try:
        return b"\0" not in raw and bool(raw.decode("utf-8") or True)
    except ValueError:
        return False


def _endless(codec: str, raw: bytes) -> str:
    """Return UTF-16 with the order of octets that most of its zeros tell; without a mark the RFC says
    big-endian (RFC 2781 section 4.3), and Windows writes little-endian."""
    if codec != "utf-16":
        return codec
    head = raw[:2000]
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"


def codec_of(raw: bytes, charset: str = "") -> str:
    """Return the codec that reads `raw`, said to be in `charset`; "" if none on the list does."""
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return codec
    named = _codec(charset) if charset else ""
    if named.startswith(_WIDE):
        named = "utf-8" if _is_narrow(raw) else _endless(named, raw)
    return "cp1252" if named in _LATIN and not _is_narrow(raw) else named


def is_wide(raw: bytes, charset: str = "") -> bool:
    """Tell text of two or four octets a letter, and UTF-7: its octets must be decoded before anything
    can be looked for in them."""
    return codec_of(raw, charset).startswith((*_WIDE, "utf-7"))


def decode_text(raw: bytes, charset: str = "") -> str:
    """Return `raw` as text in `charset` if that is a character set, else in UTF-8, else in
    Windows-1252. It holds no lone surrogate: that could neither be stored nor shown."""
    for codec in (codec_of(raw, charset), "utf-8"):
        try:
            if codec:
                return _storable(raw.decode(codec))
        except ValueError:
            continue
    return raw.decode("cp1252", "replace")


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
