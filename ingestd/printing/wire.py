"""Messages between a printer and its engine: the lengths of two things, a head in JSON, and octets.

Neither believes the other: a length over the limit is no message.
"""

import json
import socket
import struct
from typing import Any

from ingestd.sandbox.pipe import read_exactly

HEAD_BYTES = 1 << 20
OCTETS_BYTES = 128 << 20
_LENGTHS = struct.Struct("!IQ")


def send(pipe: socket.socket, head: list[Any], octets: bytes = b"") -> None:
    """Send one message. Raises OSError, TimeoutError included."""
    text = json.dumps(head).encode()
    pipe.sendall(_LENGTHS.pack(len(text), len(octets)) + text)
    if octets:
        pipe.sendall(octets)


def receive(pipe: socket.socket, deadline: float | None = None) -> tuple[Any, bytes]:
    """Return head and octets of the next message; `deadline` is a moment of time.monotonic().

    Raises EOFError when the other side is gone, TimeoutError, OSError, and ValueError for nonsense.
    """
    text, octets = _LENGTHS.unpack(read_exactly(pipe, _LENGTHS.size, deadline))
    if text > HEAD_BYTES or octets > OCTETS_BYTES:
        raise ValueError(f"a message of {text} and {octets} bytes")
    return json.loads(read_exactly(pipe, text, deadline)), read_exactly(pipe, octets, deadline)
