"""The door: an SMTP server (aiosmtpd) that takes mail into the spool and judges nothing.

It never opens an attachment and never waits for the database or ClamAV. 250 is answered only for
what is durable; every fault of ours is a 4xx.
"""

import asyncio
import gc
import socket
from collections.abc import Sequence
from ipaddress import ip_network

from ingestd import journal
from ingestd.config import Settings
from ingestd.intake import Intake
from ingestd.sources._board import Board
from ingestd.sources._commands import obey
from ingestd.sources._connection import Connection
from ingestd.sources._crowd import Crowd
from ingestd.sources._door import Door
from ingestd.sources._tls import credentials

_BACKLOG = 1024  # with aiosmtpd's 100, a burst of clients waits many seconds to be greeted
_DRAIN_S = 30
_SWEEP_S = 1.0


class CannotListen(Exception):  # noqa: N818 - told to the operator
    """An address of smtp.listen cannot be used."""

    def __init__(self, address: str, error: OSError) -> None:
        super().__init__(
            f"cannot listen on {address}: {error.strerror or error}; "
            "stop what uses the port (ss -ltnp shows it), or change smtp.listen"
        )


def bind(settings: Settings) -> list[socket.socket]:
    """Return listening sockets for smtp.listen. Raises `CannotListen`."""
    bound: list[socket.socket] = []
    try:
        for address in settings.smtp.listen:
            bound.append(_bind(address))
    except CannotListen:
        for one in bound:
            one.close()
        raise
    return bound


def _bind(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    try:
        family, _, _, _, where = socket.getaddrinfo(
            host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server((str(where[0]), int(port)), family=family, backlog=_BACKLOG)
    except OverflowError:
        raise CannotListen(address, OSError(0, "there is no such port")) from None
    except OSError as error:
        raise CannotListen(address, error) from error


async def run(
    settings: Settings, intake: Intake, sockets: Sequence[socket.socket] | None = None
) -> None:
    """Receive mail until cancelled, then finish the messages that are under way (30 s at most) and
    answer 421 to the others. `sockets` are bound by somebody else; else smtp.listen is."""
    loop = asyncio.get_running_loop()
    crowd = Crowd(settings.smtp, Board(1), 0, loop.time)
    networks = [ip_network(network) for network in settings.smtp.proxy_networks]
    door = Door(settings.smtp, intake, crowd, obey, networks, credentials(settings.smtp), loop.time)
    connections: set[Connection] = set()
    servers = [
        await loop.create_server(
            lambda: Connection(door, connections, loop), sock=bound, backlog=_BACKLOG
        )
        for bound in (bind(settings) if sockets is None else sockets)
    ]
    for server in servers:
        for bound_socket in server.sockets:
            journal.listening(_shown(bound_socket))
    _settle_memory()
    try:
        await _sweep(door, connections)
    finally:
        for server in servers:
            server.close()
        await _drain(door, connections)


async def _sweep(door: Door, connections: set[Connection]) -> None:
    """Look at everybody's patience, every second, for ever."""
    while True:
        await asyncio.sleep(_SWEEP_S)
        door.crowd.forget_old()
        if door.credentials is not None:
            door.credentials.look()
        _look_at_the_clock(connections)


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
        connection.cut()


def _shown(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
