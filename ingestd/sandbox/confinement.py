"""What is taken from a process that reads strangers' documents, in layers that each hold alone.

The descriptors of the parent, by closing them; resources, by rlimits; files and TCP, by Landlock;
everything else the kernel offers, by seccomp. A child is confined entirely or does not run: there is
no quiet half of it.
"""

import os
import resource
from dataclasses import dataclass
from enum import StrEnum

from ingestd.sandbox import _landlock, _seccomp
from ingestd.sandbox._kernel import (
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    close_range,
    prctl,
)

SOCKET = 3
"""The only descriptor of a confined process; below it nothing, so that what a library prints to
standard error cannot get into the conversation."""

_SIGKILL = 9


class Mode(StrEnum):
    """How much confinement the operator asks for (`sandbox.mode`)."""

    FULL = "full"
    RLIMITS_ONLY = "rlimits-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Which layers are put on. `refused` is what seccomp does to a call that is on none of its lists."""

    descriptors: bool = True
    rlimits: bool = True
    landlock: bool = True
    seccomp: bool = True
    refused: int = _seccomp.REFUSE


LAYERS = {Mode.FULL: Layers(), Mode.RLIMITS_ONLY: Layers(landlock=False, seccomp=False)}
"""Nothing else is ever used outside tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a confined process may use: CPU seconds, bytes of address space, and whether it may start
    threads (a library that cannot do without)."""

    cpu_s: int
    memory_bytes: int
    threads: bool = False


@dataclass(frozen=True, slots=True)
class Kernel:
    """What this kernel can do: the version of Landlock (0 for none), and whether it filters calls."""

    landlock_abi: int
    seccomp: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what full confinement needs and is not here."""
        absent = {"Landlock": not self.landlock_abi, "seccomp": not self.seccomp}
        return tuple(name for name, is_absent in absent.items() if is_absent)


class Unconfinable(Exception):  # noqa: N818 - says what cannot be done here, for the operator
    """Strangers' documents cannot be read in full confinement on this kernel; says what to do."""


def probe() -> Kernel:
    """Ask the kernel what it can do; changes nothing."""
    return Kernel(_landlock.abi(), _seccomp.is_available())


def require(mode: Mode) -> Kernel:
    """Return what the kernel can do. Raises Unconfinable when that is not what `mode` needs."""
    kernel = probe()
    if mode is Mode.FULL and kernel.missing:
        raise Unconfinable(
            f"this kernel ({os.uname().release}, {os.uname().machine}) has no"
            f" {' and no '.join(kernel.missing)}, and without it what reads strangers' documents is"
            " not confined.\nUse Linux 5.13 or newer on x86_64 or aarch64 with"
            " CONFIG_SECURITY_LANDLOCK and CONFIG_SECCOMP_FILTER, `landlock` among the modules of"
            " /sys/kernel/security/lsm (boot with lsm=landlock,...), and in a container a profile"
            " that permits landlock_* and seccomp.\nTo do without, set sandbox.mode ="
            ' "rlimits-only", on a machine where nothing else is at stake.'
        )
    return kernel


def prepare(mode: Mode) -> None:
    """Make what all confined processes share, once in the parent."""
    if LAYERS[mode].landlock:
        _landlock.rights()
    if LAYERS[mode].seccomp:
        _seccomp.program(SOCKET)


def _close_all_but_the_socket() -> None:
    """Close what is the parent's: no file, database, log, scanner or standard stream is left."""
    os.closerange(0, SOCKET)
    try:
        close_range(SOCKET + 1)
    except OSError:  # before Linux 5.9, where rlimits are all there is
        for number in [int(name) for name in os.listdir("/proc/self/fd")]:  # noqa: PTH208 - numbers
            os.closerange(max(number, SOCKET + 1), number + 1)


def _limit(allowance: Allowance) -> None:
    """Set the rlimits. No number of a descriptor is free, so nothing can be opened; SIGXCPU comes a
    second before SIGKILL, which tells it from the kernel's own killing for want of memory."""
    memory = allowance.memory_bytes
    if not allowance.threads:  # the kernel counts the threads of all processes of this user
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    for name, soft, hard in (
        (resource.RLIMIT_CPU, allowance.cpu_s, allowance.cpu_s + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_NOFILE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
    ):
        resource.setrlimit(name, (soft, hard))


def leave_with(parent: int) -> None:
    """Have the kernel end this process with its parent, also one that has gone already."""
    prctl(PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def confine(parent: int, allowance: Allowance, layers: Layers) -> None:
    """Confine this process for good; of its descriptors `SOCKET` alone is left.

    `parent` is the process that it must not outlive. Raises OSError when any layer cannot be put on:
    nothing of a stranger may be read then.
    """
    leave_with(parent)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    if layers.descriptors:
        _close_all_but_the_socket()
    if layers.landlock:
        _landlock.restrict()
    if layers.rlimits:
        _limit(allowance)
    if layers.seccomp:
        restrict = _seccomp.restrict_threads if allowance.threads else _seccomp.restrict
        restrict(SOCKET, layers.refused)
