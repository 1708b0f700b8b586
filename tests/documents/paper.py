"""A printer of bodies for tests: plain text on a page, in the same octets whatever is installed."""

from collections.abc import Mapping
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from ingestd.checks.body import visible


def print_html(html: str, pictures: Mapping[str, bytes]) -> bytes:
    """Return the lines that a body shows as a PDF."""
    file = BytesIO()
    canvas = Canvas(file, pageCompression=0, invariant=True)
    for number, line in enumerate(visible(html).splitlines()):
        canvas.drawString(60, 780 - 20 * number, line.strip())
    canvas.save()
    return file.getvalue()
