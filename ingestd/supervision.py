"""What a service manager and its services say to each other: sd_notify(3), sd_listen_fds(3).

Plain datagrams and environment variables, so that nothing of systemd is needed and any supervisor
that speaks them will do. Without one, nothing here does anything.
"""

import os
import socket
import time
from contextlib import suppress

_FIRST_DESCRIPTOR = 3


class NotInherited(Exception):  # noqa: N818 - told to the operator
    """The service manager hands over something that is no listening stream socket."""


def ready(status: str = "") -> None:
    """We serve; also after `reloading`."""
    _tell("READY=1", *([f"STATUS={status}"] if status else []))


def stopping() -> None:
    """We are finishing what is under way."""
    _tell("STOPPING=1", "STATUS=Finishing what is being received")


def reloading() -> None:
    """We read again what may be read again; `ready` follows."""
    _tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def silence() -> None:
    """Tell nothing from this process: its parent does."""
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"):
        os.environ.pop(name, None)


def alive() -> None:
    """We are not stuck; due every `alive_every_s`."""
    _tell("WATCHDOG=1")


def alive_every_s() -> float:
    """Return how often `alive` is wanted in seconds: half of WatchdogSec=, 0 for never."""
    usec, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not usec.isdecimal() or pid not in ("", str(os.getpid())):
        return 0.0
    return int(usec) / 2_000_000


def inherited() -> list[socket.socket]:
    """Take over the listening sockets that the service manager bound (socket activation); [] for none.

    LISTEN_FDNAMES names those of several units: only `smtp` and names that say nothing are taken.
    Children inherit neither sockets nor variables. Raises `NotInherited`.
    """
    values = {
        name: os.environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")
    }
    if values["LISTEN_PID"] != str(os.getpid()) or not values["LISTEN_FDS"].isdecimal():
        return []
    count = int(values["LISTEN_FDS"])
    names = values["LISTEN_FDNAMES"].split(":") if values["LISTEN_FDNAMES"] else []
    names += [""] * (count - len(names))
    taken = []
    for descriptor, name in zip(
        range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + count), names, strict=False
    ):
        os.set_inheritable(descriptor, False)
        if name in ("", "smtp", "unknown", "connection") or name.endswith(".socket"):
            taken.append(_listening(descriptor))
        else:
            os.close(descriptor)
    return taken


def _listening(descriptor: int) -> socket.socket:
    try:
        found = socket.socket(fileno=descriptor)
        listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise NotInherited(f"LISTEN_FDS: descriptor {descriptor} is no socket: {error}") from error
    if not listens or found.type != socket.SOCK_STREAM:
        found.detach()
        raise NotInherited(
            f"LISTEN_FDS: descriptor {descriptor} is not a listening stream socket;"
            " the socket unit needs ListenStream= and Accept=no"
        )
    return found


def _tell(*lines: str) -> None:
    """Send one datagram to the service manager; whether it listens is its own business."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.setblocking(False)
        way.sendto("\n".join(lines).encode(), address)
