"""Fuzz all targets, several at a time.

    python -m tests.hostile.fuzz [--seconds 60] [--jobs 4] [--findings FOLDER] [TARGET...]

Prints a line for each target; a finding is kept in FOLDER with the command that repeats it. Exit code 1
if there is one.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.fuzz.run import CORPUS

SHOWN, SHOWN_CHARACTERS = 25, 300
_CHATTER = ("INFO:", "WARNING:", "#", "0x", "stat::", "==")
"""How the lines begin in which libFuzzer speaks of itself."""

_RUNS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of one target: the inputs tried, and how it ended."""

    target: str
    runs: int
    found: bool
    said: str


def _fuzz(target: str, seconds: int, findings: Path) -> Fuzzed:
    command = [sys.executable, "-m", "tests.hostile.fuzz.run", target]
    command += ["--seconds", str(seconds), "--findings", str(findings)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    said = done.stdout + done.stderr
    runs = _RUNS.search(said)
    return Fuzzed(target, int(runs[1]) if runs else 0, done.returncode != 0, said)


def _lines(fuzzed: Fuzzed, seconds: int, findings: Path) -> Iterator[str]:
    what = "FOUND SOMETHING" if fuzzed.found else "nothing found"
    yield f"  {fuzzed.target:<10} {fuzzed.runs:>9} inputs in {seconds} s: {what}"
    if "ATHERIS IS NOT HERE" in fuzzed.said:
        yield "    ATHERIS IS NOT HERE: inputs were mutated blindly"
    if fuzzed.found:
        told = [one for one in fuzzed.said.splitlines() if one and not one.startswith(_CHATTER)]
        yield from ("    " + line[:SHOWN_CHARACTERS] for line in told[-SHOWN:])
        for file in sorted(findings.glob(f"{fuzzed.target}-*")):
            yield f"    repeat it: python -m tests.hostile.fuzz.run {fuzzed.target} {file}"


def main() -> int:
    """Fuzz, print, return the exit code."""
    known = sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz")
    parser.add_argument("targets", nargs="*", default=known, metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--findings", type=Path, default=Path("var/fuzz-findings"))
    options = parser.parse_args()
    options.findings.mkdir(parents=True, exist_ok=True)
    os.nice(19)
    print(f"fuzzing {len(options.targets)} targets, {options.seconds} s each", flush=True)
    found = False
    with ThreadPoolExecutor(options.jobs) as pool:
        each = [
            pool.submit(_fuzz, one, options.seconds, options.findings) for one in options.targets
        ]
        for done in as_completed(each):
            found |= done.result().found
            for line in _lines(done.result(), options.seconds, options.findings):
                print(line, flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
