"""A body becomes a PDF: what it shows, what it leaves out, and a printer that is away."""

import base64
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from ingestd.model import Unavailable
from ingestd.printing import printer
from ingestd.printing.printer import Printer

PRINTER = Printer(timeout_s=10, memory_bytes=1 << 30)


def picture(colour: str = "red", side: int = 40, kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (side, side), colour).save(file, kind)
    return file.getvalue()


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def colours_of(pdf: bytes) -> set[tuple[int, int, int]]:
    """The colours of the first page."""
    with pypdfium2.PdfDocument(pdf) as document:
        shown = document[0].render(scale=0.5).to_pil().convert("RGB")
    return {colour for _, colour in shown.getcolors(1 << 20)}  # type: ignore[misc]


def test_a_body_is_printed_as_it_is_seen() -> None:
    html = """<html><head><title>t</title><style>@media print { p { display: none } }</style></head>
    <h1>Rechnung Nr. 17</h1><p>Gesamt <b>119,00</b> \u20ac</p><p style="display: none">hidden</p>"""
    text = text_of(PRINTER.print_html(html, {}))
    assert "Rechnung Nr. 17" in text
    assert "119,00 \u20ac" in text
    assert "hidden" not in text


def test_the_same_body_gives_the_same_octets() -> None:
    html = "<h1>Facture</h1><p style='font: italic 17px Arial'>\u0394 \u0416 \u20ac</p><img src='cid:a'>"
    first, second = (PRINTER.print_html(html, {"a": picture()}) for _ in range(2))
    assert first == second


def test_pictures_of_the_mail_and_of_the_body_are_shown() -> None:
    inline = base64.b64encode(picture("blue", kind="JPEG")).decode()
    html = f"<img src='cid:logo%40x'><img src='data:image/jpeg;base64,{inline}'>"
    shown = colours_of(PRINTER.print_html(html, {"logo@x": picture()}))
    assert (255, 0, 0) in shown
    assert (0, 0, 254) in shown


@pytest.mark.parametrize(
    "octets",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM" + bytes(99),
        b"",
        picture(side=3500),
        picture()[:30],
    ],
    ids=["drawing", "another kind", "nothing", "too many pixels", "cut"],
)
def test_no_other_picture_is_shown(octets: bytes) -> None:
    pdf = PRINTER.print_html("<img src='cid:a' alt='instead'>", {"a": octets})
    assert "instead" in text_of(pdf)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert not document.pages[0].get_images()


def test_paper_has_no_links_no_files_and_nothing_of_its_sender() -> None:
    html = """<html><head><title>Title</title><meta name=author content=Somebody>
    <meta name=dcterms.created content=2020-01-01><link rel=attachment href="cid:a"></head>
    <a href="https://a.example/">here</a> <a rel=attachment href="cid:a">there</a><form><input></form>"""
    with pikepdf.open(BytesIO(PRINTER.print_html(html, {"a": picture()}))) as document:
        assert not document.attachments
        assert "/Annots" not in document.pages[0]
        assert "/AcroForm" not in document.Root
        assert not {"/Title", "/Author", "/CreationDate"} & set(document.docinfo.keys())


def test_a_page_is_of_a4_and_a_wide_mail_fits_on_it() -> None:
    html = (
        "<style>@page { size: 9in 1in }</style><table width=1000><tr><td>left<td align=right>right"
    )
    with pypdfium2.PdfDocument(PRINTER.print_html(html, {})) as document:
        assert [round(side) for side in document[0].get_size()] == [595, 842]
        text = document[0].get_textpage()
        assert text.search("right").get_next() is not None
        assert max(text.get_charbox(n)[2] for n in range(text.count_chars())) < 595


def test_a_printer_proves_that_it_prints() -> None:
    assert PRINTER.probe()


@pytest.mark.parametrize("program", ["/bin/false", "/bin/cat", "/no/such/program"])
def test_without_an_engine_bodies_wait(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer.sys, "executable", program)
    with pytest.raises(Unavailable, match="bodies cannot be printed"):
        PRINTER.print_html("x", {})


def test_without_a_font_bodies_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>", encoding="utf-8")
    around = printer._environment
    monkeypatch.setattr(printer, "_environment", lambda fonts: around(str(bare)))
    with pytest.raises(Unavailable, match="fonts-dejavu-core"):
        PRINTER.print_html("x", {})


def test_an_engine_that_can_print_nothing_is_away() -> None:
    short = Printer(timeout_s=0.001, memory_bytes=1 << 30)
    with pytest.raises(Unavailable):
        short.print_html("x", {})
