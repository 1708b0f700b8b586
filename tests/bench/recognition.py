"""What scans cost e-invoices: their time to filing behind scans, as a ratio to that without any.

    python -m tests.bench.recognition [--scans N] [--e-invoices N] [--rounds N] [--languages fra,deu]

Scans are spooled first, and e-invoices behind them; then workers start. `one lane` is what it would be
without the lane: the same mails, judged where they are claimed. Both are told as ratios to the
e-invoices alone on the same machine in the same round, and beside them what a scan costs on its own.
"""

import argparse
import logging
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingestd import chamber, journal, lanes, worker
from ingestd.config import Clamav, Ocr, Settings, Storage, Worker
from ingestd.model import Envelope, Lane, Unavailable
from ingestd.scanner import Scanner
from ingestd.spool.local import LocalSpool
from ingestd.store import companies, open_store
from tests._clamd import Clamd
from tests._log import deliver
from tests.documents.mails import COMPANY, RECIPIENT, document, mail
from tests.documents.scans import scan

_forks = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds until the last e-invoice was filed, and until everything was."""

    quick_s: float
    all_s: float


def e_invoice(number: str) -> bytes:
    """Return a mail with an electronic invoice of this number."""
    name, content = document("ubl-invoice.xml")
    return mail(f"Invoice {number}", (name, content.replace(b"2026/187", number.encode())))


class Bench:
    """One installation with workers of its own."""

    def __init__(self, path: Path, clamd: Clamd, languages: Sequence[str]) -> None:
        self.settings = Settings(
            storage=Storage(path=path, min_free_bytes=0),
            clamav=Clamav(socket=str(clamd.socket)),
            worker=Worker(poll_interval_s=0.01),
            ocr=Ocr(languages=list(languages)),
        )
        store = open_store(self.settings)
        companies.add(store, COMPANY, "Ateliers Lumière SARL")
        store.close()
        LocalSpool(self.settings.spool_path).prepare()

    def put(self, content: bytes) -> str:
        """Spool a mail and return its id."""
        envelope = Envelope(
            mail_from="a@sender.example",
            rcpt_to=(RECIPIENT,),
            peer="192.0.2.1",
            helo="x",
            tls=False,
            received_at=datetime.now(UTC),
        )
        return deliver(self.settings.spool_path, envelope, content, to=(COMPANY,))

    def judge(self, quick: set[str], duties: Sequence[lanes.Duty]) -> Times:
        """Judge all that waits, each duty in a process of its own."""
        began = time.monotonic()
        workers = [_forks.Process(target=self._work, args=(duty,)) for duty in duties]
        for one in workers:
            one.start()
        spool = LocalSpool(self.settings.spool_path)
        quick_s = 0.0
        while waiting := {one.spool_id for one in spool.entries()}:
            if quick_s == 0 and not waiting & quick:
                quick_s = time.monotonic() - began
            time.sleep(0.02)
        all_s = time.monotonic() - began
        for one in workers:
            one.kill()
            one.join()
        return Times(quick_s or all_s, all_s)

    def _work(self, duty: lanes.Duty) -> None:
        if duty.lanes == (Lane.OCR,):
            os.nice(5)  # as cli.serve does
        store = open_store(self.settings)
        spool = LocalSpool(self.settings.spool_path, lanes=duty.lanes)
        scanner = Scanner(self.settings.clamav.socket, 60)
        while True:
            busy = False
            with suppress(Unavailable):
                duty.look()
                busy = worker._take(self.settings, spool, store, scanner, None, duty)
            if not busy:
                time.sleep(0.01)


Duties = Callable[[Settings], list[lanes.Duty]]


def with_lane(settings: Settings) -> list[lanes.Duty]:
    """Return a worker for each lane."""
    return [lanes.duty_of(settings, Lane.MAIN), lanes.duty_of(settings, Lane.OCR)]


def without_lane(settings: Settings) -> list[lanes.Duty]:
    """Return two workers that recognise what they claim."""
    duty = lanes.duty_of(settings, Lane.OCR)
    return [replace(duty, lanes=(Lane.MAIN, Lane.OCR))] * 2


def measure(
    clamd: Clamd, languages: Sequence[str], scans: int, e_invoices: int, duties: Duties
) -> Times:
    """Spool so many scans and then e-invoices in an installation of their own, and judge them."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), clamd, languages)
        for number in range(scans):
            bench.put(scan(f"PM-2026-{1000 + number}"))
        quick = {bench.put(e_invoice(f"2026/{5000 + one}")) for one in range(e_invoices)}
        return bench.judge(quick, duties(bench.settings))


def main() -> None:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scans", type=int, default=30)
    parser.add_argument("--e-invoices", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--languages", default="eng,fra,deu,nld,spa,ita")
    options = parser.parse_args()
    journal.configure("json", "bench", logging.CRITICAL)
    chamber.warm()
    with tempfile.TemporaryDirectory() as name:
        clamd = Clamd(Path(name))
        clamd.start()
        try:
            compare(clamd, options)
        finally:
            clamd.stop()


def compare(clamd: Clamd, options: argparse.Namespace) -> None:
    """Measure in turn and print the medians of the ratios."""
    languages, scans, count = options.languages.split(","), options.scans, options.e_invoices
    rows: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        alone = measure(clamd, languages, 0, count, with_lane)
        lane = measure(clamd, languages, scans, count, with_lane)
        one = measure(clamd, languages, scans, count, without_lane)
        found = {
            "e-invoices alone": 1.0,
            f"behind {scans} scans, OCR lane": lane.quick_s / alone.quick_s,
            f"behind {scans} scans, one lane": one.quick_s / alone.quick_s,
            "all mail, OCR lane to one lane": lane.all_s / one.all_s,
        }
        for what, ratio in found.items():
            rows.setdefault(what, []).append(ratio)
    print(f"time to the filing of {count} e-invoices, as a ratio ({options.rounds} rounds)")
    for what, ratios in rows.items():
        print(f"{what:40} {statistics.median(ratios):8.2f}")


if __name__ == "__main__":
    main()
