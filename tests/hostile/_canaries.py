"""Canaries: a file, a TCP port and a name server that nobody has any business with. One touch is a hit.

The file is watched by inotify, which sees every opening of it, also by C libraries; the port and the
name server are real sockets; what Python itself asks is heard by an audit hook as well, whose count
lies in memory that a confined child shares.
"""

import ctypes
import mmap
import os
import secrets
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hostile._hostile import Bait
from tests.hostile._namespace import Namespace

_IN_ACCESS, _IN_OPEN, _IN_NONBLOCK = 0x1, 0x20, 0x800
_EVENT = struct.Struct("iIII")
_WORDS = (
    "open",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
)
_COUNT = struct.Struct("Q")


class Canaries:
    """The canaries of one run; made by `set_out`. `bait` is what hostile files are told of them."""

    def __init__(self, directory: Path, namespace: Namespace) -> None:
        self.secret = f"CANARY-{secrets.token_hex(12)}"
        file = directory / "secret.txt"
        file.write_text(self.secret)
        self._inotify = _watch(file)
        self._tcp = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._tcp.setblocking(False)
        self._udp = namespace.name_server
        host = f"c{secrets.token_hex(6)}.invalid"
        self.bait = Bait(str(file), self._tcp.getsockname()[1], host)
        self._heard = mmap.mmap(-1, _COUNT.size)  # shared with every process forked from here
        self._listen_to_python()

    def _listen_to_python(self) -> None:
        wanted = (self.bait.file, self.bait.host, str(self.bait.port))

        def hear(event: str, arguments: tuple[object, ...]) -> None:
            if event in _WORDS and any(one in repr(arguments) for one in wanted):
                (count,) = _COUNT.unpack(self._heard[: _COUNT.size])
                self._heard[: _COUNT.size] = _COUNT.pack(count + 1)

        sys.addaudithook(hear)

    def hits(self) -> dict[str, int]:
        """Return how often each canary was touched since it was asked last."""
        (heard,) = _COUNT.unpack(self._heard[: _COUNT.size])
        self._heard[: _COUNT.size] = _COUNT.pack(0)
        found = {"file": _events(self._inotify), "tcp": _accepted(self._tcp), "python": heard}
        return found | ({"dns": _packets(self._udp)} if self._udp else {})

    def is_in(self, text: bytes) -> bool:
        """Tell whether the secret of the file has turned up."""
        return self.secret.encode() in text

    def close(self) -> None:
        """Take the canaries home."""
        os.close(self._inotify)
        self._tcp.close()


@contextmanager
def set_out(directory: Path, namespace: Namespace) -> Iterator[Canaries]:
    """Set out canaries for as long as the block lasts."""
    canaries = Canaries(directory, namespace)
    try:
        yield canaries
    finally:
        canaries.close()


def _watch(file: Path) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor: int = libc.inotify_init1(_IN_NONBLOCK | os.O_CLOEXEC)
    watch = libc.inotify_add_watch(descriptor, os.fsencode(file), _IN_ACCESS | _IN_OPEN)
    if descriptor < 0 or watch < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    return descriptor


def _events(descriptor: int) -> int:
    try:
        data = os.read(descriptor, 1 << 16)
    except BlockingIOError:
        return 0
    count = at = 0
    while at < len(data):
        at += _EVENT.size + _EVENT.unpack_from(data, at)[3]
        count += 1
    return count


def _accepted(listener: socket.socket) -> int:
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def _packets(listener: socket.socket) -> int:
    count = 0
    while True:
        try:
            listener.recvfrom(4096)
        except BlockingIOError:
            return count
        count += 1
