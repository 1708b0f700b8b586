"""One message between 354 and its reply: read to its end whatever happens, kept as far as it may be.

A message that is too large, or that the disk does not take, is still read up to its end, because the
client would take a reply in the middle for nothing, and we its data for commands. Far over the limit
there is no end to wait for (RFC 5321 section 4.5.3.1.9; THREATS S4).
"""

from ingestd.sources._connection import CHUNK_BYTES, Connection
from ingestd.sources._data import DataDecoder
from ingestd.spool import Incoming


class Reception:
    """Receives one message. Never holds more than about 128 kB of it in memory."""

    def __init__(self, connection: Connection, incoming: Incoming, limit_bytes: int) -> None:
        self._connection = connection
        self._incoming = incoming
        self._limit_bytes = limit_bytes
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._fault: Exception | None = None
        self.ended = False
        self.size_bytes = 0

    @property
    def fits(self) -> bool:
        """Whether the message is within the limit."""
        return self.size_bytes <= self._limit_bytes

    @property
    def endless(self) -> bool:
        """Whether we gave up waiting for its end."""
        return self.size_bytes > self._limit_bytes * 3 // 2

    @property
    def remainder(self) -> bytes:
        """What is still to be written once the end was seen."""
        return b"".join(self._waiting)

    async def receive(self) -> None:
        """Read the message up to its end. Raises what the disk said, but only then; raises
        ConnectionError when the client leaves."""
        decoder = DataDecoder()
        while not decoder.ended:
            content = decoder.feed(await self._connection.read_chunk())
            self.size_bytes += len(content)
            if self.endless:
                return
            if self.fits and self._fault is None:
                await self._keep(content)
            else:
                self._waiting.clear()
        self.ended = True
        self._connection.unread(decoder.rest)
        if self._fault is not None:
            raise self._fault

    async def _keep(self, content: bytes) -> None:
        self._waiting.append(content)
        self._waiting_bytes += len(content)
        if self._waiting_bytes < CHUNK_BYTES:
            return
        chunk = self.remainder
        self._waiting.clear()
        self._waiting_bytes = 0
        try:
            await self._connection.on_disk(self._incoming.write, chunk)
        except Exception as error:  # noqa: BLE001 - told once the client has said all it had to say
            self._fault = error
