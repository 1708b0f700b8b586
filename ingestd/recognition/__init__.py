"""Text recognition: the words of a picture with their places, by tesseract.

tesseract is a program of the system. Each picture gets a process of its own, confined before its first
instruction (`sandbox.program`): it reads its own files and the picture, writes nothing, and is ended
when it takes too long. It is given bare pixels, so no format of a stranger's is decoded in it.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingestd.model import Picture, Unavailable, Unrecognisable, Word
from ingestd.recognition import _languages, _pixels, _table
from ingestd.recognition._installation import Installation, forget, installation
from ingestd.sandbox import Stopped, program
from ingestd.sandbox.confinement import LAYERS, Mode

__all__ = ["Installation", "Limits", "Recogniser", "installation"]

_OPTIONS = ("--oem", "1", "--psm", "4", "-c", "tessedit_create_tsv=1")
"""Lines of text across the whole page, of any size (psm 4): what stands in a row stays in a row."""
_GIVEN = "/proc/self/fd/0"
"""What it is given as a file, by its path: from its standard input it takes an octet at a time."""
_OUTPUT_BYTES = 16 << 20
_FEW = 2
"""So many languages are tried at once; of more, the page's own is found."""
_SENSELESS, _SENSIBLE = 0.45, 0.55
"""Mean confidence of letters that stand on their heads, at most, and of those that do not, at least."""
_HARD = 0.7
"""Mean confidence of the letters of a part below which its page is hard to read."""
_TEXT, _DOUBTFUL = 0.5, 0.7
"""That of a page whose reading is doubtful: with less it is no text."""
_FEWEST_LETTERS = 12
"""Of fewer nobody can tell."""
_SMALL_INCHES = 4
"""A picture that is not higher is a part of a page that was hard to read: figures and codes more than
words, read in the first language, as they are in all of a page besides its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one picture may cost: seconds of CPU and of wall clock, which are more, as it stands back for
    other work of this machine; bytes of address space."""

    cpu_s: float = 20
    wall_s: float = 60
    memory_bytes: int = 1 << 30


class Recogniser:
    """Recognises text in the given languages (codes of tesseract: `eng`, `fra`). Holds no state but
    what is installed; may be used by several threads and processes at once."""

    def __init__(
        self,
        languages: Sequence[str],
        *,
        path: Path = Path("/usr/bin/tesseract"),
        limits: Limits = Limits(),
        mode: str = Mode.FULL,
    ) -> None:
        self.languages = tuple(languages)
        self._path = path
        self._limits = limits
        self._layers = LAYERS[Mode(mode)]

    def recognise(self, picture: Picture) -> tuple[Word, ...]:
        """Return the words of a picture in points (pixels * 72 / dpi), confidence from 0 to 1.

        Raises Unrecognisable for a picture that takes too long or too much memory, or is none;
        Unavailable when tesseract or a language is not installed, or does not work at all.
        """
        if not _pixels.is_whole(picture):
            raise Unrecognisable("this is no picture")
        try:
            return self._read(picture, time.monotonic() + self._limits.wall_s)
        except (Stopped, program.Failed) as end:
            self.probe()
            raise Unrecognisable(f"text recognition gave up: {end}") from None

    def _read(self, picture: Picture, deadline: float) -> tuple[Word, ...]:
        """Return the words of a picture, read in its own language, as far as a part of it tells, and in
        the first, in two at least where that is hard to read; and again where the whole of it says that
        others are better."""
        if len(self.languages) <= _FEW:
            return self._words(picture, self.languages, deadline)
        if picture.height <= _SMALL_INCHES * picture.dpi:
            return self._words(picture, self.languages[:1], deadline)
        look, is_upright = self._look(picture, deadline)
        if not is_upright:
            return look
        least = 1 if _certainty(look) >= _HARD else _FEW
        languages = _languages.likely(look, self.languages, least)
        words = self._words(picture, languages, deadline)
        better = self._better(words)
        if set(better) <= set(languages):
            return words
        return max(words, self._words(picture, better, deadline), key=_certainty)

    def _better(self, words: tuple[Word, ...]) -> tuple[str, ...]:
        """Return the languages that may read a page better than those which these words were read in:
        all where they are doubtful, the one that they clearly say, or none."""
        if _TEXT <= _certainty(words) < _DOUBTFUL:
            return self.languages
        is_clear = _languages.is_clear(words, self.languages)
        return _languages.likely(words, self.languages) if is_clear else ()

    def _look(self, picture: Picture, deadline: float) -> tuple[tuple[Word, ...], bool]:
        """Return the words of a part of a page, read with the first language, and whether it stands
        upright: it does not when they make no sense and those seen from its other end do."""
        part, above = _pixels.part(picture)
        words = self._words(part, self.languages[:1], deadline)
        lowered = tuple(_lowered(word, above * 72 / picture.dpi) for word in words)
        if _certainty(words) >= _SENSELESS:
            return lowered, True
        other, _ = _pixels.part(_pixels.upside_down(picture))
        turned = self._words(other, self.languages[:1], deadline)
        is_upright = _certainty(turned) < _SENSIBLE or _letters(words) < _FEWEST_LETTERS
        return lowered, is_upright

    def probe(self) -> Installation:
        """Return what is installed, proven to recognise text with all languages. Raises Unavailable."""
        try:
            deadline = time.monotonic() + self._limits.wall_s
            words = self._words(_pixels.sample(), self.languages, deadline)
            found = "".join(word.text for word in words)
        except (Stopped, program.Failed) as end:
            raise Unavailable(f"tesseract does not work: {end}") from end
        if found != _pixels.SAMPLE_TEXT:
            raise Unavailable(f"tesseract does not work: it reads {found[:50]!r} in a plain sample")
        return installation(self._path)

    def _words(
        self, picture: Picture, languages: tuple[str, ...], deadline: float
    ) -> tuple[Word, ...]:
        here = installation(self._path)
        if missing := [one for one in self.languages if one not in here.languages]:
            forget()
            raise Unavailable(f"tesseract lacks the language data of {', '.join(missing)}")
        arguments = (_GIVEN, "-", "-l", "+".join(languages), "--dpi", str(picture.dpi), *_OPTIONS)
        engine = self._program(here, max(0.01, deadline - time.monotonic()))
        done = program.run(engine, arguments, _pixels.as_file(picture))
        return _table.words(done.text, 72 / picture.dpi)

    def _program(self, here: Installation, wall_s: float) -> program.Program:
        return program.Program(
            path=self._path,
            readable=(here.data,),
            environment={
                "OMP_THREAD_LIMIT": "1",
                "LC_ALL": "C",
                "TESSDATA_PREFIX": str(here.data),
            },
            cpu_s=math.ceil(self._limits.cpu_s),
            wall_s=wall_s,
            memory_bytes=self._limits.memory_bytes,
            output_bytes=_OUTPUT_BYTES,
            layers=self._layers,
        )


def _letters(words: tuple[Word, ...]) -> int:
    return sum(len(word.text) for word in words)


def _certainty(words: tuple[Word, ...]) -> float:
    """Return the mean confidence of the letters."""
    return sum(len(word.text) * word.confidence for word in words) / max(1, _letters(words))


def _lowered(word: Word, points: float) -> Word:
    return replace(word, top=word.top + points, bottom=word.bottom + points)
