"""Whether ClamAV may be believed now: proved at start, every few minutes, and after each failure.

Each worker holds its own and asks it before each judgement; nothing runs beside it.
"""

import time
from collections.abc import Callable

from ingestd import journal, metrics
from ingestd.config import Clamav
from ingestd.model import ScanResult
from ingestd.scanner import NoVerdict, Scanner
from ingestd.scanner.probes import Report, probe


class Watch(Scanner):
    """A scanner that is proved before it is believed: when the last proof is
    `clamav.probe_interval_s` old, after any scan without a verdict, and `retry_s` after a proof that
    failed. `largest_bytes` is the largest file that it must take; `clock` gives seconds."""

    def __init__(
        self,
        settings: Clamav,
        largest_bytes: int,
        retry_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(settings.socket, settings.timeout_s)
        self._settings = settings
        self._largest_bytes = largest_bytes
        self._retry_s = retry_s
        self._clock = clock
        self._due_at = float("-inf")
        self._why: NoVerdict | None = None
        self._told: tuple[str, ...] = ()

    def begin(self) -> str:
        """See `Scanner`. Raises NoVerdict as well while ClamAV may not be believed."""
        self.look()
        if self._why:
            raise NoVerdict(str(self._why))
        try:
            return super().begin()
        except NoVerdict:
            self._doubt()
            raise

    def scan(self, content: bytes) -> ScanResult:
        """See `Scanner`; counted."""
        began = self._clock()
        verdict = "none"
        try:
            result = super().scan(content)
            verdict = (
                "clean" if result.clean else "inconclusive" if result.inconclusive else "infected"
            )
            return result
        except NoVerdict:
            self._doubt()
            raise
        finally:
            metrics.scanned(verdict, self._clock() - began)

    def look(self) -> None:
        """Prove it if it is time to; the log and the metrics say what came of it."""
        if self._clock() < self._due_at:
            return
        report: Report | None = None
        try:
            report = probe(Scanner(self.path, self._settings.timeout_s), self._largest_bytes)
            self._why = _unfit(report)
        except NoVerdict as error:
            self._why = error
        wait_s = self._retry_s if self._why else self._settings.probe_interval_s
        self._due_at = self._clock() + wait_s
        self._tell(report)

    def _doubt(self) -> None:
        """Prove it again before the next judgement."""
        self._due_at = float("-inf")

    def _tell(self, report: Report | None) -> None:
        """Write what is new to the log, and all of it to the metrics."""
        failed = [one.name for one in report.failed] if report else []
        old = report is not None and is_old(report, self._settings)
        state = (str(self._why or ""), *failed, "old" if old else "")
        if state != self._told:
            if self._why:
                journal.scanner_unfit(str(self._why), failed)
            elif report:
                journal.scanner_proved(report.version.line, report.way)
            if old and report:
                journal.signatures_old(report.version.line)
        self._told = state
        probes = {one.name: one.holds for one in report.probes} if report else {}
        date = report.version.signatures_from if report else None
        metrics.scanner_probed(self._why is None, probes, date.timestamp() if date else None)


def is_old(report: Report, settings: Clamav) -> bool:
    """Tell whether the signatures are older than they should be; without a date they may be."""
    age_s = report.version.age_s
    return age_s is None or age_s > settings.max_signature_age_s


def _unfit(report: Report) -> NoVerdict | None:
    if not report.failed:
        return None
    told = "; ".join(f"{one.name}: {one.todo}" for one in report.failed)
    return NoVerdict(f"ClamAV passes what it should not, or gives up too early ({told})")
