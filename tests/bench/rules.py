"""What it costs to hold an electronic invoice against the official rules.

    python -m tests.bench.rules [--rounds N]

Warm, for one invoice: parse, schema (XSD), binding and all rule sets that apply, each of these a
column. Limits of ours: an invoice of 10 lines below 10 ms, one of 2,000 lines below a second, the
engine with all rule sets below 350 MB. Where they are installed, verifyhash-einvoice (the rules in
Python) judges the same invoices in the same run, as a ratio. Figures of one machine mean little
elsewhere; the documents are judged in turn, so that a busy machine harms all alike.
"""

import argparse
import importlib.util
import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ingestd.en16931 import cii, rule_sets, schemas, ubl, xml
from ingestd.model import Invoice, Syntax
from ingestd.rules.runner import Runner
from tests._rules import install_packs, running

HERE = Path(__file__).parent.parent / "documents"
WHOLE_MS, LONG_MS, ENGINE_MB = 10, 1_000, 350
LONG = 2_000
_EN = "urn:cen.eu:en16931:2017"
_FACTUR_X = "urn:factur-x.eu:1p0"
VARIANTS = {
    "UBL": ("ubl-invoice.xml", _EN, False),
    "UBL, domestic FR": ("ubl-invoice.xml", _EN, True),
    "UBL, Peppol": (
        "ubl-invoice.xml",
        f"{_EN}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        False,
    ),
    "UBL, XRechnung": (
        "ubl-invoice.xml",
        f"{_EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
        False,
    ),
    "CII": ("cii-invoice.xml", _EN, False),
    "CII, domestic FR": ("cii-invoice.xml", _EN, True),
    "CII, XRechnung": (
        "cii-invoice.xml",
        f"{_EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
        False,
    ),
    "Factur-X BASIC": ("cii-invoice.xml", f"{_EN}#compliant#{_FACTUR_X}:basic", False),
    "Factur-X EXTENDED": ("cii-invoice.xml", f"{_EN}#conformant#{_FACTUR_X}:extended", False),
    "EXTENDED-CTC-FR, CII": (
        "cii-invoice.xml",
        f"{_EN}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
        True,
    ),
}
"""Name to document, specification (BT-24), and whether both parties are made French."""

_LINES = {Syntax.UBL: "InvoiceLine", Syntax.CII: "IncludedSupplyChainTradeLineItem"}
_ZEROED = ("LineExtensionAmount", "PriceAmount", "ChargeAmount", "LineTotalAmount")
_NUMBERED = ("ID", "LineID")


def document(name: str, lines: int) -> bytes:
    """Return a variant with so many lines; the added ones cost nothing, so the sums stay right."""
    file, specification, is_french = VARIANTS[name]
    text = (HERE / file).read_text(encoding="utf-8")
    text = re.sub(r"urn:cen\.eu:en16931:2017[^<]*", specification, text, count=1)
    if is_french:
        text = re.sub(r"(<(?:cbc:IdentificationCode|ram:CountryID)>)[A-Z]{2}<", r"\1FR<", text)
    root = etree.fromstring(text.encode())
    syntax = Syntax.UBL if file.startswith("ubl") else Syntax.CII
    found = list(root.iter("{*}" + _LINES[syntax]))
    last = found[-1]
    for number in range(len(found) + 1, lines + 1):
        copy = etree.fromstring(etree.tostring(last))
        for element in copy.iter():
            if str(element.tag).rpartition("}")[2] in _ZEROED:
                element.text = "0.00"
        identifier = next(one for one in copy.iter(*("{*}" + tag for tag in _NUMBERED)))
        identifier.text = str(number)
        last.addnext(copy)
        last = copy
    return etree.tostring(root)


def judge(content: bytes, engine: Runner) -> dict[str, float]:
    """Judge one invoice as a reader and the checks do; return the milliseconds of each step."""
    spent: dict[str, float] = {}

    def timed(step: str, work: Callable[[], object]) -> object:
        began = time.perf_counter()
        done = work()
        spent[step] = (time.perf_counter() - began) * 1000
        return done

    root = timed("parse", lambda: xml.parse(content))
    assert isinstance(root, etree._Element)
    timed("schema", lambda: schemas.violations(root))
    syntax = Syntax.CII if "CrossIndustry" in str(root.tag) else Syntax.UBL
    bind = cii.read if syntax is Syntax.CII else ubl.read

    def read() -> Invoice:
        written = etree.tostring(root, encoding="unicode").encode()
        return replace(bind(root, "1"), syntax=syntax, xml=written)

    invoice = timed("bind", read)
    assert isinstance(invoice, Invoice)
    timed("rules", lambda: engine.judge(invoice.xml, rule_sets.choose(invoice)))
    return spent


def measure(engine: Runner, lines: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return for each variant the median milliseconds of each step."""
    documents = {name: document(name, lines) for name in VARIANTS}
    taken: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in VARIANTS}
    for content in documents.values():
        judge(content, engine)  # compiles what is not compiled yet
    for _ in range(rounds):
        for name, content in documents.items():
            for step, spent in judge(content, engine).items():
                taken[name][step].append(spent)
    return {
        name: {step: statistics.median(spent) for step, spent in steps.items()}
        for name, steps in taken.items()
    }


def show(title: str, figures: dict[str, dict[str, float]], limit_ms: float) -> None:
    """Print a table, and which rows are over the limit."""
    steps = ("parse", "schema", "bind", "rules")
    print(f"\n{title:28}" + "".join(f"{step:>9}" for step in (*steps, "whole")) + "   ms")
    for name, spent in figures.items():
        whole = sum(spent.values())
        verdict = "" if whole < limit_ms else f"   OVER {limit_ms:g}"
        row = "".join(f"{spent[step]:9.2f}" for step in steps)
        print(f"  {name:26}{row}{whole:9.2f}{verdict}")


def compare(engine: Runner, rounds: int) -> None:
    """Print how long others take for the same invoices, as ratios of ours."""
    if importlib.util.find_spec("verifyhash_einvoice") is None:
        print("\nverifyhash-einvoice is not installed: nothing to compare with")
        return
    peer = importlib.import_module("verifyhash_einvoice")
    for name in ("UBL", "CII"):
        content = document(name, 10)
        ours, theirs = [], []
        for _ in range(max(rounds, 3)):
            ours.append(sum(judge(content, engine).values()))
            began = time.perf_counter()
            peer.validate(content)
            theirs.append((time.perf_counter() - began) * 1000)
        ratio = statistics.median(theirs) / statistics.median(ours)
        print(f"\nverifyhash-einvoice, {name}: {ratio:.2f} times ours")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    rounds = parser.parse_args().rounds
    schemas.compile_all()
    with tempfile.TemporaryDirectory() as packs:
        library = install_packs(Path(packs))
        with running(library) as engine:
            show("10 lines", measure(engine, 10, rounds), WHOLE_MS)
            few = measure(engine, 500, max(rounds // 10, 1))
            many = measure(engine, LONG, max(rounds // 10, 1))
            show(f"{LONG} lines", many, LONG_MS)
            growth = [sum(many[n].values()) / sum(few[n].values()) for n in VARIANTS]
            print(f"\n4 times the lines cost {min(growth):.1f} to {max(growth):.1f} times as much")
            for name in (one.name for one in library.rule_sets()):
                engine.judge(b"<a/>", (name,))
            print(f"engine with all {len(library.rule_sets())} rule sets: ", end="")
            print(f"{engine.resident_bytes / 1e6:.0f} MB (limit {ENGINE_MB})")
            compare(engine, rounds)


if __name__ == "__main__":
    main()
