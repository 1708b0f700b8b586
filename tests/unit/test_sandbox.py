"""A function in a throw-away process: what it may ask, and how it is stopped."""

import ctypes
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingestd.model import Unavailable
from ingestd.sandbox import Cage, ChildFault, Done, Parent, Question, Stopped, Work, run

DESCRIPTORS = Path("/proc/self/fd")
CAGE = Cage(cpu_s=2, wall_s=20, memory_bytes=1 << 30, result_bytes=1 << 20)


def stopped(work: Work, cage: Cage = CAGE) -> str:
    """Run what must be stopped, and return by which limit."""
    with pytest.raises(Stopped) as caught:
        run(work, {}, cage)
    return caught.value.limit


def test_the_text_comes_back() -> None:
    assert run(lambda parent: "déjà".encode(), {}, CAGE).text == "déjà".encode()


def test_it_runs_elsewhere() -> None:
    assert run(lambda parent: str(os.getpid()).encode(), {}, CAGE).text != str(os.getpid()).encode()


def test_it_asks_its_parent() -> None:
    def work(parent: Parent) -> bytes:
        return str(parent.ask("count", "a", "b", octets=b"\xff" * 5)).encode()

    def count(question: Question) -> list[object]:
        return [*question.words, len(question.octets), None]

    assert run(work, {"count": count}, CAGE).text == b"['a', 'b', 5, None]"


def test_what_it_notes_needs_no_answer() -> None:
    heard = []

    def work(parent: Parent) -> bytes:
        for number in range(100):
            parent.tell("note", str(number))
        return b""

    run(work, {"note": lambda question: heard.append(question.word)}, CAGE)
    assert heard == [str(number) for number in range(100)]


def test_octets_of_any_size_arrive_as_they_were() -> None:
    sent = [b"", b"x", os.urandom(70_000), os.urandom(3 << 20)]
    got: list[bytes] = []

    def work(parent: Parent) -> bytes:
        for octets in sent:
            parent.ask("keep", octets=octets)
        return b""

    cage = Cage(cpu_s=2, wall_s=20, memory_bytes=1 << 30, result_bytes=8 << 20)
    run(work, {"keep": lambda question: got.append(question.octets)}, cage)
    assert got == sent


def test_what_it_cost_is_told() -> None:
    def work(parent: Parent) -> bytes:
        until = time.process_time() + 0.1
        while time.process_time() < until:
            pass
        return str(len(bytes(bytearray(50 << 20)))).encode()

    # The address space of the whole test run is this child's too: it may be large already.
    done: Done = run(work, {}, replace(CAGE, memory_bytes=16 << 30))
    assert 0.1 <= done.cost.cpu_s < 2
    assert 50 << 20 < done.cost.peak_bytes < 4 << 30


def test_what_an_answer_raises_comes_through() -> None:
    def away(question: Question) -> None:
        raise Unavailable("no clamd")

    with pytest.raises(Unavailable, match="no clamd"):
        run(lambda parent: parent.ask("scan", octets=b"x") or b"", {"scan": away}, CAGE)


def test_a_timeout_in_an_answer_is_not_the_childs() -> None:
    def slow(question: Question) -> None:
        raise TimeoutError("a server elsewhere")

    with pytest.raises(TimeoutError, match="elsewhere"):
        run(lambda parent: parent.ask("scan") or b"", {"scan": slow}, CAGE)


def test_an_exception_of_ours_tells_where() -> None:
    with pytest.raises(ChildFault, match=r"(?s)test_sandbox.*ZeroDivisionError"):
        run(lambda parent: bytes(1 // 0), {}, CAGE)


def busy(parent: Parent) -> bytes:
    while True:
        pass


def crash(parent: Parent) -> bytes:
    return ctypes.string_at(0)


@pytest.mark.parametrize(
    ("work", "limit"),
    [
        (busy, "cpu"),
        (lambda parent: bytes(bytearray(4 << 30)), "memory"),
        (lambda parent: bytes(2 << 20), "result"),
        (crash, "signal 11"),
        (lambda parent: os._exit(0), "answer"),
        (lambda parent: parent.ask("open", "passwd"), "answer"),
    ],
)
def test_limits(work: Work, limit: str) -> None:
    assert (
        stopped(work, Cage(cpu_s=1, wall_s=20, memory_bytes=1 << 30, result_bytes=1 << 20)) == limit
    )


def test_a_child_that_sleeps_is_stopped() -> None:
    cage = Cage(cpu_s=1, wall_s=0.2, memory_bytes=1 << 30, result_bytes=1 << 20)
    assert stopped(lambda parent: bytes(str(time.sleep(60)), "ascii"), cage) == "time"


def test_a_child_that_does_not_listen_is_stopped() -> None:
    def deaf(parent: Parent) -> bytes:
        parent.tell("much")
        time.sleep(60)
        return b""

    def much(parent: Parent) -> bytes:
        for _ in range(10_000):
            parent._wire.send(1, b'["much"]')  # questions, whose answers it never takes
        time.sleep(60)
        return b""

    cage = Cage(cpu_s=5, wall_s=0.5, memory_bytes=1 << 30, result_bytes=1 << 20)
    with pytest.raises(Stopped, match="time"):
        run(much, {"much": lambda question: "x" * 10_000}, cage)
    with pytest.raises(Stopped, match="time"):
        run(deaf, {"much": lambda question: None}, cage)


def test_the_time_of_the_answers_is_not_the_childs() -> None:
    def slow(question: Question) -> str:
        time.sleep(0.3)
        return "done"

    def work(parent: Parent) -> bytes:
        return "".join(parent.ask("scan") for _ in range(3)).encode()

    cage = Cage(cpu_s=2, wall_s=0.5, memory_bytes=1 << 30, result_bytes=1 << 20)
    done = run(work, {"scan": slow}, cage)
    assert done.text == b"donedonedone"
    assert done.cost.answering_s >= 0.9


def test_nobody_answers_for_ever() -> None:
    def work(parent: Parent) -> bytes:
        while True:
            parent.ask("scan")

    def slow(question: Question) -> None:
        time.sleep(0.05)

    cage = Cage(cpu_s=2, wall_s=9, memory_bytes=1 << 30, result_bytes=1 << 20, answers_s=0.1)
    with pytest.raises(Stopped, match="answers"):
        run(work, {"scan": slow}, cage)


def test_all_it_says_together_is_limited() -> None:
    def work(parent: Parent) -> bytes:
        while True:
            parent.tell("keep", octets=bytes(100_000))

    kept: list[int] = []
    with pytest.raises(Stopped, match="result"):
        run(work, {"keep": lambda question: kept.append(len(question.octets))}, CAGE)
    assert sum(kept) <= 1 << 20


def test_no_child_is_left() -> None:
    child = int(run(lambda parent: str(os.getpid()).encode(), {}, CAGE).text)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_no_descriptor_is_left() -> None:
    before = len(list(DESCRIPTORS.iterdir()))
    for _ in range(3):
        run(lambda parent: b"", {}, CAGE)
        stopped(lambda parent: os._exit(1))
    assert len(list(DESCRIPTORS.iterdir())) == before


def test_a_child_does_not_outlive_its_parent() -> None:
    inside, outside = os.pipe()
    parent = os.fork()
    if parent == 0:

        def last(question: Question) -> None:
            os.write(outside, question.word.encode())
            os._exit(0)

        def work(parent: Parent) -> bytes:
            parent.tell("last", str(os.getpid()))
            time.sleep(60)
            return b""

        run(work, {"last": last}, CAGE)
    os.waitpid(parent, 0)
    child = int(os.read(inside, 20))
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail("the child runs on")
