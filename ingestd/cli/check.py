"""`ingestd check`: judge mails or bare documents on the spot, with no effect."""

import logging
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from ingestd.cli import report, sheet
from ingestd.cli.faults import CANNOT_TELL, USAGE, say
from ingestd.cli.terminal import Here, Terminal, shown
from ingestd.model import (
    Company,
    Envelope,
    JudgedMail,
    Outcome,
    SpooledMessage,
    Unavailable,
    Verdict,
)

if TYPE_CHECKING:
    from ingestd.chamber import Rules

_MANY = 5


def check(
    *files: Path,
    company: str | None = None,
    no_scan: Annotated[bool, Parameter("--no-scan", negative="")] = False,
    terminal: Here,
) -> int:
    """Judge mails (.eml) or bare documents, with no effect.

    Without --company the checks that need a company or its history are left out.

    Args:
        files: Mails or documents.
        company: VAT number of the company that they are for.
        no_scan: Do not ask ClamAV; says nothing about malware then.
    """
    if not files:
        say("check needs at least one file: `ingestd check FILE...`")
        return USAGE
    from ingestd import journal
    from ingestd.judgement import rule_engine

    # To standard error, as standard output is the answer; and only what somebody should look at.
    journal.configure(terminal.settings.log.format, "check", logging.WARNING)
    receiver = _receiver(terminal, company)
    engine = rule_engine(terminal.settings)
    try:
        return max(
            _check(terminal, file, receiver, engine.judge, scan=not no_scan)
            for file in _shown(files)
        )
    finally:
        engine.close()


def _shown(files: tuple[Path, ...]) -> Iterable[Path]:
    """Show how far it got, where many files are checked before a person's eyes."""
    if len(files) <= _MANY or not sys.stderr.isatty() or sys.stdout.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, description="check", console=Console(stderr=True), transient=True)


def _receiver(terminal: Terminal, vat: str | None) -> Company | None:
    """Return the registered company, or one as it would be registered; nothing is made for it."""
    if vat is None:
        return None
    from ingestd.store import NotFound, companies

    derived = companies.derive(vat)
    if not terminal.settings.storage.database and not terminal.settings.storage.path.is_dir():
        return derived
    try:
        return companies.find(terminal.store, vat)
    except NotFound:
        return derived


def _check(
    terminal: Terminal, file: Path, company: Company | None, rules: "Rules", *, scan: bool
) -> int:
    """Judge one file, print what came out, and return its exit code."""
    from ingestd.judgement import check_file
    from ingestd.sandbox import ChildFault

    began = time.perf_counter()
    try:
        verdict = check_file(terminal.settings, file, company, scan, rules)
    except OSError as error:
        return _fail(terminal, file, f"cannot be read: {error.strerror or error}", USAGE, began)
    except Unavailable as error:
        return _fail(terminal, file, f"cannot be judged: {error}", CANNOT_TELL, began)
    except ChildFault as error:  # one file that we fail on does not end the others
        why = f"cannot be judged, by a mistake of ingestd; please report it:\n{error}"
        return _fail(terminal, file, why, CANNOT_TELL, began)
    mail = recorded(verdict, company)
    if terminal.json:
        terminal.line(report.checked(str(file), mail, _elapsed_ms(began)))
    else:
        _print(terminal, file, mail)
    return 1 if mail.outcome is Outcome.HELD else 0


def _elapsed_ms(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _fail(terminal: Terminal, file: Path, why: str, code: int, began: float) -> int:
    say(f"{file} {why}")
    if terminal.json:
        terminal.line(report.checked(str(file), None, _elapsed_ms(began), why))
    return code


def recorded(verdict: Verdict, company: Company | None) -> JudgedMail:
    """Return the record that filing would keep of it; a file has no envelope."""
    from ingestd.store.records import record

    now = datetime.now(UTC)
    envelope = Envelope(mail_from="", rcpt_to=(), peer="", helo="", tls=False, received_at=now)
    vat = company.vat if company else ""
    nowhere = SpooledMessage(spool_id="", envelope=envelope, company=vat, attempt=1, content=b"")
    return record(nowhere, verdict, now)


def _print(terminal: Terminal, file: Path, mail: JudgedMail) -> None:
    unscanned = "" if mail.scanned else f" ({terminal.tr('not scanned for malware')})"
    terminal.say(f"{shown(str(file))}: {terminal.tr(mail.outcome.value)}{unscanned}")
    sheet.print_findings(terminal, sheet.of_the_mail_alone(mail), "  ")
    for document in mail.documents:
        facts: Any = (
            document.path,
            document.name,
            document.format,
            sheet.summary(document.invoice),
        )
        line = " · ".join(shown(str(fact)) for fact in facts if fact)
        terminal.say(f"  {terminal.tr(document.outcome.value)}: {line}")
        sheet.print_findings(terminal, document.findings, "    ")
        if document.format and document.format.is_page:  # elsewhere the data says where it stands
            sheet.print_invoice(terminal, document.invoice)
        if document.invoice and any(not run.version for run in document.invoice.rule_sets):
            sheet.print_rule_sets(terminal, document.invoice, "    ")
