"""Paper to draw on: points from the upper left corner, a pen for text, boxes and lines."""

import io
from collections.abc import Iterable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = {
    "helvetica": ("Helvetica", "Helvetica-Bold"),
    "times": ("Times-Roman", "Times-Bold"),
    "courier": ("Courier", "Courier-Bold"),
    "vera": ("Vera", "VeraBd"),
}
"""A name -> the regular and the bold face; Vera is embedded, the others every reader has."""
WIDTH, HEIGHT = A4


def _register() -> None:
    for name in FONTS["vera"]:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


class Sheet:
    """A PDF in the making. `y` runs down the page and is where the next thing goes."""

    def __init__(
        self, font: str = "helvetica", size: float = 9, width: float = WIDTH, height: float = HEIGHT
    ) -> None:
        _register()
        self.width, self.height, self.size = width, height, size
        self.plain, self.bold = FONTS[font]
        self.y = 50.0
        self.page = 1
        self._file = io.BytesIO()
        self.canvas = Canvas(self._file, pagesize=(width, height), invariant=1)

    def text(
        self, x: float, y: float, text: str, *, size: float = 0, bold: bool = False,
        align: str = "left", spacing: float = 0, grey: float = 0,
    ) -> None:  # fmt: skip
        """Write one line: `x` is its left edge, its right edge (`right`) or its middle."""
        face, size = self.bold if bold else self.plain, size or self.size
        self.canvas.setFont(face, size)
        self.canvas.setFillGray(grey)
        width = pdfmetrics.stringWidth(text, face, size) + spacing * len(text)
        left = {"left": x, "right": x - width, "middle": x - width / 2}[align]
        self.canvas.drawString(left, self.height - y, text, charSpace=spacing)
        self.canvas.setFillGray(0)

    def lines(
        self, x: float, y: float, lines: Iterable[str], step: float = 0, **pen: object
    ) -> float:
        """Write lines below each other; returns where the next would go."""
        step = step or (float(str(pen.get("size", 0))) or self.size) * 1.3
        for line in lines:
            if line:
                self.text(x, y, line, **pen)
                y += step
        return y

    def rule(self, y: float, left: float = 50, right: float = 545, width: float = 0.5) -> None:
        """Draw a line across."""
        self.canvas.setLineWidth(width)
        self.canvas.line(left, self.height - y, right, self.height - y)

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: float | None = None
    ) -> None:
        """Draw a box, filled with a grey (0 to 1) if one is given."""
        self.canvas.setLineWidth(0.5)
        if fill is not None:
            self.canvas.setFillGray(fill)
        low = self.height - bottom
        self.canvas.rect(left, low, right - left, bottom - top, fill=int(fill is not None))
        self.canvas.setFillGray(0)

    def turn(self) -> None:
        """Begin the next page."""
        self.canvas.showPage()
        self.page += 1
        self.y = 60

    def wrapped(self, text: str, width: float, size: float = 0, bold: bool = False) -> list[str]:
        """Return a text in lines of at most `width` points."""
        face, lines, line = self.bold if bold else self.plain, [], ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and pdfmetrics.stringWidth(longer, face, size or self.size) > width:
                lines.append(line)
                longer = word
            line = longer
        return [*lines, line]

    def save(self) -> bytes:
        """Return the PDF."""
        self.canvas.showPage()
        self.canvas.save()
        return self._file.getvalue()


Column = tuple[float, str]
"""Where a column is (its left, or right edge) and how it is aligned."""


def row(
    sheet: Sheet, y: float, columns: Sequence[Column], cells: Sequence[str], bold: bool = False
) -> None:
    """Write a row of cells."""
    for (x, align), cell in zip(columns, cells, strict=True):
        sheet.text(x, y, cell, align=align, bold=bold)
