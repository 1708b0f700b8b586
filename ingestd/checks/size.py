"""A file of nothing, or of more than any invoice needs."""

from collections.abc import Iterator

from ingestd.model import Bilingual, Case, Finding, Part


def in_megabytes(size_bytes: int) -> Bilingual:
    """Return a size for people: `12.5 MB`, `12,5 Mo`."""
    number = f"{size_bytes / 1_000_000:.1f}"
    return Bilingual(f"{number} MB", f"{number.replace('.', ',')} Mo")


def _is_text(part: Part) -> bool:
    """Tell whether a part is a piece of the mail's text that a server calls a file (`ATT00001.txt`):
    nothing is missed when it is empty."""
    text_name = part.filename.lower().endswith((".txt", ".htm", ".html"))
    return text_name and part.declared_type in ("text/plain", "text/html")


def check(part: Part, case: Case) -> Iterator[Finding]:
    """Yield `file-empty` for nothing but white space (in what is meant as a file) and
    `file-too-large`."""
    size_bytes = len(part.content)
    named = part.filename or part.disposition == "attachment"
    is_file = named and not part.kind.startswith("multipart/") and not _is_text(part)
    if is_file and not part.content.strip():
        yield Finding("file-empty", part.path)
    if size_bytes > case.limits.file_bytes and part.path:
        values = {"size": in_megabytes(size_bytes), "limit": in_megabytes(case.limits.file_bytes)}
        yield Finding("file-too-large", part.path, values=values)
