"""A door's half of the spool without a door: messages in, and what their senders would be told."""

import threading
from pathlib import Path

from ingestd.model import Envelope
from ingestd.spool.log import LogIncoming, LogReceiver

FR = "FR40303265045"
BE = "BE0202239951"
CONTENT = b"Subject: x\r\n\r\n.a bare \n and \r and \x00\xff\r\n"


class Answer:
    """What `commit` was told, once."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._answers: list[Exception | None] = []

    def __call__(self, fault: Exception | None) -> None:
        """Take the answer."""
        self._answers.append(fault)
        self._told.set()

    def given(self) -> bool:
        """Tell whether there is one."""
        return self._told.is_set()

    def get(self) -> Exception | None:
        """Wait for it."""
        assert self._told.wait(20)
        (answer,) = self._answers
        return answer


def receive(log: LogReceiver, envelope: Envelope, *chunks: bytes) -> LogIncoming:
    """Begin a message."""
    incoming = log.begin(envelope)
    for chunk in chunks:
        incoming.write(chunk)
    return incoming


def commit(incoming: LogIncoming, *companies: str) -> Answer:
    """End a message."""
    answer = Answer()
    incoming.commit(companies or (FR,), answer)
    return answer


def put(log: LogReceiver, envelope: Envelope, *chunks: bytes, to: tuple[str, ...] = (FR,)) -> str:
    """Put a message and return its id; it is durable."""
    incoming = receive(log, envelope, *chunks)
    assert commit(incoming, *to).get() is None
    return incoming.spool_id


def deliver(path: Path, envelope: Envelope, *chunks: bytes, to: tuple[str, ...] = (FR,)) -> str:
    """Put a message into the spool at `path` as a door does that is gone afterwards; return its id."""
    log = LogReceiver(path)
    try:
        return put(log, envelope, *chunks, to=to)
    finally:
        log.close()


def written(incoming: LogIncoming) -> None:
    """Wait until all that was handed over is written."""
    told = threading.Event()
    incoming.when_written(told.set)
    assert told.wait(20)
