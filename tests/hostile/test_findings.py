"""What the generator and the fuzz targets have found, each as a test of its own. No mail of these may
ever crash its judge, cost it seconds, or hide what it is."""

import io
from datetime import date

import pytest
from pypdf import PdfWriter

from ingestd.chamber import _plain
from ingestd.model import Case, Finding, MailHeader, Outcome, Part, Unavailable, Verdict
from ingestd.readers import kinds, mime, pdf
from ingestd.readers import zip as archives
from ingestd.scanner import Scanner
from tests.hostile import _mail_builder as mails
from tests.hostile._zip_builder import Member, build
from tests.hostile.fuzz import targets

CASE = Case(company=None, today=date(2026, 10, 5))


def read_mail(*fields: bytes, body: bytes = b"x\r\n") -> list[Part | Finding]:
    content = mails.CRLF.join((b"From: a@b.example", b"Subject: x", *fields)) + b"\r\n\r\n" + body
    return list(mime.read(Part(path="", kind=kinds.MESSAGE, content=content), CASE))


def test_raw_octets_in_a_transfer_encoding_can_be_said() -> None:
    """A lone surrogate in a finding has no JSON: it ended the judge with a fault of ours."""
    found = read_mail(b"Content-Transfer-Encoding: b\xc3\xa4se64")
    findings = tuple(one for one in found if isinstance(one, Finding))
    assert [one.reason for one in findings] == ["mail-ambiguous"]
    verdict = Verdict(
        outcome=Outcome.HELD, scanned=True, mail=MailHeader(), parts=(), findings=findings
    )
    assert "bäse64".encode() in _plain.verdict_to_text(verdict)


def test_uuencoded_files_that_never_end_are_looked_for_once() -> None:
    """Each `begin` was followed to the end of the text: seconds for one megabyte."""
    text = b"begin 644 a\r\n" * 40_000
    for end in (b"", b"end of it\r\n", b" end\r\n"):
        parts = [one for one in read_mail(body=text + end) if isinstance(one, Part)]
        assert [part.content for part in parts] == [text + end]


@pytest.mark.timeout(20)
def test_uuencoded_files_before_one_that_never_ends_are_found() -> None:
    text = b"begin 644 a\r\n#86)C\r\n`\r\nend\r\n" + b"begin 644 b\r\n" * 40_000
    parts = [one for one in read_mail(body=text) if isinstance(one, Part)]
    assert [(part.filename, part.content) for part in parts[1:]] == [("a", b"abc")]


def test_control_characters_of_a_name_stay_in_it() -> None:
    """Line ends were taken for folds of a header field, and so no longer deceived anybody."""
    disposition = b"Content-Disposition: attachment; filename*=utf-8''a%0D%0Ab.pdf"
    (part,) = (one for one in read_mail(disposition) if isinstance(one, Part))
    assert part.filename == "a\r\nb.pdf"
    zipped = build([Member(b"a\r\nb.xml", b"<a/>", 0)])
    found = list(archives.read(Part(path="1", kind=kinds.ZIP, content=zipped), CASE))
    names = [one.filename for one in found if isinstance(one, Part)]
    assert names in (["a\r\nb.xml"], [])


def test_the_name_of_an_embedded_file_has_an_end() -> None:
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a" * 100_000 + ".xml", b"<a/>")
    writer.write(buffer)
    found = list(pdf.read(Part(path="1", kind=kinds.PDF, content=buffer.getvalue()), CASE))
    (part,) = (one for one in found if isinstance(one, Part))
    assert len(part.filename) <= 255


@pytest.mark.parametrize(
    "answer", [b"stream: OK\x1e", b"\x0bstream: OK", "stream: OK\u2028".encode()]
)
def test_an_ok_among_odd_white_space_is_no_ok(answer: bytes) -> None:
    """What text calls white space is more than a line end."""
    clamd = targets.Clamd(answer)
    with pytest.raises(Unavailable):
        Scanner(str(clamd.path), 5).scan(b"x")
