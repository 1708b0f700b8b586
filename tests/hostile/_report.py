"""What a run prints: a table by family, the slowest shapes, and what went wrong with how to repeat it."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.hostile._judging import Result

SHOWN = 40
"""So many faults are shown one by one; their shapes are counted in any case."""


def _at(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def _row(name: str, results: list[Result]) -> str:
    cpu = [one.cpu_s * 1000 for one in results]
    outcomes = Counter(one.outcome for one in results)
    peak = max((one.peak_bytes for one in results), default=0) >> 20
    stopped = sum(1 for one in results if one.stopped)
    counts = "".join(f"{outcomes[each]:>9}" for each in ("held", "ignored", "filed", "crash"))
    times = "".join(f"{value:>9.0f}" for value in (_at(cpu, 50), _at(cpu, 95), max(cpu, default=0)))
    return f"{name:<26}{len(results):>7}{counts}{stopped:>9}{times}{peak:>9}"


def table(results: list[Result]) -> Iterable[str]:
    """Yield the lines of the table: what must be held by family, then what must only be survived."""
    yield (
        f"{'':<26}{'files':>7}{'held':>9}{'ignored':>9}{'filed':>9}{'crashed':>9}{'stopped':>9}"
        f"{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'max MiB':>9}"
    )
    families = list(dict.fromkeys(one.family for one in results))
    for must_hold, label in ((True, ""), (False, " to survive")):
        kept = [one for one in results if one.must_hold is must_hold]
        for family in families:
            if rows := [one for one in kept if one.family == family]:
                yield _row(family + label, rows)
        if kept:
            yield _row("all" + label, kept)


def slowest(results: list[Result], most: int = 8) -> Iterable[str]:
    """Yield the shapes that cost most CPU, each with its worst file."""
    worst: dict[tuple[str, str], Result] = {}
    for one in results:
        key = (one.family, one.shape)
        if key not in worst or one.cpu_s > worst[key].cpu_s:
            worst[key] = one
    for one in sorted(worst.values(), key=lambda one: -one.cpu_s)[:most]:
        yield f"{one.cpu_s * 1000:>9.0f} ms {one.peak_bytes >> 20:>6} MiB  {one.name} {one.stopped}"


def faults(results: list[Result]) -> Iterable[str]:
    """Yield what went wrong: counted by shape, then one by one."""
    bad = [one for one in results if one.faults]
    shapes = Counter((one.family, one.shape, one.faults[0][:60]) for one in bad)
    for (family, shape, fault), count in shapes.most_common():
        yield f"{count:>5} x {family} {shape}: {fault}"
    for one in bad[:SHOWN]:
        yield f"  {one.name}: {'; '.join(one.faults)} [{one.outcome}: {', '.join(one.reasons)}]"
