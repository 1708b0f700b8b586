"""Templates on hostile pages, in the cage: an expression that runs wild costs time and no mail."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingestd import chamber, pipeline, templates
from ingestd.config import Sandbox
from ingestd.gathering import Announce
from ingestd.model import Case, Outcome, ScanResult, Verdict

WILD = "keywords: Rechnung\nfields: {invoice_number: '(a+)+$', date: b, amount: c}\n"
TAME = """\
keywords: Rechnung
fields: {invoice_number: 'Nr (\\S+)', date: 'vom (.+)', amount: 'Gesamt (\\S+)'}
options: {decimal_separator: ',', languages: [de]}
"""


def pdf(*lines: str) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, invariant=True)
    for number, line in enumerate(lines):
        canvas.drawString(60, 780 - 20 * number, line)
    canvas.save()
    return file.getvalue()


def judge(content: bytes, case: Case, limits: Sandbox) -> chamber.Judged:
    def examine(inside: Case, announce: Announce) -> Verdict:
        return pipeline.examine_document(content, "invoice.pdf", inside, announce)

    return chamber.judge(examine, case, limits, lambda octets: ScanResult(clean=True))


def case_with(template: str, folder: Path) -> Case:
    (folder / "one.yml").write_text(template, encoding="utf-8")
    return Case(company=None, today=date(2026, 3, 6), templates=templates.load(str(folder)))


def test_in_the_cage_a_template_reads_what_it_needs_no_file_for(tmp_path: Path) -> None:
    content = pdf("Rechnung", "Nr X-17", "vom 5. March 2026", "Gesamt 1.309,00")
    (document,) = judge(content, case_with(TAME, tmp_path), Sandbox()).verdict.documents
    assert document.invoice
    assert document.invoice.number == "X-17"
    assert document.invoice.issue_date == date(2026, 3, 5)


@pytest.mark.parametrize("limits", [Sandbox(cpu_s=2), Sandbox(wall_s=3)], ids=["cpu", "time"])
def test_an_expression_that_runs_wild_loses_no_mail(limits: Sandbox, tmp_path: Path) -> None:
    content = pdf("Rechnung X-17", "Gesamt 119,00 EUR", "a" * 60 + "!")
    judged = judge(content, case_with(WILD, tmp_path), limits)
    assert judged.stopped == ""
    assert judged.verdict.outcome is Outcome.FILED
