"""How far a mail may go, counted on its raw octets before any parser sees it; and that reading it takes
time and memory in proportion to its size."""

import base64
import tracemalloc
from dataclasses import replace
from datetime import date

import pytest

from ingestd.model import Case, Finding, Limits, Part
from ingestd.readers import _entity, _field, _outline, mime

SMALL = Limits(
    header_block_bytes=300, header_field_bytes=100, header_fields=5, lines=40, mime_depth=3, parts=6
)
HEAD = b"From: a@b.example\r\n"


def reasons(content: bytes, limits: Limits = SMALL) -> list[str]:
    case = Case(company=None, today=date(2026, 10, 5), limits=limits)
    found = mime.read(Part(path="", kind="message/rfc822", content=content), case)
    return sorted({one.reason for one in found if isinstance(one, Finding)})


def header_block(size: int) -> bytes:
    """Return a mail whose header block has exactly `size` octets."""
    fields = [b"X: " + b"a" * 87 for _ in range(3)]
    block = b"\r\n".join(fields)
    return block + b"\r\nY: " + b"b" * (size - len(block) - 5) + b"\r\n\r\nx"


def fields(count: int) -> bytes:
    return b"\r\n".join([b"X: y"] * count) + b"\r\n\r\nx"


def field(size: int) -> bytes:
    return b"X: " + b"a" * (size - 3) + b"\r\n\r\nx"


def folded_field(size: int) -> bytes:
    return b"X: aaaa\r\n " + b"a" * (size - 10) + b"\r\n\r\nx"


def lines(count: int) -> bytes:
    return HEAD + b"\r\n" * (count - 1)


def nested(depth: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%db\r\n\r\n--b%db\r\n" % (n, n)
        for n in range(depth)
    )
    return HEAD + opened + b"\r\nx\r\n"


def parts(count: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * count


@pytest.mark.parametrize(
    ("make", "limit", "reason"),
    [
        (header_block, 300, "mail-unreadable"),
        (fields, 5, "mail-unreadable"),
        (field, 100, "mail-unreadable"),
        (folded_field, 100, "mail-unreadable"),
        (lines, 40, "mail-unreadable"),
        (nested, 3, "too-many-parts"),
        (parts, 6, "too-many-parts"),
    ],
)
def test_each_limit_is_kept_to_the_octet(make, limit: int, reason: str) -> None:  # type: ignore[no-untyped-def] # one function a case
    assert reason not in reasons(make(limit - 1))
    assert reason not in reasons(make(limit))
    assert reasons(make(limit + 1)) == [reason]


def test_headers_of_parts_have_the_same_limits() -> None:
    def with_part(size: int) -> bytes:
        return parts(1).replace(b"--b\r\n", b"--b\r\n" + field(size)[:-5] + b"\r\n")

    assert reasons(with_part(100)) == []
    assert reasons(with_part(101)) == ["mail-unreadable"]


def test_the_parser_is_not_asked_beyond_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: were the limits looked at behind the parser, it would have had the octets by then."""

    def parse(content: bytes) -> _entity.Entity:
        raise AssertionError("parsed")

    monkeypatch.setattr(mime, "parse", parse)
    for make, limit in ((header_block, 300), (fields, 5), (field, 100), (lines, 40)):
        assert reasons(make(limit + 1))  # type: ignore[operator] # one function a limit
    assert reasons(nested(4)) == reasons(parts(7)) == ["too-many-parts"]


def test_without_the_raw_limits_the_parser_would_go_on() -> None:
    """The mutant of the limits themselves: none of these is refused for another reason."""
    wide = replace(Limits(), header_fields=10**6, header_block_bytes=10**8)
    assert reasons(fields(5_000), wide) == []
    assert reasons(fields(5_000), Limits()) == ["mail-unreadable"]


def test_siblings_are_not_nested() -> None:
    inner = (
        b"Content-Type: multipart/alternative; boundary=i%d\r\n\r\n--i%d\r\n\r\nx\r\n--i%d--\r\n"
    )
    several = b"".join(b"--b\r\n" + inner % (n, n, n) for n in range(60))
    content = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + several + b"--b--\r\n"
    assert reasons(content, Limits()) == []


TRAPS = {
    "semicolons": b";" * 16_000,
    "commas": b"," * 16_000,
    "quotes": b'"' * 16_000,
    "half quotes": b'a="' * 5_000,
    "brackets": b"(" * 16_000,
    "closed brackets": b"(" * 8_000 + b")" * 8_000,
    "comments": b"(a)" * 5_000,
    "backslashes": b"\\" * 16_000,
    "parameters": b"".join(b"p%d=1;" % n for n in range(2_000)),
    "one parameter": b"name=x;" * 2_500,
    "pieces": b"".join(b"name*%d=x;" % n for n in range(1_500)),
    "a piece of a thousand million": b"; name*1000000000*=utf-8''x",
    "negative piece": b"; name*-1=x; name*00000000000000000001=y",
    "encoded words": b"=?utf-8?Q?a?=" * 1_200,
    "open encoded words": b"=?a?q?" * 2_600,
    "quote marks": b"'" * 16_000,
    "blanks": b" " * 16_000,
    "folds": b"\r\n " * 5_000,
    "equals": b"=" * 16_000,
}
STEPS = 60
"""Calls of functions for each octet; a quadratic one takes thousands."""


class Steps:
    """Counts the calls of functions and lines of Python, whatever the time."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: object, event: str, argument: object) -> "Steps":
        self.count += 1
        return self


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize(
    "name",
    ["Content-Type: text/plain; ", "Content-Disposition: attachment; filename=", "Subject: "],
)
def test_no_field_takes_more_than_it_is_long(trap: str, name: str) -> None:
    import sys

    content = HEAD + name.encode() + TRAPS[trap] + b"\r\n\r\nx"
    steps, before = Steps(), sys.gettrace()
    sys.settrace(steps)
    try:
        mime.read_header(content)
        reasons(content, Limits())
    finally:
        sys.settrace(before)
    assert steps.count < STEPS * len(content)


def test_regular_expressions_do_not_backtrack() -> None:
    """What steps do not count: these take a minute each if one part of them is tried again and again."""
    for trap in (
        b"(" * 90_000,
        b"(a" * 45_000,
        b"(a)" * 30_000 + b"x",
        b'"\\' * 45_000,
        b"=?" * 45_000,
    ):
        value = trap.decode()
        _field.parameters(value)
        _field.decode_words(value)
        _field.transfer_encoding(value)
        _field.boundary(value)


def test_a_mail_of_the_largest_size_is_read_in_a_few_times_its_octets() -> None:
    octets = bytes(range(256)) * 40_000  # 10 MiB, a third of the largest mail
    body = base64.encodebytes(octets).replace(b"\n", b"\r\n")
    content = parts(0) + b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body + b"--b--\r\n"
    case = Case(company=None, today=date(2026, 10, 5))
    tracemalloc.start()
    try:
        found = list(mime.read(Part(path="", kind="message/rfc822", content=content), case))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [one.content for one in found if isinstance(one, Part)] == [octets]
    assert peak < 8 * len(content)


def test_the_outline_counts_what_the_parser_would_make() -> None:
    message = _entity.parse(parts(4))
    assert len(message.children) == 4
    assert _outline.broken(parts(4), "", replace(SMALL, parts=4)) is None
    assert _outline.broken(parts(4), "", replace(SMALL, parts=3)) is not None
