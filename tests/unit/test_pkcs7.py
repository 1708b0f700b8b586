"""S/MIME and CAdES: what is signed is read, what is encrypted is said to be."""

import base64
import zlib
from datetime import date

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Case, Finding, Limits, Part
from ingestd.readers import kinds, pkcs7

CASE = Case(company=None, today=date(2026, 10, 5))


def signed(content: bytes | None) -> bytes:
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": content},
            "signer_infos": [],
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return made


def read(content: bytes, filename: str = "smime.p7m", declared: str = "") -> list[Part | Finding]:
    part = Part(path="2", kind="application/pkcs7-mime", content=content, filename=filename)
    part = Part(
        path="2",
        kind=part.kind,
        content=content,
        filename=filename,
        declared_type=declared,
        trail=("mail", filename),
    )
    return list(pkcs7.read(part, CASE))


def test_a_signed_entity_is_a_message() -> None:
    (part,) = read(signed(b"Content-Type: text/plain\r\n\r\nhello"))
    assert isinstance(part, Part)
    assert (part.path, part.kind) == ("2/1", "message/rfc822")


def test_a_signed_file_keeps_its_name() -> None:
    (part,) = read(signed(b"<a/>"), "fattura.xml.p7m")
    assert isinstance(part, Part)
    assert (part.filename, part.content, part.kind) == ("fattura.xml", b"<a/>", "")


def test_armoured() -> None:
    text = base64.encodebytes(signed(b"<a/>"))
    armoured = b"-----BEGIN PKCS7-----\n" + text + b"-----END PKCS7-----\n"
    (part,) = read(armoured, "a.p7m")
    assert isinstance(part, Part)
    assert part.content == b"<a/>"


def test_a_detached_signature_encloses_nothing() -> None:
    assert read(signed(None), "smime.p7s") == []


def test_encrypted() -> None:
    data = cms.EnvelopedData(
        {
            "version": "v0",
            "recipient_infos": [],
            "encrypted_content_info": {
                "content_type": "data",
                "content_encryption_algorithm": {
                    "algorithm": "aes256_cbc",
                    "parameters": bytes(16),
                },
                "encrypted_content": bytes(64),
            },
        }
    )
    content = cms.ContentInfo({"content_type": "enveloped_data", "content": data}).dump()
    (found,) = read(content)
    assert isinstance(found, Finding)
    assert found.reason == "mail-encrypted"


@pytest.mark.parametrize("content", [b"", b"\x30\x80", b"garbage", signed(b"x" * 99)[:60]])
def test_damage_is_said(content: bytes) -> None:
    (found,) = read(content)
    assert isinstance(found, Finding)
    assert found.reason == "mail-unreadable"
    assert read(content, declared="application/pkcs7-signature") == []


def ber(tag: int, *parts: bytes) -> bytes:
    """Return a value of indefinite length, as programs write that stream."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def streamed(*pieces: bytes) -> bytes:
    """Return signed data in BER, its content in pieces."""
    oid = {name: cms.ContentType(name).dump() for name in ("signed_data", "data")}
    chunks = [b"\x04\x82" + len(one).to_bytes(2, "big") + one for one in pieces]
    inner = ber(0x30, oid["data"], ber(0xA0, ber(0x24, *chunks)))
    return ber(
        0x30, oid["signed_data"], ber(0xA0, ber(0x30, b"\x02\x01\x01\x31\0", inner, b"\x31\0"))
    )


def compressed(content: bytes) -> bytes:
    data = cms.CompressedData(
        {
            "version": "v0",
            "compression_algorithm": {"algorithm": "zlib"},
            "encap_content_info": {"content_type": "data", "content": content},
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "compressed_data", "content": data}).dump()
    return made


def test_pieces_of_indefinite_length() -> None:
    content = streamed(b"<a>" + b"x" * 500, b"y" * 500 + b"</a>")
    assert kinds.detect(content, "", "fattura.xml.p7m") == kinds.PKCS7
    (part,) = read(content, "fattura.xml.p7m")
    assert isinstance(part, Part)
    assert part.content == b"<a>" + b"x" * 500 + b"y" * 500 + b"</a>"


def test_compressed_data() -> None:
    content = compressed(zlib.compress(b"<a/>"))
    assert kinds.detect(content, "", "facture.xml.p7z") == kinds.PKCS7
    (part,) = read(content, "facture.xml.p7z")
    assert isinstance(part, Part)
    assert (part.filename, part.content) == ("facture.xml", b"<a/>")


@pytest.mark.parametrize(("size", "refused"), [(99, False), (100, False), (101, True)])
def test_the_limit_of_compressed_data(size: int, refused: bool) -> None:
    case = Case(company=None, today=CASE.today, limits=Limits(file_bytes=100))
    content = compressed(zlib.compress(bytes(size)))
    part = Part(path="2", kind=kinds.PKCS7, content=content, filename="a.p7z")
    (found,) = pkcs7.read(part, case)
    assert isinstance(found, Finding) is refused


@pytest.mark.parametrize("packed", [b"", b"garbage", zlib.compress(b"<a/>" * 99)[:-9]])
def test_damaged_compression(packed: bytes) -> None:
    (found,) = read(compressed(packed), "a.p7z")
    assert isinstance(found, Finding)
    assert found.reason == "mail-unreadable"


def test_bare_base64() -> None:
    text = base64.encodebytes(signed(b"<a/>" * 50))
    assert kinds.detect(text, "application/octet-stream", "facture.xml.p7m") == kinds.PKCS7
    (part,) = read(text, "facture.xml.p7m")
    assert isinstance(part, Part)
    assert part.content == b"<a/>" * 50
    assert kinds.detect(b"MIND the gap", "text/plain", "note.p7m") != kinds.PKCS7


def test_authenticated_encryption() -> None:
    oid = bytes.fromhex("060b2a864886f70d0109100117")
    content = b"\x30\x82\0\x20" + oid + b"\xa0\x82\0\x0f\x30\x0d" + bytes(13)
    assert kinds.detect(content, "", "smime.p7m") == kinds.PKCS7
    (found,) = read(content)
    assert isinstance(found, Finding)
    assert found.reason == "mail-encrypted"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_is_a_part_or_a_reason(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([signed(b"<a/>"), streamed(b"a", b"b"), compressed(b"x")]))
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert len(read(bytes(content), "a.p7m")) <= 1
    assert len(read(whole[: data.draw(st.integers(0, len(whole)))], "a.p7m")) <= 1
