"""HTML -> PDF by WeasyPrint. What a body says of fonts, frames, scripts, links and other places is left
out; the same body gives the same octets, whenever it is printed."""

from collections.abc import Mapping

import weasyprint
from weasyprint.document import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration

from ingestd.printing.enclosures import Enclosures

PAGES = 100
IDENTIFIER = b"ingestd"
_ZOOM = 0.74
"""Mails are made for windows, about as wide as this makes a page of A4: 1073 pixels."""
_SHEET = """
@page { size: 283.78mm 401.35mm !important; margin: 16mm !important }
* { hyphens: manual !important }
html, body { overflow-wrap: break-word }
"""
"""Over what the body says: the size of the paper, and no hyphens that the sender did not write."""
_LEFT_OUT = frozenset(
    "applet audio base embed frame frameset iframe link math meta object script svg template"
    " video".split()
)
_ADDRESSES = ("href", "rel", "action", "{http://www.w3.org/1999/xlink}href", "xlink:href")


class TooLong(Exception):  # noqa: N818 - says what is wrong with the body
    """The body fills more pages than are printed."""


def print_pdf(html: str, pictures: Mapping[str, bytes], fonts: FontConfiguration) -> bytes:
    """Return a body as PDF (A4). `pictures` are the mail's own by Content-ID.

    Raises TooLong, RecursionError for what is nested too deeply, and whatever WeasyPrint does.
    """
    fetcher = Enclosures(pictures)
    page = weasyprint.HTML(string=html, url_fetcher=fetcher, media_type="screen")
    _leave_out(page)
    sheet = weasyprint.CSS(string=_SHEET, url_fetcher=fetcher)
    document = page.render(font_config=fonts, stylesheets=[sheet], presentational_hints=True)
    if len(document.pages) > PAGES:
        raise TooLong
    document.metadata = DocumentMetadata()
    printed: bytes = document.write_pdf(zoom=_ZOOM, pdf_identifier=IDENTIFIER)
    return printed


def _leave_out(page: weasyprint.HTML) -> None:
    """Empty the elements that show or do what no invoice needs, and take every link away: paper has
    none, and nobody is to follow one from an archive."""
    for element in page.etree_element.iter():
        if element.tag in _LEFT_OUT or not isinstance(element.tag, str):
            tail = element.tail
            element.clear()
            element.tag, element.tail = "span", tail
        for name in _ADDRESSES:
            element.attrib.pop(name, None)
    page.base_url = None
