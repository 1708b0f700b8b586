"""SMTP smuggling (THREATS S1): only CRLF.CRLF ends a message, however the octets arrive.

Each vector stands in the middle of a mail, with a whole transaction behind it that a careless door
would run. There must be one message, with the transaction inside, and no command may run from it.
"""

from collections.abc import Iterator
from itertools import cycle

import pytest

from tests._door import Door, queued

HIDDEN = (
    b"MAIL FROM:<ceo@bank.example>\r\nRCPT TO:<postmaster@in.example.com>\r\n"
    b"DATA\r\nSubject: pay\r\n\r\nnow\r\n"
)
ENDS_FOR_OTHERS = (
    b"\n.\n", b"\n.\r\n", b"\n.\r", b"\r.\r", b"\r.\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r",
    b"\r\n.\n\r\n", b"\r\n.\r\r\n", b"\r\r\n.\r\r\n", b"\n\r.\n\r", b"\n\n.\n\n", b"\n.\r\x00\n",
    b"\r\n.\x00\r\n", b"\r\n\x00.\r\n", b"\r\x00\n.\r\x00\n", b"\r\n.\r\x00\n", b"\r\n. \r\n",
    b"\r\n.\t\r\n", b"\r\n.\x0b\r\n", b"\r\n.\x0c\r\n", b"\r\n.\x1a\r\n", b"\r\n.\x85", b"\x85.\x85",
    b"\xe2\x80\xa8.\xe2\x80\xa8", b"\r\n..\r\n", b"\r\n...\r\n", b"\r\n.\\\r\n",
    b"\x1e.\x1e", b"\r\n%2e\r\n", b"\r\n=2E\r\n",
)  # fmt: skip
CHUNKINGS = {"octets": (1,), "sevens": (7,), "uneven": (3, 1, 11, 2, 40), "whole": (1 << 20,)}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("smuggling")) as door:
        yield door


def read(data: bytes) -> bytes:
    """Return the message that RFC 5321 section 4.5.2 sees in DATA: lines end with CRLF and only so."""
    lines = data.split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


@pytest.mark.parametrize("chunking", CHUNKINGS)
def test_there_is_one_message_and_nothing_runs_from_it(door: Door, chunking: str) -> None:
    wanted = {}
    for vector in ENDS_FOR_OTHERS:
        data = b"Subject: a\r\n\r\nhello" + vector + HIDDEN + b"world\r\n"
        stream = data + b".\r\nNOOP\r\n"
        sizes = cycle(CHUNKINGS[chunking])
        with door.client() as client:
            client.begin()
            place = 0
            while place < len(stream):
                size = next(sizes)
                client.send(stream[place : place + size])
                place += size
            wanted[queued(client.reply())] = read(data)
            assert client.reply().startswith("250 2.0.0"), f"{vector!r}: NOOP"
            assert client.say("QUIT").startswith("221"), f"{vector!r}: a reply to what was inside"
            assert client.line() == ""
    assert door.messages() == wanted


def test_what_follows_the_true_end_is_commands(door: Door) -> None:
    """The other way round: a lone CR before the end does not hide it."""
    for before in (b"", b"\r", b"\n", b"\x00", b"."):
        with door.client() as client:
            client.begin().send(b"hello" + before + b"\r\n.\r\n" + HIDDEN + b".\r\nQUIT\r\n")
            said = [client.reply()[:3] for _ in range(6)]
            assert said == ["250", "250", "250", "354", "250", "221"], before
    assert list(door.messages().values()).count(b"Subject: pay\r\n\r\nnow\r\n") == 5
