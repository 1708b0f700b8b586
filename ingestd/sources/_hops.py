"""Loops, seen while a message comes in (RFC 5321 section 6.3; THREATS L2).

Without I/O: `feed` takes what `DataDecoder` made certain, in whatever pieces. Only the header section
is looked at, and at most 512 kB of it; no more than 2 kB are kept from one piece to the next.
"""

import re
from collections.abc import Callable

_LONGEST_HEADER = 512 * 1024
_KEPT = 2_048
_MARK = re.compile(
    rb"^(?:(?P<hop>received)[ \t]*:"
    rb"|delivered-to[ \t]*:(?P<to>[^\n]*(?:\n[ \t][^\n]*)*)"
    rb"|(?P<end>\r?\n))",
    re.IGNORECASE | re.MULTILINE,
)
_AROUND = re.compile(rb"[\s<>,;:]+")


class Hops:
    """Counts the hops of one message. `owns` tells whether a mailbox is of this server."""

    __slots__ = ("_budget", "_kept", "_long", "_owns", "delivered_here", "received")

    def __init__(self, owns: Callable[[str], bool]) -> None:
        self._owns = owns
        self._kept = b""
        self._long = False  # in a line whose beginning was looked at already
        self._budget = _LONGEST_HEADER
        self.received = 0
        self.delivered_here = False

    def looped(self, limit: int) -> bool:
        """Tell, once the message has ended, whether it goes in circles: over `limit` hops, or
        delivered here before."""
        if self._budget and self._kept and not self._long:
            self._look(self._kept + b"\n", len(self._kept) + 1, last=True)
            self._budget = 0
        return self.delivered_here or self.received > limit

    def feed(self, piece: bytes) -> None:
        """Look at the next octets of the message. Costs nothing once the header section is over."""
        if not self._budget or not piece:
            return
        piece = piece[: self._budget]
        self._budget -= len(piece)
        if self._long:
            piece = self._behind_the_line(piece)
        octets = self._kept + piece
        whole = octets.rfind(b"\n") + 1
        certain = self._look(octets, whole)
        self._kept = octets[certain:]
        if len(self._kept) > _KEPT:
            self._look(self._kept + b"\n", len(self._kept) + 1, last=True)
            self._long = not self._kept.endswith(b"\n")
            self._kept = b""

    def _behind_the_line(self, piece: bytes) -> bytes:
        end = piece.find(b"\n") + 1
        self._long = not end
        return piece[end:] if end else b""

    def _look(self, octets: bytes, whole: int, *, last: bool = False) -> int:
        """Look at the whole lines, up to `whole`; return up to where they need no second look."""
        for mark in _MARK.finditer(octets, 0, whole):
            if mark["end"]:
                self._budget = 0
                return whole
            if mark["hop"]:
                self.received += 1
            elif mark.end() >= whole - 1 and not last:
                return mark.start()  # the next line may belong to it
            else:
                self._take(mark["to"])
        return whole

    def _take(self, value: bytes) -> None:
        for word in _AROUND.split(value[:_KEPT]):
            if word.find(b"@") > 0:
                self.delivered_here |= self._owns(word.decode("ascii", "replace"))
