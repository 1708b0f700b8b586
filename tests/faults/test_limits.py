"""The limits of the door, from outside: small ones, so that each is met at -1, 0 and +1."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests._certificates import write_pair
from tests._door import RECIPIENT, Client, Door, queued
from tests._instance import until

UNKNOWN = "be0403019261@in.example.com"
PUT_OFF = "450 4.7.1 Too many unknown recipients from your network, try again later"


class From(Client):
    """A client that comes from an address of its own (all of 127/8 is ours)."""

    def __init__(self, source: str, port: int) -> None:
        self.socket = socket.create_connection(
            ("127.0.0.1", port), timeout=30, source_address=(source, 0)
        )
        self._file = self.socket.makefile("rb")

    def mail(self) -> "From":
        """Go as far as MAIL."""
        assert self.reply().startswith("220 ")
        assert self.say("EHLO client.example").startswith("250")
        assert self.say("MAIL FROM:<a@sender.example>").startswith("250")
        return self


# how many


def test_connections_of_one_network(tmp_path: Path) -> None:
    with Door(
        tmp_path,
        INGESTD_SMTP__TRUSTED_NETWORKS="[]",
        INGESTD_SMTP__MAX_CONNECTIONS_PER_NETWORK="3",
        INGESTD_SMTP__MAX_NEW_CONNECTIONS_PER_MINUTE="5",
    ) as door:
        clients = [From("127.0.0.7", door.port) for _ in range(4)]
        said = [client.reply()[:9] for client in clients]
        assert said == ["220 mx.ex"] * 3 + ["421 4.7.0"]
        assert clients[3].line() == ""
        with From("127.0.0.8", door.port) as other:
            assert other.reply().startswith("220")
        for client in clients:
            client.close()
        until(lambda: len(door.events("disconnected")) == 4, "all to be gone")
        said = []
        for _ in range(3):
            with From("127.0.0.7", door.port) as one_more:
                said.append(one_more.reply()[:9])
                one_more.say("QUIT")
                assert one_more.line() == ""
        assert said == ["220 mx.ex"] * 2 + ["421 4.7.0"]
        until(lambda: len(door.events("connections refused")) == 2, "the refusals to be logged")
        refused = door.events("connections refused")
        assert [(one["count"], one["peer"]) for one in refused] == [(1, "127.0.0.7")] * 2
        assert len(door.events("connected")) == 6, "and no line for each"


def test_a_trusted_network_is_counted_only_in_total(tmp_path: Path) -> None:
    with Door(
        tmp_path,
        INGESTD_SMTP__TRUSTED_NETWORKS='["127.0.0.7/32"]',
        INGESTD_SMTP__MAX_CONNECTIONS_PER_NETWORK="1",
        INGESTD_SMTP__MAX_CONNECTIONS="3",
    ) as door:
        clients = [From("127.0.0.7", door.port) for _ in range(4)]
        assert [client.reply()[:9] for client in clients] == ["220 mx.ex"] * 3 + ["421 4.3.2"]
        for client in clients:
            client.close()


def test_commands_of_one_session(tmp_path: Path) -> None:
    limits = {"INGESTD_SMTP__MAX_COMMANDS": "5", "INGESTD_SMTP__MAX_ERRORS": "2"}
    with Door(tmp_path, **limits) as door:
        with door.client() as client:
            assert [client.say("NOOP")[:3] for _ in range(5)] == ["250"] * 5
            assert client.line() == "421 4.7.0 Too many commands"
            assert client.line() == ""
        with door.client() as client:
            assert [client.say("MAIL")[:3] for _ in range(2)] == ["503"] * 2
            assert client.line() == "421 4.7.0 Too many errors"
        with door.client() as client:
            for _ in range(3):
                queued(client.begin().send(b"x\r\n.\r\n").reply())


def test_unknown_recipients_of_one_network(tmp_path: Path) -> None:
    with Door(
        tmp_path,
        INGESTD_SMTP__TRUSTED_NETWORKS="[]",
        INGESTD_SMTP__UNKNOWN_RECIPIENTS_PER_HOUR="3",
        INGESTD_SMTP__UNKNOWN_RECIPIENTS_PER_HOUR_ALARM="4",
        INGESTD_SMTP__MAX_UNKNOWN_RECIPIENTS="9",
    ) as door:
        with From("127.0.0.7", door.port).mail() as client:
            replies = [client.say(f"RCPT TO:<{UNKNOWN}>")[:9] for _ in range(2)]
            assert client.say(f"RCPT TO:<{RECIPIENT}>").startswith("250")
            replies += [client.say(f"RCPT TO:<{UNKNOWN}>")[:9]]
            assert replies == ["550 5.1.1"] * 3
            assert client.say(f"RCPT TO:<{UNKNOWN}>") == PUT_OFF
            assert client.say(f"RCPT TO:<{RECIPIENT}>") == PUT_OFF
            assert client.say("RCPT TO:<postmaster>") == PUT_OFF
        with From("127.0.0.7", door.port).mail() as again:
            assert again.say(f"RCPT TO:<{RECIPIENT}>") == PUT_OFF
        with From("127.0.0.8", door.port).mail() as other:
            assert other.say(f"RCPT TO:<{UNKNOWN}>").startswith("550 5.1.1")
            assert other.say(f"RCPT TO:<{RECIPIENT}>").startswith("250")
        told = [(one["network"], one["per_hour"]) for one in door.events("recipients probed")]
        assert told == [("127.0.0.7", 3), ("all", 4)]


def test_stress_shortens_our_patience(tmp_path: Path) -> None:
    with (
        Door(
            tmp_path,
            INGESTD_SMTP__MAX_CONNECTIONS="10",
            INGESTD_SMTP__COMMAND_TIMEOUT_IN_STRESS_S="0.5",
            INGESTD_SMTP__DATA_TIMEOUT_IN_STRESS_S="0.5",
        ) as door,
        contextlib.ExitStack() as stack,
    ):
        idle = [stack.enter_context(door.client()) for _ in range(7)]
        busy = stack.enter_context(door.client()).begin()
        time.sleep(2)
        assert idle[0].say("NOOP").startswith("250"), "eight of ten are no stress yet"
        stack.enter_context(door.client())
        assert busy.send(b"x").reply().startswith("421 4.4.2")
        assert idle[0].reply().startswith("421 4.4.2")


# how long


def drip(client: Client, octets: bytes, pause_s: float = 0.1) -> str:
    """Send a little now and then until the door has said something; return it."""
    client.socket.settimeout(pause_s)
    said = b""
    deadline = time.monotonic() + 30
    while not said.endswith(b"\n") and time.monotonic() < deadline:
        try:
            more = client.socket.recv(4_096)
        except TimeoutError:
            more = None
        except ConnectionError:
            break
        if more == b"":
            break
        said += more or b""
        with contextlib.suppress(ConnectionError):
            client.send(octets)
    return said.decode()


def silent(client: Client) -> str:
    return client.reply()


def slow_command(client: Client) -> str:
    return drip(client, b"N")


def silent_in_data(client: Client) -> str:
    return client.begin().send(b"x" * 100_000).reply()


def slow_in_data(client: Client) -> str:
    return drip(client.begin(), b"x")


def long_in_data(client: Client) -> str:
    return drip(client.begin(), b"x" * 1_000)


def long_session(client: Client) -> str:
    deadline = time.monotonic() + 30
    while (reply := client.say("NOOP")).startswith("250") and time.monotonic() < deadline:
        time.sleep(0.2)
    return reply


SLOW: list[tuple[Callable[[Client], str], str, str]] = [
    (silent, "421 4.4.2 Waited too long for you", "timeout"),
    (slow_command, "421 4.4.2 Waited too long for you", "timeout"),
    (silent_in_data, "421 4.4.2 Waited too long for you", "timeout in DATA"),
    (slow_in_data, "421 4.4.2 Sending too slowly", "too slow in DATA"),
    (long_in_data, "421 4.4.2 One mail took too long", "too long in DATA"),
    (long_session, "421 4.4.2 The session took too long", "session too long"),
]


def test_whoever_is_too_slow_is_told_so_and_released(tmp_path: Path) -> None:
    with Door(
        tmp_path,
        INGESTD_SMTP__COMMAND_TIMEOUT_S="1",
        INGESTD_SMTP__DATA_TIMEOUT_S="1.5",
        INGESTD_SMTP__MIN_SPEED_AFTER_S="1",
        INGESTD_SMTP__MAX_DATA_S="2.5",
        INGESTD_SMTP__MAX_SESSION_S="3",
    ) as door:

        def suffer(what: Callable[[Client], str]) -> str:
            with door.client() as client:
                return what(client).strip()

        with ThreadPoolExecutor(len(SLOW)) as threads:
            said = list(threads.map(suffer, [what for what, _, _ in SLOW]))
        assert said == [reply for _, reply, _ in SLOW]
        until(lambda: len(door.events("disconnected")) == len(SLOW), "all to be released", 20)
        ended = sorted(one["why"] for one in door.events("disconnected"))
        assert ended == sorted(why for _, _, why in SLOW)
        with door.client() as honest:
            queued(honest.begin().send(b"x\r\n.\r\n").reply())


def test_a_handshake_that_does_not_come_about_is_cut_off(tmp_path: Path) -> None:
    certificate = write_pair(tmp_path).settings()
    with (
        Door(tmp_path, INGESTD_SMTP__TLS_TIMEOUT_S="1", **certificate) as door,
        door.client() as mute,
        door.client() as slow,
    ):
        for client in (mute, slow):
            assert client.say("EHLO client.example").startswith("250")
            assert client.say("STARTTLS").startswith("220")
        assert drip(slow, b"\x16") == "", "nothing can be said in clear any more"
        assert mute.line() == ""
        until(lambda: len(door.events("disconnected")) == 2, "both to be released", 20)


def make_deaf(client: Client) -> None:
    """Ask for more than the kernels of both sides can hold, and read nothing of it, until reset."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    client.socket.settimeout(0.2)
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            client.socket.send(b"EHLO client.example\r\n" * 4_000)
        except TimeoutError:
            continue
        except ConnectionError:
            return


def test_a_client_that_never_reads_is_aborted(tmp_path: Path) -> None:
    with Door(
        tmp_path, INGESTD_SMTP__WRITE_TIMEOUT_S="1", INGESTD_SMTP__MAX_COMMANDS="1000000"
    ) as door:
        deaf = [door.client() for _ in range(8)]
        threads = [threading.Thread(target=make_deaf, args=(client,)) for client in deaf]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        until(lambda: len(door.events("disconnected")) == 8, "the deaf to be gone", 20)
        assert {one["why"] for one in door.events("disconnected")} == {"never reads"}
        for client in deaf:
            client.close()
        assert door.memory_kb() < 100_000
        with door.client() as honest:
            queued(honest.begin().send(b"x\r\n.\r\n").reply())


@pytest.mark.parametrize("reads", [True, False])
def test_a_client_that_does_not_hang_up_is_cut_off(tmp_path: Path, reads: bool) -> None:
    with Door(tmp_path, INGESTD_SMTP__LINGER_S="1") as door, door.client() as client:
        client.send(b"A\r\nB\r\nC\r\n")
        if reads:
            assert [client.reply()[:3] for _ in range(4)] == ["500"] * 3 + ["421"]
        until(lambda: door.events("disconnected"), "the connection to end", 20)


def test_clients_that_reset_at_once_leave_nothing(tmp_path: Path) -> None:
    with Door(tmp_path) as door:
        assert door.process
        descriptors = Path(f"/proc/{door.process.pid}/fd")
        before = len(list(descriptors.iterdir()))
        for _ in range(200):
            client = socket.create_connection(("127.0.0.1", door.port))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        with door.client() as honest:
            queued(honest.begin().send(b"x\r\n.\r\n").reply())
        until(lambda: len(list(descriptors.iterdir())) <= before + 4, "the sockets to be closed")
