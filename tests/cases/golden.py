"""Golden cases: a mail and the whole verdict that it must get.

Each folder beside this file is a case: `mail.eml`, `verdict.json` as `ingestd check --json` prints it
(without the time it took and the versions of rule sets), and where the past matters `before.eml`, a
mail that is filed already. To
add one, put a `mail.eml` into a new folder and run

    python -m tests.cases.golden NAME...      writes verdict.json of the cases named (all without names)

Read what it wrote before you commit it. Of malware only a placeholder is kept in the mails, which
becomes the EICAR test file when a case is judged.
"""

import base64
import json
import sys
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ingestd import pipeline
from ingestd.cli import report
from ingestd.cli.check import recorded
from ingestd.config import Judgement
from ingestd.model import SURE, Case, Company, FiledInvoice, Outcome, Verdict
from ingestd.recognition import Recogniser
from ingestd.rules.packs import Library
from ingestd.rules.runner import Runner
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests._rules import running
from tests.cases.containers import PASSWORD
from tests.documents.mails import EICAR
from tests.documents.paper import print_html

HERE = Path(__file__).parent
PLACEHOLDER = b"@@EICAR@@"
COMPANY = Company(
    vat="FR40303265045",
    name="Ateliers Lumière SARL",
    country="FR",
    numbers=("303265045",),
    archive_passwords=(PASSWORD,),
    password_from_body=True,
)
TODAY = date(2026, 10, 5)
RECOGNISER = Recogniser(("eng", "fra"))
"""The real one, which is confined."""


@dataclass
class Past:
    """What was filed before, as a case's `before.eml` left it."""

    mails: dict[str, FiledInvoice] = field(default_factory=dict)
    files: dict[str, FiledInvoice] = field(default_factory=dict)
    invoices: dict[str, FiledInvoice] = field(default_factory=dict)

    def file(self, verdict: Verdict) -> None:
        """Remember a verdict as the ledger would."""
        parts = {part.path: part for part in verdict.parts}
        before = FiledInvoice(id="before", filed_on=TODAY)
        self.mails[parts[""].sha256] = before
        for document in verdict.documents:
            if document.outcome is Outcome.FILED:
                self.files[parts[document.path].sha256] = before
                if document.invoice_key:
                    self.invoices[document.invoice_key] = before


def octets(file: Path) -> bytes:
    """Return a mail of a case, the placeholder replaced."""
    return file.read_bytes().replace(PLACEHOLDER, base64.b64encode(EICAR))


def judge(case: Path, scanner: Scanner, engine: Runner) -> dict[str, Any]:
    """Return the verdict on a case, as `ingestd check --json` prints it; `engine` has the bundled rule
    sets only."""
    past = Past()
    company = replace(
        COMPANY,
        pdf_replaces_xml=case.name.startswith("replaced"),
        body_is_invoice=case.name.startswith("printed"),
    )
    world = Case(
        company=company,
        today=TODAY,
        scan=scanner.scan,
        rules=engine.judge,
        print_html=print_html,
        recognise=RECOGNISER.recognise,
        filed_mail=past.mails.get,
        filed_file=past.files.get,
        filed_invoice=past.invoices.get,
        weights=Judgement().weights,
        for_operators=case.name.startswith("operator"),
    )
    if (case / "before.eml").exists():
        past.file(pipeline.examine_mail(octets(case / "before.eml"), world))
    verdict = pipeline.examine_mail(octets(case / "mail.eml"), world)
    shown = report.checked("mail.eml", recorded(verdict, company), 0.0)
    del shown["elapsed_ms"]
    for document in shown["documents"]:
        for one in document["rule_sets"]:
            one["version"] = bool(one["version"])
        for one in (document["invoice"] or {"sources": {}})["sources"].values():
            one["sure"] = one.pop("confidence") >= SURE  # the figures are the bench's matter
            if box := one.pop("box", None):
                one["page"] = box["page"]
    loaded: dict[str, Any] = json.loads(json.dumps(shown))
    return loaded


def cases() -> list[Path]:
    """Return the folders of all cases."""
    return sorted(file.parent for file in HERE.glob("*/mail.eml"))


def main() -> None:
    """Write the verdicts of the cases named on the command line, of all without names."""
    chosen = [HERE / name for name in sys.argv[1:]] or cases()
    with tempfile.TemporaryDirectory() as directory:
        daemon = Clamd(Path(directory))
        daemon.start()
        try:
            with running(Library(Path(directory) / "rules")) as engine:
                for case in chosen:
                    verdict = judge(case, Scanner(str(daemon.socket), 60), engine)
                    text = json.dumps(verdict, indent=1, ensure_ascii=False) + "\n"
                    (case / "verdict.json").write_text(text, encoding="utf-8")
        finally:
            daemon.stop()


if __name__ == "__main__":
    main()
