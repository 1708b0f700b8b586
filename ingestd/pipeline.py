"""The whole judgement of one message, top to bottom: gather its parts, group them into documents,
check the invoices, let a PDF stand for its invalid XML, weigh what was found.

A function of the stored octets and the case: no file, no socket, no clock. The same octets judged
again give the same verdict, so a release, a retry and a crashed worker are all the same thing.
"""

from ingestd import bodies, letter, reasons, replacement, weighing
from ingestd.checks.kind import refuse
from ingestd.documents import HEAVY, Draft, compare, group, read
from ingestd.gathering import Announce, Gathered, gather
from ingestd.model import (
    Case,
    Document,
    Finding,
    MailHeader,
    Outcome,
    Part,
    Role,
    SpooledMessage,
    Verdict,
    Weight,
)
from ingestd.readers import kinds, mime


def _grouped(gathered: Gathered, html: str) -> list[Draft]:
    """Return the documents in the making. Office files and texts beside something held are held with
    it; alone in a check, refused; alone in a mail, no document."""
    drafts, companions = group(gathered, html, letter.returned(gathered))
    if drafts or "" not in gathered.parts:
        drafts += [Draft(part, findings=[refuse(part)]) for part in companions]
    return drafts


def _drafts(gathered: Gathered, raw: Part, wide: list[Finding], mail: MailHeader) -> list[Draft]:
    """Return the documents in the making, and add to `wide` what is to be said of the mail: that it is
    a copy, why there are none, and malware outside of them."""
    texts, html = letter.bodies(gathered)
    drafts = _grouped(gathered, html)
    if raw.path != "":
        return drafts
    copies = list(letter.copies(gathered, raw))
    wide += copies
    is_copy = any(gathered.weigh(one) is Weight.IGNORE for one in copies)
    if is_copy or gathered.case.for_operators:
        drafts = []
    told = {part.path for one in drafts for part in (one.main, *one.inside, *one.annexes)}
    clean = not any(gathered.weigh(one) in HEAVY for one in wide)
    wide += letter.unsaid(gathered, told)
    if not drafts and not is_copy and (clean or gathered.case.for_operators):
        return _without_document(gathered, raw, wide, [mail.subject, *texts])
    return drafts


def _without_document(
    gathered: Gathered, raw: Part, wide: list[Finding], texts: list[str]
) -> list[Draft]:
    """Return the mail's own text as a document, where it is one or an operator says so; add to `wide`
    why there is none otherwise."""
    if not gathered.case.for_operators and (own := bodies.draft_of(gathered, raw)):
        return [own]
    wide += letter.without_document(gathered, raw, texts)
    if not _is_body_wanted(gathered, wide):
        return []
    return [bodies.draft_of(gathered, raw, wanted=True) or Draft(raw)]


def _is_body_wanted(gathered: Gathered, wide: list[Finding]) -> bool:
    """Whether an operator's release waived that a mail has no document: then its body is one."""
    waived = letter.NO_DOCUMENT & gathered.case.waived
    return any(one.reason in waived for one in wide)


def _examine(root: Part, mail: MailHeader, case: Case, announce: Announce) -> Verdict:
    weights = {**case.weights, **(case.company.weights if case.company else {})}
    gathered = gather(root, case, weights, announce)
    raw = gathered.parts[root.path]
    wide = letter.findings(gathered, raw) if root.path == "" else []
    drafts = _drafts(gathered, raw, wide, mail)
    weighing.spread_infection(drafts, wide)
    read(drafts, gathered)
    weighing.mark_copies(drafts, gathered)
    weighing.check(gathered, drafts)
    replacement.replace_xml(gathered, drafts, wide)
    compare(drafts, gathered)
    roles = weighing.roles_of(gathered, drafts)
    documents = tuple(weighing.weigh(gathered, draft, wide, mail, roles) for draft in drafts)
    findings = tuple(weighing.fill(one, gathered, None, mail) for one in wide)
    return Verdict(
        outcome=_outcome(documents, findings),
        scanned=case.scan is not None,
        mail=mail,
        parts=tuple(weighing.with_roles(gathered, roles)),
        findings=findings,
        documents=documents,
    )


def _outcome(documents: tuple[Document, ...], findings: tuple[Finding, ...]) -> Outcome:
    """The mail's outcome: held if any document is, else filed if any is, else ignored."""
    outcomes = {document.outcome for document in documents}
    if not documents:
        weights = [one.weight for one in findings if one.weight]
        held = reasons.outcome(weights) is Outcome.HELD
        return Outcome.HELD if held else Outcome.IGNORED
    for outcome in (Outcome.HELD, Outcome.FILED):
        if outcome in outcomes:
            return outcome
    return Outcome.IGNORED


def _silent(part: Part) -> None:
    """Announce nothing."""


def examine(message: SpooledMessage, case: Case, announce: Announce = _silent) -> Verdict:
    """Return the verdict on one message for the case's company.

    Raises Unavailable when the scanner is away, and nothing for anything a sender can do.
    """
    return examine_mail(message.content, case, announce)


def examine_mail(content: bytes, case: Case, announce: Announce = _silent) -> Verdict:
    """Return the verdict on the octets of a message, however it came."""
    root = Part(path="", kind=kinds.MESSAGE, content=content, trail=("mail",), role=Role.CONTAINER)
    return _examine(root, mime.read_header(content), case, announce)


def examine_document(
    content: bytes, filename: str, case: Case, announce: Announce = _silent
) -> Verdict:
    """Return the verdict on a bare document, as if it were the only attachment of a mail."""
    part = Part(
        path="1",
        kind="",
        content=content,
        filename=filename,
        disposition="attachment",
        trail=(filename,),
    )
    return _examine(part, MailHeader(), case, announce)
