"""Which wrapping octets are, told by their first bytes: CMS, OpenPGP, TNEF, Outlook, archives.

Where libmagic knows a wrapping, it is asked (`kinds`); here is what it does not know, or knows too late.
"""

import base64
import binascii
import re

from ingestd.readers import msg, openpgp

PKCS7 = "application/pkcs7-mime"
TNEF = "application/ms-tnef"
PGP = "application/pgp-encrypted"
PGP_SIGNATURE = "application/pgp-signature"
PGP_SIGNED = openpgp.SIGNED
OUTLOOK = "application/vnd.ms-outlook"

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_FIRST = {
    b"\x78\x9f\x3e\x22": TNEF,
    b"MSCF\0\0\0\0": "application/vnd.ms-cab-compressed",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"Rar!\x1a\x07": "application/x-rar",
    b"\x1f\x8b\x08": "application/gzip",
}
_CMS = tuple(
    bytes.fromhex(oid)
    for oid in ("06092a864886f70d0107", "060b2a864886f70d0109100109", "060b2a864886f70d0109100117")
)
"""The object identifiers of RFC 5652 content types, of compressed data (RFC 3274) and of
authenticated enveloped data (RFC 5083)."""
_CMS_ARMOUR = (
    b"-----BEGIN PKCS7-----",
    b"-----BEGIN CMS-----",
    b"-----BEGIN PKCS #7 SIGNED DATA-----",
)
_PGP_ARMOUR = re.compile(rb"^-----BEGIN PGP MESSAGE(, PART [\d/]+)?-----[ \t]*\r?$", re.MULTILINE)
_PGP_NAMES = (".pgp", ".gpg", ".asc", ".sig")
_PGP_SEALED = frozenset({1, 3, 4, 8, 9, 11, 18, 20})
"""Packet tags (RFC 9580 section 5) that a message begins with; 2 alone is a detached signature."""
_ARJ_NAME = ".arj"


def is_cms(content: bytes) -> bool:
    """Tell DER or BER of a CMS content info by its object identifier."""
    return content[:1] == b"\x30" and any(oid in content[:40] for oid in _CMS)


def unarmoured_cms(content: bytes) -> bytes:
    """Return the DER inside bare base64, as some programs write `.p7m`; b"" where it is none."""
    head = content[:200].strip()
    if not head.startswith(b"MI"):
        return b""
    try:
        found = base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if is_cms(found) else b""


def _openpgp(content: bytes, declared: str, name: str) -> str:
    if b"-----BEGIN PGP MESSAGE" in content and _PGP_ARMOUR.search(content):
        return PGP
    if name and content[:200].lstrip().startswith(b"-----BEGIN PGP SIGNED MESSAGE-----"):
        return PGP_SIGNED  # a file; the text of a mail is read as it stands
    first = content[0]
    if not first & 0x80 or not (name.lower().endswith(_PGP_NAMES) or "pgp" in declared):
        return ""
    tag = first & 0x3F if first & 0x40 else first >> 2 & 0x0F
    if tag == 2:
        return PGP_SIGNATURE
    return PGP if tag in _PGP_SEALED else ""


def kind_of(content: bytes, declared: str, name: str) -> str:
    """Return the media type of a wrapping, "" for anything else. `declared` and `name` only decide
    where octets cannot: OpenPGP packets begin like any binary."""
    head = content[:64]
    for signature, kind in _FIRST.items():
        if head.startswith(signature):
            return kind
    if is_cms(content) or content[:200].lstrip().startswith(_CMS_ARMOUR):
        return PKCS7
    if head.startswith(_OLE):
        return OUTLOOK if msg.is_message(content) else ""
    if head.startswith(b"\x60\xea") and name.lower().endswith(_ARJ_NAME):
        return "application/x-arj"
    if name.lower().endswith((".p7m", ".p7s")) and unarmoured_cms(content):
        return PKCS7
    return _openpgp(content, declared, name) if content else ""
