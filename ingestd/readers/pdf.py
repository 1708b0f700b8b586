"""A PDF -> the files embedded in it, and what is wrong with it: password, damage, active content.

Three libraries, the one that keeps limits first: pypdf reads; what it cannot read or finds empty,
damaged or encrypted is written anew by qpdf (`_pdf_repair`) and read again; PDFium, which dies of
bombs, is only asked at the end whether there are pages. Nothing is run or fetched and no page is
rendered here. Which embedded XML is the invoice is the pipeline's question.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import pypdfium2
from pypdf.errors import LimitReachedError
from pypdf.generic import StreamObject

from ingestd.model import Bilingual, Case, Finding, Limits, Part
from ingestd.readers import _pdf_active, _pdf_repair, _pdf_streams
from ingestd.readers import _pdf_samples as _samples
from ingestd.readers._children import child
from ingestd.readers._pdf_document import LIMITS, Budget, Document, TooMuch, limited
from ingestd.readers._pdf_files import EmbeddedFile, Files
from ingestd.readers._pdf_objects import dictionaries

MAX_PAGES = 2_000
"""An itemised telephone bill has hundreds; more is meant to keep a reader busy."""

MAX_DEPTH = 5
"""PDFs inside PDFs: a portfolio in a portfolio is two or three deep."""

_END = re.compile(rb"%%EOF|startxref\s+\d+")
_OBJECT = re.compile(rb"\d+ \d+ obj\b")
_FILES_LOCKED = b"/EFF"
"""A crypt filter for embedded files alone (7.6.6), which neither library knows."""
_NOT_OPENED = Bilingual("it has no readable page", "il n'a aucune page lisible")
_CUT = Bilingual("its end is missing", "la fin manque")
_UNREADABLE = Bilingual(
    "a file embedded in it cannot be read", "un fichier qu'il contient est illisible"
)


@dataclass(slots=True)
class _Reading:
    """What one look at a PDF brought up. `is_doubtful` when its objects are not where it says, or it is
    encrypted: then there is a second look, at the form written anew."""

    files: list[EmbeddedFile] = field(default_factory=list)
    unreadable: int = 0
    active: set[str] = field(default_factory=set)
    is_doubtful: bool = False


_ENDLESS = Bilingual(
    "it is nested or refers to itself without end",
    "il est imbriqué ou se réfère à lui-même sans fin",
)


class _Failed(Exception):  # noqa: N818 - pypdf gave up; qpdf has a try
    pass


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the embedded files of a PDF as parts, and a finding for each thing that is wrong.

    `pdf-password` when it does not open without one (a PDF with an owner password only does),
    `document-bomb`; `pdf-damaged` when its end, its pages or a file in it are missing, whatever could
    be read besides; `pdf-active` naming the kinds of active content; and what the scanner says of the
    form that was read, where that is not what came. Raises Unavailable when the scanner is away.
    """
    try:
        reading, form = _look(part.content, case.limits)
        pages = _pages(form)
        if pages > MAX_PAGES:
            raise TooMuch(f"{pages} pages")
    except _pdf_repair.Locked:
        yield Finding("pdf-password", part.path)
        return
    except (TooMuch, _pdf_repair.TooLarge) as error:
        yield Finding("document-bomb", part.path, detail=str(error))
        return
    except (LimitReachedError, MemoryError):  # pypdf's words name addresses in memory
        yield Finding("document-bomb", part.path, detail=_ENDLESS)
        return
    if form is not part.content:
        yield from _scan(form, part, case)
    if reading.active:
        yield Finding("pdf-active", part.path, detail=", ".join(sorted(reading.active)))
    if damage := _damage(part.content, reading, pages):
        yield Finding("pdf-damaged", part.path, detail=damage)
    yield from _parts(reading.files, part)


def readable(content: bytes) -> bytes:
    """Return a PDF as PDFium can open it: as it is, else written anew; as it is if that fails too."""
    if _pages(content):
        return content
    try:
        return _pdf_repair.rewritten(content) or content
    except (_pdf_repair.Locked, _pdf_repair.TooLarge):
        return content


@cache
def warm() -> None:
    """Load what the libraries load late, by reading small documents of our own in every way; once."""
    limits = Limits()
    for content in _samples.samples():
        with suppress(_pdf_repair.Locked):
            _look(content, limits)
        readable(content)


def _look(content: bytes, limits: Limits) -> tuple[_Reading, bytes]:
    """Return what is in a PDF, and the form of it that was read last: what came, or written anew."""
    budget = Budget()
    try:
        first = _inside(content, limits, budget)
    except _Failed:
        first = _Reading(is_doubtful=True)
    if first.files and not first.is_doubtful:
        return first, content
    anew = _pdf_repair.rewritten(content)
    if anew is None:
        return first, content
    if not first.is_doubtful and not _pdf_active.IN_BYTES.search(anew):
        return first, content
    try:
        second = _inside(anew, limits, budget)
    except _Failed:
        return first, content
    if second.unreadable and _FILES_LOCKED in content:
        raise _pdf_repair.Locked
    return _both(first, second), (anew if first.is_doubtful else content)


def _both(first: _Reading, second: _Reading) -> _Reading:
    """Return all that two looks saw: where they differ, people must know."""
    files = list(first.files)
    known = {(file.name, file.content) for file in files}
    files += [file for file in second.files if (file.name, file.content) not in known]
    # what only the second look could read is no loss
    unreadable = second.unreadable if second.files else max(first.unreadable, second.unreadable)
    return _Reading(files, unreadable, first.active | second.active, first.is_doubtful)


def _inside(content: bytes, limits: Limits, budget: Budget) -> _Reading:
    """Return what pypdf sees. Raises TooMuch, LimitReachedError, and _Failed where it sees nothing."""
    try:
        with limited(LIMITS):
            document = Document(content, budget)
            if document.is_encrypted:
                return _Reading(is_doubtful=True)
            return _contents(document, limits, budget)
    except (TooMuch, LimitReachedError, MemoryError):
        raise
    except Exception as error:
        raise _Failed from error


def _contents(document: Document, limits: Limits, budget: Budget) -> _Reading:
    files, pages = (
        Files(limits.decoded_bytes, limits.file_bytes, budget),
        _pdf_streams.Pages(budget),
    )
    active: set[str] = set()
    streams: list[StreamObject] = []
    for dictionary in dictionaries(document):
        files.add(dictionary)
        active.update(_pdf_active.kinds(dictionary, budget))
        if isinstance(dictionary, StreamObject):
            streams.append(dictionary)
    for stream in streams:
        files.add_stray(stream)
        if not files.holds(stream):
            pages.add(stream)
    active.update(_pdf_active.programs(files.found))
    return _Reading(files.found, len(files.unreadable), active, document.strays > 0)


def _pages(content: bytes) -> int:
    """Return how many pages PDFium sees, 0 when it cannot open the file or find its first page."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return 0
    try:
        document.get_page_size(0)
        return len(document)
    except pypdfium2.PdfiumError:
        return 0
    finally:
        document.close()


def _scan(form: bytes, part: Part, case: Case) -> Iterator[Finding]:
    """Scan a form that is not what came: a scanner may not see through encryption and damage."""
    if case.scan is None:
        return
    result = case.scan(form)
    if not result.clean:
        code = "scan-inconclusive" if result.inconclusive else "virus-found"
        yield Finding(code, part.path, detail=result.signature)


def _damage(content: bytes, reading: _Reading, pages: int) -> Bilingual | None:
    if _is_cut(content):
        return _CUT
    if not pages:
        return _NOT_OPENED
    return _UNREADABLE if reading.unreadable else None


def _is_cut(content: bytes) -> bool:
    """Tell whether objects follow the last end mark: the file stops in the middle (7.5.5)."""
    end = max((found.end() for found in _END.finditer(content)), default=0)
    return _OBJECT.search(content, end) is not None


def _parts(files: list[EmbeddedFile], part: Part) -> Iterator[Part]:
    taken: set[str] = set()
    for file in files:
        yield child(part, file.name, file.content, taken, declared_type=file.declared_type)
