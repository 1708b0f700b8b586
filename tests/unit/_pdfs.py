"""PDFs written by hand for the unit tests: every octet in sight, nothing that a library would tidy up."""

from collections.abc import Sequence

from ingestd.model import Case, Finding, Part
from ingestd.readers import pdf
from tests.unit._invoices import CASE, part

XML = b"<invoice/>"
PAGES = (
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def file(data: bytes = XML, entries: bytes = b"") -> bytes:
    """Return the stream of an embedded file."""
    return stream(data, b"/Type/EmbeddedFile" + entries)


def written(objects: Sequence[bytes], trailer: bytes = b"", has_table: bool = True) -> bytes:
    """Return a PDF of numbered objects, the first one its catalogue; without a cross-reference table
    its readers must look for the objects."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at, size = len(out), len(objects) + 1
    if has_table:
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n" % (size, trailer, at)
    return bytes(out + b"%%EOF\n")


def document(catalogue: bytes, *more: bytes, page: bytes = b"", has_table: bool = True) -> bytes:
    """Return a PDF of one page with more in its catalogue (or page); `more` are objects 4, 5, ..."""
    pages = (PAGES[0], PAGES[1][:-2] + page + b">>")
    objects = (b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>", *pages, *more)
    return written(objects, has_table=has_table)


def read(content: bytes, case: Case = CASE) -> list[Part | Finding]:
    """Return all that the reader says."""
    return list(pdf.read(part(content, "application/pdf"), case))


def files(content: bytes) -> list[tuple[str, bytes]]:
    """Return names and octets of the embedded files, whatever else was found."""
    return [(each.filename, each.content) for each in read(content) if isinstance(each, Part)]


def findings(content: bytes, case: Case = CASE) -> list[tuple[str, str]]:
    """Return reasons and English details."""
    return [
        (each.reason, each.detail if isinstance(each.detail, str) else each.detail.en)
        for each in read(content, case)
        if isinstance(each, Finding)
    ]


def reasons_of(content: bytes) -> list[str]:
    """Return the reasons alone."""
    return [reason for reason, _ in findings(content)]
