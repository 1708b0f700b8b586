"""Senders that put a door under load until it is gone, and remember what it answered 250 to.

Each message begins with the hash of its rest, so that a torn one is known by itself, and each sender
is a real SMTP client (smtplib) of its own session.
"""

import hashlib
import os
import random
import re
import smtplib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests._door import COMPANY, OTHER_COMPANY, OTHER_RECIPIENT, RECIPIENT

_TO = {RECIPIENT: COMPANY, OTHER_RECIPIENT: OTHER_COMPANY}
_SIZES = (1, 1_500, 1_500, 5_000, 60_000, 250_000)
_NOISE = os.urandom(200_000).hex().encode()
_QUEUED = re.compile(rb"2\.6\.0 queued as ([0-9a-z]{16})$")
_SESSION = 20  # messages
_PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Receipt:
    """One entry that the door answers for: a message, and one company that it was addressed to."""

    spool_id: str
    company: str
    digest: str


def message(chance: random.Random, sizes: Sequence[int] = _SIZES) -> bytes:
    """Make a message of one of `sizes` (up to 250 kB) that can tell whether it is whole."""
    start, size = chance.randrange(100_000), chance.choice(sizes)
    rest = b"%x\r\n%s\r\n" % (chance.getrandbits(64), _NOISE[start : start + size])
    return hashlib.sha256(rest).hexdigest().encode() + b"\r\n" + rest


def whole(content: bytes) -> bool:
    """Tell whether a message is as it was made."""
    claimed, _, rest = content.partition(b"\r\n")
    return hashlib.sha256(rest).hexdigest().encode() == claimed


class _Sender(threading.Thread):
    def __init__(self, port: int, seed: str, stop: threading.Event, sizes: Sequence[int]) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._chance = random.Random(seed)
        self._stop_sending = stop
        self._sizes = sizes
        self.receipts: list[Receipt] = []
        self.refused: list[bytes] = []

    def run(self) -> None:
        """Send, until told to stop or until nobody listens."""
        try:
            while not self._stop_sending.is_set():
                with smtplib.SMTP("127.0.0.1", self._port, "client.example", 30) as client:
                    self._converse(client)
        except (OSError, smtplib.SMTPException):
            pass  # the door is gone

    def _converse(self, client: smtplib.SMTP) -> None:
        client.ehlo()
        for _ in range(_SESSION):
            if self._stop_sending.is_set():
                return
            recipients = self._chance.sample(list(_TO), self._chance.choice((1, 1, 2)))
            if (reply := client.mail("supplier@sender.example"))[0] != 250:
                self._refused(reply)
                continue
            for recipient in recipients:
                client.rcpt(recipient)
            content = message(self._chance, self._sizes)
            if self._chance.random() < 0.05:
                client.putcmd("DATA")
                client.getreply()
                ends = (content[: len(content) // 2], content + b".\r\n")
                client.send(self._chance.choice(ends))
                client.close()  # in the middle of it, or while it is being made durable
                return
            self._note(client.data(content), recipients, content)

    def _note(self, reply: tuple[int, bytes], recipients: Sequence[str], content: bytes) -> None:
        if found := _QUEUED.search(reply[1]):
            digest = hashlib.sha256(content).hexdigest()
            spool_id = found[1].decode()
            self.receipts += [Receipt(spool_id, _TO[one], digest) for one in recipients]
        else:
            self._refused(reply)

    def _refused(self, reply: tuple[int, bytes]) -> None:
        self.refused.append(b"%d %s" % reply)
        time.sleep(0.01)


class Load:
    """Several senders at one port."""

    def __init__(
        self, port: int, seed: str, clients: int = 4, sizes: Sequence[int] = _SIZES
    ) -> None:
        self._stop = threading.Event()
        self._senders = [_Sender(port, f"{seed} {n}", self._stop, sizes) for n in range(clients)]

    def start(self) -> "Load":
        """Begin to send."""
        for sender in self._senders:
            sender.start()
        return self

    def go_on(self, seconds: float, least: int) -> None:
        """Let them send for some seconds, and until `least` entries were acknowledged, for on a slow
        machine that may be nothing yet; half a minute at the most."""
        deadline = time.monotonic() + _PATIENCE_S
        time.sleep(seconds)
        while len(self.receipts()) < least and time.monotonic() < deadline:
            if not any(sender.is_alive() for sender in self._senders):
                return
            time.sleep(0.001)

    def end(self) -> list[Receipt]:
        """Stop (a sender whose door is gone has stopped by itself); return what was acknowledged."""
        self._stop.set()
        for sender in self._senders:
            sender.join(60)
            assert not sender.is_alive(), "a sender hangs"
        return self.receipts()

    def receipts(self) -> list[Receipt]:
        """Return what was acknowledged so far."""
        return [one for sender in self._senders for one in sender.receipts]

    def refusals(self) -> list[bytes]:
        """Return every reply to MAIL or DATA that was not a 250."""
        return [one for sender in self._senders for one in sender.refused]
