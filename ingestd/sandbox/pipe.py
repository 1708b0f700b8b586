"""Reading a counted number of octets from the other end of a pipe, by a deadline."""

import socket
import time

_PIECE_BYTES = 1 << 20


def read_exactly(pipe: socket.socket, size: int, deadline: float | None) -> bytes:
    """Return the next `size` octets; `deadline` is a moment of time.monotonic(), None is without end.

    Raises EOFError when the other side is gone, TimeoutError and OSError.
    """
    data = bytearray()
    while len(data) < size:
        if deadline is not None:
            pipe.settimeout(max(0.001, deadline - time.monotonic()))
        piece = pipe.recv(min(_PIECE_BYTES, size - len(data)))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
