"""How two processes share the tests: one has all that run servers, measure or kill, one after the other.

`--dist loadgroup` would do by its marker what is done here, but it writes the group into the id of a
test, which pytest 9.2 does not let it do any more.
"""

from pathlib import PurePosixPath
from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = "servers"
_FOLDERS = ("bench", "dialogues", "faults", "system")
LAST = "test_fuzz.py"
"""The file whose tests wait for the fuzzing that began with the first test."""


def together(file: PurePosixPath) -> str:
    """Return which tests those of a file stay together with: `TOGETHER`, or only each other.

    Takes the path of the file below the project (`tests/unit/test_zip.py`).
    """
    return TOGETHER if file.parts[1] in _FOLDERS or file.name == LAST else str(file)


class Sharing(LoadScopeScheduling):
    """Gives a process that has nothing left the next file, and one of them all that is together."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # first what takes longest, not what has most tests

    def _split_scope(self, nodeid: str) -> str:
        return together(PurePosixPath(nodeid.split("::", 1)[0]))
