"""Judge thousands of hostile files, and say what became of them.

    python -m tests.hostile [--count 5000] [--seed 2026] [--family zip] [--jobs 2]
    python -m tests.hostile --family pdf --index 17 --write file.eml     make one of them
    python -m tests.hostile --files FOLDER                               judge files that are there

Exit code 0 if every hostile file was held with a reason, nothing crashed, nobody used more CPU or
memory than allowed and no canary was touched; 1 otherwise.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from tests._clamd import Clamd
from tests.documents.mails import COMPANY
from tests.hostile import _canaries, _namespace, _report
from tests.hostile._files import hostile_of
from tests.hostile._hostile import Bait, Hostile
from tests.hostile._judging import Judge, Result
from tests.hostile.generator import FAMILIES, counts, damage, generate

DAMAGED_SHARE = 10
"""For so many hostile files one more that is damaged at random."""


@dataclass(frozen=True, slots=True)
class _Task:
    """One file to make and judge."""

    make: Callable[..., Hostile]
    arguments: tuple[object, ...]


_judge: Judge | None = None
"""Set before the workers are forked, which inherit it warm."""


def _run(task: _Task) -> Result:
    assert _judge
    return _judge.judge(task.make(*task.arguments))


def _tasks(options: argparse.Namespace, bait: Bait) -> Iterator[_Task]:
    if options.files:
        for file in sorted(one for one in options.files.rglob("*") if one.is_file()):
            yield _Task(hostile_of, (file, options.files))
        return
    families = tuple(options.family or FAMILIES)
    for family, count in counts(options.count, families):
        wanted = range(count) if options.index is None else (options.index,)
        for index in wanted:
            yield _Task(generate, (family, options.seed, index, bait))
        for index in range(count // DAMAGED_SHARE if options.index is None else 0):
            yield _Task(damage, (family, options.seed, index, bait))


def _judged(tasks: list[_Task], jobs: int) -> Iterator[Result]:
    """Yield the results as they come. Each worker is a process: if a file kills one, that is a fault."""
    with ProcessPoolExecutor(jobs, get_context("fork")) as pool:
        waiting = {pool.submit(_run, task): task for task in tasks}
        for done in as_completed(waiting):
            try:
                yield done.result()
            except BrokenProcessPool:
                print("A WORKER DIED: a hostile file has killed its judge's parent", flush=True)
                raise


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--family", action="append", choices=FAMILIES)
    parser.add_argument("--index", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--files", type=Path, help="judge the files below this folder instead")
    parser.add_argument(
        "--write", type=Path, help="write the mail of --family --index here, judge nothing"
    )
    parser.add_argument("--json", type=Path, help="write every result here, one a line")
    parser.add_argument("--clamd", help="socket of a clamd that runs (default: a private one)")
    return parser.parse_args()


def _progress(results: list[Result], total: int) -> None:
    bad = sum(1 for one in results if one.faults)
    print(f"  {len(results)} of {total} judged, {bad} not as they must be", flush=True)


def _all(options: argparse.Namespace, tasks: list[_Task]) -> list[Result]:
    results: list[Result] = []
    for result in _judged(tasks, options.jobs):
        results.append(result)
        if len(results) % 250 == 0:
            _progress(results, len(tasks))
    if options.json:
        lines = (
            json.dumps(asdict(one)) + "\n" for one in sorted(results, key=lambda one: one.name)
        )
        options.json.write_text("".join(lines))
    return results


def _say(results: list[Result], hits: dict[str, int]) -> int:
    for line in _report.table(results):
        print(line)
    print("slowest shapes, CPU of the judging process:")
    for line in _report.slowest(results):
        print(line)
    touched = any(hits.values())
    print("canary hits: " + ", ".join(f"{name} {count}" for name, count in hits.items()))
    bad = [one for one in results if one.faults]
    for line in _report.faults(results):
        print(line)
    print(f"{len(results)} files, {len(bad)} not as they must be")
    return 1 if bad or touched else 0


def main() -> int:
    """Judge, print, return the exit code."""
    global _judge  # noqa: PLW0603 - forked workers inherit it; a Scanner and a Case need no pickle
    options = _options()
    if options.write:
        options.write.write_bytes(
            generate(options.family[0], options.seed, options.index, Bait()).mail
        )
        return 0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        clamd = None if options.clamd else Clamd(directory / "clamd")
        if clamd:
            clamd.start()
        namespace = _namespace.enter(directory)
        if not namespace.is_own:
            print("NO NETWORK OF OUR OWN HERE (not root): DNS is watched by the audit hook alone")
        try:
            with _canaries.set_out(directory, namespace) as canaries:
                clamd_socket = options.clamd or str(clamd.socket if clamd else "")
                company = "" if options.files else COMPANY
                _judge = Judge(clamd_socket, canaries.secret.encode(), company)
                _judge.warm()
                results = _all(options, list(_tasks(options, canaries.bait)))
                return _say(results, canaries.hits())
        finally:
            if clamd:
                clamd.stop()


if __name__ == "__main__":
    sys.exit(main())
