"""The text layer of a page: the words that a person sees on it, in rows, and whether they are all."""

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.colors import Color, white
from reportlab.pdfgen.canvas import Canvas

from ingestd.extraction.page import Page
from ingestd.extraction.sheets.text import Layer, layer_of

A4 = (595, 842)
Draw = Callable[[Canvas], None]
LINES = tuple(f"Zeile {number} mit einem Betrag von {number},00 EUR" for number in range(1, 9))


def pdf(*draws: Draw, size: tuple[float, float] = A4, turn: int = 0) -> bytes:
    """Return a PDF with a page for each of `draws`."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size)
    for draw in draws:
        canvas.setFont("Helvetica", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    if not turn:
        return file.getvalue()
    turned = io.BytesIO()
    with pikepdf.open(file) as document:
        for one in document.pages:
            one.Rotate = turn
        document.save(turned)
    return turned.getvalue()


def layer(draw: Draw, **how: object) -> Layer:
    with pypdfium2.PdfDocument(pdf(draw, **how)) as document:  # type: ignore[arg-type]
        return layer_of(document, 0)


def page(draw: Draw, **how: object) -> Page:
    return layer(draw, **how).page


def written(*lines: str, left: float = 72, top: float = 770, step: float = 14) -> Draw:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(left, top - step * number, line)

    return draw


def texts(made: Page) -> list[str]:
    return [row.text for row in made.rows]


def test_words_have_places_in_points_from_the_upper_left_corner() -> None:
    made = page(written("Facture 4711"))
    assert (made.width, made.height, made.origin, made.turned) == (595, 842, "text", 0)
    first, second = made.words
    assert (first.text, second.text, first.confidence) == ("Facture", "4711", 1.0)
    assert first.left == pytest.approx(72, abs=1)
    assert first.top < 72 < first.bottom
    assert second.left == pytest.approx(108, abs=2)


def test_a_label_and_its_value_far_to_the_right_are_one_row() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Gesamtbetrag")
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawRightString(540, 700, "1.234,56")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 684, "Vielen Dank")

    assert texts(page(draw)) == ["Gesamtbetrag 1.234,56", "Vielen Dank"]


def test_columns_whose_lines_do_not_meet_are_not_glued() -> None:
    def draw(canvas: Canvas) -> None:
        written("Left one", "Left two", "Left three")(canvas)
        written("Right one", "Right two", left=350, top=763)(canvas)

    rows = texts(page(draw))
    assert rows == ["Left one", "Right one", "Left two", "Right two", "Left three"]


def test_a_large_title_does_not_join_the_small_lines_beside_it() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 34)
        canvas.drawString(72, 740, "RECHNUNG")
        canvas.setFont("Helvetica", 8)
        for number, line in enumerate(("Nr. 1", "Datum 2", "Kunde 3")):
            canvas.drawString(400, 766 - 9 * number, line)

    assert [row for row in texts(page(draw)) if "RECHNUNG" not in row] == [
        "Nr. 1",
        "Datum 2",
        "Kunde 3",
    ]


@pytest.mark.parametrize("gap", [1.0, 3.0, 6.0])
def test_letters_set_apart_by_the_fount_are_a_word(gap: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "RECHNUNG NR 1", charSpace=gap)

    assert texts(page(draw)) == ["RECHNUNG NR 1"]


def test_letters_set_apart_by_spaces_are_a_word() -> None:
    assert texts(page(written("R E C H N U N G   N U M M E R"))) == ["RECHNUNG NUMMER"]


def test_columns_of_single_letters_are_no_word() -> None:
    def draw(canvas: Canvas) -> None:
        for number, letter in enumerate("ABCDE"):
            canvas.drawString(72 + 60 * number, 700, letter)

    assert texts(page(draw)) == ["A B C D E"]


def test_words_without_a_space_between_them_are_apart() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Total")
        canvas.drawString(120, 700, "10,00")

    assert texts(page(draw)) == ["Total 10,00"]


def test_a_word_drawn_twice_to_look_bold_is_there_once() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Total 10,00")
        canvas.drawString(72.3, 700, "Total 10,00")

    assert texts(page(draw)) == ["Total 10,00"]


def test_the_hyphen_at_the_end_of_a_line_stays_one() -> None:
    assert texts(page(written("Rechnungs-", "nummer 2026-", "0017"))) == [
        "Rechnungs-",
        "nummer 2026-",
        "0017",
    ]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_as_it_is_shown(turn: int) -> None:
    """Text that is upright on the sheet, and the sheet turned: most of it must be read sideways."""
    made = page(written(*LINES), turn=turn)
    assert texts(made) == list(LINES)
    assert made.turned == (360 - turn) % 360
    shown = made.box(made.rows[0].words)
    across, down = (shown.left + shown.right) / 2, (shown.top + shown.bottom) / 2
    near = {0: (0.3, 0.08), 90: (0.92, 0.3), 180: (0.7, 0.92), 270: (0.08, 0.7)}[turn]
    assert (across, down) == pytest.approx(near, abs=0.1)


def test_text_that_is_turned_on_a_page_that_is_turned_back_is_upright() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(590, 0)
        canvas.rotate(90)
        written(*LINES, top=560)(canvas)

    made = page(draw, turn=90)
    assert texts(made) == list(LINES)
    assert (made.turned, made.width, made.height) == (0, 842, 595)


def test_what_runs_up_the_margin_is_kept_apart() -> None:
    def draw(canvas: Canvas) -> None:
        written(*LINES)(canvas)
        canvas.rotate(90)
        canvas.drawString(300, -30, "SIRET 303 265 045")

    made = page(draw)
    assert texts(made) == [*LINES, "SIRET 303 265 045"]
    margin = made.box(made.rows[-1].words)
    assert margin.right < 0.06
    assert 0.4 < margin.top < margin.bottom < 0.66


def test_a_stamp_across_the_page_is_no_row() -> None:
    def draw(canvas: Canvas) -> None:
        written(*LINES)(canvas)
        canvas.translate(200, 400)
        canvas.rotate(45)
        canvas.setFont("Helvetica", 60)
        canvas.setFillColor(Color(0.9, 0.9, 0.9))
        canvas.drawString(0, 0, "COPY")

    assert texts(page(draw)) == list(LINES)


def hidden(name: str) -> Draw:
    """Draw lines to be seen, and one that is not, in one of the ways there are."""

    def draw(canvas: Canvas) -> None:
        written(*LINES)(canvas)
        if name == "under something":
            canvas.drawString(72, 300, "IBAN DE00")
            canvas.setFillColor(white)
            canvas.rect(60, 290, 300, 30, stroke=0, fill=1)
        elif name == "white":
            canvas.setFillColor(white)
            canvas.drawString(72, 300, "IBAN DE00")
        elif name == "not drawn":
            text = canvas.beginText(72, 300)
            text.setTextRenderMode(3)
            text.textLine("IBAN DE00")
            canvas.drawText(text)
        elif name == "not drawn, over what is seen":
            text = canvas.beginText(72, 770)
            text.setTextRenderMode(3)
            text.textLine("IBAN DE00")
            canvas.drawText(text)
        elif name == "tiny":
            canvas.setFont("Helvetica", 1)
            canvas.drawString(72, 300, "IBAN DE00")
        elif name == "beside the page":
            canvas.drawString(700, 300, "IBAN DE00")
        elif name == "transparent":
            canvas.setFillAlpha(0)
            canvas.drawString(72, 300, "IBAN DE00")

    return draw


@pytest.mark.parametrize(
    "name",
    [
        "under something",
        "white",
        "not drawn",
        "not drawn, over what is seen",
        "tiny",
        "beside the page",
        "transparent",
    ],
)
def test_what_nobody_sees_is_not_there(name: str) -> None:
    made = layer(hidden(name))
    assert texts(made.page) == list(LINES)
    assert made.usable


def test_white_letters_on_a_dark_bar_are_seen() -> None:
    def draw(canvas: Canvas) -> None:
        written(*LINES)(canvas)
        canvas.setFillColor(Color(0.1, 0.2, 0.5))
        canvas.rect(60, 290, 300, 30, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.drawString(72, 300, "Montant")

    assert texts(page(draw)) == [*LINES, "Montant"]


def test_a_letterhead_under_the_text_does_not_matter() -> None:
    paper = Image.effect_noise((300, 420), 20)

    def draw(canvas: Canvas) -> None:
        canvas.drawInlineImage(paper, 0, 0, 595, 842)
        written(*LINES, *LINES, step=16)(canvas)

    assert layer(draw).usable


def scan(*under: str, over: tuple[str, ...] = (), mode: int = 3) -> Draw:
    """Draw a picture of a page, with text under it in a mode, and over it."""
    paper = Image.effect_noise((300, 420), 60)

    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 770)
        text.setTextRenderMode(mode)
        for line in under:
            text.textLine(line)
        canvas.drawText(text)
        canvas.drawInlineImage(paper, 0, 0, 595, 842)
        written(*over)(canvas)

    return draw


def test_a_scan_is_to_be_recognised() -> None:
    assert not layer(scan()).usable
    assert not layer(scan(over=("Scanned by an app",))).usable
    assert not layer(scan(*LINES)).usable  # what a scanner thinks it says
    assert not layer(scan(*LINES, *LINES, mode=0)).usable  # and what somebody else wants it to say


def test_a_page_of_letters_drawn_as_lines_is_to_be_recognised() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 800, "www.example.com")
        for row in range(60):
            for column in range(100):
                canvas.rect(72 + 4 * column, 100 + 10 * row, 2, 5, stroke=0, fill=1)

    assert not layer(draw).usable


def test_a_short_text_is_a_text() -> None:
    made = layer(written("Hello"))
    assert made.usable
    assert texts(made.page) == ["Hello"]


def shifted(text: str) -> str:
    """Return the letters that the numbers of glyphs in a common fount look like."""
    return "".join(chr(ord(letter) - 29) if ord(letter) > 61 else letter for letter in text)


PROSE = (
    "Wir bedanken uns fuer Ihren Auftrag und stellen Ihnen folgende Leistungen in Rechnung",
    "Bitte ueberweisen Sie den Betrag innerhalb von vierzehn Tagen auf unser Konto",
    "Lieferung frei Haus ohne Abzug zahlbar sofort nach Erhalt dieser Rechnung",
)


def test_letters_of_a_broken_fount_are_no_text() -> None:
    assert layer(written(*PROSE)).usable
    assert not layer(written(*map(shifted, PROSE))).usable
    assert not layer(written(*PROSE, *("(cid:12)(cid:44)",) * 3)).usable


def test_numbers_and_codes_alone_are_text() -> None:
    assert layer(written(*("4711 0815 BX-17 9.99 GmbH",) * 12)).usable


def test_utf_8_that_was_taken_for_something_else_is_put_right() -> None:
    assert texts(page(written("FÃ¼r Ã‰tablissement, 10 â‚¬"))) == ["Für Établissement, 10 €"]


def test_ligatures_are_letters() -> None:
    from ingestd.extraction.sheets import _layer
    from ingestd.extraction.sheets._glyphs import Glyph

    glyphs = [Glyph(letter, 6.0 * at, 0, 6.0 * at + 6, 12) for at, letter in enumerate("ﬁnﬂ")]
    ((_, word),) = _layer.words(glyphs)
    assert word.text == "finfl"


def test_form_fields_are_read_with_the_page() -> None:
    def draw(canvas: Canvas) -> None:
        written(*LINES)(canvas)
        canvas.acroForm.textfield(value="4711", x=300, y=400, width=100, height=20, fontSize=11)

    assert "4711" in page(draw).text
