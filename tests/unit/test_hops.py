"""Loops: counted while the message comes, in whatever pieces, in its header section alone."""

import itertools
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ingestd.sources._hops import Hops

OURS = b"fr40303265045@in.example.com"


def owns(mailbox: str) -> bool:
    return mailbox.lower().endswith("@in.example.com")


def hops(message: bytes, *cuts: int) -> Hops:
    """Feed a message cut at the given places."""
    found = Hops(owns)
    places = [0, *sorted(cuts), len(message)]
    for begin, end in itertools.pairwise(places):
        found.feed(message[begin:end])
    return found


def test_51_hops_are_a_loop_and_50_are_none() -> None:
    hop = b"Received: from a.example\r\n\tby b.example; Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    assert not hops(hop * 50 + b"Subject: x\r\n\r\nx").looped(50)
    assert hops(hop * 51 + b"Subject: x\r\n\r\nx").looped(50)
    assert hops(b"RECEIVED : x\r\nreceived:y\r\n\r\n").received == 2


@pytest.mark.parametrize(
    "field",
    [
        b"Delivered-To: " + OURS + b"\r\n",
        b"delivered-to:" + OURS.upper() + b"\r\n",
        b"Delivered-To: <" + OURS + b">\r\n",
        b"Delivered-To:\r\n " + OURS + b"\r\n",
        b"Delivered-To: someone@else.example,\r\n\t" + OURS + b"\r\n",
        b"Delivered-To: " + OURS + b"\n",
    ],
)
def test_what_was_delivered_here_before_is_a_loop(field: bytes) -> None:
    message = b"Subject: x\r\n" + field + b"\r\nbody"
    assert hops(message).looped(50)
    assert all(hops(message, cut).looped(50) for cut in range(len(message)))
    assert all(hops(message, cut, cut + 3).looped(50) for cut in range(len(message) - 3))
    assert hops(field).looped(50), "a message of nothing but this field"


@pytest.mark.parametrize(
    "message",
    [
        b"Delivered-To: someone@else.example\r\n\r\nbody",
        b"X-Delivered-To: " + OURS + b"\r\n\r\nbody",
        b"To: " + OURS + b"\r\n\r\nbody",
        b"Subject: x\r\n Delivered-To: " + OURS + b"\r\n\r\nbody",
        b"Subject: x\r\n\r\nDelivered-To: " + OURS + b"\r\n" + b"Received: x\r\n" * 99,
        b"Subject: x\n\nDelivered-To: " + OURS + b"\n" + b"Received: x\n" * 99,
        b"\r\nDelivered-To: " + OURS + b"\r\n" + b"Received: x\r\n" * 99,
        b"Delivered-To: @in.example.com\r\n\r\n",
        b"",
    ],
)
def test_what_is_no_loop(message: bytes) -> None:
    assert not hops(message).looped(50)
    assert not any(hops(message, cut).looped(50) for cut in range(min(len(message), 120)))


LINES = some.lists(
    some.sampled_from(
        [
            b"Received: x\r\n",
            b" Received: folded\r\n",
            b"Subject: y\n",
            b"Delivered-To:\r\n",
            b"\t" + OURS + b"\r\n",
            b"X: " + b"z" * 3000 + b"\r\n",
            b"Delivered-To: a@b.example\r\n",
            b"\r\n",
            b"Received: bare\n",
            b"\r",
            b"\n",
        ]
    ),
    max_size=12,
)


@given(LINES, some.lists(some.integers(0, 4000), max_size=8))
def test_pieces_make_no_difference(lines: list[bytes], cuts: list[int]) -> None:
    message = b"".join(lines)
    at_once = hops(message)
    in_pieces = hops(message, *(cut for cut in cuts if cut < len(message)))
    assert in_pieces.looped(3) == at_once.looped(3)
    assert in_pieces.received == at_once.received
    header = re.split(rb"(?:^|\n)\r?\n", message, maxsplit=1)[0]
    assert at_once.received == len(re.findall(rb"^received:", header, re.IGNORECASE | re.MULTILINE))


def test_a_header_without_end_costs_no_memory() -> None:
    tracemalloc.start()
    for line in (b"x" * 65_536, b"Delivered-To: " + b"x" * 65_536, b"Delivered-To: a\n" * 4096):
        found = Hops(owns)
        for _ in range(200):
            found.feed(line)
        before = tracemalloc.get_traced_memory()[0]
        del found
        assert before - tracemalloc.get_traced_memory()[0] < 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
