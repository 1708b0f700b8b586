"""Text recognition by the real tesseract: what comes out, what it may, and how it fails."""

import io
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab import rl_config

from ingestd import recognition
from ingestd.model import Picture, Unavailable, Unrecognisable, Word
from ingestd.recognition import Limits, Recogniser, _languages, _pixels, _table, installation
from ingestd.sandbox import program
from ingestd.sandbox.confinement import LAYERS, Mode

FOUNTS = next(Path(one) for one in rl_config.TTFSearchPath if (Path(one) / "Vera.ttf").is_file())


def picture(*lines: str, dpi: int = 150) -> Picture:
    """Return lines of text, 12 points high, an inch from the left and the first an inch from above."""
    fount = ImageFont.truetype(str(FOUNTS / "Vera.ttf"), dpi * 12 // 72)
    image = Image.new("L", (6 * dpi, (2 + len(lines) // 2) * dpi), 255)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((dpi, dpi + number * dpi // 3), line, fill=0, font=fount)
    return Picture(*image.size, dpi, image.tobytes())


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(["eng", "deu"])


def test_words_come_with_their_places_in_points_and_how_sure_they_are(
    recogniser: Recogniser,
) -> None:
    words = recogniser.recognise(picture("Rechnung 4711", "Total 1.234,56"))
    assert [word.text for word in words] == ["Rechnung", "4711", "Total", "1.234,56"]
    first, number, *_ = words
    assert 70 < first.left < 76
    assert 72 < first.top < 80
    assert 8 < first.bottom - first.top < 13
    assert first.right < number.left
    assert abs(number.bottom - first.bottom) < 4
    assert all(0.5 < word.confidence <= 1 for word in words)


def test_a_picture_is_handed_over_as_it_is() -> None:
    shown = picture("Facture 4711")
    with Image.open(io.BytesIO(_pixels.as_file(shown)), formats=("TIFF",)) as file:
        assert (file.size, file.mode) == ((shown.width, shown.height), "L")
        assert file.tobytes() == shown.pixels


def test_a_page_with_nothing_on_it_has_no_words(recogniser: Recogniser) -> None:
    assert recogniser.recognise(Picture(400, 300, 100, b"\xff" * 120_000)) == ()


@pytest.mark.parametrize(
    "broken",
    [
        Picture(0, 0, 100, b""),
        Picture(10, 10, 100, b"\0" * 99),
        Picture(10, 10, 0, b"\0" * 100),
        Picture(-10, -10, 100, b"\0" * 100),
        Picture(10_000, 10_000, 100, b""),
    ],
)
def test_what_is_no_picture_is_not_shown_to_tesseract(
    broken: Picture, recogniser: Recogniser
) -> None:
    with pytest.raises(Unrecognisable):
        recogniser.recognise(broken)


def stand_in(directory: Path, *, rest: str) -> Path:
    """Return a program that says it is tesseract, reads our sample, and does `rest` with the rest."""
    sample = _pixels.as_file(_pixels.sample())
    word = "5\t1\t1\t1\t1\t1\t40\t40\t115\t35\t95\t" + _pixels.SAMPLE_TEXT
    file = directory / "tesseract"
    file.write_text(
        f"""#!{Path(sys.executable).resolve()} -IS
import os, sys
if sys.argv[1] == "--version":
    print("tesseract 5.3.0")
elif sys.argv[1] == "--list-langs":
    print('List of languages in "{directory}" (1):\\neng')
elif open(sys.argv[1], "rb").read() == {sample!r}:
    print({word!r})
else:
    {rest}
"""
    )
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("rest", ["while True: pass", "sys.exit(1)", "os.kill(os.getpid(), 9)"])
def test_a_page_that_an_engine_in_good_order_does_not_read_is_given_up(
    rest: str, tmp_path: Path
) -> None:
    path = stand_in(tmp_path, rest=rest)
    engine = Recogniser(
        ["eng"], path=path, limits=Limits(wall_s=2, memory_bytes=1 << 30), mode=Mode.RLIMITS_ONLY
    )
    assert engine.probe().version == "5.3.0"
    with pytest.raises(Unrecognisable):
        engine.recognise(Picture(400, 300, 100, b"\xff" * 120_000))


def test_a_page_that_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Recogniser(["eng"], limits=Limits(memory_bytes=230 << 20))
    small.probe()
    with pytest.raises(Unrecognisable):
        small.recognise(Picture(6000, 6000, 300, b"\xff\x00\xff" * 12_000_000))


def test_without_the_program_it_is_unavailable(tmp_path: Path) -> None:
    absent = Recogniser(["eng"], path=tmp_path / "tesseract")
    with pytest.raises(Unavailable, match="not installed"):
        absent.recognise(picture("Facture"))
    with pytest.raises(Unavailable, match="not installed"):
        absent.probe()


def test_without_a_language_it_is_unavailable_and_says_which() -> None:
    with pytest.raises(Unavailable, match="xyz"):
        Recogniser(["eng", "xyz"]).recognise(picture("Facture"))


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$", "echo nonsense"])
def test_an_engine_that_does_not_work_is_unavailable(script: str, tmp_path: Path) -> None:
    """Also one that ends in good order and reads nothing: it is tried on a picture of our own."""
    file = tmp_path / "tesseract"
    file.write_text(
        "#!/bin/sh\ncase $1 in\n--version) echo tesseract 5.3.0;;\n"
        f"--list-langs) echo 'List of languages in \"{tmp_path}\" (1):'; echo eng;;\n"
        f"*) {script};;\nesac\n"
    )
    file.chmod(0o755)
    broken = Recogniser(["eng"], path=file, mode=Mode.RLIMITS_ONLY)
    with pytest.raises(Unavailable):
        broken.probe()


def test_what_is_installed_is_told() -> None:
    here = installation(Path("/usr/bin/tesseract"))
    assert here.version[0].isdigit()
    assert {"eng", "fra", "deu", "nld", "spa", "ita"} <= set(here.languages)
    assert (here.data / "eng.traineddata").is_file()


@pytest.mark.parametrize("mode", list(Mode))
def test_it_is_run_as_confined_as_the_operator_asks(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[program.Program] = []
    real = program.run

    def run(one: program.Program, arguments: tuple[str, ...], given: bytes) -> program.Done:
        ran.append(one)
        return real(one, arguments, given)

    monkeypatch.setattr(program, "run", run)
    Recogniser(["eng"], mode=mode).probe()
    assert {one.layers for one in ran} == {LAYERS[mode]}
    data = installation(Path("/usr/bin/tesseract")).data
    assert {one.readable for one in ran} == {(data,)}
    assert {one.environment["OMP_THREAD_LIMIT"] for one in ran} == {"1"}


def test_a_table_of_nonsense_has_no_words() -> None:
    row = "5\t1\t1\t1\t1\t1\t72\t144\t72\t36\t{}\t{}"
    lines = [row.format("93.5", "Total"), row.format("-1", " "), row.format("90", "a\x07b"), "5\t1"]
    (word,) = _table.words("\n".join(lines).encode(), 0.5)
    assert (word.text, word.left, word.top, word.right, word.bottom) == ("Total", 36, 72, 72, 90)
    assert word.confidence == 0.935
    assert _table.words(b"\xff\xfe\x00" * 1000, 1) == ()
    many = "\n".join(row.format("90", "x") for _ in range(30_000)).encode()
    assert len(_table.words(many, 1)) == _table.MOST_WORDS


def test_numbers_that_are_none_are_no_words() -> None:
    for broken in ("nan", "x", ""):
        assert _table.words(f"5\t1\t1\t1\t1\t1\t72\t144\t72\t{broken}\t90\tTotal".encode(), 1) == ()
    assert _table.words(b"5\t1\t1\t1\t1\t1\t72\t144\t72\t3\tinf\tTotal", 1)[0].confidence == 1.0


def test_a_language_that_is_installed_later_is_found(tmp_path: Path) -> None:
    languages = tmp_path / "languages"
    languages.write_text("eng\n")
    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\ncase "$1" in --version) echo tesseract 5.3.0;; '
        f"*) echo 'List in \"{tmp_path}\":'; cat {languages};; esac\n"
    )
    program.chmod(0o755)
    recogniser = Recogniser(["eng", "fra"], path=program)
    with pytest.raises(Unavailable, match="lacks the language data of fra"):
        recogniser.probe()
    languages.write_text("eng\nfra\n")
    with pytest.raises(Unavailable, match=r"does not work|cannot be started"):  # it is a script
        recogniser.probe()


SIX = ("eng", "fra", "deu", "nld", "spa", "ita")
SAID = {
    "eng": "Invoice for the delivery of paper to your office, amount due in 14 days",
    "fra": "Facture de la livraison du papier, montant à régler au comptant, numéro de client",
    "deu": "Rechnung über die Lieferung von Papier, zahlbar mit dem Betrag auf unser Konto",
    "nld": "Factuur voor de levering van het papier, te betalen op onze rekening",
    "spa": "Factura por la entrega de papel, importe a pagar en los 14 días con su número de cliente",
    "ita": "Fattura per la consegna della carta, importo da pagare al numero di cliente",
}


def spoken(text: str) -> list[Word]:
    return [Word(word, 0, 0, 1, 1, 0.9) for word in text.split()]


@pytest.mark.parametrize("language", SAID)
def test_the_language_of_a_page_is_told_by_its_words(language: str) -> None:
    found = _languages.likely(spoken(SAID[language]), SIX)
    assert found == ((language, "eng") if language != "eng" else ("eng",))


def test_where_the_language_is_not_clear_the_likeliest_is_tried() -> None:
    assert _languages.likely([], SIX) == ("eng",)
    assert _languages.likely(spoken("Papier 4711 Betrag"), SIX) == ("deu", "eng")
    assert _languages.likely(spoken("Papier 4711 Betrag"), SIX[1:]) == ("deu", "fra")
    assert _languages.likely(spoken("Papier of the Betrag and"), SIX, 2) == ("eng", "deu")
    assert _languages.likely(spoken(SAID["ita"]), SIX, 2) == ("ita", "eng")
    assert _languages.likely(spoken(SAID["deu"]), (*SIX, "pol")) == (*SIX, "pol")
    assert not _languages.is_clear([], SIX)
    assert not _languages.is_clear(spoken("Papier 4711 Betrag"), SIX)
    assert _languages.is_clear(spoken(SAID["deu"]), (*SIX, "pol"))
    assert not _languages.is_clear(spoken(SAID["deu"]), ("pol", "eng"))


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What tesseract is run for: the languages, and the rows of the picture."""
    found: list[tuple[str, int]] = []
    real = program.run

    def run(one: program.Program, arguments: tuple[str, ...], given: bytes) -> program.Done:
        with Image.open(io.BytesIO(given)) as shown:
            found.append((arguments[arguments.index("-l") + 1], shown.height))
        return real(one, arguments, given)

    monkeypatch.setattr(program, "run", run)
    return found


def said(language: str) -> list[str]:
    return [SAID[language][:40], SAID[language][40:]]


def test_of_many_languages_a_page_is_read_in_its_own_and_the_first(
    ran: list[tuple[str, int]],
) -> None:
    words = Recogniser(SIX).recognise(picture(*said("deu") * 8))
    assert ran == [("eng", 240), ("deu+eng", 1500)]
    assert "Rechnung" in {word.text for word in words}


def test_a_page_that_says_another_language_than_its_beginning_is_read_again(
    ran: list[tuple[str, int]],
) -> None:
    words = Recogniser(SIX).recognise(picture(*["4711 0815"] * 8, *said("deu") * 4))
    assert [language for language, _ in ran] == ["eng", "eng", "deu+eng"]
    assert "über" in {word.text for word in words}


def test_a_page_that_stays_doubtful_is_read_in_all_languages(
    ran: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "_DOUBTFUL", 1.1)
    Recogniser(SIX).recognise(picture(*said("deu") * 8))
    assert ran[1:] == [("deu+eng", 1500), ("+".join(SIX), 1500)]


@pytest.mark.parametrize(("hard", "languages"), [(0.7, "eng"), (1.1, "eng+nld")])
def test_a_page_that_is_hard_to_read_is_read_in_two_languages(
    ran: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch, hard: float, languages: str
) -> None:
    monkeypatch.setattr(recognition, "_HARD", hard)
    Recogniser(SIX).recognise(picture(*said("eng") * 8))
    assert ran[1:] == [(languages, 1500)]


@pytest.mark.parametrize("language", ["eng", "deu"])
def test_a_part_of_a_page_is_read_once(ran: list[tuple[str, int]], language: str) -> None:
    assert Recogniser(SIX).recognise(picture(*said(language)))
    assert ran == [("eng", 450)]


def test_of_a_page_upside_down_only_a_part_is_read(ran: list[tuple[str, int]]) -> None:
    shown = picture(*said("fra") * 8)
    turned = _pixels.upside_down(shown)
    assert _pixels.upside_down(turned) == shown
    words = Recogniser(SIX).recognise(turned)
    assert [language for language, _ in ran] == ["eng", "eng"]
    assert all(height < 400 for _, height in ran)
    letters = [word.confidence for word in words for _ in word.text]
    assert sum(letters) / len(letters) < 0.6
    assert all(0 < word.top < word.bottom < turned.height * 72 / turned.dpi for word in words)


def test_the_part_that_tells_the_language_is_one_with_text() -> None:
    usual, above = _pixels.part(picture(*said("fra") * 8))
    assert (above, usual.height) == (300, 240)
    footed = picture(*[""] * 14, *said("fra"))
    found, above = _pixels.part(footed)
    assert 750 < above < 860 < above + found.height
    assert found.height < footed.height / 9
    empty = Picture(400, 1000, 100, b"\xff" * 400_000)
    assert _pixels.part(empty) == (Picture(400, 160, 100, b"\xff" * 64_000), 200)
