"""Files that are two things at once: a picture or PDF to one program, an archive or page to the next.

Told by what programs look for: ZIP from its end, RAR and 7z anywhere, PDF within the first kilobyte,
HTML at the beginning.
"""

import re

_PDF = "application/pdf"
_HEAD_BYTES = 1024
_TAIL_BYTES = 66_000
"""The end record of a ZIP and the longest comment behind it (APPNOTE section 4.3.16)."""
_ZIP_END = re.compile(rb"PK\x05\x06.{18,}\Z", re.DOTALL)
_ARCHIVES = ((b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"))
_PAGE = re.compile(rb"<(?:html|script|body|!doctype\s+html|iframe|svg)\b", re.IGNORECASE)


def other_nature(content: bytes, kind: str) -> str:
    """Return what a PDF or picture is besides (`ZIP`, `RAR`, `7z`, `PDF`, `HTML`), "" if nothing."""
    if kind != _PDF and not kind.startswith("image/"):
        return ""
    if _ZIP_END.search(content[-_TAIL_BYTES:]):
        return "ZIP"
    if kind == _PDF:
        before, _, _ = content[:_HEAD_BYTES].partition(b"%PDF-")
        return "HTML" if _PAGE.search(before) else ""
    for signature, name in _ARCHIVES:
        if signature in content:
            return name
    ends_as_pdf = b"%%EOF" in content[-_HEAD_BYTES:] and b"%PDF-" in content
    return "PDF" if b"%PDF-" in content[:_HEAD_BYTES] or ends_as_pdf else ""
