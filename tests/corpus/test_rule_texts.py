"""The rules that real invoices break most are told in plain words."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from ingestd.en16931.rule_texts import sentence

FREQUENT = 60
_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Za-z0-9]+)+(_[A-Z0-9-]+)*")
_CODED = "FX-SCH-A-"
"""Numbers of the Factur-X sheets: those of EN 16931 have its ids in their text, and get its sentences."""


@pytest.mark.parametrize("columns", [("official_fatal", "fr_ctc_fatal"), ("official_warnings",)])
def test_the_most_frequent_rules_have_a_sentence(corpus: Path, columns: tuple[str, ...]) -> None:
    counted: Counter[str] = Counter()
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest):
            found = {one.strip() for column in columns for one in row[column].split(";")}
            counted.update(one for one in found if _ID.fullmatch(one))
    frequent = [rule for rule, _ in counted.most_common(FREQUENT) if not rule.startswith(_CODED)]
    assert len(frequent) > FREQUENT / 2
    assert [rule for rule in frequent if sentence(rule) is None] == []
