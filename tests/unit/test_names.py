"""File names that are built to look like another kind of file; and ordinary ones, which are not."""

import unicodedata
from datetime import date

import pytest

from ingestd.checks import kind, name
from ingestd.cli.terminal import shown
from ingestd.model import Bilingual, Case, Part
from ingestd.readers import _field
from ingestd.readers.programs import is_program

CASE = Case(company=None, today=date(2026, 10, 5))
PDF = "application/pdf"


def about(filename: str) -> str:
    """Return what is said of a name, "" for nothing."""
    findings = list(name.check(Part(path="2", kind=PDF, content=b"x", filename=filename), CASE))
    assert [one.reason for one in findings] in ([], ["name-deceptive"])
    details = [one.detail for one in findings]
    return details[0].en if details and isinstance(details[0], Bilingual) else ""


@pytest.mark.parametrize(
    "filename",
    [
        "invoice.2026.pdf",
        "Rechnung Nr.5.pdf",
        "Rechnung: 5.pdf",
        "12:30.pdf",
        "Factuur 2024.12.01.pdf",
        "Rechnung_1.2.3.pdf",
        "Rechnung vom 01.02.com.pdf",
        "invoice.xml.p7m",
        "Rechnung.pdf.asc",
        "rechnung.xml.html",
        "archive.tar.gz",
        "www.supplier.com",
        "x.com",
        "constant.pdf",
        "console.pdf",
        "aux comptes.pdf",
        "C:\\Documents\\facture.pdf",
        "فاتورة.pdf",
        "חשבונית.pdf",
        "می\u200cخواهم.pdf",
        "請求書。2026.pdf",
        "Rechnung \U0001f600.pdf",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 famille.pdf",
        unicodedata.normalize("NFD", "Résumé à payer.pdf"),
        "Facture\u00a0n°\u202f12.pdf",
        "Rech\u00adnung.pdf",
        "\ufeffRechnung.pdf",
        "Rechnung.pdf Kopie.pdf",
        "a.zip.pdf",
        "",
    ],
)
def test_ordinary_names_are_ordinary(filename: str) -> None:
    assert about(filename) == ""


@pytest.mark.parametrize(
    "control", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
def test_every_bidi_control_deceives(control: str) -> None:
    assert about(f"facture{control}fdp.exe") == "bidirectional control character"
    assert about(f"facture{control}.pdf") == "bidirectional control character"


@pytest.mark.parametrize("control", "\0\a\b\t\n\r\x1b\x7f\x85\x9b\u2028\u2029")
def test_every_control_character_deceives(control: str) -> None:
    assert about(f"fac{control}ture.pdf") == "control character"


@pytest.mark.parametrize(
    ("filename", "said"),
    [
        ("facture.pdf.exe", "double extension"),
        ("facture.pdf                      .exe", "double extension"),
        ("facture.pdf\u00a0\u00a0\u3000.exe", "double extension"),
        ("facture.pdf...exe", "double extension"),
        ("facture.pdf.exe...", "double extension"),
        ("facture.pdf.scr ", "double extension"),
        ("facture.pdf. exe", "double extension"),
        ("facture.pdf_________________.js", "double extension"),
        ("facture.pdf                 x", "double extension"),
        ("facture.docx.js", "double extension"),
        ("facture.pdf.lnk", "double extension"),
        ("facture.pdf.html", "double extension"),
        ("facture.jpg.svg", "double extension"),
        ("facture.pdf\u200b.exe", "double extension"),
        ("facture.pdf\uff0eexe", "double extension"),
        ("facture.p\u200bdf", "invisible character"),
        ("facture.ex\u00ade", "invisible character"),
        ("facture\u2024exe", "a character that looks like a dot"),
        ("facture\u3002exe", "a character that looks like a dot"),
        ("facture\uff61pdf", "a character that looks like a dot"),
        ("facture.exe\u2024pdf", "a character that looks like a dot"),
        ("facture.pdf:b.exe", "a second name after a colon"),
        ("facture.pdf::$DATA", "a second name after a colon"),
        ("CON", "the name of a device"),
        ("nul.pdf", "the name of a device"),
        ("LPT1.xml", "the name of a device"),
        ("com¹.pdf", "the name of a device"),
    ],
)
def test_names_that_deceive(filename: str, said: str) -> None:
    assert about(filename) == said


@pytest.mark.parametrize(
    "filename",
    [
        "a.exe",
        "A.EXE",
        "a.exe.",
        "a.exe ",
        "a.ex\u00ade",
        "a\u2024exe",
        "a\uff0eexe",
        "a.\uff45xe",
        "a.lnk",
        "a.xll",
    ],
)
def test_programs_are_known_in_disguise(filename: str) -> None:
    assert is_program(filename)


def test_a_document_called_after_a_web_site_is_held_and_not_refused() -> None:
    part = Part(path="2", kind=PDF, content=b"%PDF-1.7", filename="www.supplier.com")
    assert kind.treatment(part, has_reader=True) is kind.Treatment.OPEN
    assert [one.reason for one in kind.check(part, CASE)] == ["type-mismatch"]


def test_a_program_called_after_a_web_site_is_refused() -> None:
    part = Part(path="2", kind="application/x-dosexec", content=b"MZ", filename="www.supplier.com")
    assert kind.treatment(part, has_reader=False) is kind.Treatment.REFUSE


def test_a_message_about_a_web_site_is_no_program() -> None:
    part = Part(path="2", kind="message/rfc822", content=b"a", filename="Facture de supplier.com")
    assert kind.treatment(part, has_reader=True) is kind.Treatment.OPEN
    assert list(kind.check(part, CASE)) == []


@pytest.mark.parametrize("characters", [119, 120, 121, 400])
def test_long_names_are_shown_with_their_end(characters: int) -> None:
    long = "a" * (characters - 4) + ".pdf"
    short = _field.display_name(long)
    assert len(short) == min(characters, 120)
    assert short.endswith("a.pdf")
    assert ("…" in short) is (characters > 120)


def test_names_are_composed_before_they_are_counted() -> None:
    """NFC: an accent of its own is no character of the name."""
    assert len(_field.display_name(unicodedata.normalize("NFD", "é" * 100 + ".pdf"))) == 104


def test_what_is_printed_holds_no_character_that_deceives() -> None:
    deceptive = "a\x1b[31m\u202efdp\u200b\u2028\ud800\u00ad.exe\u061c\u2069"
    assert shown(deceptive).isprintable()
    assert "\\x1b" in shown(deceptive)
    assert "\\u202e" in shown(deceptive)
