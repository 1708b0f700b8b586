"""docs/reasons.md is the catalogue."""

from pathlib import Path

from ingestd.cli.catalogue import write_markdown
from ingestd.reasons import CATALOGUE

MANUAL = Path(__file__).parents[2] / "docs" / "reasons.md"


def test_the_manual_is_generated() -> None:
    again = "run `ingestd reasons --markdown > docs/reasons.md`"
    assert MANUAL.read_text(encoding="utf-8") == write_markdown(), again


def test_every_reason_is_in_it_in_both_languages() -> None:
    manual = write_markdown()
    for reason in CATALOGUE.values():
        assert f"### `{reason.code}`\n" in manual
        assert reason.en in manual
        assert reason.fr in manual
