"""What of the door is fuzzed: the grammar of addresses, and the decoder of DATA."""

import re
from datetime import UTC, datetime

from ingestd.address import Recipient, Recipients, resolve
from ingestd.model import Finding
from ingestd.sources._data import DataDecoder
from ingestd.sources._mailbox import Malformed, read_mail, read_rcpt

_REPLY = re.compile(r"[45]\d\d [45]\.\d{1,3}\.\d{1,3} [ -~]+")
_PATH = re.compile(r"[ -~]{1,254}")
_NOW = datetime(2026, 11, 21, tzinfo=UTC)
_HERE = Recipients(
    open={"FR40303265045": "FR40303265045", "FR/303265045": "FR40303265045"},
    tokens={"FR/303265045": "k7q2"},
    retired={"BE0202239951": _NOW},
)


def addresses(data: bytes) -> None:
    """Arguments of MAIL and RCPT: a path as it was written, or a reply that says what is wrong; and
    who receives there, or the reason why nobody does."""
    text = data.decode("latin-1")
    for argument in (text, f"FROM:<{text}>", f"FROM:<a@b.example> {text}"):
        try:
            mail = read_mail(argument)
        except Malformed as error:
            _check_reply(error.reply)
        else:
            assert mail.mailbox in argument, "rewritten"
            assert not mail.mailbox or _PATH.fullmatch(mail.mailbox), "what no header may hold"
            assert 0 <= mail.size_bytes < 10**20
    for argument in (text, f"TO:<{text}>", f"TO:<fr40303265045{text}@in.example.com>"):
        try:
            path = read_rcpt(argument)
        except Malformed as error:
            _check_reply(error.reply)
        else:
            assert path in argument, "rewritten"
            assert _PATH.fullmatch(path), "what no header may hold"
            assert read_rcpt(f"TO:<{path}>") == path
            _check_recipient(path)


def _check_reply(reply: str) -> None:
    assert _REPLY.fullmatch(reply), reply


def _check_recipient(path: str) -> None:
    found = resolve(path, "in.example.com", _HERE, _NOW)
    if isinstance(found, Recipient):
        assert found.address == path
        assert found.company in ("FR40303265045", "postmaster")
        assert found.tag.lower() in path.lower()
    else:
        assert isinstance(found, Finding)
        assert found.reason in ("rcpt-unknown", "rcpt-checkdigit", "rcpt-closed")


def data(octets: bytes) -> None:
    """DATA in pieces: the same message, end and rest as RFC 5321 section 4.5.2 says of the whole. The
    first octets say how large the pieces are."""
    sizes, stream = [one % 32 + 1 for one in octets[:4]] or [1], octets[4:]
    decoder = DataDecoder()
    content, place, turn = b"", 0, 0
    while place < len(stream) and not decoder.ended:
        size = sizes[turn % len(sizes)]
        content += decoder.feed(stream[place : place + size])
        place, turn = place + size, turn + 1
    lines = (b"\r\n" + stream).split(b"\r\n.\r\n", 1)
    whole = lines[0].replace(b"\r\n.", b"\r\n")[2:]
    assert decoder.ended == (len(lines) == 2), "an end that is none, or none that is one"
    if decoder.ended:
        assert content == (whole + b"\r\n" if lines[0] else b""), "another message"
        assert decoder.rest + stream[place:] == lines[1], "other commands behind it"
    else:
        assert whole.startswith(content), "another message"
        assert len(whole) - len(content) <= 4, "kept back for no reason"
