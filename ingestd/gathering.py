"""All parts of one mail, breadth first: identified, checked, and opened where that is safe.

Nothing is decided here. What a part check stops is not opened; what is over a limit ends the reading,
and says so.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ingestd import reasons
from ingestd.checks import PART_CHECKS
from ingestd.checks.kind import Treatment, refuse, treatment
from ingestd.extraction.text import page_texts
from ingestd.model import Bilingual, Case, Finding, Invoice, Part, Weight
from ingestd.readers import kinds, pictures, reader_for

Announce = Callable[[Part], None]
"""Told of each part before it is read, so that a reader that is killed leaves a trace."""


@dataclass(slots=True)
class Gathered:
    """What reading a mail brought up. By part path: the parts in order, what each is good for, the
    invoice it carries, what was found, and which were stopped and so never opened."""

    case: Case
    announce: Announce
    weights: Mapping[str, Weight]
    parts: dict[str, Part] = field(default_factory=dict)
    treatments: dict[str, Treatment] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    decoded_bytes: int = 0

    def add(self, finding: Finding, path: str) -> Weight:
        """Keep a finding, at `path` unless it says where, and return its weight."""
        placed = finding if finding.part else replace(finding, part=path)
        self.findings.setdefault(placed.part, []).append(placed)
        return self.weigh(placed)

    def stop(self, finding: Finding, path: str) -> None:
        """Keep a finding; if it is heavy enough, what is at `path` is not opened."""
        if self.add(finding, path) is Weight.STOP:
            self.stopped.add(path)

    def weigh(self, finding: Finding) -> Weight:
        """Return the weight in this case: what an operator's release waives is only noted."""
        waived = finding.reason in self.case.waived and finding.reason not in reasons.UNWAIVABLE
        return Weight.NOTE if waived else reasons.weigh(finding, self.weights)

    def is_readable(self, path: str) -> bool:
        """Tell whether pages or pixels of the part at `path` may be looked at."""
        return path not in self.stopped and path not in self.invoices

    def text_of(self, path: str) -> str:
        """Return the text layer of the PDF at `path`, "" for anything that must not be opened."""
        part = self.parts[path]
        if part.kind != kinds.PDF or not self.is_readable(path):
            return ""
        return "\n".join(page_texts(part.content))

    def pixels_of(self, path: str) -> tuple[int, int]:
        """Return width and height of the picture at `path`, (0, 0) if they cannot be told."""
        return pictures.pixels(self.parts[path].content) if self.is_readable(path) else (0, 0)


def _identify(part: Part) -> Part:
    kind = part.kind or kinds.detect(part.content, part.declared_type, part.filename)
    digest = hashlib.sha256(part.content).hexdigest()
    return replace(part, kind=kind, sha256=digest, size_bytes=len(part.content))


def _nested(gathered: Gathered, part: Part) -> int:
    """How many wrappings of the same kind a part lies in, itself included."""
    depth, at = 1, part
    while at.parent is not None and at.parent in gathered.parts:
        at = gathered.parts[at.parent]
        depth += at.kind == part.kind
    return depth


def _too_deep(gathered: Gathered, part: Part) -> Finding | None:
    limits = gathered.case.limits
    if part.kind == kinds.MESSAGE and _nested(gathered, part) > limits.message_depth + 1:
        values = {"n": f"> {limits.message_depth}", "limit": str(limits.message_depth)}
        return Finding("too-many-parts", part.path, detail="message/rfc822", values=values)
    if part.kind == kinds.ZIP and (depth := _nested(gathered, part)) > limits.archive_depth:
        detail = Bilingual(f"nested {depth} deep", f"imbriquée sur {depth} niveaux")
        return Finding("archive-refused", part.path, detail=detail)
    return None


def _over_budget(gathered: Gathered, waiting: int) -> Finding | None:
    limits = gathered.case.limits
    count = len(gathered.parts) + waiting
    if count > limits.parts:
        return Finding("too-many-parts", values={"n": str(count), "limit": str(limits.parts)})
    if gathered.decoded_bytes > limits.decoded_bytes + limits.archive_bytes:
        return Finding("document-bomb", detail=Bilingual("too much data", "trop de données"))
    return None


def _look_at(gathered: Gathered, part: Part) -> bool:
    """Run the part checks; return whether the part may be opened."""
    gathered.announce(part)
    opens = True
    for check in PART_CHECKS:
        for finding in check(part, gathered.case):
            stops = gathered.add(finding, part.path) is Weight.STOP
            encrypted = finding.reason == "scan-inconclusive" and "Encrypted" in str(finding.detail)
            # Of the raw mail we know only that something in it is bad: the parts tell what. And what
            # is encrypted is read just far enough to say so in better words.
            opens &= not stops or part.path == "" or encrypted
            if stops and part.path:
                gathered.stopped.add(part.path)
    return opens


def _open(gathered: Gathered, part: Part) -> list[Part]:
    """Read one part: note what it says, return what it contains."""
    reader = reader_for(part.kind)
    how = gathered.treatments[part.path] = treatment(part, reader is not None)
    if how is Treatment.REFUSE:
        gathered.stop(refuse(part), part.path)
        return []
    if deep := _too_deep(gathered, part):
        gathered.stop(deep, part.path)
        return []
    found: list[Part] = []
    for item in reader(part, gathered.case) if reader and how is Treatment.OPEN else ():
        if isinstance(item, Part):
            found.append(item)
        elif isinstance(item, Invoice):
            gathered.invoices[part.path] = item
        elif item.part in ("", part.path):
            gathered.stop(item, part.path)
        else:
            gathered.add(item, part.path)
    return found


def gather(root: Part, case: Case, weights: Mapping[str, Weight], announce: Announce) -> Gathered:
    """Return all parts below `root`, itself included, with what readers and part checks say.

    Raises Unavailable when the scanner is away.
    """
    gathered = Gathered(case, announce, weights)
    waiting = deque([root])
    while waiting:
        if over := _over_budget(gathered, len(waiting)):
            gathered.add(over, root.path)
            break
        part = _identify(waiting.popleft())
        gathered.parts[part.path] = part
        gathered.decoded_bytes += part.size_bytes
        if _look_at(gathered, part):
            waiting.extend(_open(gathered, part))
        else:
            gathered.treatments[part.path] = Treatment.REFUSE
    return gathered
