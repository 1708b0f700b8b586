"""What a mail may have of text recognition: so many pages, of so many pixels, for so many seconds.

The parent counts, for what asks may be a process that a hostile document has taken over. Over a limit
the answer is None: the page stays unread, and the mail is judged by what was read of it.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from ingestd.model import Limits, Picture, Unrecognisable, Word

Recognise = Callable[[Picture], tuple[Word, ...]]


class NeedsRecognition(Exception):  # noqa: N818 - where this message belongs, which is no error
    """A page has to be recognised, and nobody here does that: nothing was judged; it is for the OCR
    lane."""


def elsewhere(_: Picture) -> NoReturn:
    """The `Recognise` of those who recognise nothing themselves. Raises NeedsRecognition."""
    raise NeedsRecognition


@dataclass(slots=True)
class Share:
    """The share of one mail. `pages` of so many `pixels` were recognised, or given up, in `elapsed_s`
    seconds; `unread` were not, for the share was used up. A picture that comes again is answered from
    memory."""

    recognise: Recognise
    limits: Limits
    pages: int = 0
    pixels: int = 0
    unread: int = 0
    elapsed_s: float = 0.0
    _known: dict[bytes, tuple[Word, ...] | Unrecognisable] = field(default_factory=dict)

    def begin(self) -> None:
        """Raise NeedsRecognition where nobody recognises."""
        if self.recognise is elsewhere:
            raise NeedsRecognition

    def words(self, picture: Picture) -> tuple[Word, ...] | None:
        """Return the words of a picture, None when it is too large or the share is used up.

        Raises Unrecognisable, NeedsRecognition, and Unavailable when the engine is away.
        """
        mark = _mark(picture)
        if mark not in self._known:
            if not self._is_allowed(picture):
                self.unread += 1
                return None
            self._known[mark] = self._read(picture)
        known = self._known[mark]
        if isinstance(known, Unrecognisable):
            raise known
        return known

    def _is_allowed(self, picture: Picture) -> bool:
        limits, pixels = self.limits, len(picture.pixels)
        return (
            self.pages < limits.recognised_pages
            and self.elapsed_s < limits.recognised_s
            and pixels <= limits.recognised_page_pixels
            and pixels + self.pixels <= limits.recognised_pixels
        )

    def _read(self, picture: Picture) -> tuple[Word, ...] | Unrecognisable:
        began = time.monotonic()
        try:
            words = self.recognise(picture)
        except Unrecognisable as given_up:
            return given_up
        finally:
            self.elapsed_s += time.monotonic() - began
            self.pixels += len(picture.pixels)
            self.pages += 1
        return words[: self.limits.recognised_words]


def _mark(picture: Picture) -> bytes:
    mark = hashlib.sha256(f"{picture.width} {picture.height} {picture.dpi} ".encode())
    mark.update(picture.pixels)
    return mark.digest()
