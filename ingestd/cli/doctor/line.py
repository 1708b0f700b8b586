"""One line of the diagnosis."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`MISSING` is essential: nothing can be judged or filed without it."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Line:
    """What was examined, how it is, what was found, and what to do about it."""

    check: str
    state: State
    detail: str
    todo: str = ""
