"""The system calls that the standard library does not wrap, by ctypes; a failure is an OSError."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)

_CLOSE_RANGE = 436
"""The same on all architectures."""
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def prctl(option: int, value: int, third: object = None) -> int:
    """Call prctl(2) with an integer and, where the option takes one, a pointer. Raises OSError."""
    pointer = third if third is not None else ctypes.c_ulong(0)
    zero = ctypes.c_ulong(0)
    return _checked(_libc.prctl(option, ctypes.c_ulong(value), pointer, zero, zero))


def call(number: int, *arguments: object) -> int:
    """Make the system call of this number. Raises OSError."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments))


def close_range(first: int) -> None:
    """Close `first` and every descriptor above it, whatever its number. Raises OSError."""
    call(_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(0xFFFF_FFFF), ctypes.c_uint(0))
