"""The trace of a mail (RFC 5321 section 4.4): `Return-Path:`, `Delivered-To:` and `Received:`.

It is kept beside the octets of the mail, which stay as they came. A pure function of what the door
wrote down; whatever a stranger chose is made harmless: printable ASCII that ends no comment and no
field.
"""

import re
from collections.abc import Sequence
from email.utils import format_datetime

from ingestd.model import Envelope

_HARMFUL = re.compile(r"[^!#-'*+,./0-9:;=?@A-Z^_`a-z{|}~-]")
_HARMFUL_IN_PATH = re.compile(r"[^ -;=?-~]")
_ADDRESS_LITERAL = re.compile(r"\[[0-9A-Za-z:.]{1,60}\]")
_LONGEST = 255


def trace(
    envelope: Envelope, spool_id: str, hostname: str, delivered_to: Sequence[str] | None = None
) -> bytes:
    """Return the trace fields of a mail, each ending in CRLF, the newest on top.

    `hostname` stands for a door that did not write its name down. `delivered_to` are the addresses of
    the company that it is for, of all that it came for; by default those of the envelope.
    """
    addresses = list(dict.fromkeys(envelope.rcpt_to if delivered_to is None else delivered_to))
    fields = [
        f"Return-Path: <{_path(envelope.mail_from)}>",
        *(f"Delivered-To: {_path(address)}" for address in addresses),
        *_received(envelope, spool_id, hostname),
    ]
    return "".join(f"{line}\r\n" for line in fields).encode("ascii")


def _received(envelope: Envelope, spool_id: str, hostname: str) -> list[str]:
    """Return the lines of the `Received:` field. `for` is told only of a mail with one recipient, or
    it would tell each of all others (RFC 5321 section 7.2)."""
    by = _safe(envelope.by or hostname)
    tls = " ".join(_safe(one) for one in (envelope.tls_version, envelope.tls_cipher) if one)
    one = f" for <{_path(envelope.rcpt_to[0])}>" if len(envelope.rcpt_to) == 1 else ""
    return [
        f"Received: from {_helo(envelope.helo)} ({_literal(envelope.peer)})",
        *([f"\t(using {tls})"] if tls else []),
        f"\tby {by} (ingestd) with {_safe(envelope.protocol)} id {_safe(spool_id)}{one};",
        f"\t{format_datetime(envelope.received_at)}",
    ]


def _helo(name: str) -> str:
    return name if _ADDRESS_LITERAL.fullmatch(name) else _safe(name) or "unknown"


def _literal(peer: str) -> str:
    """Return an address as RFC 5321 section 4.1.3 writes it."""
    if not peer:
        return "unknown"
    return f"[IPv6:{_safe(peer)}]" if ":" in peer else f"[{_safe(peer)}]"


def _path(mailbox: str) -> str:
    """Return a mailbox as it may stand between `<` and `>`; its local part may be a quoted string."""
    return _short(_HARMFUL_IN_PATH.sub("?", mailbox))


def _safe(text: str) -> str:
    """Return `text` with everything replaced that could end a word, a comment or a line."""
    return _short(_HARMFUL.sub("?", text))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
