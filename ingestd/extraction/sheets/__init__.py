"""The pages of a PDF or a picture with their words, whatever it takes: a text layer where there is one
that can be believed, text recognition where there is none."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pypdfium2
from pypdfium2 import raw

from ingestd.extraction.page import Page
from ingestd.extraction.sheets import _photographs, _seeing
from ingestd.extraction.sheets._drawing import Drawing, draw
from ingestd.extraction.sheets._photographs import Undecodable
from ingestd.extraction.sheets._seeing import Recognise
from ingestd.extraction.sheets.text import layer_of

PDF = "application/pdf"
MOST_PAGES = 60
"""Pages read of one document; what lies behind them is terms, lists of calls, or a catalogue."""
MOST_DRAWN = 20
"""Pages drawn to be recognised; each takes a second, and much of the memory of its cage."""
_DPI = 300
_LOOK_DPI = 72
"""Enough to tell whether anything is on a page that nobody recognises (yet)."""
_MOST_PIXELS = 12_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """What could be read of one document. `pages` are those with words, by number; `count` is how many
    pages the file says it has, 0 where that cannot be told.

    `encrypted`: it needs a password. `damaged`: it does not open, or a page of it does not. `blank` are
    the pages with nothing on them. `unread` are pages that may say something and were not read: because
    there is no text recognition (`unrecognised`), it gave them up (`given_up`; also a page that does
    not open), or there were too many pages (`skipped`), also of the whole mail (`used_up`). `lines` are
    those drawn of neither letters nor pictures.
    """

    pages: tuple[Page, ...] = ()
    count: int = 0
    encrypted: bool = False
    damaged: bool = False
    blank: tuple[int, ...] = ()
    unrecognised: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    used_up: bool = False
    lines: tuple[int, ...] = ()

    @property
    def unread(self) -> tuple[int, ...]:
        """The pages that may say something and were not read."""
        return tuple(sorted({*self.unrecognised, *self.given_up, *self.skipped}))

    @property
    def empty(self) -> bool:
        """Whether there are pages and nothing is on any of them."""
        return bool(self.count) and len(self.blank) == self.count


def read_sheets(content: bytes, kind: str, recognise: Recognise | None) -> Sheets:
    """Return the pages of a document; `kind` is its media type as detected (`application/pdf` or a
    picture's). Raises Unavailable."""
    if kind == PDF:
        return _of_pdf(content, recognise)
    return _of_picture(content, recognise)


@dataclass(slots=True)
class _Pile:
    """The pages so far."""

    recognise: Recognise | None
    count: int = 0
    drawn: int = 0
    damaged: bool = False
    pages: list[Page] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    unrecognised: list[int] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    used_up: bool = False
    lines: list[int] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether no further page without text has to be drawn: the mail has used its share up, or
        nobody recognises, and it is known by now that there is something to recognise."""
        return self.used_up or (self.recognise is None and bool(self.unrecognised))

    def leave(self, numbers: Iterable[int]) -> None:
        """Add pages that are not drawn, once that is settled."""
        (self.skipped if self.used_up else self.unrecognised).extend(numbers)

    def recognised(self, drawing: Drawing, number: int) -> None:
        """Add a page that is a picture."""
        if _seeing.is_blank(drawing):
            self.blank.append(number)
        elif self.recognise is None:
            self.unrecognised.append(number)
        else:
            self.drawn += 1
            try:
                page = _seeing.seen(drawing, number, self.recognise)
            except _seeing.UsedUp:
                self.used_up = True
                self.skipped.append(number)
                return
            if page is None:
                self.given_up.append(number)
            else:
                self.pages.append(page)

    def broken(self, number: int) -> None:
        """Note a page that does not open."""
        self.damaged = True
        self.given_up.append(number)

    def sheets(self, read: int = MOST_PAGES) -> Sheets:
        """Return them; none after the first `read` pages was looked at."""
        read = min(self.count, read)
        return Sheets(
            pages=tuple(self.pages),
            count=self.count,
            damaged=self.damaged,
            blank=tuple(self.blank),
            unrecognised=tuple(self.unrecognised),
            given_up=tuple(self.given_up),
            skipped=(*self.skipped, *range(read + 1, self.count + 1)),
            used_up=self.used_up,
            lines=tuple(self.lines),
        )


def _of_pdf(content: bytes, recognise: Recognise | None) -> Sheets:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == raw.FPDF_ERR_PASSWORD
        return Sheets(encrypted=is_locked, damaged=not is_locked)
    with document:
        pile = _Pile(recognise, len(document))
        for index in range(min(pile.count, MOST_PAGES)):
            try:
                _add_page(pile, document, index)
            except pypdfium2.PdfiumError:
                pile.broken(index + 1)
        return pile.sheets()


def _add_page(pile: _Pile, document: pypdfium2.PdfDocument, index: int) -> None:
    layer = layer_of(document, index)
    if layer.lines:
        pile.lines.append(index + 1)
    if layer.usable:
        pile.pages.append(layer.page)
    elif pile.is_settled:
        pile.leave([index + 1])
    elif pile.drawn >= MOST_DRAWN:
        pile.skipped.append(index + 1)
    else:
        dpi = _DPI if pile.recognise else _LOOK_DPI
        pile.recognised(draw(document[index], dpi, _MOST_PIXELS), index + 1)


def _of_picture(content: bytes, recognise: Recognise | None) -> Sheets:
    try:
        pile = _Pile(recognise, _photographs.count_of(content))
        drawings = _photographs.each_page(content, min(pile.count, MOST_DRAWN))
        for number, drawing in enumerate(drawings, 1):
            if drawing is None:
                pile.broken(number)
            else:
                pile.recognised(drawing, number)
            if pile.is_settled:
                pile.leave(range(number + 1, min(pile.count, MOST_DRAWN) + 1))
                break
    except Undecodable:
        return Sheets(damaged=True)
    return pile.sheets(read=MOST_DRAWN)
