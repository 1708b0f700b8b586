"""Claim, examine, file, finish: and what to do when the world or we fail in between.

Every step may be repeated: a claim puts the message off before it is read, a judgement has no effect,
a filing that is there already is left alone. So a worker that is killed anywhere leaves nothing lost
and nothing filed twice.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from ingestd import chamber, journal, lanes, metrics, reasons
from ingestd.config import Settings
from ingestd.judgement import judge, prepare, rule_engine, watch
from ingestd.model import (
    Finding,
    Lane,
    MailHeader,
    Outcome,
    Part,
    Role,
    SpooledMessage,
    Unavailable,
    Verdict,
)
from ingestd.readers import kinds
from ingestd.scanner import NoVerdict, Scanner
from ingestd.spool import Spool
from ingestd.spool.local import LocalSpool
from ingestd.store import Conflict, Store, filing, open_store
from ingestd.store.confirmation import Confirmation

Settled = TypeVar("Settled")

JUDGE_AGAIN = 5
"""How often a judgement is repeated at once when somebody files the same invoice meanwhile."""


class Stop(Protocol):
    """How a worker is asked to end, after the message in hand (threading.Event is one)."""

    def is_set(self) -> bool:
        """Whether to end."""

    def wait(self, timeout: float) -> bool:
        """Sleep for `timeout` seconds, or until it is time to end."""


def process(
    settings: Settings,
    store: Store,
    scanner: Scanner,
    message: SpooledMessage,
    rules: chamber.Rules | None = None,
    recognise: chamber.Recognise | None = None,
) -> None:
    """Judge one message and file its verdict.

    Raises Unavailable, chamber.NeedsRecognition and sandbox.ChildFault.
    """
    mail, company = message.spool_id, message.company
    if filing.already_judged(store, mail, company):
        journal.already_judged(mail, company)
        return
    started = time.monotonic()

    def once() -> tuple[Verdict, list[str]]:
        judged = judge(settings, store, scanner, message, rules=rules, recognise=recognise)
        _report_recognised(message, judged.recognised)
        if judged.stopped:
            journal.reader_stopped(mail, company, judged.stopped, judged.verdict.findings[0].part)
            metrics.reader_stopped(judged.stopped)
        now, verdict = datetime.now(UTC), judged.verdict
        ids = filing.file(store, message, verdict, judged.clean, now, judged.signatures)
        return verdict, ids

    verdict, ids = _until_settled(once)
    _report(message, verdict, ids, time.monotonic() - started)


def _until_settled(once: Callable[[], Settled]) -> Settled:
    """Judge and file until nobody else files the same invoice in between."""
    for _ in range(JUDGE_AGAIN):
        try:
            return once()
        except Conflict:
            continue
    raise Unavailable("the same invoice is being filed by others again and again")


def _report_recognised(message: SpooledMessage, done: chamber.Recognised) -> None:
    if done.pages or done.unread:
        mail, company = message.spool_id, message.company
        journal.recognised(mail, company, done.pages, done.unread, done.elapsed_s)
        metrics.recognised(done.pages, done.unread, done.elapsed_s)


def _report(message: SpooledMessage, verdict: Verdict, ids: list[str], elapsed_s: float) -> None:
    for document, name in zip(verdict.documents, ids, strict=False):
        journal.document_judged(
            message.spool_id,
            name,
            document.path,
            document.outcome,
            sorted({finding.reason for finding in document.findings}),
            document.invoice.number if document.invoice else None,
        )
    found = sorted({finding.reason for finding in verdict.findings})
    journal.judged(
        message.spool_id,
        message.company,
        verdict.outcome,
        len(verdict.documents),
        elapsed_s * 1000,
        found,
    )
    told = [one.reason for document in verdict.documents for one in document.findings]
    metrics.judged(verdict.outcome, [*found, *told], elapsed_s)


def _take(
    settings: Settings,
    spool: Spool,
    store: Store,
    scanner: Scanner,
    rules: chamber.Rules | None,
    duty: lanes.Duty,
) -> bool:
    """Claim one message and process it; return whether there was one."""
    message = spool.claim(duty.lease_s)
    if message is None:
        return False
    mail, company, attempt = message.spool_id, message.company, message.attempt
    if attempt > settings.worker.max_attempts:
        spool.set_aside(message)
        journal.set_aside(mail, company, attempt - 1)
        return True
    journal.claimed(mail, company, attempt)
    try:
        process(settings, store, scanner, message, rules, duty.recognise)
    except chamber.NeedsRecognition:
        spool.hand_over(message, Lane.OCR)
        journal.handed_over(mail, company, Lane.OCR)
        metrics.handed_over(Lane.OCR)
    except Unavailable as away:
        if isinstance(away, NoVerdict):
            _show_waiting(settings, store, message)
        metrics.put_off()
        spool.defer(message, settings.worker.retry_s, counts=False)
        journal.waiting(mail, company, str(away), settings.worker.retry_s)
    except Exception as fault:  # noqa: BLE001 - ours, whatever it is: kept, logged, tried again
        journal.worker_fault(mail, company, attempt, fault)
        metrics.worker_fault()
        spool.defer(message, settings.worker.retry_s * 2 ** (attempt - 1), counts=True)
    else:
        spool.finish(message)
    return True


def _show_waiting(settings: Settings, store: Store, message: SpooledMessage) -> None:
    """Show a mail in the inbox that has waited for ClamAV for too long. It stays in the spool, nothing
    of it is opened, and its verdict takes the place of this one."""
    now = datetime.now(UTC)
    age_s = (now - message.envelope.received_at).total_seconds()
    if age_s < settings.worker.scan_patience_s:
        return
    whole = Part(path="", kind=kinds.MESSAGE, content=message.content, role=Role.CONTAINER)
    waits = Finding("scan-pending", weight=reasons.CATALOGUE["scan-pending"].weight)
    held = Verdict(
        outcome=Outcome.HELD, scanned=False, mail=MailHeader(), parts=(whole,), findings=(waits,)
    )
    mail, company = message.spool_id, message.company
    with suppress(Unavailable):  # then it is shown the next time
        if not filing.is_known(store, mail, company):
            filing.file(store, message, held, frozenset(), now)
            journal.held_unscanned(mail, company, age_s)


def run(settings: Settings, stop: Stop, lane: Lane = Lane.MAIN) -> None:
    """Work until `stop`: claim, examine, file, finish. Workers of the main lane hand over what has
    pages to recognise to those of the OCR lane.

    Raises store.StoreError for a storage that cannot be used as configured, and
    sandbox.confinement.Unconfinable for a machine on which documents cannot be read safely.
    """
    duty = lanes.duty_of(settings, lane)
    spool = LocalSpool(settings.spool_path, lanes=duty.lanes)
    scanner = watch(settings)
    store: Store | None = None
    confirmation = Confirmation()
    engine = rule_engine(settings)
    prepare(settings.sandbox)
    while not stop.is_set():
        try:
            store = store or open_store(settings)
            confirmation.look(store)
            scanner.look()
            duty.look()
            busy = _take(settings, spool, store, scanner, engine.judge, duty)
        except Unavailable as away:
            journal.waiting("", "", str(away), settings.worker.retry_s)
            stop.wait(settings.worker.retry_s)
            continue
        if not busy:
            stop.wait(settings.worker.poll_interval_s)
    engine.close()
    if store:
        store.close()


def judge_again(
    settings: Settings, store: Store, document_id: str, waive: frozenset[str]
) -> Outcome:
    """Judge the mail of a document again, with `waive` waived by an operator, and refile the document.

    Returns its new outcome. Raises NotFound, Unavailable, sandbox.ChildFault and
    sandbox.confinement.Unconfinable.
    """
    message = filing.load_message(store, document_id)
    chamber.prepare(settings.sandbox)
    scanner = watch(settings)
    engine, recognise = rule_engine(settings), lanes.recognise_at_once(settings)

    def once() -> Outcome:
        judged = judge(settings, store, scanner, message, waive, engine.judge, recognise)
        now, clean = datetime.now(UTC), judged.clean
        return filing.refile(
            store, document_id, judged.verdict, clean, now, waive, judged.signatures
        )

    try:
        return _until_settled(once)
    finally:
        engine.close()
