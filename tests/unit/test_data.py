"""The DATA decoder: one end mark, dots, and no difference wherever the network cuts."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.sources._data import DataDecoder

END = b"\r\n.\r\n"


def reference(stream: bytes) -> tuple[bytes, bytes] | None:
    """RFC 5321 section 4.5.2 said simply: split at CRLF, stop at a lone dot, drop leading dots."""
    lines = stream.split(b"\r\n")
    for number, line in enumerate(lines[:-1]):
        if line == b".":
            kept = [one.removeprefix(b".") for one in lines[:number]]
            return b"".join(one + b"\r\n" for one in kept), b"\r\n".join(lines[number + 1 :])
    return None


def decode(chunks: list[bytes]) -> tuple[bytes, bytes] | None:
    decoder = DataDecoder()
    content = b""
    for number, chunk in enumerate(chunks):
        content += decoder.feed(chunk)
        if decoder.ended:
            return content, decoder.rest + b"".join(chunks[number + 1 :])
    return None


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    borders = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[a:b] for a, b in pairwise(borders)]


hostile = st.lists(
    st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"\r\n.", b"a", b"\x00", b"\xff", END, b"\r\n.."])
).map(b"".join)


@given(hostile, st.lists(st.integers(0, 200)))
def test_any_stream_in_any_chunks_reads_as_the_reference_says(
    stream: bytes, places: list[int]
) -> None:
    assert decode(cut(stream, places)) == reference(stream)


@given(st.binary(max_size=3000), st.lists(st.integers(0, 5000)))
def test_what_a_client_stuffs_comes_out_as_it_was(message: bytes, places: list[int]) -> None:
    content = message + b"\r\n"
    stuffed = re.sub(rb"(?:^|(?<=\r\n))\.", b"..", content)
    assert decode(cut(stuffed + b".\r\nQUIT\r\n", places)) == (content, b"QUIT\r\n")


@given(hostile)
def test_octet_by_octet_nothing_is_kept_back_for_long(stream: bytes) -> None:
    decoder = DataDecoder()
    returned = 0
    for fed in range(1, len(stream) + 1):
        returned += len(decoder.feed(stream[fed - 1 : fed]))
        if decoder.ended:
            break
        removed_dots = len(re.findall(rb"(?:^|\r\n)\.", stream[:fed]))
        assert fed - returned <= 4 + removed_dots


NOT_AN_END = [
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r", b"\r.\r\n", b"\r\r\n.\r\r\n", b"\n.\r",
    b"\r\n.\x00\r\n", b"\r\n\x00.\r\n", b"\r\n.\r\x00\n", b"\x00\r\n.\n", b"\r\n .\r\n", b"\r\n. \r\n",
]  # fmt: skip


@pytest.mark.parametrize("mark", NOT_AN_END, ids=repr)
@pytest.mark.parametrize("size", [1, 3, 4096])
def test_only_crlf_dot_crlf_ends_the_data(mark: bytes, size: int) -> None:
    smuggled = b"MAIL FROM:<ceo@bank.example>\r\n"
    stream = b"Subject: x\r\n\r\nhello" + mark + smuggled + b".\r\n"
    chunks = [stream[place : place + size] for place in range(0, len(stream), size)]
    found = decode(chunks)
    assert found is not None
    assert found[0].endswith(smuggled)
    assert found[1] == b""


def test_an_empty_message() -> None:
    assert decode([b".\r\n"]) == (b"", b"")


@given(st.integers(190, 210), hostile, st.lists(st.integers(0, 500)))
def test_many_dots_change_nothing(count: int, stream: bytes, places: list[int]) -> None:
    dotted = b"a." * count + stream + b"\r\n..end" + END
    assert decode(cut(dotted, places)) == reference(dotted)
