"""Whole mails with real invoices: each gets the outcome that the manifest expects, nothing is lost."""

import csv
from datetime import date
from pathlib import Path

from ingestd import pipeline
from ingestd.config import Judgement
from ingestd.model import Case, FiledInvoice, Outcome, Verdict
from ingestd.scanner import Scanner
from tests._clamd import Clamd

FILED = {"file", "file-with-warning"}
HELD = {"quarantine", "not-invoice"}
IGNORED = {"ignore"}
DECIDED = {
    "11-smime-opaque.eml": "filed",  # unwrapped: what is signed is read
    "13-attached-xml.p7m.eml": "filed",
    "21-b64-junk-chars.eml": "filed",  # RFC 2045 section 6.8: strange characters are ignored
    "26-unknown-cte.eml": "held",
    "35-uuencode-in-body.eml": "held",
    "37-raw-xml-body.eml": "filed",
    "46-header-without-colon.eml": "held",
    "48-dot-lines.eml": "ignored",
    "63-calendar-invite.eml": "held",
    "65-html-body-invoice.eml": "held",
    "67-reminder-mahnung.eml": "ignored",
    "70-scan-1.eml": "filed",
    "70-scan-2.eml": "filed",
    "70-scan-3.eml": "filed",
    "70-scan-4.eml": "filed",
}
"""Where the manifest leaves the choice to us (`needs-decision`, `needs-review`, `no-invoice`)."""


class Ledger:
    """What was filed of the mails before, as `Case` asks for it."""

    def __init__(self) -> None:
        self.mails: dict[str, FiledInvoice] = {}
        self.files: dict[str, FiledInvoice] = {}
        self.invoices: dict[str, FiledInvoice] = {}

    def case(self, clamd: Clamd) -> Case:
        return Case(
            company=None,
            today=date(2026, 11, 1),
            scan=Scanner(str(clamd.socket), 60).scan,
            filed_mail=self.mails.get,
            filed_file=self.files.get,
            filed_invoice=self.invoices.get,
            weights=Judgement().weights,
        )

    def file(self, name: str, verdict: Verdict) -> None:
        first = FiledInvoice(id=name, filed_on=date(2026, 11, 1))
        parts = {part.path: part for part in verdict.parts}
        self.mails[parts[""].sha256] = first
        for document in verdict.documents:
            if document.outcome is Outcome.FILED:
                self.files[parts[document.path].sha256] = first
                self.invoices[document.invoice_key or ""] = first


def wanted(row: dict[str, str]) -> str:
    """Return the outcome that a row of the manifest asks for."""
    expected = row["expected"]
    if expected in FILED:
        return "filed"
    if expected in HELD:
        return "held"
    return "ignored" if expected in IGNORED else DECIDED[Path(row["path"]).name]


def rows(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        found = [row for row in csv.DictReader(manifest) if row["path"].startswith("composed/")]
    return sorted(found, key=lambda row: row["path"])


def test_outcomes(corpus: Path, clamd: Clamd) -> None:
    wrong = []
    for row in rows(corpus):
        if row["expected"] == "duplicate" or Path(row["path"]).name.startswith("81-"):
            continue  # these need the mails before them: the next test
        content = (corpus / row["path"]).read_bytes()
        verdict = pipeline.examine_mail(content, Ledger().case(clamd))
        if verdict.outcome.value != wanted(row):
            wrong.append((row["path"], verdict.outcome.value, wanted(row)))
    assert wrong == []


def test_duplicates(corpus: Path, clamd: Clamd) -> None:
    ledger = Ledger()
    said = {}
    for row in rows(corpus):
        if not Path(row["path"]).name.startswith("8"):
            continue
        verdict = pipeline.examine_mail((corpus / row["path"]).read_bytes(), ledger.case(clamd))
        ledger.file(row["path"], verdict)
        found = [*verdict.findings, *(one for doc in verdict.documents for one in doc.findings)]
        said[Path(row["path"]).stem] = {one.reason for one in found}
    assert "duplicate-invoice" not in said["80-duplicate-a"]
    assert said["80-duplicate-b"] & {"duplicate-invoice", "duplicate-file"}
    assert said["80-duplicate-c-same-message-id"] == {"mail-duplicate"}
    assert {"duplicate-invoice", "totals-wrong"} <= said["81-same-number-other-amount"]


def test_invoices_are_the_ones_that_were_sent(corpus: Path, clamd: Clamd) -> None:
    wrong = []
    for row in rows(corpus):
        if row["expected"] not in FILED:
            continue
        verdict = pipeline.examine_mail((corpus / row["path"]).read_bytes(), Ledger().case(clamd))
        numbers = {
            document.invoice.number or "" for document in verdict.documents if document.invoice
        }
        several = {number.strip() for number in row["invoice_number"].split(" / ")}
        if numbers not in (several, {row["invoice_number"]}):
            wrong.append((row["path"], numbers, row["invoice_number"]))
    assert wrong == []


def test_every_mail_of_the_fixtures_ends_in_a_verdict(corpus: Path, clamd: Clamd) -> None:
    """Hundreds of odd mails of other projects: none makes the judgement fail, none is without reason."""
    files = sorted(path for path in (corpus / "mail").rglob("*") if path.is_file())
    for file in files:
        verdict = pipeline.examine_mail(file.read_bytes(), Ledger().case(clamd))
        assert verdict.documents or verdict.findings, file
        for document in verdict.documents:
            assert document.outcome is Outcome.FILED or document.findings, file
