"""What runs when it is opened: programs, scripts, shortcuts and disk images, by name and by content."""

import re
import unicodedata

ENDINGS = (
    "exe|com|scr|pif|bat|cmd|vbs?|vbe|jse?|wsf|wsh|wsc|hta|lnk|msi|msp|msc|ps1|psm1|jar|dll|cpl|ocx|reg"
    "|url|iso|img|vhdx?|apk|app|dmg|pkg|command|sh|scf|sct|inf|gadget|application|appx|msix|chm|hlp|ade"
    "|xll|settingcontent-ms|website|desktop|library-ms|search-ms"
)
"""File name extensions, as alternatives of a regular expression."""
INVISIBLE = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""Characters without width, as a range of a regular expression."""
_NOT_SHOWN = re.compile(f"[{INVISIBLE}\u00ad\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DOTS = str.maketrans(dict.fromkeys("\u2024\u3002\uff0e\uff61\ufe52\u06d4\u0701\u0702\ua4f8", "."))
"""Characters that are read as a dot; the ones with a dot in their shape that words need are not meant."""
_NAMED = re.compile(rf"\.(?:{ENDINGS})[\s.]*$", re.IGNORECASE)
_SIGNATURES = (
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",  # Java class and Mach-O of several processors
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
)


def shown(name: str) -> str:
    """Return a name without what does not show."""
    return _NOT_SHOWN.sub("", name)


def folded(name: str) -> str:
    """Return a name as it looks: in ordinary letters and dots, without what does not show."""
    return unicodedata.normalize("NFKC", shown(name).translate(_DOTS))


def is_program(name: str) -> bool:
    """Tell whether a name ends like a program, script or shortcut, however it is disguised; blanks and
    dots behind it, which Windows drops, do not count."""
    return _NAMED.search(folded(name)) is not None


def runs(content: bytes) -> bool:
    """Tell whether octets begin like a program, a script for a shell, or a shortcut."""
    if content.startswith(b"MZ"):
        header = int.from_bytes(content[60:64], "little")
        # "MZ" alone also begins texts; a program points from there to its real header
        return content[header : header + 2] in (b"PE", b"NE", b"LE") or b"\0" in content[:64]
    return content.startswith(_SIGNATURES)
