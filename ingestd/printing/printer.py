"""The printer: an engine for each body, started when there is one, and gone with it.

An engine takes a third of a second to start; for that nothing of one sender's body is left when the
next one is printed, and nothing is kept in memory where nobody sends bodies. What an engine in good
health gives up is Unprintable; an engine that cannot be started, or cannot print a line, is
`Unavailable`: mail waits for it.
"""

import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from typing import Any, TypeVar

from ingestd import journal
from ingestd.model import Unavailable, Unprintable
from ingestd.printing.rehearsal import REHEARSAL
from ingestd.printing.wire import receive, send

START_S = 30.0
_PATIENCE = 3
"""By the clock a body may take so much longer than by its CPU: other processes are busy as well."""
_TIRED = (EOFError, OSError, ValueError)
"""What an engine that died (EOF, reset) or talks nonsense looks like from here."""
_Told = TypeVar("_Told")


class Printer:
    """Prints one body after the other; holds nothing in between."""

    def __init__(self, *, timeout_s: float, memory_bytes: int, mode: str = "full") -> None:
        """`timeout_s` is the CPU that one body may take, `memory_bytes` the engine's address space."""
        self._timeout_s = timeout_s
        self._arguments = (str(math.ceil(timeout_s)), str(memory_bytes), mode)

    def print_html(self, html: str, pictures: Mapping[str, bytes]) -> bytes:
        """Return a body as PDF. `pictures` are those that it may name by `cid:`, by Content-ID.

        Raises Unprintable for one that cannot be printed, Unavailable without a working engine.
        """
        try:
            return self._print(html, pictures)
        except Unprintable:
            if html != REHEARSAL:
                self.probe()
            raise

    def probe(self) -> str:
        """Return the version of WeasyPrint, proven to print. Raises Unavailable."""
        try:
            self._print(REHEARSAL, {})
        except Unprintable as end:
            raise Unavailable(f"bodies cannot be printed: the printer gave up ({end})") from end
        return self._version

    def _print(self, html: str, pictures: Mapping[str, bytes]) -> bytes:
        text = html.encode("utf-8", "replace")
        head = [len(text), [[name, len(octets)] for name, octets in pictures.items()]]
        with _Engine(self._arguments) as engine:
            self._version = engine.version
            octets = b"".join((text, *pictures.values()))
            said, pdf = engine.ask(head, octets, self._timeout_s * _PATIENCE)
        if said == ["printed"] and pdf.startswith(b"%PDF-"):
            return pdf
        limit, detail = _told(said)
        journal.body_unprintable(limit, detail)
        raise Unprintable(limit)


def _told(said: Any) -> tuple[str, str]:
    """Return by what an engine was stopped, and what it has to say about that."""
    if isinstance(said, list) and len(said) == 2 and all(isinstance(one, str) for one in said):
        return ("fault", said[1]) if said[0] == "fault" else (said[1], "")
    return "fault", "it talked nonsense"


class _Engine:
    """One engine, ready. Leaving the context ends it."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        """Start it. Raises Unavailable."""
        self._pipe, theirs = socket.socketpair()
        with theirs, as_file(files("ingestd.printing").joinpath("fonts.conf")) as fonts:
            command = (sys.executable, "-P", "-m", "ingestd.printing.engine", *arguments)
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                    env=_environment(str(fonts)),
                )
            except OSError as error:
                self._pipe.close()
                raise Unavailable(f"bodies cannot be printed: {error}") from error
        said = self._patiently(lambda end: receive(self._pipe, end)[0], START_S, None)
        if not (isinstance(said, list) and len(said) == 2 and said[0] == "ready"):
            self.end()
            why = said[1] if isinstance(said, list) and len(said) == 2 else ""
            raise Unavailable(f"bodies cannot be printed: {why or 'the printer does not start'}")
        self.version = str(said[1])

    def ask(self, head: list[Any], octets: bytes, patience_s: float) -> tuple[Any, bytes]:
        """Return what it answers, or why it does not: `cpu`, `time`, `memory`, `signal N`."""

        def talk(deadline: float) -> tuple[Any, bytes]:
            self._pipe.settimeout(patience_s)
            send(self._pipe, head, octets)
            return receive(self._pipe, deadline)

        return self._patiently(talk, patience_s, None) or (["stopped", self._why()], b"")

    def _patiently(self, talk: Callable[[float], _Told], patience_s: float, silent: _Told) -> _Told:
        """Return what comes of `talk`, given the moment by which it must be over; `silent` if nothing."""
        self._hung = False
        try:
            return talk(time.monotonic() + patience_s)
        except TimeoutError:
            self._hung = True
        except _TIRED:
            pass
        return silent

    def _why(self) -> str:
        if self._hung:
            return "time"
        code = self._process.wait(START_S)
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return "cpu"
        return f"signal {-code}" if code < 0 else "memory"

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> "_Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def _environment(fonts: str) -> dict[str, str]:
    """Return what an engine is told of its surroundings: no more than it needs, and what makes its
    work the same each time. Each of its threads would reserve memory of its own otherwise."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    fixed = {"FONTCONFIG_FILE": fonts, "PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "1"}
    return {**kept, **fixed, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
