"""The wire to clamd: a socket for each question, one deadline for all of it, a bounded answer.

The stock client of the `clamd` package is subclassed for what it is good at, the paths, the errors
and the parser of answers. Its socket is an attribute that threads share, its `send` may write less
than it is given, and its deadline begins anew with each piece: none of that is used.
"""

import fcntl
import os
import select
import socket
import struct
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import clamd

from ingestd.model import Unavailable

CHUNK_BYTES = 256 * 1024
"""One chunk of INSTREAM. The stock client's are 1 kB and cost a quarter more on large files."""

MOST_BYTES = 4096
"""Longest answer that is read; a real one has a line."""

_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class Half(Enum):
    """Whether clamd had all of the content when it answered."""

    SENT = "all of it"
    UNSENT = "not all of it"


class NoVerdict(Unavailable):
    """ClamAV is away, slow, reloading, says an error or what makes no sense, or is configured to pass
    what it could not scan: nothing can be told of any content."""


def package_verdict(line: str) -> tuple[str, str | None, str]:
    """Return (name, signature, status) of a line, as the package reads it. Raises clamd.ResponseError."""
    name, signature, status = clamd.ClamdUnixSocket()._parse_response(line)
    return name, signature, status


class Clamd(clamd.ClamdUnixSocket):  # type: ignore[misc] # the package has no types
    """One question to clamd. `timeout` seconds are for the whole of it. Each method returns the whole
    answer, and whether clamd had all content by then; raises NoVerdict when there is none."""

    def scan_descriptor(self, content: bytes) -> tuple[bytes, Half]:
        """Hand over a file in memory that nobody can change any more (FILDES)."""
        with self._errors(), _file() as file:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(file, rest) :]
            return self._send_file(file)

    def scan_hole(self, size_bytes: int) -> tuple[bytes, Half]:
        """Hand over a file of zeros that are nowhere."""
        with self._errors(), _file() as file:
            os.ftruncate(file, size_bytes)
            return self._send_file(file)

    def scan_stream(self, content: bytes) -> tuple[bytes, Half]:
        """Send the content in chunks (INSTREAM); a clamd that answers before the end had not all."""
        with self._errors(), self._connected() as line:
            half = Half.SENT
            try:
                for piece in _chunks(content):
                    if line.has_answer():
                        half = Half.UNSENT
                        break
                    line.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                half = Half.UNSENT  # it has answered, and says why
            return line.answer(), half

    def announce(self, size_bytes: int) -> bytes:
        """Announce a chunk of that size and wait what clamd says to that."""
        with self._errors(), self._connected() as line:
            line.send(b"nINSTREAM\n" + struct.pack("!L", size_bytes))
            return line.answer()

    def command(self, name: str) -> bytes:
        """Send a command without content."""
        with self._errors(), self._connected() as line:
            line.send(f"n{name}\n".encode("ascii"))
            return line.answer()

    def _send_file(self, file: int) -> tuple[bytes, Half]:
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
        with self._connected() as line:
            half = Half.SENT
            try:
                line.send(b"nFILDES\n\0", file)
            except (BrokenPipeError, ConnectionResetError):
                half = Half.UNSENT
            return line.answer(), half

    @contextmanager
    def _connected(self) -> Iterator["_Line"]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            line = _Line(connection, time.monotonic() + self.timeout)
            line.connect(self.unix_socket)
            yield line

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NoVerdict(f"ClamAV does not answer on {self.unix_socket}: {error}") from error


class _Line:
    """A connection with a deadline."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._socket = connection
        self._until = until

    def connect(self, path: str) -> None:
        """Connect, waiting where too many others wait: a UNIX socket with a full queue does so only
        for a call that blocks."""
        left_s = self._left_s()
        timeval = struct.pack("ll", int(left_s), max(1, int(left_s % 1 * 1e6)))  # 0 is for ever
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval)
        self._socket.connect(path)

    def send(self, octets: bytes, file: int | None = None) -> None:
        """Send all of the octets, with a descriptor beside the first of them."""
        self._socket.settimeout(self._left_s())
        if file is not None:
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [file]))]
            octets = octets[self._socket.sendmsg([octets], rights) :]
        if octets:
            self._socket.sendall(octets)

    def has_answer(self) -> bool:
        """Tell whether clamd has said something, or hung up."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def answer(self) -> bytes:
        """Return all that clamd says until it hangs up; of more than `MOST_BYTES` the beginning."""
        answer = b""
        while len(answer) < MOST_BYTES:
            self._socket.settimeout(self._left_s())
            try:
                piece = self._socket.recv(MOST_BYTES - len(answer))
            except ConnectionResetError:
                break  # it hung up on data that it did not want; what it said before that counts
            if not piece:
                break
            answer += piece
        return answer

    def _left_s(self) -> float:
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("timed out")
        return left_s


def _chunks(content: bytes) -> Iterator[bytes]:
    """Yield INSTREAM with its content; what is small in one piece."""
    ahead = b"nINSTREAM\n"
    view = memoryview(content)
    for start in range(0, len(view), CHUNK_BYTES):
        chunk = view[start : start + CHUNK_BYTES]
        last = b"\0\0\0\0" if start + CHUNK_BYTES >= len(view) else b""
        yield b"".join((ahead, struct.pack("!L", len(chunk)), chunk, last))
        ahead = b""
    if ahead:
        yield ahead + b"\0\0\0\0"


@contextmanager
def _file() -> Iterator[int]:
    """Make a file in memory, "ingestd" to AppArmor, and close it in the end."""
    file = os.memfd_create("ingestd", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        yield file
    finally:
        os.close(file)
