"""Run a command as an older kernel would: without Landlock, or without seccomp filters.

    python -m tests._old_kernel landlock|seccomp COMMAND...

The missing system call is answered by a filter of our own, as the kernel that lacks it answers.
"""

import ctypes
import errno
import os
import struct
import sys

from ingestd.sandbox._kernel import PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, prctl
from ingestd.sandbox._seccomp import _Program, architecture

PRCTL = {"x86_64": 157, "aarch64": 167}
LANDLOCK_CREATE_RULESET = 444
LOAD, EQUAL, RETURN, ALLOW, ERRNO = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050000
NUMBER, FIRST_ARGUMENT = 0, 16


def program(missing: str) -> list[tuple[int, int, int, int]]:
    """Return the filter that makes `missing` missing."""
    if missing == "landlock":
        return [
            (LOAD, 0, 0, NUMBER),
            (EQUAL, 0, 1, LANDLOCK_CREATE_RULESET),
            (RETURN, 0, 0, ERRNO | errno.ENOSYS),
            (RETURN, 0, 0, ALLOW),
        ]
    return [
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 0, 3, PRCTL[os.uname().machine]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 0, 1, PR_SET_SECCOMP),
        (RETURN, 0, 0, ERRNO | errno.EINVAL),
        (RETURN, 0, 0, ALLOW),
    ]


def main() -> None:
    """Become the command."""
    assert architecture()
    packed = [struct.pack("<HBBI", *one) for one in program(sys.argv[1])]
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, 2, ctypes.byref(_Program(len(packed), b"".join(packed))))
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
