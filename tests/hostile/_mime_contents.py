"""Well-formed mails that bring malware, programs, locked or absent things, or deceive by a name."""

import base64
from random import Random

from asn1crypto import cms

from tests.hostile._hostile import EICAR, Bait, harmful, noise, sample
from tests.hostile._mail_builder import (
    BASE64,
    CRLF,
    attached,
    body,
    encode,
    entity,
    head,
    malware_part,
    multipart,
    single,
    text,
)


def malware(rng: Random, bait: Bait) -> bytes:
    return multipart(
        rng, text(), malware_part(rng), attached("facture.xml", sample("ubl-invoice.xml"))
    )


def program(rng: Random, bait: Bait) -> bytes:
    name, content = harmful(rng)
    return multipart(rng, text(), attached(name, content, b"application/octet-stream"))


def partial(rng: Random, bait: Bait) -> bytes:
    """A piece of a message (message/partial): put together elsewhere, and scanned by nobody."""
    n = rng.randint(1, 3)
    kind = b'Content-Type: message/partial; id="a@b"; number=%d; total=3' % n
    inner = multipart(rng, text(), malware_part(rng))
    piece = inner[len(inner) // 3 * (n - 1) : len(inner) // 3 * n]
    whole = head(rng, kind) + CRLF + piece
    return whole if rng.random() < 0.5 else multipart(rng, text(), entity(piece, kind))


def external_body(rng: Random, bait: Bait) -> bytes:
    """A part that is elsewhere (message/external-body, RFC 2046 section 5.2.3): never fetched."""
    kind = rng.choice(
        (f'access-type=URL; URL="http://127.0.0.1:{bait.port}/a.pdf"',
         f'access-type=local-file; name="{bait.file}"',
         f'access-type=anon-ftp; site="{bait.host}"; name="a.pdf"',
         f'access-type=tftp; site=127.0.0.1; name="{bait.file}"')
    ).encode()  # fmt: skip
    inner = b"Content-Type: application/pdf" + CRLF + CRLF
    return multipart(rng, text(), entity(inner, b"Content-Type: message/external-body; " + kind))


def deceptive_name(rng: Random, bait: Bait) -> bytes:
    """A valid invoice under a name that deceives."""
    name = rng.choice(
        ("facture\u202efdp.exe", "facture\u2066.pdf", "facture.pdf.exe", "\u200ffacture.pdf",
         "a\x1b[2J.pdf",
         "a\tb.pdf", "facture.pdf .scr", "facture.xml.lnk", "x\x07.pdf", "facture.docx.js",
         "a\x7f.pdf")
    )  # fmt: skip
    encoded = base64.b64encode(name.encode()).decode()
    percent = "".join(f"%{one:02X}" for one in name.encode())
    field = rng.choice(
        (f"attachment; filename*=utf-8''{percent}", f'attachment; filename="=?utf-8?B?{encoded}?="',
         f"attachment; filename*0*=utf-8''{percent[:30]}; filename*1*={percent[30:]}")
    )  # fmt: skip
    return _single_valid(rng, f"Content-Disposition: {field}".encode())


def _single_valid(rng: Random, disposition: bytes) -> bytes:
    content = encode(sample("plain-invoice.pdf"))
    return multipart(
        rng, text(), entity(content, b"Content-Type: application/pdf", BASE64, disposition)
    )


def odd_name(rng: Random, bait: Bait) -> bytes:
    """RFC 2231 and 2047 at their worst; the file is malware."""
    disposition = rng.choice(
        (b"filename*=a; filename*0=b", b"filename*999999999999=x; filename*0=a",
         b"filename*1=b; filename*3=d",
         b"filename*=utf-7''+ACIAfgAi-", b"filename*=utf-8''%ff%fe%zz",
         b"filename*=unicode_escape''%5Cu202e",
         b"filename*0*=utf-8''%; filename*0*=x; filename*1=y",
         b'filename="' + b"a" * 3000 + b'.pdf"',
         b'filename="=?utf-8?B?' + b"w" * 999 + b'?="', b'filename="' + bait.file.encode() + b'"',
         b'filename="..\\..\\a.pdf"',
         b'filename="a.pdf\x00.exe"', b'filename="CON"', b'filename=""', b"filename", b"filename=",
         b'filename="a', b"=x;=y",
         b"filename*='''''", b"; ".join(b"filename*%d=a" % n for n in range(900)),
         b'filename="=?x?q?' + b"=" * 500 + b'?="')
    )  # fmt: skip
    return single(
        rng,
        encode(EICAR),
        b"Content-Type: application/pdf",
        BASE64,
        b"Content-Disposition: attachment; " + disposition,
    )


def sealed(rng: Random, bait: Bait) -> bytes:
    """Encrypted, or said to be: S/MIME and PGP without a key."""
    kind, content = rng.choice(
        ((b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", noise(rng, 600)),
         (b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", noise(rng, 600)),
         (b"application/pgp-encrypted",
          b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"))
    )  # fmt: skip
    return multipart(rng, text(), attached("smime.p7m", content, kind))


def signed_malware(rng: Random, bait: Bait) -> bytes:
    """Malware inside opaque signed data (RFC 5652)."""
    inner = malware_part(rng) if rng.random() < 0.5 else EICAR
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": inner},
            "signer_infos": [],
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    name = rng.choice(("smime.p7m", "facture.xml.p7m", "facture.pdf.p7m"))
    return multipart(
        rng, text(), attached(name, made, b"application/pkcs7-mime; smime-type=signed-data")
    )


def outlook_wrapping(rng: Random, bait: Bait) -> bytes:
    """winmail.dat and .msg that are broken."""
    content, name = rng.choice(
        ((b"\x78\x9f\x3e\x22" + noise(rng, rng.randint(0, 400)), "winmail.dat"),
         (b"\x78\x9f\x3e\x22\1\0\2\x0f\x80\6\0\xff\xff\xff\x7f" + EICAR, "winmail.dat"),
         (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(rng, 700), "message.msg"))
    )  # fmt: skip
    return multipart(rng, text(), attached(name, content, b"application/ms-tnef"))


def wrapped_malware(rng: Random, bait: Bait) -> bytes:
    """Malware in a mail in a mail, as .eml, without a name, or inline."""
    inner = multipart(rng, text(), malware_part(rng))
    part = rng.choice(
        (entity(inner, b"Content-Type: message/rfc822"),
         attached("fwd.eml", inner, b"application/octet-stream"),
         entity(encode(EICAR), b"Content-Type: application/octet-stream", BASE64),
         entity(EICAR, b"Content-Type: text/plain"),
         entity(encode(EICAR), b"Content-Type: image/png", BASE64, b"Content-ID: <logo>",
         b"Content-Disposition: inline"),
         entity(inner, b"Content-Type: text/plain",
         b"Content-Disposition: attachment; filename=a.eml"))
    )  # fmt: skip
    return multipart(rng, text(), part)


def malware_in_report(rng: Random, bait: Bait) -> bytes:
    """A bounce, a receipt, an automatic answer, an invitation: with malware in it, no harmless mail."""
    kind = rng.choice(
        (b"Content-Type: multipart/report; report-type=delivery-status; boundary=aaa",
         b"Auto-Submitted: auto-replied", b"Precedence: auto_reply")
    )  # fmt: skip
    fields = (
        (kind,)
        if kind.startswith(b"Content")
        else (b"Content-Type: multipart/mixed; boundary=aaa", kind)
    )
    return head(rng, *fields) + CRLF + body(b"aaa", text(), malware_part(rng))


def active_page(rng: Random, bait: Bait) -> bytes:
    page = rng.choice(
        (f"<html><script>location='http://127.0.0.1:{bait.port}'</script></html>",
         "<html><form action=x><input type=password></form></html>",
         "<html><body onload=alert(1)>x</body></html>",
         f"<html><iframe src='http://{bait.host}'></iframe></html>")
    )  # fmt: skip
    return multipart(rng, text(), attached("facture.html", page.encode(), b"text/html"))


def empty_file(rng: Random, bait: Bait) -> bytes:
    return multipart(rng, text(), attached("facture.pdf", rng.choice((b"", b" ", b"\r\n\r\n"))))


def other_content(rng: Random, bait: Bait) -> bytes:
    """A file that is not what its name says, and of a kind that is not taken."""
    content = rng.choice(
        (
            b"<html><script>1</script></html>",
            noise(rng, 900),
            b"\x7fELF" + bytes(90),
            b"#!/bin/sh\nrm -rf /\n",
        )
    )
    return multipart(rng, text(), attached(rng.choice(("facture.pdf", "facture.bin.pdf")), content))
