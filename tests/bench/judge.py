"""What the judgement of a mail costs, and where it goes.

    python -m tests.bench.judge [--rounds N]

Two figures have a limit of ours: the sandbox for one message (fork, confinement, messages, end) below
10 ms, and the whole judgement of a typical mail (60 kB, one Factur-X PDF), virus scan included, below
40 ms: in CPU, that of the worker, of its child and of clamd together; on a machine with nothing else to
do the clock says the same. The arrangements are run in turn,
A B C A B C, so that a busy machine harms all alike. Figures of one machine mean little elsewhere; a
busy one makes all of them worse.
"""

import argparse
import cProfile
import gc
import io
import os
import pstats
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pikepdf

from ingestd import chamber, judgement, pipeline, sandbox
from ingestd.config import Sandbox
from ingestd.gathering import Announce
from ingestd.model import Case, Verdict
from ingestd.sandbox.confinement import Layers
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests.documents.mails import HERE, MAILS, compose

LIMITS = Sandbox()
CASE = Case(company=None, today=date(2026, 10, 5))
OTHERS = ("ubl-invoice", "plain-pdf", "zip-of-two", "no-attachment")
SANDBOX_MS, WHOLE_MS, TYPICAL_BYTES = 10, 40, 60_000
BARE = Layers(descriptors=False, rlimits=False, landlock=False, seccomp=False)

ROOMS = {
    "MIME and kinds": ("readers/mime", "readers/kinds", "readers/_field", "/email/", "/magic/"),
    "PDF": ("readers/pdf", "readers/_pdf", "pypdf", "pikepdf", "pdfium", "extraction/"),
    "schema (XSD)": ("en16931/schemas",),
    "XML to invoice": ("en16931/", "readers/_invoice", "readers/cii", "readers/ubl"),
    "checks": ("/checks/", "identifiers", "stdnum", "schwifty"),
    "documents and verdict": ("documents/", "pipeline", "gathering", "reasons"),
}
"""Where a profile's time belongs, by what is in the path of the file; the first that fits."""


def typical(side: int = 185) -> bytes:
    """Return the typical mail: a Factur-X PDF with a picture, about 60 kB as sent. `side` is that of
    the picture, in pixels of grey noise, which does not compress."""
    file = io.BytesIO()
    with pikepdf.open(HERE / "factur-x-en16931.pdf") as pdf:
        noise = random.Random(7).randbytes(side * side)
        picture = pikepdf.Stream(pdf, noise, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        picture.stream_dict.update(
            {"/Width": side, "/Height": side, "/BitsPerComponent": 8}  # a logo
        )
        picture.stream_dict["/ColorSpace"] = pikepdf.Name.DeviceGray
        pdf.pages[0].add_resource(picture, pikepdf.Name.XObject)
        pdf.save(file, static_id=True)
    return compose("Facture PM-2026-0412", ("facture.pdf", file.getvalue())).as_bytes()


@dataclass
class Meter:
    """CPU and wall-clock milliseconds of repeated runs, of this process, its children and clamd."""

    clamd: int
    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)
    clamd_ms: list[float] = field(default_factory=list)

    def run(self, work: Callable[[], object]) -> None:
        """Run `work` once and note what it cost."""
        ours, theirs, began = _cpu_s(), _clamd_s(self.clamd), time.perf_counter()
        work()
        self.wall_ms.append((time.perf_counter() - began) * 1000)
        self.cpu_ms.append((_cpu_s() - ours) * 1000)
        self.clamd_ms.append((_clamd_s(self.clamd) - theirs) * 1000)

    @property
    def median_ms(self) -> float:
        """CPU of all that took part, the median of the runs."""
        return statistics.median(map(sum, zip(self.cpu_ms, self.clamd_ms, strict=True)))


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _clamd_s(pid: int) -> float:
    """Return the CPU seconds of all threads of clamd, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


def _examine(content: bytes) -> chamber.Examine:
    def examine(case: Case, announce: Announce) -> Verdict:
        return pipeline.examine_mail(content, case, announce)

    return examine


def arrangements(content: bytes, scanner: Scanner) -> dict[str, Callable[[], object]]:
    """Return what is measured, the smallest first; each holds all of the one before it."""
    cage = chamber.cage(LIMITS)
    bare = replace(cage, layers=BARE)
    return {
        "fork": lambda: sandbox.run(lambda parent: b"", {}, bare),
        "sandbox": lambda: sandbox.run(lambda parent: b"", {}, cage),
        "judge": lambda: pipeline.examine_mail(content, CASE),
        "confined": lambda: chamber.judge(_examine(content), CASE, LIMITS, None),
        "whole": lambda: chamber.judge(_examine(content), CASE, LIMITS, scanner.scan),
    }


def measure(content: bytes, scanner: Scanner, clamd: int, rounds: int) -> dict[str, Meter]:
    """Run all arrangements in turn, `rounds` times."""
    works = arrangements(content, scanner)
    meters = {name: Meter(clamd) for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            meters[name].run(work)
    return meters


def shares(content: bytes) -> dict[str, float]:
    """Return which part of a judgement each room takes, by cProfile: 0 to 1."""
    profile = cProfile.Profile()
    profile.runcall(lambda: [pipeline.examine_mail(content, CASE) for _ in range(20)])
    spent = dict.fromkeys([*ROOMS, "Python and the rest"], 0.0)
    for (path, _, _), (_, _, own_s, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if path != "~":
            spent[_room(path)] += own_s
            continue
        for (caller, _, _), (_, _, share_s, _) in callers.items():  # built in: its caller's
            spent[_room(caller)] += share_s
    total = sum(spent.values())
    return {room: share / total for room, share in spent.items()}


def _room(path: str) -> str:
    for room, marks in ROOMS.items():
        if any(mark in path for mark in marks):
            return room
    return "Python and the rest"


def table(content: bytes, scanner: Scanner, clamd: int, rounds: int) -> None:
    """Print where the cost of the typical mail goes, and the two figures."""
    meters = measure(content, scanner, clamd, rounds)
    fork, empty, judge, confined, whole = (meters[name].median_ms for name in meters)
    scan = statistics.median(meters["whole"].clamd_ms)
    rows = {
        "fork, and the end of the child": fork,
        "confinement (Landlock, seccomp, rlimits, descriptors)": empty - fork,
        **{f"judge: {room}": judge * share for room, share in shares(content).items()},
        "pages copied for the child; messages; checking the answer": confined - judge - empty,
        "scan: clamd": scan,
        "scan: handing over, asking": whole - confined - scan,
    }
    print(f"typical mail, {len(content)} bytes, one Factur-X PDF; CPU, median of {rounds}")
    for name, spent_ms in rows.items():
        print(f"  {name:58} {spent_ms:6.1f} ms {spent_ms / whole:6.0%}")
    print(f"  {'whole judgement':58} {whole:6.1f} ms  100%")
    wall = statistics.median(meters["sandbox"].wall_ms)
    kept = _verdict(empty, SANDBOX_MS)
    print(f"sandbox, a message: {empty:.1f} ms CPU ({kept}), {wall:.1f} ms on the clock")
    print(f"whole judgement, with scan: {whole:.1f} ms CPU ({_verdict(whole, WHOLE_MS)})")


def _verdict(measured_ms: float, limit_ms: float) -> str:
    return f"limit {limit_ms} ms: {'kept' if measured_ms < limit_ms else 'NOT KEPT'}"


def others(scanner: Scanner, clamd: int, rounds: int) -> None:
    """Print the same for other mails, as whole figures."""
    for name in OTHERS:
        content = MAILS[name]("")
        meters = measure(content, scanner, clamd, rounds)
        cells = "  ".join(f"{what} {meters[what].median_ms:5.1f}" for what in ("judge", "whole"))
        print(f"{name:16} {len(content):8} bytes  {cells} ms CPU")


def main() -> None:
    """Measure as a worker does: loaded, frozen, then one message after the other."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    arguments.add_argument("--rounds", type=int, default=40)
    rounds = arguments.parse_args().rounds
    judgement.prepare(LIMITS)
    gc.collect()
    with tempfile.TemporaryDirectory() as directory:
        daemon = Clamd(Path(directory))
        daemon.start()
        try:
            scanner = Scanner(str(daemon.socket), 60)
            table(typical(), scanner, daemon.pid, rounds)
            others(scanner, daemon.pid, max(1, rounds // 4))
        finally:
            daemon.stop()
    print(f"load of the machine meanwhile: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
