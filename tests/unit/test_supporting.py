"""What an electronic invoice carries (BG-24) is a part like any other: found, scanned, an annex."""

import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from ingestd import pipeline
from ingestd.model import Case, Document, Outcome, Part, Role, ScanResult, Verdict
from ingestd.store import filing
from ingestd.store.tables import AnnexRow
from tests._judgements import NOW, make_store, message
from tests.documents.mails import EICAR, document, mail
from tests.unit import _attachments
from tests.unit._pages import page

CASE = Case(company=None, today=date(2026, 10, 5))
TERMS = page("Allgemeine Geschäftsbedingungen", "1. Geltung")
EMBEDDINGS = pytest.mark.parametrize("embed", [_attachments.ubl, _attachments.cii])


def judge(xml: bytes, case: Case = CASE) -> Verdict:
    return pipeline.examine_mail(mail("x", ("invoice.xml", xml)), case)


def embedded(verdict: Verdict) -> tuple[Document, Part]:
    """Return the only document and the only part inside it."""
    (only,) = verdict.documents
    (part,) = [one for one in verdict.parts if one.parent == only.path]
    return only, part


def reasons(found: Document) -> set[tuple[str, str]]:
    """Return the parts that something was found at, each with the reason."""
    return {(one.part, one.reason) for one in found.findings}


@EMBEDDINGS
def test_an_attachment_is_a_part_and_an_annex(embed: _attachments.Embed) -> None:
    verdict = judge(embed(TERMS))
    only, part = embedded(verdict)
    assert (only.outcome, only.annexes) == (Outcome.FILED, ("2/terms.pdf",))
    assert part.trail == ("mail", "invoice.xml", "terms.pdf")
    assert (part.kind, part.role, part.size_bytes) == ("application/pdf", Role.ANNEX, len(TERMS))
    assert part.sha256 == hashlib.sha256(TERMS).hexdigest()
    assert part.content == TERMS


@EMBEDDINGS
def test_the_kind_is_told_by_the_octets_not_by_what_the_xml_says(embed: _attachments.Embed) -> None:
    _, part = embedded(judge(embed(document("logo.png")[1], "terms.pdf", "application/pdf")))
    assert (part.kind, part.declared_type, part.role) == (
        "image/png",
        "application/pdf",
        Role.ANNEX,
    )


@EMBEDDINGS
def test_a_virus_in_an_attachment_holds_and_seals_all_that_carries_it(
    embed: _attachments.Embed,
) -> None:
    def scan(content: bytes) -> ScanResult:
        return ScanResult(EICAR not in content, "" if EICAR not in content else "Eicar")

    case = Case(company=None, today=CASE.today, scan=scan)
    content = mail("x", ("invoice.xml", embed(EICAR, "terms.pdf")), document("plain-invoice.pdf"))
    verdict = pipeline.examine_mail(content, case)
    infected, sibling = verdict.documents
    assert ("2/terms.pdf", "virus-found") in reasons(infected)
    assert infected.annexes == ()
    sealed = [part for part in verdict.parts if part.role is Role.SEALED]
    assert [part.path for part in sealed] == ["2", "2/terms.pdf"]
    assert not any(part.content for part in sealed)
    assert "sibling-infected" in {one.reason for one in sibling.findings}


@EMBEDDINGS
def test_every_octet_of_an_attachment_is_scanned(embed: _attachments.Embed) -> None:
    seen: list[bytes] = []

    def scan(content: bytes) -> ScanResult:
        seen.append(content)
        return ScanResult(clean=True)

    judge(embed(TERMS), Case(company=None, today=CASE.today, scan=scan))
    assert TERMS in seen


@EMBEDDINGS
@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (document("setup.exe")[1], "terms.pdf", "file-type-refused"),
        (document("active.pdf")[1], "terms.pdf", "pdf-active"),
        (document("locked.zip")[1], "terms.zip", "archive-refused"),
        (TERMS, "terms&#x202E;fdp.exe", "name-deceptive"),
        (TERMS, "terms.pdf.exe", "name-deceptive"),
    ],
)
def test_what_is_hostile_holds_the_invoice(
    embed: _attachments.Embed, content: bytes, name: str, reason: str
) -> None:
    only, _ = embedded(judge(embed(content, name)))
    assert only.outcome is Outcome.HELD
    assert reason in {one.reason for one in only.findings}


def bomb() -> bytes:
    """Return an archive that says 30 MB in 30 kB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", bytes(30_000_000))
    return out.getvalue()


@EMBEDDINGS
def test_an_archive_bomb_holds_the_invoice(embed: _attachments.Embed) -> None:
    only, _ = embedded(judge(embed(bomb(), "terms.zip", "application/zip")))
    assert reasons(only) == {("2/terms.zip", "archive-refused")}


def test_an_archive_is_opened_and_its_members_are_annexes() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hours.pdf", TERMS)
    verdict = judge(_attachments.ubl(out.getvalue(), "papers.zip", "application/zip"))
    (only,) = verdict.documents
    assert only.annexes == ("2/papers.zip/hours.pdf",)
    roles = {part.path: part.role for part in verdict.parts}
    assert roles["2/papers.zip"] is Role.CONTAINER


@EMBEDDINGS
@pytest.mark.parametrize("name", ["damaged.pdf", "protected.pdf", "broken.xml", "ubl-order.xml"])
def test_a_paper_that_cannot_be_read_is_noted_and_filed_along(
    embed: _attachments.Embed, name: str
) -> None:
    only, part = embedded(judge(embed(document(name)[1], name)))
    assert only.outcome is Outcome.FILED
    assert part.role is Role.ANNEX
    assert part.path in {path for path, _ in reasons(only)}


@pytest.mark.parametrize("name", ["cii-invoice.xml", "factur-x-en16931.pdf", "plain-invoice.pdf"])
def test_an_invoice_attached_to_an_invoice_is_its_annex(name: str) -> None:
    verdict = judge(_attachments.ubl(document(name)[1], name))
    (only,) = verdict.documents
    assert only.invoice
    assert only.invoice.number == "2026/187"
    assert f"2/{name}" in only.annexes


def test_an_invoice_attached_to_the_xml_of_a_hybrid_is_no_second_invoice() -> None:
    from tests.unit._pages import with_file

    hybrid = with_file(page("Rechnung RE-70421"), "xrechnung.xml", _attachments.cii(UBL, "x.xml"))
    (only,) = pipeline.examine_mail(mail("x", ("a.pdf", hybrid)), CASE).documents
    assert only.invoice
    assert only.invoice.number == "RE-70421"
    assert (only.outcome, only.annexes) == (Outcome.FILED, ("2/xrechnung.xml/x.xml",))


UBL = document("ubl-invoice.xml")[1]


@pytest.mark.parametrize("written", ["@@@@", "QUJ", "QUJD=QUJD", "%PDF-1.7"])
def test_octets_that_are_no_base64_hold_the_invoice(written: str) -> None:
    empty = b'filename="terms.pdf">'
    (only,) = judge(_attachments.ubl(b"").replace(empty, empty + written.encode())).documents
    assert only.outcome is Outcome.HELD
    assert "BT-125" in {one.term for one in only.findings}


def test_a_name_that_is_a_path_names_only_its_last_part() -> None:
    _, part = embedded(judge(_attachments.ubl(TERMS, "../../../etc/passwd")))
    assert part.path == "2/passwd"


def test_two_of_one_name_are_two_parts_and_one_without_octets_is_none() -> None:
    once = _attachments.ubl(TERMS)
    start = once.index(b"<cac:AdditionalDocumentReference>")
    end = once.index(b"<cac:AccountingSupplierParty>")
    (only,) = judge(once[:end] + once[start:]).documents
    assert only.annexes == ("2/terms.pdf", "2/terms~2.pdf")
    (only,) = judge(_attachments.ubl(b"")).documents
    assert (only.annexes, only.outcome) == ((), Outcome.FILED)


@EMBEDDINGS
def test_an_attachment_of_twelve_megabytes_is_read(embed: _attachments.Embed) -> None:
    """libxml2 ends a text at 10 MB unless it is told otherwise."""
    large = TERMS + bytes(12_000_000)
    _, part = embedded(judge(embed(large, "plans.pdf")))
    assert part.size_bytes == len(large)
    assert part.role is Role.ANNEX


@EMBEDDINGS
@pytest.mark.parametrize("content", [TERMS, b""])
def test_an_attachment_is_filed_with_its_invoice_by_its_own_octets(
    embed: _attachments.Embed, content: bytes, tmp_path: Path
) -> None:
    scanned: set[str] = set()

    def scan(octets: bytes) -> ScanResult:
        scanned.add(hashlib.sha256(octets).hexdigest())
        return ScanResult(clean=True)

    mail_of_it = mail("x", ("invoice.xml", embed(content)))
    verdict = pipeline.examine_mail(mail_of_it, Case(company=None, today=CASE.today, scan=scan))
    store = make_store(tmp_path)
    filing.file(store, message("mail1", mail_of_it), verdict, frozenset(scanned), NOW)
    with store.reading() as session:
        annexes = [(row.path, row.sha256) for row in session.exec(select(AnnexRow)).all()]
    wanted = [("2/terms.pdf", hashlib.sha256(TERMS).hexdigest())] if content else []
    assert annexes == wanted
    for _, sha256 in annexes:
        assert store.blobs.get(sha256) == TERMS
