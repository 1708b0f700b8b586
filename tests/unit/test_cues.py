"""The words that tell an invoice from what travels with it."""

import pytest

from ingestd.extraction.cues import is_enclosure, mentions

AGB = "Allgemeine Geschäftsbedingungen\n1. Die Rechnung ist sofort zu zahlen.\nMahngebühr 5,00 EUR"


def test_terms_talk_of_invoices_and_are_none() -> None:
    assert is_enclosure(AGB)
    assert is_enclosure("Lieferschein LS-1\n3 Stück zu 2,50 €")
    assert is_enclosure("Conditions générales de vente\nTout retard de facture : 40,00 €")


def test_what_calls_itself_an_invoice_or_shows_a_total_is_no_enclosure() -> None:
    assert not is_enclosure("Rechnung R-1\nLieferschein LS-1\nGesamtbetrag\n119,00")
    assert not is_enclosure("Rechnung R-1\nzum Lieferschein LS-1\n119,00 EUR")
    assert not is_enclosure("Lieferschein LS-1\nKunde 5\nRechnung R-1\nGesamtbetrag\n119,00")
    assert not is_enclosure("Rechnung\n1\n2\n3\n4\n5\n6\nunsere " + AGB)
    assert not is_enclosure("")


@pytest.mark.parametrize(
    ("text", "number", "found"),
    [
        ("Facture INV 2026 0088 du", "INV20260088", True),
        ("Facture INV-2026-0088 du", "INV2026/0088", True),
        ("Facture INV-2026-00881", "INV2026/0088", False),
        ("Rechnung 471102", "471102", True),
        ("Betrag 12 34", "1234", False),
        ("Rechnung 17", "17", False),
        ("", "", False),
        ("Rechnung -", "---", False),
    ],
)
def test_a_number_is_found_as_a_word(text: str, number: str, found: bool) -> None:
    assert mentions(text, number) is found


def test_a_short_number_counts_only_where_it_is_asked_for() -> None:
    assert mentions("Rechnung 17 vom", "17", shortest=1)
    assert not mentions("Rechnung 170 vom", "17", shortest=1)
