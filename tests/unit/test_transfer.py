"""Transfer encodings as mail programs decode them, and the older ways to write a file as text."""

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.readers import _transfer

TEXT = b"Facture no 12, 120,00 EUR, merci"
DATA = base64.b64encode(TEXT)


def uu(content: bytes) -> bytes:
    return b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))


@pytest.mark.parametrize(
    "raw",
    [
        DATA,
        DATA.rstrip(b"="),
        DATA + b"====",
        b"\r\n".join(DATA[n : n + 5] for n in range(0, len(DATA), 5)),
        DATA[:10] + b"*!\x80\0 " + DATA[10:],
        base64.b64encode(TEXT[:4]) + b"\r\n" + base64.b64encode(TEXT[4:]),
        DATA + b"\r\n-- \r\nliste de diffusion, <http://liste.example/>\r\n",
        b"\xef\xbb\xbf" + DATA,
    ],
)
def test_base64_with_one_meaning(raw: bytes) -> None:
    assert _transfer.decode(raw, "base64") == TEXT


def test_base64_that_stricter_readers_cut_off_is_known() -> None:
    """Two pieces with padding between: for some readers the first is all."""
    first, second = base64.b64encode(TEXT[:4]), base64.b64encode(TEXT[4:])
    assert TEXT[:4] in list(_transfer.other_base64(first + second))
    assert TEXT[:9] in list(_transfer.other_base64(DATA[:12] + b"!" + DATA[12:]))
    assert list(_transfer.other_base64(DATA)) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"Facture no 12, 120,00 EUR, merci",
        b"Facture no=2012, 120,00 EUR, merci",
        b"=46=61=63ture no 12, 120,00 EUR, merci",
        b"=46=61=63ture no 12, 120,00=\r\n EUR, merci",
        b"Facture no 12, 120,00=   \r\n EUR, merci",
        b"Facture no 12, 120,00=\n EUR, merci",
        b"Facture no 12, 120,00=2c=20EUR, merci".replace(b"00=2c", b"00"),
        b"Facture no 12, 120,00 EUR, merci   ",
    ],
)
def test_quoted_printable(raw: bytes) -> None:
    assert _transfer.decode(raw, "quoted-printable").rstrip() == TEXT


def test_broken_quoted_printable_stays_as_it_is() -> None:
    assert _transfer.decode(b"100 =ZZ = 4", "quoted-printable") == b"100 =ZZ = 4"


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary", "7-bit", "8bits", "x-unknown"])
def test_nothing_is_decoded_that_says_nothing(encoding: str) -> None:
    assert _transfer.decode(DATA, encoding) == DATA


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 a.pdf\n" + uu(TEXT) + b"`\nend\n",
        b"Voici\n\nbegin 0644 a.pdf\n" + uu(TEXT) + b" \nend\n",
        b"begin 644 a.pdf\r\n" + uu(TEXT).replace(b"\n", b"\r\n") + b"`\r\nend\r\n",
        b"begin 644 a.pdf\n" + uu(TEXT),
        b"begin 644 x\nbegin 644 a.pdf\n" + uu(TEXT) + b"`\nend\n",
        b"begin-base64 644 a.pdf\n" + DATA + b"\n====\n",
        b"=ybegin line=128 size=32 name=a.pdf\r\n"
        + bytes((one + 42) % 256 for one in TEXT)
        + b"\r\n=yend size=32\r\n",
        b"=ybegin part=1 line=128 size=32 name=a.pdf\r\n=ypart begin=1 end=32\r\n"
        + bytes((one + 42) % 256 for one in TEXT)
        + b"\r\n=yend size=32\r\n",
    ],
)
def test_files_in_a_text(text: bytes) -> None:
    (found,) = _transfer.files_in(text)
    assert (found.name, found.content) == (b"a.pdf", TEXT)
    assert _transfer.may_hold_files(text)


def test_critical_octets_of_yenc_are_escaped() -> None:
    octets = bytes(range(256))
    data = b"".join(
        b"=" + bytes([(one + 106) % 256])
        if (one + 42) % 256 in (0, 10, 13, 61)
        else bytes([(one + 42) % 256])
        for one in octets
    )
    (found,) = _transfer.files_in(b"=ybegin line=256 size=256 name=a\r\n" + data + b"\r\n=yend\r\n")
    assert found.content == octets


@pytest.mark.parametrize(
    "text", [b"begin the day", b"We begin 644 things\nend\n", b"begin 644 a\n", b""]
)
def test_texts_without_files(text: bytes) -> None:
    assert list(_transfer.files_in(text)) == []


@given(st.binary(max_size=300), st.sampled_from(sorted(_transfer.KNOWN | _transfer.YENC)))
def test_nothing_makes_it_fail(raw: bytes, encoding: str) -> None:
    _transfer.decode(raw, encoding)
    list(_transfer.other_base64(raw))
    list(_transfer.files_in(b"begin 644 a\n" + raw))
    list(_transfer.files_in(b"=ybegin name=a\n" + raw))
