"""Texts in the character sets that senders name, mean, or lie about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.readers import kinds, mime
from ingestd.readers._charset import decode_text, is_wide

LETTER = "Grüße, 12 €"


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        (LETTER.encode("utf-16"), "utf-16"),
        (LETTER.encode("utf-16"), ""),
        (LETTER.encode("utf-16-le"), "utf-16"),
        (LETTER.encode("utf-16-be"), "utf-16"),
        (LETTER.encode("utf-16-le"), "UTF-16LE"),
        (LETTER.encode("utf-16-be"), "utf-16be"),
        (b"\xfe\xff" + LETTER.encode("utf-16-be"), "utf-16"),
        (b"\xfe\xff" + LETTER.encode("utf-16-be"), "utf-16-le"),
        (LETTER.encode("utf-32"), "utf-32"),
        (LETTER.encode("utf-8"), "utf-16"),
        (LETTER.encode("utf-8-sig"), "us-ascii"),
        (LETTER.encode("utf-7"), "utf-7"),
        (LETTER.encode("cp1252"), "iso-8859-1"),
        (LETTER.encode("cp1252"), "us-ascii"),
        (LETTER.encode("cp1252"), "utf-8"),
        (LETTER.encode("iso-8859-15"), "ISO-8859-15"),
        (LETTER.encode("iso-8859-15"), "iso-8859-15*de"),
        (LETTER.encode("cp1252"), "'windows-1252'"),
        (LETTER.encode(), "no-such-charset"),
        (LETTER.encode(), "rot13"),
        (LETTER.encode(), "unicode_escape"),
        (LETTER.encode(), "raw_unicode_escape"),
        (LETTER.encode(), "idna"),
        (LETTER.encode(), "base64"),
        (LETTER.encode(), "zlib"),
        (LETTER.encode(), "mbcs"),
        (LETTER.encode(), "../../etc"),
        (LETTER.encode(), "x" * 5000),
    ],
)
def test_a_letter_is_read_whatever_it_says(raw: bytes, charset: str) -> None:
    assert decode_text(raw, charset) == LETTER


def test_escapes_are_no_letters() -> None:
    assert decode_text(b"\\u0041\\x41", "unicode_escape") == "\\u0041\\x41"
    assert decode_text(b"=41", "quopri") == "=41"


def test_asian_letters() -> None:
    for charset in ("shift_jis", "iso-2022-jp", "euc-jp", "gb18030", "utf-16"):
        assert decode_text("請求書".encode(charset), charset) == "請求書"


@given(
    st.binary(max_size=200), st.sampled_from(["", "utf-7", "utf-16", "utf-32", "hz", "iso2022_kr"])
)
def test_what_is_read_can_be_stored(raw: bytes, charset: str) -> None:
    decode_text(raw, charset).encode("utf-8")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7"])
def test_a_text_of_wide_letters_is_a_text(charset: str) -> None:
    raw = LETTER.encode(charset)
    assert is_wide(raw, charset)
    assert kinds.detect(raw, "text/plain", "", charset) == "text/plain"
    assert mime.body_text(raw, charset) == LETTER
    page = f"<html><body><p>{LETTER}</p></body></html>".encode(charset)
    assert kinds.detect(page, "text/html", "", charset) == "text/html"


def test_a_program_that_is_said_to_be_text_stays_a_program() -> None:
    program = b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0L\1" + bytes(200)
    assert kinds.detect(program, "text/plain", "", "utf-16").startswith("application/")
