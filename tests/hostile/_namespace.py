"""A network of our own: nothing but a loopback, and the only name server is ours.

So every attempt to resolve a name or to reach an address is seen, whoever makes it, and none gets out.
It needs root (or CAP_SYS_ADMIN); without, the run goes on and says loudly what it cannot see.
"""

import ctypes
import fcntl
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

_NEW_MOUNTS, _NEW_NETWORK = 0x20000, 0x40000000
_PRIVATE, _BIND = 1 << 18 | 1 << 14, 4096
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1
_RESOLVER = Path("/etc/resolv.conf")


@dataclass(frozen=True, slots=True)
class Namespace:
    """Where a run takes place. `name_server` is the socket that all names are asked of, None where
    there is no network of our own."""

    name_server: socket.socket | None = None

    @property
    def is_own(self) -> bool:
        """Whether the network is our own, so that DNS is watched for every process."""
        return self.name_server is not None


def enter(directory: Path) -> Namespace:
    """Move this process into a network and mounts of its own, where that is permitted."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NETWORK | _NEW_MOUNTS) != 0:
        return Namespace()
    _loopback_up()
    resolver = directory / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    private = libc.mount(b"none", b"/", None, _PRIVATE, None)
    bound = libc.mount(os.fsencode(resolver), os.fsencode(_RESOLVER), None, _BIND, None)
    if private != 0 or bound != 0:
        raise OSError(ctypes.get_errno(), f"mount over {_RESOLVER}")
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    server.setblocking(False)
    return Namespace(server)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack_from("h", fcntl.ioctl(any_socket, _GET_FLAGS, request), 16)[0]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
