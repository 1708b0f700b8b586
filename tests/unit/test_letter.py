"""What is said of a mail as a whole: bounces, receipts, answers, mail to the operators, and malware
wherever it is."""

from datetime import date
from email.message import EmailMessage

import pytest

from ingestd import pipeline
from ingestd.model import Case, FiledInvoice, Outcome, Role, ScanResult, Verdict
from tests.documents.mails import EICAR, compose, document, mail
from tests.unit._pages import page

TODAY = date(2026, 10, 5)
UBL = document("ubl-invoice.xml")
VIRUS = ("tool.com", EICAR)


def scan(content: bytes) -> ScanResult:
    """Find the test file; of an encrypted archive, say that it cannot be told."""
    if EICAR in content:
        return ScanResult(clean=False, signature="Eicar-Test-Signature")
    if content == document("locked.zip")[1]:
        return ScanResult(clean=False, signature="Heuristics.Encrypted.Zip", inconclusive=True)
    return ScanResult(clean=True)


def judge(content: bytes, *, for_operators: bool = False) -> Verdict:
    case = Case(company=None, today=TODAY, scan=scan, for_operators=for_operators)
    return pipeline.examine_mail(content, case)


def told(verdict: Verdict) -> set[str]:
    """Return the reasons of the mail and of its documents."""
    found = [*verdict.findings, *(one for doc in verdict.documents for one in doc.findings)]
    return {one.reason for one in found}


def report(
    kind: str, *attachments: tuple[str, bytes], beside: tuple[str, bytes] | None = None
) -> bytes:
    """Return a report (RFC 3462) that encloses a message of ours with these attachments."""
    outer = EmailMessage()
    outer["From"] = "MAILER-DAEMON@mx.example"
    outer["Subject"] = "Undelivered"
    outer.set_content("Not delivered.\n")
    outer.make_mixed()
    outer.add_attachment(compose("Facture", *attachments))
    if beside:
        outer.add_attachment(beside[1], "application", "octet-stream", filename=beside[0])
    outer.replace_header("Content-Type", f'multipart/report; report-type="{kind}"')
    outer.set_boundary("==report==")
    return outer.as_bytes()


REPORTS = pytest.mark.parametrize("kind", ["delivery-status", "disposition-notification"])


@REPORTS
def test_an_invoice_of_ours_that_comes_back_is_not_filed(kind: str) -> None:
    verdict = judge(report(kind, UBL))
    assert (verdict.outcome, verdict.documents) == (Outcome.IGNORED, ())
    assert told(verdict) == {"automatic-message"}
    assert "ubl-invoice.xml" in {part.filename for part in verdict.parts}


@REPORTS
def test_malware_that_comes_back_is_told_and_sealed(kind: str) -> None:
    verdict = judge(report(kind, UBL, VIRUS))
    assert verdict.outcome is Outcome.HELD
    assert {"virus-found", "automatic-message"} <= told(verdict)
    assert {part.filename for part in verdict.parts if part.role is Role.SEALED} >= {"tool.com"}
    assert not any(part.content for part in verdict.parts)


@REPORTS
def test_what_is_attached_to_the_report_itself_counts(kind: str) -> None:
    (only,) = judge(report(kind, document("cii-invoice.xml"), beside=UBL)).documents
    assert only.invoice
    assert only.invoice.number == "2026/187"


@pytest.mark.parametrize(
    "header",
    [("Auto-Submitted", "auto-replied"), ("Precedence", "auto_reply"), ("X-Autoreply", "yes")],
)
def test_an_invoice_attached_to_an_automatic_answer_counts(header: tuple[str, str]) -> None:
    message = compose("Absence", UBL)
    message[header[0]] = header[1]
    assert judge(message.as_bytes()).outcome is Outcome.FILED
    message = compose("Absence")
    message[header[0]] = header[1]
    assert told(judge(message.as_bytes())) == {"automatic-message"}


def test_an_invoice_beside_an_invitation_counts() -> None:
    invite = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    verdict = judge(mail("Invitation", ("invite.ics", invite), UBL, ("me.vcf", b"BEGIN:VCARD\r\n")))
    (only,) = verdict.documents
    assert (only.path, only.outcome, only.annexes) == ("3", Outcome.FILED, ())


def test_mail_to_the_operators_is_theirs_and_malware_in_it_is_told() -> None:
    assert told(judge(mail("abuse", UBL), for_operators=True)) == {"operator-mail"}
    verdict = judge(mail("abuse", UBL, VIRUS), for_operators=True)
    assert told(verdict) == {"operator-mail", "virus-found"}
    assert (verdict.outcome, verdict.documents) == (Outcome.HELD, ())
    assert Role.SEALED in {part.role for part in verdict.parts}


def test_malware_in_a_copy_of_a_filed_mail_is_told() -> None:
    first = FiledInvoice(id="1", filed_on=TODAY)
    case = Case(company=None, today=TODAY, scan=scan, filed_mail=lambda _: first)
    assert pipeline.examine_mail(mail("x", UBL), case).outcome is Outcome.IGNORED
    verdict = pipeline.examine_mail(mail("x", UBL, VIRUS), case)
    assert (verdict.outcome, told(verdict)) == (Outcome.HELD, {"mail-duplicate", "virus-found"})


def test_what_came_with_malware_is_held() -> None:
    verdict = judge(mail("x", UBL, VIRUS, ("t.pdf", page("Facture 1", "Total 2,00 EUR"))))
    assert [one.outcome for one in verdict.documents] == [Outcome.HELD] * 3
    assert {"virus-found", "sibling-infected"} <= told(verdict)


def test_what_could_not_be_scanned_is_held_and_its_neighbour_filed() -> None:
    verdict = judge(mail("x", UBL, document("locked.zip")))
    assert [one.outcome for one in verdict.documents] == [Outcome.FILED, Outcome.HELD]
    assert "sibling-infected" not in told(verdict)


def test_what_is_wrong_with_the_mail_is_held_against_each_document() -> None:
    two_froms = b"From: b@other.example\r\n" + mail("x", UBL, document("cii-invoice.xml"))
    verdict = judge(two_froms)
    assert len(verdict.documents) == 2
    for one in verdict.documents:
        assert "mail-ambiguous" in {found.reason for found in one.findings}
        assert one.outcome is Outcome.HELD


def test_a_letter_to_its_own_sender_is_a_loop_an_invoice_is_none() -> None:
    ours = {"sender": "Us <a@ours.example>", "to": "a@ours.example"}
    reply = b"Reply-To: A@ours.example\r\n"
    verdict = judge(reply + mail("x", **ours))
    assert (verdict.outcome, told(verdict)) == (Outcome.HELD, {"mail-loop"})
    assert judge(reply + mail("x", UBL, **ours)).outcome is Outcome.FILED
    assert told(judge(reply + mail("x"))) == {"no-attachment"}
