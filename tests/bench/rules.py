"""What it costs to hold an electronic invoice against the official rules.

    python -m tests.bench.rules [--rounds N]

Warm, for one invoice: parse, schema (XSD), binding and all rule sets that apply, each of these a
column, and the processor time of it all, which says what a machine would take that has nothing else to
do. Limits of ours: an invoice of 10 lines below 10 ms, one of 2,000 lines below a second, the engine
with all rule sets below 350 MB. Where they can be had, verifyhash-einvoice (the rules in Python:
`pip install verifyhash-einvoice`) and phive (the official sheets in Java, by Maven) judge the same
invoices in the same run, as ratios. Figures of one machine mean little elsewhere; the documents are
judged in turn, so that a busy machine harms all alike.
"""

import argparse
import importlib.util
import re
import shutil
import statistics
import subprocess
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
TEN, LONG = 10, 2_000
PHIVE = Path(__file__).parent / "phive"
PLAIN = ("UBL", "CII")
PEERS = {"verifyhash-einvoice", "phive"}
_EN = "urn:cen.eu:en16931:2017"
_FACTUR_X = "urn:factur-x.eu:1p0"
STEPS = ("parse", "schema", "bind", "rules")
PROCESSOR = "processor"
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
    before = processor_ms(engine)

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
    spent[PROCESSOR] = processor_ms(engine) - before
    return spent


def judge_steadily(content: bytes, engine: Runner) -> dict[str, float]:
    """As `judge`, once more when the engine was replaced meanwhile: that is a cost of its own, and the
    processor time of two processes cannot be compared."""
    while True:
        pid = engine.pid
        spent = judge(content, engine)
        if engine.pid == pid:
            return spent


def processor_ms(engine: Runner) -> float:
    """Return the processor time that this process and the engine have had, in milliseconds: what a
    judgement takes on a machine that has nothing else to do."""
    threads = Path(f"/proc/{engine.pid}/task").glob("*/schedstat") if engine.pid else ()
    theirs = sum(int(one.read_text(encoding="ascii").split()[0]) for one in threads)
    return time.process_time() * 1000 + theirs / 1e6


def whole_ms(spent: dict[str, float]) -> float:
    """Return the sum of the steps."""
    return sum(spent[step] for step in STEPS)


def measure(
    engine: Runner, variants: list[str], lines: int, rounds: int
) -> dict[str, dict[str, float]]:
    """Return for each variant the median milliseconds of each step."""
    documents = {name: document(name, lines) for name in variants}
    taken: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in variants}
    for content in documents.values():
        judge(content, engine)  # compiles what is not compiled yet
    for _ in range(rounds):
        for name, content in documents.items():
            for step, spent in judge_steadily(content, engine).items():
                taken[name][step].append(spent)
    return {
        name: {step: statistics.median(spent) for step, spent in steps.items()}
        for name, steps in taken.items()
    }


def show(title: str, figures: dict[str, dict[str, float]], limit_ms: float) -> None:
    """Print a table, and which rows are over the limit."""
    columns = (*STEPS, "whole", PROCESSOR)
    print(f"\n{title:28}" + "".join(f"{column:>10}" for column in columns) + "   ms")
    for name, spent in figures.items():
        whole = whole_ms(spent)
        verdict = "" if whole < limit_ms else f"   OVER {limit_ms:g}"
        if verdict and spent[PROCESSOR] < limit_ms:
            verdict += ", and not where nothing else runs"
        row = "".join(
            f"{figure:10.2f}"
            for figure in (*(spent[step] for step in STEPS), whole, spent[PROCESSOR])
        )
        print(f"  {name:26}{row}{verdict}")


def show_growth(figures: dict[int, dict[str, dict[str, float]]]) -> None:
    """Print what an invoice costs by its lines, and how the last step of lines shows in the cost: as
    many times as much is linear."""
    *_, few, many = figures
    print(
        f"\n{'processor ms by lines':28}"
        + "".join(f"{lines:>9}" for lines in figures)
        + "   growth"
    )
    for name in figures[many]:
        whole = {lines: found[name][PROCESSOR] for lines, found in figures.items()}
        row = "".join(f"{spent:9.1f}" for spent in whole.values())
        print(f"  {name:26}{row}{whole[many] / whole[few]:9.1f} for {many / few:.1f}")


def peers(rounds: int) -> dict[str, dict[str, float]]:
    """Return for each peer that is here its median milliseconds for an invoice of 10 lines, by what
    it is: EN 16931 alone, without binding, and for each the document of the same name."""
    content = {name: document(name, 10) for name in PLAIN}
    found = {}
    if importlib.util.find_spec("einvoice"):
        found["verifyhash-einvoice (Python)"] = _verifyhash(content, rounds)
    if shutil.which("mvn") and shutil.which("java"):
        found["phive (Java)"] = _phive(content, rounds)
    return found


def _verifyhash(content: dict[str, bytes], rounds: int) -> dict[str, float]:
    peer = importlib.import_module("einvoice")
    taken = {}
    for name, octets in content.items():
        spent = []
        for _ in range(2 * rounds):
            began = time.perf_counter()
            peer.validate_bytes(octets, profile="en16931")
            spent.append((time.perf_counter() - began) * 1000)
        taken[name] = statistics.median(spent[rounds:])
    return taken


def _phive(content: dict[str, bytes], rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        for file in PHIVE.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        copy = ("mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")
        subprocess.run(copy, cwd=folder, check=True, capture_output=True, timeout=600)
        command = ["java", "-cp", "lib/*", "Bench.java", str(rounds)]
        for name, octets in content.items():
            (folder / f"{name}.xml").write_bytes(octets)
            command += [name.lower(), f"{name}.xml"]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    told = [line.split() for line in done.stdout.splitlines()]
    assert all(valid == "true" for _, _, valid in told), done.stdout
    return {name.upper(): float(spent) for name, spent, _ in told}


def compare(engine: Runner, rounds: int) -> None:
    """Print how long others take for the same invoices and the same rules, as ratios of ours."""
    others = peers(rounds)
    ours = {}
    for name in PLAIN:
        spent = [judge(document(name, 10), engine) for _ in range(2 * rounds)][rounds:]
        ours[name] = statistics.median(whole_ms(one) - one["bind"] for one in spent)
    print("\nparse, schema, EN 16931, 10 lines: times of ours")
    for peer, taken in others.items():
        print(f"  {peer:30}" + "  ".join(f"{one} {taken[one] / ours[one]:.1f}" for one in PLAIN))
    for absent in sorted(PEERS - {peer.split()[0] for peer in others}):
        print(f"  {absent} is not here")


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--lines", type=int, default=LONG, help="of the long invoice")
    parser.add_argument("--only", action="append", choices=VARIANTS, help="and nothing else")
    given = parser.parse_args()
    rounds, long, variants = given.rounds, given.lines, given.only or list(VARIANTS)
    schemas.compile_all()
    with tempfile.TemporaryDirectory() as packs:
        library = install_packs(Path(packs))
        with running(library) as engine:
            few = max(rounds // 10, 3)
            sizes = (TEN, long // 20, long // 4, long)
            figures = {n: measure(engine, variants, n, rounds if n == TEN else few) for n in sizes}
            show(f"{TEN} lines", figures[TEN], WHOLE_MS)
            show(f"{long} lines", figures[long], LONG_MS)
            show_growth(figures)
            if not given.only:
                weigh(engine)
                compare(engine, rounds)


def weigh(engine: Runner) -> None:
    """Print the memory of the engine with all rule sets in use."""
    names = [one.name for one in engine.library.rule_sets()]
    for name in names:
        engine.judge(b"<a/>", (name,))
    held = engine.resident_bytes / 1e6
    print(f"engine with all {len(names)} rule sets: {held:.0f} MB (limit {ENGINE_MB})")


if __name__ == "__main__":
    main()
