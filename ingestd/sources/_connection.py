"""One client's socket: what comes goes to the dialogue, its replies go out, and nobody is waited for.

There is no coroutine, no buffer and no timer for each connection: replies to a burst of commands are
one write, a client that sends faster than the disk writes is not read for a while, and one sweep a
second looks at everybody's patience (`_patience`). What a thousand idle clients cost is their sockets.
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import cast

from ingestd import journal
from ingestd.sources._dialogue import Dialogue
from ingestd.sources._door import Door
from ingestd.sources._patience import DEAF
from ingestd.sources._proxy import NotProxied, expects_header, read

_AHEAD_BYTES = 65_536  # read ahead while the disk is waited for
_REFUSED = "too many connections"
_GONE = frozenset(
    ("quit", "lost", _REFUSED)
)  # nothing of theirs is on its way, or not to be waited for


class Connection(asyncio.Protocol):
    """The protocol object that asyncio makes for each client."""

    __slots__ = (
        "_admitted",
        "_at_eof",
        "_connections",
        "_handshake",
        "_header",
        "_loop",
        "_lost",
        "_reads",
        "_stalled",
        "_works",
        "dialogue",
        "door",
        "transport",
    )

    def __init__(self, door: Door, connections: "set[Connection]", loop: asyncio.AbstractEventLoop):
        self.door = door
        self._connections = connections
        self._loop = loop
        self._reads = True  # whether the transport reads
        self._works = False  # whether a turn of ours is on the loop's list
        self._at_eof = False
        self._stalled = False  # whether replies are stuck: the client does not read
        self._admitted = False
        self._lost = False
        self._header: bytes | None = (
            None  # what came so far of a proxy's header, while it is awaited
        )
        self._handshake: asyncio.Task[None] | None = None  # kept, or it might be collected

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there: count it, and greet it."""
        self.transport = cast(asyncio.Transport, transport)
        peer = str((transport.get_extra_info("peername") or ("unknown",))[0])
        self.dialogue = Dialogue(self.door, peer.removeprefix("::ffff:"), self._ready)
        self._connections.add(self)
        # Without the first, the second reply to a burst waits 40 ms for the client's delayed ACK. The
        # second is for replies that the kernel took from us, megabytes perhaps, and nobody from it.
        unread_ms = int(self.door.settings.write_timeout_s * 1_000)
        with suppress(OSError):  # it may be gone already
            client: socket.socket = transport.get_extra_info("socket")
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread_ms)
        if expects_header(self.dialogue.peer, self.door.proxies):
            self._header = b""
            self.dialogue.patience.handshake_began(self._loop.time())
        else:
            self._welcome(self.dialogue.peer)

    def _welcome(self, peer: str) -> None:
        refusal = self.door.crowd.admit(peer)
        self._admitted = refusal is None
        if refusal is None:
            journal.connected(self.dialogue.id, peer)
            self.dialogue.greet()
        else:
            self.dialogue.hang_up(refusal, _REFUSED)  # the crowd tells how many, once a second
        self._flush()

    def _read_header(self, data: bytes) -> None:
        """A proxy says who its client is; only then is there anybody to greet."""
        self._header = (self._header or b"") + data
        try:
            found = read(self._header)
        except NotProxied as error:
            self.dialogue.end(f"PROXY header: {error}")
            self.transport.abort()
            return
        if found is None:
            return
        rest, self._header = self._header[found.consumed :], None
        self.dialogue.peer = found.peer or self.dialogue.peer
        self.dialogue.patience.handshake_ended(self._loop.time())
        self._welcome(self.dialogue.peer)
        if rest:
            self.data_received(rest)

    def data_received(self, data: bytes) -> None:
        """The client sent something."""
        if self._header is not None:
            self._read_header(data)
        elif not self.dialogue.ended_by:
            self.dialogue.receive(data)
            if not self._works and not self._stalled:
                self._work()

    def eof_received(self) -> bool:
        """The client has said all; it still gets its replies."""
        self._at_eof = True
        if self.dialogue.ended_by or not (self._works or self.dialogue.waits):
            self.dialogue.end("lost")
            return False
        return self.transport.get_extra_info("ssl_object") is None

    def pause_writing(self) -> None:
        """The client does not read its replies: it is asked for nothing more until it does."""
        self._stalled = True

    def resume_writing(self) -> None:
        """It reads again."""
        self._stalled = False
        self._work_soon()

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone; what was being received is given up."""
        if self._lost:
            return
        self._lost = True
        self._connections.discard(self)
        if self._admitted:
            self.door.crowd.leave(self.dialogue.peer)
        self.dialogue.end(DEAF.why if isinstance(error, TimeoutError) else "lost")
        if self.dialogue.ended_by != _REFUSED:
            journal.disconnected(self.dialogue.id, self.dialogue.peer, self.dialogue.ended_by)

    def _ready(self) -> None:
        """The disk has answered."""
        if not self._works:
            self._work()

    def _work_soon(self) -> None:
        if not self._works:
            self._works = True
            self._loop.call_soon(self._work)

    def _work(self) -> None:
        """One turn: a bounded piece of work, and one write."""
        self._works = False
        if self.transport.is_closing():
            return
        if self._stalled:
            return
        more = self.dialogue.proceed()
        self._flush()
        if self.dialogue.ended_by:
            return
        if self.dialogue.wants_tls:
            self._start_tls()
            return
        if more:
            self._work_soon()
        elif self._at_eof and not self.dialogue.waits:
            self.transport.close()
        self._read_on()

    def _flush(self) -> None:
        """Send what is to be said; after the last word, wait a moment for the client to leave."""
        replies = self.dialogue.replies
        if replies:
            self.transport.write(replies[0] if len(replies) == 1 else b"".join(replies))
            replies.clear()
        if self.dialogue.ended_by:
            self._leave()

    def _leave(self) -> None:
        """Closing a socket with unread octets (RFC 1122 section 4.2.2.13) would destroy the last reply
        on its way, and the client would come again and again: read on until it leaves."""
        if self.dialogue.ended_by in _GONE or self._at_eof or not self.transport.can_write_eof():
            self.transport.close()
        else:
            with suppress(OSError):  # it may be gone
                self.transport.write_eof()
            self._read_on()

    def _read_on(self) -> None:
        """Read from the client, or not while there is enough to do."""
        dialogue = self.dialogue
        reads = not (self._works or dialogue.clogged or dialogue.ahead_bytes > _AHEAD_BYTES)
        reads = reads or bool(dialogue.ended_by)
        if dialogue.clogged and not dialogue.waits:
            dialogue.when_unclogged(self._read_on)
        if reads != self._reads and not self.transport.is_closing():
            self._reads = reads
            if reads:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    def _start_tls(self) -> None:
        credentials = self.door.credentials
        assert credentials is not None
        self._reads = False
        self.transport.pause_reading()
        self.dialogue.patience.handshake_began(self._loop.time())
        self._handshake = self._loop.create_task(self._shake_hands(credentials.context))

    async def _shake_hands(self, context: ssl.SSLContext) -> None:
        try:
            secured = await self._loop.start_tls(
                self.transport,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=self.door.settings.tls_timeout_s,
            )
        except (OSError, ssl.SSLError) as error:
            self.dialogue.end(f"TLS handshake: {error}"[:100])
            self.transport.abort()
            self.connection_lost(error)  # asyncio tells it only those whose handshake was done
            return
        if secured is None or self._lost:
            return
        self.transport = secured
        found = secured.get_extra_info("ssl_object")
        self.dialogue.secured(found.version(), found.cipher()[0])
        self._reads = True
        if self.door.draining:
            self.stop()

    def look_at_the_clock(self) -> None:
        """Once a second: has this client used up its time?"""
        if self.transport.get_write_buffer_size():
            self.dialogue.patience.replies_unread(self._loop.time())
        else:
            self.dialogue.patience.replies_read()
        ending = self.dialogue.look_at_the_clock()
        if ending is None:
            return
        if ending.reply:
            self._flush()
        else:
            self.transport.abort()

    def stop(self) -> None:
        """We are stopping: say so, unless a message is being received."""
        self.dialogue.stop()
        self._flush()

    def stop_at_once(self) -> None:
        """There is no more time for what is being received: say so, and close."""
        self.dialogue.stop(at_once=True)
        self._flush()
        self.transport.close()

    def cut(self) -> None:
        """Drop the connection without a word."""
        self.dialogue.end("cut off")
        self.transport.abort()
