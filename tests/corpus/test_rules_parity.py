"""Official rules give here what they give everywhere: over a sample of the corpus, and over the unit
tests of EN 16931. `python -m tests.corpus.rules` compares the whole corpus."""

from pathlib import Path

import pytest
from lxml import etree

from ingestd.model import RuleReport
from ingestd.rules.runner import Runner
from tests.corpus.conftest import CorpusFile
from tests.corpus.rules import Comparison, compare_all, judged_officially

EVERY = 6
"""One file in so many is in the sample."""

OTHER_RULES = {
    "BASIC_WL": (frozenset({"CII-SR-470"}), frozenset({"BR-CO-27"})),
    "EXTENDED.pdf": (frozenset(), frozenset({"BR-CO-27"})),
    "ZUGFeRD2_EXTENDED_Warenrechnung.xml": (frozenset(), frozenset({"BR-FXEXT-06"})),
}
"""The differences that docs/decisions/0025 explains: newer Factur-X sheets than the manifest's."""

UNIT = "{http://difi.no/xsd/vefa/validator/1.0}"


def explained(one: Comparison) -> bool:
    return one.same_rules or any(
        part in one.path and (one.only_ours, one.only_official) == difference
        for part, difference in OTHER_RULES.items()
    )


@pytest.fixture(scope="module")
def compared(corpus_files: list[CorpusFile], rule_engine: Runner) -> list[Comparison]:
    files = [file for file in judged_officially(corpus_files) if file.expected != "disputed"]
    return list(compare_all(files[::EVERY], rule_engine))


def test_the_same_files_are_accepted_and_rejected(compared: list[Comparison]) -> None:
    assert len(compared) > 200
    assert {one.accepted for one in compared} == {True, False}
    assert [one.path for one in compared if not one.same_verdict] == []


def test_the_same_rules_are_broken(compared: list[Comparison]) -> None:
    assert [one for one in compared if not explained(one)] == []
    assert [one for one in compared if one.other_warnings or one.other_french] == []


def test_the_dutch_rules_reject_what_their_publisher_says_is_invalid(
    corpus_files: list[CorpusFile], rule_engine: Runner
) -> None:
    dutch = [file for file in judged_officially(corpus_files) if b"nen.nl:nlcius" in file.content]
    found = list(compare_all(dutch, rule_engine))
    assert len(found) >= 100
    assert None not in {one.accepted_nationally for one in found}
    assert [one.path for one in found if not one.as_published] == []


def test_the_same_rule_sets_are_chosen(compared: list[Comparison]) -> None:
    """But for a seller in `UK`: no country, and so nothing domestic in France."""
    assert [one.path for one in compared if one.other_sets and "country-UK" not in one.path] == []


def unit_tests(corpus: Path) -> list[Path]:
    return sorted((corpus / "rule-units").rglob("*.xml"))


def asserted(test: etree._Element, word: str) -> list[tuple[str, int]]:
    return [
        ((element.text or "").strip(), int(element.get("number") or 0))
        for element in test.iter(f"{UNIT}{word}")
    ]


def broken(report: RuleReport) -> list[str]:
    assert not any(run.aborted for run in report.runs), report
    return [one.rule for one in report.findings]


def test_every_unit_test_of_en_16931_gives_what_it_states(
    corpus: Path, rule_engine: Runner
) -> None:
    wrong, fragments = [], 0
    for file in unit_tests(corpus):
        root = etree.parse(str(file)).getroot()
        rule_set = "en16931-cii" if "cii" in root.get("configuration", "") else "en16931-ubl"
        for test in root.iter(f"{UNIT}test"):
            fragment = etree.tostring(test[-1], encoding="unicode", with_tail=False).encode()
            found = broken(rule_engine.judge(fragment, (rule_set,)))
            fragments += 1
            expected_none = asserted(test, "success")
            expected = asserted(test, "error") + asserted(test, "warning")
            wrong += [(file.name, rule, "broken") for rule, _ in expected_none if rule in found]
            wrong += [
                (file.name, rule, f"{found.count(rule)} times")
                for rule, number in expected
                if rule not in found or (number and found.count(rule) != number)
            ]
    assert fragments > 600
    assert wrong == []
