"""What octets really are, found by their bytes: never by what the sender calls them.

libmagic decides, except where it is known to be weak: PDF behind junk, XML by its document element,
office files inside ZIP, PKCS#7 in DER, messages.
"""

import io
import re
import zipfile
from functools import cache

import magic

from ingestd.en16931.xml import document_element
from ingestd.readers import _wrappings, mime
from ingestd.readers._charset import decode_text, is_wide

HEAD_BYTES = 64 * 1024
"""libmagic is shown this much; more changes nothing and costs time."""

PDF = "application/pdf"
MESSAGE = "message/rfc822"
EMPTY = "application/x-empty"
ZIP = "application/zip"
GZIP = "application/gzip"
PKCS7 = _wrappings.PKCS7
TNEF = _wrappings.TNEF
PGP = _wrappings.PGP
PGP_SIGNED = _wrappings.PGP_SIGNED
OUTLOOK = _wrappings.OUTLOOK
_OPEN_XML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
MACRO = "application/vnd.ms-office.macroenabled"
JAVA = "application/java-archive"
XML_TYPES = ("text/xml", "application/xml")
_UNTELLING = ("text/plain", "application/octet-stream", "application/json")
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
APPLE_DOUBLE = "application/applefile"
DS_STORE = "application/x-apple-ds-store"
_LITTER_SIGNATURES = {b"\x00\x05\x16\x07": APPLE_DOUBLE, b"\x00\x00\x00\x01Bud1": DS_STORE}
"""What macOS puts beside a file: its icon and other attributes (RFC 1740), never its data."""
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|macros/)", re.IGNORECASE)


_PDF_HEADER = re.compile(rb"[\r\n]%PDF-\d\.\d\s")
_PDF_OBJECT = re.compile(rb"\d+ \d+ obj\b")
_BODY_TYPES = ("", "text/plain", "text/html")
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Octets that no text of a mail has; ESC is in every Japanese one (ISO-2022-JP)."""


_ELSEWHERE = frozenset({"message/partial", "message/external-body"})
"""What is not here, or not all of it (RFC 2046 section 5.2): never put together, never fetched."""
_HTML = frozenset("html head body div p span table h1 h2 h3 br a b font center meta style".split())


@cache
def _magic() -> magic.Magic:
    return magic.Magic(mime=True)


def _in_zip(content: bytes) -> str:
    """Tell office files and programs from plain archives by the names inside (pitfall of libmagic)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:5000]
            mimetype = b""
            if "mimetype" in names[:3]:
                with archive.open("mimetype") as member:
                    mimetype = member.read(100)
    except Exception:  # noqa: BLE001 - a damaged archive is still an archive, its reader says so
        return ZIP
    if any(_MACROS.search(name) for name in names):
        return MACRO
    if "[Content_Types].xml" in names:
        for prefix, kind in _OPEN_XML.items():
            if any(name.startswith(prefix) for name in names):
                return kind
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return JAVA
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        return mimetype.decode("ascii", "replace")
    return ZIP


def _is_pdf(content: bytes) -> bool:
    """Tell a PDF, also behind a little junk (every viewer opens those), from an archive or a mail that
    begins with a PDF: what else is in there must not be overlooked."""
    before, mark, _ = content[:1024].partition(b"%PDF-")
    if not mark or before.startswith(_ZIP_SIGNATURES):
        return False
    if not before.strip():
        return True
    if not _PDF_HEADER.search(content[:1024]) and not _PDF_OBJECT.search(content):
        return False  # a text that speaks of PDF
    around = _magic().from_buffer(content[:HEAD_BYTES])
    return around in (PDF, *_UNTELLING) or (around.startswith("text/") and around != "text/html")


def _by_signature(content: bytes, declared: str, name: str) -> str:
    head = content[:1024]
    if head.lstrip().startswith(b"%PDF-"):
        return PDF
    if wrapping := _wrappings.kind_of(content, declared, name):
        return wrapping  # whose header is so short that a PDF in it begins in the first kilobyte
    if _is_pdf(content):
        return PDF
    for signature, kind in _LITTER_SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if head[:4] == b"\1\0\0\0" and head[40:44] == b" EMF":
        return "image/emf"
    return ""


def _not_data(kind: str, declared: str) -> str:
    """Return the media type of markup that is a page or a drawing rather than data, else `kind`."""
    if kind == "{http://www.w3.org/2000/svg}svg":
        return "image/svg+xml"
    namespace, _, name = kind.rpartition("}")
    page = namespace == "{http://www.w3.org/1999/xhtml" or (
        not namespace and (declared == "text/html" or name.lower() in _HTML)
    )
    return "text/html" if page and "/" not in kind.rpartition("}")[2] else kind


def _document_element(content: bytes, declared: str, name: str) -> str:
    """Return the document element of XML. The text of a mail is XML only if it says so by a
    declaration or a namespace: a letter may begin with `<Max Meier> wrote`."""
    kind = document_element(content) or ""
    declares_xml = b"<?xml" in content[:200].replace(b"\0", b"")  # in UTF-16 as well
    is_letter = not name and declared in _BODY_TYPES and not declares_xml
    return "" if is_letter and not kind.startswith("{") and kind.lower() not in _HTML else kind


def _is_prose(kind: str, content: bytes) -> bool:
    """Tell whether the text of a mail is just text, where libmagic sees a program or settings in it:
    a letter may begin with `[Ticket 5]`, `import` or a single letter."""
    return kind not in (MESSAGE, "text/html") and not _NOT_TEXT.search(content[:HEAD_BYTES])


def warm() -> None:
    """Load libmagic and its database, which a confined process could not open any more."""
    _magic().from_buffer(b"%PDF-1.7")


def detect(content: bytes, declared: str = "", name: str = "", charset: str = "") -> str:
    """Return what `content` is: a media type, or `{namespace}Root` for XML.

    `declared` and `name` only decide what bytes cannot: whether text with header fields is a message.
    `charset` is what a text is said to be written in.
    """
    if not content.strip():
        return EMPTY
    if declared in _ELSEWHERE:
        return declared
    if kind := _by_signature(content, declared, name) or _document_element(content, declared, name):
        return _not_data(kind, declared)
    if declared.startswith("text/") and is_wide(content, charset):
        content = decode_text(content, charset).encode()
    if declared.startswith("message/"):
        return MESSAGE if declared in (MESSAGE, "message/global", "message/news") else declared
    if (name.lower().endswith(".eml") or declared == "") and mime.is_message(content):
        return MESSAGE
    if declared in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return PKCS7  # damaged, or it would have been known by its bytes; its reader says so
    kind = _magic().from_buffer(content[:HEAD_BYTES])
    if kind in (ZIP, JAVA) or content.startswith(_ZIP_SIGNATURES):
        return _in_zip(content)
    if kind in _UNTELLING and (name.lower().endswith(".xml") or declared in XML_TYPES):
        return "application/xml"  # meant as XML; its reader says that it is none
    if kind == "text/plain" and declared in ("text/html", "text/calendar", "text/x-vcard"):
        return declared
    if not name and declared in _BODY_TYPES and _is_prose(kind, content):
        return declared or "text/plain"
    return MESSAGE if kind == MESSAGE and mime.is_message(content) else kind
