"""A PDF from objects, written down as told: with a right cross-reference table or any wrong one."""

import io
import zlib
from dataclasses import dataclass, field

import pikepdf

CATALOG, PAGES, PAGE, CONTENT, FONT = 1, 2, 3, 4, 5
_TEXT = (
    b"BT /F1 12 Tf 60 760 Td (Papeterie du Parc SAS  TVA FR09815273941) Tj 0 -40 Td"
    b" (Facture PM-2026-0455  Date 14/09/2026) Tj 0 -40 Td (Total HT 100,00 EUR) Tj"
    b" 0 -20 Td (TVA 20,00 EUR) Tj 0 -20 Td (Total TTC 120,00 EUR) Tj ET"
)


@dataclass(slots=True)
class Pdf:
    """A page that looks like an invoice; `objects` by number are changed and added at will.

    `catalog`, `page` and `trailer` are more entries of these dictionaries.
    """

    objects: dict[int, bytes] = field(default_factory=dict)
    catalog: bytes = b""
    page: bytes = b""
    trailer: bytes = b""
    header: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

    def add(self, content: bytes) -> bytes:
        """Add an object and return the reference to it."""
        number = max(self.objects, default=FONT) + 1
        self.objects[max(number, FONT + 1)] = content
        return b"%d 0 R" % max(number, FONT + 1)

    def add_stream(self, data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
        """Add a stream of `data` as it is and return the reference to it."""
        return self.add(stream(data, entries, length))

    def _all(self) -> dict[int, bytes]:
        made = {
            CATALOG: b"<</Type/Catalog/Pages 2 0 R" + self.catalog + b">>",
            PAGES: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            CONTENT: stream(_TEXT),
            FONT: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        }
        made.update(self.objects)
        # The page comes last: a file that is cut anywhere before its end has lost it.
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        made.setdefault(PAGE, page + b"/Resources<</Font<</F1 5 0 R>>>>" + self.page + b">>")
        return {**{n: made[n] for n in made if n != PAGE}, PAGE: made[PAGE]}

    def build(self) -> bytes:
        """Return the file, its cross-reference table right."""
        objects = self._all()
        out, offsets = bytearray(self.header), {}
        for number, content in objects.items():
            offsets[number] = len(out)
            out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
        start, size = len(out), max(objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            at = offsets.get(number)
            out += b"0000000000 65535 f \n" if at is None else b"%010d 00000 n \n" % at
        out += b"trailer\n<</Size %d/Root 1 0 R" % size + self.trailer
        return bytes(out) + b">>\nstartxref\n%d\n%%%%EOF\n" % start


def stream(data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
    """Return a stream object."""
    size = len(data) if length is None else length
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, size, data)


def text(value: str | bytes) -> bytes:
    """Return a literal string."""
    raw = value.encode("latin-1", "replace") if isinstance(value, str) else value
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def hexed(data: bytes) -> bytes:
    """Return a hexadecimal string."""
    return b"<" + data.hex().encode() + b">"


def packed(data: bytes, filters: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return `data` put through `filters` (innermost last), and the /Filter entry that undoes them."""
    for name in reversed(filters):
        if name == "FlateDecode":
            data = zlib.compress(data, 9)
        elif name == "ASCIIHexDecode":
            data = data.hex().encode() + b">"
        elif name == "ASCII85Decode":
            data = _ascii85(data)
        else:
            data = _run_length(data)
    names = b"".join(b"/" + name.encode() for name in filters)
    return data, (b"/Filter[" + names + b"]" if filters else b"")


def _ascii85(data: bytes) -> bytes:
    import base64

    return base64.a85encode(data) + b"~>"


def _run_length(data: bytes) -> bytes:
    out = bytearray()
    for start in range(0, len(data), 128):
        piece = data[start : start + 128]
        out += bytes([len(piece) - 1]) + piece
    return bytes(out) + b"\x80"


FILTERS = (
    (), ("FlateDecode",), ("ASCIIHexDecode",), ("ASCII85Decode", "FlateDecode"),
     ("FlateDecode", "FlateDecode"),
    ("RunLengthDecode",), ("ASCIIHexDecode", "ASCII85Decode", "FlateDecode"),
)  # fmt: skip


def rewritten(content: bytes, **options: object) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(buffer, static_id=True, **options)  # type: ignore[arg-type]
    return buffer.getvalue()
