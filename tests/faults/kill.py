"""kill -9 while mail is received: at every system call of the accept path, and at any moment.

    python -m tests.faults.kill --count 10000 [--lanes 4]

Each lane is a door with a spool of its own. It is put under load, with a reader in the workers' place;
door or reader is killed, the door is started again on what is left, and what it holds is compared with
what was acknowledged.
"""

import argparse
import multiprocessing
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests._instance import until
from tests.faults._forked import ForkedDoor
from tests.faults._load import Load
from tests.faults._mutants import Mutant, unchanged
from tests.faults._reader import Ledger, Reader, Tally
from tests.faults._syscalls import Strace

_LONGEST_S = 0.5
_LEAST = 30  # acknowledged before a kill at any moment, at the very most of the least
_BOOKKEEPING = set(
    "brk clone3 clock_nanosleep getpid getrandom gettid ioctl madvise mmap mprotect munmap "
    "rseq rt_sigaction rt_sigprocmask sched_yield set_robust_list sysinfo".split()
)  # memory, threads, time: to be killed there is to be killed at any moment
_FRESH = 10  # each tenth door is the installed program, not a fork
_ENOUGH = 60  # acknowledged messages show what there is to see
_PATIENCE_S = 1.5
_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: at the n-th time that a thread of door or reader makes a system call, or (no call)
    at any moment; `starting` ones also while the door starts again."""

    who: str = "door"
    call: str = ""
    when: int = 0
    starting: bool = False

    def __str__(self) -> str:
        return f"{self.who} at {self.call}" if self.call else "any moment"


def system_calls(directory: Path) -> dict[str, Counter[str]]:
    """Return which system calls door and reader make while mail is received and read, and how often
    one thread of theirs makes each."""
    with ForkedDoor(directory) as door:
        assert door.process
        reader = Reader(door.spool_path, directory / "notes")
        paths = {"door": directory / "door.strace", "reader": directory / "reader.strace"}
        with (
            Strace(door.process.pid, paths["door"], "trace=all"),
            Strace(reader.pid, paths["reader"], "trace=all"),
        ):
            load = Load(door.port, "profile", clients=3).start()
            until(lambda: len(load.receipts()) >= _ENOUGH, "mail to be taken")
            load.end()
        reader.kill()
    return {who: _most_by_a_thread(path) for who, path in paths.items()}


def _most_by_a_thread(path: Path) -> Counter[str]:
    found = Counter(re.findall(r"^(\d+) +(\w+)\(", path.read_text(errors="replace"), re.MULTILINE))
    most: Counter[str] = Counter()
    for (_, call), count in found.items():
        if call in _BOOKKEEPING:
            continue
        most[call] = max(most[call], count)
    return most


def plan(calls: dict[str, Counter[str]], count: int, seed: str) -> list[Moment]:
    """Return `count` moments: two thirds at system calls, each of them in turn, the rest at random."""
    chance = random.Random(seed)
    each = [(who, call) for who, counts in calls.items() for call in sorted(counts)]
    moments = []
    for number in range(count):
        if number % 3 == 2:
            moments.append(Moment(starting=number % 4 == 0))
        else:
            who, call = each[(number - number // 3) % len(each)]
            when = chance.randint(1, min(calls[who][call], 60))
            moments.append(Moment(who, call, when))
    return moments


def kill_often(
    directory: Path, moments: Iterable[Moment], seed: str, mutant: Mutant = unchanged
) -> tuple[Tally, list[str]]:
    """Kill at each of the moments; return the figures and what to complain about."""
    door = ForkedDoor(directory, mutant)
    ledger = Ledger(door.spool_path, directory / "notes")
    for number, moment in enumerate(moments):
        door.log.unlink(missing_ok=True)
        door.fresh = mutant is unchanged and number % _FRESH == 0
        _kill_once(door, ledger, moment, random.Random(f"{seed} {number}"))
    ledger.check(random.Random(seed), keep=0)
    return ledger.tally, ledger.complaints


def _kill_once(door: ForkedDoor, ledger: Ledger, moment: Moment, chance: random.Random) -> None:
    if moment.starting:
        door.begin()
        time.sleep(chance.uniform(0, 0.4))
        door.end(signal.SIGKILL)
    with door:
        if chance.random() < 0.5:
            ledger.check(chance)
        reader = Reader(door.spool_path, ledger.notes)
        try:
            reached = _kill_at(door, reader, moment, chance, ledger)
        finally:
            reader.kill()
    ledger.tally.faults += 1 + moment.starting
    ledger.tally.at[str(moment) if reached else str(Moment())] += 1
    if chance.random() < 0.5:
        ledger.check(chance)


def _kill_at(
    door: ForkedDoor, reader: Reader, moment: Moment, chance: random.Random, ledger: Ledger
) -> bool:
    """Kill, and tell whether it was at the system call of `moment`."""
    assert door.process
    reached = False
    load = Load(door.port, str(chance.random()))
    if moment.call:
        victim = door if moment.who == "door" else reader
        pid = door.process.pid if moment.who == "door" else reader.pid
        fault = f"inject={moment.call}:signal=SIGKILL:when={moment.when}"
        with Strace(pid, ledger.notes.with_name("strace"), f"trace={moment.call}", fault):
            load.start()
            reached = _dies(victim)
    else:
        load.start()
        load.go_on(chance.uniform(0.01, _LONGEST_S), chance.randint(0, _LEAST))
    door.end(signal.SIGKILL)
    ledger.acknowledge(load.end())
    return reached


def _dies(victim: ForkedDoor | Reader) -> bool:
    deadline = time.monotonic() + _PATIENCE_S
    while (alive := victim.alive()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return not alive


def in_lanes(
    directory: Path, moments: list[Moment], seed: str, lanes: int
) -> tuple[Tally, list[str]]:
    """Kill at each of the moments, with several doors side by side."""
    tally, complaints = Tally(), []
    work = []
    for lane in range(lanes):
        place = directory / f"lane-{lane}"
        place.mkdir(exist_ok=True)
        work.append((place, moments[lane::lanes], f"{seed} {lane}"))
    with _fork.Pool(lanes) as pool:
        for more, said in pool.starmap(kill_often, work):
            tally.add(more)
            complaints += said
    return tally, complaints


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--directory", type=Path, help="where the spools lie")
    options = parser.parse_args()
    total = Tally()
    with tempfile.TemporaryDirectory(dir=options.directory) as name:
        directory = Path(name)
        moments = plan(system_calls(directory), options.count, options.seed)
        print(f"seed {options.seed}")
        for first in range(0, len(moments), 100):
            seed = f"{options.seed} {first}"
            some = moments[first : first + 100]
            tally, complaints = in_lanes(directory, some, seed, options.lanes)
            total.add(tally)
            print(f"kill -9: {total}", *complaints, sep="\n  ", flush=True)
    print(*(f"{count:6} {what}" for what, count in sorted(total.at.items())), sep="\n")
    return 1 if total.lost or total.torn else 0


if __name__ == "__main__":
    sys.exit(main())
