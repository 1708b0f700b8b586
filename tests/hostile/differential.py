"""What becomes of malware in every disguise, as a table: `python -m tests.hostile.differential`.

Three columns: held by which reasons; found by ClamAV in the raw mail; found in a part of it.
"""

import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestd import pipeline
from ingestd.config import Judgement
from ingestd.model import Case, Finding, Outcome, ScanResult, Verdict, Weight
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests.documents.mails import EICAR
from tests.hostile._disguises import all_disguises

CLEAN = ScanResult(clean=True)


@dataclass(slots=True)
class Judge:
    """The real pipeline with a real ClamAV, of which one half can be switched off: `scans_raw` the
    whole mail, `scans_parts` what was taken out of it."""

    clamd_socket: str
    scans_raw: bool = True
    scans_parts: bool = True

    def judge(self, mail: bytes) -> Verdict:
        """Return the verdict on a mail for no company in particular."""
        scanner = Scanner(self.clamd_socket, 60)

        def scan(content: bytes) -> ScanResult:
            wanted = self.scans_raw if content == mail else self.scans_parts
            return scanner.scan(content) if wanted else CLEAN

        weights = Judgement().weights
        case = Case(company=None, today=date(2026, 10, 5), scan=scan, weights=weights)
        return pipeline.examine_mail(mail, case)


def findings(verdict: Verdict) -> list[Finding]:
    """Return all that is said, of the mail and of its documents."""
    inside = (one for document in verdict.documents for one in document.findings)
    return [*verdict.findings, *inside]


def reasons(verdict: Verdict) -> list[str]:
    """Return the codes of what is said."""
    return sorted({one.reason for one in findings(verdict)})


def escapes(verdict: Verdict) -> bool:
    """Tell whether malware got through: filed, or called harmless."""
    outcomes = {verdict.outcome, *(document.outcome for document in verdict.documents)}
    heavy = any(
        one.weight in (Weight.HOLD, Weight.STOP) and one.reason != "no-attachment"
        for one in findings(verdict)
    )
    return Outcome.FILED in outcomes or verdict.outcome is not Outcome.HELD or not heavy


def main() -> None:
    """Print the table."""
    clamd = Clamd(Path(tempfile.mkdtemp()))
    clamd.start()
    try:
        socket = str(clamd.socket)
        whole, raw, parts = Judge(socket), Judge(socket, True, False), Judge(socket, False, True)
        for name, disguise in all_disguises().items():
            mail = disguise(EICAR)
            seen = [
                "yes" if "virus-found" in reasons(judge.judge(mail)) else "-"
                for judge in (raw, parts)
            ]
            verdict = whole.judge(mail)
            mark = "ESCAPES" if escapes(verdict) else ""
            sys.stdout.write(
                f"{name:45} raw {seen[0]:4} parts {seen[1]:4} {', '.join(reasons(verdict))} {mark}\n"
            )
    finally:
        clamd.stop()


if __name__ == "__main__":
    main()
