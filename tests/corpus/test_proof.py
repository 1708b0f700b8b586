"""`python -m tests.corpus.proof` says where a goal is missed. What it proves is proved by the other tests
here, over all of the corpus but for the official verdicts (one file in six)."""

import pytest

from tests.corpus import proof
from tests.corpus.proof import Line


@pytest.mark.parametrize(("missed", "code"), [((), 0), (("a.xml",), 1)])
def test_a_missed_goal_is_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missed: tuple[str, ...],
    code: int,
) -> None:
    line = Line("fields", "758 of 759 (99.87 %)", "100 %", missed, 1.0)
    monkeypatch.setattr(proof, "prove", lambda corpus: iter([line]))
    monkeypatch.setattr(proof, "find_corpus", lambda: ".")
    monkeypatch.setattr("sys.argv", ["proof"])
    assert proof.main() == code
    said = capsys.readouterr().out
    assert "758 of 759" in said
    assert ("MISSED" in said) is bool(missed)
    assert proof.SPEED in said


def test_nothing_to_prove_it_by_is_no_proof() -> None:
    assert not Line("mutants", proof.share(0, 0), "100 %", (), 1.0).is_met
    assert Line("mutants", proof.share(1, 1), "100 %", (), 1.0).is_met
