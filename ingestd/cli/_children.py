"""The processes of `ingestd serve`: started, started again when they die, ended together.

Each is a fresh interpreter (nothing inherited but what is handed over) in a session of its own, so
that Ctrl-C reaches the parent alone. A child whose parent dies ends itself.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from threading import Event
from typing import Any

from ingestd import journal, supervision

_FIRST_DELAY_S = 0.5
_LONGEST_DELAY_S = 30.0
_GOOD_RUN_S = 60.0
_END_S = 40.0  # the door takes up to 30 s to finish the messages under way

_spawn = multiprocessing.get_context("spawn")


class Stop(Event):
    """An event that a signal handler may set (a plain `Event` can deadlock there), and that is set
    as well when the parent process is gone."""

    def __init__(self) -> None:
        super().__init__()
        wakes, self._waker = os.pipe()
        parent = multiprocessing.parent_process()
        self.sentinels = [wakes, *([parent.sentinel] if parent else [])]

    def set(self) -> None:
        """Ask to stop."""
        os.write(self._waker, b"x")

    def is_set(self) -> bool:
        """Tell whether we are to stop."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until we are to stop, `timeout` seconds at most, and tell whether we are."""
        return bool(wait(self.sentinels, timeout))


@dataclass(slots=True)
class Child:
    """One process: what it runs, and when it may be started (again)."""

    name: str
    target: Callable[..., None]
    arguments: tuple[Any, ...]
    takes_hangup: bool = False
    process: SpawnProcess | None = None
    _started_at: float = 0.0
    _start_at: float = 0.0
    _delay_s: float = field(default=_FIRST_DELAY_S)

    def tend(self) -> None:
        """Start it if it does not run and its time has come; note it if it has ended."""
        now = time.monotonic()
        if self.process is not None and self.process.exitcode is not None:
            journal.child_ended(self.name, self.process.exitcode)
            if now - self._started_at > _GOOD_RUN_S:
                self._delay_s = _FIRST_DELAY_S
            self._start_at = now + self._delay_s
            self._delay_s = min(self._delay_s * 2, _LONGEST_DELAY_S)
            self.process = None
        if self.process is None and now >= self._start_at:
            self._started_at = now
            self.process = _spawn.Process(
                target=_run, args=(self.target, self.arguments, self.takes_hangup)
            )
            # A SIGHUP that comes before the child can take it waits until it can.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
            self.process.start()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def hang_up(self) -> None:
        """Pass a SIGHUP on."""
        if self.takes_hangup and self.process is not None and self.process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGHUP)


def _run(target: Callable[..., None], arguments: tuple[Any, ...], takes_hangup: bool) -> None:
    os.setsid()
    supervision.silence()  # it is the parent that the service manager knows
    if not takes_hangup:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
    target(*arguments)


def tend(children: list[Child], stop: Stop) -> None:
    """Keep `children` running until `stop` is set; pass SIGHUP on to those that take it."""

    def hang_up(_number: int, _frame: object) -> None:
        supervision.reloading()
        for child in children:
            child.hang_up()
        supervision.ready()

    signal.signal(signal.SIGHUP, hang_up)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
    alive_every_s = supervision.alive_every_s() or None
    told = False
    while not stop.is_set():
        for child in children:
            child.tend()
        if not told:
            supervision.ready()  # the sockets are bound: who comes now, waits a moment
            told = True
        if alive_every_s:
            supervision.alive()
        running = [child.process.sentinel for child in children if child.process]
        all_run = len(running) == len(children)
        wait([*stop.sentinels, *running], alive_every_s if all_run else _FIRST_DELAY_S)


def end(children: list[Child]) -> None:
    """Ask all to end, and kill what has not ended after 40 s; what they hold is due again then. Nothing
    that was started for them runs when this returns."""
    processes = [child.process for child in children if child.process]
    for process in processes:
        process.terminate()
    until = time.monotonic() + _END_S
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            process.join()
    # Python's own process beside spawned ones would else outlive us for a moment: whoever waits for our
    # end to start us again, or counts what we left, must not meet it.
    resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined] # no public name for it
