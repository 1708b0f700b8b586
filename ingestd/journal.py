"""The only log wording: one function for each loggable event, one event a line (structlog).

A mail can be followed from socket to verdict by its `mail` (the spool id of the 250 reply). Human on
a terminal, JSON otherwise. Nothing of a mail's content is logged, and what a stranger chose is
escaped, so that one event is always one line.
"""

import logging
import os
import select
import sys
from contextlib import suppress
from datetime import datetime
from typing import Any, TextIO, cast

import structlog

_log = structlog.get_logger("ingestd")


def _escape(_logger: Any, _method: str, event: structlog.typing.EventDict) -> Any:
    """Make strangers' strings printable: no control, bidi or surrogate character reaches a terminal."""
    for key, value in event.items():
        if isinstance(value, str) and not value.isprintable() and key != "exception":
            event[key] = value.encode("unicode_escape", "replace").decode("ascii")
    return event


def _names(process: str) -> structlog.typing.Processor:
    """Say which process an event is from, in whatever thread it happens."""

    def name(_logger: Any, _method: str, event: structlog.typing.EventDict) -> Any:
        return {**event, "process": process} if process else event

    return name


class _BestEffort:
    """Standard error, one write a line because processes share it. Where it fails (a full disk) or is
    not read (a stopped journal, a full pipe), lines are lost and counted, and the mail goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lost = 0

    def write(self, line: str) -> None:
        if not self._is_read():
            self._lost += 1
            return
        lost, self._lost = self._lost, 0
        text = f'{{"event": "log lines lost", "lost": {lost}}}\n{line}' if lost else line
        with suppress(OSError):
            self._write(text)

    def _write(self, text: str) -> None:
        """Past the stream's buffer: what could not be written would be tried again at the exit, and
        its failure there is exit code 120."""
        try:
            descriptor = self._stream.fileno()
        except (OSError, ValueError):  # not a file, as in tests
            self._stream.write(text)
        else:
            os.write(descriptor, text.encode("utf-8", "backslashreplace"))

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def _is_read(self) -> bool:
        """Wait a moment for a slow reader; not again as long as it does not read at all."""
        poll = select.poll()
        try:
            poll.register(self._stream, select.POLLOUT)
        except (OSError, ValueError):  # not a file, as in tests
            return True
        return bool(poll.poll(0 if self._lost else 100))


class _FromLibraries(logging.Handler):
    """What libraries (asyncio above all) have to say at WARNING and above, in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        _log.log(record.levelno, "library", logger=record.name, said=said, exc_info=record.exc_info)


def configure(style: str = "auto", process: str = "", least: int = logging.INFO) -> None:
    """Set up logging for this process. `style` is `human`, `json` or `auto` (by terminal);
    `process` names the process in each event (`smtpd`, `worker-1`); `least` is the lowest level
    that is written."""
    human = style == "human" or (style == "auto" and sys.stderr.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    tail = [] if human else [structlog.processors.format_exc_info]
    structlog.configure(
        processors=[
            _names(process),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *tail,
            _escape,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _BestEffort(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    # Bound once for each configuration: binding it at each event costs a third of the event.
    global _log  # noqa: PLW0603 - one logger a process, as structlog's configuration is
    _log = structlog.get_logger("ingestd").bind()
    root = logging.getLogger()
    if not any(isinstance(handler, _FromLibraries) for handler in root.handlers):
        root.addHandler(_FromLibraries())
    logging.getLogger("factur-x").disabled = True  # it logs whole invoices at ERROR
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd, one line a command
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def listening(address: str) -> None:
    """The door answers on `address`."""
    _log.info("listening", address=address)


def few_descriptors(allowed: int, wanted: int) -> None:
    """The door may not open a descriptor for each of smtp.max_connections: raise the hard limit of open
    files (LimitNOFILE= of systemd)."""
    _log.warning("few descriptors", allowed=allowed, wanted=wanted)


def stopped(what: str) -> None:
    """A process ended as asked."""
    _log.info("stopped", what=what)


def connected(session: str, peer: str) -> None:
    """A client connected."""
    _log.info("connected", session=session, peer=peer)


def connections_refused(count: int, peer: str, reply: str) -> None:
    """In the last second so many clients were refused with this reply, `peer` the last of them; they
    have no lines of their own."""
    _log.warning("connections refused", count=count, peer=peer, reply=reply)


def disconnected(session: str, peer: str, why: str) -> None:
    """A session ended; `why` is `quit`, `lost`, `timeout` or what we cut it off for."""
    _log.info("disconnected", session=session, peer=peer, why=why)


def recipient_refused(session: str, peer: str, address: str, reason: str) -> None:
    """RCPT was refused, with the reason's code."""
    _log.info("recipient refused", session=session, peer=peer, address=address, reason=reason)


def recipients_probed(network: str, per_hour: int) -> None:
    """Somebody asks for recipients that we do not have: one network, or all together (`network` is
    empty), so often in an hour. One network is put off from then on; all together are not."""
    _log.warning("recipients probed", network=network or "all", per_hour=per_hour)


def message_refused(session: str, peer: str, mail_from: str, reply: str, size_bytes: int) -> None:
    """DATA (or MAIL with its SIZE) was refused."""
    _log.info(
        "message refused",
        session=session,
        peer=peer,
        mail_from=mail_from,
        reply=reply,
        size_bytes=size_bytes,
    )


def message_accepted(
    mail: str, session: str, peer: str, mail_from: str, rcpt_to: list[str], size_bytes: int
) -> None:
    """250 was answered: the message is durable in the spool."""
    _log.info(
        "message accepted",
        mail=mail,
        session=session,
        peer=peer,
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        size_bytes=size_bytes,
    )


def door_fault(session: str, error: BaseException) -> None:
    """A fault of ours or of the machine at the door; the client got a 4xx."""
    _log.error("door fault", session=session, error=repr(error), exc_info=error)


def recipients_unreadable(file: str, error: BaseException) -> None:
    """The snapshot of recipients cannot be read, or is absent; the last good one is kept. RCPT is put off
    (451) as long as there was none."""
    _log.error("recipients unreadable", file=file, error=repr(error))


def recipients_unconfirmed(file: str, error: BaseException) -> None:
    """The list of recipients cannot be written; doors go on by the last one, for a while."""
    _log.error("recipients unconfirmed", file=file, error=repr(error))


def recipients_stale(file: str, age_h: float) -> None:
    """Nobody confirmed the list of recipients from the database for addresses.snapshot_max_age_h: RCPT
    is put off (451) until a worker or `ingestd company publish` does."""
    _log.error("recipients stale", file=file, age_h=round(age_h, 1))


def recipients_fresh(file: str) -> None:
    """The list of recipients is confirmed again; RCPT is answered by it."""
    _log.info("recipients fresh", file=file)


def certificate_in_force(names: list[str], until: datetime) -> None:
    """A certificate for STARTTLS was read; handshakes from now on use it."""
    _log.info("certificate in force", names=names, until=until.isoformat())


def certificate_unusable(why: str) -> None:
    """The certificate files changed and cannot be used; the one in force stays."""
    _log.error("certificate unusable", why=why)


def certificate_doubtful(what: str) -> None:
    """The certificate in force ends soon, has another name, or its key is readable to others."""
    _log.warning("certificate doubtful", what=what)


def claimed(mail: str, company: str, attempt: int) -> None:
    """A worker took a message up."""
    _log.info("claimed", mail=mail, company=company, attempt=attempt)


def judged(
    mail: str, company: str, outcome: str, documents: int, elapsed_ms: float, reasons: list[str]
) -> None:
    """A message was examined and its verdict is in the ledger and inbox."""
    _log.info(
        "judged",
        mail=mail,
        company=company,
        outcome=outcome,
        documents=documents,
        reasons=reasons,
        elapsed_ms=round(elapsed_ms, 1),
    )


def document_judged(
    mail: str, document: str, path: str, outcome: str, reasons: list[str], number: str | None
) -> None:
    """One document of a message was filed, held or ignored."""
    _log.info(
        "document judged",
        mail=mail,
        document=document,
        path=path,
        outcome=outcome,
        reasons=reasons,
        number=number,
    )


def already_judged(mail: str, company: str) -> None:
    """A claimed message was in the ledger before: its worker died after filing."""
    _log.info("already judged", mail=mail, company=company)


def waiting(mail: str, company: str, what: str, retry_s: float) -> None:
    """Something of the world is away; the message stays in the spool and is due again."""
    _log.warning("waiting", mail=mail, company=company, what=what, retry_s=retry_s)


def scanner_unfit(why: str, failed: list[str]) -> None:
    """ClamAV is away, finds nothing, or passes what it could not scan: nothing is judged till it is
    put right. `failed` are the probes that did not hold."""
    _log.error("clamav unfit", why=why, failed=failed)


def scanner_proved(version: str, way: str) -> None:
    """ClamAV answers, finds what it must and passes nothing that it could not scan."""
    _log.info("clamav proved", version=version, way=way)


def signatures_old(version: str) -> None:
    """ClamAV's signatures are older than clamav.max_signature_age_s, or without a date: does freshclam
    run? Mail is judged all the same."""
    _log.warning("clamav signatures old", version=version)


def rule_engine_ended(why: str, judged: int, detail: str) -> None:
    """A rule engine died, hung or talked nonsense: the invoice is judged once more by a new one."""
    _log.warning("rule engine ended", why=why, judged=judged, detail=detail)


def rule_engine_replaced(why: str, judged: int, resident_bytes: int) -> None:
    """A rule engine had judged enough, had grown, or there is a new rule pack: a new one takes over."""
    _log.info("rule engine replaced", why=why, judged=judged, resident_bytes=resident_bytes)


def templates_given_up(limit: str) -> None:
    """The reader of a mail ran into its limit of time with the operator's templates at hand: it is read
    once more without them. An expression in one of them may be to blame, or the mail."""
    _log.warning("templates given up", limit=limit)


def body_unprintable(limit: str, detail: str) -> None:
    """The text of a mail could not be printed: it ran into a limit, and the document is held. `fault`
    is the printing library's, with its traceback; `signal N` that it crashed."""
    _log.warning("body unprintable", limit=limit, detail=detail)


def recognition_away(why: str) -> None:
    """Text recognition is not installed or does not work: mail with scans waits in the OCR lane till
    it is put right; all other mail goes on."""
    _log.error("recognition away", why=why)


def recognition_proved() -> None:
    """Text recognition is there, with all its languages, and reads what it must."""
    _log.info("recognition proved")


def handed_over(mail: str, company: str, lane: str) -> None:
    """A message needs what the workers of its lane do not do; those of another lane take it up."""
    _log.info("handed over", mail=mail, company=company, lane=lane)


def recognised(mail: str, company: str, pages: int, unread: int, elapsed_s: float) -> None:
    """Text was recognised on pages of a message; `unread` are those beyond its share."""
    _log.info(
        "recognised",
        mail=mail,
        company=company,
        pages=pages,
        unread=unread,
        elapsed_s=round(elapsed_s, 3),
    )


def held_unscanned(mail: str, company: str, age_s: float) -> None:
    """A mail has waited for ClamAV for so long that the inbox shows it (`scan-pending`)."""
    _log.error("held unscanned", mail=mail, company=company, age_s=round(age_s))


def reader_stopped(mail: str, company: str, limit: str, part: str) -> None:
    """The process that read a mail was ended by a limit, a crash or its own doing; the mail is held.
    `signal 31` tried a system call that no reader needs: somebody may be attacking."""
    _log.warning("reader stopped", mail=mail, company=company, limit=limit, part=part)


def worker_fault(mail: str, company: str, attempt: int, error: BaseException) -> None:
    """Our own mistake while judging; the message stays in the spool and is due again."""
    _log.error(
        "worker fault",
        mail=mail,
        company=company,
        attempt=attempt,
        error=repr(error),
        exc_info=error,
    )


def set_aside(mail: str, company: str, attempts: int) -> None:
    """A message crashed its worker too often and waits for an operator (`ingestd spool list`)."""
    _log.error("set aside", mail=mail, company=company, attempts=attempts)


def spool_damaged(mail: str, company: str, error: BaseException) -> None:
    """A message file cannot be read and was set aside for an operator."""
    _log.error("spool damaged", mail=mail, company=company, error=repr(error))


def log_broken(error: BaseException) -> None:
    """A sync of the spool's log failed: no mail is taken any more until the door is started again."""
    _log.error("spool log broken", error=repr(error))


def log_damaged(segment: str, offset: int, size_bytes: int) -> None:
    """Octets of a segment of the log are not those that were written; the segment is kept aside."""
    _log.error("spool log damaged", segment=segment, offset=offset, size_bytes=size_bytes)


def log_dropped(segment: str, size_bytes: int, messages: int) -> None:
    """The end of a log that its door was killed over: `messages` that had not come to their end, and
    half a frame. Nobody was answered 250 for it."""
    _log.info("spool log dropped", segment=segment, size_bytes=size_bytes, messages=messages)


def operator_decided(document: str, decision: str, operator: str, why: str) -> None:
    """An operator released, rejected or confirmed a document."""
    _log.info("operator decided", document=document, decision=decision, operator=operator, why=why)


def process_fault(error: BaseException) -> None:
    """A process of `ingestd serve` ends because of a mistake of ours."""
    _log.error("process fault", error=repr(error), exc_info=error)


def child_ended(what: str, exit_code: int | None) -> None:
    """A process of `ingestd serve` ended by itself and is started again."""
    _log.error("process ended", what=what, exit_code=exit_code)
