"""The mails of the corpus under the rule that bodies are invoices: one is, and nothing else changes."""

from datetime import date
from pathlib import Path

from ingestd import pipeline
from ingestd.config import Judgement
from ingestd.model import Case, Company, Format, Outcome, ScanResult, Verdict
from ingestd.printing.printer import Printer

PRINTER = Printer(timeout_s=10, memory_bytes=1 << 30)


def judge(content: bytes, rule: bool) -> Verdict:
    case = Case(
        company=Company(vat="FR40303265045", country="FR", body_is_invoice=rule),
        today=date(2026, 10, 5),
        scan=lambda octets: ScanResult(clean=True),
        weights=Judgement().weights,
        print_html=PRINTER.print_html,
    )
    return pipeline.examine_mail(content, case)


def test_the_invoice_in_html_is_filed_where_a_company_takes_it(corpus: Path) -> None:
    content = (corpus / "composed" / "65-html-body-invoice.eml").read_bytes()
    assert judge(content, rule=False).outcome is Outcome.HELD
    (document,) = judge(content, rule=True).documents
    assert (document.outcome, document.format) == (Outcome.FILED, Format.BODY)
    assert document.path.endswith("~printed")


def test_no_other_mail_without_documents_is_taken_for_one(corpus: Path) -> None:
    for file in sorted((corpus / "composed").glob("*.eml")):
        content = file.read_bytes()
        bare = judge(content, rule=False)
        if bare.documents or file.name.startswith("65-"):
            continue
        verdict = judge(content, rule=True)
        assert (verdict.outcome, verdict.documents) == (bare.outcome, ()), file.name
