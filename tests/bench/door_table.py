"""The runs of the benchmark as a table in Markdown, with what we want beside what was seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, nan
from statistics import median

REFERENCE = "postfix"
OURS = ("ingestd", "ingestd-2")
BUSY_PERCENT = 20
BUSY_DISK = 4
"""A flush that takes so many times the fastest one waited for somebody else's."""


@dataclass(frozen=True, slots=True)
class Run:
    """One load on one server. `other_percent` is the share of the machine that neither the server nor
    the generator used meanwhile, `flush_ms` what a flush of 4 kB took just before and just after;
    `per_connection` is 0 where each session sends all its messages."""

    server: str
    round: int
    size: str
    sessions: int
    per_connection: int
    messages_per_s: float
    cpu_ms: float
    client_cpu_ms: float
    ack_p50_ms: float
    ack_p99_ms: float
    other_percent: float
    taken: int
    failed: int
    error: str
    flush_ms: float = 0


@dataclass(frozen=True, slots=True)
class Idle:
    """Memory of one server, with nobody there and with `connections` that do nothing."""

    server: str
    connections: int
    alone_mb: float
    held_mb: float


@dataclass(frozen=True, slots=True)
class Sorting:
    """CPU milliseconds a message for what a worker does before it judges: from the log to the queue."""

    server: str
    size: str
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Goal:
    """What we want against Postfix: times its speed (at least), times its CPU (at most)."""

    speed: float
    cpu: float


GOALS = {"5 kB": Goal(3, 0.35), "60 kB": Goal(2.5, 0.35), "1 MB": Goal(1.5, 0.35)}
ONE_A_CONNECTION = Goal(1.5, 0.6)
IDLE_MB = 40
Cell = tuple[str, int, int]


def goal(cell: Cell) -> Goal | None:
    """Return what we want of a cell (size, sessions, messages a connection), None for nothing."""
    size, sessions, per_connection = cell
    if per_connection:
        return ONE_A_CONNECTION if size == "60 kB" else None
    return GOALS.get(size) if sessions >= 10 else None


def ratios(runs: Sequence[Run], server: str, cell: Cell) -> tuple[float, float, float]:
    """Return a server's speed, CPU a message and p99 in terms of Postfix's of the same round: the
    median of the rounds, 0 without any."""
    here = [run for run in runs if _cell(run) == cell]
    theirs = {run.round: run for run in here if run.server == REFERENCE}
    pairs = [
        (run, theirs[run.round]) for run in here if run.server == server and run.round in theirs
    ]
    calm = [pair for pair in pairs if all(_is_calm(run, runs) for run in pair)]
    used = calm if len(calm) > 1 else pairs

    def of(attribute: str) -> float:
        values = [(getattr(run, attribute), getattr(other, attribute)) for run, other in used]
        return median([mine / other for mine, other in values if other] or [0])

    return of("messages_per_s"), of("cpu_ms"), of("ack_p99_ms")


def write(runs: Sequence[Run], idle: Sequence[Idle], sorting: Sequence[Sorting]) -> str:
    """Return the tables."""
    lines = [
        "Medians. × is against Postfix in the same run; in brackets our goal, ✗ where it was missed.",
        "",
        "| mail, connections | server | messages/s (least..most) | × Postfix | CPU ms a message"
        " | × Postfix | 250 after ms, p50 | p99 | rounds | failed |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    cells = dict.fromkeys(_cell(run) for run in runs)
    for cell in cells:
        for server in dict.fromkeys(run.server for run in runs):
            if _of(runs, server, cell):
                lines.append(_row(runs, server, cell))
    if idle:
        lines += [
            "",
            "| server | memory, nobody there | idle connections | memory |",
            "|---|---:|---:|---:|",
        ]
    for server in dict.fromkeys(one.server for one in idle):
        lines.append(_idle_row([one for one in idle if one.server == server]))
    if sorting:
        lines += ["", "| mail | server | CPU ms a message, from log to queue |", "|---|---|---:|"]
    for server, size in dict.fromkeys((one.server, one.size) for one in sorting):
        cpu_ms = median(one.cpu_ms for one in sorting if one.server == server and one.size == size)
        lines.append(f"| {size} | {server} | {cpu_ms:.2f} |")
    return "\n".join(lines) + "\n"


def _cell(run: Run) -> Cell:
    return run.size, run.sessions, run.per_connection


def _is_calm(run: Run, runs: Iterable[Run]) -> bool:
    fastest_ms = min((one.flush_ms for one in runs if one.flush_ms), default=inf)
    return run.other_percent < BUSY_PERCENT and run.flush_ms <= BUSY_DISK * fastest_ms


def _of(runs: Sequence[Run], server: str, cell: Cell) -> list[Run]:
    """Return the runs in which nothing else was going on, where there are two of them; else all."""
    every = [run for run in runs if run.server == server and _cell(run) == cell]
    calm = [run for run in every if _is_calm(run, runs)]
    return calm if len(calm) > 1 else every


def _row(runs: Sequence[Run], server: str, cell: Cell) -> str:
    mine = _of(runs, server, cell)
    size, sessions, per_connection = cell
    speed, cpu, p99 = ratios(runs, server, cell)
    wanted = goal(cell) if server in OURS and speed else None
    speeds = [run.messages_per_s for run in mine]
    each = f", {per_connection} a connection" if per_connection else ""
    columns = (
        f"{size}, {sessions}{each}",
        server,
        f"{median(speeds):,.0f} ({min(speeds):,.0f}..{max(speeds):,.0f})",
        f"{speed or nan:.2f}"
        + (_beside(speed >= wanted.speed, f"≥ {wanted.speed:g}") if wanted else ""),
        f"{median(run.cpu_ms for run in mine):.2f}",
        f"{cpu or nan:.2f}" + (_beside(cpu <= wanted.cpu, f"≤ {wanted.cpu:g}") if wanted else ""),
        f"{median(run.ack_p50_ms for run in mine):.1f}",
        f"{median(run.ack_p99_ms for run in mine):.1f}"
        + (_beside(p99 <= 1, "≤ Postfix") if wanted else ""),
        str(len(mine)),
        str(sum(run.failed for run in mine)),
    )
    return f"| {' | '.join(columns)} |"


def _idle_row(mine: Sequence[Idle]) -> str:
    held = median(one.held_mb for one in mine)
    wanted = mine[0].server == OURS[0]  # of one process
    columns = (
        mine[0].server,
        f"{median(one.alone_mb for one in mine):,.0f} MB",
        f"{median(one.connections for one in mine):,.0f}",
        f"{held:,.0f} MB" + (_beside(held < IDLE_MB, f"< {IDLE_MB} MB") if wanted else ""),
    )
    return f"| {' | '.join(columns)} |"


def _beside(reached: bool, wanted: str) -> str:
    return f" ({wanted})" if reached else f" ({wanted} ✗)"
