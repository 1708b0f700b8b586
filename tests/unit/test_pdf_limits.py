"""A PDF that asks for far more than any invoice is a finding on that PDF, and the next one is read."""

import base64
import zlib
from collections.abc import Callable

import pytest
from pypdf.generic import NullObject

from ingestd.model import Case, Limits
from ingestd.readers import _pdf_document, _pdf_streams
from tests.unit._invoices import CASE
from tests.unit._pdfs import document, file, findings, read, reasons_of, stream, written

SPEC = b"/AF[<</F(a.xml)/EF<</F 4 0 R>>>>]"
FLATE = b"/Filter/FlateDecode"


def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    pieces = [packer.compress(bytes(1 << 20)) for _ in range(megabytes)]
    return b"".join(pieces) + packer.flush()


def references(count: int, first: int = 4) -> bytes:
    return b"[%s]" % b" ".join(b"%d 0 R" % (first + number) for number in range(count))


def many(count: int, body: bytes, has_table: bool = True) -> bytes:
    return document(b"/X" + references(count), *[body] * count, has_table=has_table)


def object_streams(count: int, megabytes: int) -> bytes:
    streams = []
    for number in range(1000, 1000 + count):
        head = b"%d 0 " % number
        data = zlib.compress(head + b"<</A 1>>" + b" " * (megabytes << 20), 9)
        entries = b"/Type/ObjStm/N 1/First %d%s" % (len(head), FLATE)
        streams.append(stream(data, entries))
    return document(b"/X" + references(count, 1000), *streams, has_table=False)


def chain(revisions: int) -> bytes:
    content = document(b"")
    for _ in range(revisions):
        before = int(content.rpartition(b"startxref")[2].split()[0])
        at = len(content)
        tail = b"xref\n0 0\ntrailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        content += tail % (before, at)
    return content


BOMBS: dict[str, Callable[[], bytes]] = {
    "file": lambda: document(SPEC, file(zeros(51), FLATE)),
    "file, twice packed": lambda: document(
        SPEC, file(zlib.compress(zeros(60)), b"/Filter[/FlateDecode/FlateDecode]")
    ),
    "file, slow filter": lambda: document(
        SPEC, file(base64.a85encode(bytes(5 << 20)) + b"~>", b"/Filter/ASCII85Decode")
    ),
    "file, predictor": lambda: document(
        SPEC, file(zeros(9), FLATE + b"/DecodeParms<</Predictor 12/Columns 4>>")
    ),
    "file, filters": lambda: document(
        SPEC, file(b"x", b"/Filter[" + b"/FlateDecode" * 1_000 + b"]")
    ),
    "page": lambda: document(b"", stream(zeros(70), FLATE), page=b"/Contents 4 0 R"),
    "page, in pieces": lambda: document(
        b"", *[stream(zeros(7), FLATE)] * 10, page=b"/Contents" + references(10)
    ),
    "page, twice packed": lambda: document(
        b"",
        stream(zlib.compress(zeros(70)), b"/Filter[/FlateDecode/FlateDecode]"),
        page=b"/Contents 4 0 R",
    ),
    "page, in printable letters": lambda: document(
        b"",
        stream(base64.a85encode(zeros(70)) + b"~>", b"/Filter[/ASCII85Decode/FlateDecode]"),
        page=b"/Contents 4 0 R",
    ),
    "page, filters": lambda: document(
        b"", stream(b"x", b"/Filter[" + b"/ASCIIHexDecode" * 99 + b"]"), page=b"/Contents 4 0 R"
    ),
    "font": lambda: document(b"/X<</FontFile2 4 0 R>>", stream(zeros(70), FLATE)),
    "objects": lambda: many(_pdf_document.MAX_OBJECTS, b"<<>>"),
    "objects, none": lambda: document(b"/X" + references(_pdf_document.MAX_OBJECTS)),
    "objects, written": lambda: document(b"", *[b"1"] * _pdf_document.MAX_WRITTEN),
    "object streams": lambda: object_streams(9, 2),
    "forms": lambda: document(
        b"/X[" + b"<</XFA 4 0 R>>" * 99 + b"]", stream(zlib.compress(b"a" * 900_000), FLATE)
    ),
    "itself": lambda: document(b"/X 4 0 R", b"<</A 4 0 R/Length 4 0 R>>stream\n\nendstream"),
    "pages": lambda: written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 2001/Kids" + references(2_001, 3) + b">>",
            *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * 2_001,
        ]
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_finding(name: str) -> None:
    content = BOMBS[name]()
    assert len(content) < 12_000_000
    assert reasons_of(content) == ["document-bomb"]


@pytest.mark.parametrize(
    "content",
    [
        document(b"/X" + b"[" * 100_000 + b"]" * 100_000),
        document(b"/X" + b"<</A" * 50_000 + b" 1" + b">>" * 50_000),
        chain(2_000),
        many(3_000, b"<</Length 99999 0 R>>stream\nabc\nendstream"),
        many(3_000, stream(b"zz", FLATE)),
        document(b"/MediaBox[0 0 1e30 -1e30]", page=b"/UserUnit 1e9"),
    ],
    ids=["arrays", "dictionaries", "revisions", "lengths", "streams", "size"],
)
def test_what_is_only_strange_is_read(content: bytes) -> None:
    assert "document-bomb" not in reasons_of(content)


def test_a_long_document_in_printable_letters_is_no_bomb() -> None:
    """As reportlab writes it: each page deflated, and that in ASCII 85; 150 pages of 100 kB."""
    lines = b"".join(b"BT (%d,%02d) Tj ET\n" % (n * 7919 % 9973, n % 100) for n in range(5_000))
    page = base64.a85encode(zlib.compress(lines)) + b"~>"
    filters = b"/Filter[/ASCII85Decode/FlateDecode]"
    content = document(b"", *[stream(page, filters)] * 150, page=b"/Contents" + references(150))
    assert 150 * len(lines) > 10_000_000
    assert reasons_of(content) == []


def test_a_scan_is_no_bomb() -> None:
    """A page of 600 dots an inch in colour unpacks to 100 MB; nobody unpacks it to read text."""
    image = stream(zeros(100), FLATE + b"/Type/XObject/Subtype/Image/Width 1/Height 1")
    assert read(document(b"", image, page=b"/Resources<</XObject<</I 4 0 R>>>>")) == []


def test_files_have_a_limit_together() -> None:
    specs = b"/AF[" + b"".join(b"<</F(a)/EF<</F %d 0 R>>>>" % number for number in (4, 5, 6)) + b"]"
    content = document(specs, *[file(b"x" * 600 + bytes([64 + n])) for n in range(3)])
    case = Case(company=None, today=CASE.today, limits=Limits(decoded_bytes=1_500))
    assert [reason for reason, _ in findings(content, case)] == ["document-bomb"]


def test_an_object_stream_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """pypdf unpacks it again for each object that is not in it."""
    head = b"1000 0 "
    entries = b"/Type/ObjStm/N 1/First %d%s" % (len(head), FLATE)
    content = document(
        b"/X" + references(500, 1000), stream(zlib.compress(head + b"<<>>"), entries)
    )
    document_ = _pdf_document.Document(content, _pdf_document.Budget())
    document_.xref_objStm = dict.fromkeys(range(1000, 1500), (4, 0))
    calls = 0
    plain = type(document_)._get_object_from_stream

    def counted(self: object, reference: object) -> object:
        nonlocal calls
        calls += 1
        return plain(self, reference)  # type: ignore[arg-type]

    monkeypatch.setattr(type(document_), "_get_object_from_stream", counted)
    for number in range(1000, 1500):
        document_.get_object(number)
    assert calls == 1


def test_an_object_that_is_nowhere_is_not_searched() -> None:
    content = document(b"")
    opened = _pdf_document.Document(
        content + b"\n77 0 obj\n(found)\nendobj\n", _pdf_document.Budget()
    )
    assert isinstance(opened.get_object(77), NullObject)
    assert opened.strays == 1


def test_memory_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(_pdf_streams, "_inflated", fail)
    assert reasons_of(document(SPEC, file(zlib.compress(b"x"), FLATE))) == ["document-bomb"]


def test_a_loop_is_told_in_words_that_stay_the_same() -> None:
    """The library's own text has an address in memory, other at each reading."""
    loop = b"<</Length 4 0 R>>stream\nabc\nendstream"
    told = findings(document(b"/X 4 0 R", loop, has_table=False))
    assert told == [("document-bomb", "it is nested or refers to itself without end")]
