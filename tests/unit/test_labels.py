"""Labels on pages: found whatever the case, accents and punctuation, with what follows in one word."""

import pytest

from ingestd.extraction import labels
from ingestd.extraction.page import Page, rows_of
from ingestd.model import Word


def page(*texts: str) -> Page:
    words = [Word(text, 50.0 + 60 * i, 50.0, 100.0 + 60 * i, 60.0) for i, text in enumerate(texts)]
    return Page(1, 595, 842, "text", rows_of(words))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("N° TVA :", "no tva"),
        ("n°562044387", "no 562044387"),
        ("Nº", "no"),
        ("Factura n.º 17", "factura no 17"),
        ("n.°17", "no 17"),
        ("\u2116 5", "no 5"),
        ("Straße", "strasse"),
        ("Nr.:RE-17", "nr re 17"),
        ("Re\u0301f.", "ref"),
        ("l’échéance", "l echeance"),
        ("***", ""),
    ],
)
def test_case_accents_and_punctuation_are_folded(text: str, plain: str) -> None:
    assert labels.folded(text) == plain


@pytest.mark.parametrize(
    ("word", "rest"),
    [("Rechnungsnummer:4711", ":4711"), ("RECHNUNGSNUMMER", ""), ("Rechnungsnummer:", ":")],
)
def test_a_label_tells_what_its_word_goes_on_to_say(word: str, rest: str) -> None:
    (label,) = [one for one in labels.labels_of(page(word)) if one.key == "number"]
    assert (label.language, label.rest) == ("de", rest)


def test_the_longest_label_is_meant() -> None:
    found = [one.key for one in labels.labels_of(page("Ihre", "Bestellnummer:", "4711"))]
    assert found == ["your-order"]


def test_a_word_of_a_megabyte_is_looked_at_as_far_as_labels_go() -> None:
    assert len(list(labels.labels_of(page("Rechnungsnummer:" * 100_000)))) < 30
