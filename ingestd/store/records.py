"""From a judgement to what is kept of it: weighed, told in both languages, without octets.

`ingestd check` prints the same records that filing writes, so that both always say the same.
"""

import hashlib
from datetime import datetime

from ingestd import reasons
from ingestd.model import (
    Bilingual,
    Document,
    DocumentState,
    Finding,
    JudgedDocument,
    JudgedFinding,
    JudgedMail,
    JudgedPart,
    Outcome,
    Part,
    SpooledMessage,
    Verdict,
)

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH = 12
"""60 bits: ten million documents share an id with a chance of 1 in 20,000."""


def document_id(spool_id: str, company: str, path: str) -> str:
    """Return the id of a document: the same whenever the same mail is judged again."""
    digest = hashlib.sha256("\0".join((spool_id, company, path)).encode("utf-8", "replace"))
    number = int.from_bytes(digest.digest()[:8], "big") >> 4
    return "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(ID_LENGTH)))


def fold_id(text: str) -> str:
    """Return what somebody typed as an id in our spelling: I and L are 1, O is 0, dashes are nothing."""
    return text.upper().translate(str.maketrans("ILO", "110", "- "))


def tell(finding: Finding, waived: frozenset[str] = frozenset()) -> JudgedFinding:
    """Return `finding` weighed and told; `waived` are the codes that a release names."""
    detail = finding.detail
    return JudgedFinding(
        reason=finding.reason,
        weight=reasons.weigh(finding, {}),
        part=finding.part,
        term=finding.term,
        detail=Bilingual(reasons.say(detail, "en"), reasons.say(detail, "fr")),
        text=Bilingual(reasons.text(finding, "en"), reasons.text(finding, "fr")),
        waived=finding.reason in waived and finding.reason not in reasons.UNWAIVABLE,
    )


def describe(part: Part) -> JudgedPart:
    """Return what is kept of a part."""
    return JudgedPart(
        path=part.path,
        trail=part.trail,
        name=part.filename,
        declared_type=part.declared_type,
        kind=part.kind,
        size_bytes=part.size_bytes or len(part.content),
        sha256=part.sha256 or hashlib.sha256(part.content).hexdigest(),
        role=part.role,
        parent=part.parent,
    )


def _document(
    document: Document, message: SpooledMessage, names: dict[str, str], waived: frozenset[str]
) -> JudgedDocument:
    return JudgedDocument(
        id=document_id(message.spool_id, message.company, document.path),
        company=message.company,
        mail_id=message.spool_id,
        path=document.path,
        name=names.get(document.path, ""),
        annexes=document.annexes,
        outcome=document.outcome,
        state=DocumentState.OPEN if document.outcome is Outcome.HELD else DocumentState.CLOSED,
        format=document.format,
        profile=document.profile,
        invoice=document.invoice,
        invoice_key=document.invoice_key,
        findings=tuple(tell(finding, waived) for finding in document.findings),
    )


def record(
    message: SpooledMessage, verdict: Verdict, now: datetime, waived: frozenset[str] = frozenset()
) -> JudgedMail:
    """Return what is kept of the verdict on `message`. `now` is when it was judged."""
    parts = tuple(describe(part) for part in verdict.parts)
    names = {part.path: part.name for part in parts}
    return JudgedMail(
        mail_id=message.spool_id,
        company=message.company,
        envelope=message.envelope,
        header=verdict.mail,
        sha256=hashlib.sha256(message.content).hexdigest(),
        size_bytes=len(message.content),
        judged_at=now,
        outcome=verdict.outcome,
        scanned=verdict.scanned,
        parts=parts,
        findings=tuple(tell(finding, waived) for finding in verdict.findings),
        documents=tuple(_document(one, message, names, waived) for one in verdict.documents),
    )


def without_documents(mail: JudgedMail) -> JudgedDocument:
    """Return the inbox row that stands for a whole mail that had no document."""
    state = DocumentState.OPEN if mail.outcome is Outcome.HELD else DocumentState.CLOSED
    return JudgedDocument(
        id=document_id(mail.mail_id, mail.company, ""),
        company=mail.company,
        mail_id=mail.mail_id,
        path="",
        name="",
        annexes=(),
        outcome=mail.outcome,
        state=state,
        format=None,
        profile=None,
        invoice=None,
        findings=(),
    )
