"""Messages between a rule engine and its supervisor: a length in bytes, then JSON.

Neither believes the other: a length over the limit is no message.
"""

import json
import socket
import struct
from typing import Any

from ingestd.sandbox.pipe import read_exactly

MOST_BYTES = 256 << 20
_LENGTH = struct.Struct("!Q")


def send(pipe: socket.socket, value: Any) -> None:
    """Send one message. Raises OSError, TimeoutError included."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    pipe.sendall(_LENGTH.pack(len(data)) + data)


def receive(pipe: socket.socket, deadline: float | None = None) -> Any:
    """Return the next message; `deadline` is a moment of time.monotonic().

    Raises EOFError when the other side is gone, TimeoutError, OSError, and ValueError for nonsense.
    """
    (size,) = _LENGTH.unpack(read_exactly(pipe, _LENGTH.size, deadline))
    if size > MOST_BYTES:
        raise ValueError(f"a message of {size} bytes")
    return json.loads(read_exactly(pipe, size, deadline))
