"""One hostile file through the real chamber with a real ClamAV: what came out, and what it cost."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ingestd import chamber, pipeline, reasons
from ingestd.config import Settings
from ingestd.en16931 import schemas
from ingestd.gathering import Announce
from ingestd.judgement import rule_engine
from ingestd.model import Case, Finding, Outcome, Verdict, Weight
from ingestd.scanner import Scanner
from ingestd.store import companies
from tests.documents.mails import COMPANY
from tests.hostile._hostile import Hostile

MOST_CPU_S = 10.0
MOST_BYTES = 1 << 30
TODAY = date(2026, 10, 5)
_DECIDES = (Weight.HOLD, Weight.STOP, Weight.IGNORE)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file. `faults` is empty if all is as it must be; `stopped` names the limit
    that ended the reader, "" for none."""

    name: str
    family: str
    shape: str
    must_hold: bool
    outcome: str
    reasons: tuple[str, ...]
    cpu_s: float
    peak_bytes: int
    wall_s: float
    stopped: str = ""
    faults: tuple[str, ...] = ()


class Judge:
    """Judges files as a worker would, for a company (or none, so that no file is held for being
    somebody else's); knows the secret of the canaries."""

    def __init__(self, clamd_socket: str, secret: bytes, company: str = COMPANY) -> None:
        self._scanner = Scanner(clamd_socket, 60)
        self._secret = secret
        self._limits = Settings().sandbox
        self._engine = rule_engine(Settings())  # each process that judges starts its own
        self._case = Case(
            company=companies.derive(company) if company else None,
            today=TODAY,
            weights=Settings().judgement.weights,
        )

    def warm(self) -> None:
        """Load what every judgement needs, before the first fork."""
        chamber.warm()
        schemas.compile_all()

    def judge(self, hostile: Hostile) -> Result:
        """Return what became of a file; never raises for what the file does to us."""

        def examine(inside: Case, announce: Announce) -> Verdict:
            return pipeline.examine_mail(hostile.mail, inside, announce)

        began = time.monotonic()
        try:
            judged = chamber.judge(
                examine, self._case, self._limits, self._scanner.scan, rules=self._engine.judge
            )
        except Exception as fault:  # noqa: BLE001 - whatever gets here is a crash, and is reported as one
            return _crashed(hostile, fault, time.monotonic() - began)
        verdict = judged.verdict
        result = Result(
            name=hostile.name,
            family=hostile.family,
            shape=hostile.shape,
            must_hold=hostile.must_hold,
            outcome=verdict.outcome.value,
            reasons=tuple(sorted({one.reason for one in _findings(verdict)})),
            cpu_s=judged.cost.cpu_s,
            peak_bytes=judged.cost.peak_bytes,
            wall_s=time.monotonic() - began,
            stopped=judged.stopped,
        )
        return replace(result, faults=tuple(_faults(verdict, result, self._secret)))


def _crashed(hostile: Hostile, fault: Exception, wall_s: float) -> Result:
    said = str(fault).strip().splitlines()
    faults = (f"crash: {type(fault).__name__}: {said[-1] if said else ''}",)
    return Result(
        hostile.name, hostile.family, hostile.shape, hostile.must_hold, "crash", (), 0, 0, wall_s,
        faults=faults,
    )  # fmt: skip


def _findings(verdict: Verdict) -> list[Finding]:
    return [
        *verdict.findings,
        *(one for document in verdict.documents for one in document.findings),
    ]


def _faults(verdict: Verdict, result: Result, secret: bytes) -> Iterable[str]:
    outcomes = {document.outcome for document in verdict.documents} | {verdict.outcome}
    if result.must_hold and Outcome.FILED in outcomes:
        yield "filed"
    elif result.must_hold and verdict.outcome is not Outcome.HELD:
        yield f"not held but {verdict.outcome.value}: {', '.join(result.reasons)}"
    if verdict.outcome is not Outcome.FILED and not _is_reasoned(verdict):
        yield "no reason"
    if result.cpu_s > MOST_CPU_S:
        yield f"{result.cpu_s:.1f} s CPU"
    if result.peak_bytes > MOST_BYTES:
        yield f"{result.peak_bytes >> 20} MiB"
    if secret in repr(verdict).encode("utf-8", "backslashreplace"):
        yield "the secret of the file canary is in the verdict"


def _is_reasoned(verdict: Verdict) -> bool:
    """Tell whether something of the weight of the outcome is said, in both languages."""
    return any(
        one.weight in _DECIDES and all(reasons.text(one, lang) for lang in reasons.LANGUAGES)
        for one in _findings(verdict)
    )
