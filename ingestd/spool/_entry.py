"""How one entry is named and how one message file begins.

A name is `<due_ms>.<attempt>.<company>.<spool_id>`: all that a claim changes is in the name, so that
a claim is one rename. Nothing in it was chosen by a stranger: the company is a VAT number that was
registered here, or `postmaster`. A file is one line of JSON (the envelope), then the raw octets.
"""

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from ingestd.model import Envelope, Lane

LANES = {Lane.MAIN: "queue", Lane.OCR: "ocr"}
"""The directory of each lane, in the order in which a worker of several looks into them."""

_NAME = re.compile(r"(\d{14})\.(\d{1,9})\.([A-Za-z0-9+*]{1,32})\.([0-9a-z]{16})")
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to misread
_RANDOM_BITS = 35


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """The name of an entry. `due_ms` is wall clock, milliseconds since 1970: it survives a restart."""

    due_ms: int
    attempt: int
    company: str
    spool_id: str

    @property
    def name(self) -> str:
        """The file name."""
        return f"{self.due_ms:014d}.{self.attempt}.{self.company}.{self.spool_id}"


def read_name(name: str) -> Entry | None:
    """Return the entry that a file name stands for, None for a foreign file."""
    match = _NAME.fullmatch(name)
    return match and Entry(int(match[1]), int(match[2]), match[3], match[4])


def new_spool_id(now_ms: int) -> str:
    """Return 16 letters and digits: sortable by time, unique by 35 random bits in one millisecond."""
    number = now_ms << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(75, -1, -5))


def write_envelope(envelope: Envelope, spool_id: str) -> bytes:
    """Return the first line of a message file. The id is in it for whoever finds a lone file."""
    line = {
        "spool_id": spool_id,
        "mail_from": envelope.mail_from,
        "rcpt_to": envelope.rcpt_to,
        "peer": envelope.peer,
        "helo": envelope.helo,
        "tls": envelope.tls,
        "received_at": envelope.received_at.isoformat(),
        "protocol": envelope.protocol,
        "tls_version": envelope.tls_version,
        "tls_cipher": envelope.tls_cipher,
        "by": envelope.by,
    }
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def mark_damaged(line: bytes) -> bytes:
    """Return an envelope line for a message of which the octets are not all there any more."""
    return json.dumps({**json.loads(line), "damaged": True}).encode() + b"\n"


def read_envelope(line: bytes, *, damaged: bool = False) -> Envelope:
    """Read the first line of a message file. Raises ValueError when it is damaged, or, unless
    `damaged` ones are wanted as well, when it says that the message is."""
    if not line.endswith(b"\n"):
        raise ValueError("the envelope line is cut off")
    found = json.loads(line)
    if isinstance(found, dict) and found.get("damaged") and not damaged:
        raise ValueError("octets of the message are missing or damaged")
    try:
        return Envelope(
            mail_from=str(found["mail_from"]),
            rcpt_to=tuple(map(str, found["rcpt_to"])),
            peer=str(found["peer"]),
            helo=str(found["helo"]),
            tls=bool(found["tls"]),
            received_at=datetime.fromisoformat(found["received_at"]).astimezone(UTC),
            protocol=str(found.get("protocol", "ESMTP")),
            tls_version=str(found.get("tls_version", "")),
            tls_cipher=str(found.get("tls_cipher", "")),
            by=str(found.get("by", "")),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"the envelope lacks {error}") from error


def unreadable_envelope(received_ms: int) -> Envelope:
    """Return what can be shown of a message whose envelope is damaged: when it came."""
    when = datetime.fromtimestamp(received_ms / 1000, UTC)
    return Envelope(mail_from="", rcpt_to=(), peer="", helo="", tls=False, received_at=when)


def received_ms(spool_id: str) -> int:
    """Return when a message came, milliseconds since 1970, as its id says."""
    number = 0
    for letter in spool_id:
        number = number << 5 | max(_LETTERS.find(letter), 0)
    return number >> _RANDOM_BITS
