"""All parts of one mail, breadth first: identified, checked, and opened where that is safe.

Nothing is decided here. What a part check stops is not opened; what is over a limit is not opened
either, and says so. The budget of octets and parts is one for the whole mail, whatever it is wrapped in:
each archive gets what is left of it, so that a bomb among good siblings is refused alone.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingestd import reasons
from ingestd.checks import PART_CHECKS
from ingestd.checks.body import visible
from ingestd.checks.kind import PAGES, Treatment, refuse, treatment
from ingestd.extraction.passwords import candidates
from ingestd.extraction.sheets import Sheets, read_sheets
from ingestd.model import Bilingual, Case, Finding, Invoice, Part, Weight
from ingestd.readers import kinds, mime, pdf, pictures, reader_for
from ingestd.readers.zip import is_locked, zipcrypto_bytes

Announce = Callable[[Part], None]
"""Told of each part before it is read, so that a reader that is killed leaves a trace."""

_ARCHIVES = (kinds.ZIP, kinds.GZIP)
_PACKED = (*_ARCHIVES, kinds.PKCS7, kinds.PGP)
"""Kinds that hold more octets than they are."""
_MESSAGES = (kinds.MESSAGE, "message/global", kinds.TNEF, kinds.OUTLOOK)
_SCANNED = frozenset({"virus-found", "scan-inconclusive"})
_LOCKED_ZIP = "Heuristics.Encrypted.Zip"
"""What ClamAV says of any archive with a password, and of any mail around one."""


@dataclass(slots=True)
class Gathered:
    """What reading a mail brought up. By part path: the parts in order, what each is good for, the
    invoice it carries, what was found, and which were stopped and so never opened. `recognised_all`:
    as much text was recognised as may be of one mail."""

    case: Case
    announce: Announce
    weights: Mapping[str, Weight]
    parts: dict[str, Part] = field(default_factory=dict)
    treatments: dict[str, Treatment] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    decoded_bytes: int = 0
    unpacked_bytes: int = 0
    attachments: int = 0
    tried: int = 0
    decrypted_bytes: int = 0
    sheets: dict[str, Sheets] = field(default_factory=dict)
    recognised_all: bool = False

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

    def sheets_of(self, path: str, recognised: bool = False) -> Sheets:
        """Return the pages of the PDF or picture at `path`, none for anything that must not be opened.

        Text recognition takes seconds: it is asked for only where `recognised` is, and only of what has
        pages without text. Raises Unavailable then.
        """
        part = self.parts[path]
        if (part.kind != kinds.PDF and part.kind not in PAGES) or path in self.stopped:
            return Sheets()
        recognise = self.case.recognise if recognised and not self.recognised_all else None
        known = self.sheets.get(path)
        if known is None or (recognise and known.unrecognised):
            if recognise and self.case.begin_recognition:
                self.case.begin_recognition()
            content = pdf.readable(part.content) if part.kind == kinds.PDF else part.content
            known = self.sheets[path] = read_sheets(content, part.kind, recognise)
            self.recognised_all |= known.used_up
        return known

    def text_of(self, path: str) -> str:
        """Return the text of the pages at `path` that were read, "" for anything that must not be
        opened and for what carries data itself."""
        if not self.is_readable(path):
            return ""
        return "\n".join(page.text for page in self.sheets_of(path).pages)

    def pixels_of(self, path: str) -> tuple[int, int]:
        """Return width and height of the picture at `path`, (0, 0) if they cannot be told."""
        return pictures.pixels(self.parts[path].content) if self.is_readable(path) else (0, 0)


def _identify(part: Part) -> Part:
    kind = part.kind or kinds.detect(part.content, part.declared_type, part.filename, part.charset)
    digest = hashlib.sha256(part.content).hexdigest()
    return replace(part, kind=kind, sha256=digest, size_bytes=len(part.content))


def _nested(gathered: Gathered, part: Part, kinds_counted: tuple[str, ...]) -> int:
    """How many wrappings of some kinds a part lies in, itself included."""
    depth, at = 1, part
    while at.parent is not None and at.parent in gathered.parts:
        at = gathered.parts[at.parent]
        depth += at.kind in kinds_counted
    return depth


def _too_deep(gathered: Gathered, part: Part) -> Finding | None:
    limits = gathered.case.limits
    if part.kind in _ARCHIVES:
        depth = _nested(gathered, part, _ARCHIVES)
        if depth > limits.archive_depth:
            detail = Bilingual(f"nested {depth} deep", f"imbriquée sur {depth} niveaux")
            return Finding("archive-refused", part.path, detail=detail)
        return None
    if part.kind == kinds.PDF and _nested(gathered, part, (kinds.PDF,)) > pdf.MAX_DEPTH:
        values = {"n": f"> {pdf.MAX_DEPTH}", "limit": str(pdf.MAX_DEPTH)}
        return Finding("too-many-parts", part.path, detail="PDF", values=values)
    is_message = part.kind in (*_MESSAGES, kinds.PKCS7, kinds.PGP, kinds.PGP_SIGNED)
    # the mail itself is a message as well
    if is_message and _nested(gathered, part, (part.kind,)) > limits.message_depth + 1:
        values = {"n": f"> {limits.message_depth}", "limit": str(limits.message_depth)}
        return Finding("too-many-parts", part.path, detail=part.kind, values=values)
    return None


def _take(gathered: Gathered, part: Part, found: list[Part], waiting: int) -> list[Part]:
    """Return what of the parts inside `part` is within the budget of the whole mail; what is not, is
    said of `part`."""
    limits = gathered.case.limits
    size_bytes = sum(len(one.content) for one in found)
    if part.kind in _PACKED:  # its reader kept to what was left
        gathered.unpacked_bytes += size_bytes
    elif gathered.decoded_bytes + size_bytes > limits.decoded_bytes:
        detail = Bilingual("too much data", "trop de données")
        gathered.stop(Finding("document-bomb", part.path, detail=detail), part.path)
        return []
    else:
        gathered.decoded_bytes += size_bytes
    if part.kind in _MESSAGES:
        gathered.attachments += sum(_is_attachment(one) for one in found)
        if gathered.attachments > limits.attachments:
            _too_many(gathered, part, gathered.attachments, limits.attachments)
    room = limits.parts - len(gathered.parts) - waiting
    if len(found) > room:
        _too_many(gathered, part, len(gathered.parts) + waiting + len(found), limits.parts)
        return []
    return found


def _is_attachment(part: Part) -> bool:
    """Tell what a sender attached from the pictures in the text of a mail."""
    return bool(part.filename or part.disposition == "attachment") and not part.content_id


def _too_many(gathered: Gathered, part: Part, count: int, limit: int) -> None:
    values = {"n": str(count), "limit": str(limit)}
    gathered.add(Finding("too-many-parts", part.path, values=values), part.path)


def _case_of(gathered: Gathered, part: Part, waiting: Iterable[Part]) -> Case:
    """Return the case as the reader of `part` gets it: with what is left for packed data, and for a
    locked archive the passwords to try."""
    case = gathered.case
    if part.kind not in _PACKED:
        return case
    ahead = list(waiting)
    limits = replace(
        case.limits,
        archive_bytes=max(0, case.limits.archive_bytes - gathered.unpacked_bytes),
        archive_members=min(
            case.limits.archive_members,
            max(0, case.limits.parts - len(gathered.parts) - len(ahead)),
        ),
    )
    if part.kind == kinds.ZIP and is_locked(part.content):
        limits = replace(
            limits, zipcrypto_bytes=max(0, case.limits.zipcrypto_bytes - gathered.decrypted_bytes)
        )
        gathered.decrypted_bytes += zipcrypto_bytes(part.content)
        passwords = _passwords(gathered, ahead)
        return replace(case, limits=limits, archive_passwords=passwords)
    return replace(case, limits=limits)


def _passwords(gathered: Gathered, ahead: list[Part]) -> tuple[str, ...]:
    """Return what to try on a locked archive, as far as the mail's tries reach."""
    company = gathered.case.company
    passwords = gathered.case.archive_passwords + (company.archive_passwords if company else ())
    if company and company.password_from_body:
        passwords += candidates(_texts([*gathered.parts.values(), *ahead]))
    left = max(0, gathered.case.limits.password_tries - gathered.tried)
    chosen = tuple(dict.fromkeys(passwords))[:left]
    gathered.tried += len(chosen)
    return chosen


def _texts(parts: Iterable[Part]) -> Iterator[str]:
    """Yield the texts of the mail, also of those parts of it that were not looked at yet."""
    for part in parts:
        is_text = part.declared_type in ("", "text/plain", "text/html") and part.path
        if is_text and not part.filename and part.disposition != "attachment":
            text = mime.body_text(part.content, part.charset)
            yield visible(text) if part.declared_type == "text/html" else text


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


def _open(gathered: Gathered, part: Part, waiting: deque[Part]) -> list[Part]:
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
    case = _case_of(gathered, part, waiting)
    for item in reader(part, case) if reader and how is Treatment.OPEN else ():
        if isinstance(item, Part):
            found.append(item)
        elif isinstance(item, Invoice):
            gathered.invoices[part.path] = item
        elif item.part in ("", part.path):
            gathered.stop(item, part.path)
        else:
            gathered.add(item, part.path)
    return _take(gathered, part, found, len(waiting))


def _explain(gathered: Gathered) -> None:
    """Take back what ClamAV says of an archive with a password, where we opened it.

    It cannot look inside, and says so of the archive, of the mail and of everything between. Where a
    password opened every member, and each was scanned by itself and found clean, nothing is unseen:
    only the members can be filed, the archive is a wrapping. Anything else it says, stays.
    """
    opened: dict[str, bool] = {}  # whether an archive was unlocked there or below
    troubled: set[str | None] = (
        set()
    )  # whether the scanner still has something to say there or below
    holding: set[str | None] = set()
    for path, part in reversed(gathered.parts.items()):
        unlocked = part.kind == kinds.ZIP and path in holding and is_locked(part.content)
        opened[path] = unlocked or opened.get(path, False)
        holding.add(part.parent)
        if opened[path] and part.parent is not None:
            opened[part.parent] = True
        hits = [one for one in gathered.findings.get(path, []) if one.reason in _SCANNED]
        locked = all(str(one.detail).startswith(_LOCKED_ZIP) for one in hits)
        if path in troubled or (hits and not (opened[path] and locked)):
            troubled.add(part.parent)
        elif hits:
            rest = [one for one in gathered.findings[path] if one not in hits]
            gathered.findings[path] = rest
            if not any(gathered.weigh(one) is Weight.STOP for one in rest):
                gathered.stopped.discard(path)


def add(gathered: Gathered, part: Part) -> Part:
    """Add a part that is made of others, after all of them: identified and checked like any, and read
    if it may be. Returns it as it is kept. Raises Unavailable."""
    kept = gathered.parts[part.path] = _identify(part)
    if not _look_at(gathered, kept) or _open(gathered, kept, deque()):
        gathered.treatments[part.path] = Treatment.REFUSE
    return kept


def forget(gathered: Gathered, path: str) -> None:
    """Take back a part that was added and is of no use."""
    for kept in (gathered.parts, gathered.treatments, gathered.findings, gathered.sheets):
        kept.pop(path, None)
    gathered.stopped.discard(path)


def gather(root: Part, case: Case, weights: Mapping[str, Weight], announce: Announce) -> Gathered:
    """Return all parts below `root`, itself included, with what readers and part checks say.

    Raises Unavailable when the scanner is away.
    """
    gathered = Gathered(case, announce, weights)
    waiting = deque([root])
    while waiting:
        part = _identify(waiting.popleft())
        gathered.parts[part.path] = part
        if _look_at(gathered, part):
            waiting.extend(_open(gathered, part, waiting))
        else:
            gathered.treatments[part.path] = Treatment.REFUSE
    _explain(gathered)
    return gathered
