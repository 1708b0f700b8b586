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
    assert sentence("") is sentence(None) is None


@pytest.mark.parametrize(
    ("rule", "family"),
    [
        ("UBL-CR-561", "UBL-CR-*"),
        ("UBL-DT-27", "UBL-DT-*"),
        ("CII-SR-128", "CII-SR-[0-3]*"),
        ("BR-DEC-09", "BR-DEC-*"),
        ("BR-FR-DEC-01_BT-112", "BR-FR-DEC-01_*"),
        ("BR-FXEXT-E-08rev", "BR-FXEXT-E-08*"),
    ],
)
def test_rules_that_say_the_same_of_other_fields_share_one(rule: str, family: str) -> None:
    assert sentence(rule) is SENTENCES[family]


def test_a_rule_of_a_family_may_have_one_of_its_own() -> None:
    assert sentence("UBL-DT-01") is SENTENCES["UBL-DT-01"] is not SENTENCES["UBL-DT-*"]
    assert sentence("BR-DEC-23") is SENTENCES["BR-DEC-23"]
    assert sentence("CII-SR-471") is None  # what is missing is not what is too much


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
