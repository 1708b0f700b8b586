"""The catalogue has every reason of the shared one, word for word; codes are never renamed."""

import csv
from pathlib import Path

from ingestd.reasons import CATALOGUE


def test_every_shared_reason_is_here_word_for_word(corpus: Path) -> None:
    with (corpus.parent / "reasons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 50
    for row in rows:
        ours = CATALOGUE[row["code"]]
        assert {name: str(getattr(ours, name)) for name in row} == row
