"""One trace of door and reader, and hundreds of states in which a power cut may leave the spool.

The mutants are the same trace with some of its syncs left out.
"""

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests._instance import until
from tests.faults._forked import ForkedDoor
from tests.faults._load import Load, Receipt
from tests.faults._reader import Ledger, Reader, Tally
from tests.faults._replay import History
from tests.faults._syscalls import Strace
from tests.faults._trace import TRACED, Event, read_trace

STATES = 500
ENOUGH = 80
SIZES = (1, 1_500, 5_000, 70_000)


@dataclass(frozen=True, slots=True)
class Traced:
    """What was done, and what was acknowledged."""

    storage: Path
    events: list[Event]
    reader: int
    receipts: list[Receipt]


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    """A door and a reader from their beginning."""
    return trace(tmp_path_factory.mktemp("traced"), reading=True)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    """A door: a reader that sorts makes durable what the door has forgotten."""
    return trace(tmp_path_factory.mktemp("alone"), reading=False)


def trace(directory: Path, *, reading: bool) -> Traced:
    """Trace a door under load."""
    waits, go = os.pipe()
    door = ForkedDoor(directory, lambda: os.read(waits, 1) and None)
    reader = Reader(door.spool_path, directory / "notes") if reading else None
    door.begin()
    shutil.copytree(door.path, directory / "before")
    assert door.process
    pids = [door.process.pid, *([reader.pid] if reader else [])]
    with Strace(pids, directory / "strace", f"trace={TRACED}", whole=True):
        os.write(go, b"x")
        door.await_listening()
        load = Load(door.port, "traced", clients=3, sizes=SIZES).start()
        until(lambda: len(load.receipts()) >= ENOUGH, "mail to be taken")
        receipts = load.end()
        time.sleep(0.1)
        door.end(signal.SIGKILL)
        if reader:
            reader.kill()
    events = read_trace((directory / "strace").read_text())
    shutil.rmtree(door.path)
    (directory / "before").rename(door.path)
    assert receipts
    return Traced(door.path, events, reader.pid if reader else 0, receipts)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Where the states are made: best in memory, for what is synced there matters to nobody."""
    memory = Path("/dev/shm")
    inside = memory if os.access(memory, os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=inside) as name:
        yield Path(name)


def survey(
    traced: Traced,
    place: Path,
    states: int = STATES,
    *,
    hasty: bool = False,
    ignore: Callable[[Event, bool], bool] = lambda _event, _directory: False,
) -> Tally:
    """Try many states that a power cut may leave; return what was lost and torn in them."""
    history = History(traced.storage)
    history.replay(traced.events, traced.reader, ignore)
    promises = history.promises(traced.events, traced.receipts, hasty=hasty)
    answers = [promise.since for promise in promises]
    chance, tally = random.Random(1), Tally()
    for _ in range(states):
        last = traced.events[-1].end
        moment = chance.choice([chance.choice(answers), chance.randrange(last)])
        history.leave(place / "var", moment, chance, chance.choice((0, 0, 0.5, 1, chance.random())))
        ledger = Ledger(place / "var" / "spool", place / "notes")
        ledger.acknowledge([one.receipt for one in promises if one.since <= moment < one.until])
        ledger.check(chance, keep=0)
        ledger.tally.faults = 1
        tally.add(ledger.tally)
        shutil.rmtree(place / "var")
    return tally


def test_no_order_of_writing_out_loses_anything(traced: Traced, place: Path) -> None:
    tally = survey(traced, place)
    assert (tally.lost, tally.torn) == (0, 0)
    assert tally.acknowledged > 100
    print(tally)


@pytest.mark.parametrize("left_out", ["files", "directories"])
def test_a_door_that_does_not_sync_is_caught(alone: Traced, place: Path, left_out: str) -> None:
    def ignore(_event: Event, directory: bool) -> bool:
        return directory == (left_out == "directories")

    assert survey(alone, place, 100, ignore=ignore).lost


def test_a_sorter_that_does_not_sync_is_caught(traced: Traced, place: Path) -> None:
    assert survey(
        traced, place, 100, ignore=lambda event, _directory: event.pid == traced.reader
    ).lost


def test_an_answer_before_the_last_sync_is_caught(alone: Traced, place: Path) -> None:
    assert survey(alone, place, 100, hasty=True).lost
