"""What pages cost: the words of a text layer, and text recognition, by the number of words on a page.

    python -m tests.bench.pages [--rounds N] [--languages eng,fra]

Pages are made here. Told are CPU seconds, of the cage (drawing, straightening, words) and of tesseract,
the share of words that come back as they were written, and of those with digits.
"""

import argparse
import io
import random
import resource
import time
from collections import Counter
from collections.abc import Sequence

import pypdfium2
from PIL import Image, ImageFilter
from reportlab.pdfgen.canvas import Canvas

from ingestd.config import Ocr
from ingestd.extraction.sheets import PDF, Sheets, read_sheets
from ingestd.model import Picture, Word
from ingestd.recognition import Recogniser

_WORDS = (
    "Rechnung Nummer Datum Kunde Menge Einzelpreis Gesamt Lieferung Papier Stifte Ordner Beratung"
    " Wartung Stunden Fahrt Netto Steuer Betrag zahlbar innerhalb Tagen ohne Abzug auf unser Konto"
    " und der die das von mit für"
).split()
_SIZES = (100, 200, 340)


def text_page(count: int, seed: int) -> tuple[bytes, list[str]]:
    """Return a PDF page of so many words, a quarter of them amounts, and the words."""
    chance, words = random.Random(seed), []
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.setFont("Helvetica", 9)
    for row in range(-(-count // 7)):
        line = [chance.choice(_WORDS) for _ in range(5)]
        line += [f"{chance.randint(1, 9999)},{chance.randint(10, 99)}" for _ in range(2)]
        words += line
        for column, word in enumerate(line):
            canvas.drawString(50 + 72 * column, 780 - 14 * row, word)
    canvas.save()
    return file.getvalue(), words


def scan_of(pdf: bytes, seed: int) -> bytes:
    """Return a page as a scanner at 200 dpi makes it: a JPEG, a little askew, not quite sharp."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=200 / 72, grayscale=True).to_pil().convert("L")
    angle = random.Random(seed).uniform(-1, 1)
    image = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    file = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.5)).save(file, "JPEG", quality=60)
    return file.getvalue()


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _right(made: Sheets, words: list[str]) -> tuple[float, float]:
    found = Counter(word.text for page in made.pages for word in page.words)
    with_digits = [word for word in words if word[0].isdigit()]
    shares = [sum((Counter(some) & found).values()) / len(some) for some in (words, with_digits)]
    return shares[0], shares[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each size of page, as text and as a scan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--languages", default=",".join(Ocr().languages))
    options = parser.parse_args(arguments)
    recogniser = Recogniser(options.languages.split(","))
    recogniser.probe()
    print(f"{'page':<18}{'cage s':>9}{'tesseract s':>13}{'words':>9}{'digits':>9}")
    for count in _SIZES:
        _tell(f"text, {count} words", count, options.rounds, None)
        _tell(f"scan, {count} words", count, options.rounds, recogniser)


def _tell(name: str, count: int, rounds: int, recogniser: Recogniser | None) -> None:
    cage_s = tesseract_s = words_right = digits_right = 0.0
    for seed in range(rounds):
        content, words = text_page(count, seed)
        kind = "image/jpeg" if recogniser else PDF
        content = scan_of(content, seed) if recogniser else content
        begun, before = time.process_time(), _children_s()
        made = read_sheets(content, kind, recogniser.recognise if recogniser else _nobody)
        cage_s += time.process_time() - begun
        tesseract_s += _children_s() - before
        right = _right(made, words)
        words_right, digits_right = words_right + right[0], digits_right + right[1]
    seconds = f"{cage_s / rounds:>9.3f}{tesseract_s / rounds:>13.2f}"
    print(f"{name:<18}{seconds}{words_right / rounds:>9.1%}{digits_right / rounds:>9.1%}")


def _nobody(picture: Picture) -> tuple[Word, ...]:
    raise AssertionError("a text layer is not recognised")


if __name__ == "__main__":
    main()
