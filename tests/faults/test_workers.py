"""Workers killed at work leave what undisturbed workers leave; and a worker that finishes a mail before
it has filed it is caught. The long run is `python -m tests.faults.workers`."""

import random
from pathlib import Path

import pytest

from tests._clamd import Clamd
from tests.faults.workers import Installation, differences


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory, clamd: Clamd) -> Installation:
    installation = Installation(tmp_path_factory.mktemp("received"), clamd)
    installation.receive()
    return installation


def test_killed_workers_leave_what_undisturbed_ones_leave(
    received: Installation, tmp_path: Path, clamd: Clamd
) -> None:
    disturbed = received.copy(tmp_path / "disturbed", clamd)
    forgetful = received.copy(tmp_path / "forgetful", clamd)
    received.judge()
    assert disturbed.judge(3, random.Random(1)) == 3
    assert differences(received.result(), disturbed.result()) == []
    forgetful.forget()
    assert differences(received.result(), forgetful.result())
