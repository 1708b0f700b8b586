"""Archives: good ones are opened, hostile ones refused as a whole, under our own caps."""

import io
import stat
import zipfile
from datetime import date

import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Bilingual, Case, Finding, Limits, Part
from ingestd.readers import zip as zip_reader
from tests.cases.make import overlapping_zip

CASE = Case(company=None, today=date(2026, 10, 5))


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def read(content: bytes, case: Case = CASE) -> tuple[list[Part], str]:
    """Return the members, and why the archive was refused."""
    part = Part(path="2", kind="application/zip", content=content, trail=("mail", "a.zip"))
    found = list(zip_reader.read(part, case))
    refused = [one for one in found if isinstance(one, Finding)]
    assert all(one.reason == "archive-refused" for one in refused)
    detail = refused[0].detail if refused else ""
    said = detail.en if isinstance(detail, Bilingual) else detail
    return [one for one in found if isinstance(one, Part)], said


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members(method: int) -> None:
    parts, refused = read(archive(("a.xml", b"<a/>"), ("dir/b.pdf", b"%PDF"), method=method))
    assert not refused
    assert [(part.path, part.filename, part.content) for part in parts] == [
        ("2/a.xml", "a.xml", b"<a/>"),
        ("2/b.pdf", "b.pdf", b"%PDF"),
    ]
    assert parts[0].trail == ("mail", "a.zip", "a.xml")
    assert parts[0].parent == "2"


def test_directories_are_no_members() -> None:
    parts, _ = read(archive(("dir/", b""), ("dir/a.xml", b"x")))
    assert [part.filename for part in parts] == ["a.xml"]


def test_same_name_in_two_directories() -> None:
    parts, _ = read(archive(("x/a.xml", b"1"), ("y/a.xml", b"2")))
    assert len({part.path for part in parts}) == 2


@pytest.mark.parametrize("name", ["../a.xml", "/etc/passwd", "x/../../a", "C:\\a.xml", "..\\a"])
def test_names_that_point_outside(name: str) -> None:
    parts, refused = read(archive((name, b"x")))
    assert (parts, refused) == ([], "a member that points outside")


def test_links() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert read(out.getvalue()) == ([], "a symbolic link")


def test_two_members_of_one_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.xml", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a.xml", "2")
    assert read(out.getvalue()) == ([], "two members of one name")


def test_overlap() -> None:
    assert read(overlapping_zip()) == ([], "members that overlap")


@pytest.mark.parametrize("encryption", [pyzipper.WZ_AES, None])
def test_passwords(encryption: str | None) -> None:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w") as made:
        if encryption:
            made.setpassword(b"secret")
            made.setencryption(encryption)
        made.writestr("a.xml", "x")
    content = bytearray(out.getvalue())
    if not encryption:  # what old programs write: the flag of ZipCrypto
        for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            content[content.index(signature) + at] |= 1
    assert read(bytes(content)) == ([], "protected by a password")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(archive_members=2), "3 members"),
        (Limits(file_bytes=99), "more than 99 bytes inside"),
        (Limits(archive_bytes=250), "more than 50 bytes inside"),
    ],
)
def test_limits(limits: Limits, said: str) -> None:
    case = Case(company=None, today=CASE.today, limits=limits)
    content = archive(("a", bytes(100)), ("b", bytes(100)), ("c", bytes(100)))
    assert read(content, case) == ([], said)


def test_at_the_limits() -> None:
    limits = Limits(archive_members=3, file_bytes=100, archive_bytes=300)
    case = Case(company=None, today=CASE.today, limits=limits)
    parts, refused = read(archive(("a", bytes(100)), ("b", bytes(100)), ("c", bytes(100))), case)
    assert (len(parts), refused) == (3, "")


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    assert read(archive(("a", bytes(60 << 20)))) == ([], "more than 52428800 bytes inside")
    assert read(archive(("a", bytes(20 << 20))))[1].startswith("compressed ")


def test_damage() -> None:
    good = archive(("a.xml", bytes(range(256)) * 8), method=zipfile.ZIP_STORED)
    broken = good.replace(bytes(range(100, 120)), bytes(20))
    for content in (good[: len(good) // 2], broken, b"PK\x03\x04", b""):
        parts, refused = read(content)
        assert parts == []
        assert refused.startswith(("damaged", "a damaged"))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_is_members_or_a_reason(data: st.DataObject) -> None:
    content = bytearray(archive(("a.xml", b"hello" * 20), ("b.xml", b"world" * 20)))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    parts, refused = read(bytes(content))
    assert bool(parts) != bool(refused) or not (parts or refused)
