"""The power goes off while mail is received: again and again, and nothing acknowledged may be missing.

    python -m tests.faults.powercut --count 2000 [--filesystem xfs] [--mutant no-fdatasync]

The spool lies on a disk image. Door and reader are killed at a random moment under load, the image is
copied as it is (never unmounted, so that only what reached the device counts), and the copy is mounted
and read. The door goes on with it. Needs root, for mounting.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.faults._disk import Disk, why_not
from tests.faults._forked import ForkedDoor
from tests.faults._load import Load
from tests.faults._mutants import MUTANTS, Mutant, unchanged
from tests.faults._reader import Ledger, Reader, Tally

_DISK_LIFE = 25  # cuts, then an empty disk: to start on one is a moment like any other
_LONGEST_S = 0.4
_LEAST = 20  # acknowledged before the power goes off, at the very most of the least
_FRESH = 0.1  # of the doors are the installed program, not a fork


def cut_power(
    directory: Path, count: int, seed: str, filesystem: str = "ext4", mutant: Mutant = unchanged
) -> tuple[Tally, list[str]]:
    """Cut the power `count` times; return the figures and what to complain about."""
    tally, complaints = Tally(), []
    for first in range(0, count, _DISK_LIFE):
        disk = Disk(directory / "disk.img", directory / "disk", filesystem).make().mount()
        try:
            ledger = Ledger(disk.place / "var" / "spool", directory / "notes")
            for number in range(first, min(first + _DISK_LIFE, count)):
                _cut_once(disk, ledger, random.Random(f"{seed} {number}"), mutant)
        finally:
            disk.unmount()
        tally.add(ledger.tally)
        complaints += ledger.complaints
    return tally, complaints


def _cut_once(disk: Disk, ledger: Ledger, chance: random.Random, mutant: Mutant) -> None:
    notes = disk.image.with_name("notes")
    door = ForkedDoor(disk.place, mutant)
    door.fresh = mutant is unchanged and chance.random() < _FRESH
    door.log = disk.image.with_name("smtpd.log")
    with door:
        reader = Reader(door.spool_path, notes) if chance.random() < 0.7 else None
        load = Load(door.port, str(chance.random())).start()
        load.go_on(chance.uniform(0.02, _LONGEST_S), chance.randint(0, _LEAST))
        door.end(signal.SIGKILL)
        if reader:
            reader.kill()
    ledger.acknowledge(load.end())
    disk.cut()
    ledger.check(chance)
    ledger.tally.faults += 1


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--filesystem", choices=("ext4", "xfs"), default="ext4")
    parser.add_argument("--seed", default=str(time.time_ns()))
    parser.add_argument("--mutant", choices=sorted(MUTANTS), default="none")
    parser.add_argument("--directory", type=Path, help="where the images lie (best: a RAM disk)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as name:
        directory = Path(name)
        if why := why_not(directory, options.filesystem):
            sys.exit(f"the power cannot be cut here: {why}")
        print(f"seed {options.seed}")
        total = Tally()
        while total.faults < options.count:
            some = min(_DISK_LIFE, options.count - total.faults)
            seed = f"{options.seed} {total.faults}"
            tally, complaints = cut_power(
                directory, some, seed, options.filesystem, MUTANTS[options.mutant]
            )
            total.add(tally)
            print(f"{options.filesystem}: {total}", *complaints, sep="\n  ", flush=True)
    return 1 if total.lost or total.torn else 0


if __name__ == "__main__":
    sys.exit(main())
