"""The PDF of an invoice stands for its invalid XML where the company allows it, and for nothing else
that is wrong: judged on whole mails, without a scanner."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from ingestd import pipeline
from ingestd.model import (
    Case,
    Company,
    Document,
    FiledInvoice,
    Outcome,
    Role,
    RuleFinding,
    RuleReport,
    ScanResult,
    Verdict,
    Weight,
)
from tests.cases import pages as papers
from tests.cases.invalid_xml import (
    PRINT,
    around,
    beside,
    broken,
    hybrid,
    invoice,
    replaced,
    with_doctype,
    wrong_total,
)
from tests.documents.mails import document, mail
from tests.unit._pages import page, with_file

COMPANY = Company(vat="FR40303265045", name="Ateliers Lumière SARL", country="FR", numbers=())
REFUSING = Case(company=COMPANY, today=date(2026, 10, 5))
ALLOWING = replace(REFUSING, company=replace(COMPANY, pdf_replaces_xml=True))


def judge(content: bytes, case: Case = ALLOWING) -> Verdict:
    return pipeline.examine_mail(content, case)


def only(content: bytes, case: Case = ALLOWING) -> Document:
    (found,) = judge(content, case).documents
    return found


def reasons(found: Document) -> list[str]:
    return [one.reason for one in found.findings]


def is_replaced(content: bytes, case: Case = ALLOWING) -> bool:
    return any("xml-replaced-by-pdf" in reasons(one) for one in judge(content, case).documents)


def without_number() -> bytes:
    return replaced(b"<cbc:ID>2026/187</cbc:ID>", b"")


def with_comma() -> bytes:
    return replaced(b"1760.55</cbc:PayableAmount>", b"1760,55</cbc:PayableAmount>")


INVALID: dict[str, tuple[Callable[[], bytes], str]] = {
    "totals": (wrong_total, "totals-wrong"),
    "no number": (without_number, "fields-missing"),
    "not a number": (with_comma, "rules-broken"),
    "cut off": (broken, "xml-broken"),
    "cut off in its first tag": (lambda: broken()[:60], "xml-broken"),
    "no XML at all": (lambda: b"ERROR 500: no invoice", "xml-broken"),
}


@pytest.mark.parametrize(("make", "why"), INVALID.values(), ids=INVALID)
@pytest.mark.parametrize("build", [around, beside])
def test_the_pdf_is_filed_where_the_company_allows_it(
    build: Callable[[bytes], bytes], make: Callable[[], bytes], why: str
) -> None:
    verdict = judge(build(make()))
    (found,) = verdict.documents
    assert found.outcome is Outcome.FILED
    assert (found.format, found.profile) == ("pdf", None)
    assert found.invoice
    assert {one.origin for one in found.invoice.sources.values()} == {"text"}  # nothing of the XML
    assert found.invoice.seller_name is None
    assert reasons(found)[:2] == ["xml-replaced-by-pdf", "to-complete"]
    assert why in reasons(found)
    assert {one.weight for one in found.findings} == {Weight.NOTE}
    parts = {part.path: part for part in verdict.parts}
    assert parts[found.path].kind == "application/pdf"
    (xml,) = found.annexes
    assert (parts[xml].role, bool(parts[xml].content)) == (Role.ANNEX, True)


@pytest.mark.parametrize(("make", "why"), INVALID.values(), ids=INVALID)
@pytest.mark.parametrize("build", [around, beside])
def test_both_are_held_as_one_where_it_does_not(
    build: Callable[[bytes], bytes], make: Callable[[], bytes], why: str
) -> None:
    found = only(build(make()), REFUSING)
    assert found.outcome is Outcome.HELD
    assert why in reasons(found)
    assert "xml-replaced-by-pdf" not in reasons(found)


def test_nothing_is_replaced_where_no_company_is_asked_for() -> None:
    assert not is_replaced(around(wrong_total()), replace(REFUSING, company=None))


def test_a_valid_xml_is_not_replaced() -> None:
    found = only(around(invoice()))
    assert (found.outcome, found.format) == (Outcome.FILED, "ubl")
    assert found.findings == ()


def test_a_broken_official_rule_is_told_first() -> None:
    def rules(xml: bytes, names: tuple[str, ...]) -> RuleReport:
        finding = RuleFinding(rule_set=names[0], rule="BR-02", flag="fatal", text="[BR-02]-No.")
        return RuleReport(runs=(), findings=(finding,))

    found = only(around(invoice()), replace(ALLOWING, rules=rules))
    note, *_, rule = found.findings
    assert (note.reason, note.term) == ("xml-replaced-by-pdf", "BR-02")
    assert str(getattr(note.detail, "en", "")).startswith("BR-02: ")
    assert (rule.reason, rule.weight) == ("rules-broken", Weight.NOTE)


def stopping(_xml: bytes, _names: tuple[str, ...]) -> RuleReport:
    return RuleReport(runs=(), findings=(), stopped=True)


def test_one_that_no_engine_can_judge_is_held() -> None:
    assert not is_replaced(around(wrong_total()), replace(ALLOWING, rules=stopping))


def to_somebody_else() -> bytes:
    content = document("ubl-wrong-recipient.xml")[1].replace(b"2026/192", b"2026/187")
    return content.replace(b"1760.55</cbc:PayableAmount>", b"1761.55</cbc:PayableAmount>")


def including() -> bytes:
    include = b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/"/></Invoice>'
    return wrong_total().replace(b"</Invoice>", include)


def including_in_utf_16() -> bytes:
    return including().decode().replace('"UTF-8"', '"UTF-16"', 1).encode("utf-16")


def without_buyer() -> bytes:
    buyer = rb"(<cac:AccountingCustomerParty>).*(</cac:AccountingCustomerParty>)"
    return re.sub(buyer, rb"\1<cac:Party/>\2", invoice(), flags=re.S)


def to_a_name_unlike() -> bytes:
    number = (
        rb"<cbc:CompanyID[^>]*>[^<]*303265045</cbc:CompanyID>|<cbc:EndpointID[^>]*>303265045<[^>]*>"
    )
    content = re.sub(number, b"", wrong_total())
    return content.replace("Ateliers Lumière SARL".encode(), b"Menuiserie Blanche SAS")


def pro_forma() -> bytes:
    return wrong_total().replace(b"InvoiceTypeCode>380<", b"InvoiceTypeCode>325<")


def deep() -> bytes:
    return invoice().replace(b"</Invoice>", b"<a>" * 300 + b"</a>" * 300 + b"</Invoice>")


def two_in_one() -> bytes:
    return mail("x", ("a.pdf", with_file(hybrid(wrong_total()), "b.xml", other_total())))


def other_total() -> bytes:
    return wrong_total().replace(b"2026/187", b"2026/188")


def two_broken() -> bytes:
    return mail("x", ("a.pdf", with_file(hybrid(broken()), "b.xml", broken() + b"\n")))


def ambiguous() -> bytes:
    return around(wrong_total()).replace(
        b"Content-Type: application/pdf",
        b"Content-Type: text/plain\r\nContent-Type: application/pdf",
        1,
    )


TERMS = page("Algemene voorwaarden", "1. Toepassing")
DELIVERY_NOTE = page("Leveringsbon", "Factuur 2026/187")
NEVER: dict[str, Callable[[], bytes]] = {
    "a DOCTYPE": lambda: beside(with_doctype()),
    "a DOCTYPE in the PDF": lambda: around(with_doctype()),
    "deeper than any invoice": lambda: around(deep()),
    "XInclude": lambda: around(including()),
    "XInclude in UTF-16": lambda: around(including_in_utf_16()),
    "made out to somebody else": lambda: around(to_somebody_else()),
    "made out to a name unlike ours": lambda: around(to_a_name_unlike()),
    "no invoice": lambda: around(pro_forma()),
    "two invoices in the PDF": two_in_one,
    "two XML in the PDF that cannot be read": two_broken,
    "a mail of two readings": ambiguous,
    "a PDF of another invoice": lambda: mail(
        "x", ("a.pdf", with_file(page("Factuur 2026/999", "Totaal 7,00"), "a.xml", wrong_total()))
    ),
    "terms around the XML": lambda: mail("x", ("a.pdf", with_file(TERMS, "a.xml", broken()))),
    "terms beside the XML": lambda: beside(wrong_total(), TERMS),
    "a delivery note that names it": lambda: beside(wrong_total(), DELIVERY_NOTE),
    "a damaged PDF": lambda: beside(broken(), b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"),
    "a cut PDF": lambda: beside(wrong_total(), PRINT[:-200]),
    "active content": lambda: mail(
        "x", ("a.pdf", with_file(document("active.pdf")[1], "a.xml", wrong_total()))
    ),
    "no PDF": lambda: mail("x", ("a.xml", wrong_total())),
    "a national format": lambda: around(document("fatturapa.xml")[1]),
    "a national format that is cut off": lambda: around(document("fatturapa.xml")[1][:-40]),
}


@pytest.mark.parametrize("make", NEVER.values(), ids=NEVER)
def test_what_is_hostile_ambiguous_or_not_ours_is_held(make: Callable[[], bytes]) -> None:
    verdict = judge(make())
    assert not any("xml-replaced-by-pdf" in reasons(one) for one in verdict.documents)
    assert verdict.outcome is Outcome.HELD


def test_an_xml_that_names_no_buyer_is_invalid_and_not_somebody_elses() -> None:
    held, filed = only(around(without_buyer()), REFUSING), only(around(without_buyer()))
    assert "company-unsure" in reasons(held)
    assert filed.outcome is Outcome.FILED
    assert {"company-unsure", "fields-missing"} <= set(reasons(filed))


def test_malware_beside_it_holds_it() -> None:
    def scan(content: bytes) -> ScanResult:
        return ScanResult(clean=b"EVIL" not in content, signature="Evil")

    content = mail("x", ("a.pdf", hybrid(wrong_total())), ("b.txt", b"EVIL"))
    assert is_replaced(content)
    assert not is_replaced(content, replace(ALLOWING, scan=scan))


def test_a_doubt_that_the_company_weighs_as_a_hold_holds_it() -> None:
    weighed = replace(ALLOWING, weights={"date-implausible": Weight.HOLD})
    late = replaced(b"2026-10-21", b"2026-01-21").replace(b"1760.55</cbc:Pay", b"1761.55</cbc:Pay")
    assert is_replaced(around(late))
    assert not is_replaced(around(late), weighed)


def test_its_findings_are_notes_whatever_the_company_weighs_them() -> None:
    stern = replace(COMPANY, pdf_replaces_xml=True, weights={"totals-wrong": Weight.STOP})
    found = only(around(wrong_total()), replace(ALLOWING, company=stern))
    assert found.outcome is Outcome.FILED


def test_of_several_pdfs_the_one_that_shows_it() -> None:
    content = mail("x", ("agb.pdf", TERMS), ("a.xml", wrong_total()), ("b.pdf", PRINT))
    found = only(content)
    assert (found.path, found.annexes) == ("4", ("3", "2"))


def test_a_scan_may_be_the_print() -> None:
    found = only(beside(broken(), papers.scanned(page("Factuur 2026/188"))))
    assert found.outcome is Outcome.FILED
    assert reasons(found)[:2] == ["xml-replaced-by-pdf", "no-text"]


def test_an_empty_page_stands_for_nothing() -> None:
    assert only(beside(broken(), page())).outcome is Outcome.HELD


def test_the_corrected_invoice_is_recognised() -> None:
    first, corrected = only(beside(wrong_total())), only(around(invoice()))
    assert first.invoice_key == corrected.invoice_key == "BE0764312983/2026/187/2026"
    filed = {first.invoice_key: FiledInvoice(id="1", filed_on=date(2026, 10, 1))}
    again = only(around(invoice()), replace(ALLOWING, filed_invoice=filed.get))
    assert reasons(again) == ["duplicate-invoice"]
    once_more = only(beside(wrong_total()), replace(ALLOWING, filed_invoice=filed.get))
    assert once_more.outcome is Outcome.HELD


def test_the_same_pdf_again_is_ignored() -> None:
    content = beside(broken())
    first = judge(content)
    sha256 = {part.path: part.sha256 for part in first.parts}[first.documents[0].path]
    filed = {sha256: FiledInvoice(id="1", filed_on=date(2026, 10, 1))}
    assert only(content, replace(ALLOWING, filed_file=filed.get)).outcome is Outcome.IGNORED


def test_two_invoices_of_one_mail_are_replaced_each() -> None:
    content = mail(
        "x",
        ("a.xml", wrong_total()),
        ("a.pdf", PRINT),
        ("b.xml", other_total()),
        ("b.pdf", page("Factuur 2026/188", "Totaal 1.760,55")),
    )
    found = judge(content).documents
    assert [(one.path, one.annexes, one.outcome) for one in found] == [
        ("3", ("2",), Outcome.FILED),
        ("5", ("4",), Outcome.FILED),
    ]
