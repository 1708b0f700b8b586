"""What runs when it is opened: programs, scripts, shortcuts and disk images, by name and by content."""

import re

ENDINGS = (
    "exe|com|scr|pif|bat|cmd|vbs?|vbe|jse?|wsf|wsh|hta|lnk|msi|ps1|jar|dll|cpl|reg|url|iso|img|apk"
)
"""File name extensions, as alternatives of a regular expression."""
_NAMED = re.compile(rf"\.(?:{ENDINGS})\s*$", re.IGNORECASE)
_SIGNATURES = (
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",  # Java class and Mach-O of several processors
    *(b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcut
)


def is_program(name: str) -> bool:
    """Tell whether a name ends like a program, script or shortcut."""
    return _NAMED.search(name) is not None


def runs(content: bytes) -> bool:
    """Tell whether octets begin like a program, a script for a shell, or a shortcut."""
    if content.startswith(b"MZ"):
        header = int.from_bytes(content[60:64], "little")
        # "MZ" alone also begins texts; a program points from there to its real header
        return content[header : header + 2] in (b"PE", b"NE", b"LE") or b"\0" in content[:64]
    return content.startswith(_SIGNATURES)
