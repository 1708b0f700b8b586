"""The confinement put to the test: children that try what a reader must not be able to do.

What a kernel says it can do is one thing (a container may forbid it, a security module be switched
off); what a confined process then can do is what counts.
"""

import os
import socket
from functools import cache

from ingestd.sandbox import Cage, ChildFault, Parent, Stopped, Work, run
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
