"""Handshakes that fail, by the dozen: whoever made them leaves no place taken behind."""

import socket
import ssl
import struct
from pathlib import Path

import pytest

from tests._certificates import write_pair
from tests._door import Client, Door

PLACES = 3
TIMES = 12
NO_LINGER = struct.pack("ii", 1, 0)


@pytest.mark.parametrize("how", ["garbage", "silence", "reset", "old TLS", "half"])
def test_a_handshake_that_fails_frees_its_place(tmp_path: Path, how: str) -> None:
    few = {"INGESTD_SMTP__MAX_CONNECTIONS": str(PLACES), "INGESTD_SMTP__TLS_TIMEOUT_S": "0.3"}
    with Door(tmp_path, **write_pair(tmp_path).settings(), **few) as door:
        for _ in range(TIMES if how not in ("silence", "half") else PLACES + 1):
            with free_place(door) as client:
                assert client.say("STARTTLS").startswith("220")
                fail(client, how)
        with free_place(door) as client:
            assert client.say("STARTTLS").startswith("220")
            client.secure()
            assert client.say("NOOP").startswith("250")
        assert not door.events("door fault")
        assert door.end() == 0


@pytest.mark.parametrize(
    "octets", [b"EHLO c\r\n", b"PROXY x\r\n", b"\r\n\r\n\x00\r\nQUIT\n\x31\x11\x00\x00"]
)
def test_a_proxy_that_fails_frees_its_place(tmp_path: Path, octets: bytes) -> None:
    few = {
        "INGESTD_SMTP__MAX_CONNECTIONS": str(PLACES),
        "INGESTD_SMTP__PROXY_NETWORKS": '["127.0.0.0/8"]',
    }
    with Door(tmp_path, **few) as door:
        for _ in range(TIMES):
            with Client(door.port, greeted=False) as client:
                assert client.send(octets).everything() == b""
        with Client(door.port, greeted=False) as client:
            assert client.send(b"PROXY UNKNOWN\r\n").reply().startswith("220")
        assert not door.events("door fault")
        assert door.end() == 0


def free_place(door: Door) -> Client:
    """Connect as soon as there is a place again."""
    for _ in range(1_000):
        client = Client(door.port, greeted=False)
        if client.reply().startswith("220"):
            return client
        client.close()
    pytest.fail("no place was freed")


def fail(client: Client, how: str) -> None:
    """Shake hands as one must not."""
    if how == "garbage":
        assert b"250" not in client.send(b"NOOP\r\n" * 100).everything()
    elif how == "silence":
        assert client.everything() == b""
    elif how == "half":
        client.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").everything()
    elif how == "reset":
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_ciphers("AES128-SHA")  # no forward secrecy
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLError):
            context.wrap_socket(client.socket)
