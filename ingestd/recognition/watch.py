"""Whether text recognition is there: proved when its worker starts, and again after it was away.

The workers of the OCR lane ask before they take a mail up: while it is away, mail stays where it is.
"""

import time
from collections.abc import Callable
from typing import Protocol

from ingestd import journal, metrics
from ingestd.model import Picture, Unavailable, Word


class Engine(Protocol):
    """What is watched (`recognition.Recogniser`)."""

    def recognise(self, picture: Picture) -> tuple[Word, ...]:
        """Return the words of a picture. Raises Unavailable, and Unrecognisable."""

    def probe(self) -> object:
        """Prove that it recognises. Raises Unavailable."""


class Watch:
    """An engine that is proved before it is relied on, and `retry_s` after it failed; `clock` gives
    seconds."""

    def __init__(
        self, engine: Engine, retry_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._retry_s = retry_s
        self._clock = clock
        self._due_at: float | None = float("-inf")  # None while it holds
        self._why = ""
        self._told: str | None = None

    def look(self) -> None:
        """Prove it if it is time to. Raises Unavailable while it is away."""
        if self._due_at is not None and self._clock() >= self._due_at:
            try:
                self._engine.probe()
                self._due_at, self._why = None, ""
            except Unavailable as away:
                self._due_at, self._why = self._clock() + self._retry_s, str(away)
            self._tell()
        if self._due_at is not None:
            raise Unavailable(self._why)

    def recognise(self, picture: Picture) -> tuple[Word, ...]:
        """Return the words of a picture. Raises Unrecognisable, and Unavailable."""
        try:
            return self._engine.recognise(picture)
        except Unavailable:
            self._due_at = float("-inf")
            raise

    def _tell(self) -> None:
        metrics.recognition_probed(not self._why)
        if self._why == self._told:
            return
        self._told = self._why
        if self._why:
            journal.recognition_away(self._why)
        else:
            journal.recognition_proved()
