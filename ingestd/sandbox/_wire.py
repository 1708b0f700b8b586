"""Frames between a confined child and its parent: a kind, a text (JSON) and octets, each counted.

The parent believes none of it: sizes are held against what is left of a budget before anything is
read, the text is JSON and nothing richer (no tags, references or objects), and a frame that is none
is the child's end.
"""

import json
import socket
import struct
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

TEXT_BYTES = 32 << 20
"""The longest text of one frame; a verdict on twenty thousand invoice lines has 5 MB."""

_HEAD = struct.Struct("!BIQ")
_PIECE_BYTES = 1 << 20


class Kind(IntEnum):
    """What a frame is: the child's question (which waits for an answer) or note (which does not), the
    parent's answer, the child's result or the traceback of its fault."""

    QUESTION = 1
    NOTE = 2
    ANSWER = 3
    RESULT = 4
    FAULT = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. `text` is undecoded JSON."""

    kind: Kind
    text: bytes
    octets: bytes = b""

    def value(self) -> Any:
        """Return what the text says. Raises Malformed."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise Malformed(str(error)) from None


class Malformed(Exception):  # noqa: N818 - it is the other side's doing
    """What came is no frame, or not what it should be."""


class TooMuch(Exception):  # noqa: N818
    """The frame that is announced is over the budget."""


class Wire:
    """One end of the conversation. `budget_bytes` is how much may come in altogether, `patience_s` how
    long to wait for it altogether; both are spent by `receive`, and None is without end."""

    def __init__(
        self,
        pipe: socket.socket,
        budget_bytes: int | None = None,
        patience_s: float | None = None,
    ) -> None:
        self._pipe = pipe
        self._budget_bytes = budget_bytes
        self._patience_s = patience_s

    def send(self, kind: Kind, text: bytes, octets: bytes = b"") -> None:
        """Send one frame. Raises OSError, TimeoutError when the other side does not take it."""
        self._set_clock()
        began = time.monotonic()
        self._pipe.sendall(_HEAD.pack(kind, len(text), len(octets)) + text)
        if octets:
            self._pipe.sendall(octets)
        self._spend_time(began)

    def receive(self) -> Frame:
        """Return the next frame.

        Raises TimeoutError, EOFError and OSError, TooMuch before a frame over the budget is read, and
        Malformed.
        """
        number, text_bytes, octets_bytes = _HEAD.unpack(self._exactly(_HEAD.size))
        if number not in Kind.__members__.values():
            raise Malformed(f"kind {number}")
        self._spend_bytes(text_bytes, octets_bytes)
        return Frame(Kind(number), self._exactly(text_bytes), self._exactly(octets_bytes))

    def _spend_bytes(self, text_bytes: int, octets_bytes: int) -> None:
        if self._budget_bytes is None:
            return
        self._budget_bytes -= _HEAD.size + text_bytes + octets_bytes
        if text_bytes > TEXT_BYTES or self._budget_bytes < 0:
            raise TooMuch

    def _set_clock(self) -> None:
        if self._patience_s is not None:  # a confined child may not even set that
            self._pipe.settimeout(max(0.001, self._patience_s))

    def _spend_time(self, began: float) -> None:
        if self._patience_s is not None:
            self._patience_s -= time.monotonic() - began
            if self._patience_s <= 0:
                raise TimeoutError

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._set_clock()
            began = time.monotonic()
            piece = self._pipe.recv(min(_PIECE_BYTES, size - len(data)))
            self._spend_time(began)
            if not piece:
                raise EOFError
            if len(piece) == size:
                return piece
            data += piece
        return bytes(data)
