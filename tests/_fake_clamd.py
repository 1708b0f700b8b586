"""Something on the socket of clamd that says what the test wants, whatever it is asked."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

Behaviour = Callable[["Client"], None]


class Client:
    """One connection, as the daemon has it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.name = b""

    def raw(self) -> tuple[bytes, list[int]]:
        """Read the beginning of what is asked, with the descriptors that came along."""
        self._connection.settimeout(5)
        asked, files, _, _ = socket.recv_fds(self._connection, 1 << 16, 4)
        return asked, files

    def command(self) -> None:
        """Read the beginning of what is asked, and take the name that an answer would give it."""
        asked, files = self.raw()
        for file in files:
            socket.close(file)
        self.name = b"fd[10]" if asked.startswith(b"nFILDES") else b"stream"
        self._ended = asked[-4:] == bytes(4) or not asked.startswith(b"nINSTREAM")

    def content(self) -> None:
        """Read the rest of a stream."""
        while not self._ended:
            piece = self._connection.recv(1 << 20)
            self._ended = not piece or piece.endswith(b"\0\0\0\0")

    def say(self, answer: bytes, pause_s: float = 0) -> None:
        """Answer, with NAME as what a real daemon would call the content; slowly if that is wanted."""
        octets = answer.replace(b"NAME", self.name)
        pieces = [octets] if not pause_s else [octets[n : n + 1] for n in range(len(octets))]
        for piece in pieces:
            time.sleep(pause_s)
            self._connection.sendall(piece)


def answers(answer: bytes) -> Behaviour:
    """Take everything, then say this and hang up."""

    def behave(client: Client) -> None:
        client.command()
        client.content()
        client.say(answer)

    return behave


@contextlib.contextmanager
def fake_clamd(path: Path, behave: Behaviour) -> Iterator[Path]:
    """Listen on `path` and behave like that to everybody."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(64)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                behave(Client(connection))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield path
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        path.unlink()
