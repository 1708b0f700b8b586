"""Judging as the settings have it: with the scanner, the rule engine, text recognition and the printer
that they describe. Nothing is filed here and nothing is kept: a judgement has no effect.
"""

import gc
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ingestd import chamber, lanes, pipeline, templates
from ingestd.address import OPERATORS
from ingestd.config import Sandbox, Settings
from ingestd.gathering import Announce
from ingestd.model import Case, Company, Limits, SpooledMessage, Verdict
from ingestd.printing.printer import Printer
from ingestd.readers import mime
from ingestd.rules.packs import Library
from ingestd.rules.runner import Runner
from ingestd.scanner import Scanner
from ingestd.scanner.watch import Watch
from ingestd.store import NotFound, Store, companies
from ingestd.store.history import History


def judge(
    settings: Settings,
    store: Store,
    scanner: Scanner,
    message: SpooledMessage,
    waived: frozenset[str] = frozenset(),
    rules: chamber.Rules | None = None,
    recognise: chamber.Recognise | None = None,
) -> chamber.Judged:
    """Return the verdict on one spooled message. Everything is scanned anew, whatever was found of it
    before. Raises Unavailable, chamber.NeedsRecognition and sandbox.ChildFault."""
    signatures = scanner.begin()
    company = _company(store, message.company)
    received_on = message.envelope.received_at.date()  # not today: judging again must not differ
    case = _case(settings, company, received_on)
    case = replace(case, waived=waived, for_operators=message.company == OPERATORS)
    history = History(store, message.company, message.spool_id)

    def examine(inside: Case, announce: Announce) -> Verdict:
        return pipeline.examine(message, inside, announce)

    ask, paper = scanner.scan, _print_html(settings, company)
    judged = chamber.judge(examine, case, settings.sandbox, ask, history, rules, recognise, paper)
    return replace(judged, signatures=signatures)


def check_file(
    settings: Settings,
    path: Path,
    company: Company | None,
    scan: bool,
    rules: chamber.Rules | None = None,
) -> Verdict:
    """Judge one file, a mail or a bare document, with no effect (`ingestd check`).

    Raises OSError when the file cannot be read, Unavailable when ClamAV or an engine that it needs is
    away, and sandbox.confinement.Unconfinable for a machine on which documents cannot be read safely.
    """
    content = path.read_bytes()
    chamber.prepare(settings.sandbox)
    scanner = watch(settings)
    if scan:
        scanner.begin()

    def examine(inside: Case, announce: Announce) -> Verdict:
        if path.suffix.lower() == ".eml" or mime.is_message(content):
            return pipeline.examine_mail(content, inside, announce)
        return pipeline.examine_document(content, path.name, inside, announce)

    ask = scanner.scan if scan else None
    return chamber.judge(
        examine,
        _case(settings, company, datetime.now(UTC).date()),
        settings.sandbox,
        ask,
        rules=rules,
        recognise=lanes.recognise_at_once(settings),
        print_html=_print_html(settings, company),
    ).verdict


def watch(settings: Settings) -> Watch:
    """Return the scanner of the settings, believed only while it proves to be fit for it."""
    return Watch(settings.clamav, largest_bytes(settings), settings.worker.retry_s)


def largest_bytes(settings: Settings) -> int:
    """Return the size of the largest content that ClamAV is asked about."""
    return max(Limits().file_bytes, settings.smtp.max_message_bytes)


def prepare(limits: Sandbox) -> None:
    """Load all that judging needs, for good, before the first throw-away process.

    Raises sandbox.confinement.Unconfinable for a machine on which documents cannot be read safely.
    """
    chamber.prepare(limits)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: children need not look at it, which would copy it


def rule_engine(settings: Settings) -> Runner:
    """Return the engine for the official rules, not started yet."""
    return Runner(
        Library(settings.rules_path),
        timeout_s=settings.rules.timeout_s,
        memory_bytes=settings.rules.memory_bytes,
        mode=settings.sandbox.mode,
    )


def printer(settings: Settings) -> Printer:
    """Return what prints bodies; it holds nothing, and starts an engine only for a body."""
    limits = settings.printing
    return Printer(
        timeout_s=limits.timeout_s, memory_bytes=limits.memory_bytes, mode=settings.sandbox.mode
    )


def _case(settings: Settings, company: Company | None, today: date) -> Case:
    return Case(
        company=company,
        today=today,
        limits=lanes.limits(settings),
        weights=settings.judgement.weights,
        templates=templates.load(settings.extraction.templates),
    )


def _company(store: Store, vat: str) -> Company | None:
    if vat == OPERATORS:
        return None
    try:
        return companies.find(store, vat)
    except NotFound:
        return Company(vat=vat)  # accepted while it was registered; its mail is still accounted for


def _print_html(settings: Settings, company: Company | None) -> chamber.PrintHtml | None:
    """Return what prints bodies for a company, None for one that takes none: whoever takes over the
    process that reads its mail has no printer either."""
    if company is None or not company.body_is_invoice:
        return None
    return printer(settings).print_html
