"""Sixty power cuts in the middle of mail; and without its syncs, the same door is caught.

The long run is `python -m tests.faults.powercut`. Every order in which a disk may have kept what was
not synced is tried by test_replay, which needs no mounting.
"""

from pathlib import Path

import pytest

from tests.faults._disk import why_not
from tests.faults._mutants import Mutant, without_any_sync, without_data_sync
from tests.faults.powercut import cut_power


@pytest.fixture(autouse=True)
def mountable(tmp_path: Path) -> None:
    """Say so where the power cannot be cut."""
    if why := why_not(tmp_path):
        pytest.skip(f"NO POWER WAS CUT, durability is proved by test_replay alone here: {why}")


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    tally, complaints = cut_power(tmp_path, 60, "sixty")
    assert complaints == []
    assert tally.faults == 60
    assert tally.acknowledged > 300
    print(tally)


@pytest.mark.parametrize("mutant", [without_any_sync, without_data_sync])
def test_a_door_that_does_not_sync_is_caught(tmp_path: Path, mutant: Mutant) -> None:
    """A directory that is not synced is caught by test_replay: ext4 saves most of its names."""
    for attempt in range(10):
        tally, _ = cut_power(tmp_path, 3, f"mutant {attempt}", mutant=mutant)
        if tally.lost:
            return
    pytest.fail("nothing was lost without a sync")
