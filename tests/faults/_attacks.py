"""What attackers do to a door, each as one function that lives as long as one connection (or a handful
of them) does. `attackers` runs them; they know nothing but an address and when to stop."""

import contextlib
import random
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests._door import OTHER_RECIPIENT, RECIPIENT

MIB = 1 << 20
_HELD = 40  # connections that one slow or deaf attacker holds at the same time
_OPENING = b"EHLO attacker.example\r\nMAIL FROM:<a@attacker.example>\r\n"
_KNOWN = b"RCPT TO:<%s>\r\n" % RECIPIENT.encode()
_OTHER = b"RCPT TO:<%s>\r\n" % OTHER_RECIPIENT.encode()
_INTO_DATA = _OPENING + _KNOWN + b"DATA\r\n"
_TLS_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)


@dataclass(frozen=True, slots=True)
class Target:
    """A door to attack until `ends_at` (time.monotonic), from `source` (an address in 127/8)."""

    port: int
    source: str
    ends_at: float

    def over(self) -> bool:
        """Whether it is time to stop."""
        return time.monotonic() >= self.ends_at

    def connect(self, receive_buffer: int = 0) -> socket.socket:
        """Connect; raises OSError."""
        made = socket.socket()
        if receive_buffer:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        made.settimeout(3)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            made.bind((self.source, 0))
            made.connect(("127.0.0.1", self.port))
        except OSError:
            made.close()
            raise
        return made


def drain(connection: socket.socket) -> bool:
    """Read away what has come; False when the door has closed."""
    while select.select([connection], [], [], 0)[0]:
        if not connection.recv(MIB):
            return False
    return True


def into_data(target: Target) -> socket.socket:
    """Connect and wait for 354. Raises OSError when the door will not have it."""
    made = target.connect()
    try:
        made.sendall(_INTO_DATA)
        said = b""
        while b"\r\n354 " not in said:
            more = made.recv(4_096)
            if not more:
                raise ConnectionAbortedError(said)
            said += more
    except OSError:
        made.close()
        raise
    return made


def repeat(target: Target, flood: bytes, opening: bytes = b"", *, data: bool = False) -> None:
    """Send the same again and again, reading whatever is answered, until cut off."""
    with into_data(target) if data else target.connect() as connection:
        connection.sendall(opening)
        while not target.over():
            connection.sendall(flood)
            if not drain(connection):
                return


def endless_line(target: Target) -> None:
    repeat(target, b"A" * MIB, data=True)


def tiny_lines(target: Target) -> None:
    repeat(target, b"\r\n" * (MIB // 2), data=True)


def stuffed_lines(target: Target) -> None:
    repeat(target, b".\r.\n..\r\n" * (MIB // 8), data=True)


def commands(target: Target) -> None:
    repeat(target, b"NOOP\r\n" * 5_000)


def greetings(target: Target) -> None:
    repeat(target, b"EHLO attacker.example\r\n" * 2_000)


def recipients(target: Target) -> None:
    repeat(target, (_KNOWN + _OTHER) * 2_000, _OPENING)


def harvest(target: Target) -> None:
    numbers = (random.randrange(10**9) for _ in range(500))
    repeat(target, b"".join(b"RCPT TO:<fr%011d@in.example.com>\r\n" % n for n in numbers), _OPENING)


def unknown_verbs(target: Target) -> None:
    repeat(target, b"HELLO there\r\n" * 2_000)


def empty_lines(target: Target) -> None:
    repeat(target, b"\r\n" * 50_000)


def garbage(target: Target) -> None:
    repeat(target, random.randbytes(100_000) + b"\r\n")


def long_commands(target: Target) -> None:
    repeat(target, b"NOOP " + b"x" * 200_000 + b"\r\n")


def endless_command(target: Target) -> None:
    repeat(target, b"x" * MIB)


def long_addresses(target: Target) -> None:
    forms = (
        b"MAIL FROM:<" + b"a" * 1_900 + b"@b.example>\r\n",
        b'MAIL FROM:<"' + b"\\a" * 900 + b'"@b.example>\r\n',
        b"MAIL FROM:<" + b'"' * 1_900 + b">\r\n",
        b"MAIL FROM:<a@" + b"a." * 900 + b"b>\r\n",
        b"MAIL FROM:<a@" + b"a-" * 900 + b">\r\n",
        b"MAIL FROM:<a@b.example>" + b" A=B" * 480 + b"\r\n",
        b"RCPT TO:<" + b"@a,@b:" * 300 + b"a@b>\r\n",
    )
    repeat(target, b"".join(forms) * 100, b"EHLO attacker.example\r\n")


def http(target: Target) -> None:
    with target.connect() as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n" + _INTO_DATA
        )
        while connection.recv(4_096):
            pass


def bdat(target: Target) -> None:
    lies = (
        b"BDAT 2147483647\r\n" + b"x" * 1_000,
        b"BDAT 99999999999999999999 LAST\r\n",
        b"BDAT 5 LAST\r\nNOOP\r\nBDAT -1\r\nBDAT x LAST\r\nBDAT 1 FIRST\r\n",
        b"BDAT 1\r\nx" * 5_000,
    )
    repeat(target, random.choice(lies) * 10, _OPENING + _KNOWN)


def bursts(target: Target) -> None:
    """Whole sessions of fifty small mails, all in one write: they are taken, and cost what mail costs."""
    mail = b"MAIL FROM:<a@attacker.example>\r\n" + _KNOWN + b"DATA\r\nSubject: x\r\n\r\nx\r\n.\r\n"
    repeat(target, mail * 50, b"EHLO attacker.example\r\n")


def data_at_full_speed(target: Target) -> None:
    """Mails of 34 MB, one after the other, that are never ended but abandoned."""
    with into_data(target) as connection:
        for _ in range(34):
            if target.over():
                return
            connection.sendall((b"x" * 1_022 + b"\r\n") * 1_024)


def large_mails(target: Target) -> None:
    """Mails of 8 MB that are ended, and so are taken."""
    with into_data(target) as connection:
        connection.sendall((b"x" * 1_022 + b"\r\n") * 8_192 + b".\r\n")
        connection.settimeout(30)
        connection.recv(4_096)


def flood_of_connections(target: Target) -> None:
    """As many as can be had; none is given back."""
    held = []
    with contextlib.ExitStack() as stack:
        while not target.over():
            with contextlib.suppress(OSError):
                held.append(stack.enter_context(target.connect()))
            if len(held) >= 300:
                time.sleep(0.01)


def churn(target: Target) -> None:
    """Connect and reset, or close a half, at once."""
    with target.connect() as connection:
        if random.random() < 0.5:
            reset = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        else:
            connection.shutdown(socket.SHUT_WR)
            connection.recv(4_096)


def _hold(target: Target, opening: bytes, drop: bytes, *, data: bool = False) -> None:
    """Hold connections and send an octet to each now and then; take new ones for those cut off."""
    held: list[socket.socket] = []
    with contextlib.ExitStack() as stack:
        while not target.over():
            with contextlib.suppress(OSError):
                if len(held) < _HELD:
                    made = stack.enter_context(into_data(target) if data else target.connect())
                    made.sendall(opening)
                    held.append(made)
                    continue
            for connection in list(held):
                try:
                    connection.sendall(drop)
                    alive = drain(connection)
                except OSError:
                    alive = False
                if not alive:
                    held.remove(connection)
                    connection.close()
            time.sleep(0.05)


def slow_command(target: Target) -> None:
    _hold(target, b"EHLO attacker.example\r\n", b"N")


def slow_data(target: Target) -> None:
    _hold(target, b"", b"x", data=True)


def slow_handshake(target: Target) -> None:
    _hold(target, b"EHLO attacker.example\r\nSTARTTLS\r\n" + _TLS_HELLO[:9], b"\x00")


def deaf(target: Target) -> None:
    """Hold connections that ask much and read nothing."""
    held: list[socket.socket] = []
    with contextlib.ExitStack() as stack:
        while not target.over():
            with contextlib.suppress(OSError):
                if len(held) < _HELD:
                    made = stack.enter_context(target.connect(receive_buffer=2_048))
                    made.setblocking(False)
                    held.append(made)
            for connection in list(held):
                try:
                    connection.send(b"EHLO attacker.example\r\n" * 400)
                except BlockingIOError:
                    continue
                except OSError:
                    held.remove(connection)
                    connection.close()
            time.sleep(0.01)


FLOODS: dict[str, Callable[[Target], None]] = {
    "connections": flood_of_connections,
    "churn": churn,
}
"""What the limits on connections are for: tried with them in force for everybody."""

ATTACKS: dict[str, Callable[[Target], None]] = {
    "endless line": endless_line,
    "tiny lines": tiny_lines,
    "dots and bare ends": stuffed_lines,
    "commands": commands,
    "EHLO": greetings,
    "RCPT": recipients,
    "harvest": harvest,
    "unknown verbs": unknown_verbs,
    "empty lines": empty_lines,
    "garbage": garbage,
    "long commands": long_commands,
    "endless command": endless_command,
    "long addresses": long_addresses,
    "HTTP": http,
    "BDAT": bdat,
    "bursts of mails": bursts,
    "DATA, abandoned": data_at_full_speed,
    "DATA, 8 MB mails": large_mails,
    "slow command": slow_command,
    "slow DATA": slow_data,
    "slow handshake": slow_handshake,
    "deaf": deaf,
    **FLOODS,
}
"""Name of an attack to one attacker's doing, for as long as one connection lasts."""
