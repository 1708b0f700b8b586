"""The limits of one session: how much of everything, and how long. Pure; the time is handed in.

Two kinds. What a client may use up (commands, errors, ...) is looked at after each command
(`exhausted`). What it may take in time is asked once a second by a sweep over all connections
(`verdict`), so that no connection has a timer. Times are seconds of a monotonic clock.
"""

from dataclasses import dataclass
from enum import StrEnum

from ingestd.config import Smtp


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a session ends (for the journal) and the last reply; none where the client would not read
    it, so that the connection is to be aborted."""

    why: str
    reply: str = ""


_WAITED = "421 4.4.2 Waited too long for you"
SILENT = Ending("timeout", _WAITED)
SILENT_IN_DATA = Ending("timeout in DATA", _WAITED)
TOO_SLOW = Ending("too slow in DATA", "421 4.4.2 Sending too slowly")
DATA_TOO_LONG = Ending("too long in DATA", "421 4.4.2 One mail took too long")
SESSION_TOO_LONG = Ending("session too long", "421 4.4.2 The session took too long")
NO_HANDSHAKE = Ending("no TLS handshake")
DEAF = Ending("never reads")
LINGERING = Ending("lingering")


class _Stage(StrEnum):
    """What we wait for the client to do."""

    COMMAND = "command"
    DATA = "data"
    HANDSHAKE = "handshake"
    LEAVING = "leaving"


class Patience:
    """What is left of our patience with one client. `now` is when it connected."""

    __slots__ = (
        "_data_began",
        "_held_since",
        "_last_mail",
        "_octets",
        "_settings",
        "_since",
        "_stage",
        "_unread_since",
        "commands",
        "errors",
        "unknown_recipients",
        "unknown_verbs",
    )

    def __init__(self, settings: Smtp, now: float) -> None:
        self._settings = settings
        self._stage = _Stage.COMMAND
        self._since = now  # the last thing that the client did in this stage
        self._last_mail = now
        self._data_began = now
        self._octets = 0
        self._unread_since: float | None = None
        self._held_since: float | None = None
        self.commands = 0
        self.errors = 0
        self.unknown_verbs = 0
        self.unknown_recipients = 0

    # what is used up

    def exhausted(self) -> Ending | None:
        """Return the ending that the counts ask for: to be looked at after each command."""
        settings = self._settings  # after each command: no tuples, no strings unless there is one
        if self.commands >= settings.max_commands:
            return _too_many("commands")
        if self.unknown_verbs >= settings.max_unknown_verbs:
            return _too_many("unknown commands")
        if self.unknown_recipients >= settings.max_unknown_recipients:
            return _too_many("unknown recipients")
        return _too_many("errors") if self.errors >= settings.max_errors else None

    # what happens

    def command(self, now: float) -> None:
        """A whole command came. Less than one (an octet now and then) does not restart the clock."""
        self.commands += 1
        self._enter(_Stage.COMMAND, now)

    def data_began(self, now: float) -> None:
        """354 was answered."""
        self._enter(_Stage.DATA, now)
        self._data_began = now
        self._octets = 0

    def octets(self, count: int, now: float) -> None:
        """So much came in DATA."""
        if self._stage is _Stage.DATA:
            self._since = now
            self._octets += count

    def data_ended(self, now: float) -> None:
        """The end of DATA came: its clocks stop."""
        self._enter(_Stage.COMMAND, now)

    def mail_taken(self, now: float) -> None:
        """250 was answered: a busy relay may stay for as long as it brings mail."""
        self.commands = 0
        self._last_mail = now
        self._enter(_Stage.COMMAND, now)

    def handshake_began(self, now: float) -> None:
        """STARTTLS was answered."""
        self._enter(_Stage.HANDSHAKE, now)

    def handshake_ended(self, now: float) -> None:
        """The connection is encrypted."""
        self._enter(_Stage.COMMAND, now)

    def replies_unread(self, now: float) -> None:
        """The kernel takes no more of our replies, because the client does not read them."""
        if self._unread_since is None:
            self._unread_since = now

    def replies_read(self) -> None:
        """The kernel has all of our replies."""
        self._unread_since = None

    def hung_up(self, now: float) -> None:
        """We said our last reply."""
        self._enter(_Stage.LEAVING, now)

    def hold(self, now: float) -> None:
        """It is our turn (the disk): the client's clocks stand still."""
        if self._held_since is None:
            self._held_since = now

    def release(self, now: float) -> None:
        """It is the client's turn again."""
        if self._held_since is not None:
            ours = now - self._held_since
            self._held_since = None
            self._since += ours
            self._data_began += ours
            self._last_mail += ours

    def _enter(self, stage: _Stage, now: float) -> None:
        self.release(now)
        if self._stage is not _Stage.LEAVING:  # that is for good
            self._stage = stage
            self._since = now

    # whether it lasts

    def verdict(self, now: float, stressed: bool = False) -> Ending | None:
        """Return how the session is to end now, None when it may go on."""
        settings = self._settings
        if self._unread_since is not None and now - self._unread_since > settings.write_timeout_s:
            return DEAF
        if self._stage is _Stage.LEAVING:
            return LINGERING if now - self._since > settings.linger_s else None
        if self._held_since is not None:
            return None
        if self._stage is _Stage.HANDSHAKE:
            return NO_HANDSHAKE if now - self._since > settings.tls_timeout_s else None
        if self._stage is _Stage.DATA:
            return self._verdict_in_data(now, stressed)
        if now - self._last_mail > settings.max_session_s:
            return SESSION_TOO_LONG
        usual, short = settings.command_timeout_s, settings.command_timeout_in_stress_s
        return SILENT if now - self._since > (min(usual, short) if stressed else usual) else None

    def _verdict_in_data(self, now: float, stressed: bool) -> Ending | None:
        settings = self._settings
        usual, short = settings.data_timeout_s, settings.data_timeout_in_stress_s
        if now - self._since > (min(usual, short) if stressed else usual):
            return SILENT_IN_DATA
        took = now - self._data_began
        if took > settings.max_data_s:
            return DATA_TOO_LONG
        if took > settings.min_speed_after_s and self._octets < took * settings.min_bytes_per_s:
            return TOO_SLOW
        return None


def _too_many(what: str) -> Ending:
    return Ending(f"too many {what}", f"421 4.7.0 Too many {what}")
