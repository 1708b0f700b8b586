"""The catalogue: complete in both languages, and never lighter than security allows."""

import string

import pytest

from ingestd.model import Bilingual, Finding, Outcome, Weight
from ingestd.reasons import CATALOGUE, UNWAIVABLE, heaviest, outcome, reply, text, weigh


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_reason_says_the_same_in_both_languages(code: str) -> None:
    reason = CATALOGUE[code]
    assert reason.en
    assert reason.fr
    assert reason.en != reason.fr
    holes = [
        {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        for sentence in (reason.en, reason.fr)
    ]
    assert holes[0] == holes[1]


@pytest.mark.parametrize("code", CATALOGUE)
def test_only_what_the_door_says_has_an_smtp_reply(code: str) -> None:
    reason = CATALOGUE[code]
    assert bool(reason.smtp_reply) == (reason.weight is Weight.DOOR)


@pytest.mark.parametrize("code", CATALOGUE)
def test_what_holds_says_whether_it_can_be_released(code: str) -> None:
    reason = CATALOGUE[code]
    if reason.weight in (Weight.HOLD, Weight.STOP) and code != "refused-by-operator":
        assert reason.releasable in ("yes", "no", "yes, or move", "retry")


def test_a_text_is_filled_in() -> None:
    finding = Finding(
        "file-too-large",
        values={"file": "scan.pdf", "size": Bilingual("60 MB", "60 Mo"), "limit": "50"},
    )
    assert "scan.pdf is 60 MB" in text(finding, "en")
    assert "scan.pdf fait 60 Mo" in text(finding, "fr")


def test_what_nobody_filled_in_is_an_ellipsis() -> None:
    assert "… is empty" in text(Finding("file-empty"), "en")


def test_a_strangers_braces_are_only_braces() -> None:
    assert "{detail}{0}" in text(Finding("file-empty", values={"file": "{detail}{0}"}), "en")


def test_a_reply_is_one_line_with_its_codes() -> None:
    line = reply("rcpt-unknown", address="x@in.example.com")
    assert line.startswith("550 5.1.1 ")
    assert "x@in.example.com" in line


def test_the_configured_weight_goes_before_the_own_and_the_catalogues() -> None:
    assert weigh(Finding("link-only"), {}) is Weight.IGNORE
    assert weigh(Finding("link-only", weight=Weight.NOTE), {}) is Weight.NOTE
    heavier = {"link-only": Weight.HOLD}
    assert weigh(Finding("link-only", weight=Weight.NOTE), heavier) is Weight.HOLD


@pytest.mark.parametrize("code", sorted(UNWAIVABLE))
def test_security_is_never_lighter(code: str) -> None:
    assert weigh(Finding(code), {code: Weight.NOTE}) is CATALOGUE[code].weight
    assert CATALOGUE[code].releasable == "no"


def test_the_heaviest_decides() -> None:
    assert heaviest([Weight.NOTE, Weight.STOP, Weight.HOLD]) is Weight.STOP
    assert heaviest([]) is Weight.NOTE
    assert outcome([Weight.NOTE]) is Outcome.FILED
    assert outcome([Weight.IGNORE, Weight.NOTE]) is Outcome.IGNORED
    assert outcome([Weight.IGNORE, Weight.HOLD]) is Outcome.HELD
