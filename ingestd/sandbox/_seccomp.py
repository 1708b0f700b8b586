"""seccomp: the system calls that a reader of documents may make, as a classic BPF program.

An allow list. What is not on it fails with EPERM: a mistake of ours, such as a module imported too
late, then raises where it is made and is told with its traceback. What no reader has any business
with (running a program, looking into another process, the kernel's own interfaces) ends the process
with SIGSYS, for then it is not ours any more. Memory is never both written and executed, and octets
go in and out by one descriptor only.
"""

import ctypes
import os
import struct
from collections.abc import Iterator
from functools import cache

from ingestd.sandbox._kernel import PR_SET_SECCOMP, call, prctl
from ingestd.sandbox._syscalls import (
    ALLOWED,
    ARCHITECTURES,
    ASKING,
    CONTROLLING,
    DEADLY,
    FILES,
    MAPPING,
    THREADS,
    TRANSFER,
    Architecture,
)

_FILTER_MODE = 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""BPF: load a word of the call's data; three tests of it against a constant; return."""

KILL, REFUSE, ALLOW = 0x80000000, 0x00050001, 0x7FFF0000
"""SECCOMP_RET_KILL_PROCESS; SECCOMP_RET_ERRNO with EPERM; SECCOMP_RET_ALLOW."""

_NUMBER, _ARCHITECTURE = 0, 4
_X32 = 0x40000000
_PROT_EXEC = 4
_CLONE_THREAD = 0x0001_0000
_CLONE_NEW = 0x7E02_0080
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET and NEWTIME: name spaces."""
_ABSENT = 0x00050026
"""SECCOMP_RET_ERRNO with ENOSYS."""
_SET_FILTER, _ALL_THREADS = 1, 1
"""SECCOMP_SET_MODE_FILTER; SECCOMP_FILTER_FLAG_TSYNC."""


def _argument(index: int, high: int = 0) -> int:
    """Return where the low (or high) word of an argument lies; both architectures are little-endian."""
    return 16 + 8 * index + 4 * high


def _unless(
    test: int, value: int, wanted: bool, otherwise: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield: return `otherwise` unless `test` of the loaded word against `value` comes out `wanted`."""
    yield (test, *((1, 0) if wanted else (0, 1)), value)
    yield (_RETURN, 0, 0, otherwise)


def _when(
    number: int, then: list[tuple[int, int, int, int]]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield: run `then` (which returns) if the call is `number`. Jumps over at most 255."""
    yield (_EQUAL, 0, len(then), number)
    yield from then


def _threads(here: Architecture, otherwise: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield: a new thread of this process is allowed; a new process, in any disguise, is not."""
    allow = [(_RETURN, 0, 0, ALLOW)]
    for name in THREADS:
        yield from _when(here.number(name), allow)
    checks = [(_LOAD, 0, 0, _argument(0)), *_unless(_ANY_BIT, _CLONE_THREAD, True, otherwise)]
    checks += _unless(_ANY_BIT, _CLONE_NEW, False, otherwise)
    yield from _when(here.number("clone"), checks + allow)
    yield from _when(here.number("clone3"), [(_RETURN, 0, 0, _ABSENT)])


def _instructions(
    here: Architecture, descriptor: int, otherwise: int, threads: bool = False
) -> Iterator[tuple[int, int, int, int]]:
    allow, kill = [(_RETURN, 0, 0, ALLOW)], [(_RETURN, 0, 0, KILL)]
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield from _unless(_EQUAL, here.audit, True, KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    yield from _unless(_AT_LEAST, _X32, False, KILL)
    for name in ALLOWED:
        yield from _when(here.number(name), allow)
    for name in MAPPING:
        checks = [(_LOAD, 0, 0, _argument(2)), *_unless(_ANY_BIT, _PROT_EXEC, False, otherwise)]
        yield from _when(here.number(name), checks + allow)
    for name in TRANSFER:  # by the one descriptor, and to no address
        checks = [(_LOAD, 0, 0, _argument(0)), *_unless(_EQUAL, descriptor, True, otherwise)]
        for high in (0, 1):
            checks += [(_LOAD, 0, 0, _argument(4, high)), *_unless(_EQUAL, 0, True, otherwise)]
        yield from _when(here.number(name), checks + allow)
    if threads:
        yield from _threads(here, otherwise)
    for name in DEADLY:
        if name in here.numbers:
            yield from _when(here.number(name), kill)
    yield (_RETURN, 0, 0, otherwise)


def _instructions_for_program(here: Architecture) -> Iterator[tuple[int, int, int, int]]:
    """Yield the filter of a whole program, which must load itself before it reads a stranger's octets:
    files as far as Landlock lets it, and nothing else. What it has no business with is refused, not
    deadly: a library that tries to make a socket at its start does without."""
    allow = [(_RETURN, 0, 0, ALLOW)]
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield from _unless(_EQUAL, here.audit, True, KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    yield from _unless(_AT_LEAST, _X32, False, KILL)
    for name in (*ALLOWED, *MAPPING, *FILES):
        if name in here.numbers:
            yield from _when(here.number(name), allow)
    checks: list[tuple[int, int, int, int]]
    for name, argument in ASKING.items():
        checks = []
        for high in (0, 1):
            checks += [(_LOAD, 0, 0, _argument(argument, high))]
            checks += _unless(_EQUAL, 0, True, REFUSE)
        yield from _when(here.number(name), checks + allow)
    name, commands = CONTROLLING
    checks = [(_LOAD, 0, 0, _argument(1))]
    for command in commands:
        checks += [(_EQUAL, 0, 1, command), *allow]
    yield from _when(here.number(name), [*checks, (_RETURN, 0, 0, REFUSE)])
    yield (_RETURN, 0, 0, REFUSE)


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def architecture() -> Architecture | None:
    """Return the system calls of this machine, None for a kind of machine that we have no list of."""
    return ARCHITECTURES.get(os.uname().machine)


@cache
def program(descriptor: int, otherwise: int = REFUSE, threads: bool = False) -> _Program:
    """Return the filter for a process whose one descriptor is `descriptor`; made once, before forks.

    `otherwise` is what becomes of a call that is on no list (tests want KILL, to find any), `threads`
    allows to start some.
    """
    here = architecture()
    assert here, "probe() tells where there is no filter"
    instructions = _instructions(here, descriptor, otherwise, threads)
    packed = [struct.pack("<HBBI", *one) for one in instructions]
    return _Program(len(packed), b"".join(packed))


@cache
def program_of_files() -> _Program:
    """Return the filter for a program of the system (`sandbox.program`); made once, before forks."""
    here = architecture()
    assert here, "probe() tells where there is no filter"
    packed = [struct.pack("<HBBI", *one) for one in _instructions_for_program(here)]
    return _Program(len(packed), b"".join(packed))


def is_available() -> bool:
    """Tell whether this kernel filters system calls, on a machine that we have the list of."""
    try:
        prctl(PR_SET_SECCOMP, _FILTER_MODE)
    except OSError as error:
        return (
            error.errno == 14 and architecture() is not None
        )  # EFAULT: it wants to read a program
    return False


def restrict(descriptor: int, otherwise: int = REFUSE) -> None:
    """Filter the calls of this process, for good. Raises OSError. Needs PR_SET_NO_NEW_PRIVS."""
    _filter_by(program(descriptor, otherwise))


def restrict_threads(descriptor: int, otherwise: int = REFUSE) -> None:
    """The same for a process of several threads: all it has, and all it will start. Raises OSError."""
    here = architecture()
    assert here, "probe() tells where there is no filter"
    made = ctypes.byref(program(descriptor, otherwise, threads=True))
    flags = ctypes.c_uint(_SET_FILTER), ctypes.c_uint(_ALL_THREADS)
    if call(here.number("seccomp"), *flags, made):
        raise OSError("a thread could not be confined")


def restrict_to_files() -> None:
    """Filter the calls of this process and of the program it becomes, for good. Raises OSError."""
    _filter_by(program_of_files())


def _filter_by(filter_program: _Program) -> None:
    prctl(PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(filter_program))
