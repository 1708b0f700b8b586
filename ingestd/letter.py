"""The mail around the documents: what is to be said of it as a whole, what its text says, and why
there is nothing in it to file.
"""

from collections.abc import Iterator

from ingestd.checks import body
from ingestd.checks.kind import Treatment
from ingestd.documents import is_body
from ingestd.gathering import Gathered
from ingestd.model import Bilingual, Finding, Part, Role, Weight
from ingestd.readers import kinds, mime

INFECTED = frozenset({"virus-found", "scan-inconclusive"})
MAIL_WIDE = frozenset({"mail-ambiguous", "mail-unreadable", "too-many-parts", "mail-loop"})
"""Findings that put the whole mail in doubt, whichever part they stand at."""
NO_DOCUMENT = frozenset({"no-attachment", "link-only", "nothing-usable", "operator-mail"})
"""Why a mail has no document; an operator who waives it files the mail's own text."""

_SIGNATURES = ("-signature", "/pgp-keys")
_REPORT = "multipart/report"


def _is_explained(gathered: Gathered, finding: Finding) -> bool:
    """Whether a hit in the raw mail is the same as one in a part of it."""
    return finding.reason in INFECTED and any(
        other.reason in INFECTED
        for path, found in gathered.findings.items()
        if path
        for other in found
    )


def findings(gathered: Gathered, raw: Part) -> list[Finding]:
    """Return what is to be said of the mail as a whole, and take it off its parts."""
    found = [
        finding for finding in gathered.findings.pop("", []) if not _is_explained(gathered, finding)
    ]
    for path, listed in gathered.findings.items():
        found += [finding for finding in listed if finding.reason in MAIL_WIDE]
        gathered.findings[path] = [one for one in listed if one.reason not in MAIL_WIDE]
    hops = mime.received_fields(raw.content)
    if hops > gathered.case.limits.received_fields:
        found.append(Finding("mail-loop", weight=Weight.STOP, detail=f"{hops} Received"))
    unique = {(one.reason, one.part, str(one.detail)): one for one in found}
    return list(unique.values())


def copies(gathered: Gathered, raw: Part) -> Iterator[Finding]:
    """Yield `mail-duplicate` when this very mail was judged before."""
    ask = gathered.case.filed_mail
    if ask and (first := ask(raw.sha256)):
        values = {"date": first.filed_on.isoformat(), "ref": first.id}
        yield Finding("mail-duplicate", detail=first.id, values=values)


def bodies(gathered: Gathered) -> tuple[list[str], str]:
    """Return the mail's own texts as people see them, and its HTML."""
    texts, html = [], ""
    for part in gathered.parts.values():
        if is_body(part) and part.kind.startswith("text/") and part.path:
            text = mime.body_text(part.content, part.charset)
            if part.kind == "text/html":
                html += text
                text = body.visible(text) + " " + " ".join(body.links(text))
            texts.append(text)
    return texts, html


def returned(gathered: Gathered) -> frozenset[str]:
    """Return the paths of what bounces and receipts enclose (RFC 3462): a message of ours that comes
    back, no invoice to us. What is attached to the report itself is not meant."""
    paths: set[str] = set()
    for path, part in gathered.parts.items():
        if part.parent in paths or _is_returned(gathered, part):
            paths.add(path)
    return frozenset(paths)


def _is_returned(gathered: Gathered, part: Part) -> bool:
    around = gathered.parts.get(part.parent) if part.parent is not None else None
    if around is None or part.kind != kinds.MESSAGE:
        return False
    in_message = around.kind == kinds.MESSAGE and mime.is_report(around.content)
    return around.kind == _REPORT or in_message


def unsaid(gathered: Gathered, said: set[str]) -> list[Finding]:
    """Return what the scanner found in parts at none of the paths `said`: of malware is told wherever
    it is, also in what is no document."""
    return [
        finding
        for path, found in gathered.findings.items()
        if path and path not in said
        for finding in found
        if finding.reason in INFECTED
    ]


def without_document(gathered: Gathered, raw: Part, texts: list[str]) -> Iterator[Finding]:
    """Yield what to say of a mail in which no part is a document; `texts` are its subject and bodies."""
    if gathered.case.for_operators:
        yield Finding("operator-mail")
    elif mime.is_automatic(raw.content):
        yield Finding("automatic-message")
    elif mime.is_to_itself(raw.content):
        detail = Bilingual("it is addressed to its own sender", "adressé à son propre expéditeur")
        yield Finding("mail-loop", detail=detail, weight=Weight.HOLD)
    else:
        yield from body.check(texts, attached(gathered))


def attached(gathered: Gathered) -> list[Part]:
    """Return what the sender attached on purpose; decoration and signatures do not count, a text that
    is no body does, also without a name (EDIFACT, CSV)."""
    opened = {part.parent for part in gathered.parts.values()}
    return [
        part
        for part in gathered.parts.values()
        if part.path
        and part.path not in opened
        and part.role is not Role.CONTAINER
        and part.kind != kinds.MESSAGE
        and not part.declared_type.endswith(_SIGNATURES)
        and (part.disposition == "attachment" or part.filename or _is_data(gathered, part))
        and not (part.kind.startswith("image/") and _is_decoration(part))
    ]


def _is_data(gathered: Gathered, part: Part) -> bool:
    return gathered.treatments[part.path] is Treatment.COMPANION and not is_body(part)


def _is_decoration(part: Part) -> bool:
    """Whether a picture belongs to the text of a mail: shown in it, or made to be."""
    return bool(part.content_id) or part.disposition != "attachment"
