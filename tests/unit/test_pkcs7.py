"""S/MIME and CAdES: what is signed is read, what is encrypted is said to be."""

import base64
from datetime import date

import pytest
from asn1crypto import cms

from ingestd.model import Case, Finding, Part
from ingestd.readers import pkcs7

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
