"""Claim, examine, file, finish: and what becomes of a message when the world or we fail in between."""

import ctypes
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import structlog

from ingestd import judgement, worker
from ingestd.address import read_recipients, write_recipients
from ingestd.config import Clamav, Settings, Storage, Worker
from ingestd.lanes import duty_of
from ingestd.model import Envelope, Lane, Outcome, SpooledMessage, Unavailable
from ingestd.scanner import Scanner
from ingestd.spool.local import LocalSpool
from ingestd.store import Conflict, Store, companies, filing, inbox, ledger, open_store
from tests._clamd import Clamd
from tests._log import deliver
from tests.documents.mails import COMPANY, MAILS


class Desk:
    """One instance without a door: a spool, a store and a worker's tools."""

    def __init__(self, path: Path, socket: Path) -> None:
        self.settings = Settings(
            storage=Storage(path=path, min_free_bytes=0),
            clamav=Clamav(socket=str(socket), timeout_s=20),
            worker=Worker(retry_s=0.05, poll_interval_s=0.01, max_attempts=3),
        )
        self.store: Store = open_store(self.settings)
        self.spool = LocalSpool(path / "spool")
        self.spool.prepare()
        self.scanner = Scanner(self.settings.clamav.socket, 20)
        companies.add(self.store, COMPANY, "Ateliers Lumière SARL")

    def put(self, name: str, company: str = COMPANY, content: bytes = b"") -> str:
        """Spool a sample mail, or `content`."""
        envelope = Envelope(
            mail_from="a@x.example",
            rcpt_to=("x@in.example.com",),
            peer="127.0.0.1",
            helo="x",
            tls=False,
            received_at=datetime.now(UTC),
        )
        return deliver(self.spool._path, envelope, content or MAILS[name](""), to=(company,))

    def work(self) -> bool:
        """Let a worker take one message."""
        duty = duty_of(self.settings, Lane.MAIN)
        return worker._take(self.settings, self.spool, self.store, self.scanner, None, duty)

    def claim(self) -> SpooledMessage:
        message = self.spool.claim(300)
        assert message
        return message

    def invoices(self) -> int:
        return len(ledger.list_invoices(self.store, ledger.Filter()))

    def held(self) -> list[str]:
        rows = inbox.list_rows(self.store, inbox.Filter(ignored=True))
        return sorted({one.reason for row in rows for one in row.findings})


@pytest.fixture
def desk(tmp_path: Path, clamd: Clamd) -> Desk:
    return Desk(tmp_path, clamd.socket)


def test_a_message_is_judged_filed_and_gone(desk: Desk) -> None:
    desk.put("factur-x")
    assert desk.work()
    assert not desk.work()
    assert desk.invoices() == 1
    assert desk.spool.entries() == []


def test_a_worker_that_died_after_filing_files_nothing_twice(desk: Desk) -> None:
    desk.put("factur-x")
    message = desk.claim()
    worker.process(desk.settings, desk.store, desk.scanner, message)
    worker.process(desk.settings, desk.store, desk.scanner, message)
    assert desk.invoices() == 1


def test_a_message_of_a_dead_worker_is_due_again(desk: Desk) -> None:
    spool_id = desk.put("factur-x")
    assert desk.spool.claim(0.001)
    again = None
    while again is None:
        again = desk.spool.claim(300)
    assert (again.spool_id, again.attempt) == (spool_id, 2)


def test_without_clamav_nothing_is_filed_and_no_attempt_counts(desk: Desk, tmp_path: Path) -> None:
    desk.put("factur-x")
    real, desk.scanner = desk.scanner, Scanner(str(tmp_path / "none.sock"), 1)
    for _ in range(desk.settings.worker.max_attempts + 2):
        desk.spool.retry(desk.spool.entries()[0].spool_id)
        assert desk.work()
    assert desk.invoices() == 0
    assert [entry.aside for entry in desk.spool.entries()] == [False]
    desk.scanner = real
    desk.spool.retry(desk.spool.entries()[0].spool_id)
    assert desk.work()
    assert desk.invoices() == 1


def test_what_crashes_us_is_set_aside(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    spool_id = desk.put("factur-x")

    def crash(*_: object) -> None:
        raise RuntimeError("our mistake")

    monkeypatch.setattr(worker, "judge", crash)
    for _ in range(desk.settings.worker.max_attempts + 1):
        for entry in desk.spool.entries():
            assert not entry.aside
        while not desk.work():
            pass
    assert [(entry.spool_id, entry.aside) for entry in desk.spool.entries()] == [(spool_id, True)]
    monkeypatch.undo()
    assert desk.spool.retry(spool_id) == 1
    assert desk.work()
    assert desk.invoices() == 1


def test_the_same_invoice_filed_meanwhile_is_judged_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("ubl-invoice")
    real = filing.file
    conflicts = []

    def first_loses(*arguments: object) -> list[str]:
        if not conflicts:
            conflicts.append(1)
            raise Conflict
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(filing, "file", first_loses)
    assert desk.work()
    assert conflicts == [1]
    assert desk.invoices() == 1


def test_two_workers_with_the_same_invoice_file_one(desk: Desk) -> None:
    desk.put("ubl-invoice")
    desk.put("two-invoices")
    messages = [desk.claim(), desk.claim()]
    judged = [judgement.judge(desk.settings, desk.store, desk.scanner, one) for one in messages]
    now = datetime.now(UTC)
    filing.file(desk.store, messages[0], judged[0].verdict, judged[0].clean, now)
    with pytest.raises(Conflict):
        filing.file(desk.store, messages[1], judged[1].verdict, judged[1].clean, now)
    worker.process(desk.settings, desk.store, desk.scanner, messages[1])
    assert desk.invoices() == 2
    assert desk.held() == ["duplicate-file"]


def test_mail_for_the_operators_is_held_for_them(desk: Desk) -> None:
    desk.put("no-attachment", "postmaster")
    assert desk.work()
    assert desk.held() == ["operator-mail"]


def test_a_company_that_is_gone_still_gets_its_mail_accounted_for(desk: Desk) -> None:
    desk.put("ubl-invoice", "FR72917362485")
    assert desk.work()
    assert desk.held() == ["wrong-recipient"]


def test_a_release_judges_again(desk: Desk) -> None:
    desk.put("wrong-recipient")
    assert desk.work()
    (row,) = inbox.list_rows(desk.store, inbox.Filter())
    again = worker.judge_again(
        desk.settings, desk.store, row.document.id, frozenset({"wrong-recipient"})
    )
    assert again is Outcome.FILED
    assert desk.invoices() == 1
    assert desk.held() == []


def test_a_release_still_catches_what_is_new(desk: Desk) -> None:
    desk.put("ubl-invoice")
    assert desk.work()
    desk.put("two-content-types")
    assert desk.work()
    (row,) = inbox.list_rows(desk.store, inbox.Filter())
    again = worker.judge_again(
        desk.settings, desk.store, row.document.id, frozenset({"mail-ambiguous"})
    )
    assert again is Outcome.IGNORED
    assert desk.invoices() == 1


def test_it_ends_when_asked(desk: Desk) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(desk.settings, stop))
    thread.start()
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def with_seller_in_uk(documents: Path) -> bytes:
    """A mail with an invoice that breaks BR-CL-14 and nothing else."""
    code = b"IdentificationCode>"
    invoice = (documents / "ubl-invoice.xml").read_bytes().replace(code + b"BE<", code + b"UK<")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", "x@in.example.com", "Invoice"
    mail.add_attachment(invoice, "application", "xml", filename="invoice.xml")
    return mail.as_bytes(policy=policy.SMTP)


def run_until(desk: Desk, is_done: Callable[[], bool]) -> None:
    """Run a worker until something is so, 30 seconds at most."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(desk.settings, stop))
    thread.start()
    until = time.monotonic() + 30
    while not is_done() and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    thread.join(30)
    assert is_done()


def test_a_worker_confirms_who_receives_here(desk: Desk) -> None:
    file = desk.settings.recipients_file
    write_recipients(file, [], datetime(2026, 1, 1, tzinfo=UTC))
    run_until(desk, lambda: COMPANY in read_recipients(file).open)


def test_a_worker_asks_the_official_rules(desk: Desk, documents: Path) -> None:
    desk.put("ubl-invoice", content=with_seller_in_uk(documents))
    run_until(desk, lambda: not desk.spool.entries())
    assert "rules-broken" in desk.held()
    assert desk.invoices() == 0


def test_without_the_rule_engine_electronic_invoices_wait(
    desk: Desk, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no attempt counts; what needs no rules goes on."""
    monkeypatch.setattr("ingestd.rules.runner.sys.executable", "/bin/false")
    desk.put("ubl-invoice", content=with_seller_in_uk(documents))
    desk.put("plain-pdf")
    run_until(desk, lambda: desk.invoices() == 1)
    (entry,) = desk.spool.entries()
    assert not entry.aside


def test_check_has_no_effect(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "x.eml"
    file.write_bytes(MAILS["factur-x"](""))
    verdict = judgement.check_file(desk.settings, file, None, scan=True)
    assert verdict.outcome is Outcome.FILED
    assert desk.invoices() == 0
    with pytest.raises(OSError, match="missing"):
        judgement.check_file(desk.settings, tmp_path / "missing", None, scan=True)


def test_check_takes_whatever_is_called_eml_for_a_mail(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "odd.EML"
    file.write_bytes(b"no header field at all")
    verdict = judgement.check_file(desk.settings, file, None, scan=False)
    assert [part.path for part in verdict.parts] == ["", "1"]


def test_check_without_clamav_cannot_tell(desk: Desk, tmp_path: Path) -> None:
    settings = Settings(clamav=Clamav(socket=str(tmp_path / "none.sock")))
    file = tmp_path / "x.eml"
    file.write_bytes(MAILS["factur-x"](""))
    with pytest.raises(Unavailable):
        judgement.check_file(settings, file, None, scan=True)
    assert not judgement.check_file(settings, file, None, scan=False).scanned


def test_a_reader_that_is_stopped_is_logged_and_its_mail_held(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        ctypes.string_at(0)

    monkeypatch.setattr("ingestd.pipeline.examine", crash)
    mail = desk.put("plain-pdf")
    with structlog.testing.capture_logs() as log:
        assert desk.work()
    assert [one for one in log if one["event"] == "reader stopped"] == [
        {
            "event": "reader stopped",
            "log_level": "warning",
            "mail": mail,
            "company": COMPANY,
            "limit": "signal 11",
            "part": "",
        }
    ]
    assert desk.held() == ["document-bomb"]
