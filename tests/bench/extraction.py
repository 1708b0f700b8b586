"""How well pages are read: of each field how often, how right, and whether what is sure is true.

    python -m tests.bench.extraction [--all | --open | --sealed] [--only FAMILY,...] [--generated N]
        [--pictures N] [--seed N] [--field FIELD] [--wrong] [--reliability] [--addressed]
        [--no-rival] [--no-cache] [--json]

Reads the corpus (hybrid PDFs for what their XML says and their page shows, plain and synthetic PDFs,
scans) and pages made for it. Coverage is how often a known field was given at all, accuracy how
often it was right, and p@0.95 how many were right of those given as sure. Half of the issuers and
layouts are sealed: what is wrong there is counted and never shown, so that nobody can fit a reader to
it (`--reveal` shows it; who has looked must not change a reader for it).
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from ingestd.extraction import kinds, reading
from ingestd.extraction.sheets import Sheets
from ingestd.extraction.value import Known
from ingestd.model import Company, Format
from ingestd.readers.kinds import PDF
from tests.bench import (
    extraction_pages,
    extraction_rendered,
    extraction_rival,
    extraction_samples,
    extraction_tables,
)
from tests.bench.extraction_samples import FIELDS, Sample, samples
from tests.bench.extraction_scores import Answer, answers, of_invoice, total
from tests.bench.plain_text import page_texts
from tests.corpus.conftest import find_corpus
from tests.documents import pages

TODAY = date(2026, 11, 1)
_COMMON = {
    "en": "the of and to invoice date for amount number payment due total",
    "fr": "le la les de du des et facture date pour montant paiement numéro total",
    "de": "der die das und von rechnung datum für betrag bitte zahlung summe mit ust",
    "nl": "de het een van en factuur datum voor bedrag betaling totaal btw te",
    "es": "el la los de y factura fecha para importe pago número total iva",
    "it": "il la di e fattura data per importo pagamento numero totale iva del",
}


@dataclass
class Run:
    """What one run found: our answers, those of others, and what it cost."""

    ours: list[Answer] = field(default_factory=list)
    templates: list[Answer] = field(default_factory=list)
    guesses: list[Answer] = field(default_factory=list)
    text_ms: list[float] = field(default_factory=list)
    ocr_ms: list[float] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    called: list[tuple[Sample, str]] = field(default_factory=list)
    documents: int = 0


def language_of(text: str) -> str:
    """Return the language of a page's text by its commonest words."""
    words = Counter(re.findall(r"[a-zà-ÿ]+", text.lower()))
    return max(_COMMON, key=lambda one: sum(words[word] for word in _COMMON[one].split()))


def chosen(options: argparse.Namespace) -> Iterator[Sample]:
    """Yield the documents that were asked for."""
    only = tuple(options.only.split(",")) if options.only else ()
    for sample in chain(samples(only), _made(options, only)):
        if options.half == "all" or sample.sealed == (options.half == "sealed"):
            yield sample


def _made(options: argparse.Namespace, only: tuple[str, ...]) -> Iterator[Sample]:
    """Yield what is made for the bench: invoices, other papers, pictures, the corpus' XML as pages."""
    count, seed = options.generated, options.seed
    shown = pages.invoices(options.pictures, seed + 1)
    sources = (
        ("made", lambda: pages.invoices(count, seed)),
        ("not an invoice", lambda: pages.papers(count // 4, seed)),
        ("made scan", lambda: pages.pictures(shown, seed)),
        ("rendered", lambda: extraction_rendered.rendered(count, seed)),
    )
    for family, source in sources:
        if not only or family.startswith(only):
            yield from extraction_samples.made(source(), family)


def measure(documents: Iterable[Sample], options: argparse.Namespace) -> Run:
    """Read all documents with our reader and, unless told not to, with the other."""
    run, engine = Run(), extraction_pages.recognition(options.cache)
    for sample in documents:
        if engine is None and sample.is_scan:
            run.skipped[sample.family] += 1
            continue
        done = extraction_pages.read(sample, engine)
        run.called.append((sample, _called(sample, done.sheets)))
        if sample.is_invoice:
            _read(run, sample, done, options)
    return run


def _called(sample: Sample, sheets: Sheets) -> str:
    """Return what the paper is called: by its kind, or by why nothing can be read of it."""
    if sheets.encrypted or sheets.damaged or sheets.empty:
        return "unreadable"
    if sample.kind == PDF and kinds.is_picture(sheets):
        return kinds.Kind.PICTURE.value
    return kinds.kind_of(sheets.pages, bool(sheets.unread)).value


def _read(
    run: Run, sample: Sample, done: extraction_pages.Reading, options: argparse.Namespace
) -> None:
    leaves = done.sheets.pages
    said = "\n".join(page.text for page in leaves)
    named = replace(sample, language=sample.language or language_of(said))
    before = extraction_pages.cpu_ms()
    read = reading.read(leaves, _known(named, options), "1", Format.PDF)
    spent_ms = done.cpu_ms + extraction_pages.cpu_ms() - before
    (run.ocr_ms if sample.is_scan else run.text_ms).append(spent_ms / max(1, done.sheets.count))
    run.ours += answers(named, *of_invoice(read))
    run.documents += 1
    if options.rival:
        theirs = said if sample.is_scan else "\n".join(page_texts(sample.content, 20))
        run.templates += answers(named, extraction_rival.by_template(theirs), {})
        run.guesses += answers(named, extraction_rival.without_template(theirs), {})


def _known(sample: Sample, options: argparse.Namespace) -> Known:
    """Return what is known beforehand: nothing, or with `--addressed` the company that it was sent to."""
    vat = sample.truth.get("buyer_vat_identifier")
    vat = vat.answers[0] if isinstance(vat, pages.Either) else vat
    if not options.addressed or not isinstance(vat, str):
        return Known(company=None, today=TODAY)
    name = sample.truth.get("buyer_name")
    company = Company(vat=re.sub(r"[\W_]", "", vat).upper(), name=str(name or ""))
    return Known(company=company, today=TODAY)


def show(run: Run, options: argparse.Namespace) -> None:
    """Print the tables."""
    rivals = [("invoice2data templates", run.templates), ("without template", run.guesses)]
    print(f"{run.documents} documents, {options.half}")
    for family, count in run.skipped.items():
        print(f"{count} of {family} not read: no text recognition here")
    extraction_tables.fields(run.ours, rivals if options.rival else [])
    extraction_tables.groups("layout", run.ours, lambda answer: answer.sample.family)
    extraction_tables.groups("language", run.ours, lambda answer: answer.language)
    extraction_tables.layouts(run.ours)
    extraction_tables.groups(
        "origin", run.ours, lambda answer: "ocr" if answer.sample.is_scan else "text"
    )
    if options.reliability:
        extraction_tables.reliability(run.ours)
    extraction_tables.costs("text", run.text_ms)
    extraction_tables.costs("ocr", run.ocr_ms)
    extraction_tables.papers(run.called, options.wrong, options.reveal)
    if options.wrong:
        extraction_tables.wrong(run.ours, options.field, options.reveal)


def as_json(run: Run) -> str:
    """Return the scores of each family and field as JSON."""
    families = sorted({answer.sample.family for answer in run.ours})
    found = {name: [a for a in run.ours if a.sample.family == name] for name in families}
    scores = {
        name: {
            field: {
                key: getattr(score, key)
                for key in ("known", "given", "right", "sure", "sure_right")
            }
            for field, score in total(answers).items()
        }
        for name, answers in {"all": run.ours, **found}.items()
    }
    return json.dumps(scores, indent=1)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for half in ("all", "open", "sealed"):
        parser.add_argument(f"--{half}", dest="half", action="store_const", const=half)
    parser.add_argument("--only", default="", help="families, by how they begin")
    parser.add_argument("--field", default="", choices=("", *FIELDS))
    parser.add_argument("--generated", type=int, default=224, help="how many made pages to read")
    parser.add_argument("--pictures", type=int, default=27, help="how many made scans to read")
    parser.add_argument("--seed", type=int, default=11, help="of the made pages")
    for name in ("wrong", "reveal", "reliability", "addressed", "json"):
        parser.add_argument(f"--{name}", action="store_true")
    for name in ("rival", "cache"):
        parser.add_argument(f"--no-{name}", dest=name, action="store_false")
    parser.set_defaults(half="all")
    return parser.parse_args(given)


def main() -> None:
    """Measure and print."""
    options = arguments(sys.argv[1:])
    if find_corpus() is None:
        print("THE CORPUS IS NOT HERE: no shared/corpus above this repository")
    run = measure(chosen(options), options)
    if options.json:
        print(as_json(run))
    else:
        show(run, options)


if __name__ == "__main__":
    main()
