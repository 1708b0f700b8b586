"""Who may connect and how often, and who asks for too many recipients that we do not have.

Without I/O; the clock is injected and must be the same for all door processes of the machine
(CLOCK_MONOTONIC is). What is counted is on a board that they share: see `_board`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ingestd import journal, metrics
from ingestd.config import Smtp
from ingestd.sources._board import Board

_TOO_MANY = "421 4.3.2 Too many connections, try again later"
_TOO_MANY_OF_ONE = "421 4.7.0 Too many connections from your network, try again later"
_TOO_FAST = "421 4.7.0 Too many new connections from your network, try again later"
PUT_OFF = "450 4.7.1 Too many unknown recipients from your network, try again later"
"""What a network that harvests is told about each recipient, known or not."""

_EVERYBODY = b"everybody"

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Alarm:
    """Recipients that we do not have were asked for too often: by one network, or ("") by all."""

    network: str
    per_hour: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """So many connections were refused since this was last told; the last one, and its reply."""

    count: int
    peer: str
    reply: str


def tell(refusals: Refusals) -> None:
    """Tell the operators: once a second, for a flood of clients is not to be one of lines."""
    journal.connections_refused(refusals.count, refusals.peer, refusals.reply)
    metrics.connections_refused(refusals.reply, refusals.count)


def sound(alarm: Alarm) -> None:
    """Tell the operators."""
    journal.recipients_probed(alarm.network, alarm.per_hour)
    metrics.recipients_probed("one" if alarm.network else "all")


class Crowd:
    """All connections of this door, those of its other processes included in every count.

    `column` is this process's place on the board. `clock` returns seconds, monotonic; `alarm` is
    told once when a network, or all together, begin to ask too often; `told` hears in each second
    in which connections were refused.
    """

    def __init__(
        self,
        settings: Smtp,
        board: Board,
        column: int,
        clock: Callable[[], float],
        alarm: Callable[[Alarm], None] = sound,
        told: Callable[[Refusals], None] = tell,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._alarm = alarm
        self._told = told
        self._refusals: dict[str, Refusals] = {}  # by reply
        self._trusted = _Networks(settings.trusted_networks)
        self._counts = board.take_column(column, settings)
        self._stressed = False
        self._alarmed = False

    @property
    def stressed(self) -> bool:
        """Whether so many connections are in use that clients are given less time."""
        return self._stressed

    def admit(self, peer: str) -> str | None:
        """Take a connection in and return None; or return the reply that refuses it, which is then
        counted nowhere: a client that hammers is still served its share."""
        reply = self._admit(peer)
        if reply is not None:
            before = self._refusals.get(reply)
            self._refusals[reply] = Refusals(before.count + 1 if before else 1, peer, reply)
        return reply

    def _admit(self, peer: str) -> str | None:
        now = self._clock()
        settings = self._settings
        if self._counts.all_open() >= settings.max_connections:
            return _TOO_MANY
        address = _address(peer)
        if not self._trusted.hold(address):
            network = _network(address)
            if self._counts.opened.count(network, now) >= settings.max_connections_per_network:
                return _TOO_MANY_OF_ONE
            if self._counts.begun.count(network, now) >= settings.max_new_connections_per_minute:
                return _TOO_FAST
            self._counts.opened.add(network, now)
            self._counts.begun.add(network, now)
        self._counts.open_more(1)
        self._weigh()
        return None

    def leave(self, peer: str) -> None:
        """A connection that was admitted has ended."""
        address = _address(peer)
        if not self._trusted.hold(address):
            self._counts.opened.add(_network(address), self._clock(), -1)
        self._counts.open_more(-1)
        self._weigh()

    def unknown_recipient(self, peer: str) -> bool:
        """Count a recipient that we do not have; return whether it is one too many of this network,
        to be answered as `harvests` says."""
        address = _address(peer)
        if self._trusted.hold(address):
            return False
        now = self._clock()
        network = _network(address)
        most = self._settings.unknown_recipients_per_hour
        self._counts.unknown.add(network, now)
        self._counts.unknown_in_all.add(_EVERYBODY, now)
        asked = self._counts.unknown.count(network, now)
        if asked == most:
            self._alarm(Alarm(_shown(address), most))
        self._look_at_all(now)
        return asked > most

    def harvests(self, peer: str) -> bool:
        """Return whether this network has asked as often as it may: from then on each of its recipients,
        known or not, gets one and the same 4xx. To be asked before the recipient is looked up."""
        address = _address(peer)
        if self._trusted.hold(address):
            return False
        asked = self._counts.unknown.count(_network(address), self._clock())
        return asked >= self._settings.unknown_recipients_per_hour

    def forget_old(self) -> None:
        """To be called each second: other processes may have gained or lost connections. What is too
        old needs no sweeping; it does not count."""
        self._weigh()
        self._look_at_all(self._clock())
        for refusals in self._refusals.values():
            self._told(refusals)
        self._refusals.clear()

    def _weigh(self) -> None:
        used = 100 * self._counts.all_open()
        if used > self._settings.max_connections * self._settings.stress_above_percent:
            self._stressed = True
        elif used < self._settings.max_connections * self._settings.stress_below_percent:
            self._stressed = False

    def _look_at_all(self, now: float) -> None:
        most = self._settings.unknown_recipients_per_hour_alarm
        too_many = self._counts.unknown_in_all.count(_EVERYBODY, now) >= most
        if too_many and not self._alarmed:
            self._alarm(Alarm("", most))
        self._alarmed = too_many


class _Networks:
    """Networks to be looked up; most often two."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ip_network(network) for network in networks]

    def hold(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


@lru_cache(maxsize=4096)  # asked three times a connection, and for each recipient
def _address(peer: str) -> Address | None:
    """Read an address, None for what is none; an IPv4 client of an IPv6 socket is an IPv4 client."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(address: Address | None) -> bytes:
    """Return what is counted as one: an IPv4 address, an IPv6 /64 (one customer's, RFC 6177), or all
    that have no address together."""
    return address.packed[:8] if address else b""


def _shown(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 64 << 64, 64)))
    return str(address or "unknown")
