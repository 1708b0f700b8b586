"""What the writer of the log is asked to do, and how much of it fits into one call."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ingestd.model import Unavailable

Done = Callable[[Exception | None], None]
Notify = Callable[[Callable[[], None]], object]

_LARGEST_WRITE = 1 << 20
_IOV_MAX = os.sysconf("SC_IOV_MAX")


class Letter:
    """What the writer knows of one message; `number` is the one in its frames."""

    __slots__ = ("fault", "number", "written_bytes")

    def __init__(self, number: int) -> None:
        self.number = number
        self.fault: Unavailable | None = None
        self.written_bytes = 0


class Order(NamedTuple):
    """Octets to append for a message (whole frames), and who waits for them to be written or, with
    `commits`, to be durable."""

    letter: Letter
    octets: tuple[bytes, ...]
    content_bytes: int = 0
    done: Done | None = None
    commits: bool = False


def portions(octets: list[bytes]) -> Iterator[list[bytes]]:
    """Yield what one writev each shall write: never much over a megabyte, because Linux (6.18, ext4)
    takes five to ten times as long for the octets of a larger one."""
    some: list[bytes] = []
    size = 0
    for piece in octets:
        some.append(piece)
        size += len(piece)
        if size >= _LARGEST_WRITE or len(some) == _IOV_MAX:
            yield some
            some, size = [], 0
    if some:
        yield some


def behind(octets: list[bytes], written: int) -> list[bytes]:
    """Return what is left of `octets` when `written` of them are."""
    for index, piece in enumerate(octets):
        if written < len(piece):
            return [piece[written:], *octets[index + 1 :]]
        written -= len(piece)
    return []
