"""Which pictures are decoration (logos, signatures, banners, pixels) and which may show an invoice.

Judged by pixels first: what is as large as a page is never decoration, however it is attached. What is
smaller is told by its use in the mail's HTML (`cid:`), its shape, its name, and by being one of many.
"""

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote

from ingestd.checks.kind import READABLE_PHOTOS
from ingestd.extraction.cues import names_decoration, names_invoice
from ingestd.gathering import Gathered
from ingestd.model import Part

PAGE_PIXELS = 500
"""A picture whose both sides have as many may show an invoice, also where it stands in the text."""
RECEIPT_PIXELS = 600
"""So may a narrow one as high as this: a receipt of a till is a strip."""
SHEET_PIXELS = (300, 500)
"""So may one that stands upright like a sheet of paper and is at least as wide and high as this."""
_SHEET = 1.2
LOGO_PIXELS = 300
"""One that is narrower or lower than this, and no strip, shows none."""
TINY_PIXELS = 100
MANY = 4
"""From so many small pictures on they are icons or thumbnails."""
_UNKNOWN_BYTES = 20_000
"""A picture without a readable size is judged by its octets."""
_BANNER = 2.5
_STRIP = 1.5
_CID = re.compile(r"cid:([^\"'\s>)]+)", re.IGNORECASE)


def decoration(pictures: Sequence[Part], gathered: Gathered, html: str) -> set[str]:
    """Return the paths of the pictures that are decoration. `html` is the mail's HTML bodies."""
    used = {unquote(name).lower() for name in _CID.findall(html.replace("&amp;", "&"))}
    copies = Counter(part.sha256 for part in pictures)
    small = [part for part in pictures if not _is_page(part, gathered)]
    ignored = {
        part.path
        for part in small
        if _is_in_text(part, used)
        or _is_shaped_so(part, gathered)
        or copies[part.sha256] > 1
        or names_decoration(part.filename)
    }
    left = {part.path for part in small if not names_invoice(part.filename)} - ignored
    return ignored | left if len(left) >= MANY else ignored


def _is_in_text(part: Part, used: set[str]) -> bool:
    return bool(part.content_id) and unquote(part.content_id).lower() in used


def _is_page(part: Part, gathered: Gathered) -> bool:
    """Tell whether a picture is large enough that nothing else makes it decoration."""
    width, height = gathered.pixels_of(part.path)
    if part.kind not in READABLE_PHOTOS:
        return False
    if not width:
        return len(part.content) >= _UNKNOWN_BYTES
    is_banner = width > _BANNER * height and height < RECEIPT_PIXELS
    is_strip = height >= RECEIPT_PIXELS and height >= _STRIP * width and width >= TINY_PIXELS
    upright = height >= _SHEET * width and width >= SHEET_PIXELS[0] and height >= SHEET_PIXELS[1]
    return is_strip or upright or (min(width, height) >= PAGE_PIXELS and not is_banner)


def _is_shaped_so(part: Part, gathered: Gathered) -> bool:
    """Tell whether a small picture is too small, or a banner, by itself."""
    width, height = gathered.pixels_of(part.path)
    if not width:
        return len(part.content) < _UNKNOWN_BYTES and not names_invoice(part.filename)
    if min(width, height) < TINY_PIXELS:
        return True
    if names_invoice(part.filename):
        return False
    is_strip = height >= _STRIP * width and height >= LOGO_PIXELS
    return width > _BANNER * height or (min(width, height) < LOGO_PIXELS and not is_strip)
