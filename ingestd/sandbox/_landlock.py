"""Landlock: no permission at all, or to read some files and execute some, for every right that the
running kernel knows.

Each release of Linux guards more: files since ABI 1 (Linux 5.13), TCP since 4, abstract UNIX sockets
and signals since 6. So the rights are asked of the kernel bit by bit rather than listed here, and a
new kernel guards more without a change of ours. The numbers of the calls are the same on all
architectures (include/uapi/linux/landlock.h).
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ingestd.sandbox._kernel import call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 2, 1 << 3
_FIELDS = 3
"""handled_access_fs, handled_access_net, scoped: 64 bits each; older kernels take zeros for those
that they do not know."""

_Rights = ctypes.c_uint64 * _FIELDS


def abi() -> int:
    """Return the version of Landlock in this kernel, 0 where it is absent or was not switched on."""
    try:
        return call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))
    except OSError:
        return 0


def _create(rights: list[int]) -> int:
    """Return the descriptor of a new ruleset that permits none of `rights`."""
    size = ctypes.c_size_t(ctypes.sizeof(_Rights))
    return call(_CREATE_RULESET, ctypes.byref(_Rights(*rights)), size, ctypes.c_uint(0))


@cache
def rights() -> tuple[int, ...]:
    """Return all rights that the kernel knows, as the masks of the three fields."""
    known = [0] * _FIELDS
    for field in range(_FIELDS):
        for bit in range(64):
            asked = [0] * _FIELDS
            asked[field] = 1 << bit
            try:
                os.close(_create(asked))
            except OSError:
                break  # rights are numbered without gaps
            known[field] |= 1 << bit
    return tuple(known)


def restrict() -> None:
    """Take all of `rights()` from this process, for good. Raises OSError.

    Needs PR_SET_NO_NEW_PRIVS, and a free descriptor.
    """
    ruleset = _create(list(rights()))
    try:
        enforce(ruleset)
    finally:
        os.close(ruleset)


def enforce(ruleset: int) -> None:
    """Take all of `rights()` from this process but what the ruleset permits. Raises OSError."""
    call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0))


def ruleset(readable: Iterable[Path], executable: Iterable[Path]) -> int:
    """Return the descriptor of a ruleset that permits to read `readable` (files, and directories with
    all that is in them) and to read and execute the files `executable`. Raises OSError for one that
    is not there."""
    made = _create(list(rights()))
    try:
        for path in readable:
            _permit(made, path, _READ_FILE | (_READ_DIRECTORY if path.is_dir() else 0))
        for path in executable:
            _permit(made, path, _READ_FILE | _EXECUTE)
    except OSError:
        os.close(made)
        raise
    return made


def _permit(ruleset: int, path: Path, allowed: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", allowed, place)  # struct landlock_path_beneath_attr is packed
        kind, flags = ctypes.c_int(_PATH_BENEATH), ctypes.c_uint(0)
        call(_ADD_RULE, ctypes.c_int(ruleset), kind, ctypes.c_char_p(rule), flags)
    finally:
        os.close(place)
