"""gzip: one file comes out, under the caps of an archive."""

import gzip as stdlib
import io
import tarfile
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.checks.kind import refuse
from ingestd.model import Bilingual, Case, Finding, Limits, Part
from ingestd.readers import gzip, kinds

CASE = Case(company=None, today=date(2026, 10, 5))


def packed(content: bytes, name: str = "") -> bytes:
    out = io.BytesIO()
    with stdlib.GzipFile(name, "wb", fileobj=out, mtime=0) as file:
        file.write(content)
    return out.getvalue()


def read(
    content: bytes, name: str = "a.xml.gz", limits: Limits | None = None
) -> tuple[list[Part], str]:
    case = Case(company=None, today=CASE.today, limits=limits or Limits())
    part = Part(path="2", kind=kinds.GZIP, content=content, filename=name, trail=("mail", name))
    found = list(gzip.read(part, case))
    refused = [one for one in found if isinstance(one, Finding)]
    assert all(one.reason == "archive-refused" for one in refused)
    detail = refused[0].detail if refused else ""
    said = detail.en if isinstance(detail, Bilingual) else detail
    return [one for one in found if isinstance(one, Part)], said


def test_one_file() -> None:
    (part,), said = read(packed(b"<a/>"))
    assert (part.path, part.filename, part.content, said) == ("2/a.xml", "a.xml", b"<a/>", "")
    assert part.trail == ("mail", "a.xml.gz", "a.xml")


@pytest.mark.parametrize(
    ("called", "inside", "name"),
    [
        ("facture.pdf.gz", "other.exe", "facture.pdf"),
        ("f.tgz", "", "f.tar"),
        ("download", "c:\\x\\facture.pdf", "facture.pdf"),
        ("download", "", "download"),
        ("", "", "unpacked"),
    ],
)
def test_its_name(called: str, inside: str, name: str) -> None:
    (part,), _ = read(packed(b"x", inside), called)
    assert part.filename == name


def test_members_one_after_the_other_are_one_file() -> None:
    (part,), _ = read(packed(b"one ") + packed(b"two") + bytes(512))
    assert part.content == b"one two"


def test_a_tar_inside_is_named() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a.pdf"), io.BytesIO(b""))
    (part,), _ = read(packed(out.getvalue()), "a.tar.gz")
    kind = kinds.detect(part.content, name=part.filename)
    found = refuse(Part(path="2/a.tar", kind=kind, content=b"", filename="a.tar"))
    assert (found.reason, found.detail) == (
        "archive-refused",
        Bilingual("tar archive", "archive tar"),
    )


@pytest.mark.parametrize(("size", "refused"), [(99, False), (100, False), (101, True)])
def test_the_limit_of_a_file(size: int, refused: bool) -> None:
    for limits in (Limits(file_bytes=100), Limits(archive_bytes=100)):
        parts, said = read(packed(bytes(size)), limits=limits)
        assert (parts == [], said) == (refused, "more than 100 bytes inside" if refused else "")


def test_a_bomb() -> None:
    assert read(packed(bytes(60 << 20)))[1] == "more than 52428800 bytes inside"
    assert read(packed(bytes(20 << 20)))[1].startswith("compressed ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed(b"x" * 999)[:-5], "cut off"),
        (packed(b"x") + b"MZ\x90", "data after its end"),
        (packed(b"x") * 101, "more than 100 members"),
        (packed(b"hello")[:-8] + bytes(8), "damaged: Error -3"),
        (b"\x1f\x8b\x08", "cut off"),
    ],
)
def test_damage(content: bytes, said: str) -> None:
    parts, refused = read(content)
    assert parts == []
    assert refused.startswith(said)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 60), st.integers(0, 255))
def test_any_octets_are_a_file_or_a_reason(octets: bytes, at: int, changed: int) -> None:
    good = bytearray(packed(b"hello" * 50, "name"))
    good[at % len(good)] = changed
    for content in (bytes(good), b"\x1f\x8b\x08" + octets, bytes(good) + octets):
        parts, said = read(content)
        assert bool(parts) != bool(said)


def test_what_comes_out_is_what_the_standard_library_finds() -> None:
    data = bytes(range(256)) * 400
    assert read(packed(data))[0][0].content == zlib.decompress(packed(data), 31) == data
