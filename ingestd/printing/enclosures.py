"""What a body may show besides its text: pictures that came in the same mail (RFC 2392, `cid:`) or
stand in the body itself (RFC 2397, `data:`). Every other address is refused; there is nothing here
that could open one.
"""

import base64
import binascii
from collections.abc import Mapping
from io import BytesIO
from urllib.parse import unquote, unquote_to_bytes

from PIL import Image
from weasyprint.urls import URLFetcherResponse

PICTURE_BYTES = 4 << 20
ALL_BYTES = 24 << 20
PIXELS = 12_000_000
ALL_PIXELS = 24_000_000
"""A logo has a hundredth of that; a photograph of a telephone has 12 million pixels."""
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}


class Refused(ValueError):  # noqa: N818 - what becomes of an address
    """An address that leads out of the mail, or to something that is no picture within limits."""


class Enclosures:
    """Fetches for WeasyPrint, which calls it with each address that a body names."""

    _fail_on_errors = False  # what WeasyPrint asks of a fetcher: what is refused is left out

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        """`pictures` are the octets of the mail's own pictures by Content-ID, without `<` and `>`."""
        self._pictures = pictures
        self._bytes = 0
        self._pixels = 0

    def __call__(self, url: str) -> URLFetcherResponse:
        """Return the picture at an address. Raises Refused."""
        scheme, _, rest = url.partition(":")
        if scheme.lower() == "cid":
            content = self._pictures.get(unquote(rest), b"")
        elif scheme.lower() == "data":
            content = _decoded(rest)
        else:
            raise Refused("only what came with the mail is shown")
        return URLFetcherResponse(url, content, {"Content-Type": self._admitted(content)})

    def _admitted(self, content: bytes) -> str:
        """Return the media type of a whole picture, and count it: a broken one would break the page.

        Raises Refused.
        """
        self._bytes += len(content)
        if len(content) > PICTURE_BYTES or self._bytes > ALL_BYTES:
            raise Refused("too large")
        try:
            with Image.open(BytesIO(content), formats=tuple(FORMATS)) as picture:
                self._count(picture.width * picture.height)
                picture.load()
                return FORMATS[picture.format or ""]
        except Refused:
            raise
        except Exception as error:
            raise Refused("no picture") from error  # Pillow has many words for that

    def _count(self, pixels: int) -> None:
        self._pixels += pixels
        if pixels > PIXELS or self._pixels > ALL_PIXELS:
            raise Refused("too many pixels")


def _decoded(rest: str) -> bytes:
    """Return the octets of a `data:` address. Raises Refused."""
    if len(rest) > 2 * PICTURE_BYTES:
        raise Refused("too large")
    head, _, body = rest.partition(",")
    octets = unquote_to_bytes(body)
    if not head.lower().rstrip().endswith(";base64"):
        return octets
    try:
        return base64.b64decode(b"".join(octets.split()) + b"==")
    except binascii.Error as error:
        raise Refused("no base64") from error
