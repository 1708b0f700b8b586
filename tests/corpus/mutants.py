"""What was done wrong on purpose in a file of the corpus, and which finding names it.

    python -m tests.corpus.mutants          prints the table: file, defect, what named it

Two kinds of files: mutants, each a good file with one deliberate defect, and files that their publisher
expects a warning for. Everything is judged as `ingestd check` judges it, with all rule packs. A defect is
named by a finding that says so; for a mutant it must be one that the file it was made from does not have.
"""

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from lxml import etree

from ingestd import pipeline
from ingestd.model import Case, Finding
from ingestd.rules.runner import Runner
from tests._rules import install_packs, running
from tests.corpus.conftest import CorpusFile, find_corpus, rows

CHECKS: dict[str, tuple[tuple[str, str], ...]] = {
    "country-UK": (("rules-broken", "FX-SCH-A-000777"),),  # the code lists of the Factur-X sheets
    "date-30-february": (("fields-missing", "BT-2"),),
    "decimal-comma": (("fields-missing", "BT-112"),),
    "due-before-issue": (("date-implausible", "BT-9"),),
    "due-plus-5": (("totals-wrong", "BR-CO-16"),),
    "duplicated-line": (
        ("totals-wrong", "BR-CO-10"),
        ("rules-broken", "br-fr-cii"),  # gives up on two lines of one number, and names it
    ),
    "empty-invoice-number": (("fields-missing", "BT-1"),),
    "gross-plus-0.01": (("totals-wrong", "BR-CO-15"),),
    "iban-bad-check-digit": (("iban-wrong", "BT-84"),),
    "linesum-plus-1": (("totals-wrong", "BR-CO-10"),),
    "net-minus-1": (("totals-wrong", "BR-CO-13"),),
    "negative-price": (("rules-broken", "BR-FR-DEC-03_BT-146"),),
    "no-buyer-name": (("fields-missing", "BT-44"),),
    "no-currency": (("fields-missing", "BT-5"),),
    "no-invoice-number": (("fields-missing", "BT-1"),),
    "no-issue-date": (("fields-missing", "BT-2"),),
    "no-lines": (("fields-missing", "BG-25"),),
    "no-seller-name": (("fields-missing", "BT-27"),),
    "no-seller-tax-ids": (("rules-broken", "BR-CO-26"), ("rules-broken", "BR-DE-16")),
    "rate-25-instead": (("totals-wrong", "BR-CO-17"),),
    "thousands-separator": (("fields-missing", "BT-112"),),
    "type-999": (("rules-broken", "FX-SCH-A-000635"),),
    "unknown-customization": (("profile-unknown", "BT-24"),),
    "vat-bad-check-digit": (("supplier-number-wrong", "BT-31"),),
    "vat-total-plus-1": (("totals-wrong", "BR-CO-14"),),
}
"""Mutation -> (reason, term) of our own checks that name it, beside the rules that the manifest names."""

UPSTREAM: dict[str, tuple[tuple[str, str], ...]] = {
    "BR-NL-34_warning": (("rules-broken", "BR-NL-32"),),  # in 2.0.3.12 one rule with BR-NL-34
    "cas__IDENT-002__": (("supplier-number-wrong", "BT-31"),),  # the two digits of a French number
    "cas__PRF-001__": (("rules-broken", "factur-x-minimum"),),  # content that MINIMUM has not
    "warning_empty_elements": (("rules-broken", "SI-UBL-2"),),
    "xml-differs-from-page": (("totals-wrong", "BR-CO-15"),),
}
"""Part of a file name -> what names the defect that its publisher describes in words."""

IN_BOTH = ("xxxx-03__due-before-issue",)
"""Mutants made from a file that has the same defect already: it is named in both."""

EXPLAINED = {
    "cas__PDF-004__": "AFRelationship Source is one of the three that Factur-X allows in France",
}
"""Part of a file name -> why its warning is none of ours (docs/decisions/0028)."""

_MUTATION = re.compile(r'by mutation "([^"]+)" of (.+?);')
_ABORTS = "XSD / dynamic error"
"""What the manifest says of a value that the schema refuses and on which the official sheets give up."""


@dataclass(frozen=True)
class Proof:
    """One file: its defect in the words of the manifest, and the (reason, term) that name it."""

    path: str
    defect: str
    named_by: tuple[tuple[str, str], ...]

    @property
    def explained(self) -> str:
        """Why nothing needs to name it, "" for most."""
        return next((why for part, why in EXPLAINED.items() if part in self.path), "")

    @property
    def is_settled(self) -> bool:
        """Whether the defect is named, or explained."""
        return bool(self.named_by or self.explained)


def defective(corpus: Path) -> list[CorpusFile]:
    """Return the mutants, and the files that a warning is expected for; without those where nothing was
    changed in the end (a rate of 25 set to 25)."""
    return [
        file
        for file in rows(corpus, ("invoices/", "hostile/"))
        if (file.truth["category"] == "mutant" or file.expected == "warning")
        and not _is_unchanged(file, corpus)
    ]


def _is_unchanged(file: CorpusFile, corpus: Path) -> bool:
    mutation = _MUTATION.search(file.truth["expected_basis"])
    if not mutation:
        return False
    contents = (file.content, (corpus / mutation[2]).read_bytes())
    one, other = (etree.fromstring(content).iter(etree.Element) for content in contents)
    return [_shape(each) for each in one] == [_shape(each) for each in other]


def _shape(element: etree._Element) -> tuple[str, str, list[tuple[str, str]]]:
    return str(element.tag), (element.text or "").strip(), sorted(element.attrib.items())


def prove(files: Iterable[CorpusFile], corpus: Path, engine: Runner) -> Iterator[Proof]:
    """Judge each file, and of a mutant also the file it was made from."""
    sound: dict[str, frozenset[tuple[str, str, str]]] = {}
    judge = partial(_findings, engine=engine)
    for file in files:
        found = judge(corpus / file.path)
        mutation = _MUTATION.search(file.truth["expected_basis"])
        if mutation and not any(part in file.path for part in IN_BOTH):
            base = mutation[2]
            sound[base] = sound.get(base) or frozenset(map(_identity, judge(corpus / base)))
            found = [one for one in found if _identity(one) not in sound[base]]
        defect = mutation[1] if mutation else file.truth["expected_rules"] or file.truth["notes"]
        yield Proof(file.path, defect or Path(file.path).stem, tuple(_naming(file, defect, found)))


def _findings(path: Path, engine: Runner) -> list[Finding]:
    case = Case(company=None, today=date(2026, 11, 1), rules=engine.judge)
    verdict = pipeline.examine_document(path.read_bytes(), path.name, case)
    return [*verdict.findings, *(one for each in verdict.documents for one in each.findings)]


def _identity(one: Finding) -> tuple[str, str, str]:
    return one.reason, one.term, str(one.detail)


def _naming(file: CorpusFile, defect: str, found: list[Finding]) -> Iterator[tuple[str, str]]:
    """Yield each (reason, term) that names the defect of a file."""
    wanted = {*CHECKS.get(defect, ())}
    wanted |= {each for part, pairs in UPSTREAM.items() if part in file.path for each in pairs}
    rules = _ids(file.truth["expected_rules"]) | _ids(file.truth["official_fatal"])
    if file.truth["expected_rules"] == _ABORTS:
        rules.add("XSD")
    told = {}
    for one in found:
        ids = {one.term, *re.findall(r"\[([A-Z][A-Za-z0-9-]+)\]", str(one.detail))}
        if (one.reason, one.term) in wanted or (one.reason == "rules-broken" and ids & rules):
            told[one.reason, one.term] = None
    yield from told


def _ids(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]{2,}(?:-[A-Z0-9]+)+\b", text))


def main() -> int:
    """Print the table; 1 when a defect is not named."""
    corpus = find_corpus()
    if corpus is None:
        print("THE CORPUS IS NOT HERE: no shared/corpus above this repository")
        return 1
    with tempfile.TemporaryDirectory() as packs, running(install_packs(Path(packs))) as engine:
        proofs = list(prove(defective(corpus), corpus, engine))
    for one in proofs:
        named = ", ".join(f"{term} ({reason})" for reason, term in one.named_by)
        print(f"{one.path}\n    {one.defect}: {named or one.explained or 'NOT NAMED'}")
    named_count = sum(bool(one.named_by) for one in proofs)
    print(f"{named_count} of {len(proofs)} defects are named")
    return 0 if all(one.is_settled for one in proofs) else 1


if __name__ == "__main__":
    sys.exit(main())
