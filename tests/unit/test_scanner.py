"""Only an exact OK is clean: every other answer of clamd is a hit, or cannot tell."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestd.model import ScanResult, Unavailable
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests.documents.mails import EICAR

Answering = Callable[[bytes], Scanner]


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[Answering]:
    """A server that reads a little and answers what the test says, whatever clamd would say."""
    path = tmp_path / "fake.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    answers: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                while b"\0\0\0\0" not in connection.recv(65536):
                    pass
                connection.sendall(answers[0])

    threading.Thread(target=serve, daemon=True).start()

    def make(answer: bytes) -> Scanner:
        answers[:] = [answer]
        return Scanner(str(path), 2)

    yield make
    listener.close()


def test_clean(clamd: Clamd) -> None:
    assert Scanner(str(clamd.socket), 30).scan(b"harmless") == ScanResult(clean=True)


def test_virus(clamd: Clamd) -> None:
    result = Scanner(str(clamd.socket), 30).scan(EICAR)
    assert not result.clean
    assert not result.inconclusive
    assert result.signature.startswith("Eicar-Test-Signature")


def test_one_scanner_for_many_threads(clamd: Clamd) -> None:
    scanner = Scanner(str(clamd.socket), 30)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(scanner.scan, [EICAR, b"harmless"] * 100))
    assert [result.clean for result in results] == [False, True] * 100


def test_larger_than_clamd_takes_is_inconclusive(clamd: Clamd) -> None:
    result = Scanner(str(clamd.socket), 30).scan(bytes(130_000_000))
    assert not result.clean
    assert result.inconclusive


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"stream: OKAY\n",
        b"stream: ok\n",
        b"other: OK\n",
        b"OK\n",
        b"stream: OK\nstream: OK\n",
        b"stream: Can't allocate memory ERROR\n",
        b"stream: ERROR\n",
        b"stream: FOUND\n",
        b"UNKNOWN COMMAND\n",
        b"\xff\xfe\x00garbage",
        b"COMMAND READ TIMED OUT\n",
    ],
)
def test_anything_else_cannot_tell(answering: Answering, answer: bytes) -> None:
    with pytest.raises(Unavailable):
        answering(answer).scan(b"x")


@pytest.mark.parametrize(
    ("answer", "inconclusive"),
    [
        (b"stream: Win.Trojan-1 FOUND\n", False),
        (b"stream: Heuristics.Encrypted.Zip FOUND\n", True),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\n", True),
        (b"INSTREAM size limit exceeded. ERROR\n", True),
    ],
)
def test_hits(answering: Answering, answer: bytes, inconclusive: bool) -> None:
    result = answering(answer).scan(b"x")
    assert not result.clean
    assert result.inconclusive is inconclusive


def test_no_clamd(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"nothing\.sock"):
        Scanner(str(tmp_path / "nothing.sock"), 1).scan(b"x")


def test_clamd_that_never_answers(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "deaf.sock"))
    listener.listen()
    with pytest.raises(Unavailable):
        Scanner(str(tmp_path / "deaf.sock"), 0.2).scan(b"x")
    listener.close()


def test_probe(clamd: Clamd) -> None:
    assert Scanner(str(clamd.socket), 30).probe().version.startswith("ClamAV")


def test_probe_notices_that_nothing_is_found(answering: Answering) -> None:
    with pytest.raises(Unavailable, match="EICAR"):
        answering(b"stream: OK\n").probe()
