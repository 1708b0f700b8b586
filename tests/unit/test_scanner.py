"""Only an exact OK is clean: the same matrix by descriptor and by stream, and a mutant for each row.

What each answer means is written down in `_answers`.
"""

import itertools
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestd import scanner as adapter
from ingestd.model import ScanResult
from ingestd.scanner import NoVerdict, Scanner, Way, _wire
from tests._clamd import Clamd
from tests._fake_clamd import Behaviour, Client, answers, fake_clamd
from tests.documents.mails import EICAR

LARGE = bytes(3 << 20)
BRIEF_S, LONG_S = 0.3, 5.0


def cut_off(client: Client) -> None:
    """Hang up in the middle."""
    client.command()
    client.say(b"NA")


def hang_up(client: Client) -> None:
    """Say nothing at all: the stock client calls that None."""
    client.command()


def never(client: Client) -> None:
    """Take it and be silent."""
    client.command()
    client.content()
    time.sleep(2 * BRIEF_S)


def trickle(client: Client) -> None:
    """Say OK, a letter now and then: no pause is long, all of them together are."""
    client.command()
    client.content()
    client.say(b"NAME: OK\n", BRIEF_S / 5)


def hurry(client: Client) -> None:
    """Say OK before the content is there."""
    client.command()
    client.say(b"NAME: OK\n")
    client.content()


def flood(client: Client) -> None:
    """Say OK, and then a megabyte."""
    client.command()
    client.content()
    client.say(b"NAME: OK\n" * 100_000)


MATRIX: dict[str, tuple[Behaviour, str]] = {
    "OK": (answers(b"NAME: OK\n"), "clean"),
    "hit": (answers(b"NAME: Win.Trojan-1 FOUND\n"), "virus"),
    "hit with its hash": (answers(b"NAME: Eicar-Test-Signature(44d88:68) FOUND\n"), "virus"),
    "over a limit": (
        answers(b"NAME: Heuristics.Limits.Exceeded.MaxFileSize FOUND\n"),
        "inconclusive",
    ),
    "encrypted": (answers(b"NAME: Heuristics.Encrypted.Zip FOUND\n"), "inconclusive"),
    "phishing": (
        answers(b"NAME: Heuristics.Phishing.Email.SpoofedDomain FOUND\n"),
        "inconclusive",
    ),
    "macros": (answers(b"NAME: Heuristics.OLE2.ContainsMacros FOUND\n"), "inconclusive"),
    "unwanted": (answers(b"NAME: PUA.Win.Packer.Upx-1 FOUND\n"), "inconclusive"),
    "hit without a name": (answers(b"NAME: FOUND\n"), "none"),
    "hit of something else": (answers(b"other: Win.Trojan-1 FOUND\n"), "none"),
    "error": (answers(b"NAME: Can't allocate memory ERROR\n"), "none"),
    "error alone": (answers(b"NAME: ERROR\n"), "none"),
    "error that says OK": (answers(b"NAME: OK ERROR\n"), "none"),
    "reloading": (answers(b"Database reload in progress\n"), "none"),
    "unknown": (answers(b"UNKNOWN COMMAND\n"), "none"),
    "its own timeout": (answers(b"COMMAND READ TIMED OUT\n"), "none"),
    "nothing": (answers(b""), "none"),
    "hung up": (hang_up, "none"),
    "empty line": (answers(b"\n"), "none"),
    "garbage": (answers(b"220 mail.example.com ESMTP\r\n"), "none"),
    "binary": (answers(b"\xff\xfe\x00\x80 OK\n"), "none"),
    "OK of something else": (answers(b"other: OK\n"), "none"),
    "OK of nothing": (answers(b"OK\n"), "none"),
    "OK in small letters": (answers(b"NAME: ok\n"), "none"),
    "more than OK": (answers(b"NAME: OKAY\n"), "none"),
    "OK and more": (answers(b"NAME: OK\nNAME: OK\n"), "none"),
    "OK and a hit": (answers(b"NAME: OK\nNAME: Win.Trojan-1 FOUND\n"), "none"),
    "OK behind a line": (answers(b"\nNAME: OK\n"), "none"),
    "OK with a carriage return": (answers(b"NAME: OK\r\n"), "none"),
    "half an OK": (answers(b"NAME: OK"), "none"),
    "cut off": (cut_off, "none"),
    "a megabyte": (flood, "none"),
    "never": (never, "none"),
    "letter by letter": (trickle, "none"),
}
SLOW = ("never", "letter by letter")
STREAM_ONLY: dict[str, tuple[Behaviour, str]] = {
    "too large": (answers(b"INSTREAM size limit exceeded. ERROR\n"), "inconclusive"),
    "OK before the end": (hurry, "none"),
}


def verdict(path: Path, way: Way, timeout_s: float, content: bytes = b"content") -> str:
    """Scan, and say in a word what came of it."""
    scanner = Scanner(str(path), timeout_s)
    scanner.way = way
    try:
        result = scanner.scan(content)
    except NoVerdict:
        return "none"
    assert result.clean or result.signature
    return "clean" if result.clean else "inconclusive" if result.inconclusive else "virus"


def tried(tmp_path: Path, names: tuple[str, ...] = ()) -> Iterator[tuple[str, Way, str, str]]:
    """Put the matrix, or some of it, to the adapter: what, how, what came, what should."""
    rows = [(name, way) for name in MATRIX for way in Way] + [(n, Way.STREAM) for n in STREAM_ONLY]
    for number, (name, way) in enumerate(rows):
        if names and name not in names:
            continue
        behave, expected = (MATRIX | STREAM_ONLY)[name]
        timeout_s = BRIEF_S if name in SLOW else LONG_S
        content = LARGE if name == "OK before the end" else b"content"
        with fake_clamd(tmp_path / f"{number}.sock", behave) as path:
            yield name, way, verdict(path, way, timeout_s, content), expected


def test_the_matrix(tmp_path: Path) -> None:
    wrong = [row for row in tried(tmp_path) if row[2] != row[3]]
    assert wrong == []


# Mutants: an adapter that is wrong in one way must fail the matrix.

Read = Callable[[bytes, Way, _wire.Half], ScanResult]
RIGHT: Read = adapter.read
CLEAN = ScanResult(clean=True)


def passing(*words: bytes) -> Read:
    """Take every answer with one of these words for OK."""

    def read(answer: bytes, way: Way, half: _wire.Half) -> ScanResult:
        return CLEAN if any(word in answer for word in words) else RIGHT(answer, way, half)

    return read


def matching(pattern: bytes) -> Read:
    """Take every answer that begins like this for OK."""

    def read(answer: bytes, way: Way, half: _wire.Half) -> ScanResult:
        return CLEAN if re.match(pattern, answer) else RIGHT(answer, way, half)

    return read


def certain(prefix: str) -> Read:
    """Call it malware what clamd only suspects."""

    def read(answer: bytes, way: Way, half: _wire.Half) -> ScanResult:
        result = RIGHT(answer, way, half)
        if result.signature.startswith(prefix):
            return ScanResult(clean=False, signature=result.signature)
        return result

    return read


MUTANTS: dict[str, tuple[Read, tuple[str, ...]]] = {
    "an error is clean": (passing(b"ERROR"), ("error",)),
    "a lone error is clean": (matching(rb"[^ ]+ ERROR\n"), ("error alone",)),
    "no answer is clean": (matching(rb"$"), ("nothing",)),
    "None is clean": (matching(rb"$"), ("hung up",)),
    "an empty line is clean": (matching(rb"\n"), ("empty line",)),
    "over a limit is clean": (passing(b"Limits.Exceeded"), ("over a limit",)),
    "encrypted is clean": (passing(b"Encrypted"), ("encrypted",)),
    "heuristics are clean": (passing(b"Heuristics.Phish"), ("phishing",)),
    "macros are clean": (passing(b"ContainsMacros"), ("macros",)),
    "unwanted is clean": (passing(b"PUA."), ("unwanted",)),
    "suspected is known": (certain("Heuristics.Phish"), ("phishing",)),
    "a limit is malware": (certain("Heuristics.Limits"), ("over a limit",)),
    "no FOUND is clean": (passing(b"220 ", b"Database reload"), ("garbage", "reloading")),
    "binary is clean": (passing(b"\xff"), ("binary",)),
    "any name will do": (matching(rb"(.*: )?OK\n$"), ("OK of something else", "OK of nothing")),
    "any case will do": (matching(rb"(?i)[^ ]+: ok\n$"), ("OK in small letters",)),
    "the beginning will do": (matching(rb"[^ ]+: OK"), ("more than OK", "error that says OK")),
    "one line will do": (matching(rb"[^ ]+: OK\n"), ("OK and more", "OK and a hit", "a megabyte")),
    "white space is nothing": (matching(rb"\s*[^ ]+: OK\s*$"), ("OK behind a line", "half an OK")),
    "CRLF will do": (matching(rb"[^ ]+: OK\r\n$"), ("OK with a carriage return",)),
    "half a line will do": (matching(rb"NA|fd|st"), ("cut off",)),
    "too large is clean": (passing(b"size limit"), ("too large",)),
    "half of it will do": (
        lambda answer, way, _half: RIGHT(answer, way, _wire.Half.SENT),
        ("OK before the end",),
    ),
    "a hit needs no name": (matching(rb"[^ ]+: FOUND"), ("hit without a name",)),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_matrix_notices_an_adapter_that_is_wrong(
    mutant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, rows = MUTANTS[mutant]
    monkeypatch.setattr(adapter, "read", read)
    wrong = {name for name, _, said, expected in tried(tmp_path, rows) if said != expected}
    assert wrong == set(rows)


def test_the_matrix_notices_a_deadline_for_each_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_wire._Line, "_left_s", lambda line: BRIEF_S)
    said = {said for _, _, said, _ in tried(tmp_path, ("letter by letter",))}
    assert said == {"clean"}


def test_the_matrix_notices_that_silence_is_taken_for_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Scanner.scan

    def wrong(self: Scanner, content: bytes) -> ScanResult:
        try:
            return right(self, content)
        except NoVerdict:
            return CLEAN

    monkeypatch.setattr(Scanner, "scan", wrong)
    assert {said for _, _, said, _ in tried(tmp_path, ("never", "garbage"))} == {"clean"}


def test_an_answer_is_not_read_for_ever(tmp_path: Path) -> None:
    def endless(client: Client) -> None:
        client.command()
        for _ in itertools.count():
            client.say(b"NAME: OK\n" * 1000)

    with fake_clamd(tmp_path / "s", endless) as path:
        assert verdict(path, Way.DESCRIPTOR, LONG_S) == "none"


# The ways to clamd.


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize(
    ("content", "expected"), [(b"harmless", "clean"), (EICAR, "virus"), (LARGE, "clean")]
)
def test_the_real_clamd(clamd: Clamd, way: Way, content: bytes, expected: str) -> None:
    assert verdict(clamd.socket, way, 30, content) == expected


def test_a_file_in_memory_is_the_way(clamd: Clamd) -> None:
    scanner = Scanner(str(clamd.socket), 30)
    assert scanner.scan(EICAR).signature.startswith("Eicar-Test-Signature")
    assert scanner.way is Way.DESCRIPTOR


@pytest.mark.parametrize("refusal", [b"No file descriptor received. ERROR\n", b"UNKNOWN COMMAND\n"])
def test_a_clamd_that_takes_no_descriptor_gets_a_stream(tmp_path: Path, refusal: bytes) -> None:
    asked: list[bytes] = []

    def behave(client: Client) -> None:
        client.command()
        client.content()
        asked.append(client.name)
        client.say(b"NAME: OK\n" if client.name == b"stream" else refusal)

    with fake_clamd(tmp_path / "s", behave) as path:
        scanner = Scanner(str(path), LONG_S)
        assert scanner.scan(b"x").clean
        assert scanner.way is Way.STREAM
        assert scanner.scan(b"y").clean
    assert asked == [b"fd[10]", b"stream", b"stream"]


def test_garbage_by_descriptor_is_not_asked_again(tmp_path: Path) -> None:
    def behave(client: Client) -> None:
        client.command()
        client.content()
        client.say(b"NAME: OK\n" if client.name == b"stream" else b"fd[1]: OK\nfd[1]: OK\n")

    with fake_clamd(tmp_path / "s", behave) as path:
        assert verdict(path, Way.DESCRIPTOR, LONG_S) == "none"


def test_nobody_can_change_what_is_scanned(tmp_path: Path) -> None:
    refused: list[str] = []

    def behave(client: Client) -> None:
        _, files = client.raw()
        for change in (
            lambda file: os.write(file, b"y"),
            lambda file: os.ftruncate(file, 0),
            lambda file: os.ftruncate(file, 99),
        ):
            try:
                change(files[0])
            except OSError as error:
                refused.append(error.strerror or "")
        os.close(files[0])

    with fake_clamd(tmp_path / "s", behave) as path:
        assert verdict(path, Way.DESCRIPTOR, LONG_S) == "none"
    assert refused == ["Operation not permitted"] * 3


def test_one_scanner_for_many_threads(clamd: Clamd) -> None:
    scanner = Scanner(str(clamd.socket), 30)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(scanner.scan, [EICAR, b"harmless"] * 100))
    assert [result.clean for result in results] == [False, True] * 100


@pytest.mark.parametrize("way", Way)
def test_larger_than_clamd_takes_is_inconclusive(clamd: Clamd, way: Way) -> None:
    assert verdict(clamd.socket, way, 30, bytes(70_000_000)) == "inconclusive"


def test_no_clamd(tmp_path: Path) -> None:
    with pytest.raises(NoVerdict, match=r"nothing\.sock"):
        Scanner(str(tmp_path / "nothing.sock"), 1).scan(b"x")


def test_a_queue_that_is_full_is_waited_for_and_no_longer(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen(0)
    others = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for other in others:
        other.setblocking(False)
        other.connect_ex(str(tmp_path / "s"))
    assert verdict(tmp_path / "s", Way.DESCRIPTOR, BRIEF_S) == "none"
    for one in (*others, listener):
        one.close()
