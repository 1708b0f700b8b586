"""Drafts become documents: checked by themselves and beside each other, every finding weighed, every
part given its role. The heaviest finding decides; all are listed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingestd import reasons
from ingestd.certainty import sure
from ingestd.checks import INVOICE_CHECKS, duplicate, pages
from ingestd.documents import HEAVY, Draft, format_of, is_embedding, opened
from ingestd.gathering import Gathered
from ingestd.letter import INFECTED
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
    RuleReport,
    RuleRun,
    Weight,
)


def spread_infection(drafts: Sequence[Draft], wide: Sequence[Finding]) -> None:
    """Hold what came in the same mail as malware (`wide`: what is said of the mail). What the scanner
    could only not read to its end, an encrypted archive, casts no doubt on its neighbours."""
    infected = [one for one in drafts if any(map(_is_virus, one.findings))]
    if not infected and not any(_is_virus(one) for one in wide):
        return
    for draft in drafts:
        if draft not in infected:
            draft.findings.append(Finding("sibling-infected", draft.main.path))


def _is_virus(finding: Finding) -> bool:
    return finding.reason == "virus-found" and bool(finding.part)


def mark_copies(drafts: Sequence[Draft], gathered: Gathered) -> None:
    """The same invoice twice in one mail: the first counts (other mails are the ledger's to know)."""
    today = gathered.case.today
    files: dict[str, str] = {}
    keys: dict[str, str] = {}
    for draft in drafts:
        key, content = key_of(draft), draft.main.sha256
        if content in files:
            values = {"ref": files[content], "date": today.isoformat()}
            draft.findings.append(Finding("duplicate-file", draft.main.path, values=values))
        elif key and key in keys and (copy := believed(draft)):
            first = FiledInvoice(id=keys[key], filed_on=today)
            draft.findings.append(duplicate.found(first, copy))
        name = draft.main.filename or draft.main.path
        files.setdefault(content, name)
        if key:
            keys.setdefault(key, name)


def believed(draft: Draft) -> Invoice | None:
    """Return what may be believed of a draft: its data, valid or not, else the sure values of a page."""
    return draft.read or (sure(draft.shown) if draft.shown else None)


def key_of(draft: Draft) -> str | None:
    """Return what is the same for every copy of a draft's invoice, None where that is not sure."""
    if draft.read:
        return duplicate.invoice_key(draft.read)
    return duplicate.page_key(sure(draft.shown)) if draft.shown else None


def _noting_rule_sets(case: Case, runs: list[RuleRun]) -> Case:
    """Return a case that notes which official rule sets are asked for; those that are not installed
    have no version."""
    ask = case.rules
    if ask is None:
        return case

    def rules(xml: bytes, names: tuple[str, ...]) -> RuleReport:
        report = ask(xml, names)
        runs.extend((*report.runs, *(RuleRun(name, "") for name in report.missing)))
        return report

    return replace(case, rules=rules)


def check(gathered: Gathered, drafts: Sequence[Draft]) -> None:
    """Add to each draft what the checks say of it. Raises Unavailable when the rule engine is away."""
    for draft in drafts:
        draft.findings += list(_own_checks(gathered, draft))


def _own_checks(gathered: Gathered, draft: Draft) -> Iterator[Finding]:
    """Yield what the checks say of one draft; the bytes before what they mean."""
    copies = list(duplicate.check_file(draft.main, gathered.case))
    yield from copies
    if draft.invoice is None:
        if draft.is_page and not any(gathered.weigh(one) in HEAVY for one in draft.findings):
            yield from _page_checks(gathered, draft, bool(copies))
        return
    case = _noting_rule_sets(gathered.case, draft.rule_sets)
    for check in INVOICE_CHECKS:
        if copies and check is duplicate.check:
            continue
        for finding in check(draft.invoice, case):
            yield replace(finding, part=finding.part or draft.invoice.part)


def _page_checks(gathered: Gathered, draft: Draft, is_copy: bool) -> Iterator[Finding]:
    """Yield what the checks say of a draft that is a page."""
    if draft.is_paper:
        yield pages.not_an_invoice(draft.main, draft.paper)
    if draft.shown is None:
        if not draft.is_paper:
            yield pages.to_complete(draft.main, None, draft.sheets)
        return
    yield pages.to_complete(draft.main, draft.shown, draft.sheets)
    yield from pages.several(draft.main, draft.sheets.pages)
    yield from pages.check(draft.shown, draft.text, gathered.case)
    if not is_copy:
        yield from pages.copies(draft.shown, gathered.case)


def fill(finding: Finding, gathered: Gathered, draft: Draft | None, mail: MailHeader) -> Finding:
    """Fill the holes of the catalogue's text that every finding shares, and fix the weight."""
    company = gathered.case.company
    part = gathered.parts.get(finding.part) or (draft.main if draft else None)
    invoice = believed(draft) if draft else None
    name = (part.filename if part else "") or (part.trail[-1] if part and part.trail else "")
    common: dict[str, str | Bilingual] = {
        "file": name or reasons.THE_MAIL,
        "company": (company.name or company.vat) if company else "?",
        "supplier": (invoice.seller_name if invoice else "") or mail.from_ or "?",
        "number": (invoice.number if invoice else "") or name or "?",
    }
    common.update(finding.values)
    return replace(finding, values=common, weight=gathered.weigh(finding))


def weigh(
    gathered: Gathered,
    draft: Draft,
    wide: Sequence[Finding],
    mail: MailHeader,
    roles: dict[str, Role],
) -> Document:
    """Return the document of a draft that was checked. `wide` is what was found of the mail: what is
    heavy of it is held against each of its documents."""
    spread = [one for one in wide if gathered.weigh(one) in HEAVY]
    filled = [fill(one, gathered, draft, mail) for one in (*draft.findings, *spread)]
    excused = [fill(one, gathered, draft, mail) for one in draft.excused]
    filled += [replace(one, weight=Weight.NOTE) for one in excused]
    outcome = reasons.outcome([one.weight for one in filled if one.weight])
    invoice = draft.invoice or draft.shown
    if invoice is None and outcome is Outcome.FILED:
        invoice = Invoice(part=draft.main.path, format=format_of(draft))
    if invoice:  # the attachments are parts of their own; nobody needs them twice
        papers = (replace(paper, content=None) for paper in invoice.supporting_documents)
        invoice = replace(
            invoice, supporting_documents=tuple(papers), xml=b"", rule_sets=tuple(draft.rule_sets)
        )
    belonging = (*draft.annexes, *draft.inside)
    return Document(
        path=draft.main.path,
        annexes=tuple(part.path for part in belonging if roles[part.path] is Role.ANNEX),
        outcome=outcome,
        invoice=invoice,
        invoice_key=key_of(draft),
        format=format_of(draft) if invoice or draft.is_page else None,
        profile=invoice.profile if invoice else None,
        findings=tuple(filled),
    )


def roles_of(gathered: Gathered, drafts: Sequence[Draft]) -> dict[str, Role]:
    """Return what each part, by its path, is in the verdict."""
    wrappings = opened(gathered)
    roles = {path: part.role for path, part in gathered.parts.items()}
    parents = {part.parent for part in gathered.parts.values() if part.parent is not None}
    roles |= dict.fromkeys(parents & set(roles), Role.CONTAINER)
    for draft in drafts:
        for member in (*draft.annexes, *draft.inside):
            if member.path not in wrappings and member.size_bytes:
                roles[member.path] = Role.ANNEX
        roles[draft.main.path] = Role.DOCUMENT
        if draft.invoice:
            roles[draft.invoice.part] = Role.DOCUMENT
    return roles | dict.fromkeys(_sealed(gathered), Role.SEALED)


def _sealed(gathered: Gathered) -> set[str]:
    """Return the paths of what carries malware: the part, what is inside it, and the PDF or invoice
    that it is embedded in."""
    sealed = {
        path
        for path, found in gathered.findings.items()
        if path in gathered.parts and path and any(one.reason in INFECTED for one in found)
    }
    for path in list(sealed):
        around = gathered.parts[path].parent
        while around and is_embedding(gathered, around):
            sealed.add(around)
            around = gathered.parts[around].parent
    inner = set(sealed)
    for path, part in gathered.parts.items():
        if part.parent in inner and not is_embedding(gathered, part.parent):
            inner.add(path)
    return inner


def with_roles(gathered: Gathered, roles: dict[str, Role]) -> Iterator[Part]:
    """Yield every part with its role; only documents and annexes keep their content."""
    for path, part in gathered.parts.items():
        keeps = roles[path] in (Role.DOCUMENT, Role.ANNEX)
        yield replace(part, role=roles[path], content=part.content if keeps else b"")
