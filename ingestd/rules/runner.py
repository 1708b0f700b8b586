"""The rule engine's supervisor: started when first needed, kept warm, restarted when it dies, hangs
or has judged enough.

An invoice on which a healthy engine gives up twice is said to be such; an engine that cannot be
started, or cannot judge the smallest document, is `Unavailable`: mail waits for it.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingestd import journal, metrics
from ingestd.model import RuleFinding, RuleReport, RuleRun, Unavailable
from ingestd.rules.packs import Library
from ingestd.rules.wire import receive, send

START_S = 30.0
COMPILE_S = 60.0
MANY = 5000
"""So many judgements make an engine old: a leak in the library cannot grow for ever."""
LARGE_BYTES = 350_000_000
"""An engine that holds more than this between two invoices is replaced, for the new one has only what
is in use; but not before it was worth its start (`SETTLED`): some seconds of compiling."""
SETTLED = 20
HUGE_BYTES = 500_000_000
"""An engine that holds more than this is replaced at once."""
MOST_CHARACTERS = 3_500_000
"""So much of stylesheets is kept compiled, some 30 bytes a character: all that a worker of one country
uses, and not all that there is. What was not used for longest is compiled again when it is asked for."""
PROBE = "<probe/>"
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_NAMED = re.compile(r"\[([A-Z][A-Z0-9]*(?:-[A-Za-z0-9_]+)+)\]")
_TIRED = (EOFError, OSError, ValueError)
"""What an engine that died (EOF, reset), hangs (timeout) or talks nonsense looks like from here."""


class Died(Exception):  # noqa: N818 - says what became of the engine
    """The engine ended, hung or talked nonsense; `why` is in words."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Runner:
    """One engine and the rule sets it may need. Not for use from several threads at once."""

    def __init__(
        self, library: Library, *, timeout_s: float, memory_bytes: int, mode: str = "full"
    ) -> None:
        self.library = library
        self._timeout_s = timeout_s
        self._arguments = (str(memory_bytes), mode)
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: socket.socket | None = None
        self._versions: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._judged = 0
        self._stamp = library.stamp()
        self.version = ""

    def judge(self, xml: bytes, names: tuple[str, ...]) -> RuleReport:
        """Return what the rule sets hold against a document (UTF-8, without a DTD).

        Raises Unavailable for an engine that is away.
        """
        text = xml.decode("utf-8", "replace")
        try:
            return self._judge(text, names)
        except Died:
            pass  # once is an accident, which may be the engine's own
        try:
            return self._judge(text, names)
        except Died as again:
            self.probe()
            return RuleReport(stopped=again.why)

    def probe(self) -> str:
        """Return the engine's version, proven to judge. Raises Unavailable."""
        try:
            self._judge(PROBE, ("en16931-ubl",))
        except Died as died:
            raise Unavailable(f"the rule engine does not work: {died.why}") from died
        return self.version

    def close(self) -> None:
        """End the engine; it is started again when it is needed."""
        if self._pipe:
            self._pipe.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._pipe = self._process = None
        self._versions, self._sizes = {}, {}
        self._judged = 0

    @property
    def pid(self) -> int | None:
        """The engine's process, while there is one."""
        return self._process.pid if self._process else None

    @property
    def resident_bytes(self) -> int:
        """The memory that the engine holds now; 0 without one."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
            return int(pages) * _PAGE_BYTES
        except (OSError, ValueError, IndexError):
            return 0

    def _judge(self, xml: str, names: tuple[str, ...]) -> RuleReport:
        self._replace_if_due()
        here = [name for name in names if self._load(name)]
        self._make_room(names)
        if not here:
            return RuleReport(missing=names)
        results = self._ask(["judge", xml, here], self._timeout_s)
        self._judged += 1
        try:
            return _report(results, self._versions, tuple(n for n in names if n not in here))
        except (TypeError, ValueError, KeyError) as error:
            raise self._ended("nonsense", "it answered nonsense") from error

    def _replace_if_due(self) -> None:
        """End an engine that is old, has grown, or lacks a pack that was installed meanwhile."""
        stamp, resident = self.library.stamp(), self.resident_bytes
        if why := self._due(resident, stamp != self._stamp):
            journal.rule_engine_replaced(why, self._judged, resident)
            metrics.rule_engine_ended(why)
            self.close()
        self._stamp = stamp

    def _due(self, resident_bytes: int, is_pack_new: bool) -> str:
        if self._process is None:
            return ""
        if is_pack_new:
            return "new pack"
        if self._judged >= MANY:
            return "tired"
        most = LARGE_BYTES if self._judged >= SETTLED else HUGE_BYTES
        return "grown" if resident_bytes > most else ""

    def _ended(self, why: str, detail: str) -> Died:
        """End an engine that is of no use any more; return the exception that says so."""
        journal.rule_engine_ended(why, self._judged, detail)
        metrics.rule_engine_ended(why)
        self.close()
        return Died(detail)

    def _load(self, name: str) -> bool:
        """Have a rule set ready in the engine; False when it is not installed here."""
        if self._process is None:
            self._start()
        if name in self._versions:
            self._sizes[name] = self._sizes.pop(name)  # the last that was used comes last
            return True
        found = self.library.stylesheet(name)
        if found is None:
            return False
        sheet, version = found
        if wrong := self._ask(["load", name, sheet.text, sheet.codes], COMPILE_S):
            raise Unavailable(f"the rule set {name} cannot be used: {wrong}")
        self._versions[name] = version
        self._sizes[name] = len(sheet.text)
        return True

    def _make_room(self, names: tuple[str, ...]) -> None:
        """Have the engine forget the rule sets that were not used for longest, but for `names`."""
        spare = [name for name in self._sizes if name not in names]
        while spare and sum(self._sizes.values()) > MOST_CHARACTERS:
            name = spare.pop(0)
            del self._sizes[name], self._versions[name]
            self._ask(["unload", name], COMPILE_S)

    def _start(self) -> None:
        """Start an engine. Raises Unavailable."""
        ours, theirs = socket.socketpair()
        command = (sys.executable, "-m", "ingestd.rules.engine", *self._arguments)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise Unavailable(f"the rule engine cannot be started: {error}") from error
        self._pipe = ours
        try:
            word, what = self._receive(START_S)
        except Died as died:
            raise Unavailable(f"the rule engine cannot be started: {died.why}") from died
        if word != "ready":
            self.close()
            raise Unavailable(f"the rule engine cannot be started: {what}")
        self.version = str(what)

    def _ask(self, question: list[Any], patience_s: float) -> Any:
        self._guarded(lambda pipe: send(pipe, question), patience_s)
        return self._receive(patience_s)

    def _receive(self, patience_s: float) -> Any:
        deadline = time.monotonic() + patience_s
        return self._guarded(lambda pipe: receive(pipe, deadline), patience_s)

    def _guarded(self, use: Callable[[socket.socket], Any], patience_s: float) -> Any:
        """Use the pipe; whatever goes wrong with it is the end of this engine. Raises Died."""
        assert self._pipe is not None
        try:
            self._pipe.settimeout(patience_s)
            return use(self._pipe)
        except TimeoutError:
            raise self._ended("hung", "it took too long") from None
        except _TIRED as error:
            detail = f"it ended ({error})" if str(error) else "it ended"
            raise self._ended("died", detail) from None


def _report(results: Any, versions: dict[str, str], missing: tuple[str, ...]) -> RuleReport:
    """Return the engine's answer as a value; it is not believed to be one."""
    runs, findings = [], []
    for name, aborted, found in results:
        runs.append(RuleRun(str(name), versions[name], str(aborted)))
        findings += [_finding(str(name), *map(str, one)) for one in found]
    return RuleReport(runs=tuple(runs), findings=tuple(findings), missing=missing)


def _finding(rule_set: str, rule: str, flag: str, text: str, line: str) -> RuleFinding:
    """Return one finding; the Factur-X sheets number their rules, and have the id of EN 16931 in
    the text: `[BR-CO-15]-Invoice total ...`."""
    named = _NAMED.match(text)
    return RuleFinding(rule_set, named[1] if named else rule, flag, text, line[:80])
