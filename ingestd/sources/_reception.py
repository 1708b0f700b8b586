"""One message between 354 (or the first BDAT) and its reply: every octet of it is read, whatever happens.

A message that is too large, or that the disk does not take, is still read up to its end, because the
client would take a reply in the middle for nothing, and we its data for commands. Far over the limit
there is no end to wait for (RFC 5321 section 4.5.3.1.9; THREATS S4).
"""

from collections.abc import Callable, Sequence

from ingestd import reasons
from ingestd.sources._hops import Hops
from ingestd.spool import Incoming

_CLOGGED_BYTES = 262_144
_MAX_HOPS = 50  # RFC 5321 section 6.3 asks for 100 at least "in general"; THREATS L2 for 50


class Reception:
    """Hands the octets of one message to the spool as they come; holds none of them itself."""

    __slots__ = ("_hops", "_incoming", "_limit_bytes", "size_bytes")

    def __init__(self, incoming: Incoming, limit_bytes: int, hops: Hops) -> None:
        self._incoming = incoming
        self._limit_bytes = limit_bytes
        self._hops = hops
        self.size_bytes = 0

    @property
    def spool_id(self) -> str:
        """The id that the message will have."""
        return self._incoming.spool_id

    @property
    def fits(self) -> bool:
        """Whether the message is within the limit."""
        return self.size_bytes <= self._limit_bytes

    @property
    def looped(self) -> bool:
        """Whether the message goes round in circles."""
        return self._hops.looped(_MAX_HOPS)

    @property
    def endless(self) -> bool:
        """Whether there is no end to wait for any more."""
        return self.would_be_endless(0)

    def would_be_endless(self, more_bytes: int) -> bool:
        """Whether there would be none with so many octets more."""
        return self.size_bytes + more_bytes > self._limit_bytes * 3 // 2

    @property
    def clogged(self) -> bool:
        """Whether the disk is behind: then the client waits, not our memory."""
        return self._incoming.waiting_bytes > _CLOGGED_BYTES

    def keep(self, content: bytes) -> None:
        """Take octets of the message (dot-stuffing already removed)."""
        self.size_bytes += len(content)
        self._hops.feed(content)
        if self.fits:
            self._incoming.write(content)
        else:
            self._incoming.abort()

    def commit(self, companies: Sequence[str], done: Callable[[Exception | None], None]) -> None:
        """Make the message durable; `done` is called when it is, or with what went wrong."""
        self._incoming.commit(companies, done)

    def when_written(self, told: Callable[[], None]) -> None:
        """Call `told` once what was handed over so far is written."""
        self._incoming.when_written(told)

    def abort(self) -> None:
        """Forget the message."""
        self._incoming.abort()


def too_large(limit_bytes: int) -> str:
    """Return the reply to a message over the limit."""
    return reasons.reply("mail-too-large", limit=_readable(limit_bytes))


def _readable(size_bytes: int) -> str:
    """Return a limit as people say it: 36700160 is `35 MB`."""
    if size_bytes >= 1 << 20:
        return f"{size_bytes / (1 << 20):.3g} MB"
    return f"{size_bytes / (1 << 10):.3g} kB"
