"""One judgement in its throw-away process: what the judge may ask, and what becomes of its answer.

The scan is made out here, by the parent: so the list of clean SHA-256 is ours and not the word of a
process that a hostile document may have taken over.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from pydantic import TypeAdapter

from ingestd import reasons, sandbox
from ingestd.config import Sandbox
from ingestd.gathering import Announce
from ingestd.model import (
    Bilingual,
    Case,
    FiledInvoice,
    Finding,
    MailHeader,
    Outcome,
    Part,
    Role,
    ScanResult,
    Verdict,
    Weight,
)

_VERDICT = TypeAdapter(Verdict)
_FILED = TypeAdapter(FiledInvoice)
_PART = TypeAdapter(Part)

Examine = Callable[[Case, Announce], Verdict]


class History(Protocol):
    """What is filed already, as far as a judgement may ask."""

    def filed_mail(self, sha256: str) -> FiledInvoice | None:
        """The first mail of these octets."""

    def filed_file(self, sha256: str) -> FiledInvoice | None:
        """The filed document of these octets."""

    def filed_invoice(self, invoice_key: str) -> FiledInvoice | None:
        """The filed invoice of this supplier, number and year."""


@dataclass(slots=True)
class _World:
    """The parent's side: answers questions, and remembers what was found clean and what was read."""

    scan: Callable[[bytes], ScanResult] | None
    history: History | None
    clean: set[str] = field(default_factory=set)
    read: list[Part] = field(default_factory=list)

    def scanned(self, content: bytes) -> list[Any]:
        assert self.scan is not None
        result = self.scan(content)
        if result.clean:
            self.clean.add(hashlib.sha256(content).hexdigest())
        return [result.clean, result.signature, result.inconclusive]

    def filed(self, question: str, key: str) -> dict[str, Any] | None:
        found = getattr(self.history, question)(key)
        answer: dict[str, Any] | None = _FILED.dump_python(found) if found else None
        return answer

    def reading(self, part: dict[str, Any]) -> None:
        self.read.append(_PART.validate_python(part))


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and the SHA-256 of everything that ClamAV found clean on the way to it."""

    verdict: Verdict
    clean: frozenset[str]


def _case_inside(case: Case, world: _World, ask: sandbox.Ask) -> Case:
    def filed(question: str) -> Callable[[str], FiledInvoice | None]:
        def put(key: str) -> FiledInvoice | None:
            answer = ask("filed", question, key)
            return _FILED.validate_python(answer) if answer else None

        return put

    return replace(
        case,
        scan=(lambda content: ScanResult(*ask("scan", content))) if world.scan else None,
        filed_mail=filed("filed_mail") if world.history else None,
        filed_file=filed("filed_file") if world.history else None,
        filed_invoice=filed("filed_invoice") if world.history else None,
    )


def judge(
    examine: Examine,
    case: Case,
    limits: Sandbox,
    scan: Callable[[bytes], ScanResult] | None,
    history: History | None = None,
) -> Judged:
    """Return what `examine` says of a case, run in the sandbox.

    A judge that is stopped by a limit gives `document-bomb`. Raises Unavailable when the scanner or the
    database is away, sandbox.ChildFault for a mistake of ours.
    """
    world = _World(scan, history)

    def inside(ask: sandbox.Ask) -> Any:
        def announce(part: Part) -> None:
            ask("reading", _PART.dump_python(replace(part, content=b"")))

        return _VERDICT.dump_python(examine(_case_inside(case, world, ask), announce))

    cage = sandbox.Cage(
        cpu_s=limits.cpu_s,
        wall_s=limits.wall_s,
        memory_bytes=limits.memory_bytes,
        result_bytes=limits.result_bytes,
    )
    answers: dict[str, Callable[..., Any]] = {
        "scan": world.scanned,
        "filed": world.filed,
        "reading": world.reading,
    }
    try:
        verdict = _VERDICT.validate_python(sandbox.run(inside, answers, cage))
    except sandbox.Stopped as stopped:
        verdict = _bomb(world, stopped.limit, case)
    return Judged(verdict, frozenset(world.clean))


_LIMITS = {
    "cpu": Bilingual("too much computing time", "trop de temps de calcul"),
    "memory": Bilingual("too much memory", "trop de mémoire"),
    "time": Bilingual("too much time", "trop de temps"),
    "result": Bilingual("too much data", "trop de données"),
}


def _bomb(world: _World, limit: str, case: Case) -> Verdict:
    """The verdict on a mail whose reader had to be stopped: held as a whole, at the part it was at."""
    last = world.read[-1] if world.read else Part(path="", kind="message/rfc822", content=b"")
    detail = _LIMITS.get(limit) or Bilingual(f"reader died: {limit}", f"lecteur mort : {limit}")
    found = Finding(
        "document-bomb",
        last.path,
        detail=detail,
        values={"file": last.filename or (last.trail[-1] if last.trail else "…")},
    )
    found = replace(found, weight=reasons.weigh(found, case.weights) or Weight.STOP)
    parts = tuple(
        replace(part, role=Role.SEALED if part.path == last.path else part.role)
        for part in world.read
    )
    return Verdict(
        outcome=Outcome.HELD,
        scanned=world.scan is not None,
        mail=MailHeader(),
        parts=parts,
        findings=(found,),
    )
