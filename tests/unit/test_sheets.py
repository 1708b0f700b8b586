"""The pages of a document whatever it is: a PDF of text, a scan that lies askew or upside down, a fax, a
photograph; and files that want to break the reader."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from ingestd.extraction import sheets
from ingestd.extraction.sheets import Sheets, _straight, read_sheets
from ingestd.model import Picture, Unavailable, Unrecognisable, Word
from ingestd.recognition import Recogniser

FOUNTS = next(Path(one) for one in rl_config.TTFSearchPath if (Path(one) / "Vera.ttf").is_file())
LINES = (
    "Papeterie du Parc SAS",
    "Facture PM-2026-0455",
    "Date 14/09/2026   Client 4711",
    "Papier recycle format A4, cinq cents feuilles",
    "Stylos a bille bleus, boite de cinquante",
    "Classeurs a levier, dos large, par dix",
    "Livraison et preparation de la commande",
    "Total hors taxes   395,80 EUR",
    "Montant de la taxe   79,16 EUR",
    "Total a payer   474,96 EUR",
)
WANTED = {"PM-2026-0455", "14/09/2026", "395,80", "79,16", "474,96", "4711"}


def paper(dpi: int = 150, lines: tuple[str, ...] = LINES) -> Image.Image:
    """Return a sheet of A4 with lines of 12 points."""
    fount = ImageFont.truetype(str(FOUNTS / "Vera.ttf"), dpi * 12 // 72)
    image = Image.new("L", (dpi * 827 // 100, dpi * 1169 // 100), 255)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((dpi, dpi + number * dpi // 3), line, fill=0, font=fount)
    return image


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **how)  # type: ignore[arg-type]
    return file.getvalue()


def scanned(*pages: Image.Image) -> bytes:
    """Return a PDF with a picture to each page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    for page in pages:
        canvas.drawInlineImage(page, 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(["eng", "fra"])


def read(content: bytes, recogniser: Recogniser, kind: str = "image/png") -> Sheets:
    return read_sheets(content, kind, recogniser.recognise)


def found(made: Sheets) -> set[str]:
    return {word.text for page in made.pages for word in page.words} & WANTED


def photographed(image: Image.Image) -> Image.Image:
    """Return a sheet in a bad light, a little askew, not quite sharp."""
    shadow = Image.linear_gradient("L").rotate(30, expand=True).resize(image.size)
    dim = ImageChops.multiply(image, shadow.point(lambda value: 70 + value * 150 // 255))
    askew = dim.rotate(2.2, Image.Resampling.BICUBIC, fillcolor=90)
    return askew.filter(ImageFilter.GaussianBlur(0.8))


WAYS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png": ("image/png", lambda: saved(paper(), "PNG")),
    "png with nothing behind": (
        "image/png",
        lambda: saved(Image.merge("LA", (paper(), paper().point(lambda v: 255 - v))), "PNG"),
    ),
    "jpeg in cmyk": ("image/jpeg", lambda: saved(paper().convert("CMYK"), "JPEG")),
    "upside down": ("image/jpeg", lambda: saved(paper().rotate(180), "JPEG")),
    "on its left side": ("image/jpeg", lambda: saved(paper().rotate(90, expand=True), "JPEG")),
    "on its right side": ("image/jpeg", lambda: saved(paper().rotate(270, expand=True), "JPEG")),
    "askew": ("image/png", lambda: saved(paper().rotate(-3.1, fillcolor=255), "PNG")),
    "photograph": ("image/jpeg", lambda: saved(photographed(paper(200)), "JPEG", quality=70)),
    "scan in a pdf": ("application/pdf", lambda: scanned(paper())),
    "fax": (
        "image/tiff",
        lambda: saved(
            paper(204).resize((1687, 1146)).convert("1"),
            "TIFF",
            compression="group4",
            dpi=(204, 98),
        ),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_page_is_read_however_it_lies(way: str, recogniser: Recogniser) -> None:
    kind, make = WAYS[way]
    made = read(make(), recogniser, kind)
    assert (made.count, made.unread, made.damaged) == (1, (), False)
    assert len(found(made)) >= (4 if way == "fax" else 5), made.pages[0].text
    assert made.pages[0].origin == "ocr"


def test_values_stay_beside_their_labels_on_a_page_that_is_askew(recogniser: Recogniser) -> None:
    made = read(WAYS["askew"][1](), recogniser)
    (row,) = (row.text for row in made.pages[0].rows if "474,96" in row.text)
    assert row.startswith("Total")


@pytest.mark.parametrize(
    ("way", "across", "down"),
    [("png", 0.3, 0.16), ("upside down", 0.7, 0.84), ("on its left side", 0.16, 0.7)],
)
def test_places_are_those_of_the_page_as_it_is_shown(
    way: str, across: float, down: float, recogniser: Recogniser
) -> None:
    kind, make = WAYS[way]
    (page,) = read(make(), recogniser, kind).pages
    (word,) = (word for word in page.words if word.text == "PM-2026-0455")
    box = page.box([word])
    place = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    assert place == pytest.approx((across, down), abs=0.06)


@pytest.mark.parametrize("degrees", [-4.5, -1.1, 0.0, 0.4, 3.3])
def test_how_far_a_page_is_askew_is_told(degrees: float) -> None:
    turned = paper().rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=255)
    quarters, tilt = _straight.lie_of(turned)
    assert quarters == 0
    assert tilt == pytest.approx(-degrees, abs=0.1)


def test_a_page_of_two_columns_upside_down_is_told_though_their_lines_are_not_level() -> None:
    fount, image = ImageFont.truetype(str(FOUNTS / "Vera.ttf"), 18), paper(lines=())
    for number in range(30):
        for left, top, text in (
            (75, 150, "Die Rechnung liegt bei, Betrag 118,40"),
            (675, 162, "Wir bitten um Zahlung binnen 14 Tagen"),
        ):
            ImageDraw.Draw(image).text((left, top + 22 * number), text, fill=0, font=fount)
    assert _straight.lie_of(image.rotate(1.7, fillcolor=255))[0] == 0
    assert _straight.lie_of(image.rotate(181.7, fillcolor=255))[0] == 2


def test_a_photograph_is_turned_as_the_camera_says(recogniser: Recogniser) -> None:
    image = paper().rotate(90, expand=True)
    image.getexif()[0x0112] = 6
    (page,) = read(saved(image, "JPEG", exif=image.getexif()), recogniser, "image/jpeg").pages
    assert page.turned == 0
    assert page.height > page.width


def nothing(picture: Picture) -> tuple[Word, ...]:
    return ()


def word(picture: Picture) -> tuple[Word, ...]:
    return (Word("Facture-number-one", 10, 10, 90, 20, 0.9),)


def from_the_side(sides: Iterator[int], picture: Picture) -> tuple[Word, ...]:
    """Read so many letters that stand alone of what lies on either side, and of what is upright words."""
    is_upright = picture.width < picture.height
    texts = ("Total", "Amount") * 4 if is_upright else ("O", "=", "D", "TO") * next(sides)
    return tuple(Word(text, 50, 20 * row, 90, 20 * row + 9, 0.8) for row, text in enumerate(texts))


def test_letters_that_stand_alone_are_those_of_a_page_on_its_side() -> None:
    of_one_width = Image.new("L", (600, 900), 255)  # its columns are sharper than its lines
    for left in range(40, 560, 24):
        ImageDraw.Draw(of_one_width).rectangle((left, 40, left + 9, 860), fill=0)
    for image in (of_one_width, paper().rotate(90, expand=True)):
        for first, other in ((12, 0), (12, 12)):
            sides = iter((first, other))
            read = partial(from_the_side, sides)
            (page,) = read_sheets(saved(image, "PNG"), "image/png", read).pages
            assert "Total" in page.text


def too_wide(picture: Picture) -> tuple[Word, ...]:
    return (Word("RM96.", 100, 100, 240, 112, 0.9), Word("20", 220, 99, 241, 113, 0.9))


def test_a_box_that_reaches_over_the_next_word_leaves_it_in_its_row() -> None:
    (page,) = read_sheets(saved(paper(), "PNG"), "image/png", too_wide).pages
    assert page.rows[0].text == "RM96. 20"


def given_up(picture: Picture) -> tuple[Word, ...]:
    raise Unrecognisable


def away(picture: Picture) -> tuple[Word, ...]:
    raise Unavailable


def test_a_tiff_has_several_pages_and_white_ones_are_blank() -> None:
    page, white = paper(72), Image.new("L", (595, 842), 255)
    content = saved(page, "TIFF", save_all=True, append_images=[white, page])
    made = read_sheets(content, "image/tiff", word)
    assert made.count == 3
    assert made.blank == (2,)
    assert [one.number for one in made.pages] == [1, 3]


def test_text_is_not_recognised_again() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.drawString(72, 700, "Facture 4711 du 14/09/2026")
    canvas.save()
    made = read_sheets(file.getvalue(), sheets.PDF, away)
    assert (made.count, made.pages[0].origin, made.unread) == (1, "text", ())


def test_without_recognition_scans_are_unrecognised() -> None:
    made = read_sheets(scanned(paper(72)), sheets.PDF, None)
    assert (made.pages, made.unrecognised, made.unread) == ((), (1,), (1,))


def test_a_page_that_recognition_gives_up_is_unread() -> None:
    made = read_sheets(saved(paper(72), "PNG"), "image/png", given_up)
    assert (made.pages, made.given_up, made.unread) == ((), (1,), (1,))


def test_recognition_that_is_away_is_the_worlds_fault() -> None:
    with pytest.raises(Unavailable):
        read_sheets(saved(paper(72), "PNG"), "image/png", away)


def test_an_empty_document_says_so() -> None:
    white = Image.new("L", (595, 842), 255)
    assert read_sheets(scanned(white), sheets.PDF, away).empty
    assert read_sheets(saved(white, "PNG"), "image/png", away).empty


def test_an_encrypted_document_says_so() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", "owner"))
    canvas.drawString(72, 700, "Facture")
    canvas.save()
    made = read_sheets(file.getvalue(), sheets.PDF, nothing)
    assert (made.encrypted, made.damaged, made.count) == (True, False, 0)


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "image/jpeg", "image/tiff"])
@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"II*\0"]
)
def test_what_does_not_open_is_damaged(kind: str, content: bytes) -> None:
    made = read_sheets(content, kind, away)
    assert (made.damaged, made.encrypted, made.pages) == (True, False, ())


@pytest.mark.parametrize(("form", "kind"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_that_is_cut_off_is_damaged(form: str, kind: str) -> None:
    content = saved(Image.effect_noise((400, 400), 90), form)
    assert read_sheets(content[: len(content) // 3], kind, away).damaged


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("side", [20_000, 2_000_000])
def test_a_picture_of_too_many_pixels_is_not_decoded(side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(10_000_000), 9)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    made = read_sheets(bomb, "image/png", away)
    assert made.damaged
    assert made.pages == ()


def test_a_fax_of_two_dots_an_inch_is_not_stretched_over_the_moon() -> None:
    content = saved(paper(72), "TIFF", dpi=(1200, 1))
    assert read_sheets(content, "image/tiff", nothing).count == 1


def canvas_of(size: tuple[float, float], *lines: str, pages: int = 1) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size)
    for _ in range(pages):
        for line in lines:
            canvas.drawString(10, 10, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("size", [(14_400, 14_400), (0.1, 0.1), (1, 14_400)])
def test_a_page_of_any_size_is_drawn_in_bounds(size: tuple[float, float]) -> None:
    seen: list[Picture] = []

    def recognise(picture: Picture) -> tuple[Word, ...]:
        seen.append(picture)
        return ()

    read_sheets(canvas_of(size, "x"), sheets.PDF, recognise)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size)
    canvas.drawInlineImage(paper(72), 0, 0, *size)
    canvas.save()
    read_sheets(file.getvalue(), sheets.PDF, recognise)
    assert all(picture.width * picture.height <= 13_000_000 for picture in seen)


def test_of_a_thousand_pages_the_first_are_read_and_the_others_named() -> None:
    made = read_sheets(
        canvas_of((200, 200), "Page of many words", pages=1_000), sheets.PDF, nothing
    )
    assert made.count == 1_000
    assert len(made.pages) == sheets.MOST_PAGES
    assert made.skipped == tuple(range(sheets.MOST_PAGES + 1, 1_001))


def test_a_page_of_a_hundred_thousand_words_is_read_as_far_as_it_goes() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.setFont("Helvetica", 3)
    for number in range(1_000):
        canvas.drawString(5, 1 + 0.8 * number, "ab 12 " * 100)
    canvas.save()
    made = read_sheets(file.getvalue(), sheets.PDF, nothing)
    assert made.count == 1


def test_boxes_that_are_no_numbers_harm_nothing() -> None:
    content = canvas_of((595, 842), "Facture 4711")
    for box in (b"[0 0 0 0]", b"[5 5 5 5]", b"[a b c d]", b"[0 0 1e99 1e99]", b"[-9 9 9 -9]"):
        broken = content.replace(b"[ 0 0 595 842 ]", box.ljust(15))
        assert b"595" not in broken.split(b"/MediaBox")[1][:20]
        read_sheets(broken, sheets.PDF, nothing)
