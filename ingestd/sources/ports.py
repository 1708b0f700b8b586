"""The listening sockets of the door: bound here, or handed over by a service manager.

Whoever binds them keeps them open while a door is started again, so that clients wait in the backlog
and none is refused.
"""

import resource
import socket
from contextlib import suppress

from ingestd import journal, supervision
from ingestd.config import Smtp

_OTHER_DESCRIPTORS = 200  # the spool's files, sockets, what Python has open
BACKLOG = 4096  # for a burst of clients; the kernel takes no more than its somaxconn


class CannotListen(Exception):  # noqa: N818 - told to the operator
    """An address of smtp.listen cannot be used."""

    def __init__(self, address: str, error: OSError) -> None:
        super().__init__(
            f"cannot listen on {address}: {error.strerror or error}; "
            "stop what uses the port (ss -ltnp shows it), or change smtp.listen"
        )


def bind(settings: Smtp) -> list[list[socket.socket]]:
    """Return the listening sockets for each of the door processes.

    Sockets of the service manager go before smtp.listen, and all processes share them; else each
    process has sockets of its own on the same ports (SO_REUSEPORT), among which the kernel shares the
    clients out. Raises `CannotListen` and `supervision.NotInherited`.
    """
    if inherited := supervision.inherited():
        return [inherited] * settings.processes
    rows: list[list[socket.socket]] = [[] for _ in range(settings.processes)]
    try:
        for address in settings.listen:
            for row, bound in zip(rows, _bind(address, settings), strict=True):
                row.append(bound)
    except BaseException:
        close(rows)
        raise
    return rows


def close(rows: list[list[socket.socket]]) -> None:
    """Close all of them: what still waits to be greeted is told to come again."""
    for row in rows:
        for one in row:
            one.close()


def shown(bound: socket.socket) -> str:
    """Return where a socket listens as smtp.listen writes it; the path of a UNIX socket."""
    name = bound.getsockname()
    if not isinstance(name, tuple):
        return str(name)
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def make_room(connections: int) -> None:
    """Let this process have a descriptor for each of `connections` clients, and for its files; as many
    as the hard limit allows, where that is less."""
    wanted = connections + _OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < wanted:
        journal.few_descriptors(allowed, wanted)


def _bind(address: str, settings: Smtp) -> list[socket.socket]:
    """Return a socket for each process on one address."""
    host, _, port = address.rpartition(":")
    found: list[socket.socket] = []
    try:
        family, _, _, _, where = socket.getaddrinfo(
            host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        at = (str(where[0]), int(port))
        if settings.processes == 1 and not settings.reuse_port:
            return [socket.create_server(at, family=family, backlog=BACKLOG)]
        if not settings.reuse_port:  # of another program's port we would get a share, and not know
            socket.create_server(at, family=family).close()
        for _ in range(settings.processes):
            found.append(socket.create_server(at, family=family, backlog=BACKLOG, reuse_port=True))
            at = found[0].getsockname()[:2]  # port 0 is any, but one
    except OverflowError:
        raise CannotListen(address, OSError(0, "there is no such port")) from None
    except OSError as error:
        with suppress(OSError):
            close([found])
        raise CannotListen(address, error) from error
    return found
