"""The proof of the electronic invoices, over the whole corpus: one table.

    python -m tests.corpus.proof [--json]

Each line is a figure with its goal; exit code 1 when one is missed. What it is doing is said on standard
error. The speed is measured by `python -m tests.bench.rules`.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from tests._rules import install_packs, running
from tests.corpus import fields, hostile_xml, leaves, mutants, rules, units
from tests.corpus.conftest import CorpusFile, corpus_rows, find_corpus

SPEED = "speed: python -m tests.bench.rules"
_NOTHING = "nothing to prove it by"
MOST_DIFFERENT = 0.005
"""Of so many files the fatal rules may differ, each explained."""

Told = tuple[str, str, str, list[str]]
"""Name, figure, goal and what was missed."""


@dataclass(frozen=True)
class Line:
    """One line of the table. `figure` and `goal` are as people read them; `missed` are the files, or
    whatever it is, that keep it from its goal."""

    name: str
    figure: str
    goal: str
    missed: tuple[str, ...]
    seconds: float

    @property
    def is_met(self) -> bool:
        """Whether nothing was missed, and there was something to miss."""
        return not self.missed and self.figure != _NOTHING


def share(part: int, whole: int) -> str:
    """Return a share as people read it."""
    return f"{part:,} of {whole:,} ({100 * part / whole:.2f} %)" if whole else _NOTHING


def _field_parity(files: list[CorpusFile]) -> Iterator[Told]:
    valid = fields.electronic(files, "valid")
    wrong = [file.path for file in valid if fields.nearest(file)]
    figure = share(len(valid) - len(wrong), len(valid))
    yield "fields as in the XML", figure, "100 %", wrong
    covered = leaves.cover(file for file in valid if file.path.endswith(".xml"))
    terms = covered.read.total() + sum(covered.dropped[path] for path in covered.unexplained)
    figure = share(covered.read.total(), terms)
    yield "texts of terms that are read", figure, "100 %", covered.unexplained


def _rule_parity(compared: list[rules.Comparison]) -> Iterator[Told]:
    wrong = [one.path for one in compared if not one.same_verdict]
    figure = share(len(compared) - len(wrong), len(compared))
    yield "same accept or reject", figure, "100 %", wrong
    differ = [one for one in compared if not one.same_rules]
    unexplained = [one.path for one in differ if not rules.is_explained(one)]
    too_many = [one.path for one in differ] if len(differ) > MOST_DIFFERENT * len(compared) else []
    figure = share(len(compared) - len(differ), len(compared))
    goal = "99.5 %, the rest explained"
    yield "same fatal rules", figure, goal, unexplained or too_many
    dutch = [one for one in compared if one.accepted_nationally is not None]
    wrong = [one.path for one in dutch if not one.as_published]
    figure = share(len(dutch) - len(wrong), len(dutch))
    yield "NLCIUS as its publisher says", figure, "100 %", wrong


def _units(stated: units.Stated) -> Iterator[Told]:
    wrong = {name for name, *_ in stated.wrong}
    figure = f"{share(stated.files - len(wrong), stated.files)}, {stated.fragments} fragments"
    yield "unit tests of EN 16931", figure, "100 %", sorted(wrong)


def _mutants(proofs: list[mutants.Proof]) -> Iterator[Told]:
    named = sum(bool(one.named_by) for one in proofs)
    missed = [one.path for one in proofs if not one.is_settled]
    goal = f"100 %, {len(mutants.EXPLAINED)} explained"
    yield "mutants and warnings named", share(named, len(proofs)), goal, missed


def _hostile(touched: hostile_xml.Touched) -> Iterator[Told]:
    hits = touched.reader + touched.engine
    figure = f"{hits} canary hits, {touched.documents} files, by reader and by engine"
    opened = f"{touched.open_reader} and {touched.open_engine}"
    missed = [] if touched.is_safe else [f"unprotected: {opened} hits", *touched.told]
    yield "hostile XML", figure, "0", missed


def prove(corpus: Path) -> Iterator[Line]:
    """Yield the lines of the table as they are proved."""
    files = corpus_rows(corpus)
    with tempfile.TemporaryDirectory() as folder:
        library = install_packs(Path(folder))
        with running(library) as engine:
            official = [
                file for file in rules.judged_officially(files) if file.expected != "disputed"
            ]
            parts = (
                ("the fields", lambda: _field_parity(files)),
                (
                    "the verdicts",
                    lambda: _rule_parity(list(rules.compare_all(official, engine))),
                ),
                ("the unit tests", lambda: _units(units.run(library))),
                (
                    "the mutants",
                    lambda: _mutants(
                        list(mutants.prove(mutants.defective(corpus), corpus, engine))
                    ),
                ),
                ("hostile XML", lambda: _hostile(hostile_xml.run())),
            )
            for what, part in parts:
                print(f"  {what} ...", file=sys.stderr, flush=True)
                began = time.monotonic()
                lines = list(part())
                seconds = time.monotonic() - began
                for name, figure, goal, missed in lines:
                    yield Line(name, figure, goal, tuple(missed), round(seconds, 1))


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.proof")
    parser.add_argument(
        "--json", action="store_true", help="one JSON document instead of the table"
    )
    options = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    corpus = find_corpus()
    if corpus is None:
        print("THE CORPUS IS NOT HERE: no shared/corpus above this repository, nothing proved")
        return 1
    lines = list(prove(corpus))
    if options.json:
        print(json.dumps([asdict(one) | {"is_met": one.is_met} for one in lines], indent=1))
    else:
        for one in lines:
            state = "met" if one.is_met else "MISSED"
            print(f"{one.name:32}{one.figure:56}{one.goal:30}{state}")
            for missed in one.missed:
                print(f"    {missed}")
        print(SPEED)
    return 0 if all(one.is_met for one in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
