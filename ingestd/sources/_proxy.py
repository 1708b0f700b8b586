"""The PROXY protocol, versions 1 and 2: who the client of a listed proxy really is.

Without I/O: `read` is called with all octets that came so far until it tells. aiosmtpd reads the
header; it is asked only once the header is whole, so that its coroutine never waits. Held to be wrong
here, because aiosmtpd takes it: families other than TCP, what is no `TCP4` or `TCP6` (`TCPx4`), and
the addresses of a LOCAL connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiosmtpd.proxy_protocol import ProxyData

_V2_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
_LONGEST_V1 = 107  # the specification, section 2.1
_LONGEST_V2 = 16 + 2_048  # addresses take 36 octets; the rest is TLV, which is not used here
_V1_FAMILIES = (b"TCP4", b"TCP6", b"UNKNOWN")

Network = IPv4Network | IPv6Network


class NotProxied(Exception):  # noqa: N818 - the proxy's mistake
    """A listed proxy did not say who its client is: close without a word, nothing may be guessed."""


@dataclass(frozen=True, slots=True)
class Proxied:
    """A whole header. `peer` is the client's address, "" where the proxy speaks for itself (a health
    check) or does not know; `consumed` octets were the header, SMTP begins behind them."""

    peer: str
    consumed: int


def expects_header(peer: str, networks: Sequence[Network]) -> bool:
    """Tell whether a connection from `peer` must begin with a PROXY header. From anywhere else one is
    a garbage command like any other."""
    if not networks:
        return False
    try:
        address = _plain(ip_address(peer))
    except ValueError:
        return False
    return any(address in network for network in networks)


def read(buffer: bytes) -> Proxied | None:
    """Read a header at the beginning of `buffer`: None when octets are missing. Raises `NotProxied`.

    Looks at no more than 2 kB; call it again with all that came so far.
    """
    from aiosmtpd.proxy_protocol import AF, PROTO, V2_CMD  # noqa: PLC0415 - see `_parse`

    size = _size(buffer)
    if size is None:
        return None
    found = _parse(buffer[:size])
    if not found.valid:
        raise NotProxied(found.error)
    if found.version == 1 and buffer[:size].split(b" ")[1].strip() not in _V1_FAMILIES:
        raise NotProxied("not TCP4, TCP6 or UNKNOWN")
    if found.command == V2_CMD.LOCAL or AF.UNSPEC in (found.family, found.protocol):
        return Proxied("", size)
    if found.protocol != PROTO.STREAM or not isinstance(found.src_addr, IPv4Address | IPv6Address):
        raise NotProxied("not a TCP connection")
    return Proxied(str(_plain(found.src_addr)), size)


def _size(buffer: bytes) -> int | None:
    """Return the length of the header once it is here as a whole. Raises `NotProxied`."""
    if _V2_SIGNATURE.startswith(buffer[:12]):
        if len(buffer) < 16:
            return None
        size = 16 + int.from_bytes(buffer[14:16], "big")
        if size > _LONGEST_V2:
            raise NotProxied("the header is too long")
        return size if len(buffer) >= size else None
    if not b"PROXY ".startswith(buffer[:6]):
        raise NotProxied("no header")
    end = buffer.find(b"\r\n", 0, _LONGEST_V1)
    if end < 0 and len(buffer) >= _LONGEST_V1:
        raise NotProxied("the header is too long")
    return end + 2 if end >= 0 else None


def _parse(header: bytes) -> "ProxyData":
    """Let aiosmtpd read a whole header. It is imported here: most doors have no proxy before them, and
    need not carry it."""
    from aiosmtpd.proxy_protocol import ProxyData, get_proxy  # noqa: PLC0415 - see above

    reading = get_proxy(_Whole(header))
    try:
        reading.send(None)
    except StopIteration as done:
        found = done.value
        assert isinstance(found, ProxyData)
        return found
    reading.close()
    raise NotProxied("the header is cut short")


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


class _Whole:
    """What aiosmtpd calls a reader, over octets that are all here."""

    def __init__(self, octets: bytes) -> None:
        self._left = octets

    async def read(self, n: int = -1) -> bytes:
        size = len(self._left) if n < 0 else n
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    async def readexactly(self, n: int) -> bytes:
        return await self.read(n)

    async def readuntil(self, separator: bytes = b"\n") -> bytes:
        return await self.read(self._left.find(separator) + len(separator))
