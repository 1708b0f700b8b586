"""Archives with a password, from the mail to the ledger: what was opened and scanned is filed, and the
archive that ClamAV could not look into never is."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from ingestd import worker
from ingestd.cli import main
from ingestd.config import Clamav, Settings, Storage
from ingestd.model import Envelope, Outcome, SpooledMessage
from ingestd.scanner import Scanner
from ingestd.store import Store, companies, inbox, ledger, open_store
from ingestd.store.tables import CleanContent
from tests._clamd import Clamd
from tests.documents import _zip
from tests.documents.mails import COMPANY, document, mail

PASSWORD = "Sésame-2026"
INVOICE = document("ubl-invoice.xml")
ARCHIVES = {
    "aes": _zip.aes(PASSWORD, INVOICE),
    "zipcrypto": _zip.zipcrypto(PASSWORD.encode(), b"ubl-invoice.xml", INVOICE[1]),
}


class Desk:
    """A store and a worker's tools."""

    def __init__(self, path: Path, clamd: Clamd) -> None:
        clamav = Clamav(socket=str(clamd.socket), timeout_s=20)
        self.settings = Settings(storage=Storage(path=path, min_free_bytes=0), clamav=clamav)
        self.store: Store = open_store(self.settings)
        self.scanner = Scanner(str(clamd.socket), 20)
        companies.add(self.store, COMPANY, "Ateliers Lumière SARL")

    def judge(self, content: bytes) -> None:
        """Judge a mail in its sandbox and file what comes out."""
        envelope = Envelope(
            mail_from="a@x.example",
            rcpt_to=("x@in.example.com",),
            peer="127.0.0.1",
            helo="x",
            tls=False,
            received_at=datetime.now(UTC),
        )
        message = SpooledMessage(
            spool_id="mail1", envelope=envelope, company=COMPANY, attempt=1, content=content
        )
        worker.process(self.settings, self.store, self.scanner, message)

    def filed(self) -> list[str]:
        """Return the SHA-256 of what is in the ledger."""
        found = ledger.list_invoices(self.store, ledger.Filter())
        return [one.sha256 for one in found]

    def clean(self) -> set[str]:
        """Return what the database holds clean."""
        with self.store.reading() as session:
            return set(session.exec(select(CleanContent.sha256)))


@pytest.fixture
def desk(tmp_path: Path, clamd: Clamd) -> Desk:
    return Desk(tmp_path, clamd)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("kind", ARCHIVES)
def test_clamav_cannot_look_into_them(kind: str, desk: Desk) -> None:
    for content in (ARCHIVES[kind], mail("x", ("a.zip", ARCHIVES[kind]))):
        result = desk.scanner.scan(content)
        assert (result.clean, result.inconclusive) == (False, True)
        assert result.signature.startswith("Heuristics.Encrypted.Zip")


@pytest.mark.parametrize("kind", ARCHIVES)
def test_with_the_password_the_invoice_is_filed_and_the_archive_is_not(
    kind: str, desk: Desk
) -> None:
    companies.change(desk.store, COMPANY, archive_passwords=("other", PASSWORD))
    desk.judge(mail("Facture", ("factures.zip", ARCHIVES[kind])))
    assert desk.filed() == [sha256(INVOICE[1])]
    assert sha256(INVOICE[1]) in desk.clean()
    assert sha256(ARCHIVES[kind]) not in desk.clean()


@pytest.mark.parametrize("kind", ARCHIVES)
def test_without_the_password_it_is_held_and_says_why(kind: str, desk: Desk) -> None:
    desk.judge(mail("Facture", ("factures.zip", ARCHIVES[kind])))
    assert desk.filed() == []
    (row,) = inbox.list_rows(desk.store, inbox.Filter())
    assert row.document.outcome is Outcome.HELD
    said = {one.reason: one.detail.en for one in row.findings}
    assert said["archive-refused"] == "protected by a password"
    assert "scan-inconclusive" in said


@pytest.mark.parametrize("allowed", [True, False])
def test_a_password_in_the_mail_counts_only_where_it_is_allowed(allowed: bool, desk: Desk) -> None:
    companies.change(desk.store, COMPANY, password_from_body=allowed)
    body = f"Bonjour,\n\nle mot de passe est : {PASSWORD}\n"
    desk.judge(mail("Facture", ("factures.zip", ARCHIVES["aes"]), body=body))
    assert desk.filed() == ([sha256(INVOICE[1])] if allowed else [])


def test_nobody_elses_password_is_tried(desk: Desk) -> None:
    companies.add(desk.store, "BE0403019261")
    companies.change(desk.store, "BE0403019261", archive_passwords=(PASSWORD,))
    desk.judge(mail("Facture", ("factures.zip", ARCHIVES["aes"])))
    assert desk.filed() == []


def test_a_password_given_later_opens_what_is_held(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ingestd.config.SYSTEM_FILE", Path("absent.toml"))
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(desk.settings.storage.path))
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", desk.settings.clamav.socket)
    desk.judge(mail("Facture", ("factures.zip", ARCHIVES["aes"])))
    (row,) = inbox.list_rows(desk.store, inbox.Filter())
    retry = ["inbox", "retry", row.document.id]
    assert main(retry) == 1  # still closed
    assert main(["company", "set", COMPANY, "--archive-password", PASSWORD]) == 0
    assert main(retry) == 0
    assert desk.filed() == [sha256(INVOICE[1])]
    assert inbox.list_rows(desk.store, inbox.Filter()) == []
    assert PASSWORD not in "".join(capsys.readouterr())
    assert main(retry) == 2  # filed already
