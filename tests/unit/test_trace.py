"""The trace of a mail: RFC 5321 section 4.4, and nothing that a stranger could forge with it."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ingestd.model import Envelope
from ingestd.trace import trace

PLAIN = Envelope(
    mail_from="supplier@sender.example",
    rcpt_to=("fr40303265045@in.example.com",),
    peer="192.0.2.7",
    helo="mail.sender.example",
    tls=False,
    received_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    by="mx.example.com",
)
SECURE = replace(
    PLAIN,
    tls=True,
    protocol="ESMTPS",
    tls_version="TLSv1.3",
    tls_cipher="TLS_AES_256_GCM_SHA384",
    peer="2001:db8::7",
)


def test_a_plain_mail() -> None:
    assert trace(PLAIN, "1m7y3d3d37dmvjdt", "other.example") == (
        b"Return-Path: <supplier@sender.example>\r\n"
        b"Delivered-To: fr40303265045@in.example.com\r\n"
        b"Received: from mail.sender.example ([192.0.2.7])\r\n"
        b"\tby mx.example.com (ingestd) with ESMTP id 1m7y3d3d37dmvjdt"
        b" for <fr40303265045@in.example.com>;\r\n"
        b"\tSat, 21 Nov 2026 09:30:00 +0000\r\n"
    )


def test_tls_is_told_with_its_version_and_cipher() -> None:
    found = trace(SECURE, "1m7y3d3d37dmvjdt", "mx.example.com").decode()
    assert "\t(using TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n" in found
    assert "([IPv6:2001:db8::7])" in found
    assert " with ESMTPS id " in found


def test_a_mail_to_several_does_not_tell_one_of_the_others() -> None:
    both = replace(PLAIN, rcpt_to=("a@in.example.com", "b@in.example.com"))
    found = trace(both, "1m7y3d3d37dmvjdt", "", ["b@in.example.com"]).decode()
    assert "a@in.example.com" not in found
    assert " for " not in found
    assert "Delivered-To: b@in.example.com\r\n" in found


def test_the_null_sender_an_address_literal_and_a_quoted_local_part() -> None:
    odd = replace(PLAIN, mail_from="", helo="[192.0.2.7]", by="")
    assert trace(odd, "i", "mx.example.com").startswith(b"Return-Path: <>\r\n")
    assert b"from [192.0.2.7] ([192.0.2.7])" in trace(odd, "i", "mx.example.com")
    assert b"by mx.example.com (ingestd)" in trace(odd, "i", "mx.example.com")
    quoted = replace(PLAIN, mail_from='"john doe"@sender.example')
    assert trace(quoted, "i", "").startswith(b'Return-Path: <"john doe"@sender.example>\r\n')


@pytest.mark.parametrize("field", ["helo", "mail_from", "peer", "by", "tls_cipher", "protocol"])
@given(text=some.text(max_size=600))
def test_nobody_forges_a_field_or_an_escape_sequence(field: str, text: str) -> None:
    found = trace(replace(SECURE, **{field: text}), "1m7y3d3d37dmvjdt", "mx.example.com")
    lines = found.decode("ascii").split("\r\n")
    assert [line.partition(" ")[0] for line in lines] == [
        "Return-Path:",
        "Delivered-To:",
        "Received:",
        "\t(using",
        "\tby",
        "\tSat,",
        "",
    ]
    assert all(len(line) < 998 for line in lines)
    assert all(letter == "\t" or " " <= letter <= "~" for line in lines for letter in line)
    received = found.decode().partition("Received:")[2]
    assert received.count("(") == received.count(")") == 3
    assert received.count(";") >= 1
    message = email.message_from_bytes(found + b"\r\n", policy=email.policy.default)
    assert message.keys() == ["Return-Path", "Delivered-To", "Received"]
