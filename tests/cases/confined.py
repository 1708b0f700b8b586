"""Judge every golden case in full confinement and without any, in a process that did nothing else.

    python -m tests.cases.confined      prints {case: what is wrong, or ""}

Nothing is judged in this process itself: whatever a judgement loads would be there for the next one.
Two things watch for what is loaded too late: Python's own audit events, and a filter that ends the
child at the first system call it refuses (where the real one lets the call fail).
"""

import json
import sys
from dataclasses import replace

from ingestd import chamber, pipeline, sandbox
from ingestd.config import Judgement, Sandbox
from ingestd.gathering import Announce
from ingestd.model import Case, ScanResult, Verdict
from ingestd.sandbox import _seccomp
from ingestd.sandbox.confinement import LAYERS, Layers, Mode
from tests.cases.golden import COMPANY, TODAY, cases, octets
from tests.documents.mails import EICAR

WORLD = Case(company=COMPANY, today=TODAY, weights=Judgement().weights)
DEADLY = replace(LAYERS[Mode.FULL], refused=_seccomp.KILL)
NONE = Layers(descriptors=False, rlimits=False, landlock=False, seccomp=False)
LATE = ("import", "open", "ctypes.dlopen", "os.listdir", "os.scandir")


def scan(content: bytes) -> ScanResult:
    """Scan without clamd: what is clean is not what is tested here."""
    return ScanResult(clean=EICAR not in content, signature="Eicar" if EICAR in content else "")


def _judge(content: bytes, layers: Layers) -> chamber.Judged:
    """Judge a mail; a module or file that is opened meanwhile is a ChildFault."""

    def examine(inside: Case, announce: Announce) -> Verdict:
        late: list[str] = []
        sys.addaudithook(
            lambda event, said: late.append(f"{event} {said[0]}") if event in LATE else None
        )
        verdict = pipeline.examine_mail(content, inside, announce)
        assert not late, f"loaded too late (see chamber._warm): {late}"
        return verdict

    LAYERS[Mode.FULL] = layers
    return chamber.judge(examine, WORLD, Sandbox(), scan)


def problem(content: bytes) -> str:
    """Return what is wrong with a case in confinement, "" if nothing is."""
    try:
        free, caged = _judge(content, NONE), _judge(content, DEADLY)
    except sandbox.ChildFault as fault:
        return str(fault)
    if caged.stopped:
        return f"stopped by {caged.stopped} at {caged.verdict.findings[0].part!r}"
    return "" if caged.verdict == free.verdict else "the verdicts differ"


def main() -> None:
    """Print what is wrong, of each case."""
    chamber.warm()
    print(json.dumps({case.name: problem(octets(case / "mail.eml")) for case in cases()}))


if __name__ == "__main__":
    main()
