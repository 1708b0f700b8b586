"""Official rules give here what they give everywhere: over a sample of the corpus, and over the unit
tests of EN 16931. `python -m tests.corpus.rules` compares the whole corpus."""

from pathlib import Path

import pytest

from ingestd.rules.packs import Library
from ingestd.rules.runner import Runner
from tests.corpus import units
from tests.corpus.conftest import CorpusFile
from tests.corpus.rules import Comparison, compare_all, is_explained, judged_officially

EVERY = 6
"""One file in so many is in the sample."""


@pytest.fixture(scope="module")
def compared(corpus_files: list[CorpusFile], rule_engine: Runner) -> list[Comparison]:
    files = [file for file in judged_officially(corpus_files) if file.expected != "disputed"]
    return list(compare_all(files[::EVERY], rule_engine))


def test_the_same_files_are_accepted_and_rejected(compared: list[Comparison]) -> None:
    assert len(compared) > 200
    assert {one.accepted for one in compared} == {True, False}
    assert [one.path for one in compared if not one.same_verdict] == []


def test_the_same_rules_are_broken(compared: list[Comparison]) -> None:
    assert [one for one in compared if not is_explained(one)] == []
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


def test_every_unit_test_of_en_16931_gives_what_it_states(
    corpus: Path, rule_library: Library
) -> None:
    stated = units.run(rule_library)
    assert stated.fragments > 600
    assert stated.wrong == []
