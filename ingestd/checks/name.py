"""A file name that is built to look like another kind of file (UTS 39, THREATS row M6)."""

import re
import unicodedata
from collections.abc import Iterator

from ingestd.model import Bilingual, Case, Finding, Part

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DOCUMENT = "pdf|xml|jpe?g|png|tiff?|docx?|xlsx?|txt|csv|zip"
_PROGRAM = (
    "exe|com|scr|pif|bat|cmd|vbs?|vbe|jse?|wsf|wsh|hta|lnk|msi|ps1|jar|dll|cpl|reg|url|iso|img|apk"
)
_DOUBLE = re.compile(rf"\.(?:{_DOCUMENT})[\s._]*\.(?:{_PROGRAM})$", re.IGNORECASE)


def is_program(name: str) -> bool:
    """Tell whether a name ends like a program, script or shortcut."""
    return re.search(rf"\.(?:{_PROGRAM})\s*$", name, re.IGNORECASE) is not None


def check(part: Part, case: Case) -> Iterator[Finding]:
    """Yield `name-deceptive` for bidi controls, control characters or a double extension."""
    if _BIDI.search(part.filename):
        detail = Bilingual(
            "bidirectional control character", "caractère de contrôle bidirectionnel"
        )
    elif any(unicodedata.category(character) == "Cc" for character in part.filename):
        detail = Bilingual("control character", "caractère de contrôle")
    elif _DOUBLE.search(part.filename):
        detail = Bilingual("double extension", "double extension")
    else:
        return
    yield Finding("name-deceptive", part.path, detail=detail)
