"""The whole folder of hostile files, each by itself and attached to a mail: nothing fails, everything
has a reason, and what the manifest expects of a file is what becomes of it."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from ingestd import pipeline
from ingestd.config import Judgement
from ingestd.model import Case, Outcome, Verdict
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests.documents.mails import mail

FOLDERS = ("av", "mail", "pdf", "pdf-thirdparty", "xml", "zip")
EXPECTED = {
    "quarantine": {"held"},
    "invalid": {"held"},
    "valid": {"filed"},
    "warning": {"filed", "held"},
    "ignore": {"ignored"},
    "no-crash": {"filed", "held", "ignored"},
    "": {"filed", "held", "ignored"},
}
DECIDED = {
    "bare-cr.eml": "ignored",
    "header-injection-subject.eml": "ignored",
    "long-line.eml": "ignored",
    "nul-bytes.eml": "held",
    "huge-mediabox.pdf": "filed",
    "junk-after-eof.pdf": "filed",
    "junk-before-header.pdf": "filed",
    "password-owner-only-aes256.pdf": "filed",
    "xml-wrong-filename.pdf": "filed",
    "bg24-path-traversal.xml": "filed",
    "harmless-doctype.xml": "held",
    "leading-newline.xml": "held",
    "duplicate-names.zip": "held",
    "nested-3-levels-with-invoice.zip": "held",
}
"""Where the manifest leaves the choice to us: docs/decisions/0005 and 0012 say why."""


def rows(corpus: Path, folder: str) -> list[dict[str, str]]:
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        found = [
            row for row in csv.DictReader(manifest) if row["path"].startswith(f"hostile/{folder}/")
        ]
    assert found
    return found


def wanted(row: dict[str, str]) -> set[str]:
    """Return the outcomes that a row of the manifest allows."""
    if row["expected"] == "needs-decision":
        return {DECIDED[Path(row["path"]).name]}
    return EXPECTED[row["expected"]]


def verdicts(file: Path, folder: str, case: Case) -> Iterator[Verdict]:
    content = file.read_bytes()
    if folder == "mail":
        yield pipeline.examine_mail(content, case)
        return
    yield pipeline.examine_document(content, file.name, case)
    yield pipeline.examine_mail(mail("x", (file.name, content)), case)


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_by_itself_and_in_a_mail(corpus: Path, clamd: Clamd, folder: str) -> None:
    case = Case(
        company=None,
        today=date(2026, 11, 1),
        scan=cache(Scanner(str(clamd.socket), 60).scan),  # an archive bomb takes ClamAV seconds
        weights=Judgement().weights,
    )
    wrong = []
    for row in rows(corpus, folder):
        for verdict in verdicts(corpus / row["path"], folder, case):
            if verdict.outcome not in wanted(row):
                wrong.append((row["path"], verdict.outcome.value, row["expected"]))
            assert verdict.documents or verdict.findings, row["path"]
            for document in verdict.documents:
                assert document.outcome is Outcome.FILED or document.findings, row["path"]
    assert wrong == []
