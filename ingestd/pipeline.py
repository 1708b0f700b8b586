"""The whole judgement of one message, top to bottom: gather its parts, group them into documents,
check the invoices, weigh what was found.

A function of the stored octets and the case: no file, no socket, no clock. The same octets judged
again give the same verdict, so a release, a retry and a crashed worker are all the same thing.
"""

from collections.abc import Iterator
from dataclasses import replace

from ingestd import reasons
from ingestd.checks import INVOICE_CHECKS, body, duplicate
from ingestd.checks.kind import Treatment, refuse
from ingestd.documents import Draft, format_of, group, is_body
from ingestd.gathering import Announce, Gathered, gather
from ingestd.model import (
    Bilingual,
    Case,
    Document,
    FiledInvoice,
    Finding,
    Invoice,
    MailHeader,
    Outcome,
    Part,
    Role,
    SpooledMessage,
    Verdict,
    Weight,
)
from ingestd.readers import kinds, mime

INFECTED = ("virus-found", "scan-inconclusive")
MAIL_WIDE = frozenset({"mail-ambiguous", "mail-unreadable", "too-many-parts", "mail-loop"})
"""Findings that put the whole mail in doubt, whichever part they stand at."""

_SIGNATURES = ("-signature", "/pgp-keys")
_HEAVY = (Weight.HOLD, Weight.STOP)


def _is_explained(gathered: Gathered, finding: Finding) -> bool:
    """Whether a hit in the raw mail is the same as one in a part of it."""
    return finding.reason in INFECTED and any(
        other.reason in INFECTED
        for path, found in gathered.findings.items()
        if path
        for other in found
    )


def _mail_findings(gathered: Gathered, raw: Part) -> list[Finding]:
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


def _copies_of_mail(gathered: Gathered, raw: Part) -> Iterator[Finding]:
    ask = gathered.case.filed_mail
    if ask and (first := ask(raw.sha256)):
        values = {"date": first.filed_on.isoformat(), "ref": first.id}
        yield Finding("mail-duplicate", detail=first.id, values=values)


def _bodies(gathered: Gathered) -> tuple[list[str], str]:
    """Return the mail's own texts as people see them, and its HTML."""
    texts, html = [], ""
    for part in gathered.parts.values():
        if is_body(part) and part.kind.startswith("text/") and part.path:
            text = mime.body_text(part.content)
            if part.kind == "text/html":
                html += text
                text = body.visible(text) + " " + " ".join(body.links(text))
            texts.append(text)
    return texts, html


def _attached(gathered: Gathered) -> list[Part]:
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


def _own_checks(gathered: Gathered, draft: Draft) -> Iterator[Finding]:
    """Yield what the checks say of one draft; the bytes before what they mean."""
    copies = list(duplicate.check_file(draft.main, gathered.case))
    yield from copies
    if draft.invoice is None:
        heavy = any(gathered.weigh(one) in _HEAVY for one in draft.findings)
        if draft.is_page and not heavy:
            yield _to_complete(draft)
        return
    for check in INVOICE_CHECKS:
        if copies and check is duplicate.check:
            continue
        for finding in check(draft.invoice, gathered.case):
            yield replace(finding, part=finding.part or draft.invoice.part)


def _to_complete(draft: Draft) -> Finding:
    if not draft.text.strip():
        return Finding("no-text", draft.main.path)
    nothing = Bilingual(
        "no field is read from pages yet", "aucun champ n'est encore lu sur la page"
    )
    return Finding("to-complete", draft.main.path, detail=nothing)


def _fill(finding: Finding, gathered: Gathered, draft: Draft | None, mail: MailHeader) -> Finding:
    """Fill the holes of the catalogue's text that every finding shares, and fix the weight."""
    company = gathered.case.company
    part = gathered.parts.get(finding.part) or (draft.main if draft else None)
    invoice = draft.invoice if draft else None
    name = (part.filename if part else "") or (part.trail[-1] if part and part.trail else "")
    common: dict[str, str | Bilingual] = {
        "file": name or Bilingual("the e-mail", "l'e-mail"),
        "company": (company.name or company.vat) if company else "?",
        "supplier": (invoice.seller_name if invoice else "") or mail.from_ or "?",
        "number": (invoice.number if invoice else "") or name or "?",
    }
    common.update(finding.values)
    return replace(finding, values=common, weight=gathered.weigh(finding))


def _copies_within(drafts: list[Draft], gathered: Gathered) -> None:
    """The same invoice twice in one mail: the first counts (other mails are the ledger's to know)."""
    files: set[str] = set()
    keys: set[str] = set()
    for draft in drafts:
        key = duplicate.invoice_key(draft.invoice) if draft.invoice else None
        first = FiledInvoice(id=gathered.case.today.isoformat(), filed_on=gathered.case.today)
        if draft.main.sha256 in files:
            values = {"ref": "+", "date": first.id}
            draft.findings.append(Finding("duplicate-file", draft.main.path, values=values))
        elif key and key in keys and draft.invoice:
            draft.findings.append(duplicate.found(first, draft.invoice))
        files.add(draft.main.sha256)
        keys |= {key} if key else set()


def _document(gathered: Gathered, draft: Draft, wide: list[Finding], mail: MailHeader) -> Document:
    found = [*draft.findings, *_own_checks(gathered, draft)]
    spread = [one for one in wide if gathered.weigh(one) in _HEAVY]
    filled = [_fill(one, gathered, draft, mail) for one in (*found, *spread)]
    weights = [one.weight for one in filled if one.weight]
    outcome = reasons.outcome(weights)
    invoice = draft.invoice
    if invoice is None and outcome is Outcome.FILED:
        invoice = Invoice(part=draft.main.path, format=format_of(draft))
    if invoice:  # the attachments are parts of their own; nobody needs them twice
        papers = (replace(paper, content=None) for paper in invoice.supporting_documents)
        invoice = replace(invoice, supporting_documents=tuple(papers))
    return Document(
        path=draft.main.path,
        annexes=tuple(part.path for part in draft.annexes if part.parent != draft.main.path),
        outcome=outcome,
        invoice=invoice,
        invoice_key=duplicate.invoice_key(invoice) if invoice else None,
        format=format_of(draft) if invoice or draft.is_page else None,
        profile=invoice.profile if invoice else None,
        findings=tuple(filled),
    )


def _spread_infection(drafts: list[Draft]) -> None:
    """Hold what came in the same mail as malware."""
    infected = [
        draft
        for draft in drafts
        if any(one.reason in INFECTED and one.part for one in draft.findings)
    ]
    if not infected:
        return
    for draft in drafts:
        if draft not in infected:
            draft.findings.append(Finding("sibling-infected", draft.main.path))


def _roles(gathered: Gathered, drafts: list[Draft]) -> Iterator[Part]:
    """Yield every part with what it is in the verdict; only documents and annexes keep content."""
    roles = dict.fromkeys((one.parent for one in gathered.parts.values()), Role.CONTAINER)
    for draft in drafts:
        for member in (*draft.annexes, *draft.inside):
            roles[member.path] = Role.ANNEX
        roles[draft.main.path] = Role.DOCUMENT
        if draft.invoice:
            roles[draft.invoice.part] = Role.DOCUMENT
    sealed = {
        path
        for path, found in gathered.findings.items()
        if path and any(one.reason in INFECTED for one in found)
    }
    for path, part in gathered.parts.items():
        if path in sealed or part.parent in sealed:
            sealed.add(path)
        role = Role.SEALED if path in sealed else roles.get(path, part.role)
        keeps = role in (Role.DOCUMENT, Role.ANNEX)
        yield replace(part, role=role, content=part.content if keeps else b"")


def _without_document(
    gathered: Gathered, raw: Part, texts: list[str], subject: str
) -> Iterator[Finding]:
    """Yield what to say of a mail in which no part is a document."""
    if gathered.case.for_operators:
        yield Finding("operator-mail")
    elif mime.is_automatic(raw.content):
        yield Finding("automatic-message")
    else:
        yield from body.check([subject, *texts], _attached(gathered))


def _drafts(gathered: Gathered, raw: Part, wide: list[Finding], mail: MailHeader) -> list[Draft]:
    """Return the documents in the making, and add to `wide` why there are none."""
    texts, html = _bodies(gathered)
    drafts, companions = group(gathered, html)
    is_mail = raw.path == ""
    if is_mail:
        copies = [*_copies_of_mail(gathered, raw)]
        wide += copies
        if any(gathered.weigh(one) is Weight.IGNORE for one in copies):
            return []
        if mime.is_report(raw.content) or gathered.case.for_operators:
            drafts = []
    if is_mail and not drafts and not any(gathered.weigh(one) in _HEAVY for one in wide):
        wide += _without_document(gathered, raw, texts, mail.subject)
        return [Draft(raw)] if _is_body_wanted(gathered, wide) else []
    # Office files and texts beside something held are held with it; alone in a check, refused.
    return drafts + [Draft(part, findings=[refuse(part)]) for part in companions]


def _examine(root: Part, mail: MailHeader, case: Case, announce: Announce) -> Verdict:
    weights = {**case.weights, **(case.company.weights if case.company else {})}
    gathered = gather(root, case, weights, announce)
    raw = gathered.parts[root.path]
    wide = _mail_findings(gathered, raw) if root.path == "" else []
    drafts = _drafts(gathered, raw, wide, mail)
    _spread_infection(drafts)
    _copies_within(drafts, gathered)
    documents = tuple(_document(gathered, draft, wide, mail) for draft in drafts)
    findings = tuple(_fill(one, gathered, None, mail) for one in wide)
    return Verdict(
        outcome=_outcome(documents, findings),
        scanned=case.scan is not None,
        mail=mail,
        parts=tuple(_roles(gathered, drafts)),
        findings=findings,
        documents=documents,
    )


def _is_body_wanted(gathered: Gathered, wide: list[Finding]) -> bool:
    """Whether an operator's release waived that a mail has no document: then its body is one."""
    waived = {
        "no-attachment",
        "link-only",
        "nothing-usable",
        "operator-mail",
    } & gathered.case.waived
    return any(one.reason in waived for one in wide)


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
