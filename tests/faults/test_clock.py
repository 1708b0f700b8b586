"""The wall clock jumps by a day and by ten years, forwards and back, while mail is received.

Time limits run on the monotonic clock, ids stay unique, and what came in a time that never was is
judged all the same. (libfaketime moves the wall clock of the door alone.)
"""

from pathlib import Path

import pytest

from ingestd.spool.local import LocalSpool
from tests._door import Door, queued
from tests._instance import until

JUMPS = ["+1d", "-1d", "+10y", "-10y", "+0"]


@pytest.fixture
def faketime() -> str:
    """The library that moves the clock."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        pytest.fail("libfaketime is not installed; run tests/run.sh, which installs it")
    return str(found[0])


def test_the_clock_jumps(tmp_path: Path, faketime: str) -> None:
    offset = tmp_path / "offset"
    offset.write_text("+0")
    environment = [
        f"LD_PRELOAD={faketime}",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "FAKETIME_NO_CACHE=1",
        f"FAKETIME_TIMESTAMP_FILE={offset}",
    ]
    old = {
        "INGESTD_ADDRESSES__SNAPSHOT_MAX_AGE_H": "1000000"
    }  # nobody confirms the recipients here
    with Door(tmp_path, "env", *environment, **old) as door:
        patient = door.client()
        ids = []
        for jump in JUMPS:
            offset.write_text(jump)
            with door.client() as client:
                for number in range(3):
                    content = b"%s %d\r\n" % (jump.encode(), number)
                    ids.append(queued(client.begin().send(content + b".\r\n").reply()))
            assert patient.say("NOOP").startswith("250"), f"{jump}: cut off"
        years = {event["timestamp"][:4] for event in door.events("message accepted")}
        assert len(years) >= 3, "the clock did not jump"
    assert len(set(ids)) == len(ids)
    spool = LocalSpool(door.spool_path)
    found = set()

    def all_found() -> bool:
        while message := spool.claim(3600):
            found.add(message.spool_id)
            spool.finish(message)
        return found == set(ids)

    until(all_found, "all mail to be taken up, whatever the clock said", 3)
