"""The unit tests of EN 16931 (`testSet`): fragments of invoices, each of which states which rules it
breaks, some how often, and which it does not.

    python -m tests.corpus.units PACKS      judges them with the rule packs in a folder

The engine tells a rule once for each invoice line; here every time counts, so the fragments are judged
by an engine of our own that tells all. SaxonC stays in a process of its own.
"""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lxml import etree

from ingestd.rules import engine
from ingestd.rules.packs import Library
from tests.corpus.conftest import find_corpus

_UNIT = "{http://difi.no/xsd/vefa/validator/1.0}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_VERDICTS = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")


@dataclass(frozen=True)
class Stated:
    """How many files and fragments were judged; each statement that does not hold: file, rule, why."""

    files: int
    fragments: int
    wrong: list[list[str]]


def run(library: Library) -> Stated:
    """Judge every fragment of the corpus and compare with what it states."""
    command = (sys.executable, "-m", "tests.corpus.units", str(library.folder))
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return Stated(**json.loads(done.stdout.splitlines()[-1]))


def _judged(corpus: Path, library: Library) -> Stated:
    saxon = _engine(library)
    files = sorted((corpus / "rule-units").rglob("*.xml"))
    fragments, wrong = 0, []
    for file in files:
        root = etree.parse(str(file)).getroot()
        rule_set = "en16931-cii" if "cii" in root.get("configuration", "") else "en16931-ubl"
        for test in root.iter(f"{_UNIT}test"):
            fragments += 1
            fragment = etree.tostring(test[-1], encoding="unicode", with_tail=False)
            ((_name, aborted, found),) = saxon.judge(fragment, [rule_set])
            statements = [("", aborted)] if aborted else _unstated(test, [one[0] for one in found])
            wrong += [[file.name, rule, why] for rule, why in statements]
    return Stated(len(files), fragments, wrong)


def _engine(library: Library) -> engine.Engine:
    engine.found_in = _every_time
    saxon = engine.Engine()
    for name in ("en16931-ubl", "en16931-cii"):
        found = library.stylesheet(name)
        assert found, name
        wrong = saxon.load(name, found[0].text, found[0].codes)
        assert not wrong, wrong
    return saxon


def _every_time(report: str) -> list[list[str]]:
    """Return the ids of all broken rules, each as often as it is broken."""
    return [[one.get("id", "")] for one in ET.fromstring(report) if one.tag in _VERDICTS]


def _unstated(test: etree._Element, found: list[str]) -> Iterator[tuple[str, str]]:
    for rule, _number in _asserted(test, "success"):
        if rule in found:
            yield rule, "broken"
    for rule, number in [*_asserted(test, "error"), *_asserted(test, "warning")]:
        if rule not in found or (number and found.count(rule) != number):
            yield rule, f"{found.count(rule)} times"


def _asserted(test: etree._Element, word: str) -> list[tuple[str, int]]:
    return [
        ((element.text or "").strip(), int(element.get("number") or 0))
        for element in test.iter(f"{_UNIT}{word}")
    ]


if __name__ == "__main__":
    folder = find_corpus()
    assert folder, "THE CORPUS IS NOT HERE"
    print(json.dumps(asdict(_judged(folder, Library(Path(sys.argv[1]))))))
