"""Fuzz one target, or repeat one finding.

    python -m tests.hostile.fuzz.run TARGET --seconds 60 --findings FOLDER
    python -m tests.hostile.fuzz.run TARGET FILE...

Atheris leads the search by coverage. Where it has no wheel, the kept inputs are mutated blindly, which
is said aloud. Exit code 0 if nothing was found.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

CORPUS = Path(__file__).parent / "corpus"
MOST_BYTES = 8192

try:
    import atheris
except ImportError:
    atheris = None

Target = Callable[[bytes], None]


def _target(name: str) -> Target:
    """Return a target; our own modules are instrumented for it, where that can be."""
    if atheris is None:
        from tests.hostile.fuzz import targets
    else:
        with atheris.instrument_imports(include=["ingestd", "tests.hostile.fuzz"]):
            from tests.hostile.fuzz import targets
    return targets.TARGETS[name]


def _led(name: str, target: Target, seconds: int, findings: Path) -> None:
    """Search led by coverage; ends the process."""
    grown = findings / f"{name}.grown"
    grown.mkdir(parents=True, exist_ok=True)
    arguments = [
        f"-max_total_time={seconds}",
        f"-artifact_prefix={findings}/{name}-",
        f"-max_len={MOST_BYTES}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        str(grown),
        str(CORPUS / name),
    ]
    atheris.Setup([name, *arguments], target, enable_python_coverage=True)
    atheris.Fuzz()


def _mutated(rng: Random, seeds: list[bytes]) -> bytes:
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 6)):
        at, size = rng.randrange(len(data) + 1), rng.randint(1, 12)
        other = rng.choice(seeds)
        start = rng.randrange(len(other) + 1)
        wounds = (
            rng.randbytes(size),
            b"",
            other[start : start + size * 4],
            bytes(data[at : at + size]) * 3,
        )
        data[at : at + rng.choice((0, size))] = rng.choice(wounds)
    return bytes(data[:MOST_BYTES])


def _blind(name: str, target: Target, seconds: int, findings: Path) -> int:
    """Search by random mutation of the kept inputs."""
    print(
        "ATHERIS IS NOT HERE (it has no wheel for this machine): mutating blindly", file=sys.stderr
    )
    seeds = [file.read_bytes() for file in sorted((CORPUS / name).iterdir())]
    rng, end, runs = Random(time.time_ns()), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        data, runs = _mutated(rng, seeds), runs + 1
        try:
            target(data)
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            traceback.print_exc()
            (findings / f"{name}-crash-{runs}").write_bytes(data)
            return 1
    print(f"stat::number_of_executed_units: {runs}", file=sys.stderr)
    return 0


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz.run")
    parser.add_argument("target")
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--findings", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--blind", action="store_true", help="without atheris, even where it is")
    options = parser.parse_args()
    target = _target(options.target)
    for file in options.files:
        target(file.read_bytes())
        print(f"{file}: nothing found")
    if options.files:
        return 0
    search = _blind if atheris is None or options.blind else _led
    return search(options.target, target, options.seconds, options.findings) or 0


if __name__ == "__main__":
    sys.exit(main())
