"""The plain sentences for broken rules: short, in both languages, naming the term they speak of."""

import re

import pytest

from ingestd.en16931.rule_texts import SENTENCES, sentence

FREQUENT = 60


def test_there_is_one_for_each_of_the_most_frequent_rules() -> None:
    assert len(SENTENCES) >= FREQUENT
    for rule in (
        "BR-02",
        "BR-CO-10",
        "BR-CO-15",
        "BR-S-08",
        "BR-CL-01",
        "BR-DE-15",
        "BR-FR-08_BT-23",
    ):
        assert sentence(rule)
    assert sentence("BR-OF-NOBODY") is None


@pytest.mark.parametrize("rule", SENTENCES)
def test_it_is_one_short_sentence_in_both_languages(rule: str) -> None:
    told = SENTENCES[rule]
    for text in (told.en, told.fr):
        assert 20 < len(text) < 160
        assert text.endswith(".")
        assert text[0].isupper()
    # Both name the same business terms.
    named = [set(re.findall(r"B[TG]-\d+", text)) for text in (told.en, told.fr)]
    assert named[0] == named[1]
    assert told.en != told.fr
