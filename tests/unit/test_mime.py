"""Mails as the wild builds them: every part found, every ambiguity said, nothing made up."""

import base64
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestd.model import Case, Finding, Limits, Part
from ingestd.readers import mime

CASE = Case(company=None, today=date(2026, 10, 5))
TEXT = b"Facture n\xc2\xb0 12"
HEAD = "From: a@x.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n"


def read(content: bytes, case: Case = CASE) -> tuple[list[Part], list[Finding]]:
    root = Part(path="", kind="message/rfc822", content=content, trail=("mail",))
    found = list(mime.read(root, case))
    parts = [one for one in found if isinstance(one, Part)]
    return parts, [one for one in found if isinstance(one, Finding)]


def leaf(header: str, body: bytes) -> Part:
    """Return the only part of a mail with these MIME fields and this body."""
    parts, _ = read(HEAD.encode() + header.encode() + b"\r\n\r\n" + body)
    assert {part.kind for part in parts[1:]} <= {mime.OTHER_READING}
    return parts[0]


def multipart(*parts: bytes, tail: bytes = b"--b--\r\n") -> bytes:
    head = HEAD.encode() + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return head + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + tail


def ambiguities(content: bytes) -> list[str]:
    _, findings = read(content)
    return [str(one.detail) for one in findings if one.reason == "mail-ambiguous"]


ENCODED = base64.b64encode(TEXT)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Transfer-Encoding: base64", ENCODED),
        ("Content-Transfer-Encoding: BASE64", ENCODED),
        ("Content-Transfer-Encoding:\r\n base64", ENCODED),
        ('Content-Transfer-Encoding: "base64"', ENCODED),
        ("Content-Transfer-Encoding: base64 (yes)", ENCODED),
        ("Content-Transfer-Encoding: base64", ENCODED.rstrip(b"=")),
        (
            "Content-Transfer-Encoding: base64",
            b"\r\n".join(ENCODED[i : i + 5] for i in range(0, 40, 5)),
        ),
        ("Content-Transfer-Encoding: base64", ENCODED[:4] + b"!*\xff " + ENCODED[4:]),
        (
            "Content-Transfer-Encoding: base64",
            base64.b64encode(TEXT[:4]) + base64.b64encode(TEXT[4:]),
        ),
        ("Content-Transfer-Encoding: quoted-printable", b"Facture n=C2=\r\n=B0 12"),
        ("Content-Transfer-Encoding: quoted-printable", b"Facture n=c2=  \r\n=b0 12"),
        ("Content-Transfer-Encoding: 8bit", TEXT),
        ("Content-Transfer-Encoding: 7bit", TEXT),
        ("Content-Transfer-Encoding: binary", TEXT),
        ("X-Nothing: x", TEXT),
    ],
)
def test_transfer_encodings(header: str, body: bytes) -> None:
    assert leaf(header, body).content == TEXT


def test_binary_octets_stay_as_they_are() -> None:
    octets = bytes(range(256)) * 3
    part = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n" + octets
    parts, _ = read(multipart(part))
    assert parts[0].content == octets


def test_base64_on_one_endless_line() -> None:
    octets = bytes(100_000)
    part = leaf("Content-Transfer-Encoding: base64", base64.b64encode(octets))
    assert part.content == octets


def test_paths_follow_the_section_numbers_of_imap() -> None:
    inner = b'Content-Type: multipart/alternative; boundary="c"\r\n\r\n'
    inner += b"--c\r\n\r\nplain\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>\r\n--c--"
    parts, findings = read(multipart(inner, b"Content-Type: application/pdf\r\n\r\n%PDF-1.7"))
    assert [part.path for part in parts] == ["1", "1.1", "1.2", "2"]
    assert [part.declared_type for part in parts] == [
        "multipart/alternative",
        "",
        "text/html",
        "application/pdf",
    ]
    assert findings == []


def test_a_nested_message_is_one_part_with_its_own_octets() -> None:
    inner = b"From: b@x.example\r\nSubject: inner\r\n\r\nhello"
    parts, findings = read(multipart(b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert [(part.path, part.content) for part in parts] == [("1", inner)]
    assert findings == []


def test_a_nested_message_in_base64_is_decoded() -> None:
    inner = b"From: b@x.example\r\nSubject: inner\r\n\r\nhello"
    part = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    parts, _ = read(multipart(part + base64.b64encode(inner)))
    assert parts[0].content == inner


def test_a_missing_final_boundary_loses_nothing() -> None:
    parts, findings = read(multipart(b"Content-Type: text/plain\r\n\r\nlast", tail=b""))
    assert parts[0].content.strip() == b"last"
    assert findings == []


def test_preamble_and_epilogue_of_ordinary_text_are_nothing() -> None:
    content = multipart(b"\r\nx").replace(b"\r\n\r\n--b", b"\r\n\r\nThis is MIME\r\n--b", 1)
    assert ambiguities(content + b"epilogue\r\n") == []


@pytest.mark.parametrize(
    ("content", "about"),
    [
        (b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx", "Content-Type"),
        (
            b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\nx",
            "Content-Transfer-Encoding",
        ),
        (
            b"Content-Disposition: inline\r\nContent-Disposition: attachment\r\n\r\nx",
            "Content-Disposition",
        ),
        (b"Content-Transfer-Encoding: x-rot13\r\n\r\nx", "x-rot13"),
        (b"Content-Type: multipart/mixed; boundary=a; boundary=c\r\n\r\n--a\r\n\r\nx", "boundary"),
        (b"Content-Type: multipart/mixed\r\n\r\nx", "without boundary"),
        (b"Content-Type: multipart/mixed; boundary=q\r\n\r\nno such line", "never comes"),
        (
            b"Content-Type: multipart/mixed; boundary=q\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            b"--q\r\n\r\nx\r\n--q--",
            "base64 on a multipart",
        ),
        (
            b"Content-Type: multipart/mixed; boundary=q\r\n\r\nContent-Type: text/plain\r\n\r\nhidden"
            b"\r\n--q\r\n\r\nx\r\n--q--",
            "outside the parts",
        ),
        (b"Content-Type : text/plain\r\n\r\nx", "before a colon"),
        (b"From: c@x.example\r\n\r\nx", "two From"),
        (b"this is no field\r\nTo: b@x.example\r\n\r\nx", "no header field"),
        (b"X-Nul: \0\r\n\r\nx", "NUL"),
    ],
)
def test_what_two_readers_would_read_differently(content: bytes, about: str) -> None:
    said = ambiguities(HEAD.encode() + content)
    assert any(about in one for one in said), said


def test_the_same_field_twice_with_one_value_is_no_ambiguity() -> None:
    assert ambiguities(HEAD.encode() + b"Content-Type: text/plain\r\n" * 2 + b"\r\nx") == []


def test_uuencoded_files_are_found_and_said() -> None:
    content = b"\r\nhello\r\n\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n"
    parts, findings = read(HEAD.encode() + content)
    assert [(part.path, part.filename, part.content) for part in parts[1:]] == [
        ("1/1", "a.txt", b"abc")
    ]
    assert [one.reason for one in findings] == ["mail-ambiguous"]


def test_header_limits_come_before_any_parser() -> None:
    small = Case(company=None, today=CASE.today, limits=Limits(header_field_bytes=100))
    for content in (b"X: " + b"a" * 200 + b"\r\n\r\n", b"X: " + b"a\r\n " * 200 + b"\r\n\r\n"):
        parts, findings = read(content, small)
        assert parts == []
        assert [one.reason for one in findings] == ["mail-unreadable"]


def test_absurd_nesting_ends_in_a_reason() -> None:
    content = HEAD.encode()
    for depth in range(2000):
        content += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    _, findings = read(content)
    assert "too-many-parts" in [one.reason for one in findings]


def test_header_is_decoded_for_display() -> None:
    header = mime.read_header(
        b"Subject: =?utf-8?B?w6k=?= \r\nFrom: \xe9 <a@x.example>\r\nMessage-ID: <1@x>\r\n\r\nbody"
    )
    assert (header.subject, header.from_, header.message_id) == ("é", "é <a@x.example>", "<1@x>")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"From: a@x\r\nSubject: s\r\n\r\nx", True),
        (b"Received: x\n y\nFrom: a@x\n\nx", True),
        (b"From a@x Mon\r\nFrom: a@x\r\nTo: b@x\r\n\r\nx", True),
        (b"%PDF-1.7", False),
        (b"<?xml version='1.0'?><a/>", False),
        (b"Key: value\nOther: value\n", False),
        (b"", False),
    ],
)
def test_what_is_a_message(content: bytes, message: bool) -> None:
    assert mime.is_message(content) is message


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        (b"Auto-Submitted: auto-replied", True),
        (b"Auto-Submitted: auto-replied; owner-email=x", True),
        (b"Auto-Submitted: auto-generated", False),
        (b"Auto-Submitted: no", False),
        (b"X-Autoreply: yes", True),
        (b"Precedence: auto_reply", True),
        (b"Precedence: bulk", False),
        (b"Content-Type: multipart/report; boundary=x", True),
        (b"Content-Type: text/plain", False),
    ],
)
def test_what_is_automatic(header: bytes, automatic: bool) -> None:
    assert mime.is_automatic(b"From: a@x\r\n" + header + b"\r\n\r\nx") is automatic


PIECES = [
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''a\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"\r\n",
    b"begin 644 x\r\n",
    b"AAAA=",
    b"\0\xff\r",
    b" \t",
]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=40))
def test_nothing_made_of_its_syntax_makes_it_fail(pieces: list[bytes]) -> None:
    parts, _ = read(b"".join(pieces))
    assert len({part.path for part in parts}) == len(parts)
