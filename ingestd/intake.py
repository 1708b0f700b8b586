"""What every source shares: who receives here, is there room, and the one way into the spool.

A source (SMTP, later IMAP, a drop folder, portals) asks `resolve` for each recipient and hands the
octets over by `begin` and `commit`, or `take` when it has them all. Nothing here waits for the
database: recipients come from a snapshot file that the ledger's side rewrites.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingestd import identifiers, journal
from ingestd.address import (
    OPERATORS,
    Recipient,
    Recipients,
    is_here,
    read_recipients,
    resolve,
)
from ingestd.config import Settings
from ingestd.model import Envelope, Finding, Unavailable
from ingestd.spool import Incoming, Receiver, Room, StorageFull

_LOOK_EVERY_S = 0.2
_LOOK_AGAIN_S = 5.0
_KNOWN = 10_000
_MOST_WAITING_BYTES = 32 << 20


class Directory:
    """Who receives here, as the snapshot file says; looked at again when the file changed.

    One that vanishes or is damaged leaves the last good one in force. `unread` tells that none was good
    so far, or that there never was one: who receives here is not known then, which is no fault of
    those who send.
    """

    def __init__(self, file: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._monotonic = monotonic
        self._looked_at = -_LOOK_EVERY_S
        self._seen: tuple[int, int, int] | None = None
        self._recipients = Recipients()
        self._told_absent = False
        self.unread = True

    def current(self) -> Recipients:
        """Return the recipients in force; at most one look at the file in 0.2 s."""
        now = self._monotonic()
        if now - self._looked_at >= _LOOK_EVERY_S:
            self._looked_at = now
            self._reload()
        return self._recipients

    def _reload(self) -> None:
        try:
            status = self._file.stat()
            seen = (status.st_mtime_ns, status.st_ino, status.st_size)
            if seen == self._seen:
                return
            self._seen = seen
            self._recipients = read_recipients(self._file)
            self.unread = self._told_absent = False
        except FileNotFoundError as error:
            self._seen = None
            if not self._told_absent:
                self._told_absent = True
                journal.recipients_unreadable(str(self._file), error)
        except OSError as error:  # not the file's fault, perhaps: look again, but not at once
            self._seen = (0, 0, 0)
            self._looked_at += _LOOK_AGAIN_S
            journal.recipients_unreadable(str(self._file), error)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            journal.recipients_unreadable(str(self._file), error)

    def look_again(self) -> None:
        """Read the file anew at the next question (SIGHUP)."""
        self._seen = None if self._seen is None else (0, 0, 0)
        self._looked_at = -_LOOK_EVERY_S


class RecipientsStale(Unavailable):
    """The snapshot cannot be read, or nobody confirmed it for too long: 451 4.3.0 at RCPT, the
    transaction goes on."""


class Backlogged(Unavailable):
    """So much waits to be judged that more would only wait: 451 4.3.2 at MAIL."""


class Intake:
    """The way in. Its methods that touch the spool block on the disk. `now` is the wall clock."""

    def __init__(
        self,
        settings: Settings,
        spool: Receiver,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._domain = settings.addresses.domain
        self._file = settings.recipients_file
        self._max_age = timedelta(hours=settings.addresses.snapshot_max_age_h)
        self._now = now
        self._stale = False
        self._storage = settings.storage
        self._max_message_bytes = settings.smtp.max_message_bytes
        self._max_pending = settings.smtp.max_pending
        self._spool = spool
        self._directory = Directory(settings.recipients_file)
        self._found: dict[str, Recipient] = {}
        self._found_in = Recipients()
        # Not with the first number of its country: a library that is not there just then (no descriptor
        # left, a new version being installed) makes every number wrong, and that is a 550.
        identifiers.warm()

    def resolve(self, address: str) -> Recipient | Finding:
        """Return who receives mail for `address` (a mailbox without brackets), or the `door` finding
        that refuses it. Raises `RecipientsStale` for everybody but the operators when the snapshot is
        older than addresses.snapshot_max_age_h, or cannot be read: who has left since, or has come, is
        not known."""
        recipients, now = self._directory.current(), self._now()
        found = self._known(recipients).get(address) or self._look_up(address, recipients, now)
        if isinstance(found, Recipient) and found.company == OPERATORS:
            return found
        self._check_age(recipients, now)
        return found

    def _look_up(self, address: str, recipients: Recipients, now: datetime) -> Recipient | Finding:
        found = resolve(address, self._domain, recipients, now)
        if isinstance(found, Recipient) and len(self._found) < _KNOWN:
            self._found[address] = found
        return found

    def _known(self, recipients: Recipients) -> dict[str, Recipient]:
        """Return who was found in this snapshot before: reading an address costs more than all the
        rest of RCPT. Only whom we have is kept; all others cost the same, whatever is wrong with them."""
        if recipients is not self._found_in:
            self._found_in, self._found = recipients, {}
        return self._found

    def owns(self, address: str) -> bool:
        """Tell whether a mailbox is under our mail domain, whoever receives there."""
        return is_here(address, self._domain)

    def reload(self) -> None:
        """Read the snapshot anew at the next question (SIGHUP)."""
        self._directory.look_again()

    def _check_age(self, recipients: Recipients, now: datetime) -> None:
        if self._directory.unread:
            raise RecipientsStale("the list of recipients could not be read")
        age = now - (recipients.confirmed_at or now)
        stale = age > self._max_age
        if stale and not self._stale:
            journal.recipients_stale(str(self._file), age / timedelta(hours=1))
        elif self._stale and not stale:
            journal.recipients_fresh(str(self._file))
        self._stale = stale
        if stale:
            raise RecipientsStale("the recipients are older than addresses.snapshot_max_age_h")

    def check_room(self, size_bytes: int = 0) -> None:
        """Raise `StorageFull` when taking `size_bytes` more would leave less free than the [storage]
        settings want, `Backlogged` when smtp.max_pending messages wait already (THREATS R3, R7)."""
        room = self._spool.room()
        if room.free_bytes - size_bytes < self._wanted_bytes(room):
            raise StorageFull(f"{room.free_bytes} bytes are free")
        if room.free_inodes * 100 < room.total_inodes * self._storage.min_free_inodes_percent:
            raise StorageFull(f"{room.free_inodes} inodes are free")
        if room.pending >= self._max_pending:
            raise Backlogged(f"{room.pending} messages wait")

    def _wanted_bytes(self, room: Room) -> float:
        """Return how much must stay free: for what is being received, and for the rest of the machine."""
        if not self._storage.min_free_bytes:
            return 0
        share = room.total_bytes * self._storage.min_free_percent / 100
        return max(self._storage.min_free_bytes, share, 2 * self._max_message_bytes)

    @property
    def is_behind(self) -> bool:
        """Whether the disk is so far behind that all who send must wait: what they sent is in memory."""
        return self._spool.waiting_bytes > _MOST_WAITING_BYTES

    def begin(self, envelope: Envelope) -> Incoming:
        """Begin to receive a message. Raises `Unavailable`; touches no disk yet."""
        return self._spool.begin(envelope)

    def take(self, envelope: Envelope, companies: Sequence[str], content: bytes) -> str:
        """Take a whole message for `companies` and return its spool id; it is durable then. Raises
        `StorageFull` or `Unavailable`, and nothing is kept."""
        self.check_room(len(content))
        incoming = self.begin(envelope)
        incoming.write(content)
        outcome: Future[None] = Future()

        def done(error: Exception | None) -> None:
            if error is None:
                outcome.set_result(None)
            else:
                outcome.set_exception(error)

        incoming.commit(companies, done)
        outcome.result()
        return incoming.spool_id
