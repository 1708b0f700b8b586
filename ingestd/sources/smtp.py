"""The door: an SMTP server that takes mail into the spool and judges nothing.

It never opens an attachment and never waits for the database or ClamAV. 250 is answered only for
what is durable; every fault of ours is a 4xx.
"""

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING

from ingestd import journal, supervision
from ingestd.config import Settings, Smtp
from ingestd.intake import Intake
from ingestd.sources import ports
from ingestd.sources._board import Board
from ingestd.sources._commands import obey
from ingestd.sources._connection import Connection
from ingestd.sources._crowd import Crowd
from ingestd.sources._door import Door

if TYPE_CHECKING:
    from ingestd.sources._tls import Credentials

_DRAIN_S = 30
_LAST_WORDS_S = 0.5
_SWEEP_S = 1.0
_ACCEPTED_A_TURN = 8
"""uvloop (libuv since 1.45) accepts one connection a turn of the loop for each socket that it listens on.
Where hundreds of clients have something to say, a turn takes long, and who comes new would wait for
seconds to be greeted: so it has the same socket several times."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the processes of a door this is, and the board that they share."""

    board: Board
    column: int


def places(settings: Smtp) -> list[Place]:
    """Return a place for each of the door processes."""
    board = Board(settings.processes)
    return [Place(board, column) for column in range(settings.processes)]


def prove_certificate(settings: Smtp) -> None:
    """Raise `certificate.CertificateUnusable` when there is one that cannot be used."""
    if settings.tls_certificate:
        from ingestd.sources._tls import prove  # noqa: PLC0415 - see `_credentials`

        prove(settings)


def _credentials(settings: Smtp) -> "Credentials | None":
    """Return the certificate, None without one. What reads certificates is imported only then: it is
    a tenth of a door's memory."""
    if not settings.tls_certificate:
        return None
    from ingestd.sources._tls import credentials  # noqa: PLC0415 - see above

    return credentials(settings)


async def run(
    settings: Settings,
    intake: Intake,
    sockets: Sequence[socket.socket] | None = None,
    place: Place | None = None,
) -> None:
    """Receive mail until cancelled, then finish the messages that are under way (30 s at most) and
    answer 421 to the others. SIGHUP reads certificate and recipients anew.

    `sockets` are bound by somebody else; else smtp.listen is. `place` is that of one of several
    processes.
    """
    loop = asyncio.get_running_loop()
    ports.make_room(settings.smtp.max_connections)
    place = place or Place(Board(1), 0)
    crowd = Crowd(settings.smtp, place.board, place.column, loop.time)
    networks = [ip_network(network) for network in settings.smtp.proxy_networks]
    door = Door(
        settings.smtp, intake, crowd, obey, networks, _credentials(settings.smtp), loop.time
    )
    connections: set[Connection] = set()
    listening = ports.bind(settings.smtp)[0] if sockets is None else sockets
    servers = [
        await loop.create_server(
            lambda: Connection(door, connections, loop), sock=one, backlog=ports.BACKLOG
        )
        for bound in listening
        for one in (bound, *(bound.dup() for _ in range(1, _ACCEPTED_A_TURN)))
    ]
    _take_hangups(loop, door)
    for bound in listening:
        journal.listening(ports.shown(bound))
    _settle_memory()
    supervision.ready()
    try:
        await _sweep(door, connections)
    finally:
        supervision.stopping()
        for server in servers:
            server.close()
        await _drain(door, connections)


def _take_hangups(loop: asyncio.AbstractEventLoop, door: Door) -> None:
    def reload() -> None:
        supervision.reloading()
        door.intake.reload()
        if door.credentials is not None:
            door.credentials.reload()
        supervision.ready()

    if threading.current_thread() is threading.main_thread():  # nobody else may
        loop.add_signal_handler(signal.SIGHUP, reload)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})


async def _sweep(door: Door, connections: set[Connection]) -> None:
    """Look at everybody's patience, every second, for ever."""
    while True:
        await asyncio.sleep(_SWEEP_S)
        door.crowd.forget_old()
        if door.credentials is not None:
            door.credentials.look()
        _look_at_the_clock(connections)
        if supervision.alive_every_s():
            supervision.alive()


def _look_at_the_clock(connections: set[Connection]) -> None:
    for connection in list(connections):
        try:
            connection.look_at_the_clock()
        except Exception as error:  # noqa: BLE001 - one client's trouble is not the others'
            journal.door_fault(connection.dialogue.id, error)
            connection.cut()


def _settle_memory() -> None:
    """What is there now stays for good: the collector need not walk it again and again. Sessions hold
    no cycles once their client is gone, so that it has little to find."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _drain(door: Door, connections: set[Connection]) -> None:
    door.draining = True
    for connection in list(connections):
        connection.stop()
    until = asyncio.get_running_loop().time() + _DRAIN_S
    while connections and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.05)
        _look_at_the_clock(connections)
    for connection in list(connections):
        connection.stop_at_once()
    await asyncio.sleep(_LAST_WORDS_S)
    for connection in list(connections):
        connection.cut()
