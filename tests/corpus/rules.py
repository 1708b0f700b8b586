"""The verdicts of the rule engine beside those of the official artefacts (MANIFEST.csv).

    python -m tests.corpus.rules        prints the table over the whole corpus

The official run held every XML that is an invoice against the schema and the rule sets named in
`official_sets`; here the same is read, chosen and run by ingestd itself.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestd.en16931 import rule_sets, schemas, xml
from ingestd.model import Invoice, RuleFinding, RuleReport
from ingestd.rules.runner import Runner
from tests._rules import install_packs, running
from tests.corpus.conftest import CorpusFile, corpus_rows, find_corpus, read_all

OFFICIAL_SETS = {
    "en-ubl": "en16931-ubl",
    "en-cii": "en16931-cii",
    "xr-ubl": "xrechnung-ubl",
    "xr-cii": "xrechnung-cii",
    "peppol": "peppol-ubl",
    "fx-minimum": "factur-x-minimum",
    "fx-basicwl": "factur-x-basic-wl",
    "fx-basic": "factur-x-basic",
    "fx-extended": "factur-x-extended",
    "fr-ubl": "br-fr-ubl",
    "fr-cii": "br-fr-cii",
    "frx-ubl": "extended-ctc-fr-ubl",
    "frx-cii": "extended-ctc-fr-cii",
}
"""What the manifest calls the rule sets."""

_WITHOUT_ID = 39
"""So many characters of a rule's text stand in the manifest for a rule that has no id."""


OTHER_RULES = {
    "BASIC_WL": (frozenset({"CII-SR-470"}), frozenset({"BR-CO-27"})),
    "EXTENDED.pdf": (frozenset(), frozenset({"BR-CO-27"})),
    "ZUGFeRD2_EXTENDED_Warenrechnung.xml": (frozenset(), frozenset({"BR-FXEXT-06"})),
}
"""The differences that docs/decisions/0025 explains: newer Factur-X sheets than the manifest's."""


@dataclass(frozen=True)
class Comparison:
    """One file: what we say and what the official artefacts say, each as sets of rule ids.

    `accepted_nationally` tells whether the NLCIUS rules accept it too, None where they do not apply: the
    official run did not have them, and the files are from the publisher's own test set."""

    path: str
    expected: str
    accepted: bool
    official_accepted: bool
    only_ours: frozenset[str]
    only_official: frozenset[str]
    other_warnings: frozenset[str]
    other_french: frozenset[str]
    accepted_nationally: bool | None
    other_sets: frozenset[str]

    @property
    def same_verdict(self) -> bool:
        """Whether both accept or both reject."""
        return self.accepted is self.official_accepted

    @property
    def as_published(self) -> bool:
        """Whether the national rules reject just what their publisher says is invalid."""
        return self.accepted_nationally in (None, self.expected != "invalid")

    @property
    def same_rules(self) -> bool:
        """Whether both find the same fatal rules broken."""
        return not self.only_ours and not self.only_official


def is_explained(one: Comparison) -> bool:
    """Tell whether both found the same rules, or docs/decisions/0025 says why not."""
    return one.same_rules or any(
        part in one.path and (one.only_ours, one.only_official) == difference
        for part, difference in OTHER_RULES.items()
    )


def judged_officially(files: Iterable[CorpusFile]) -> list[CorpusFile]:
    """Return the files that the official rule sets were run over; ZUGFeRD 1 has none."""
    return [
        file
        for file in files
        if file.truth["official_sets"] and file.truth["official_sets"] != "xsd:zugferd1"
    ]


def _listed(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.split(";")) - {"", "none"}


def _names(found: Iterable[RuleFinding], official: frozenset[str]) -> frozenset[str]:
    """Name each finding as the manifest does: by its id, or without one by the start of its text."""
    named = set()
    for one in found:
        start = one.text[:_WITHOUT_ID].strip()
        named.add(
            one.rule if one.rule in official or (start not in official and one.rule) else start
        )
    return frozenset(named)


_BESIDE = ("br-fr", "nlcius")
"""National rule sets that the official run counted apart (BR-FR) or did not have (NLCIUS)."""


def _is_beside(one: RuleFinding) -> bool:
    return one.rule_set.startswith(_BESIDE)


def compare(file: CorpusFile, invoice: Invoice, report: RuleReport) -> Comparison:
    """Hold a report against the row of the manifest."""
    fatal = [one for one in report.findings if one.flag in ("fatal", "") and not _is_beside(one)]
    french = [
        one
        for one in report.findings
        if one.flag in ("fatal", "") and one.rule_set.startswith("br-fr")
    ]
    other = [
        one for one in report.findings if one.flag not in ("fatal", "") and not _is_beside(one)
    ]
    official = _listed(file.truth["official_fatal"])
    ours = _names(fatal, official)
    aborted = [run.name for run in report.runs if run.aborted]
    violations = schemas.violations(xml.parse(invoice.xml))
    accepted = not (fatal or aborted or violations)
    names = {
        run.name for run in report.runs if not run.aborted and not run.name.startswith("nlcius")
    }
    sets = {OFFICIAL_SETS[name] for name in file.truth["official_sets"].split(";")[1:]}
    return Comparison(
        path=file.path,
        expected=file.expected,
        accepted=accepted,
        official_accepted=not official
        and file.truth["official_xsd"] == "ok"
        and "aborts" not in file.truth["notes"],
        only_ours=ours - official,
        only_official=official - ours,
        other_warnings=_names(other, frozenset()) ^ _listed(file.truth["official_warnings"]),
        other_french=_names(french, frozenset()) ^ _listed(file.truth["fr_ctc_fatal"]),
        accepted_nationally=_accepted_nationally(report) and accepted,
        other_sets=frozenset(names ^ sets),
    )


def _accepted_nationally(report: RuleReport) -> bool | None:
    if not any(run.name.startswith("nlcius") for run in report.runs):
        return None
    return not any(
        one.flag in ("fatal", "") and one.rule_set.startswith("nlcius") for one in report.findings
    )


def compare_all(files: Iterable[CorpusFile], engine: Runner) -> Iterator[Comparison]:
    """Judge each file and compare; what is refused by its name is not judged."""
    for file in files:
        invoices = [
            one for one in read_all(file.content) if isinstance(one, Invoice) and one.syntax
        ]
        if invoices:
            report = engine.judge(invoices[0].xml, rule_sets.choose(invoices[0]))
            yield compare(file, invoices[0], report)


def main() -> int:
    """Print the table; 1 when a verdict differs."""
    folder = find_corpus()
    if folder is None:
        print("THE CORPUS IS NOT HERE: no shared/corpus above this repository")
        return 1
    files = judged_officially(corpus_rows(folder))
    with tempfile.TemporaryDirectory() as packs, running(install_packs(Path(packs))) as engine:
        compared = list(compare_all(files, engine))
    counted: Counter[tuple[str, str]] = Counter()
    for one in compared:
        for group in (one.expected, "all but disputed" if one.expected != "disputed" else ""):
            counted[group, "files"] += 1
            counted[group, "same verdict"] += one.same_verdict
            counted[group, "same fatal rules"] += one.same_rules
            counted[group, "same warnings"] += not one.other_warnings
            counted[group, "same BR-FR rules"] += not one.other_french
    columns = ("files", "same verdict", "same fatal rules", "same warnings", "same BR-FR rules")
    print(f"{'expected':18}" + "".join(f"{column:>18}" for column in columns))
    for group in sorted({group for group, _ in counted} - {""}):
        print(f"{group:18}" + "".join(f"{counted[group, column]:18}" for column in columns))
    for one in compared:
        if not (one.same_verdict and one.same_rules):
            ours, official = sorted(one.only_ours), sorted(one.only_official)
            print(f"{one.expected}: {one.path}\n    only here {ours}, only there {official}")
    read = {one.path for one in compared}
    refused = Counter(file.expected for file in files if file.path not in read)
    told = ", ".join(f"{number} {expected}" for expected, number in refused.most_common())
    print(f"refused by name before any rule (national dialects, other namespaces): {told}")
    return 0 if all(one.same_verdict for one in compared if one.expected != "disputed") else 1


if __name__ == "__main__":
    sys.exit(main())
