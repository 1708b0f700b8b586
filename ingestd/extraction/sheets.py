"""The pages of a PDF or a picture with their words, whatever it takes: a text layer where there is one
that can be believed, text recognition where there is none."""

from collections.abc import Callable
from dataclasses import dataclass

from ingestd.extraction.page import Page
from ingestd.extraction.text import pages_of
from ingestd.model import Picture, Word

Recognise = Callable[[Picture], tuple[Word, ...]]
"""`model.Case.recognise`: raises Unrecognisable for a picture that it gives up, and Unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """What could be read of one document. `pages` are those with words, by number; `count` is how many
    pages the file says it has, 0 where that cannot be told.

    `encrypted`: it needs a password. `damaged`: it does not open, or a page of it does not. `blank` are
    the pages with nothing on them. `unread` are pages that may say something and were not read: because
    there is no text recognition (`unrecognised`), it gave them up (`given_up`), or there were too many
    pages (`skipped`).
    """

    pages: tuple[Page, ...] = ()
    count: int = 0
    encrypted: bool = False
    damaged: bool = False
    blank: tuple[int, ...] = ()
    unrecognised: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()

    @property
    def unread(self) -> tuple[int, ...]:
        """The pages that may say something and were not read."""
        return tuple(sorted({*self.unrecognised, *self.given_up, *self.skipped}))


def read_sheets(content: bytes, kind: str, recognise: Recognise | None) -> Sheets:
    """Return the pages of a document; `kind` is its media type as detected (`application/pdf` or a
    picture's). Raises Unavailable."""
    pages = pages_of(content) if kind == "application/pdf" else ()
    return Sheets(pages=pages, count=len(pages))
