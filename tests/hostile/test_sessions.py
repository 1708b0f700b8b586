"""A client that says anything in any order, and a model that knows every reply beforehand.

Commands are gathered and sent together, cut anywhere, so that pipelining is part of it. The model is
RFC 5321 and our limits, written a second time and as simply as can be.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests._door import OTHER_RECIPIENT, RECIPIENT, Client, Door

SESSIONS = int(os.environ.get("SESSIONS", "150"))
"""How many; the long run is `SESSIONS=20000 pytest tests/hostile/test_sessions.py`."""

MAX_MESSAGE = 1_024
MAX_COMMANDS, MAX_ERRORS, MAX_VERBS, MAX_UNKNOWN, MAX_RECIPIENTS = 60, 12, 3, 4, 5
LIMITS = {
    "MAX_MESSAGE_BYTES": MAX_MESSAGE,
    "MAX_COMMANDS": MAX_COMMANDS,
    "MAX_ERRORS": MAX_ERRORS,
    "MAX_UNKNOWN_VERBS": MAX_VERBS,
    "MAX_UNKNOWN_RECIPIENTS": MAX_UNKNOWN,
    "MAX_RECIPIENTS": MAX_RECIPIENTS,
}
_LINE = re.compile(r"[2345]\d\d[- ][ -~]*")
_CODED = re.compile(r"([245])\d\d[- ]\1\.\d{1,3}\.\d{1,3} [ -~]+")

NAMES = st.sampled_from(["client.example", "[192.0.2.1]", "x", "a" * 255])
SENDERS = st.sampled_from(["<>", "<a@b.example>", '<"a b"@b.example>', " <a@b.example>"])
KNOWN = st.sampled_from([RECIPIENT, OTHER_RECIPIENT, "303265045@fr.in.example.com", "Postmaster"])
NOBODY = ["be0403019261@in.example.com", "x@in.example.com", "a@other.example"]
UNKNOWN = st.sampled_from(NOBODY)
NOT_OFFERED = st.sampled_from(["AUTH LOGIN", "VRFY root", "EXPN x", "HELP", "XCLIENT a=b", "ETRN x",
                               "STARTTLS", "TURN"])  # fmt: skip
VERBS = st.sampled_from(["HELLO", "FOO bar", "MAILFROM:<a@b>", "", "250 ok"])
CONTROL = st.sampled_from(["NOOP\x00", "EHLO a\rb", "NO\x1bOP", "EHLO \xff", "\x7f"])
BODIES = st.sampled_from(
    [b"", b"x\r\n", b"..\r\n", b"a\n.\nb\r\n", b"QUIT\r\nNOOP\r\n", b"x" * 1_022 + b"\r\n"]
)
OCTETS = st.sampled_from([b"", b"x", b"\r\n.\r\nQUIT\r\n", b"NOOP\r\n" * 40, bytes(range(256))])
TOO_LARGE = st.sampled_from([b"x" * 1_023 + b"\r\n", b"x\r\n" * 400])


@dataclass
class Model:
    """What a door must answer: code and enhanced code, or the beginning of the reply."""

    helo: bool = False
    mail: bool = False
    recipients: int = 0
    chunked: int = -1  # octets that came by BDAT; before the first one, -1
    commands: int = 0
    errors: int = 0
    verbs: int = 0
    unknown: int = 0
    closed: bool = False
    expected: list[str] = field(default_factory=list)

    def answers(self, reply: str) -> bool:
        """Expect a reply, and what follows from the counts; return whether it was a good one."""
        if self.closed:
            return False
        self.commands += 1
        self.errors += reply[0] == "5"
        self.expected.append(reply)
        self.end_if_exhausted()
        return reply[0] in "23" and not self.closed

    def end_if_exhausted(self) -> None:
        """The last straw."""
        for what, count, limit in (
            ("commands", self.commands, MAX_COMMANDS),
            ("unknown commands", self.verbs, MAX_VERBS),
            ("unknown recipients", self.unknown, MAX_UNKNOWN),
            ("errors", self.errors, MAX_ERRORS),
        ):
            if count >= limit and not self.closed:
                self.close(f"421 4.7.0 Too many {what}")

    def close(self, reply: str) -> None:
        """Expect a last reply."""
        self.expected.append(reply)
        self.closed = True

    def reset(self) -> None:
        """No transaction."""
        self.mail, self.recipients, self.chunked = False, 0, -1

    @property
    def open(self) -> bool:
        """Whether recipients may be named."""
        return self.mail and self.chunked < 0


class Session(RuleBasedStateMachine):
    """One SMTP session with a running door (`port` is set by the test)."""

    port = 0

    def __init__(self) -> None:
        super().__init__()
        self.client = Client(self.port)
        self.client.socket.settimeout(20)
        self.model = Model()
        self.waiting = b""

    def say(self, line: str, reply: str, octets: bytes = b"") -> bool:
        self.waiting += line.encode("latin-1") + b"\r\n" + octets
        return self.model.answers(reply)

    @invariant()
    def whoever_was_cut_off_comes_again(self) -> None:
        if not self.model.closed:
            return
        self.flush(2_000)
        self.client.close()
        self.client = Client(self.port)
        self.client.socket.settimeout(20)
        self.model = Model()

    # commands

    @rule(name=NAMES, verb=st.sampled_from(["EHLO", "HELO", "ehlo"]))
    def greet(self, name: str, verb: str) -> None:
        if self.say(f"{verb} {name}", "250"):
            self.model.helo = True
            self.model.reset()

    @rule(verb=st.sampled_from(["EHLO", "HELO "]))
    def greet_without_name(self, verb: str) -> None:
        self.say(verb, "501 5.5.4")

    @rule(sender=SENDERS, more=st.sampled_from(["", " SIZE=1024", " BODY=8BITMIME SIZE=0"]))
    def mail(self, sender: str, more: str) -> None:
        model = self.model
        reply = "250 2.1.0" if model.helo and not model.mail else "503 5.5.1"
        if self.say(f"MAIL FROM:{sender}{more}", reply):
            model.mail = True

    @rule(
        wrong=st.sampled_from(
            [
                ("MAIL FROM:<a@b> SIZE=1025", "552 5.3.4"),
                ("MAIL FROM:<a@b> SIZE=x", "501 5.5.4"),
                ("MAIL FROM:<a@b> FOO=1", "555 5.5.4"),
                ("MAIL FROM:<a@b", "501 5.5.4"),
                ("MAIL FROM:<a>", "501 5.1.7"),
                ("MAIL FROM:<a\xe9@b>", "553 5.6.7"),
            ]
        )
    )
    def wrong_mail(self, wrong: tuple[str, str]) -> None:
        line, reply = wrong
        opened = self.model.helo and not self.model.mail
        self.say(line, reply if opened or reply.startswith("553") else "503 5.5.1")

    @rule(address=KNOWN)
    def rcpt(self, address: str) -> None:
        model = self.model
        reply = "250 2.1.5" if model.open else "503 5.5.1"
        if model.open and model.recipients >= MAX_RECIPIENTS:
            reply = "452 4.5.3"
        if self.say(f"RCPT TO:<{address}>", reply):
            model.recipients += 1

    @rule(address=UNKNOWN)
    def unknown_rcpt(self, address: str) -> None:
        model = self.model
        reply = "550 5.1.1" if model.open else "503 5.5.1"
        if model.open and model.recipients >= MAX_RECIPIENTS:
            reply = "452 4.5.3"
        elif model.open and not model.closed:
            model.unknown += 1
        self.say(f"RCPT TO:<{address}>", reply)

    @rule(
        steps=st.sampled_from([4, 3, 2]),
        addresses=st.lists(KNOWN | UNKNOWN, min_size=1, max_size=6),
        body=BODIES,
        size=st.integers(1, 2_000),
    )
    def go_on(self, steps: int, addresses: list[str], body: bytes, size: int) -> None:
        """What a client wants to do: left to chance, few would come so far."""
        if not self.model.helo:
            self.greet("client.example", "EHLO")
        self.mail("<a@b.example>", "")
        for address in addresses if steps > 2 else ():
            (self.unknown_rcpt if address in NOBODY else self.rcpt)(address)
        may_send = self.model.recipients and self.model.chunked < 0 and not self.model.closed
        if steps > 3 and may_send:
            self.data(body, size)

    @rule(line=st.sampled_from(["RCPT TO:<a>", "RCPT TO:a@b", "RCPT"]))
    def wrong_rcpt(self, line: str) -> None:
        reply = "501 5.1.3" if line.endswith(">") else "501 5.5.4"
        self.say(line, reply if self.model.open else "503 5.5.1")

    @rule(line=st.sampled_from(["RSET", "rset"]))
    def rset(self, line: str) -> None:
        self.say(line, "250 2.0.0")
        self.model.reset()

    @rule(line=st.sampled_from(["NOOP", "noop ignored"]))
    def noop(self, line: str) -> None:
        self.say(line, "250 2.0.0")

    @rule(line=NOT_OFFERED)
    def not_offered(self, line: str) -> None:
        self.say(line, "502 5.5.1")

    @rule(line=VERBS)
    def unknown_verb(self, line: str) -> None:
        self.model.verbs += not self.model.closed
        self.say(line, "500 5.5.1")

    @rule(line=CONTROL)
    def control_characters(self, line: str) -> None:
        self.say(line, "501 5.5.2")

    @rule()
    def long_line(self) -> None:
        self.say("NOOP " + "x" * 3_000, "500 5.5.2")

    @rule()
    def data_with_argument(self) -> None:
        self.say("DATA now", "501 5.5.4")

    @precondition(lambda self: not self.model.recipients)
    @rule()
    def data_too_early(self) -> None:
        self.say("DATA", "554 5.5.1" if self.model.mail else "503 5.5.1")

    @precondition(lambda self: self.model.chunked >= 0)
    @rule()
    def data_among_chunks(self) -> None:
        self.say("DATA", "503 5.5.1")

    @precondition(lambda self: self.model.recipients)
    @rule(octets=OCTETS)
    def bdat(self, octets: bytes) -> None:
        model = self.model
        if max(model.chunked, 0) + len(octets) > MAX_MESSAGE:
            return
        if self.say(f"BDAT {len(octets)}", "250 2.", octets):
            model.chunked = max(model.chunked, 0) + len(octets)

    @precondition(lambda self: self.model.recipients)
    @rule(octets=OCTETS, large=st.booleans())
    def bdat_last(self, octets: bytes, large: bool) -> None:
        model = self.model
        octets += b"x" * (MAX_MESSAGE if large and octets else 0)
        fits = max(model.chunked, 0) + len(octets) <= MAX_MESSAGE
        if fits:
            model.commands = -1  # this one is the first since a mail was taken
        self.say(f"BDAT {len(octets)} LAST", "250 2.6.0" if fits else "552 5.3.4", octets)
        model.reset()

    @precondition(lambda self: not self.model.mail)
    @rule(octets=OCTETS, last=st.sampled_from(["", " LAST"]))
    def bdat_too_early(self, octets: bytes, last: str) -> None:
        self.say(f"BDAT {len(octets)}{last}", "503 5.5.1", octets)

    @rule(size=st.sampled_from(["-1", "x", "", "5 FIRST"]))
    def bdat_of_no_size(self, size: str) -> None:
        self.last(f"BDAT {size}", "501 5.5.4")

    @precondition(lambda self: self.model.recipients and self.model.chunked < 0)
    @rule(body=BODIES, size=st.integers(1, 2_000))
    def data(self, body: bytes, size: int) -> None:
        self.take(body, "250 2.6.0", size)

    @precondition(lambda self: self.model.recipients and self.model.chunked < 0)
    @rule(body=TOO_LARGE, size=st.integers(1, 2_000))
    def data_too_large(self, body: bytes, size: int) -> None:
        self.take(body, "552 5.3.4", size)

    def take(self, body: bytes, reply: str, size: int) -> None:
        model = self.model
        if not self.say("DATA", "354"):
            self.flush(size)
            return
        self.flush(size)
        model.reset()
        model.commands = 0 if reply[0] == "2" else model.commands
        model.errors += reply[0] == "5"
        model.expected.append(reply)
        model.end_if_exhausted()
        self.waiting = body + b".\r\n"
        self.flush(size)

    @rule(verb=st.sampled_from(["GET / HTTP/1.1", "POST / HTTP/1.0", "CONNECT a:25 HTTP/1.1"]))
    def http(self, verb: str) -> None:
        self.last(verb, "421 4.7.0")

    @rule()
    def quit(self) -> None:
        self.last("QUIT", "221 2.0.0")

    def last(self, line: str, reply: str) -> None:
        self.waiting += line.encode() + b"\r\n"
        if not self.model.closed:
            self.model.close(reply)

    # what the door says

    @rule(size=st.integers(1, 2_000))
    def flush(self, size: int) -> None:
        """Send what was gathered, in pieces, and hold every reply to what was expected."""
        with suppress(ConnectionError):  # it may have hung up
            for place in range(0, len(self.waiting), size):
                self.client.send(self.waiting[place : place + size])
        self.waiting = b""
        expected, self.model.expected = self.model.expected, []
        for reply in expected:
            self.expect(reply)
        if self.model.closed:
            assert self.client.line() == "", "a reply after the last one"

    def expect(self, wanted: str) -> None:
        while True:
            line = self.client.line()
            assert _LINE.fullmatch(line), f"{wanted} expected, but it said {line!r}"
            assert line.startswith(wanted[:3]), f"{wanted} expected, but it said {line!r}"
            if line[3] == " ":
                break
        if len(wanted) > 3:
            assert line.startswith(wanted), f"{wanted} expected, but it said {line!r}"
            assert _CODED.fullmatch(line), line

    def teardown(self) -> None:
        self.flush(2_000)
        self.client.close()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    limits = {f"INGESTD_SMTP__{key}": str(value) for key, value in LIMITS.items()}
    with Door(tmp_path_factory.mktemp("sessions"), **limits) as door:
        yield door


def _run(door: Door, sessions: int, phases: Sequence[Phase] = tuple(Phase)) -> None:
    class Here(Session):
        port = door.port

    quiet: dict[str, Any] = {"suppress_health_check": list(HealthCheck), "deadline": None}
    chosen = settings(
        max_examples=sessions,
        stateful_step_count=40,
        database=None,
        phases=phases,
        report_multiple_bugs=False,
        **quiet,
    )
    run_state_machine_as_test(Here, settings=chosen)


def test_every_reply_is_the_one_that_was_expected(door: Door) -> None:
    _run(door, SESSIONS)
    assert not door.events("door fault")


@pytest.mark.parametrize(
    "forget",
    [lambda model: None, lambda model: setattr(model, "helo", False)],
    ids=["transaction", "greeting"],
)
def test_a_door_that_differs_is_noticed(
    door: Door, forget: Callable[[Model], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model is made wrong instead of the door: RSET that forgets nothing, or too much. Then one says
    what the other does not expect, or both wait for each other."""
    monkeypatch.setattr(Model, "reset", forget)
    with pytest.raises((AssertionError, TimeoutError)):
        _run(door, 200, [Phase.generate])
