"""A function in a throw-away process: what it may ask, and how it is stopped."""

import os
import signal
import time
from typing import Any

import pytest

from ingestd.model import Unavailable
from ingestd.sandbox import Ask, Cage, ChildFault, Stopped, run

CAGE = Cage(cpu_s=2, wall_s=20, memory_bytes=1 << 30, result_bytes=1 << 20)


def test_the_result_comes_back_as_plain_data() -> None:
    assert run(lambda ask: {"a": [1, "é", b"\xff", None]}, {}, CAGE) == {
        "a": [1, "é", b"\xff", None]
    }


def test_it_runs_elsewhere() -> None:
    assert run(lambda ask: os.getpid(), {}, CAGE) != os.getpid()


def test_it_asks_its_parent() -> None:
    def work(ask: Ask) -> Any:
        return ask("add", 2, 3) * ask("add", 1, 1)

    assert run(work, {"add": lambda a, b: a + b}, CAGE) == 10


def test_an_unknown_question_is_our_mistake() -> None:
    with pytest.raises(ChildFault):
        run(lambda ask: ask("open", "/etc/passwd"), {}, CAGE)


def test_what_an_answer_raises_comes_through() -> None:
    def away(content: bytes) -> None:
        raise Unavailable("no clamd")

    with pytest.raises(Unavailable, match="no clamd"):
        run(lambda ask: ask("scan", b"x"), {"scan": away}, CAGE)


def test_an_exception_of_ours_tells_where() -> None:
    with pytest.raises(ChildFault, match="ZeroDivisionError"):
        run(lambda ask: 1 // 0, {}, CAGE)


def busy(ask: Ask) -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("work", "limit"),
    [
        (busy, "cpu"),
        (lambda ask: len(bytearray(4 << 30)), "memory"),
        (lambda ask: bytes(2 << 20), "result"),
        (lambda ask: time.sleep(60), "time"),
        (lambda ask: os.kill(os.getpid(), signal.SIGUSR1), "signal 10"),
    ],
)
def test_limits(work: Any, limit: str) -> None:
    wall_s = 1 if limit == "time" else 20
    cage = Cage(cpu_s=1, wall_s=wall_s, memory_bytes=1 << 30, result_bytes=1 << 20)
    with pytest.raises(Stopped) as stopped:
        run(work, {}, cage)
    assert stopped.value.limit == limit


def test_it_writes_no_file(tmp_path: Any) -> None:
    with pytest.raises((ChildFault, Stopped)):
        run(lambda ask: (tmp_path / "x").write_bytes(b"x" * 10), {}, CAGE)
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_no_child_is_left() -> None:
    child = run(lambda ask: os.getpid(), {}, CAGE)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
