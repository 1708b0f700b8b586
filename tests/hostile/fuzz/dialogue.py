"""A whole session, without its socket: what a client sends in pieces means what it means in one."""

import logging
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import cast

from ingestd import journal
from ingestd.address import Recipient, Recipients, resolve
from ingestd.config import Smtp
from ingestd.intake import Intake
from ingestd.model import Envelope, Finding
from ingestd.sources._board import Board
from ingestd.sources._commands import obey
from ingestd.sources._crowd import Crowd
from ingestd.sources._dialogue import LOCAL_ERROR, Dialogue
from ingestd.sources._door import Door

_LINE = re.compile(rb"([2345]\d\d)([ -])([ -~]*)")
_CODED = re.compile(rb"([245])\.\d{1,3}\.\d{1,3} ")
_BARE = (b"220", b"250", b"354")  # the greeting, EHLO and HELO have no enhanced code (RFC 2034)
_HERE = Recipients(open={"FR40303265045": "FR40303265045"})
_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_SETTINGS = Smtp(hostname="mx.example.com", max_message_bytes=2_000)

Done = Callable[[Exception | None], None]


class _Incoming:
    waiting_bytes = 0
    size_bytes = 0

    def __init__(self, spool: "_Spool") -> None:
        self._spool = spool
        self.spool_id = "0" * 16
        self.content = b""

    def write(self, chunk: bytes) -> None:
        self.content += chunk

    def commit(self, companies: Sequence[str], done: Done) -> None:
        assert companies, "a message for nobody"
        self._spool.waiting.append((self, done))

    def abort(self) -> None:
        self.content = b""

    def when_written(self, told: Callable[[], None]) -> None:
        raise AssertionError("nothing waits here")


class _Spool:
    """What the dialogue asks of the intake; messages are durable when `settle` is called."""

    is_behind = False

    def __init__(self) -> None:
        self.waiting: list[tuple[_Incoming, Done]] = []
        self.kept: list[tuple[Envelope, bytes]] = []

    def resolve(self, address: str) -> Recipient | Finding:
        return resolve(address, "in.example.com", _HERE, _NOW)

    def owns(self, address: str) -> bool:
        return address.lower().endswith("@in.example.com")

    def check_room(self, size_bytes: int = 0) -> None:
        pass

    def begin(self, envelope: Envelope) -> _Incoming:
        assert envelope.rcpt_to
        assert all(" " <= one <= "~" for one in envelope.helo + envelope.mail_from)
        self.envelope = envelope
        return _Incoming(self)

    def settle(self) -> None:
        for incoming, done in self.waiting:
            self.kept.append((self.envelope, incoming.content))
            done(None)
        self.waiting.clear()


@cache
def _be_quiet() -> None:
    journal.configure("json", least=logging.CRITICAL)


def sessions(octets: bytes) -> None:
    """The first octet says how large the pieces are, all others are what the client sends."""
    _be_quiet()
    size, stream = octets[:1] or b"\x01", octets[1:]
    whole = _converse([stream])
    pieces = [stream[place : place + size[0] + 1] for place in range(0, len(stream), size[0] + 1)]
    assert _converse(pieces) == whole, "the network's cuts change what was said"


def _converse(pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    """Return all that was answered, and the messages that were kept."""
    spool = _Spool()
    crowd = Crowd(_SETTINGS, Board(1), 0, lambda: 0.0)  # nobody has asked for anything yet
    door = Door(_SETTINGS, cast(Intake, spool), crowd, obey, clock=lambda: 0.0)
    session = Dialogue(door, "192.0.2.1", lambda: None)
    session.greet()
    for piece in pieces:
        if session.ended_by:
            break
        session.receive(piece)
        while session.proceed() or spool.waiting:
            spool.settle()
    said = b"".join(session.replies)
    _check(said)
    return said, [content for _, content in spool.kept]


def _check(said: bytes) -> None:
    assert LOCAL_ERROR.encode() not in said, "a mistake of ours"
    assert said.endswith(b"\r\n")
    for line in said[:-2].split(b"\r\n"):
        found = _LINE.fullmatch(line)
        assert found, line
        assert len(line) <= 510, line
        code = _CODED.match(found[3])
        assert code is not None or found[1] in _BARE, line
        assert code is None or code[1] == found[1][:1], "the two codes disagree"
