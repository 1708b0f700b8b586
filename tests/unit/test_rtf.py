"""RTF bodies: text comes out, and HTML where the RTF was made from it."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.readers import _rtf


def test_the_example_of_the_specification() -> None:
    """MS-OXRTFCP section 3.1.1."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c0900206263"
        "70b077656c6d100a803b".replace(" ", "")
    )
    assert _rtf.decompress(packed).startswith(b"{\\rtf1\\ansi\\ansicpg1252\\pard hel")


def test_stored() -> None:
    rtf = b"{\\rtf1 hello}"
    packed = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    assert _rtf.decompress(packed) == rtf


@pytest.mark.parametrize("packed", [b"", bytes(16), b"\xff" * 16, b"x" * 15])
def test_damage_is_nothing(packed: bytes) -> None:
    assert _rtf.decompress(packed) == b""


def test_a_run_may_reach_into_itself_and_never_grows_beyond_the_limit() -> None:
    body = bytes.fromhex("fe") + b"A" + (b"\x0c\xff" * 7)  # 207 is where the A was written
    packed = struct.pack("<II4sI", 0, 0xFFFFFFFF, b"LZFu", 0) + body * 200_000
    assert 0 < len(_rtf.decompress(packed)) <= _rtf.BODY_BYTES


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi caf\'e9}", "café"),
        (rb"{\rtf1\ansi\ansicpg1251 \'f1\'f7\'b8\'f2}", "счёт"),
        (rb"{\rtf1 a\par b\line c\tab d}", "a\nb\nc\td"),
        (rb"{\rtf1{\*\generator X;}{\info{\title Y}}text}", "text"),
        (rb"{\rtf1 \u-10179?\u-8704?}", "\U0001f600"),
        (rb"{\rtf1 \u233\'e9t\u233 ?}", "été"),
        (rb"{\rtf1 a\{b\}\\c\~d}", "a{b}\\c d"),
        (rb"}}}{{{\rtf1", ""),
    ],
)
def test_text(rtf: bytes, text: str) -> None:
    kind, found = _rtf.text(rtf)
    assert (kind, found.strip()) == ("text/plain", text)


def test_html_comes_out_as_html() -> None:
    rtf = (
        rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <a href=\"https://x.example/f\">}"
        rb"\htmlrtf {\b \htmlrtf0 facture\htmlrtf }\htmlrtf0 {\*\htmltag72 </a>}}"
    )
    kind, found = _rtf.text(rtf)
    assert kind == "text/html"
    assert found.replace(" ", "") == '<ahref="https://x.example/f">facture</a>'


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_octets(octets: bytes) -> None:
    for start in (b"", b"{\\rtf1\\fromhtml1 "):
        assert len(_rtf.text(start + octets)[1]) <= len(start + octets)
    packed = struct.pack("<II4sI", 0, 5000, b"LZFu", 0) + octets
    assert len(_rtf.decompress(packed)) <= 5000
