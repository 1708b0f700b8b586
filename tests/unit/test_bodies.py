"""The text of a mail as its document: which texts are, and what becomes of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from ingestd import pipeline
from ingestd.checks.body import visible
from ingestd.model import (
    Case,
    Company,
    Format,
    Outcome,
    Role,
    ScanResult,
    Unavailable,
    Unprintable,
    Verdict,
    Weight,
)
from tests.documents.paper import print_html

INVOICE = "<h1>Rechnung HT-1001</h1>\n<p>vom 05.10.2026</p>\n<p>Gesamtbetrag 119,00 EUR</p>"
TYPED = "Rechnung HT-1001\nvom 05.10.2026\n\nGesamtbetrag 119,00 EUR\n"
COMPANY = Company(vat="FR40303265045", country="FR", body_is_invoice=True)


class Paper:
    """Prints the text of a body, and remembers what it was given."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.asked: list[tuple[str, Mapping[str, bytes]]] = []
        self._fails = fails
        self.shown = ""

    def __call__(self, html: str, pictures: Mapping[str, bytes]) -> bytes:
        self.asked.append((html, pictures))
        if self._fails:
            raise self._fails
        return print_html(self.shown or html, pictures)


def mail(text: str = "Guten Tag", html: str = INVOICE, **header: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "a@supplier.example", "b@in.example.com"
    message["Subject"], message["Message-ID"] = "x", "<1@supplier.example>"
    for name, value in header.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def examine(message: EmailMessage, paper: Paper | None = None, **case: object) -> Verdict:
    around = Case(
        company=COMPANY,
        today=date(2026, 10, 5),
        scan=lambda content: ScanResult(clean=True),
        print_html=paper or Paper(),
    )
    return pipeline.examine_mail(message.as_bytes(), replace(around, **case))  # type: ignore[arg-type]


def roles(verdict: Verdict) -> dict[str, Role]:
    return {part.path: part.role for part in verdict.parts}


def reasons(verdict: Verdict) -> list[str]:
    found = [*verdict.findings, *(one for each in verdict.documents for one in each.findings)]
    return [one.reason for one in found if one.weight is not Weight.NOTE]


def test_an_html_body_is_the_document_with_its_text_beside_it() -> None:
    verdict = examine(mail())
    (document,) = verdict.documents
    assert (document.path, document.annexes) == ("2~printed", ("2",))
    assert (document.outcome, document.format) == (Outcome.FILED, Format.BODY)
    assert document.invoice
    assert document.invoice.format is Format.BODY
    assert {one.origin for one in document.invoice.sources.values()} <= {"text"}
    assert roles(verdict)["2~printed"] is Role.DOCUMENT
    assert roles(verdict)["2"] is Role.ANNEX
    kept = {part.path: part.content for part in verdict.parts}
    assert kept["2~printed"].startswith(b"%PDF-")
    assert b"HT-1001" in kept["2"]


def test_a_typed_body_is_printed_as_it_stands() -> None:
    paper = Paper()
    verdict = examine(mail(TYPED + "<b>not bold</b> & co", ""), paper)
    ((html, _),) = paper.asked
    assert "white-space: pre-wrap" in html
    assert "&lt;b&gt;not bold&lt;/b&gt; &amp; co" in html
    assert [one.path for one in verdict.documents] == ["1~printed"]


@pytest.mark.parametrize(
    "message",
    [
        mail("Danke, wir haben 119,00 EUR bezahlt. Bis Montag!", ""),
        mail("Anbei unsere Rechnung 5, Gesamtbetrag 119,00 EUR.", ""),
        mail("Your invoice is attached. Invoice 5, total 119.00 EUR", ""),
        mail("Invoice 5, total 45.00 EUR, is available online: https://portal.example/i/5", ""),
        mail(
            "",
            "<h1>Rechnung 5</h1>Gesamtbetrag 45,00 EUR <a href='https://a.example/5'>Download</a>",
        ),
        mail("Mahnung\n\nRechnung 5, Gesamtbetrag 119,00 EUR, ist nicht bezahlt.", ""),
        mail("Angebot 77\n\nGesamtbetrag 119,00 EUR", ""),
        mail("Ich bin bis Montag nicht da.", ""),
        mail(TYPED, "", Auto_Submitted="auto-replied"),
        mail(TYPED, "", Reply_To="a@supplier.example"),
        mail("", "<div style='display:none'>Rechnung</div><p>Hallo</p>"),
        mail("--\nErika Beispiel\nBuchhaltung", ""),
    ],
    ids="chat anbei attached link button reminder quote away automatic itself hidden signature".split(),
)
def test_what_is_no_invoice_stays_what_it_is(message: EmailMessage) -> None:
    if message["Reply-To"]:
        message.replace_header("To", "a@supplier.example")
    bare = examine(message, company=replace(COMPANY, body_is_invoice=False))
    verdict = examine(message)
    assert (verdict.outcome, verdict.documents) == (bare.outcome, bare.documents)
    assert verdict.findings == bare.findings


def test_a_letter_with_number_tax_and_total_is_an_invoice_without_a_title() -> None:
    text = """Bonjour,

voici votre facture n° FA-2026-771 du 3 octobre 2026.

Total HT : 50,00 EUR
TVA 20 % : 10,00 EUR
Total TTC : 60,00 EUR
"""
    assert len(examine(mail(text, "")).documents) == 1
    assert not examine(mail(text.replace("TVA 20 % : 10,00 EUR", ""), "")).documents


def test_what_people_see_decides_and_not_what_the_text_hides() -> None:
    paper = Paper()
    paper.shown = "Hallo Erika"
    verdict = examine(mail(), paper)
    assert verdict.documents == ()
    assert reasons(verdict) == ["no-attachment"]


@pytest.mark.parametrize(
    "more",
    [
        "<p>This e-mail and any attachments are confidential.</p>",
        "<p>100,00 EUR</p><p>19,00 EUR</p><a href='https://a.example/5'>Download as PDF</a>",
        "<p>Photovoltaik-Anlage</p>",
    ],
    ids=["disclaimer", "download", "article"],
)
def test_what_is_said_besides_does_not_matter(more: str) -> None:
    assert len(examine(mail(html=INVOICE + more)).documents) == 1


def test_a_company_that_does_not_take_bodies_has_none_printed() -> None:
    paper = Paper()
    verdict = examine(mail(), paper, company=replace(COMPANY, body_is_invoice=False))
    assert not paper.asked
    assert reasons(verdict) == ["no-attachment"]


def test_a_mail_with_a_document_of_its_own_has_no_other() -> None:
    paper, message = Paper(), mail()
    message.add_attachment(Paper()(INVOICE, {}), maintype="application", subtype="pdf")
    assert [one.path for one in examine(message, paper).documents] == ["2"]
    assert not paper.asked


def test_a_mail_with_something_else_attached_is_looked_at_by_people() -> None:
    message = mail()
    message.add_attachment(b"Rechnung", maintype="application", subtype="msword", filename="r.doc")
    assert "nothing-usable" in reasons(examine(message))


def test_a_body_that_cannot_be_printed_is_held_and_kept() -> None:
    verdict = examine(mail(), Paper(Unprintable("cpu")))
    (document,) = verdict.documents
    assert (document.path, document.outcome) == ("2", Outcome.HELD)
    assert reasons(verdict) == ["document-bomb"]
    assert b"HT-1001" in {part.path: part.content for part in verdict.parts}["2"]


def test_a_mail_waits_for_a_printer_that_is_away() -> None:
    with pytest.raises(Unavailable):
        examine(mail(), Paper(Unavailable("no pango")))


def test_what_is_printed_is_scanned_like_any_part() -> None:
    def scan(content: bytes) -> ScanResult:
        return ScanResult(clean=not content.startswith(b"%PDF-"), signature="Test")

    verdict = examine(mail(), scan=scan)
    assert verdict.outcome is Outcome.HELD
    assert roles(verdict)["2~printed"] is Role.SEALED


PIXEL = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def test_a_body_shows_the_clean_pictures_of_its_mail() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "a@supplier.example", "x"
    message.set_content(INVOICE + "<img src='cid:good@x'><img src='cid:bad@x'>", subtype="html")
    for name, more in (("good", b""), ("bad", b"malware")):
        message.add_related(PIXEL + more, maintype="image", subtype="gif", cid=f"<{name}@x>")
    paper = Paper()
    examine(
        message,
        paper,
        scan=lambda content: ScanResult(clean=not content.endswith(b"malware"), signature="Test"),
    )
    assert not paper.asked  # there is malware in the mail: nothing of it is opened further
    examine(message, paper)
    ((_, pictures),) = paper.asked
    assert pictures == {"good@x": PIXEL, "bad@x": PIXEL + b"malware"}


def test_an_operator_who_says_so_has_any_body_printed() -> None:
    chat = mail("Danke!", "")
    verdict = examine(chat, waived=frozenset({"no-attachment"}))
    assert [(one.path, one.outcome) for one in verdict.documents] == [("1~printed", Outcome.FILED)]


def test_few_texts_of_one_mail_are_printed() -> None:
    message = mail(TYPED, "")
    for _ in range(20):
        message.add_attachment(TYPED, disposition="inline")
    paper = Paper()
    paper.shown = "Hallo"
    examine(message, paper)
    assert 1 <= len(paper.asked) <= 3


def test_the_same_mail_gives_the_same_verdict() -> None:
    message = mail()
    assert examine(message) == examine(message)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<b>c</b>&euro;", "a c €"),
        ("a<SCRIPT x>if (1 < 2)</script >b", "a b"),
        ("a<style>b<p>c", "a b c"),
        ("a<scripted>b", "a b"),
        ("1 < 2", "1 < 2"),
        ("a<b", "a<b"),
    ],
)
def test_what_an_html_body_shows(html: str, text: str) -> None:
    assert visible(html) == text


@pytest.mark.parametrize("piece", ["<", "<script>", "<style><script>", "<a href=", "</style"])
def test_a_long_body_is_read_once(piece: str) -> None:
    """A megabyte of beginnings without an end: over each anew would be the rest of the day."""
    visible(piece * (1_000_000 // len(piece)))
