"""kill -9 of door and reader at their system calls and at any moment: acknowledged means present and
whole, after the next start.

A message that was not acknowledged may be there (its sender sends it again, and the copy is found to
be a duplicate), but never torn. The long run is `python -m tests.faults.kill`.
"""

from pathlib import Path

import pytest

from tests.faults._mutants import answering_before_writing
from tests.faults.kill import Moment, in_lanes, kill_often, plan, system_calls

COUNT = 150
LANES = 3


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    calls = system_calls(tmp_path)
    assert {"openat", "close"} <= calls["door"].keys()
    tally, complaints = in_lanes(tmp_path, plan(calls, COUNT, "ci"), "ci", LANES)
    assert complaints == []
    assert tally.faults >= COUNT
    assert tally.acknowledged > 10 * COUNT
    print(tally)


def test_a_door_that_answers_before_it_has_written_is_caught(tmp_path: Path) -> None:
    for attempt in range(10):
        tally, _ = kill_often(tmp_path, [Moment()] * 2, f"{attempt}", answering_before_writing)
        if tally.lost:
            return
    pytest.fail("nothing was lost")
