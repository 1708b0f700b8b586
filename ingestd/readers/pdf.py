"""A PDF -> the files embedded in it, and what is wrong with it: password, damage, active content.

Read by pypdf, which stops bombs by itself; what pypdf cannot open or finds empty is tried again with
pdfium, which finds attachments in damaged files. No page is rendered and nothing is run here. Which
embedded XML is the invoice is the pipeline's question.
"""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from pypdf import PasswordType, PdfReader
from pypdf.errors import FileNotDecryptedError, LimitReachedError

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import _pdf_objects
from ingestd.readers._paths import child_path

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs what strangers wrote

MAX_PAGES = 2_000
"""An itemised telephone bill has hundreds; more is meant to keep a reader busy."""

_ACTIVE_IN_RAW = re.compile(rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|RichMedia)\b")
_END = b"%%EOF"
_PASSWORD = "password"  # noqa: S105 - the word in pdfium's message, not a secret
_NOT_OPENED = Bilingual("it has no readable page", "il n'a aucune page lisible")
_CUT = Bilingual("its end is missing", "la fin manque")


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    declared_type: str
    content: bytes


class _Refused(Exception):  # noqa: N818 - carries the finding that ends the reading
    def __init__(self, reason: str, detail: str | Bilingual = "") -> None:
        self.reason = reason
        self.detail = detail


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield the embedded files of a PDF as parts, and a finding for each thing that is wrong.

    `pdf-password` when it does not open without one (a PDF with an owner password only does),
    `pdf-damaged`, `document-bomb`, and `pdf-active` naming the kinds of active content.
    """
    try:
        files, active = _contents(part.content, case.limits.decoded_bytes)
    except _Refused as refused:
        yield Finding(refused.reason, part.path, detail=refused.detail)
        return
    if active:
        yield Finding("pdf-active", part.path, detail=", ".join(sorted(active)))
    taken: set[str] = set()
    for file in files:
        yield Part(
            path=child_path(part.path, file.name, taken),
            kind="",
            content=file.content,
            filename=file.name,
            declared_type=file.declared_type,
            disposition="attachment",
            parent=part.path,
            trail=(*part.trail, file.name),
        )


def _contents(content: bytes, most_bytes: int) -> tuple[list[_File], set[str]]:
    if _is_cut(content):
        raise _Refused("pdf-damaged", _CUT)
    pages = _pages_by_pdfium(content)
    try:
        found = _by_pypdf(content, most_bytes)
    except (LimitReachedError, _pdf_objects.TooManyObjects) as error:
        raise _Refused("document-bomb", str(error)[:200]) from error
    except (MemoryError, _Refused):
        raise
    except Exception:  # noqa: BLE001 - pypdf raises anything on a damaged file; pdfium has a try
        found = ([], {each.decode() for each in _ACTIVE_IN_RAW.findall(content)})
    if not pages:
        raise _Refused("pdf-damaged", _NOT_OPENED)
    if pages > MAX_PAGES:
        raise _Refused("document-bomb", f"{pages} pages")
    return found if found[0] else (_files_by_pdfium(content, most_bytes), found[1])


def _is_cut(content: bytes) -> bool:
    """Tell whether objects follow the last end mark: the file stops in the middle (7.5.5)."""
    end = content.rfind(_END)
    return re.search(rb"\d+ \d+ obj\b", content[max(end, 0) :]) is not None


def _by_pypdf(content: bytes, most_bytes: int) -> tuple[list[_File], set[str]]:
    reader = PdfReader(io.BytesIO(content))
    try:
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise _Refused("pdf-password")
        found = _pdf_objects.contents(reader)
        return list(_decoded(found.files, most_bytes)), found.active
    except FileNotDecryptedError as error:
        raise _Refused("pdf-password") from error


def _decoded(files: list[_pdf_objects.EmbeddedFile], most_bytes: int) -> Iterator[_File]:
    left = most_bytes
    for file in files:
        data = file.stream.get_data()
        left -= len(data)
        if left < 0:
            raise _Refused("document-bomb", f"> {most_bytes} bytes")
        yield _File(file.name, file.declared_type, data)


def _pages_by_pdfium(content: bytes) -> int:
    """Return how many pages pdfium sees, 0 when it cannot open the file or find its first page."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if _PASSWORD in str(error).lower():
            raise _Refused("pdf-password") from error
        return 0
    try:
        document.get_page_size(0)
        return len(document)
    except pypdfium2.PdfiumError:
        return 0
    finally:
        document.close()


def _files_by_pdfium(content: bytes, most_bytes: int) -> list[_File]:
    """Return the embedded files that pdfium finds (in the name tree only, it knows no other place)."""
    files: list[_File] = []
    document = pypdfium2.PdfDocument(content)
    try:
        for index in range(document.count_attachments()):
            attachment = document.get_attachment(index)
            files.append(_File(attachment.get_name(), "", bytes(attachment.get_data())))
            if sum(len(file.content) for file in files) > most_bytes:
                raise _Refused("document-bomb", f"> {most_bytes} bytes")
    except pypdfium2.PdfiumError as error:
        raise _Refused("pdf-damaged", str(error)[:200]) from error
    finally:
        document.close()
    return files
