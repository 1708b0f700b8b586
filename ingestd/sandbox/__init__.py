"""Run a function in a throw-away process: a forked child that is confined and watched by a clock.

The child has nothing but memory and one socket to its parent (`confinement`). What it needs of the
world (a virus scan, what is already filed) it asks for, and the parent answers. What comes back is a
text for the caller to check, size capped; never a pickle, and never believed.
"""

import gc
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from ingestd.sandbox._wire import Frame, Kind, Malformed, TooMuch, Wire
from ingestd.sandbox.confinement import LAYERS, SOCKET, Allowance, Layers, Mode, confine

_OUT_OF_MEMORY = 3
_FAULT_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cage:
    """The limits of one run: CPU seconds, wall-clock seconds, bytes of address space, and bytes of all
    that the child says. Time that the parent takes for its answers is not the child's: it has a limit
    of its own, `answers_s`, after which the next answer is not begun."""

    cpu_s: int
    wall_s: float
    memory_bytes: int
    result_bytes: int
    answers_s: float = 240
    layers: Layers = LAYERS[Mode.FULL]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost: CPU seconds and the largest resident memory of the child, and the seconds that
    the parent took to answer it."""

    cpu_s: float = 0.0
    peak_bytes: int = 0
    answering_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """What the function returned, as text, and what it cost."""

    text: bytes
    cost: Cost


class Stopped(Exception):  # noqa: N818 - says what happened to the child, which is no error of ours
    """The child was stopped. `limit` is `cpu`, `memory`, `time`, `result`, `answers` (too long to
    answer), `answer` (what it said is not what we say), or `signal N`."""

    def __init__(self, limit: str, cost: Cost | None = None) -> None:
        self.limit = limit
        self.cost = cost or Cost()
        super().__init__(limit)


class ChildFault(Exception):  # noqa: N818 - carries the child's traceback
    """The function raised: a mistake of ours, with the child's traceback as text."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a child asks or notes: words (short texts) and octets. Nothing of it is true by itself."""

    words: tuple[str, ...]
    octets: bytes

    @property
    def word(self) -> str:
        """The only word. Raises Stopped for a child that says more or less."""
        if len(self.words) != 1:
            raise Stopped("answer")
        return self.words[0]


Answer = Callable[[Question], Any]
"""Answers a question with plain data, as JSON has it. May raise Stopped for a question that is none,
and whatever else ends the run (Unavailable)."""


class Parent:
    """The child's only view of the world."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def ask(self, question: str, *words: str, octets: bytes = b"") -> Any:
        """Return the parent's answer: plain data, as JSON has it."""
        self._wire.send(Kind.QUESTION, json.dumps([question, *words]).encode(), octets)
        return self._wire.receive().value()

    def tell(self, question: str, *words: str, octets: bytes = b"") -> None:
        """The same for what needs no answer, and so no waiting."""
        self._wire.send(Kind.NOTE, json.dumps([question, *words]).encode(), octets)


Work = Callable[[Parent], bytes]
"""What is run in the child. Returns a text."""


def _be_the_child(
    descriptor: int, parent: int, work: Work, cage: Cage
) -> NoReturn:  # pragma: no cover - runs in the fork
    code = 1
    try:
        os.dup2(descriptor, SOCKET, inheritable=False)
        wire = Wire(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, SOCKET))
        code = _work(wire, lambda: _confined(parent, cage), work)
    finally:
        os._exit(code)


def _confined(parent: int, cage: Cage) -> None:  # pragma: no cover - runs in the fork
    """Take everything from this process that was its parent's: handlers, streams, descriptors."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    sys.stdout = sys.stderr = None
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    allowance = Allowance(cpu_s=cage.cpu_s, memory_bytes=cage.memory_bytes)
    confine(parent, allowance, cage.layers)
    gc.freeze()  # what is the parent's is no garbage of ours: looking at it would copy it


def _work(wire: Wire, confined: Callable[[], None], work: Work) -> int:  # pragma: no cover
    """Work in confinement, say what came out, and return the exit code."""
    try:
        confined()
        wire.send(Kind.RESULT, work(Parent(wire)))
    except MemoryError:
        return _OUT_OF_MEMORY
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return 0  # the parent is gone; nobody waits for an answer
    except BaseException:  # noqa: BLE001 - whatever it is, the parent raises it
        try:
            text = traceback.format_exc()[-_FAULT_CHARACTERS:]
            wire.send(Kind.FAULT, text.encode("utf-8", "backslashreplace"))
        except MemoryError:
            return _OUT_OF_MEMORY
    return 0


class _Child:
    """The parent's side of one child: what it says, and how it ends."""

    def __init__(self, pid: int, pipe: socket.socket, cage: Cage) -> None:
        self._pid = pid
        self._pipe = pipe
        self._cage = cage
        self._wire = Wire(pipe, cage.result_bytes, cage.wall_s)
        self._answering_s = 0.0
        self._usage: resource.struct_rusage | None = None
        self._exit_code = 0

    def converse(self, answers: Mapping[str, Answer]) -> bytes:
        """Answer the child until it has a result, and return that. Raises as `run` does."""
        while True:
            with self._listening():
                frame = self._wire.receive()
            if frame.kind is Kind.RESULT:
                return frame.text
            if frame.kind is Kind.FAULT:
                raise ChildFault(frame.text[:_FAULT_CHARACTERS].decode("utf-8", "replace"))
            answer = self._answer(frame, answers)
            if frame.kind is Kind.QUESTION:
                with self._listening():
                    self._wire.send(Kind.ANSWER, json.dumps(answer).encode())

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Tell what the conversation's own failures mean; those of an answer are not among them."""
        try:
            yield
        except TimeoutError:
            raise Stopped("time") from None
        except TooMuch:
            raise Stopped("result") from None
        except Malformed:
            raise Stopped("answer") from None
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise Stopped(self._why()) from None

    def _answer(self, frame: Frame, answers: Mapping[str, Answer]) -> Any:
        with self._listening():
            said = frame.value()
        is_words = isinstance(said, list) and said and all(isinstance(one, str) for one in said)
        if not is_words or said[0] not in answers or frame.kind is Kind.ANSWER:
            raise Stopped("answer")
        if self._answering_s > self._cage.answers_s:
            raise Stopped("answers")
        began = time.monotonic()
        try:
            return answers[said[0]](Question(tuple(said[1:]), frame.octets))
        finally:
            self._answering_s += time.monotonic() - began

    def end(self) -> None:
        """End the child if it has not ended; afterwards its cost is known. May be called twice."""
        self._pipe.close()
        if self._usage is None:
            os.kill(self._pid, signal.SIGKILL)
            self._wait()

    def _wait(self) -> None:
        _, status, self._usage = os.wait4(self._pid, 0)
        self._exit_code = os.waitstatus_to_exitcode(status)

    def _why(self) -> str:
        """Return why a child that says nothing more has ended, or is ending."""
        self._wait()
        if self._exit_code == _OUT_OF_MEMORY:
            return "memory"
        if self._exit_code == -signal.SIGXCPU:
            return "cpu"
        if self._exit_code == -signal.SIGKILL:  # of the CPU limit, or the kernel had no memory left
            return "cpu" if self.cost.cpu_s >= self._cage.cpu_s else "memory"
        return f"signal {-self._exit_code}" if self._exit_code < 0 else "answer"

    @property
    def cost(self) -> Cost:
        """What the child cost, once it has ended."""
        if self._usage is None:
            return Cost(answering_s=self._answering_s)
        cpu_s = self._usage.ru_utime + self._usage.ru_stime
        return Cost(cpu_s, self._usage.ru_maxrss * 1024, self._answering_s)


def run(work: Work, answers: Mapping[str, Answer], cage: Cage) -> Done:
    """Return what `work` returns, run in a forked child within `cage`.

    `answers` are the questions the child may ask. Raises Stopped for a limit, a signal or a child
    that speaks out of turn, ChildFault for an exception in the child, and lets through what an answer
    raises (Unavailable); in each case after the child is gone.
    """
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _be_the_child(theirs.fileno(), parent, work, cage)
    theirs.close()
    child = _Child(pid, ours, cage)
    try:
        text = child.converse(answers)
    except Stopped as stopped:
        child.end()
        raise Stopped(stopped.limit, child.cost) from None
    finally:
        child.end()
    return Done(text, child.cost)
