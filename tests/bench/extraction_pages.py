"""Documents as pages: what our own reader makes of them, what it cost, and what was recognised kept
on disk, for recognising takes a second a page and is the same tomorrow."""

import hashlib
import json
import resource
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from ingestd import recognition as recognition_room
from ingestd.extraction.sheets import Sheets, read_sheets
from ingestd.model import Picture, Unavailable, Word
from ingestd.recognition import Recogniser
from tests.bench.extraction_samples import Sample

CACHE = Path(gettempdir()) / "ingestd-recognised"
LANGUAGES = ("eng", "fra", "deu", "nld", "spa", "ita")


@dataclass(frozen=True)
class Reading:
    """The pages of a document and the CPU that they cost, milliseconds for all of them, text
    recognition included."""

    sheets: Sheets
    cpu_ms: float


def cpu_ms() -> float:
    """Return the CPU that this process and its children have used so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) * 1000


@cache
def _engine() -> str:
    """Return what tells one version of our text recognition from another: its code."""
    files = sorted(Path(recognition_room.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class Recognition:
    """Recognises as the product does, each picture once; `saved_ms` is what was not spent because it
    was known already."""

    def __init__(self, recogniser: Recogniser, keep: bool) -> None:
        self._recogniser = recogniser
        self._keep = keep
        self.saved_ms = 0.0

    def words(self, picture: Picture) -> tuple[Word, ...]:
        """Return the words of a picture, from the cache where they are. Raises Unrecognisable."""
        shape = f"{picture.width} {picture.height} {picture.dpi} {LANGUAGES} {_engine()}"
        file = CACHE / f"{hashlib.sha256(shape.encode() + picture.pixels).hexdigest()}.json"
        if self._keep and file.exists():
            cost_ms, rows = json.loads(file.read_text("utf-8"))
            self.saved_ms += cost_ms
        else:
            before = cpu_ms()  # what is given up on a busy machine is not kept
            rows = [astuple(word) for word in self._recogniser.recognise(picture)]
            CACHE.mkdir(exist_ok=True)
            file.write_text(json.dumps([cpu_ms() - before, rows]), "utf-8")
        return tuple(Word(*row) for row in rows)


def recognition(keep: bool) -> Recognition | None:
    """Return text recognition as the product has it; None where it is not installed."""
    engine = Recogniser(LANGUAGES)
    try:
        engine.probe()
    except Unavailable:
        return None
    return Recognition(engine, keep)


def read(sample: Sample, engine: Recognition | None) -> Reading:
    """Return the pages of a document; none where there is no text recognition and it needs it."""
    before, saved_ms = cpu_ms(), engine.saved_ms if engine else 0.0
    sheets = read_sheets(sample.content, sample.kind, engine.words if engine else None)
    spent_ms = cpu_ms() - before
    return Reading(sheets, spent_ms + (engine.saved_ms - saved_ms if engine else 0.0))
