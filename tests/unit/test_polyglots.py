"""Files that are two things at once."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from ingestd.checks import kind
from ingestd.model import Case, Part
from ingestd.readers import kinds
from ingestd.readers.polyglots import other_nature

CASE = Case(company=None, today=date(2026, 10, 5))


def picture(form: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 10, 10)).save(buffer, form)
    return buffer.getvalue()


@pytest.fixture
def pdf(documents: Path) -> bytes:
    return (documents / "plain-invoice.pdf").read_bytes()


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as members:
        members.writestr("a.txt", "a")
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP"])
def test_a_picture_with_an_archive_behind_it(form: str) -> None:
    """GIFAR: a picture to the browser, a program to Java."""
    both = picture(form) + archive()
    assert other_nature(both, kinds.detect(both)) == "ZIP"
    assert other_nature(picture(form), kinds.detect(picture(form))) == ""


@pytest.mark.parametrize(
    ("signature", "name"), [(b"Rar!\x1a\x07\x01\0", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z")]
)
def test_a_picture_with_another_archive_behind_it(signature: bytes, name: str) -> None:
    assert other_nature(picture("JPEG") + signature + bytes(50), "image/jpeg") == name


def test_pdf_and_archive(pdf: bytes) -> None:
    assert other_nature(pdf + archive(), "application/pdf") == "ZIP"
    assert other_nature(pdf, "application/pdf") == ""


def test_pdf_and_picture(pdf: bytes) -> None:
    start = b"GIF89a\1\0\1\0\0\0\0"
    assert other_nature(start + pdf, kinds.detect(start + pdf)) == "PDF"
    assert other_nature(picture("JPEG") + pdf, "image/jpeg") == "PDF"


def test_pdf_and_page(pdf: bytes) -> None:
    page = b"<html><script>alert(1)</script>\r\n" + pdf
    assert kinds.detect(page, "application/pdf") == "application/pdf"
    assert other_nature(page, "application/pdf") == "HTML"


def test_such_a_file_is_held(pdf: bytes) -> None:
    part = Part(path="2", kind="image/jpeg", content=picture("JPEG") + archive(), filename="a.jpg")
    (finding,) = kind.check(part, CASE)
    assert (finding.reason, finding.detail) == ("type-mismatch", "JPG")


@pytest.mark.parametrize(
    "before", [b"\r\n\r\n", b"\xef\xbb\xbf", b"junk\r\n", bytes(600), b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_a_pdf_behind_junk_is_a_pdf(pdf: bytes, before: bytes) -> None:
    assert kinds.detect(before + pdf, "application/octet-stream", "a.pdf") == "application/pdf"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "HEIC picture"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(99), "HEIF picture"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(99), "AVIF picture"),
        (picture("WEBP"), "WebP picture"),
        (picture("BMP"), "BMP picture"),
        (picture("GIF"), "GIF picture"),
        (picture("JPEG2000"), "JPEG 2000 picture"),
    ],
)
def test_pictures_that_are_not_read_have_a_name(content: bytes, named: str) -> None:
    assert kind.type_name(kinds.detect(content)).en == named
