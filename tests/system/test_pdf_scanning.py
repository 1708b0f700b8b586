"""PDFs before the real ClamAV: which of them may be filed, and by whose word."""

import base64
import hashlib
import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from ingestd import pipeline
from ingestd.model import Case, Outcome, ScanResult, Verdict
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests.cases.pdfs import sample, with_file
from tests.documents.mails import EICAR, mail

HANDLERS = {
    "none": None,
    "RC4 40": {"R": 2, "aes": False, "metadata": False},
    "RC4 128": {"R": 3, "aes": False, "metadata": False},
    "AES 128": {"R": 4, "metadata": False},
    "AES 256": {"R": 6},
}


def locked(content: bytes, handler: str, user: str = "") -> bytes:
    options = HANDLERS[handler]
    locks = pikepdf.Encryption(owner="o", user=user, **options) if options else False  # type: ignore[arg-type]
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(out, encryption=locks)
    return out.getvalue()


def with_infected_page() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sample())) as opened:
        opened.pages[0].Contents = opened.make_stream(EICAR)
        opened.save(out)
    return out.getvalue()


def judged(content: bytes, clamd: Clamd) -> tuple[Verdict, set[str]]:
    """Return the verdict on a mail with a PDF, and the SHA-256 of what was found clean."""
    scanner, clean = Scanner(str(clamd.socket), 60), set()

    def scan(octets: bytes) -> ScanResult:
        result = scanner.scan(octets)
        if result.clean:
            clean.add(hashlib.sha256(octets).hexdigest())
        return result

    case = Case(company=None, today=date(2026, 10, 5), scan=scan)
    return pipeline.examine_mail(mail("Facture", ("facture.pdf", content)), case), clean


def reasons_of(verdict: Verdict) -> set[str]:
    every = [*verdict.findings, *(one for each in verdict.documents for one in each.findings)]
    return {found.reason for found in every}


@pytest.mark.parametrize("handler", HANDLERS)
def test_an_owner_password_hinders_neither_clamav_nor_us(handler: str, clamd: Clamd) -> None:
    """What is filed is what came, and ClamAV found exactly that clean."""
    content = locked(sample(), handler)
    verdict, clean = judged(content, clamd)
    (document,) = verdict.documents
    assert document.outcome is Outcome.FILED
    assert document.invoice is not None
    assert document.invoice.number == "PM-2026-0412"
    assert {part.path: part.content for part in verdict.parts}[document.path] == content
    assert hashlib.sha256(content).hexdigest() in clean


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("place", ["page", "file", "file in base64"])
def test_a_virus_behind_an_owner_password_is_found(handler: str, place: str, clamd: Clamd) -> None:
    """ClamAV by itself looks into pages, and not into embedded files: those are scanned one by one."""
    content = with_infected_page()
    if place != "page":
        content = with_file("a.txt", EICAR)
    if place == "file in base64":
        message = b"MIME-Version: 1.0\r\nSubject: x\r\nFrom: a@b.example\r\n"
        message += b"Content-Type: application/x\r\n"
        message += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(EICAR) + b"\r\n"
        content = with_file("a.eml", message)
    verdict, _ = judged(locked(content, handler), clamd)
    assert "virus-found" in reasons_of(verdict)
    assert all(document.outcome is Outcome.HELD for document in verdict.documents)


@pytest.mark.parametrize("handler", [each for each in HANDLERS if each != "none"])
def test_a_password_to_open_is_told_and_nothing_is_filed(handler: str, clamd: Clamd) -> None:
    verdict, _ = judged(locked(sample(), handler, user="u"), clamd)
    assert "pdf-password" in reasons_of(verdict)
    assert verdict.outcome is Outcome.HELD


def test_a_repaired_pdf_is_filed_as_it_came(clamd: Clamd) -> None:
    head, mark, _ = sample().rpartition(b"startxref")
    content = head + mark + b"\n7\n%%EOF\n"
    verdict, clean = judged(content, clamd)
    (document,) = verdict.documents
    assert document.outcome is Outcome.FILED
    stored = {part.path: part for part in verdict.parts}[document.path]
    assert replace(stored, content=b"").sha256 == hashlib.sha256(content).hexdigest()
    assert hashlib.sha256(content).hexdigest() in clean
