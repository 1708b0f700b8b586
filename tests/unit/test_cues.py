"""The words that tell an invoice from what travels with it."""

import pytest

from ingestd.extraction.cues import mentions


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
