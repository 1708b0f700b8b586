"""Run a function in a throw-away process: a forked child under rlimits and a wall clock.

The child has nothing but memory and one socket to its parent. What it needs of the world (a virus
scan, what is already filed) it asks for, and the parent answers: so the child can lose its network,
its files and its privileges without any reader noticing. What comes back is plain data (CBOR), size
capped, and checked by the caller; never a pickle.
"""

import os
import resource
import signal
import socket
import struct
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import cbor2

Ask = Callable[..., Any]
"""How the child asks its parent: `ask("scan", content)`."""

_OUT_OF_MEMORY = 3
_HEAD = struct.Struct("!BQ")
_QUESTION, _ANSWER, _RESULT, _FAULT = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cage:
    """The limits of one run: CPU seconds, wall-clock seconds, bytes of memory and of the result."""

    cpu_s: int
    wall_s: float
    memory_bytes: int
    result_bytes: int


class Stopped(Exception):  # noqa: N818 - says what happened to the child, which is no error of ours
    """The child was stopped by a limit; `limit` is `cpu`, `memory`, `time`, `result` or `signal N`."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(limit)


class ChildFault(Exception):  # noqa: N818 - carries the child's traceback
    """The function raised: a mistake of ours, with the child's traceback as text."""


def _send(pipe: socket.socket, kind: int, value: Any) -> None:
    data = cbor2.dumps(value)
    pipe.sendall(_HEAD.pack(kind, len(data)))
    pipe.sendall(data)


class _Reader:
    """Frames from a socket, within a deadline and a size."""

    def __init__(self, pipe: socket.socket, deadline: float | None, most_bytes: int) -> None:
        self._pipe, self._deadline, self._most_bytes = pipe, deadline, most_bytes

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            if self._deadline is not None:
                self._pipe.settimeout(max(0.001, self._deadline - time.monotonic()))
            try:
                piece = self._pipe.recv(min(1 << 20, size - len(data)))
            except TimeoutError:
                raise Stopped("time") from None
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def frame(self) -> tuple[int, Any]:
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size))
        if size > self._most_bytes:
            raise Stopped("result")
        return kind, cbor2.loads(self._exactly(size))


def _limit(cage: Cage) -> None:
    for name, value in (
        (resource.RLIMIT_CPU, cage.cpu_s),
        (resource.RLIMIT_AS, cage.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def _be_the_child(
    pipe: socket.socket, function: Callable[[Ask], Any], cage: Cage
) -> NoReturn:  # pragma: no cover - runs in the fork
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _limit(cage)
        answers = _Reader(pipe, None, cage.result_bytes)

        def ask(question: str, *arguments: Any) -> Any:
            _send(pipe, _QUESTION, [question, list(arguments)])
            return answers.frame()[1]

        _send(pipe, _RESULT, function(ask))
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    except (EOFError, BrokenPipeError, ConnectionResetError):
        code = 0  # the parent is gone; nobody waits for an answer
    except BaseException:  # noqa: BLE001 - whatever it is, the parent raises it
        _send(pipe, _FAULT, traceback.format_exc())
    finally:
        os._exit(code)


def _reap(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _why(exit_code: int) -> str:
    if exit_code == _OUT_OF_MEMORY:
        return "memory"
    if exit_code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "cpu"
    return f"signal {-exit_code}" if exit_code < 0 else "memory"


def run(
    function: Callable[[Ask], Any], answers: Mapping[str, Callable[..., Any]], cage: Cage
) -> Any:
    """Return `function(ask)`, run in a forked child within `cage`.

    `answers` are the questions the child may ask; the result and all arguments are plain data as
    CBOR has them. Raises Stopped for a limit, ChildFault for an exception in the child, and lets
    through what an answer raises (Unavailable), after the child is gone.
    """
    ours, theirs = socket.socketpair()
    deadline = time.monotonic() + cage.wall_s
    child = os.fork()
    if child == 0:
        ours.close()
        _be_the_child(theirs, function, cage)
    theirs.close()
    reader = _Reader(ours, deadline, cage.result_bytes)
    ended = False
    try:
        while True:
            kind, value = reader.frame()
            if kind == _RESULT:
                return value
            if kind == _FAULT:
                raise ChildFault(value)
            question, arguments = value
            if question not in answers:
                raise ChildFault(f"the child asked for {question!r}")
            _send(ours, _ANSWER, answers[question](*arguments))
    except TimeoutError:
        raise Stopped("time") from None
    except (EOFError, BrokenPipeError, ConnectionResetError):
        ended = True
        raise Stopped(_why(_reap(child))) from None
    finally:
        ours.close()
        if not ended:
            os.kill(child, signal.SIGKILL)
            _reap(child)
