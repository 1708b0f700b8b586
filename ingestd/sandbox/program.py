"""Run a program of the system over a stranger's octets: confined before its first instruction.

It is given its input as a file in memory and leaves its output in another, so nothing is pumped and
neither grows past a limit. It may read what it is told it may, write nowhere, execute itself alone,
make no socket, process or thread, and is ended with the thread that started it. What it prints is
never believed.
"""

import fcntl
import os
import resource
import select
import signal
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

from ingestd.model import Unavailable
from ingestd.sandbox import Cost, Done, Stopped, _landlock, _seccomp
from ingestd.sandbox._kernel import PR_SET_NO_NEW_PRIVS, close_range, prctl
from ingestd.sandbox.confinement import LAYERS, Layers, Mode, leave_with

_TELLTALE, _RULESET = 3, 4
"""The numbers of what the child has until it has become the program: where it says why it could not,
and its ruleset. Above them nothing is left open, and neither is open in the program."""
_FREE = 10
"""From this number on a descriptor is none of those."""
_DESCRIPTORS = 64
_TOLD_BYTES = 2_000
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
_LOADER_CACHE = Path("/etc/ld.so.cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program and its limits: CPU and wall-clock seconds, bytes of address space, and bytes of what
    it prints. `path` is absolute; `readable` are the files and directories that it may read besides
    itself and the libraries it is linked with; of our environment it gets nothing."""

    path: Path
    readable: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    cpu_s: int
    wall_s: float
    memory_bytes: int
    output_bytes: int
    layers: Layers = LAYERS[Mode.FULL]


class Failed(Exception):  # noqa: N818 - says what the program made of it
    """The program ended by itself with an exit code other than 0; `told` is the end of what it wrote
    to standard error."""

    def __init__(self, code: int, told: str) -> None:
        self.code = code
        self.told = told
        super().__init__(f"exit code {code}: {told}")


@cache
def linked_with(path: Path) -> tuple[Path, ...]:
    """Return the loader and the libraries of an executable, as the loader itself lists them.

    Raises Unavailable for one that is not there or does not run on this machine.
    """
    environment = {"LD_TRACE_LOADED_OBJECTS": "1"}
    try:
        listed = subprocess.run(
            [path],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{path} cannot be run: {error}") from error
    words = listed.stdout.decode("utf-8", "replace").split()
    return tuple(Path(word) for word in words if word.startswith("/") and Path(word).is_file())


def run(program: Program, arguments: Iterable[str], given: bytes) -> Done:
    """Return what a program printed to standard output when it was given `given` as standard input,
    and what that cost.

    Raises Stopped for a limit (`cpu`, `time`, `result`, `signal N`; a program that is out of memory
    ends itself as it likes), Failed for its own failure, and Unavailable when it cannot be started or
    confined.
    """
    loaded = linked_with(program.path)
    if program.layers.seccomp:
        _seccomp.program_of_files()
    with _Descriptors() as ours:
        try:
            source, output, errors = (ours.memory(name) for name in ("input", "output", "errors"))
            _fill(source, given)
            ruleset = ours.keep(_ruleset(program, loaded)) if program.layers.landlock else None
        except OSError as error:
            raise Unavailable(f"{program.path.name} cannot be started: {error}") from error
        command = (str(program.path), *arguments)
        pid, why_not = _start(program, command, (source, output, errors), ruleset)
        cost = _wait(pid, program, (output, errors), why_not)
        return Done(os.pread(output, program.output_bytes, 0), cost)


class _Descriptors:
    """Descriptors that are closed when they are not needed any more."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def __enter__(self) -> "_Descriptors":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._open:
            os.close(one)

    def keep(self, descriptor: int) -> int:
        """Return a descriptor, to be closed in the end, with a number that the child needs for nothing
        else (a process may have been started without standard streams). Raises OSError."""
        try:
            self._open.append(fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _FREE))
        finally:
            os.close(descriptor)
        return self._open[-1]

    def memory(self, name: str) -> int:
        """Return the descriptor of a new file in memory. Raises OSError."""
        return self.keep(os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING))


def _fill(source: int, given: bytes) -> None:
    """Write the input and seal it: the program cannot change it, not even for itself."""
    rest = memoryview(given)
    while rest:
        rest = rest[os.write(source, rest) :]
    os.lseek(source, 0, os.SEEK_SET)
    fcntl.fcntl(source, fcntl.F_ADD_SEALS, _SEALS)


def _ruleset(program: Program, loaded: tuple[Path, ...]) -> int:
    executable = [program.path, *(one for one in loaded if one.name.startswith("ld-"))]
    kept = [_LOADER_CACHE] if _LOADER_CACHE.is_file() else []
    return _landlock.ruleset([*kept, *loaded, *program.readable], executable)


def _start(
    program: Program, command: tuple[str, ...], streams: tuple[int, ...], ruleset: int | None
) -> tuple[int, str]:
    """Fork, and have the child become the program; return its process id and why it could not,
    or ""."""
    parent = os.getpid()
    listening, telltale = os.pipe()
    with _Descriptors() as ours:
        far = ours.keep(telltale)
        pid = os.fork()
        if pid == 0:
            _become(program, command, (*streams, far), ruleset, parent)
    with os.fdopen(listening, "rb") as pipe:
        return pid, pipe.read(_TOLD_BYTES).decode("utf-8", "replace")


def _become(
    program: Program,
    command: tuple[str, ...],
    descriptors: tuple[int, ...],
    ruleset: int | None,
    parent: int,
) -> NoReturn:  # pragma: no cover - runs in the fork
    try:
        for number, one in enumerate(descriptors):
            os.dup2(one, number, inheritable=number != _TELLTALE)
        _confine(program, ruleset, parent)
        os.execve(command[0], command, dict(program.environment))  # noqa: S606 - no shell
    except BaseException as error:  # noqa: BLE001 - there is nobody to raise it to
        os.write(_TELLTALE, (str(error) or type(error).__name__).encode())
    finally:
        os._exit(1)


def _confine(
    program: Program, ruleset: int | None, parent: int
) -> None:  # pragma: no cover - runs in the fork
    leave_with(parent)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGTERM, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if ruleset is not None:
        os.dup2(ruleset, _RULESET)
        _landlock.enforce(_RULESET)
    try:
        close_range(_RULESET)
    except OSError:  # before Linux 5.9, where there is no Landlock either
        os.closerange(_RULESET, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _limit(program)
    if program.layers.seccomp:
        _seccomp.restrict_to_files()


def _limit(program: Program) -> None:  # pragma: no cover - runs in the fork
    for name, soft, hard in (
        (resource.RLIMIT_CPU, program.cpu_s, program.cpu_s + 1),
        (resource.RLIMIT_AS, program.memory_bytes, program.memory_bytes),
        (resource.RLIMIT_FSIZE, program.output_bytes, program.output_bytes),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS, _DESCRIPTORS),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
    ):
        resource.setrlimit(name, (soft, hard))


def _wait(pid: int, program: Program, printed: tuple[int, int], why_not: str) -> Cost:
    """Wait for the program and return what it cost. Raises as `run` does, after it is gone."""
    in_time = False
    try:
        in_time = _ends_within(pid, program.wall_s)
    finally:
        if not in_time:
            os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
    cost = Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
    code = os.waitstatus_to_exitcode(status)
    if why_not:
        raise Unavailable(f"{program.path.name} cannot be started: {why_not}")
    if not in_time:
        raise Stopped("time", cost)
    if code < 0:
        raise Stopped(_limit_of(-code), cost)
    if any(os.fstat(one).st_size >= program.output_bytes for one in printed):
        raise Stopped("result", cost)  # for a program that goes on after SIGXFSZ
    if code:
        told = os.pread(printed[1], program.output_bytes, 0)[-_TOLD_BYTES:].decode(
            "utf-8", "replace"
        )
        raise Failed(code, told.strip())
    return cost


def _ends_within(pid: int, seconds: float) -> bool:
    """Tell whether a child ends in so many seconds."""
    handle = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(handle)


def _limit_of(number: int) -> str:
    """Return the limit that a signal tells of."""
    limits: dict[int, str] = {signal.SIGXCPU: "cpu", signal.SIGXFSZ: "result"}
    return limits.get(number, f"signal {number}")
