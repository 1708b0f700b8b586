"""PKCS#7 / CMS (RFC 5652): signed and compressed data is unwrapped, enveloped data cannot be read.

The signature is not judged here: who sent something is told by DMARC, and a signed invoice is read
like any other. asn1crypto parses, DER and BER of indefinite length alike; nothing is decrypted.
"""

import zlib
from collections.abc import Iterator

from asn1crypto import cms, pem

from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers import _children, _wrappings, mime

_SEALED = ("enveloped_data", "encrypted_data", "authenticated_enveloped_data")
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class _TooMuch(Exception):  # noqa: N818 - says that it inflates beyond the limit
    pass


def _inner_name(part: Part) -> str:
    name = part.filename
    for suffix in (".p7m", ".p7s", ".p7c", ".p7z"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return "" if name.lower() == "smime" else name


def _is_sealed(content: bytes) -> bool:
    """Tell encrypted data, of which not everything must be intact to say so."""
    return str(cms.ContentInfo.load(content)["content_type"].native) in _SEALED


def _inflate(packed: bytes, most: int) -> bytes:
    inflator = zlib.decompressobj()
    try:
        data = inflator.decompress(packed, most + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(data) > most:
        raise _TooMuch
    if not inflator.eof:
        raise ValueError("compressed data that ends too early")
    return data


def _unwrap(content: bytes, most: int) -> bytes | None:
    """Return what signed or compressed data encloses, None for a detached signature."""
    info = cms.ContentInfo.load(content)
    kind = info["content_type"].native
    if kind not in ("signed_data", "compressed_data"):
        raise ValueError(kind)
    inner: bytes | None = info["content"]["encap_content_info"]["content"].native
    if inner is not None and not isinstance(inner, bytes):
        raise TypeError("no octets inside")
    return _inflate(inner or b"", most) if kind == "compressed_data" else inner


def _wrapped(part: Part, inner: bytes) -> Part:
    """Return what was unwrapped as a part. S/MIME (RFC 8551) encloses a MIME entity, which may have
    no more than a Content-Type field; it gets a section number like any part of a mail."""
    name = _inner_name(part)
    entity = inner.lstrip()[:13].lower() in (b"content-type:", b"mime-version:")
    if name and not entity:
        return _children.child(part, name, inner, set())
    return Part(
        path=f"{part.path}/1",
        kind="message/rfc822" if entity or mime.is_message(inner) else "",
        content=inner,
        filename=name,
        disposition="attachment",
        parent=part.path,
        trail=(*part.trail, name or "signed content"),
    )


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield what a signature encloses as one part, nothing for a detached one; `mail-encrypted` for
    what there is no key for."""
    try:
        content = part.content
        if pem.detect(content):
            _, _, content = pem.unarmor(content)
        content = _wrappings.unarmoured_cms(content) or content
        if _is_sealed(content):
            yield Finding("mail-encrypted", part.path, detail="S/MIME")
            return
        inner = _unwrap(content, min(case.limits.file_bytes, case.limits.archive_bytes))
    except _TooMuch:
        detail = Bilingual("compressed beyond the limit", "compressé au-delà de la limite")
        yield Finding("archive-refused", part.path, detail=detail)
        return
    except _BROKEN as error:
        if part.declared_type.endswith("-signature"):
            return  # a detached signature that is damaged takes nothing from what it signs
        yield Finding("mail-unreadable", part.path, detail=f"PKCS#7: {error}"[:120])
        return
    if inner:
        yield _wrapped(part, inner)
