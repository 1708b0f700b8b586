"""One SMTP session without its socket: octets in, replies out (RFC 5321).

The machine is here, what the commands do is in `_commands`. It never waits: while a message is being
made durable `waits` is set, until the spool calls back. So one thread serves all clients, each a
bounded piece of work at a time, and a test or a fuzzer drives a session with plain calls.
"""

import secrets
from collections.abc import Callable

from ingestd import journal, metrics, reasons
from ingestd.intake import Backlogged
from ingestd.sources._ahead import Ahead
from ingestd.sources._data import ChunkDecoder, DataDecoder
from ingestd.sources._door import Door, Transaction
from ingestd.sources._patience import Ending, Patience
from ingestd.sources._reception import too_large
from ingestd.spool import StorageFull

COMMANDS_A_TURN = 8  # then the other clients: buffered commands of one never keep them waiting
CONTENT_A_TURN = 1 << 20  # more than is ever read ahead
STUFFED_A_TURN = 32_768  # text of nothing but dots takes fifty times as long to decode
LOCAL_ERROR = "451 4.3.0 Local error, try again later"


class Dialogue:
    """One session. `replies` is what is to be sent; `ended_by` says why no more is read, or "";
    `on_ready` is called when the disk has answered and there is something to send."""

    __slots__ = (
        "_a_turn",
        "_ahead",
        "_at_end",
        "_decoder",
        "_on_ready",
        "door",
        "ended_by",
        "helo",
        "id",
        "patience",
        "peer",
        "protocol",
        "replies",
        "tls",
        "transaction",
        "waits",
        "wants_tls",
    )

    def __init__(self, door: Door, peer: str, on_ready: Callable[[], None]) -> None:
        self.door = door
        self.peer = peer
        self.id = secrets.token_hex(4)
        self.helo = ""
        self.protocol = "SMTP"
        self.tls = ("", "")  # version and cipher
        self.wants_tls = False
        self.transaction = Transaction()
        self.patience = Patience(door.settings, door.clock())
        self.replies: list[bytes] = []
        self.waits = False
        self.ended_by = ""
        self._on_ready = on_ready
        self._ahead = Ahead()
        self._a_turn = CONTENT_A_TURN
        self._decoder: DataDecoder | ChunkDecoder | None = None
        self._at_end: Callable[[], None] = lambda: None

    @property
    def receiving(self) -> bool:
        """Whether a message is under way, perhaps between two of its chunks: not to be disturbed when
        we stop."""
        return self._decoder is not None or self.waits or self.transaction.chunked

    @property
    def clogged(self) -> bool:
        """Whether the client must wait for the disk."""
        reception = self.transaction.reception
        return reception is not None and (reception.clogged or self.door.intake.is_behind)

    def when_unclogged(self, told: Callable[[], None]) -> None:
        """Call `told` once the disk has what was handed over so far."""
        if self.transaction.reception is not None:
            self.transaction.reception.when_written(told)

    @property
    def ahead_bytes(self) -> int:
        """How much the client sent that was not looked at yet."""
        return len(self._ahead)

    def greet(self) -> None:
        """Say who we are."""
        self.reply(f"220 {self.door.settings.hostname} ESMTP ingestd")

    def receive(self, octets: bytes) -> None:
        """Take what the client sent; `proceed` does what it asks for."""
        self._ahead.put(octets)

    def proceed(self) -> bool:
        """Do what the client asked for, a bounded piece of it. Return whether there is more that can
        be done at once."""
        for _ in range(COMMANDS_A_TURN):
            if not self._goes_on or not self._step():
                return False
            if self._decoder is not None and self._a_turn == STUFFED_A_TURN:
                break
        return self._goes_on

    @property
    def _goes_on(self) -> bool:
        return bool(self._ahead) and not (self.waits or self.ended_by or self.wants_tls)

    def _step(self) -> bool:
        """Take one command, or what is there of a message. False when more octets are needed."""
        try:
            if self._decoder is not None:
                self._take_content(self._decoder)
            elif not self._take_command():
                return False
        except Exception as error:  # noqa: BLE001 - the sender must never pay for our mistakes
            self._recover(error)
        self._look_up()
        return True

    def _take_command(self) -> bool:
        line = self._ahead.take_line()
        if line is None:
            if self._ahead.is_endless:
                self.hang_up("500 5.5.2 Line too long", "endless line")
            return False
        self.patience.command(self.door.clock())
        self.door.obey(self, line)
        return True

    def begin_content(
        self, decoder: DataDecoder | ChunkDecoder, at_end: Callable[[], None]
    ) -> None:
        """From here on the client sends a message, or a chunk of one; `at_end` is called after it."""
        self._decoder = decoder
        self._at_end = at_end
        self.patience.data_began(self.door.clock())
        if decoder.ended:
            self._end_content()

    def _take_content(self, decoder: DataDecoder | ChunkDecoder) -> None:
        octets = self._ahead.take(self._a_turn)
        self.patience.octets(len(octets), self.door.clock())
        content = decoder.feed(octets)
        is_stuffed = (len(octets) - len(content)) * 256 > len(octets) > 256
        self._a_turn = STUFFED_A_TURN if is_stuffed else CONTENT_A_TURN
        if self.transaction.reception is not None:
            self.transaction.reception.keep(content)
            if self.transaction.reception.endless:
                self._decoder = None
                self.refuse_size(self.transaction.reception.size_bytes, endless=True)
                return
        if decoder.ended:
            self._ahead.put_back(decoder.rest)
            self._end_content()

    def _end_content(self) -> None:
        self._decoder = None
        self.patience.data_ended(self.door.clock())
        self._at_end()

    def _recover(self, error: Exception) -> None:
        """Whatever went wrong is not the sender's doing: a 4xx, and what it was in the journal."""
        was_receiving, self._decoder = self._decoder is not None, None
        self.give_up(self._reply_to(error))
        if was_receiving:  # what follows would be taken for commands
            self.hang_up("421 4.3.0 Local error, try again later", "fault")

    def _reply_to(self, error: Exception) -> str:
        if isinstance(error, StorageFull):
            return reasons.reply("storage-full")
        if isinstance(error, Backlogged):
            return "451 4.3.2 Too much mail is waiting here, try again later"
        journal.door_fault(self.id, error)
        return LOCAL_ERROR

    def _look_up(self) -> None:
        """Between two steps: is there a reason to end the session?"""
        if self._decoder is not None or self.waits or self.ended_by:
            return
        if self.door.draining:
            self.stop()
        elif ending := self.patience.exhausted():
            self.hang_up(ending.reply, ending.why)

    def await_disk(self) -> None:
        """The message is whole; what the client sends next waits until the disk has answered."""
        reception = self.transaction.reception
        assert reception is not None
        companies = [recipient.company for recipient in self.transaction.recipients]
        reception.commit(companies, self._answered)
        self.waits = True
        self.patience.hold(self.door.clock())

    def _answered(self, error: Exception | None) -> None:
        """The disk has answered for the message: say so."""
        self.waits = False
        self.patience.release(self.door.clock())
        if error is None:
            self._acknowledge()
        else:
            self._recover(error)
        self._look_up()
        self._on_ready()

    def _acknowledge(self) -> None:
        """The message is ours to keep. Whatever fails from here on, the sender need not send again."""
        transaction, self.transaction = self.transaction, Transaction()
        reception = transaction.reception
        assert reception is not None
        self.patience.mail_taken(self.door.clock())
        self.reply(f"250 2.6.0 queued as {reception.spool_id}")
        try:
            journal.message_accepted(
                reception.spool_id,
                self.id,
                self.peer,
                transaction.mail_from or "",
                [recipient.address for recipient in transaction.recipients],
                reception.size_bytes,
            )
            metrics.message_accepted(reception.size_bytes)
        except Exception as error:  # noqa: BLE001 - see above
            journal.door_fault(self.id, error)

    def reply(self, text: str) -> None:
        """Answer."""
        if text.startswith("5"):
            self.patience.errors += 1
        self.replies.append(text.encode("ascii", "backslashreplace") + b"\r\n")

    def give_up(self, reply: str) -> None:
        """Answer, and forget the transaction."""
        self._refuse(reply, "", 0)
        self.reply(reply)

    def _refuse(self, reply: str, mail_from: str, size_bytes: int) -> None:
        mail_from = mail_from or self.transaction.mail_from or ""
        journal.message_refused(self.id, self.peer, mail_from, reply, size_bytes)
        metrics.message_refused(reply)
        self.reset()

    def refuse_size(self, size_bytes: int, mail_from: str = "", *, endless: bool = False) -> None:
        """Answer that the message is too large; an endless one ends the session."""
        reply = too_large(self.door.settings.max_message_bytes)
        self._refuse(reply, mail_from, size_bytes)
        if endless:
            self.hang_up(reply, "endless message")
        else:
            self.reply(reply)

    def reset(self) -> None:
        """Forget the transaction, and what was received of its message."""
        self._abort()
        self.transaction = Transaction()

    def _abort(self) -> None:
        if self.transaction.reception is not None:
            self.transaction.reception.abort()

    def hang_up(self, reply: str, why: str) -> None:
        """Send a last reply; nothing more that the client sends is looked at."""
        if not self.ended_by:
            self.replies.append(reply.encode("ascii", "backslashreplace") + b"\r\n")
            self.end(why)

    def end(self, why: str) -> None:
        """The session is over; a message that is not yet handed over whole is forgotten."""
        self.ended_by = self.ended_by or why
        self._ahead.clear()
        self._decoder = None
        self.patience.hung_up(self.door.clock())
        if not self.waits:
            self._abort()

    def secured(self, version: str, cipher: str) -> None:
        """The handshake is done: all that was said in clear is forgotten (RFC 3207 section 4.2)."""
        self.wants_tls = False
        self.tls = (version, cipher)
        self.helo = ""
        self.reset()
        self.patience.handshake_ended(self.door.clock())

    def look_at_the_clock(self) -> Ending | None:
        """Return how the session is to end when the client has used up its time, None else; the last
        reply is said already."""
        ending = self.patience.verdict(self.door.clock(), self.door.crowd.stressed)
        if ending is not None and ending.reply:
            self.hang_up(ending.reply, ending.why)
        elif ending is not None:
            self.end(ending.why)
        return ending

    def stop(self, *, at_once: bool = False) -> None:
        """We are stopping: say so, unless a message is under way and there is time for it."""
        if at_once or not self.receiving:
            self.hang_up("421 4.3.2 Shutting down, try again later", "stopping")
