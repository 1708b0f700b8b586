"""The benchmark of the door as a picture: speed and CPU of each server against Postfix.

    python -m tests.bench.door_plot FILE[,FILE] [--before FILE[,FILE]] > docs/performance.svg

FILE is what `tests.bench.door --json` wrote; `--before` adds what an elder ingestd reached.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.bench import door_table
from tests.bench.door import read
from tests.bench.door_table import Cell, Run

COLOURS = {
    "aiosmtpd": ("#c9c9c9", "aiosmtpd, naive fsync"),
    "before": ("#f0b27a", "ingestd before"),
    "ingestd": ("#2e86c1", "ingestd, one process"),
    "ingestd-2": ("#1b4f72", "ingestd, two processes"),
}
"""Name of a server to the colour of its bars and what the legend calls it."""

PANEL_WIDTH, PANEL_HEIGHT, GAP, LEFT, TOP = 270, 190, 34, 60, 86
WIDTH = LEFT + 3 * PANEL_WIDTH + 2 * GAP + 16
HEIGHT = TOP + 2 * PANEL_HEIGHT + 110


@dataclass(frozen=True, slots=True)
class Panel:
    """One size of mail and one of the figures of `door_table.ratios`; `top` is the highest value."""

    size: str
    figure: int
    x: float
    y: float
    top: float

    def height(self, value: float) -> float:
        """Return how high a value is, in pixels; what is too high ends at the top."""
        return PANEL_HEIGHT * min(value, self.top) / self.top


def draw(runs: Sequence[Run]) -> str:
    """Return the picture as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img" '
        'aria-label="Speed and CPU of ingestd against Postfix">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 22, "Mail that is durable before its 250, against Postfix = 1", size=15),
    ]
    servers = [name for name in COLOURS if any(run.server == name for run in runs)]
    parts += _legend(servers)
    sizes = [size for size in door_table.GOALS if any(run.size == size for run in runs)]
    for row, title in enumerate(("messages a second (higher is better)", "CPU a message (lower)")):
        y = TOP + row * (PANEL_HEIGHT + 62)
        parts.append(_text(LEFT, y - 8, title, size=13))
        highest = [ratio for cell in _cells(runs) for ratio in _figures(runs, servers, cell, row)]
        top = max(highest, default=1) * 1.1
        for column, size in enumerate(sizes):
            x = LEFT + column * (PANEL_WIDTH + GAP)
            parts += _panel(Panel(size, row, x, y, top), runs, servers)
    return "\n".join([*parts, "</svg>", ""])


def _cells(runs: Sequence[Run]) -> list[Cell]:
    found = dict.fromkeys((run.size, run.sessions, run.per_connection) for run in runs)
    return sorted(found, key=lambda cell: (cell[2], cell[1]))


def _figures(runs: Sequence[Run], servers: list[str], cell: Cell, figure: int) -> list[float]:
    return [door_table.ratios(runs, server, cell)[figure] for server in servers]


def _legend(servers: list[str]) -> Iterator[str]:
    x = LEFT
    for server in servers:
        colour, words = COLOURS[server]
        yield f'<rect x="{x}" y="34" width="12" height="12" fill="{colour}"/>'
        yield _text(x + 17, 44.5, words)
        x += 40 + 6.4 * len(words)
    yield f'<path d="M{x} 40h22" stroke="#c0392b" stroke-width="2"/>'
    yield _text(x + 28, 44.5, "goal")


def _panel(panel: Panel, runs: Sequence[Run], servers: list[str]) -> Iterator[str]:
    base = panel.y + PANEL_HEIGHT
    step = 0.5 if panel.top < 3 else 1
    for line in range(int(panel.top / step) + 1):
        y = base - panel.height(line * step)
        colour = "#555555" if line * step == 1 else "#e4e4e4"
        yield f'<path d="M{panel.x} {y:.1f}h{PANEL_WIDTH}" stroke="{colour}"/>'
        if panel.x == LEFT:
            yield _text(panel.x - 6, y + 4, f"{line * step:g}", anchor="end")
    cells = [cell for cell in _cells(runs) if cell[0] == panel.size]
    room = PANEL_WIDTH / max(1, len(cells))
    for number, cell in enumerate(cells):
        yield from _bars(panel, runs, servers, cell, panel.x + number * room, room)
    yield _text(panel.x + PANEL_WIDTH / 2, base + 32, f"{panel.size}, connections", anchor="middle")


def _bars(
    panel: Panel, runs: Sequence[Run], servers: list[str], cell: Cell, x: float, room: float
) -> Iterator[str]:
    base = panel.y + PANEL_HEIGHT
    width = 0.8 * room / max(1, len(servers))
    for number, value in enumerate(_figures(runs, servers, cell, panel.figure)):
        colour, height = COLOURS[servers[number]][0], panel.height(value)
        left = x + 0.1 * room + number * width
        yield (
            f'<rect x="{left:.1f}" y="{base - height:.1f}" width="{width - 1:.1f}" '
            f'height="{height:.1f}" fill="{colour}"><title>{value:.2f}</title></rect>'
        )
    if goal := door_table.goal(cell):
        y = base - panel.height((goal.speed, goal.cpu)[panel.figure])
        yield f'<path d="M{x + 2:.1f} {y:.1f}h{room - 4:.1f}" stroke="#c0392b" stroke-width="2"/>'
    words = f"{cell[1]}, one each" if cell[2] else str(cell[1])
    yield _text(x + room / 2, base + 15, words, anchor="middle", size=11)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def main() -> None:
    """Print the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files")
    parser.add_argument("--before", default="")
    given = parser.parse_args()
    runs, *_ = read(given.files)
    if given.before:
        elder, *_ = read(given.before)
        for run in elder:  # against the Postfix of their own rounds
            name = {"ingestd": "before", "aiosmtpd": "aiosmtpd then"}.get(run.server, run.server)
            runs.append(replace(run, server=name, round=-1 - run.round))
    print(draw(runs), end="")


if __name__ == "__main__":
    main()
