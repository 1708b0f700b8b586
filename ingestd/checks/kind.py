"""Which kinds of file can be an invoice, travel with one, or are refused, in one table of kinds."""

import re
from collections.abc import Iterator
from enum import Enum

from ingestd.checks.name import is_domain
from ingestd.model import Bilingual, Case, Finding, Part
from ingestd.readers.mime import OTHER_READING
from ingestd.readers.polyglots import other_nature
from ingestd.readers.programs import is_program


class Treatment(Enum):
    """What a kind of file is good for."""

    OPEN = "it has a reader"
    PAGE = "a picture of an invoice, perhaps"
    PICTURE = "decoration, or a picture of a kind that is not read"
    COMPANION = "never an invoice, welcome beside one"
    IGNORE = "never of interest"
    REFUSE = "not accepted"


_COMPANIONS = {
    "text/plain": Bilingual("text", "texte"),
    "text/csv": Bilingual("CSV", "CSV"),
    "text/html": Bilingual("HTML", "HTML"),
    "text/rtf": Bilingual("RTF", "RTF"),
    "application/rtf": Bilingual("RTF", "RTF"),
    "application/msword": Bilingual("Word", "Word"),
    "application/vnd.ms-excel": Bilingual("Excel", "Excel"),
}
_COMPANION_FAMILIES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml": Bilingual("Word", "Word"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml": Bilingual("Excel", "Excel"),
    "application/vnd.openxmlformats-officedocument": Bilingual("Office", "Office"),
    "application/vnd.oasis.opendocument": Bilingual("OpenDocument", "OpenDocument"),
}
PAGES = frozenset({"image/jpeg", "image/png", "image/tiff"})
"""Pictures that are read as pages."""
READABLE_PHOTOS = PAGES | {"image/heic", "image/heif", "image/webp"}
"""Kinds that people photograph and scan in; the others are drawn."""
_PICTURES = {
    "image/gif": Bilingual("GIF picture", "image GIF"),
    "image/bmp": Bilingual("BMP picture", "image BMP"),
    "image/x-ms-bmp": Bilingual("BMP picture", "image BMP"),
    "image/webp": Bilingual("WebP picture", "image WebP"),
    "image/heic": Bilingual("HEIC picture", "image HEIC"),
    "image/heif": Bilingual("HEIF picture", "image HEIF"),
    "image/avif": Bilingual("AVIF picture", "image AVIF"),
    "image/jp2": Bilingual("JPEG 2000 picture", "image JPEG 2000"),
    "image/x-jp2-codestream": Bilingual("JPEG 2000 picture", "image JPEG 2000"),
    "image/jxl": Bilingual("JPEG XL picture", "image JPEG XL"),
    "image/jxr": Bilingual("JPEG XR picture", "image JPEG XR"),
    "image/vnd.djvu": Bilingual("DjVu scan", "numérisation DjVu"),
    "image/vnd.adobe.photoshop": Bilingual("Photoshop picture", "image Photoshop"),
    "image/svg+xml": Bilingual("SVG drawing", "dessin SVG"),
    "image/vnd.microsoft.icon": Bilingual("icon", "icône"),
    "image/x-icon": Bilingual("icon", "icône"),
    "image/wmf": Bilingual("WMF drawing", "dessin WMF"),
    "image/emf": Bilingual("EMF drawing", "dessin EMF"),
}
_IGNORED = frozenset(
    {"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "application/ics"}
    | {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
    | {"application/pgp-keys", "text/css", "message/delivery-status", "message/rfc822-headers"}
    | {
        "application/x-empty",
        OTHER_READING,
        "application/applefile",
        "application/x-apple-ds-store",
        "message/disposition-notification",
        "text/rfc822-headers",
        "application/pgp-encrypted",
    }
)
_LITTER = {
    "thumbs.db": ("application/x-ole-storage", "application/CDFV2"),
    "desktop.ini": ("text/", "application/x-wine-extension-ini"),
    "filelist.xml": ("xml",),
    "colorschememapping.xml": ("{http://schemas.openxmlformats.org/drawingml/",),
    "themedata.thmx": ("application/zip", "application/vnd.openxmlformats-officedocument"),
    "oledata.mso": ("application/octet-stream", "application/x-ole-storage"),
}
"""What Windows leaves in folders and Word beside the HTML that it writes for Outlook: name -> kinds."""
_ACTIVE_HTML = re.compile(
    rb"<(script|form|iframe|object|embed|applet|meta[^>]{1,200}refresh)\b|javascript:|\son\w{3,20}\s*=",
    re.IGNORECASE,
)
_PACKED_DRAWINGS = (".wmz", ".emz")
_NAMES = {
    "application/x-dosexec": Bilingual("Windows program", "programme Windows"),
    "application/vnd.microsoft.portable-executable": Bilingual(
        "Windows program", "programme Windows"
    ),
    "application/x-executable": Bilingual("Linux program", "programme Linux"),
    "application/x-pie-executable": Bilingual("Linux program", "programme Linux"),
    "application/x-sharedlib": Bilingual("Linux program", "programme Linux"),
    "application/x-mach-binary": Bilingual("macOS program", "programme macOS"),
    "application/java-archive": Bilingual("Java program", "programme Java"),
    "application/vnd.ms-office.macroenabled": Bilingual(
        "Office document with macros", "document Office avec macros"
    ),
    "application/x-ms-shortcut": Bilingual("Windows shortcut", "raccourci Windows"),
    "application/x-ole-storage": Bilingual("Office or Outlook", "Office ou Outlook"),
    "application/CDFV2": Bilingual("Office or Outlook", "Office ou Outlook"),
    "application/vnd.ms-outlook": Bilingual("Outlook message", "message Outlook"),
    "message/partial": Bilingual("piece of a message", "morceau de message"),
    "message/external-body": Bilingual(
        "pointer to a file elsewhere", "renvoi vers un fichier distant"
    ),
    "application/octet-stream": Bilingual("unknown binary", "binaire inconnu"),
}
UNOPENED_ARCHIVES = {
    "application/x-7z-compressed": "7z",
    "application/x-rar": "RAR",
    "application/vnd.rar": "RAR",
    "application/x-tar": "tar",
    "application/x-bzip2": "bzip2",
    "application/x-xz": "xz",
    "application/vnd.ms-cab-compressed": "CAB",
    "application/x-iso9660-image": "ISO",
    "application/x-lzh-compressed": "LZH",
    "application/x-lha": "LZH",
    "application/x-ace-compressed": "ACE",
    "application/x-arj": "ARJ",
    "application/x-compress": "compress (.Z)",
    "application/zstd": "Zstandard",
    "application/x-lz4": "LZ4",
    "application/x-lzip": "lzip",
    "application/x-lzma": "LZMA",
    "application/x-ms-wim": "WIM",
    "application/x-zoo": "ZOO",
    "application/x-cpio": "cpio",
    "application/x-xar": "XAR",
    "application/x-virtualbox-vhd": "VHD",
}
_SUFFIX_KINDS = {
    "pdf": ("application/pdf",),
    "xml": ("xml", "text/plain"),
    "zip": ("application/zip",),
    "png": ("image/",),
    "jpg": ("image/",),
    "jpeg": ("image/",),
    "tif": ("image/",),
    "tiff": ("image/",),
}


def _is_packed_drawing(part: Part) -> bool:
    """Tell Outlook's gzipped WMF and EMF from archives."""
    return part.kind == "application/gzip" and part.filename.lower().endswith(_PACKED_DRAWINGS)


def _is_active_page(part: Part) -> bool:
    """Tell an HTML file that does something: a script, or a form that asks for a password. Phishing
    comes like this; the text of a mail is not meant, nobody runs it."""
    file = part.filename or part.disposition == "attachment"
    return bool(part.kind == "text/html" and file and _ACTIVE_HTML.search(part.content))


def treatment(part: Part, has_reader: bool) -> Treatment:
    """Return what a part of this kind is good for."""
    if (is_program(part.filename) and not is_domain(part)) or _is_active_page(part):
        return Treatment.REFUSE
    if part.kind.startswith(_LITTER.get(part.filename.lower(), ("nothing/",))):
        return Treatment.IGNORE
    if _is_packed_drawing(part):
        return Treatment.PICTURE
    if has_reader or part.kind.startswith("multipart/"):
        return Treatment.OPEN
    if part.kind in PAGES:
        return Treatment.PAGE
    if part.kind in _PICTURES:
        return Treatment.PICTURE
    if part.kind in _IGNORED or part.declared_type in _IGNORED:
        return Treatment.IGNORE
    if part.kind in _COMPANIONS or part.kind.startswith(tuple(_COMPANION_FAMILIES)):
        return Treatment.COMPANION
    if part.kind.startswith("text/") and not part.kind.startswith(("text/x-", "text/javascript")):
        return Treatment.COMPANION
    return Treatment.REFUSE


def is_office_file(kind: str) -> bool:
    """Tell whether a kind is one of a word processor or spreadsheet, in which invoices are written."""
    simple = ("text/plain", "text/csv", "text/html")
    return kind.startswith(tuple((_COMPANIONS | _COMPANION_FAMILIES).keys() - simple))


def type_name(kind: str) -> Bilingual:
    """Return the name of a kind as people say it."""
    for known, name in (_COMPANIONS | _COMPANION_FAMILIES | _PICTURES | _NAMES).items():
        if kind.startswith(known):
            return name
    return Bilingual(kind, kind)


def refuse(part: Part) -> Finding:
    """Return the finding that refuses a part's kind."""
    if archive := UNOPENED_ARCHIVES.get(part.kind):
        detail = Bilingual(f"{archive} archive", f"archive {archive}")
        return Finding("archive-refused", part.path, detail=detail)
    name = type_name(part.kind)
    if is_program(part.filename) and part.kind not in _NAMES:
        name = Bilingual("program or script", "programme ou script")
    if _is_active_page(part):
        name = Bilingual("web page with scripts or forms", "page web avec scripts ou formulaires")
    return Finding("file-type-refused", part.path, detail=name, values={"type": name})


def check(part: Part, case: Case) -> Iterator[Finding]:
    """Yield `type-mismatch` where the name promises one kind and the bytes are another, or two.

    XML under a PDF's name is read by its content without ado: that is a slip, not a disguise.
    """
    suffix = part.filename.lower().rpartition(".")[2]
    expected = _SUFFIX_KINDS.get(suffix)
    is_xml = "/" not in part.kind or part.kind.startswith("{") or part.kind.endswith("/xml")
    if other := other_nature(part.content, part.kind):
        first = "PDF" if part.kind == "application/pdf" else suffix.upper() or part.kind
        both = Bilingual(f"{first} and {other} at once", f"{first} et {other} à la fois")
        yield Finding(
            "type-mismatch", part.path, values={"type": both}, detail=suffix.upper() or first
        )
        return
    if is_domain(part) and not part.kind.startswith("message/"):
        values = {"type": type_name(part.kind)}
        yield Finding("type-mismatch", part.path, detail="COM", values=values)
        return
    if not expected or is_xml or part.kind.startswith(expected) or not part.content:
        return
    if part.kind == "application/applefile":
        return  # by design it has the name of the file that it describes (RFC 1740)
    if part.kind in ("application/pdf", "application/pkcs7-mime") or part.kind.startswith("image/"):
        return  # a PDF called .xml, a picture called .pdf: what it is, is acceptable by itself
    yield Finding(
        "type-mismatch",
        part.path,
        detail=suffix.upper(),
        values={"type": type_name(part.kind)},
    )
