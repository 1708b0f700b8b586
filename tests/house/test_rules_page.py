"""docs/rules.md is the list of plain sentences."""

from pathlib import Path

from ingestd.cli.sentences import write_markdown
from ingestd.en16931.rule_texts import SENTENCES

MANUAL = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_manual_is_generated() -> None:
    again = "run `ingestd rules explain --markdown > docs/rules.md`"
    assert MANUAL.read_text(encoding="utf-8") == write_markdown(), again


def test_every_sentence_is_in_it_once_in_both_languages() -> None:
    manual = write_markdown()
    for rule, told in SENTENCES.items():
        assert manual.count(f"- **`{rule}`** {told.en}\n  *{told.fr}*\n") == 1
