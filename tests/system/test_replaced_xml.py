"""An invoice whose XML is invalid, from the mail to the ledger: held, then filed as its PDF when the
company allows it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestd import worker
from ingestd.cli import main
from ingestd.config import Clamav, Settings, Storage
from ingestd.model import Envelope, SpooledMessage
from ingestd.scanner import Scanner
from ingestd.store import companies, inbox, ledger, open_store
from tests._clamd import Clamd
from tests.cases.invalid_xml import PRINT, beside, wrong_total
from tests.documents.mails import COMPANY, document, mail


def test_what_is_held_is_filed_as_its_pdf_once_the_company_allows_it(
    tmp_path: Path,
    clamd: Clamd,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clamav = Clamav(socket=str(clamd.socket), timeout_s=20)
    settings = Settings(storage=Storage(path=tmp_path, min_free_bytes=0), clamav=clamav)
    store, scanner = open_store(settings), Scanner(str(clamd.socket), 20)
    companies.add(store, COMPANY, "Ateliers Lumière SARL")
    monkeypatch.setattr("ingestd.config.SYSTEM_FILE", Path("absent.toml"))
    monkeypatch.setenv("INGESTD_STORAGE__PATH", str(tmp_path))
    monkeypatch.setenv("INGESTD_CLAMAV__SOCKET", str(clamd.socket))

    def judge(spool_id: str, content: bytes) -> None:
        envelope = Envelope(
            mail_from="a@x.example",
            rcpt_to=("x@in.example.com",),
            peer="127.0.0.1",
            helo="x",
            tls=False,
            received_at=datetime.now(UTC),
        )
        message = SpooledMessage(
            spool_id=spool_id, envelope=envelope, company=COMPANY, attempt=1, content=content
        )
        worker.process(settings, store, scanner, message)

    judge("mail1", beside(wrong_total()))
    (held,) = inbox.list_rows(store, inbox.Filter())
    retry = ["inbox", "retry", held.document.id]
    assert main(retry) == 1  # held still
    assert main(["company", "set", COMPANY, "pdf-replaces-xml=yes", "auto_confirm=yes"]) == 0
    assert main(retry) == 0
    (filed,) = ledger.list_invoices(store, ledger.Filter())
    assert (filed.sha256, filed.format) == (hashlib.sha256(PRINT).hexdigest(), "pdf")
    assert filed.status == "to_confirm"  # auto_confirm is for data, and there are none
    assert inbox.list_rows(store, inbox.Filter()) == []

    judge("mail2", mail("verbeterd", document("ubl-invoice.xml")))
    (corrected,) = inbox.list_rows(store, inbox.Filter())
    assert "duplicate-invoice" in [one.reason for one in corrected.findings]
    capsys.readouterr()
