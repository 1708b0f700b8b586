"""Can a stranger tell by text or time who is a company here? `python -m tests.faults.harvest`.

Asks a door for three kinds of recipients that it does not have, in random order: companies that never
were here, companies retired more than 90 days ago, and companies that demand a token, with a wrong one.
The texts must be the same; the times are compared by Welch's t-test, two kinds at a time.
"""

import argparse
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from ingestd.address import write_recipients
from ingestd.identifiers import InvalidIdentifier, normalise_vat
from ingestd.model import Company
from tests._door import Client, Door

UNKNOWN, RETIRED, GUARDED = "never here", "retired long ago", "wrong token"
KINDS = (UNKNOWN, RETIRED, GUARDED)
SIGNIFICANT = 0.01
_EACH = 400
_ENDLESS = {
    f"INGESTD_SMTP__MAX_{what}": "1000000000"
    for what in ("COMMANDS", "ERRORS", "UNKNOWN_RECIPIENTS")
}


def companies() -> dict[str, list[str]]:
    """Return French VAT numbers for each kind; drawn, so that no kind has the easier ones."""
    chance = random.Random(11)
    found: list[str] = []
    while len(found) < _EACH * len(KINDS):
        siren = f"{chance.randrange(10**8):08d}"
        for last in range(10):
            key = (12 + 3 * (int(siren + str(last)) % 97)) % 97
            try:
                found.append(normalise_vat(f"FR{key:02d}{siren}{last}"))
            except InvalidIdentifier:
                continue
    chance.shuffle(found)
    return {kind: found[at * _EACH : (at + 1) * _EACH] for at, kind in enumerate(KINDS)}


class Registry(Door):
    """A door that had the retired ones and has the guarded ones."""

    def register(self) -> None:
        """Write the snapshot of recipients."""
        self.path.mkdir(parents=True, exist_ok=True)
        vats = companies()
        gone = datetime.now(UTC) - timedelta(days=91)
        retired = [Company(vat=vat, numbers=(vat[4:],), retired_at=gone) for vat in vats[RETIRED]]
        guarded = [Company(vat=vat, numbers=(vat[4:],), token="k7q2") for vat in vats[GUARDED]]
        write_recipients(self.path / "recipients.json", retired + guarded)


def open_registry(directory: Path) -> Registry:
    """Return a door (not started yet) that does not lose its patience."""
    return Registry(directory, **_ENDLESS)


def ask(client: Client, samples: int) -> tuple[dict[str, list[float]], set[str]]:
    """Ask for each kind so often; return the times in microseconds, and the texts without the address
    that they repeat. The client has said MAIL."""
    vats = companies()
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    texts = set()
    for _ in range(samples):
        for kind in random.sample(KINDS, len(KINDS)):
            address = f"{random.choice(vats[kind]).lower()}+nope@in.example.com"
            command = f"RCPT TO:<{address}>\r\n".encode()
            began = time.perf_counter()
            client.socket.sendall(command)
            reply = client.line()
            times[kind].append((time.perf_counter() - began) * 1e6)
            texts.add(reply.replace(address, "ADDRESS"))
    return times, texts


def welch(one: Sequence[float], two: Sequence[float]) -> float:
    """Return the probability that means at least so different come from the same (two-sided; with as
    many samples as here, t is normal)."""
    spread = math.sqrt(statistics.variance(one) / len(one) + statistics.variance(two) / len(two))
    return math.erfc(abs(statistics.fmean(one) - statistics.fmean(two)) / spread / math.sqrt(2))


def without_slowest(times: Sequence[float]) -> list[float]:
    """Leave out the slowest hundredth: what the machine did meanwhile, which hides differences."""
    return sorted(times)[: len(times) - len(times) // 100]


def main() -> int:
    """Print the comparison; 0 when nothing can be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as directory,
        open_registry(Path(directory)) as door,
        door.client() as client,
    ):
        client.say("EHLO harvester.example")
        client.say("MAIL FROM:<a@harvester.example>")
        ask(client, min(given.samples, 500))  # warms both sides up
        times, texts = ask(client, given.samples)
    print(f"texts: {sorted(texts)}")
    good = len(texts) == 1 and min(texts).startswith("550 5.1.1")
    for kind in KINDS:
        usual = without_slowest(times[kind])
        middle, mean = statistics.median(usual), statistics.fmean(usual)
        print(f"{kind:<18} median {middle:7.2f} us  mean {mean:7.2f} us")
    for one, two in combinations(KINDS, 2):
        whole = welch(times[one], times[two])
        usual_p = welch(without_slowest(times[one]), without_slowest(times[two]))
        good = good and min(whole, usual_p) >= SIGNIFICANT
        print(f"{one} against {two}: p = {whole:.3f}, without the slowest hundredth {usual_p:.3f}")
    print("PASS" if good else "FAIL")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
