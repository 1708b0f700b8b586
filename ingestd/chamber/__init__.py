"""One judgement in its throw-away process: what the judge may ask, and what becomes of its answer.

The scan is made out here, by the parent, and the octets that are filed are the parent's own: so both
are ours and not the word of a process that a hostile document may have taken over. `_world` says how
a question is added.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ingestd import journal, reasons, sandbox
from ingestd.chamber import _plain, _testimony
from ingestd.chamber._inside import Examine, Inside
from ingestd.chamber._printing import PrintHtml
from ingestd.chamber._recognition import NeedsRecognition, Recognise, Share, elsewhere
from ingestd.chamber._warm import warm
from ingestd.chamber._world import History, Rules, World
from ingestd.config import Sandbox
from ingestd.model import (
    Bilingual,
    Case,
    Finding,
    MailHeader,
    Outcome,
    Part,
    Role,
    ScanResult,
    Verdict,
    Weight,
)
from ingestd.sandbox import proof
from ingestd.sandbox.confinement import LAYERS, Mode

__all__ = [
    "Examine",
    "History",
    "Judged",
    "NeedsRecognition",
    "PrintHtml",
    "Recognise",
    "Recognised",
    "Rules",
    "cage",
    "elsewhere",
    "judge",
    "prepare",
    "warm",
]

_SPARE_PARTS = 1_000
"""How many readings of parts a mail may announce beyond its limit of parts."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """How many pages text recognition read, in how many seconds, and how many it was asked for and did
    not read, for the mail had used up its share."""

    pages: int = 0
    elapsed_s: float = 0.0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, the SHA-256 of everything that ClamAV found clean on the way to it, what it cost, the
    limit by which its reader was stopped, "" if it was not, the version of ClamAV, and what was
    recognised."""

    verdict: Verdict
    clean: frozenset[str]
    cost: sandbox.Cost
    stopped: str = ""
    signatures: str = ""
    recognised: Recognised = Recognised()


def judge(
    examine: Examine,
    case: Case,
    limits: Sandbox,
    scan: Callable[[bytes], ScanResult] | None,
    history: History | None = None,
    rules: Rules | None = None,
    recognise: Recognise | None = None,
    print_html: PrintHtml | None = None,
) -> Judged:
    """Return what `examine` says of a case, run in the sandbox.

    A judge that is stopped by a limit gives `document-bomb`. Raises Unavailable when the scanner, an
    engine or the database is away, NeedsRecognition when `recognise` is `elsewhere` and it was asked,
    sandbox.ChildFault for a mistake of ours.
    """
    warm()
    share = Share(recognise, case.limits) if recognise else None
    world = World(scan, history, case.limits.parts + _SPARE_PARTS, rules, share, print_html)

    def inside(parent: sandbox.Parent) -> bytes:
        asks = (scan is not None, history is not None, rules is not None, share is not None)
        return Inside(case, parent, *asks, prints=print_html is not None).judge(examine)

    try:
        done = sandbox.run(inside, world.answers(), _widened(cage(limits), share))
        verdict = _testimony.verified(_plain.verdict_from_text(done.text), world)
    except sandbox.Stopped as stopped:
        if case.templates and stopped.limit in ("cpu", "time"):
            # an expression of the operator's may have run wild; what then is stopped, is the sender's
            journal.templates_given_up(stopped.limit)
            bare = replace(case, templates=())
            return judge(examine, bare, limits, scan, history, rules, recognise, print_html)
        verdict = _held(world, stopped.limit, case)
        limit, cost = stopped.limit, stopped.cost
    else:
        limit, cost = "", done.cost
    return Judged(verdict, frozenset(world.clean), cost, limit, recognised=_told(share))


def prepare(limits: Sandbox) -> None:
    """Prove the confinement and load what judgements need, before the first one.

    Raises sandbox.confinement.Unconfinable on a machine where it does not hold.
    """
    proof.demand(Mode(limits.mode))
    warm()


def cage(limits: Sandbox) -> sandbox.Cage:
    """Return the limits of one judgement as the settings have them."""
    return sandbox.Cage(
        cpu_s=limits.cpu_s,
        wall_s=limits.wall_s,
        memory_bytes=limits.memory_bytes,
        result_bytes=limits.result_bytes,
        answers_s=limits.answers_s,
        layers=LAYERS[Mode(limits.mode)],
    )


def _widened(within: sandbox.Cage, share: Share | None) -> sandbox.Cage:
    """Return a cage in which what a mail may have of recognition takes nothing from the rest: the time
    of the engine is not that of the virus scan, and pictures are not parts."""
    if share is None or share.recognise is elsewhere:
        return within
    return replace(
        within,
        cpu_s=within.cpu_s + share.limits.recognised_pages,  # drawing and turning: 0.3 s a page
        wall_s=within.wall_s + share.limits.recognised_s,  # it stands back for other lanes
        answers_s=within.answers_s + share.limits.recognised_s,
        result_bytes=within.result_bytes + share.limits.recognised_pixels,
    )


def _told(share: Share | None) -> Recognised:
    return Recognised(share.pages, share.elapsed_s, share.unread) if share else Recognised()


_LIMITS = {
    "cpu": Bilingual("too much computing time", "trop de temps de calcul"),
    "memory": Bilingual("too much memory", "trop de mémoire"),
    "time": Bilingual("too much time", "trop de temps"),
    "result": Bilingual("too much data", "trop de données"),
    "answer": Bilingual("the reader gave no proper answer", "le lecteur a mal répondu"),
    "answers": Bilingual(
        "the virus scan of the whole e-mail takes too long",
        "l'analyse antivirus de l'e-mail entier est trop longue",
    ),
}


def _held(world: World, limit: str, case: Case) -> Verdict:
    """The verdict on a mail whose reader had to be stopped: held as a whole, at the part it was at."""
    last = world.read[-1] if world.read else Part(path="", kind="message/rfc822", content=b"")
    name = last.filename or (last.trail[-1] if last.path and last.trail else "")
    detail = _LIMITS.get(limit) or Bilingual(f"reader died: {limit}", f"lecteur mort : {limit}")
    found = Finding(
        "scan-inconclusive" if limit == "answers" else "document-bomb",
        last.path,
        detail=detail,
        values={"file": name or reasons.THE_MAIL},
    )
    found = replace(found, weight=reasons.weigh(found, case.weights) or Weight.STOP)
    return Verdict(
        outcome=Outcome.HELD,
        scanned=world.scan is not None,
        mail=MailHeader(),
        parts=tuple(_sealed(world.read, last.path)),
        findings=(found,),
    )


def _sealed(read: list[Part], last: str) -> list[Part]:
    """Return the parts that were begun, each once: nothing of them is a document, and the one that was
    being read is sealed."""
    roles = {part.path: Role.CONTAINER for part in read if part.role is Role.CONTAINER}
    roles[last] = Role.SEALED
    parts = {part.path: replace(part, role=roles.get(part.path, Role.IGNORED)) for part in read}
    return list(parts.values())
