"""The PROXY protocol, from a proxy that may be wrong or hostile, in pieces of any size."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ingestd.sources._proxy import NotProxied, Proxied, expects_header, read

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
V4 = ipaddress.ip_address("192.0.2.7").packed + ipaddress.ip_address("10.0.0.1").packed
V6 = ipaddress.ip_address("2001:db8::7").packed + ipaddress.ip_address("2001:db8::1").packed
PORTS = struct.pack("!HH", 50_000, 25)
TLV = b"\x04\x00\x02xx" + b"\x20\x00\x05\x01\x00\x00\x00\x00"


def v2(body: bytes, command: int = 0x21, family: int = 0x11, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return SIGNATURE + struct.pack("!BBH", command, family, size) + body


GOOD = {
    "v1 TCP4": (b"PROXY TCP4 192.0.2.7 10.0.0.1 50000 25\r\n", "192.0.2.7"),
    "v1 TCP6": (b"PROXY TCP6 2001:DB8::7 2001:db8::1 50000 25\r\n", "2001:db8::7"),
    "v1 TCP6 mapped": (b"PROXY TCP6 ::ffff:192.0.2.7 ::1 50000 25\r\n", "192.0.2.7"),
    "v1 unknown": (b"PROXY UNKNOWN\r\n", ""),
    "v1 unknown with more": (b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", ""),
    "v2 TCP4": (v2(V4 + PORTS), "192.0.2.7"),
    "v2 TCP4 with TLV": (v2(V4 + PORTS + TLV), "192.0.2.7"),
    "v2 TCP6": (v2(V6 + PORTS, family=0x21), "2001:db8::7"),
    "v2 TLV that lie": (v2(V4 + PORTS + b"\x01\xff\xff"), "192.0.2.7"),
    "v2 local": (v2(b"", command=0x20, family=0x00), ""),
    "v2 local with addresses": (v2(V4 + PORTS, command=0x20), ""),
    "v2 unspecified": (v2(b"", family=0x00), ""),
}
BAD = {
    "SMTP": b"EHLO client.example\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01",
    "lower case": b"proxy TCP4 192.0.2.7 10.0.0.1 50000 25\r\n",
    "v1 no address": b"PROXY TCP4\r\n",
    "v1 nothing": b"PROXY \r\n",
    "v1 two spaces": b"PROXY  TCP4 192.0.2.7 10.0.0.1 50000 25\r\n",
    "v1 bare LF": b"PROXY TCP4 192.0.2.7 10.0.0.1 50000 25\n" + b"x" * 80,
    "v1 other family": b"PROXY TCP5 192.0.2.7 10.0.0.1 50000 25\r\n",
    "v1 almost TCP4": b"PROXY TCPx4 192.0.2.7 10.0.0.1 50000 25\r\n",
    "v1 UDP": b"PROXY UDP4 192.0.2.7 10.0.0.1 50000 25\r\n",
    "v1 families mixed": b"PROXY TCP4 2001:db8::7 10.0.0.1 50000 25\r\n",
    "v1 leading zeros": b"PROXY TCP4 192.0.02.7 10.0.0.1 50000 25\r\n",
    "v1 host name": b"PROXY TCP4 localhost 10.0.0.1 50000 25\r\n",
    "v1 zone": b"PROXY TCP6 fe80::1%eth0 ::1 50000 25\r\n",
    "v1 port too large": b"PROXY TCP4 192.0.2.7 10.0.0.1 65536 25\r\n",
    "v1 port with letters": b"PROXY TCP4 192.0.2.7 10.0.0.1 25x 25\r\n",
    "v1 port below 0": b"PROXY TCP4 192.0.2.7 10.0.0.1 -1 25\r\n",
    "v1 something behind": b"PROXY TCP4 192.0.2.7 10.0.0.1 50000 25 x\r\n",
    "v1 NUL": b"PROXY TCP4 192.0.2.7\x00 10.0.0.1 50000 25\r\n",
    "v1 endless": b"PROXY UNKNOWN " + b"x" * 200,
    "v1 too long": b"PROXY UNKNOWN " + b"x" * 100 + b"\r\n",
    "v2 version 1": v2(V4 + PORTS, command=0x11),
    "v2 version 3": v2(V4 + PORTS, command=0x31),
    "v2 command 2": v2(V4 + PORTS, command=0x22),
    "v2 family 4": v2(V4 + PORTS, family=0x41),
    "v2 datagrams": v2(V4 + PORTS, family=0x12),
    "v2 UNIX": v2(b"\0" * 216, family=0x31),
    "v2 addresses cut": v2(V4),
    "v2 TCP6 with the addresses of TCP4": v2(V4 + PORTS, family=0x21),
    "v2 endless": v2(b"", length=65_535),
    "v2 signature that is almost one": SIGNATURE[:11] + b"\x00" * 20,
}


@pytest.mark.parametrize("name", GOOD)
def test_a_header_in_pieces(name: str) -> None:
    header, peer = GOOD[name]
    for size in range(len(header)):
        assert read(header[:size]) is None
    for rest in (b"", b"EHLO client.example\r\n", header):
        assert read(header + rest) == Proxied(peer, len(header))


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_header(name: str) -> None:
    with pytest.raises(NotProxied):
        read(BAD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_header_is_known_as_none_however_it_comes(name: str) -> None:
    octets = BAD[name]
    for size in range(len(octets) + 1):
        try:
            assert read(octets[:size]) is None, f"taken for one after {size} octets"
        except NotProxied:
            return
    pytest.fail("it waits for more of it for ever")


@given(some.binary(max_size=300), some.sampled_from([b"", b"PROXY ", b"PROXY TCP4 ", SIGNATURE]))
def test_any_octets_are_a_header_need_more_or_are_refused(octets: bytes, before: bytes) -> None:
    try:
        found = read(before + octets)
    except NotProxied:
        return
    assert found is None or 0 < found.consumed <= len(before + octets)
    assert found is not None or len(before + octets) < 16 + 2048


def test_only_listed_networks_are_believed() -> None:
    networks = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "2001:db8::/32")]
    assert expects_header("10.1.2.3", networks)
    assert expects_header("::ffff:10.1.2.3", networks)
    assert expects_header("2001:db8::9", networks)
    for stranger in ("192.0.2.1", "::1", "2001:db9::1", "", "unknown"):
        assert not expects_header(stranger, networks)
    assert not expects_header("10.1.2.3", [])
