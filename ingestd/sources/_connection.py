"""One client at the door: lines and chunks in, replies out, and every limit on its patience.

aiosmtpd holds the socket, the session and (later) TLS and PROXY. Its own command loop, timers and
DATA are replaced, because they buffer without bound, close without a reply, wait for ever for a peer
that never reads, and answer 500 for faults of ours (THREATS, table c1).
"""

import asyncio
import secrets
import socket
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from aiosmtpd.smtp import SMTP

from ingestd import journal, metrics, reasons
from ingestd.address import Recipient
from ingestd.config import Smtp
from ingestd.intake import Intake
from ingestd.sources._mailbox import Malformed
from ingestd.spool import StorageFull

_P = ParamSpec("_P")
_T = TypeVar("_T")

CHUNK_BYTES = 65_536
COMMAND_BYTES = 2_048  # RFC 5321 section 4.5.3.1.4 asks for 512 and more with extensions
WRITE_STALL_S = 30
LINGER_S = 5
MAX_COMMANDS = 500  # since the last message taken: a busy relay may stay as long as it brings mail
MAX_ERRORS = 10
MAX_UNKNOWN_VERBS = 3
MAX_UNKNOWN_RECIPIENTS = 5
_OTHER_PROTOCOLS = frozenset("GET POST PUT HEAD CONNECT OPTIONS DELETE PATCH TRACE PRI".split())
_NOT_OFFERED = frozenset(
    "AUTH BDAT ETRN EXPN HELP STARTTLS TURN VRFY XCLIENT XFORWARD".split()
)  # what strangers have no use for, or use only to probe (THREATS S9, S10)


@dataclass(slots=True)
class Door:
    """What all connections share. `disk` runs what blocks; `draining` means that we are stopping."""

    settings: Smtp
    intake: Intake
    disk: Executor
    connections: "set[Connection]" = field(default_factory=set)
    draining: bool = False


@dataclass(slots=True)
class Transaction:
    """One mail transaction (RFC 5321 section 3.3). `mail_from` is None before MAIL, "" for `<>`."""

    mail_from: str | None = None
    recipients: list[Recipient] = field(default_factory=list)


@dataclass(slots=True)
class _Tally:
    """What a client has used up of our patience."""

    commands: int = 0
    errors: int = 0
    unknown_verbs: int = 0
    unknown_recipients: int = 0

    def exhausted(self) -> str:
        """Return what there was too much of, or ""."""
        limits = (
            ("commands", self.commands, MAX_COMMANDS),
            ("unknown commands", self.unknown_verbs, MAX_UNKNOWN_VERBS),
            ("unknown recipients", self.unknown_recipients, MAX_UNKNOWN_RECIPIENTS),
            ("errors", self.errors, MAX_ERRORS),
        )
        return next((what for what, count, limit in limits if count >= limit), "")


class Connection(SMTP):
    """The part of a session that is the same for every command; the commands are in `_dialogue`."""

    line_length_limit = (
        CHUNK_BYTES  # the limit of aiosmtpd's StreamReader; it stops reading at twice this
    )

    def __init__(self, door: Door) -> None:
        super().__init__(
            None,
            data_size_limit=door.settings.max_message_bytes,
            hostname=door.settings.hostname,  # else a getfqdn() in the event loop for each connection
            timeout=door.settings.command_timeout_s,
            loop=asyncio.get_running_loop(),
        )
        self.door = door
        self.id = secrets.token_hex(4)
        self.peer = ""
        self.transaction = Transaction()
        self.tally = _Tally()
        self.lost = False  # in the middle of a message that a mistake of ours kept us from reading
        self.receiving = False  # between DATA and its reply: not to be disturbed when we stop
        self._ahead = b""  # what came after the end of DATA
        self._ended_by = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there: count it, and begin."""
        self.door.connections.add(self)
        super().connection_made(transport)
        self._writer.transport.set_write_buffer_limits(high=0)  # drain() waits for the kernel
        # asyncio does this only for sockets that were made with proto=IPPROTO_TCP; without it, the
        # second reply to a burst of commands waits 40 ms for the client's delayed ACK.
        with suppress(OSError):  # it may be gone already
            client: socket.socket = transport.get_extra_info("socket")
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.peer = str((transport.get_extra_info("peername") or ("unknown",))[0])
        self.peer = self.peer.removeprefix("::ffff:")
        journal.connected(self.id, self.peer)

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone; what was being received is given up."""
        super().connection_lost(error)
        self.door.connections.discard(self)
        journal.disconnected(self.id, self.peer, self._ended_by or "lost")

    def eof_received(self) -> bool | None:
        """A client may close its half right after its last command and still gets the replies;
        aiosmtpd would cancel the session."""
        return asyncio.StreamReaderProtocol.eof_received(self)

    def _create_envelope(self) -> None:  # type: ignore[override]  # aiosmtpd calls it to reset
        self.transaction = Transaction()

    async def _handle_client(self) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):  # `connection_lost` tells
                await self._converse()
            with suppress(ConnectionError):
                await self._linger()
        except Exception as error:  # noqa: BLE001 - a mistake of ours ends this session only
            journal.door_fault(self.id, error)
            self.hang_up("421 4.3.0 Service not available, try again later", "fault")
        finally:
            self._writer.close()

    async def _converse(self) -> None:
        if len(self.door.connections) > self.door.settings.max_connections:
            self.hang_up("421 4.3.2 Too many connections, try again later", "too many connections")
            return
        await self.push(f"220 {self.hostname} ESMTP ingestd")
        self._look_up()
        while not self._ended_by:
            await self._obey(await self._read_line())
            self._look_up()
            await asyncio.sleep(0)  # buffered commands of one client never keep the others waiting

    def _look_up(self) -> None:
        """Between two commands: is there a reason to end the session?"""
        if self.lost:
            self.hang_up("421 4.3.0 Local error, try again later", "fault")
        elif self.door.draining:
            self.stop()
        elif what := self.tally.exhausted():
            self.hang_up(f"421 4.7.0 Too many {what}", f"too many {what}")

    async def _obey(self, line: bytes) -> None:
        """Answer one command. Whatever fails on our side is a 4xx and ends the transaction."""
        self.tally.commands += 1
        try:
            await self._dispatch(line)
        except Malformed as error:
            await self.push(error.reply)
        except StorageFull:
            await self._give_up(reasons.reply("storage-full"))
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - the sender must never pay for our mistakes
            journal.door_fault(self.id, error)
            await self._give_up("451 4.3.0 Local error, try again later")

    async def _give_up(self, reply: str) -> None:
        mail_from = self.transaction.mail_from or ""
        journal.message_refused(self.id, self.peer, mail_from, reply, 0)
        metrics.message_refused(reply)
        self.transaction = Transaction()
        await self.push(reply)

    async def _dispatch(self, line: bytes) -> None:
        text = line.decode("latin-1")
        verb, _, argument = text.partition(" ")
        verb = verb.upper()
        if len(line) > COMMAND_BYTES:
            await self.push("500 5.5.2 Line too long")
        elif verb in _OTHER_PROTOCOLS:
            self.hang_up("421 4.7.0 This is a mail server", "another protocol")
        elif not all(" " <= letter <= "~" for letter in text):
            eight_bit = verb in ("MAIL", "RCPT") and all(letter >= " " for letter in text)
            await self.push(
                "553 5.6.7 Only ASCII addresses are taken here"
                if eight_bit and "\x7f" not in text
                else "501 5.5.2 Only printable ASCII is allowed in commands"
            )
        elif verb in _NOT_OFFERED:
            await self.push("502 5.5.1 Command not offered here")
        elif (method := self._smtp_methods.get(verb)) is None:
            self.tally.unknown_verbs += 1
            await self.push("500 5.5.1 Command not recognized")
        else:
            await method(argument.strip(" "))

    async def _read_line(self) -> bytes:
        """Return the next command without its line end; a bare LF is one (old devices send it)."""
        self._reset_timeout()
        line, end, rest = self._ahead.partition(b"\n")
        self._ahead = rest
        if not end:
            try:
                line += await self._reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                self.hang_up("500 5.5.2 Line too long", "endless line")
                raise ConnectionAbortedError from None
        return line.removesuffix(b"\n").removesuffix(b"\r")

    async def read_chunk(self) -> bytes:
        """Return what the client sent next, in DATA. Raises ConnectionError when it is gone."""
        chunk, self._ahead = self._ahead, b""
        if not chunk:
            self._reset_timeout(self.door.settings.data_timeout_s)
            chunk = await self._reader.read(CHUNK_BYTES)
        if not chunk:
            raise ConnectionResetError("the client left in DATA")
        await asyncio.sleep(0)  # see `_converse`
        return chunk

    def unread(self, rest: bytes) -> None:
        """Put back what came after the end of DATA: the next commands."""
        self._ahead = rest + self._ahead

    async def on_disk(self, step: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Run what blocks on the disk in a thread, with the client's clock stopped. A client that
        leaves meanwhile does not interrupt it."""
        self._stop_timer()
        job = self.loop.run_in_executor(self.door.disk, lambda: step(*args, **kwargs))
        return await asyncio.shield(job)

    async def push(self, status: str | bytes) -> None:
        """Send a reply and wait until the kernel has it; a peer that never reads is cut off."""
        reply = status if isinstance(status, bytes) else status.encode("ascii", "backslashreplace")
        if reply.startswith(b"5"):
            self.tally.errors += 1
        self._writer.write(reply + b"\r\n")
        if self._writer.transport.get_write_buffer_size():
            self._reset_timeout(WRITE_STALL_S)
        await self._writer.drain()

    def hang_up(self, reply: str, why: str) -> None:
        """Send a last reply and end our half; the session ends when the client has seen it."""
        if self._ended_by or self.transport is None:
            return
        self._ended_by = why
        self._writer.write(reply.encode("ascii") + b"\r\n")
        with suppress(OSError):  # it may be gone
            self._writer.write_eof()
        self._reset_timeout(LINGER_S)

    async def _linger(self) -> None:
        """Read on for a moment: closing a socket with unread octets (RFC 1122 section 4.2.2.13)
        would destroy the last reply on its way, and the client would come again and again."""
        while self._ended_by not in ("", "quit", "too many connections"):
            if not await self._reader.read(CHUNK_BYTES):
                return
            await asyncio.sleep(0)

    def stop(self) -> None:
        """We are stopping: say so, unless a message is being received."""
        if not self.receiving:
            self.hang_up("421 4.3.2 Shutting down, try again later", "stopping")
            self._writer.close()

    def cut(self) -> None:
        """Drop the connection without a word."""
        self._ended_by = self._ended_by or "cut off"
        self._writer.transport.abort()

    def _stop_timer(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    def _timeout_cb(self) -> None:
        if self._ended_by or self._writer.transport.get_write_buffer_size():
            self.cut()  # it does not read, so that neither a reply nor close() would ever end
        else:
            self.hang_up("421 4.4.2 Waited too long for you", "timeout")
            self._writer.close()
