"""Eight attackers of each kind at one door: honest mail is taken all the same, in bounded memory.

No test asserts a time; `python -m tests.faults.attackers` prints the table and holds the figures.
"""

from collections.abc import Iterator

import pytest

from tests._door import Door
from tests.faults._attacks import ATTACKS, FLOODS
from tests.faults.attackers import MEMORY_MB, attacked, be_honest, settings_for

SECONDS = 1.2
ATTACKERS = 8


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    directory = tmp_path_factory.mktemp("attacked")
    with Door(directory, **settings_for("", directory)) as door:
        yield door


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door whose limits on connections hold for the loopback network too."""
    directory = tmp_path_factory.mktemp("guarded")
    with Door(directory, **settings_for("churn", directory)) as door:
        yield door


@pytest.mark.parametrize("kind", ATTACKS)
def test_honest_mail_is_taken_while_the_door_is_attacked(
    kind: str, request: pytest.FixtureRequest
) -> None:
    door: Door = request.getfixturevalue("guarded" if kind in FLOODS else "door")
    with attacked(kind, door.port, ATTACKERS, SECONDS):
        seen = be_honest(door.port, SECONDS)
    print(f"{kind}: {len(seen.times_s)} honest mails, p99 {seen.percentile_ms(99):.0f} ms")
    assert seen.failures == []
    assert be_honest(door.port, 0, least=2).failures == []
    assert door.memory_kb() < MEMORY_MB * 1_024
    assert not door.events("door fault")
