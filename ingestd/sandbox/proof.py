"""The confinement put to the test: children that try what a reader must not be able to do.

What a kernel says it can do is one thing (a container may forbid it, a security module be switched
off); what a confined process then can do is what counts.
"""

import os
import socket
from functools import cache
from pathlib import Path

from ingestd.sandbox import Cage, ChildFault, Parent, Stopped, Work, program, run
from ingestd.sandbox.confinement import LAYERS, Kernel, Mode, Unconfinable, prepare, require

_WORKS = b"works"


def _nothing(parent: Parent) -> bytes:
    return _WORKS


def _read(parent: Parent) -> bytes:
    os.close(os.open("/", os.O_RDONLY))
    return _WORKS


def _write(parent: Parent) -> bytes:
    os.close(os.open(".", os.O_WRONLY | os.O_TMPFILE))
    return _WORKS


def _connect(parent: Parent) -> bytes:
    socket.socket().close()
    return _WORKS


def _execute(
    parent: Parent,
) -> bytes:  # what runs can no longer speak to us; that it ended is enough
    os.execv("/proc/self/exe", ["python", "-c", ""])  # noqa: S606 - no shell, and it must fail


TRIALS: dict[str, Work] = {
    "reading files": _read,
    "writing files": _write,
    "networking": _connect,
    "running programs": _execute,
}
"""What must not succeed, by name."""


def _succeeds(work: Work, mode: Mode) -> bool:
    cage = Cage(
        cpu_s=10, wall_s=30, memory_bytes=1 << 40, result_bytes=1 << 20, layers=LAYERS[mode]
    )
    try:
        return run(work, {}, cage).text == _WORKS
    except ChildFault:
        return False
    except Stopped as stopped:
        return not stopped.limit.startswith("signal ")


def possible(mode: Mode) -> tuple[str, ...]:
    """Return which of `TRIALS` a process confined by `mode` succeeds with.

    Raises Unconfinable when it cannot be confined at all.
    """
    if not _succeeds(_nothing, mode):
        raise Unconfinable(
            f"confinement ({mode.value}) fails on this machine; in a container, permit"
            " landlock_create_ruleset, landlock_restrict_self, prctl and setrlimit."
        )
    return tuple(name for name, work in TRIALS.items() if _succeeds(work, mode))


PROGRAM_TRIALS = {
    "reading files": ("cat", "/etc/passwd"),
    "writing files": ("tee", "/dev/null"),
    "running programs": ("env", "true"),
}
"""What a confined program (`sandbox.program`) must not succeed with, by name: programs of every system
that do it."""
_FOLDERS = (Path("/usr/bin"), Path("/bin"))


def possible_for_programs(mode: Mode) -> tuple[str, ...]:
    """Return which of `PROGRAM_TRIALS` a program confined by `mode` succeeds with. Raises Unavailable
    when none can be run at all."""
    return tuple(name for name, command in PROGRAM_TRIALS.items() if _does(command, mode))


def _does(command: tuple[str, ...], mode: Mode) -> bool:
    path = next(
        (folder / command[0] for folder in _FOLDERS if (folder / command[0]).exists()), None
    )
    if path is None:
        return False
    trial = program.Program(
        path=path.resolve(),
        cpu_s=5,
        wall_s=10,
        memory_bytes=1 << 30,
        output_bytes=1 << 20,
        layers=LAYERS[mode],
    )
    program.run(trial, ("--version",), b"")
    try:
        program.run(trial, command[1:], b"")
    except (program.Failed, Stopped):
        return False
    return True


@cache
def demand(mode: Mode) -> Kernel:
    """Prove that `mode` holds here, once, and return what the kernel can do; a few milliseconds.

    Raises Unconfinable, saying what is missing and what to do.
    """
    kernel = require(mode)
    prepare(mode)
    if (escapes := possible(mode)) and mode is Mode.FULL:
        raise Unconfinable(
            f"full confinement does not hold on this machine: {', '.join(escapes)} is possible in it."
            ' Please report this; sandbox.mode = "rlimits-only" goes on without.'
        )
    return kernel
