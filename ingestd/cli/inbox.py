"""`ingestd inbox`: what was held or ignored, why, and what operators decide of it."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from ingestd.cli import arguments, report, sheet
from ingestd.cli.terminal import Flag, Here, Terminal, moment, short, shown
from ingestd.model import (
    Decision,
    DocumentState,
    InboxRow,
    JudgedDocument,
    JudgedMail,
    Outcome,
)

app = App(name="inbox", help="What was held or ignored, why, and what to do about it.")


@app.command(name="list")
def list_(
    *,
    company: str | None = None,
    reason: str | None = None,
    since: str | None = None,
    ignored: Flag = False,
    rejected: Flag = False,
    terminal: Here,
) -> int:
    """List what waits for a decision, newest first.

    Args:
        company: Only this VAT number (or `postmaster`).
        reason: Only what has this reason.
        since: Only what was received since: a date, or how long ago (3h, 2d).
        ignored: Also what was ignored.
        rejected: Also what an operator rejected.
    """
    from ingestd.store import inbox

    chosen = inbox.Filter(
        company=arguments.company(company),
        reason=arguments.reason(reason),
        since=arguments.since(since),
        ignored=ignored,
        rejected=rejected,
    )
    rows = inbox.list_rows(terminal.store, chosen)
    if terminal.json:
        terminal.document([report.inbox_row(row) for row in rows])
    elif not rows:
        terminal.say(terminal.tr("Nothing waits for a decision."))
    else:
        headers = ("ID\nReceived (UTC)", "Company\nOutcome", "File\nFrom", "Why")
        terminal.table(headers, [_cells(terminal, row) for row in rows], whole=(0, 1, 3))
        terminal.say(terminal.tr("More of one: `ingestd inbox show ID`."))
    return 0


@app.command
def show(
    given: Annotated[str, Parameter(name="ID")], /, *, company: str | None = None, terminal: Here
) -> int:
    """Show every part, finding and decision of a mail, and what to type next.

    Args:
        given: Id of a document (or the beginning of it), or the id of a mail (`queued as ...`).
        company: Which company's, where one mail went to several.
    """
    from ingestd.store import inbox

    mail, chosen = inbox.show(terminal.store, given, arguments.company(company))
    if terminal.json:
        terminal.document(_json(terminal, mail, chosen))
    else:
        _print(terminal, mail, chosen)
    return 0


@app.command
def release(
    given: Annotated[str, Parameter(name="ID")],
    /,
    *,
    why: str,
    waive: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    terminal: Here,
) -> int:
    """Judge a held document again without the reasons that you waive; what is new is still caught.

    Args:
        given: Id of a document, or the beginning of it.
        why: Why, for the record.
        waive: A reason that you waive; may be repeated. Without: all it is held for now.
    """
    from ingestd.store import NotFound, inbox
    from ingestd.worker import judge_again

    mail, chosen = inbox.show(terminal.store, given)
    document_id = chosen or _only(mail)
    if document_id is None:
        ids = ", ".join(one.id for one in mail.documents)
        raise NotFound(
            f"{given} is a mail of several documents ({ids}): release each that you mean."
        )
    waived = inbox.releasable(mail, document_id, frozenset(waive))
    decision = Decision(
        what="release",
        operator=arguments.operator(),
        why=why,
        decided_at=datetime.now(UTC),
        waived=tuple(sorted(waived)),
    )
    number = inbox.decide(terminal.store, document_id, decision)
    terminal.log(document_id, decision)
    outcome = judge_again(terminal.settings, terminal.store, document_id, waived)
    inbox.conclude(terminal.store, number, outcome)
    mail, _ = inbox.show(terminal.store, document_id)
    _print_one(terminal, mail, document_id)
    return 0 if outcome is Outcome.FILED else 1


@app.command
def retry(given: Annotated[str, Parameter(name="ID")], /, *, terminal: Here) -> int:
    """Judge a held document again as things are now, with nothing waived: after a company was given
    an archive password, another number or other weights.

    Args:
        given: Id of a document, or the beginning of it.
    """
    from ingestd.store import NotFound, inbox
    from ingestd.worker import judge_again

    mail, chosen = inbox.show(terminal.store, given)
    document_id = chosen or _only(mail)
    if document_id is None:
        ids = ", ".join(one.id for one in mail.documents)
        raise NotFound(f"{given} is a mail of several documents ({ids}): retry each that you mean.")
    inbox.check_open(mail, document_id)
    outcome = judge_again(terminal.settings, terminal.store, document_id, frozenset())
    mail, _ = inbox.show(terminal.store, document_id)
    _print_one(terminal, mail, document_id)
    return 0 if outcome is Outcome.FILED else 1


@app.command
def reject(
    given: Annotated[str, Parameter(name="ID")], /, *, code: str, why: str = "", terminal: Here
) -> int:
    """Refuse a held document for good.

    Args:
        given: Id of a document, or the beginning of it.
        code: The reason that the supplier should read (`ingestd reasons`).
        why: More about it, for the record.
    """
    from ingestd.store import inbox

    decision = Decision(
        what="reject",
        operator=arguments.operator(),
        why=why,
        decided_at=datetime.now(UTC),
        code=code,
        outcome=Outcome.HELD,
    )
    document_id = inbox.reject(terminal.store, given, code, decision)
    terminal.log(document_id, decision)
    mail, _ = inbox.show(terminal.store, document_id)
    _print_one(terminal, mail, document_id)
    return 0


def _only(mail: JudgedMail) -> str | None:
    return mail.documents[0].id if len(mail.documents) == 1 else None


def _document(mail: JudgedMail, document_id: str | None) -> JudgedDocument | None:
    return next((one for one in mail.documents if one.id == document_id), None)


def _row(mail: JudgedMail, document: JudgedDocument) -> InboxRow:
    told = {(one.reason, one.part, one.term) for one in document.findings}
    rest = [one for one in mail.findings if (one.reason, one.part, one.term) not in told]
    return InboxRow(
        document=document,
        envelope=mail.envelope,
        header=mail.header,
        findings=(*document.findings, *rest),
    )


def _json(terminal: Terminal, mail: JudgedMail, chosen: str | None) -> object:
    """The row of the document that was asked for, or of the mail, then all of the mail."""
    whole = report.judged(mail)
    document = _document(mail, chosen or _only(mail))
    if document is None:
        return {"id": mail.mail_id, **whole, "findings": whole["mail"]["findings"], "next": []}
    row = _row(mail, document)
    return whole | report.inbox_row(row) | {"next": _next_steps(terminal, mail, document)}


def _next_steps(terminal: Terminal, mail: JudgedMail, document: JudgedDocument) -> list[str]:
    """Return what an operator can type next. A mail without a file, or an archive, that was judged again
    is no invoice itself: what came out of it may be."""
    if document.state is not DocumentState.RELEASED:
        return sheet.next_steps(document, _row(mail, document).findings)
    others = [one for one in mail.documents if one is not document]
    for some in ([document], others):
        found = [one.id for one in some if _is_in_ledger(terminal, one)]
        if found:
            return [f"ingestd invoice show {one}" for one in found]
    return []


def _is_in_ledger(terminal: Terminal, document: JudgedDocument) -> bool:
    from ingestd.store import NotFound, ledger

    if document.outcome is not Outcome.FILED:
        return False
    try:
        return bool(ledger.show(terminal.store, document.id))
    except NotFound:
        return False


def _cells(terminal: Terminal, row: InboxRow) -> tuple[str, ...]:
    from ingestd.store.inbox import STOPPING

    against = [one.reason for one in row.findings if one.weight in STOPPING and not one.waived]
    outcome = terminal.tr(row.document.outcome.value)
    name = row.document.name or row.header.subject
    return (
        f"{row.document.id}\n{moment(row.envelope.received_at)}",
        f"{row.document.company}\n{outcome}",
        f"{short(shown(name))}\n{short(shown(row.header.from_ or row.envelope.mail_from))}",
        "\n".join(dict.fromkeys(against)),
    )


def _print(terminal: Terminal, mail: JudgedMail, chosen: str | None) -> None:
    terminal.facts(
        [
            ("Mail", mail.mail_id),
            ("Company", mail.company),
            ("Received (UTC)", moment(mail.envelope.received_at)),
            ("From", mail.header.from_),
            ("Transmitter", mail.envelope.mail_from),
            ("To", ", ".join(mail.envelope.rcpt_to)),
            ("Subject", mail.header.subject),
            ("Outcome", terminal.tr(mail.outcome.value)),
            *(("Trace", line.strip()) for line in mail.trace.splitlines()),
        ]
    )
    sheet.print_parts(terminal, mail.parts)
    if alone := sheet.of_the_mail_alone(mail):
        terminal.say(terminal.tr("About the mail:"))
        sheet.print_findings(terminal, alone, "  ")
    for document in mail.documents:
        if chosen in (None, document.id):
            terminal.say()
            _print_document(terminal, mail, document)
    others = [one.id for one in mail.documents if chosen not in (None, one.id)]
    if others:
        terminal.say()
        terminal.say(f"{terminal.tr('Also in this mail:')} {', '.join(others)}")


def _print_one(terminal: Terminal, mail: JudgedMail, document_id: str) -> None:
    """Print what became of a document after a decision."""
    document = _document(mail, document_id)
    if terminal.json:
        terminal.document(_json(terminal, mail, document_id))
    elif document:
        _print_document(terminal, mail, document)


def _print_document(terminal: Terminal, mail: JudgedMail, document: JudgedDocument) -> None:
    state = document.state.value if document.state.value != "closed" else document.outcome.value
    name = short(shown(document.name or mail.header.subject), 100)
    terminal.say(f"{document.id} {terminal.tr(state)}: {name}")
    if text := sheet.summary(document.invoice):
        terminal.say(f"  {shown(text)}")
    sheet.print_findings(terminal, document.findings, "  ")
    sheet.print_rule_sets(terminal, document.invoice, "  ")
    sheet.print_decisions(terminal, document.decisions)
    steps = _next_steps(terminal, mail, document)
    if not steps and document.state is DocumentState.RELEASED:
        terminal.say(f"  {terminal.tr('nothing of it is in the ledger: there is no file to file')}")
    if steps:
        terminal.say(f"{terminal.tr('Next:')}")
    for step in steps:
        terminal.say(f"  {step}")
