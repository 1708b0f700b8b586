"""A file name that is built to look like another kind of file (UTS 39, THREATS row M6).

Names are for display only; nothing is ever opened by one. What is judged here is what people would take
a file for, on any of their machines.
"""

import re
import unicodedata
from collections.abc import Iterator

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import programs

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HIDDEN = re.compile(
    f"(?<=[\x21-\x7e])[{programs.INVISIBLE}]+(?=[\x21-\x7e]|$)"
    f"|[{programs.INVISIBLE}\u00ad]+(?=[\\w.]{{0,5}}$)"
)
"""Characters without width between ASCII ones, or near the end. Between letters of other scripts, and in
emoji, they have their use."""
_CONTROLS = ("Cc", "Cs", "Zl", "Zp")

_DOCUMENT = "pdf|xml|jpe?g|png|gif|tiff?|docx?|xlsx?|pptx?|odt|ods|rtf|txt|csv|zip|heic|eml|msg"
_PAGE = "html?|xhtml|shtml|mht(?:ml)?|svg"
_KNOWN = re.compile(f"{_DOCUMENT}|{programs.ENDINGS}|{_PAGE}")
_DOUBLE = re.compile(
    rf"\.(?:{_DOCUMENT})[\s._\-]*\.\s*(?:{programs.ENDINGS})[\s.]*$", re.IGNORECASE
)
_PADDED = re.compile(rf"\.(?:{_DOCUMENT})[\s_]{{4,}}\S.*$", re.IGNORECASE)
_DOUBLE_PAGE = re.compile(
    rf"\.(?:pdf|docx?|xlsx?|jpe?g|png)[\s._\-]*\.(?:{_PAGE})[\s.]*$", re.IGNORECASE
)
_STREAM = re.compile(r"\.[A-Za-z]\w{0,4}:\S")
"""An alternate data stream of NTFS: `a.pdf:b.exe`."""
_DEVICE = re.compile(
    r"^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE
)
_DOMAIN = re.compile(r"\.com[\s.]*$", re.IGNORECASE)
_DOCUMENT_KINDS = ("application/pdf", "application/xml", "text/xml", "image/", "{", "message/")

_WORDS = {
    "bidi": Bilingual("bidirectional control character", "caractère de contrôle bidirectionnel"),
    "control": Bilingual("control character", "caractère de contrôle"),
    "hidden": Bilingual("invisible character", "caractère invisible"),
    "double": Bilingual("double extension", "double extension"),
    "dot": Bilingual("a character that looks like a dot", "un caractère qui ressemble à un point"),
    "stream": Bilingual("a second name after a colon", "un second nom après deux-points"),
    "device": Bilingual("the name of a device", "un nom de périphérique"),
}


def is_domain(part: Part) -> bool:
    """Tell a document that is called after a web site (`www.supplier.com`) from a program: it is one by
    its octets, or a message by its subject. It is not refused for its name."""
    return _DOMAIN.search(part.filename) is not None and part.kind.startswith(_DOCUMENT_KINDS)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def _trick(name: str) -> str:
    """Return the key of the first trick in a name, "" if there is none."""
    looks = programs.folded(name)
    if _BIDI.search(name):
        return "bidi"
    if any(unicodedata.category(character) in _CONTROLS for character in name):
        return "control"
    if any(pattern.search(looks) for pattern in (_DOUBLE, _DOUBLE_PAGE, _PADDED)):
        return "double"
    if _HIDDEN.search(name):
        return "hidden"
    extension = _extension(looks)
    if extension != _extension(programs.shown(name)) and _KNOWN.fullmatch(extension):
        return "dot"
    for key, pattern in (("stream", _STREAM), ("device", _DEVICE)):
        if pattern.search(looks):
            return key
    return ""


def check(part: Part, case: Case) -> Iterator[Finding]:
    """Yield `name-deceptive` for a name with bidi controls, control or invisible characters, a double
    extension, false dots, a stream or a device."""
    if trick := _trick(part.filename):
        yield Finding("name-deceptive", part.path, detail=_WORDS[trick])
