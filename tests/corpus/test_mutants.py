"""Every defect that was put into a file of the corpus on purpose, or that its publisher warns of, is
named by a finding. `python -m tests.corpus.mutants` prints which."""

from pathlib import Path

from ingestd.rules.runner import Runner
from tests.corpus.mutants import EXPLAINED, defective, prove


def test_every_defect_is_named(corpus: Path, rule_engine: Runner) -> None:
    proofs = list(prove(defective(corpus), corpus, rule_engine))
    assert len(proofs) > 280
    assert [(one.path, one.defect) for one in proofs if not one.is_settled] == []
    assert sum(not one.named_by for one in proofs) == len(EXPLAINED)
