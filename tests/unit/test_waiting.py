"""Mail that waits for ClamAV: nothing of it is opened or filed, and after a day it is shown."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ingestd import judgement, worker
from ingestd.config import Clamav, Settings, Storage, Worker
from ingestd.lanes import duty_of
from ingestd.model import Decision, Envelope, JudgedMail, Lane, Outcome, ScanResult
from ingestd.scanner import NoVerdict, Scanner
from ingestd.spool.local import LocalSpool
from ingestd.store import Store, companies, filing, inbox, ledger, open_store
from tests._clamd import Clamd
from tests._log import deliver
from tests.documents.mails import COMPANY, MAILS, compose, document

PATIENCE_S = 3600.0


class Desk:
    """A spool, a store, and a worker whose ClamAV is the test's to place."""

    def __init__(self, path: Path, socket: Path) -> None:
        self.settings = Settings(
            storage=Storage(path=path, min_free_bytes=0),
            clamav=Clamav(socket=str(socket), timeout_s=20),
            worker=Worker(retry_s=0.05, scan_patience_s=PATIENCE_S),
        )
        self.store: Store = open_store(self.settings)
        self.spool = LocalSpool(path / "spool")
        self.spool.prepare()
        self.scanner: Scanner = judgement.watch(self.settings)
        companies.add(self.store, COMPANY, "Ateliers Lumière SARL")

    def put(self, content: bytes, age: timedelta = timedelta(0)) -> str:
        envelope = Envelope(
            mail_from="a@x.example",
            rcpt_to=("x@in.example.com",),
            peer="127.0.0.1",
            helo="x",
            tls=False,
            received_at=datetime.now(UTC) - age,
        )
        return deliver(self.spool._path, envelope, content, to=(COMPANY,))

    def work(self) -> None:
        """Let a worker take each message once."""
        duty = duty_of(self.settings, Lane.MAIN)
        for entry in self.spool.entries():
            self.spool.retry(entry.spool_id)
            assert worker._take(self.settings, self.spool, self.store, self.scanner, None, duty)

    def invoices(self) -> int:
        return len(ledger.list_invoices(self.store, ledger.Filter()))

    def held(self) -> list[str]:
        rows = inbox.list_rows(self.store, inbox.Filter())
        return [one.reason for row in rows for one in row.findings]

    def mail(self, spool_id: str) -> JudgedMail:
        return inbox.show(self.store, spool_id)[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk whose ClamAV is away."""
    return Desk(tmp_path, tmp_path / "none.sock")


def bring_back(desk: Desk, clamd: Clamd) -> None:
    desk.scanner = Scanner(str(clamd.socket), 20)


DAY = timedelta(days=1)


def test_it_waits_unseen_for_a_while(desk: Desk) -> None:
    desk.put(MAILS["factur-x"](""), timedelta(seconds=PATIENCE_S / 2))
    desk.work()
    assert desk.held() == []
    assert len(desk.spool.entries()) == 1
    assert Worker().scan_patience_s == DAY.total_seconds()


def test_it_is_shown_after_a_day_and_nothing_of_it_is_opened(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    spool_id = desk.put(MAILS["factur-x"](""), DAY)
    for _ in range(3):
        desk.work()
    assert desk.held() == ["scan-pending"]
    assert desk.invoices() == 0
    assert len(desk.spool.entries()) == 1
    mail = desk.mail(spool_id)
    assert [part.path for part in mail.parts] == [""]
    assert not mail.scanned
    assert "nothing is opened before" in mail.findings[0].text.en
    assert capsys.readouterr().out.count("held unscanned") == 1


@pytest.mark.parametrize(("name", "reason"), [("factur-x", None), ("virus", "virus-found")])
def test_its_verdict_takes_the_place(
    name: str, reason: str | None, desk: Desk, clamd: Clamd
) -> None:
    spool_id = desk.put(MAILS[name](""), DAY)
    desk.work()
    bring_back(desk, clamd)
    desk.work()
    assert desk.spool.entries() == []
    assert desk.mail(spool_id).scanned
    assert "scan-pending" not in desk.held()
    assert desk.invoices() == (reason is None)
    assert reason is None or reason in desk.held()


def test_two_that_wait_are_not_each_others_first(desk: Desk, clamd: Clamd) -> None:
    for _ in range(2):
        desk.put(MAILS["factur-x"](""), DAY)
    desk.work()
    assert desk.held() == ["scan-pending"] * 2
    bring_back(desk, clamd)
    desk.work()
    assert desk.invoices() == 1


def test_an_operator_may_reject_it(desk: Desk, clamd: Clamd) -> None:
    spool_id = desk.put(MAILS["factur-x"](""), DAY)
    desk.work()
    document_id = inbox.list_rows(desk.store, inbox.Filter())[0].document.id
    now = datetime.now(UTC)
    decision = Decision(what="reject", operator="op", why="", decided_at=now, outcome=Outcome.HELD)
    inbox.reject(desk.store, document_id, "refused-by-operator", decision)
    bring_back(desk, clamd)
    desk.work()
    assert desk.spool.entries() == []
    assert desk.invoices() == 0
    assert not desk.mail(spool_id).scanned


def test_nobody_may_release_it(desk: Desk) -> None:
    spool_id = desk.put(MAILS["factur-x"](""), DAY)
    desk.work()
    document_id = inbox.list_rows(desk.store, inbox.Filter())[0].document.id
    with pytest.raises(inbox.DecisionError, match="scan-pending"):
        inbox.releasable(desk.mail(spool_id), document_id, frozenset())


def test_a_retry_by_an_operator_judges_it(tmp_path: Path, clamd: Clamd) -> None:
    desk = Desk(tmp_path, clamd.socket)
    desk.scanner = Scanner(str(tmp_path / "none.sock"), 1)
    desk.put(MAILS["factur-x"](""), DAY)
    desk.work()
    document_id = inbox.list_rows(desk.store, inbox.Filter())[0].document.id
    assert worker.judge_again(desk.settings, desk.store, document_id, frozenset()) is Outcome.FILED
    desk.scanner = Scanner(str(clamd.socket), 20)
    desk.work()
    assert desk.invoices() == 1
    assert desk.spool.entries() == []


def test_a_worker_judges_nothing_with_a_clamav_that_passes_what_it_could_not_scan(
    tmp_path: Path,
) -> None:
    daemon = Clamd(tmp_path / "clamd", AlertExceedsMax="no")
    daemon.start()
    desk = Desk(tmp_path, daemon.socket)
    desk.put(MAILS["factur-x"](""))
    desk.work()
    assert desk.invoices() == 0
    with pytest.raises(NoVerdict, match="AlertExceedsMax"):
        judgement.check_file(desk.settings, _file(tmp_path), None, scan=True)
    desk.scanner = Scanner(str(daemon.socket), 20)  # the mutant: a scanner that nobody proves
    desk.work()
    daemon.stop()
    assert desk.invoices() == 1


def _file(directory: Path) -> Path:
    file = directory / "x.eml"
    file.write_bytes(MAILS["factur-x"](""))
    return file


# What is filed was found clean, and the database holds it.


class Counting(Scanner):
    """Keeps what it was asked about."""

    def __init__(self, path: str) -> None:
        super().__init__(path, 20)
        self.asked: list[bytes] = []

    def scan(self, content: bytes) -> ScanResult:
        """See `Scanner`."""
        self.asked.append(content)
        return super().scan(content)


def test_every_part_and_the_raw_mail_are_scanned_each_once(desk: Desk, clamd: Clamd) -> None:
    scanner = desk.scanner = Counting(str(clamd.socket))
    raw = MAILS["factur-x"]("")
    spool_id = desk.put(raw)
    desk.work()
    assert raw in scanner.asked
    assert len(scanner.asked) == len(set(scanner.asked))
    sizes = {len(content) for content in scanner.asked}
    assert {part.size_bytes for part in desk.mail(spool_id).parts if part.size_bytes} <= sizes


def test_the_same_octets_twice_are_scanned_once(desk: Desk, clamd: Clamd) -> None:
    scanner = desk.scanner = Counting(str(clamd.socket))
    _, terms = document("terms.pdf")
    desk.put(compose("Facture", ("a.pdf", terms), ("b.pdf", terms)).as_bytes())
    desk.work()
    assert scanner.asked.count(terms) == 1
    desk.put(compose("Facture 2", ("a.pdf", terms)).as_bytes())
    desk.work()
    assert scanner.asked.count(terms) == 2  # in another judgement it is asked again


def test_what_was_clean_is_known_by_its_signatures(desk: Desk, clamd: Clamd) -> None:
    bring_back(desk, clamd)
    desk.put(MAILS["factur-x"](""))
    desk.work()
    with desk.store.reading() as session:
        rows = session.execute(text("SELECT signatures, scanned_at FROM clean_content")).all()
    assert rows
    assert all(signatures.startswith("ClamAV") for signatures, _ in rows)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice SET sha256 = :other",
        "INSERT INTO annex (invoice, path, sha256) SELECT id, '9', :other FROM invoice",
        "DELETE FROM clean_content WHERE sha256 <> :other",
    ],
)
def test_the_database_files_nothing_that_was_not_found_clean(
    statement: str, desk: Desk, clamd: Clamd
) -> None:
    bring_back(desk, clamd)
    desk.put(MAILS["factur-x"](""))
    desk.work()
    with pytest.raises(IntegrityError), desk.store.writing() as session:
        session.execute(text(statement), {"other": "0" * 64})


def test_a_verdict_whose_octets_were_not_scanned_is_not_filed(desk: Desk, clamd: Clamd) -> None:
    """The mutant: a worker that files without the list of what was clean."""
    scanner = Scanner(str(clamd.socket), 20)
    desk.put(MAILS["factur-x"](""))
    message = desk.spool.claim(300)
    assert message
    judged = judgement.judge(desk.settings, desk.store, scanner, message)
    assert judged.verdict.outcome is Outcome.FILED
    with pytest.raises(IntegrityError):
        filing.file(desk.store, message, judged.verdict, frozenset(), datetime.now(UTC))
    assert desk.invoices() == 0


def test_a_later_scan_is_the_one_that_is_kept(desk: Desk, clamd: Clamd) -> None:
    bring_back(desk, clamd)
    terms = document("terms.pdf")
    for name, signatures in (("factur-x-en16931.pdf", "older"), ("ubl-invoice.xml", "newer")):
        desk.put(compose(name, document(name), terms).as_bytes())
        message = desk.spool.claim(300)
        assert message
        judged = judgement.judge(desk.settings, desk.store, desk.scanner, message)
        now = datetime.now(UTC)
        filing.file(desk.store, message, judged.verdict, judged.clean, now, signatures)
    kept = text("SELECT signatures FROM clean_content WHERE sha256 = :sha256")
    with desk.store.reading() as session:
        row = session.execute(kept, {"sha256": sha256(terms[1]).hexdigest()}).one()
    assert row[0] == "newer"
