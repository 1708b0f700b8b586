"""A fault of ours at the door, at each place where one can happen: a 4xx, no stale transaction, and
the session goes on."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ingestd import reasons
from ingestd.address import write_recipients
from ingestd.config import Settings
from ingestd.intake import Intake
from ingestd.model import Company, Unavailable, Weight
from ingestd.sources import ports, smtp
from ingestd.spool import StorageFull
from ingestd.spool.local import LocalSpool
from ingestd.spool.log import LogReceiver
from tests._door import RECIPIENT, Client, queued


@contextmanager
def door(settings: Settings) -> Iterator[int]:
    """Run the door in a thread; give its port."""
    (sockets,) = ports.bind(settings.smtp)
    port = int(sockets[0].getsockname()[1])
    loop = asyncio.new_event_loop()
    receiver = LogReceiver(settings.spool_path, loop.call_soon_threadsafe)
    intake = Intake(settings, receiver)
    task = loop.create_task(smtp.run(settings, intake, sockets))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        receiver.close()
        loop.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_recipients(tmp_path / "recipients.json", [Company(vat="FR40303265045")])
    LocalSpool(tmp_path / "spool").prepare()
    return Settings(
        storage={"path": tmp_path, "min_free_bytes": 0},  # type: ignore[arg-type]
        smtp={"listen": ["127.0.0.1:0"], "hostname": "mx.example.com"},  # type: ignore[arg-type]
    )


def failing(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


PLACES = {
    "check_room": "ingestd.intake.Intake.check_room",
    "resolve": "ingestd.intake.Intake.resolve",
    "begin": "ingestd.intake.Intake.begin",
    "write": "ingestd.spool.log.LogIncoming.write",
    "commit": "ingestd.spool.log.LogIncoming.commit",
    "decoder": "ingestd.sources._data.DataDecoder.feed",
    "log": "ingestd.journal.message_accepted",
}


def last_reply(client: Client) -> str:
    """Say a whole transaction and return the first reply that is not the hoped for one."""
    for command, hoped in (
        ("EHLO client.example", "250"),
        ("MAIL FROM:<supplier@sender.example>", "250"),
        (f"RCPT TO:<{RECIPIENT}>", "250"),
        ("DATA", "354"),
    ):
        if not (reply := client.say(command)).startswith(hoped):
            return reply
    return client.send(b"x" * 100_000 + b"\r\n.\r\n").reply()


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (RuntimeError("été\r\n250 fooled"), "451 4.3.0"),
        (Unavailable("away"), "451 4.3.0"),
        (StorageFull("full"), "452 4.3.1"),
        (MemoryError(), "451 4.3.0"),
        (OSError(24, "Too many open files"), "451 4.3.0"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "",
)
@pytest.mark.parametrize("place", PLACES)
def test_a_fault_is_never_the_senders(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    error: Exception,
    reply: str,
) -> None:
    with door(settings) as port, Client(port) as client:
        with monkeypatch.context() as broken:
            broken.setattr(PLACES[place], failing(error))
            answered = last_reply(client)
        if place == "log":
            queued(answered)  # it is durable already
            return
        assert answered.startswith(reply)
        if place in ("decoder", "write"):
            assert client.reply().startswith("421 4.3.0"), "what follows is not commands"
            assert client.line() == ""
            return
        assert client.say("DATA").startswith("503"), "no stale transaction"
        assert LocalSpool(settings.spool_path).entries() == []
        queued(last_reply(client))


def test_a_client_that_never_reads_is_dropped(settings: Settings) -> None:
    smtp_settings = settings.smtp.model_copy(
        update={"write_timeout_s": 0.5, "max_commands": 1 << 40}
    )
    with door(settings.model_copy(update={"smtp": smtp_settings})) as port, socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        deaf.connect(("127.0.0.1", port))
        deaf.settimeout(30)
        with pytest.raises(ConnectionError):
            deaf.sendall(b"EHLO x\r\n" * 10_000_000)


def test_what_suppliers_read_at_the_door_is_ascii_and_fits_a_reply() -> None:
    for reason in reasons.CATALOGUE.values():
        if reason.weight is Weight.DOOR:
            line = reasons.reply(reason.code, address="a" * 254, limit="35 MB", company="X")
            assert line.isascii()
            assert len(line) <= 510
            code, enhanced = line.split()[:2]
            assert code[0] == enhanced[0], "the two codes say the same"
