"""Files of nothing, and of more than any invoice needs."""

from datetime import date

from ingestd.checks import size
from ingestd.model import Case, Limits, Part
from ingestd.reasons import text

CASE = Case(company=None, today=date(2026, 10, 5), limits=Limits(file_bytes=2_500_000))


def codes(content: bytes, path: str = "2") -> list[str]:
    part = Part(path=path, kind="application/pdf", content=content, filename="f.pdf")
    return [finding.reason for finding in size.check(part, CASE)]


def test_at_the_limit_is_taken_and_one_more_is_not() -> None:
    assert codes(bytes(2_499_999)) == []
    assert codes(bytes(2_500_000)) == []
    assert codes(bytes(2_500_001)) == ["file-too-large"]


def test_the_mail_itself_has_the_limit_of_the_door() -> None:
    assert codes(bytes(2_500_001), path="") == []


def test_nothing_is_empty() -> None:
    assert codes(b"") == ["file-empty"]


def test_sizes_are_said_in_each_language() -> None:
    part = Part(path="2", kind="application/pdf", content=bytes(2_600_000), filename="f.pdf")
    (finding,) = size.check(part, CASE)
    assert "2.6 MB" in text(finding, "en")
    assert "2,6 Mo" in text(finding, "fr")


def test_an_empty_piece_of_text_is_no_empty_file() -> None:
    """Exchange calls what stands between attachments ATT00001.txt, empty or not."""
    part = Part(
        path="2",
        kind="application/x-empty",
        content=b"",
        declared_type="text/plain",
        filename="ATT00001.txt",
        disposition="attachment",
    )
    assert list(size.check(part, CASE)) == []
