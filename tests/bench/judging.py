"""What a judgement costs, as ratios: of the bare stdlib parser, of the virus scan, of the sandbox.

    python -m tests.bench.judging [--rounds N]

Each sample mail is taken through four arrangements in turn, A B C D A B C D, so that a busy machine
harms all alike; the medians are compared. Figures of one machine mean little, ratios travel.
"""

import argparse
import email
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ingestd import chamber, pipeline
from ingestd.config import Sandbox
from ingestd.en16931 import schemas
from ingestd.gathering import Announce
from ingestd.model import Case, Verdict
from ingestd.scanner import Scanner
from tests._clamd import Clamd
from tests.documents.mails import MAILS

SAMPLES = ("factur-x", "ubl-invoice", "cii-invoice", "plain-pdf", "zip-of-two", "no-attachment")
CASE = Case(company=None, today=date(2026, 10, 5))


def arrangements(content: bytes, scanner: Scanner) -> dict[str, Callable[[], object]]:
    """Return what is measured for one mail, the reference first."""

    def examine(case: Case, announce: Announce) -> Verdict:
        return pipeline.examine_mail(content, case, announce)

    def parse() -> object:
        return [part.get_payload(decode=True) for part in email.message_from_bytes(content).walk()]

    return {
        "stdlib parse": parse,
        "judge": lambda: pipeline.examine_mail(content, CASE),
        "+ sandbox": lambda: chamber.judge(examine, CASE, Sandbox(), None),
        "+ scan": lambda: chamber.judge(examine, CASE, Sandbox(), scanner.scan),
    }


def measure(content: bytes, scanner: Scanner, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each arrangement."""
    seen: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, work in arrangements(content, scanner).items():
            began = time.perf_counter()
            work()
            seen.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in seen.items()}


def main() -> None:
    """Print a table: milliseconds, and the ratio to the stdlib's parser."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("--rounds", type=int, default=30)
    rounds = arguments.parse_args().rounds
    schemas.compile_all()
    with tempfile.TemporaryDirectory() as directory:
        daemon = Clamd(Path(directory))
        daemon.start()
        try:
            scanner = Scanner(str(daemon.socket), 60)
            for name in SAMPLES:
                content = MAILS[name]("")
                medians = measure(content, scanner, rounds)
                reference = medians["stdlib parse"]
                cells = "  ".join(
                    f"{what} {value:6.2f} ms ({value / reference:5.1f} x)"
                    for what, value in medians.items()
                )
                print(f"{name:14} {len(content):8} bytes  {cells}")
        finally:
            daemon.stop()


if __name__ == "__main__":
    main()
