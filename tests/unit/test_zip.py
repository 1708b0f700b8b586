"""Archives: good ones are opened, hostile ones refused as a whole, under our own caps."""

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import date

import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Bilingual, Case, Finding, Limits, Part
from ingestd.readers import zip as zip_reader
from tests.cases.make import overlapping_zip
from tests.documents._zip import aes as locked
from tests.documents._zip import zipcrypto

CASE = Case(company=None, today=date(2026, 10, 5))


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in members:
            made.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def trying(*passwords: str) -> Case:
    return Case(company=None, today=CASE.today, archive_passwords=passwords)


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


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("version", [1, 2])
def test_the_right_password_opens_aes(bits: int, version: int) -> None:
    content = locked("Été 2026", ("a.xml", b"<a/>"), ("b.xml", b"<b/>"), bits=bits, version=version)
    parts, refused = read(content, trying("wrong", "Été 2026"))
    assert ([part.content for part in parts], refused) == ([b"<a/>", b"<b/>"], "")


def test_the_right_password_opens_zipcrypto() -> None:
    content = zipcrypto(b"1234", b"a.xml", b"<a/>" * 99)
    parts, refused = read(content, trying("wrong", "", "1234"))
    assert ([part.content for part in parts], refused) == ([b"<a/>" * 99], "")


def test_passwords_are_tried_as_windows_writes_them() -> None:
    content = zipcrypto("clé".encode("cp850"), b"a.xml", b"<a/>")
    assert read(content, trying("clé"))[1] == ""


def test_a_password_that_only_looks_right_is_not_taken() -> None:
    """ZipCrypto's own check is one octet: of five hundred words two pass it."""
    content = zipcrypto(b"right", b"a.xml", b"<a/>" * 99)
    wrong = tuple(f"wrong{number}" for number in range(600))
    assert read(content, trying(*wrong)) == ([], "protected by a password")
    assert read(content, trying(*wrong, "right"))[1] == ""


@pytest.mark.parametrize("passwords", [(), ("wrong",), ("",)])
def test_without_the_password_it_stays_closed(passwords: tuple[str, ...]) -> None:
    for content in (locked("right", ("a", b"x")), zipcrypto(b"right", b"a", b"x")):
        assert read(content, trying(*passwords)) == ([], "protected by a password")


def test_two_passwords_in_one_archive_stay_closed() -> None:
    out = io.BytesIO(locked("one", ("a.xml", b"<a/>")))
    with pyzipper.AESZipFile(out, "a", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"two")
        made.writestr("b.xml", b"<b/>" * 9)
    parts, refused = read(out.getvalue(), trying("one", "two"))
    assert parts == []
    assert refused.startswith("damaged: Bad password")


def test_locked_and_open_members_in_one_archive() -> None:
    out = io.BytesIO(archive(("open.xml", b"<open/>")))
    with pyzipper.AESZipFile(out, "a", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"pw")
        made.writestr("locked.xml", b"<locked/>")
    assert read(out.getvalue()) == ([], "protected by a password")
    assert len(read(out.getvalue(), trying("pw"))[0]) == 2
    assert zip_reader.is_locked(out.getvalue())
    assert not zip_reader.is_locked(archive(("a", b"x")))
    assert not zip_reader.is_locked(b"PK\x03\x04")


@pytest.mark.parametrize(("limit", "refused"), [(1011, True), (1012, False), (1013, False)])
def test_the_old_encryption_is_slow_and_has_its_own_limit(limit: int, refused: bool) -> None:
    content = zipcrypto(b"pw", b"a.xml", bytes(1000))
    case = replace(trying("pw"), limits=Limits(zipcrypto_bytes=limit))
    assert zip_reader.zipcrypto_bytes(content) == 1012
    assert (read(content, case)[1] == "too much of an old encryption") is refused


def test_a_locked_bomb_is_still_a_bomb() -> None:
    assert read(locked("pw", ("a", bytes(60 << 20))), trying("pw"))[1].startswith("more than")


@pytest.mark.parametrize(("count", "refused"), [(999, False), (1000, False), (1001, True)])
def test_the_limit_of_members(count: int, refused: bool) -> None:
    content = archive(*((f"{n}.txt", b"x") for n in range(count)), method=zipfile.ZIP_STORED)
    assert (read(content)[1] == f"{count} members") is refused


@pytest.mark.parametrize(("size", "refused"), [(99, False), (100, False), (101, True)])
def test_the_limit_of_a_member_and_of_all(size: int, refused: bool) -> None:
    content = archive(("a", bytes(size)))
    two = archive(("a", bytes(size)), ("b", bytes(100)))
    one_file = Case(company=None, today=CASE.today, limits=Limits(file_bytes=100))
    together = Case(company=None, today=CASE.today, limits=Limits(archive_bytes=200))
    assert (read(content, one_file)[0] == []) is refused
    assert (read(two, together)[0] == []) is refused


@pytest.mark.parametrize(("ratio", "refused"), [(1030, False), (1029, False), (1028, True)])
def test_the_limit_of_the_ratio(ratio: int, refused: bool) -> None:
    content = archive(("a", bytes(11 << 20)))
    case = Case(company=None, today=CASE.today, limits=Limits(archive_ratio=ratio))
    assert read(content, case)[1].startswith("compressed") is refused
    small = archive(("a", bytes(10 << 20)))
    assert read(small, case)[1] == ""  # below ten megabytes nobody is hurt


def test_names_that_differ_by_case_are_two_files() -> None:
    parts, refused = read(archive(("A.xml", b"1"), ("a.XML", b"2")))
    assert ([part.path for part in parts], refused) == (["2/A.xml", "2/a.XML"], "")


def test_the_same_name_in_two_spellings_is_refused() -> None:
    for one, two in (("x/a.xml", "x\\a.xml"), ("\u00e9.xml", "e\u0301.xml")):
        assert read(archive((one, b"1"), (two, b"2"))) == ([], "two members of one name")


def test_names_are_text_for_display() -> None:
    parts, refused = read(archive(("fac\u202etura\x1b.pdf", b"x")))
    assert refused == ""
    assert parts[0].path == "2/fac_tura_.pdf"
    assert parts[0].filename == "fac\u202etura\x1b.pdf"  # `checks.name` has to see it


def test_eight_bit_names_of_dos() -> None:
    content = archive(("fXcture.pdf", b"x")).replace(b"fXcture", b"f\x82cture")
    assert read(content)[0][0].filename == "f\u00e9cture.pdf"


@pytest.mark.parametrize("mode", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_devices(mode: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        device = zipfile.ZipInfo("device")
        device.external_attr = (mode | 0o777) << 16
        made.writestr(device, "x")
    assert read(out.getvalue()) == ([], "a device or pipe")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions(method: int) -> None:
    assert read(archive(("a", b"x" * 99), method=method)) == ([], "an unusual compression")


def with_descriptors() -> bytes:
    """Return an archive as a program writes it that cannot go back: sizes after the data."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *where: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.xml", b"<a/>" * 9)
        made.writestr("b.xml", b"<b/>" * 9)
    return out.getvalue()


def test_sizes_after_the_data() -> None:
    content = with_descriptors()
    assert content[6] & 8
    assert [part.filename for part in read(content)[0]] == ["a.xml", "b.xml"]
    at = content.index(b"PK\x07\x08")
    assert read(content[: at + 8] + b"\7" + content[at + 9 :])[0] == []


def test_zip64() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("a.xml", "w", force_zip64=True) as member,
    ):
        member.write(b"<a/>")
    assert read(out.getvalue())[0][0].content == b"<a/>"


def end_64(content: bytes, count: int) -> bytes:
    """Return an archive with a ZIP64 end record before its own."""
    at = content.index(b"PK\x05\x06")
    start = content.index(b"PK\x01\x02")
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, at - start, start
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    return content[:at] + record + locator + content[at:]


def test_a_second_end_record_must_say_the_same() -> None:
    content = archive(("a.xml", b"1"), ("b.xml", b"2"))
    assert len(read(end_64(content, 2))[0]) == 2
    assert read(end_64(content, 1)) == ([], "two end records that differ")


GOOD = archive(("a.xml", b"<a/>" * 9), ("b.xml", b"<b/>" * 9), method=zipfile.ZIP_STORED)
HIDDEN = archive(("hidden.exe", b"MZ"), method=zipfile.ZIP_STORED)
HIDDEN_MEMBER = HIDDEN[: HIDDEN.index(b"PK\x01\x02")]


def moved(content: bytes, at: int, inserted: bytes) -> bytes:
    """Return an archive with octets inserted, every offset after them put right."""
    out = bytearray(content[:at] + inserted + content[at:])
    place = -1
    while (place := out.find(b"PK\x01\x02", place + 1)) >= 0:
        (offset,) = struct.unpack_from("<L", out, place + 42)
        struct.pack_into("<L", out, place + 42, offset + len(inserted) * (offset >= at))
    end = out.rfind(b"PK\x05\x06")
    (start,) = struct.unpack_from("<L", out, end + 16)
    struct.pack_into("<L", out, end + 16, start + len(inserted))
    return bytes(out)


SECOND = GOOD.index(b"PK\x03\x04", 4)
DIRECTORY = GOOD.index(b"PK\x01\x02")
SECOND_END = GOOD[-22:-10] + struct.pack("<2LH", len(GOOD) - DIRECTORY, DIRECTORY, 0)
"""An end record in the comment of the first, with a directory that takes the first one in."""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (moved(GOOD, SECOND, HIDDEN_MEMBER), "data between its members"),
        (moved(GOOD, DIRECTORY, HIDDEN_MEMBER), "data between its members"),
        (moved(GOOD, 0, HIDDEN_MEMBER), "data before its first member"),
        (HIDDEN_MEMBER + GOOD, "data before its first member"),
        (GOOD + HIDDEN, "data before its first member"),
        (GOOD + b"MZ", "data after its end"),
        (GOOD[:-2] + struct.pack("<H", 22) + SECOND_END, "several end records"),
        (GOOD.replace(b"a.xml", b"a.exe", 1), "a member described in two ways"),
        (GOOD[:22] + b"\1\0\0\0" + GOOD[26:], "a member described in two ways"),
        (GOOD[:14] + b"\0\0\0\0" + GOOD[18:], "a member described in two ways"),
        (GOOD[:8] + b"\x08\0" + GOOD[10:], "a member described in two ways"),
        (GOOD[:6] + b"\1\0" + GOOD[8:], "a member described in two ways"),
        (GOOD.replace(b"a.xml", b"a\0xml"), "a member without a proper name"),
    ],
)
def test_what_two_programs_would_read_differently(content: bytes, said: str) -> None:
    assert read(content) == ([], said)


def test_padding_is_harmless() -> None:
    for content in (GOOD + b"\r\n", GOOD + bytes(512), moved(GOOD, SECOND, bytes(4))):
        assert len(read(content)[0]) == 2


def test_a_folder_with_content() -> None:
    content = archive(("dir", b"MZ")).replace(b"dir", b"di/")
    assert read(content) == ([], "a folder with content")


def test_a_second_name_of_another_kind() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("facture.pdf")
        name = b"facture.exe"
        field = b"\1" + struct.pack("<L", zlib.crc32(b"facture.pdf")) + name
        info.extra = struct.pack("<2H", 0x7075, len(field)) + field
        made.writestr(info, b"x")
    assert read(out.getvalue()) == ([], "a member with two names")


def test_a_size_that_lies() -> None:
    """Its checksum is that of the shorter file: programs that believe the size show another one."""
    long, short = b"<a/>" * 500, b"<a/>"
    content = bytearray(archive(("a.xml", long)))
    for at in (14, content.index(b"PK\x01\x02") + 16):
        struct.pack_into("<L", content, at, zlib.crc32(short))
        struct.pack_into("<L", content, at + 8, len(short))
    assert zipfile.ZipFile(io.BytesIO(content)).read("a.xml") == short
    assert read(bytes(content))[0] == []


@pytest.mark.parametrize("claimed", [4, 1999, 2001, 60_000])
def test_a_size_that_lies_beside_a_true_checksum(claimed: int) -> None:
    content = bytearray(archive(("a.xml", b"<a/>" * 500)))
    for at in (22, content.index(b"PK\x01\x02") + 24):
        struct.pack_into("<L", content, at, claimed)
    assert read(bytes(content)) == ([], "a size that lies")


def test_quoted_overlap() -> None:
    """One member's data is the next one's header and data (David Fifield's better zip bomb)."""
    inner = GOOD[SECOND:DIRECTORY]
    outer = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, len(inner), len(inner), 5, 0)
    content = bytearray(outer + b"a.xml" + inner + GOOD[DIRECTORY:])
    places = [at for at in range(len(content)) if content.startswith(b"PK\x01\x02", at)]
    struct.pack_into("<3L", content, 14, zlib.crc32(inner), len(inner), len(inner))
    struct.pack_into("<3L", content, places[0] + 16, zlib.crc32(inner), len(inner), len(inner))
    struct.pack_into("<L", content, places[1] + 42, len(outer) + 5)
    struct.pack_into("<L", content, len(content) - 6, places[0])
    assert read(bytes(content)) == ([], "members that overlap")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damage_of_any_kind_is_members_or_a_reason(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    parts, refused = read(bytes(content), trying("pw"))
    assert not (parts and refused)
    zip_reader.is_locked(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=60))
def test_any_octets(front: bytes, back: bytes) -> None:
    for content in (front, b"PK\x03\x04" + front, GOOD[:40] + front + GOOD[-22:], GOOD + back):
        parts, refused = read(content, trying("pw"))
        assert not (parts and refused)


SAMPLES = [
    with_descriptors(),
    end_64(GOOD, 2),
    locked("pw", ("a.xml", b"<a/>" * 20)),
    zipcrypto(b"pw", b"a.xml", b"<a/>" * 20),
]
