"""OpenPGP: signed files are read, sealed ones are said to be, detached signatures are nothing."""

import base64
import bz2
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Case, Finding, Limits, Part
from ingestd.readers import kinds, openpgp, reader_for

CASE = Case(company=None, today=date(2026, 10, 5))


def literal(content: bytes, *, partial: bool = False) -> bytes:
    """Return a literal data packet, in the new format; in two pieces if `partial`."""
    body = b"b\x01x\0\0\0\0" + content
    if partial:
        return b"\xcb\xe9" + body[:512] + bytes([len(body) - 512]) + body[512:]
    return b"\xcb\xff" + len(body).to_bytes(4, "big") + body


def signed(content: bytes) -> bytes:
    """Return a one-pass signed message, its signature left out."""
    one_pass = b"\x90\x0d\x03\0\x0a\x01" + bytes(9)
    return one_pass + literal(content) + b"\x89\0\x01\x04"


def read(content: bytes, name: str = "facture.xml.gpg", case: Case = CASE) -> list[Part | str]:
    """Return parts, and the reasons of findings."""
    kind = kinds.detect(content, "application/octet-stream", name)
    part = Part(path="2", kind=kind, content=content, filename=name, trail=("mail", name))
    reader = reader_for(kind)
    found = reader(part, case) if reader else ()
    return [
        one.reason if isinstance(one, Finding) else one
        for one in found
        if isinstance(one, Finding | Part)
    ]


def only(content: bytes, name: str = "facture.xml.gpg") -> Part:
    (part,) = read(content, name)
    assert isinstance(part, Part)
    return part


@pytest.mark.parametrize(
    "content",
    [
        literal(b"<a/>"),
        signed(b"<a/>"),
        b"\xa3\x01" + zlib.compress(signed(b"<a/>"), wbits=-15),
        b"\xa3\x02" + zlib.compress(literal(b"<a/>")),
        b"\xa3\x03" + bz2.compress(literal(b"<a/>")),
    ],
)
def test_signed_files_are_read(content: bytes) -> None:
    part = only(content)
    assert (part.content, part.filename, part.path) == (b"<a/>", "facture.xml", "2/facture.xml")
    text = base64.encodebytes(content)
    armoured = (
        b"-----BEGIN PGP MESSAGE-----\nVersion: 1\n\n"
        + text
        + b"=abcd\n-----END PGP MESSAGE-----\n"
    )
    assert only(armoured, "facture.xml.asc").content == b"<a/>"


def test_partial_lengths_are_joined() -> None:
    content = b"x" * 600
    assert only(literal(content, partial=True)).content == content


def test_text_signed_in_the_clear() -> None:
    text = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n<a>\r\n- -- b\r\n</a>\r\n"
        b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n"
    )
    part = only(text, "facture.xml.asc")
    assert (part.content, part.filename) == (b"<a>\r\n-- b\r\n</a>", "facture.xml")
    assert kinds.detect(text, "text/plain", "") == "text/plain"  # in a body it is just the text
    assert read(text[:60], "facture.xml.asc") == ["mail-unreadable"]


@pytest.mark.parametrize(
    "first", ["85018c03", "8c0d0409", "c1c04c03", "a40101", "d2ff00000001", "d4ff00000001"]
)
def test_encrypted_files_are_said_to_be(first: str) -> None:
    sealed = bytes.fromhex(first) + bytes(range(200))
    assert read(sealed) == ["mail-encrypted"]
    assert kinds.detect(sealed, "application/octet-stream", "facture.bin") != kinds.PGP


def test_a_message_in_the_text_of_a_mail() -> None:
    text = (
        b"Bonjour,\r\n" * 200
        + b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA000\r\n-----END PGP MESSAGE-----\r\n"
    )
    assert kinds.detect(text, "text/plain", "") == kinds.PGP
    quoted = b"> -----BEGIN PGP MESSAGE----- is what such a message begins with\r\n"
    assert kinds.detect(quoted, "text/plain", "") == "text/plain"


def test_detached_signatures_are_ignored() -> None:
    for content in (b"\x89\x01\xb3\x04" + bytes(99), b"\xc2\x40\x04" + bytes(99)):
        assert kinds.detect(content, "", "facture.pdf.sig") == "application/pgp-signature"
    text = b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
    assert kinds.detect(text, "", "facture.pdf.asc") == "application/pgp-signature"


@pytest.mark.parametrize(("size", "refused"), [(99, False), (100, False), (101, True)])
def test_the_limit_of_what_inflates(size: int, refused: bool) -> None:
    packet = literal(bytes(size - 13))
    assert len(packet) == size
    case = Case(company=None, today=CASE.today, limits=Limits(file_bytes=100))
    found = read(b"\xa3\x02" + zlib.compress(packet), case=case)
    assert (found == ["archive-refused"]) is refused


@pytest.mark.parametrize(
    "content",
    [
        b"\xcb" + b"\xe0x" * 300_000,  # a literal in pieces of one octet
        b"\x88\0" * 300_000,  # signatures of nothing
        b"-----BEGIN PGP MESSAGE-----\n\nx\n" * 3_000,
        b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n" * 3_000,
    ],
)
def test_what_would_take_for_ever_is_given_up(content: bytes) -> None:
    """Measured: 300 kB of it took seconds while every beginning was tried; now it is given up at once."""
    part = Part(path="2", kind=kinds.PGP, content=content, filename="a.pgp", trail=("mail",))
    (sealed,), (clear,) = openpgp.read(part, CASE), openpgp.read_signed(part, CASE)
    assert isinstance(sealed, Finding)
    assert isinstance(clear, Finding)


def test_packets_in_packets_end() -> None:
    content = literal(b"<a/>")
    for _ in range(9):
        content = b"\xa3\x02" + zlib.compress(content)
    assert read(content) == ["mail-encrypted"]


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_any_octets(octets: bytes) -> None:
    samples = (octets, b"\xa3" + octets, signed(b"<a/>")[:20] + octets)
    for content in samples:
        part = Part(path="2", kind=kinds.PGP, content=content, filename="a.pgp", trail=("mail",))
        assert len(list(openpgp.read(part, CASE))) == 1
        assert len(list(openpgp.read_signed(part, CASE))) == 1
