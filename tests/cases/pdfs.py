"""Mails with PDFs that are encrypted, damaged, active, wrapped in each other, or bombs."""

import io
import zlib
from collections.abc import Callable

import pikepdf

from tests.documents.mails import document, mail

INVOICE = "factur-x-en16931.pdf"


def sample(name: str = INVOICE) -> bytes:
    """Return a sample document."""
    return document(name)[1]


def saved(opened: pikepdf.Pdf, locks: pikepdf.Encryption | bool = False) -> bytes:
    """Return a PDF as octets, the same ones each time."""
    out = io.BytesIO()
    opened.save(out, static_id=True, encryption=locks)
    return out.getvalue()


def with_owner_password() -> bytes:
    """Return an invoice that everybody can open and nobody may print (RC4 needs no dice)."""
    locks = pikepdf.Encryption(owner="o", user="", R=3, aes=False, metadata=False)
    with pikepdf.open(io.BytesIO(sample())) as opened:
        return saved(opened, locks)


def cut() -> bytes:
    """Return an invoice whose last objects are missing; its XML is whole."""
    content = sample()
    return content[: content.rindex(b"endobj")]


def with_wrong_table() -> bytes:
    """Return an invoice whose cross-reference table points nowhere: every viewer repairs it."""
    head, mark, _ = sample().rpartition(b"startxref")
    return head + mark + b"\n7\n%%EOF\n"


def with_file(name: str, content: bytes, base: str = INVOICE) -> bytes:
    """Return a PDF with one more file inside."""
    with pikepdf.open(io.BytesIO(sample(base))) as opened:
        opened.attachments[name] = pikepdf.AttachedFileSpec(
            opened, content, filename=name, creation_date="", mod_date=""
        )
        return saved(opened)


def with_big_page() -> bytes:
    """Return a PDF whose page unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(200)) + packer.flush()
    with pikepdf.open(io.BytesIO(sample())) as opened:
        stream = opened.make_stream(data)
        stream.Filter = pikepdf.Name.FlateDecode
        opened.pages[0].Contents = stream
        out = io.BytesIO()
        opened.save(out, static_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()


def with_later_revision() -> bytes:
    """Return an invoice whose XML was replaced later (7.5.6): the earlier one does not count."""
    content = sample()
    with pikepdf.open(io.BytesIO(content)) as opened:
        specification = opened.attachments["factur-x.xml"].obj
        number, _ = specification.EF.F.objgen
        old = bytes(specification.EF.F.read_bytes())
        size = int(opened.trailer.Size)
        root = opened.Root.objgen[0]
    new = old.replace(b"PM-2026-0412", b"PM-2026-0499")
    assert new != old
    body = b"%d 0 obj\n<</Type/EmbeddedFile/Subtype/text#2Fxml/Length %d>>stream\n" % (
        number,
        len(new),
    )
    at = len(content) + 1
    body += new + b"\nendstream\nendobj\n"
    table = at + len(body)
    before = int(content.rpartition(b"startxref")[2].split()[0])
    tail = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (
        *(number, at, size, root),
        before,
    )
    return content + b"\n" + body + tail + b"startxref\n%d\n%%%%EOF\n" % table


def _mail(subject: str, *contents: Callable[[], bytes]) -> Callable[[], bytes]:
    def build() -> bytes:
        names = ("facture.pdf", *(f"facture-{number}.pdf" for number in range(2, 9)))
        return mail(subject, *((name, make()) for name, make in zip(names, contents, strict=False)))

    return build


CASES: dict[str, Callable[[], bytes]] = {
    "pdf-owner-password": _mail("Facture protégée contre l'impression", with_owner_password),
    "pdf-cut": _mail("Facture coupée", cut),
    "pdf-repaired": _mail("Facture réparable", with_wrong_table),
    "pdf-portfolio": _mail(
        "Facture dans un porte-documents",
        lambda: with_file("facture.pdf", sample(), base="terms.pdf"),
    ),
    "pdf-with-program": _mail(
        "Facture avec programme", lambda: with_file("setup.exe", sample("setup.exe"))
    ),
    "pdf-page-bomb": _mail(
        "Page immense, et une facture", with_big_page, lambda: sample("factur-x-basic.pdf")
    ),
    "pdf-two-revisions": _mail("Facture corrigée", with_later_revision),
}
