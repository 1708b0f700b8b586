"""The numbers of one kind on a document, ranked from the seller's to the buyer's, and how sure that
is."""

from collections import Counter
from collections.abc import Mapping, Sequence

from ingestd.extraction.parties._blocks import Block
from ingestd.extraction.parties._found import Found
from ingestd.extraction.parties._leaning import leaning_of
from ingestd.extraction.parties._paper import Paper
from ingestd.extraction.value import Known, Value


def value_of(one: Found, confidence: float, evidence: Mapping[str, float]) -> Value:
    """Return a number as the value of a field."""
    return Value(one.given, round(confidence, 3), one.cell.page, one.words, tuple(sorted(evidence)))


class Choice:
    """The numbers of one kind by their values, each with the sum of its evidence."""

    def __init__(
        self, found: Sequence[Found], paper: Paper, known: Known, owners: Mapping[Block, float]
    ) -> None:
        self.evidence: dict[str, dict[str, float]] = {}
        self.best: dict[str, Found] = {}
        self.times = Counter(one.value for one in found)
        for one in found:
            evidence = self.evidence.setdefault(one.value, {})
            for kind, weight in leaning_of(one, paper, known, owners).items():
                if abs(weight) > abs(evidence.get(kind, 0.0)):
                    evidence[kind] = weight
            there = self.best.setdefault(one.value, one)
            if (bool(one.hint), len(one.given)) > (bool(there.hint), len(there.given)):
                self.best[one.value] = one
        if len(self.best) == 1:
            only = next(iter(self.evidence.values()))
            if "company" not in only:
                only["only"] = 2.0

    def leaning(self, value: str) -> float:
        """Return the sum of a value's evidence."""
        return sum(self.evidence[value].values())

    def ranked(self) -> list[str]:
        """Return the values from the seller's to the buyer's."""
        return sorted(self.best, key=self.leaning, reverse=True)


def curve(strength: float, margin: float) -> float:
    """Return how sure a choice is, by how much speaks for it and how much more than for the next."""
    if strength >= 3.5 and margin >= 4:
        return 0.99
    if strength >= 2 and margin >= 3:
        return 0.97
    if strength >= 1 and margin >= 1.5:
        return 0.9
    return 0.75 if strength > 0 and margin > 0 else 0.5
