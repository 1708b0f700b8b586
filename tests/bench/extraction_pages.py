"""Documents as pages: what our own reader makes of them, what it cost, and what was recognised kept
on disk, for recognising takes a second a page and is the same tomorrow."""

import hashlib
import json
import resource
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import gettempdir

from ingestd.extraction import text
from ingestd.extraction.page import Page
from ingestd.model import Picture, Word
from tests.bench.extraction_samples import Sample

CACHE = Path(gettempdir()) / "ingestd-recognised"
LANGUAGES = ("eng", "fra", "deu", "nld", "spa", "ita")


@dataclass(frozen=True)
class Reading:
    """The pages of a document and the CPU that they cost, milliseconds for all of them, text
    recognition included. `pages` is None where it has no text and there is no recognition here."""

    pages: tuple[Page, ...] | None
    cpu_ms: float


def cpu_ms() -> float:
    """Return the CPU that this process and its children have used so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) * 1000


class Recognition:
    """Recognises as the product does, each picture once; `spent_ms` is what it would have cost."""

    def __init__(
        self, recognise: Callable[[Picture], tuple[Word, ...] | None], cache: bool
    ) -> None:
        self._recognise = recognise
        self._cache = cache
        self.spent_ms = 0.0

    def words(self, picture: Picture) -> tuple[Word, ...] | None:
        """Return the words of a picture, from the cache where they are."""
        shape = f"{picture.width} {picture.height} {picture.dpi} {LANGUAGES}"
        name = hashlib.sha256(shape.encode() + picture.pixels).hexdigest()
        file = CACHE / f"{name}.json"
        if self._cache and file.exists():
            cost_ms, rows = json.loads(file.read_text("utf-8"))
            self.spent_ms += cost_ms
            return tuple(Word(*row) for row in rows)
        before = cpu_ms()
        found = self._recognise(picture)
        cost_ms = cpu_ms() - before
        if found is not None:
            CACHE.mkdir(exist_ok=True)
            file.write_text(json.dumps([cost_ms, [astuple(word) for word in found]]), "utf-8")
        return found


def recogniser(cache: bool) -> Recognition | None:
    """Return text recognition as the product has it; None where it is not installed."""
    return None


def read(sample: Sample, recognition: Recognition | None) -> Reading:
    """Return the pages of a document."""
    before = cpu_ms()
    if sample.is_scan:
        return Reading(None, 0.0)
    return Reading(text.pages_of(sample.content), cpu_ms() - before)
