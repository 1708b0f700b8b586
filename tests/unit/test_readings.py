"""The other readings of a mail that can be read in two ways: parts, scanned and shown like any other."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestd import pipeline
from ingestd.model import Case, Finding, Part, ScanResult, Verdict
from ingestd.readers import _readings, mime
from tests.documents.mails import document
from tests.hostile._disguises import all_disguises, attached, mixed, part

DISGUISES = all_disguises()


def judge(mail: bytes) -> tuple[Verdict, list[bytes]]:
    """Return the verdict on a mail, and everything that was scanned."""
    scanned: list[bytes] = []

    def scan(content: bytes) -> ScanResult:
        scanned.append(content)
        return ScanResult(clean=True)

    case = Case(company=None, today=date(2026, 10, 5), scan=scan)
    return pipeline.examine_mail(mail, case), scanned


@pytest.mark.parametrize(
    "name",
    [
        "encoding twice, 7bit last",
        "encoding unknown",
        "encoding cut in two",
        "type two, multipart",
        "boundary twice, first",
        "boundary twice, last",
        "boundary begins alike",
        "epilogue",
        "preamble",
        "multipart in base64",
        "multipart says base64",
        "two types of the mail, text first",
        "uuencode in the text",
        "begin-base64",
        "yEnc",
        "header without colon",
        "part behind the end",
        "second mail of a mailbox",
    ],
)
def test_the_invoice_is_scanned_and_shown_whichever_reading_it_is_in(name: str) -> None:
    _, invoice = document("ubl-invoice.xml")
    verdict, scanned = judge(DISGUISES[name](invoice))
    assert any(content.rstrip() == invoice.rstrip() for content in scanned)
    assert "mail-ambiguous" in {one.reason for one in verdict.findings} | {
        one.reason for document in verdict.documents for one in document.findings
    }
    kinds = {part.kind for part in verdict.parts}
    assert any(kind.endswith("}Invoice") for kind in kinds), kinds


def test_what_every_reader_sees_is_no_other_reading() -> None:
    verdict, _ = judge(
        attached(b"x" * 200, b"Content-Type: text/plain", b"Content-Type: text/html")
    )
    paths = [part.path for part in verdict.parts]
    assert len(paths) == len(set(paths))
    contents = [part.sha256 for part in verdict.parts if part.size_bytes]
    assert len(contents) == len(set(contents))


def test_a_mail_of_one_meaning_has_no_other_readings() -> None:
    verdict, _ = judge(attached(b"x" * 200, b"Content-Type: text/plain"))
    assert not [part.path for part in verdict.parts if "reading" in part.path]


def test_readings_that_are_only_scanned_are_not_opened() -> None:
    """Base64 with padding inside has one meaning by the RFC; the cut one is scanned, and no more."""
    import base64

    data = base64.b64encode(b"first") + base64.b64encode(b"second, much longer piece")
    fields = (b"Content-Type: application/pdf", b"Content-Transfer-Encoding: base64")
    verdict, scanned = judge(mixed(part(*fields, body=data)))
    assert b"first" in scanned
    (other,) = [
        one for one in verdict.parts if one.kind == mime.OTHER_READING and one.size_bytes == 5
    ]
    assert other.path == "1~reading-1"
    assert other.role.value == "ignored"


def test_too_many_readings_are_said() -> None:
    fields = b"Content-Type: a/b\r\nContent-Transfer-Encoding: x\r\n\r\n"
    several = [fields + b"data %d" % n for n in range(300)]
    content = mixed(*several)
    found = list(mime.read(Part(path="", kind="message/rfc822", content=content), judge_case()))
    reasons = {one.reason for one in found if isinstance(one, Finding)}
    assert {"mail-ambiguous", "mail-unreadable"} <= reasons


def judge_case() -> Case:
    return Case(company=None, today=date(2026, 10, 5))


def test_work_is_bounded() -> None:
    """Each field opens a stretch to the end of the mail: looked at a few times, and no more."""
    content = b"Content-Type: a/b\r\n\r\n" * 20_000
    readings = _readings.Readings(content, [])
    assert sum(len(one.content) for one in readings) < 4 * _readings.WORK * len(content)
    assert not readings.are_all


PIECES = (
    *(b"--a\r\n", b"--b\r\n", b"--b--\r\n", b"\r\n", b" \r\n", b"begin 644 a\r\n"),
    *(b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Transfer-Encoding: x\r\n"),
    *(b"Content-Transfer-Encoding: base64\r\n", b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk\r\n"),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES) | st.binary(max_size=20),
        max_size=30,
    )
)
def test_any_octets_have_readings(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    found = list(_readings.Readings(content, []))
    assert len(found) <= _readings.READINGS
