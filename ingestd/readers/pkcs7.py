"""PKCS#7 / CMS (RFC 5652): signed data is unwrapped, enveloped data is a mail we cannot read.

The signature is not judged here: who sent something is told by DMARC, and a signed invoice is read
like any other. asn1crypto parses; nothing is decrypted.
"""

from collections.abc import Iterator

from asn1crypto import cms, pem

from ingestd.model import Case, Finding, Part
from ingestd.readers import mime


def _inner_name(part: Part) -> str:
    name = part.filename
    for suffix in (".p7m", ".p7s", ".p7c"):
        if name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return "" if name.lower() == "smime" else name


def read(part: Part, case: Case) -> Iterator[Part | Finding]:
    """Yield what a signature encloses as one part; nothing for a detached signature."""
    try:
        content = part.content
        if pem.detect(content):
            _, _, content = pem.unarmor(content)
        info = cms.ContentInfo.load(content)
        kind = info["content_type"].native
        if kind in ("enveloped_data", "encrypted_data", "authenticated_enveloped_data"):
            yield Finding("mail-encrypted", part.path)
            return
        if kind != "signed_data":
            raise ValueError(kind)
        inner = info["content"]["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if part.declared_type.endswith("-signature"):
            return  # a detached signature that is damaged takes nothing from what it signs
        yield Finding("mail-unreadable", part.path, detail=f"PKCS#7: {error}"[:120])
        return
    if not inner:
        return
    # S/MIME (RFC 8551) encloses a MIME entity, which may have no more than a Content-Type field.
    entity = inner.lstrip()[:13].lower() in (b"content-type:", b"mime-version:")
    yield Part(
        path=f"{part.path}/1",
        kind="message/rfc822" if entity or mime.is_message(inner) else "",
        content=inner,
        filename=_inner_name(part),
        disposition="attachment",
        parent=part.path,
        trail=(*part.trail, _inner_name(part) or "signed content"),
    )
