"""What every command gets: the settings, the store, and one way to print for people and scripts.

Strangers choose file names, subjects and invoice numbers: nothing of theirs reaches a terminal as a
control or bidi character, and none of it is read as markup.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from ingestd.cli.phrases import FRENCH
from ingestd.config import Settings, load

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from ingestd.model import Bilingual, Decision
    from ingestd.store import Store


def shown(text: str) -> str:
    """Return `text` with everything unprintable escaped: `\\x1b`, `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def _escape(character: str) -> str:
    """The odd spaces of typography (French has them before a colon) are only spaces."""
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape", "replace").decode("ascii")


def moment(time: datetime | None) -> str:
    """Return a time for people, in UTC, to the minute."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if time else ""


def short(text: str, limit: int = 60) -> str:
    """Return `text`, cut with an ellipsis if it has more than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


class Terminal:
    """One call of `ingestd`: what was asked of all commands, and where to print."""

    def __init__(self, config: Path | None, lang: str, json: bool) -> None:
        self.config_file = config
        self.lang = lang
        self.json = json

    @cached_property
    def settings(self) -> Settings:
        """The settings in force. Raises ConfigError."""
        return load(self.config_file)

    @cached_property
    def store(self) -> "Store":
        """The ledger and inbox; an embedded instance is made at its first use."""
        from ingestd.store import open_store

        return open_store(self.settings)

    @cached_property
    def console(self) -> "Console":
        """Where tables go: the terminal's width, or 100 columns into a file or pipe."""
        from rich.console import Console

        width = None if sys.stdout.isatty() else 100
        return Console(width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)

    def tr(self, phrase: str) -> str:
        """Return an English phrase of ours in the language that was asked for."""
        return FRENCH.get(phrase, phrase) if self.lang == "fr" else phrase

    def told(self, text: "Bilingual") -> str:
        """Return a bilingual text in the language that was asked for, safe to print."""
        return shown(text.fr if self.lang == "fr" else text.en)

    def document(self, value: Any) -> None:
        """Print one JSON document; pure ASCII, so that it is harmless and readable everywhere."""
        print(json.dumps(value, indent=2))

    def line(self, value: Any) -> None:
        """Print one line of JSON Lines."""
        print(json.dumps(value), flush=True)

    def log(self, document_id: str, decision: "Decision") -> None:
        """Log what an operator decided; a person at the terminal knows what they just did."""
        if sys.stderr.isatty():
            return
        from ingestd import journal

        journal.configure(self.settings.log.format, "cli")
        journal.operator_decided(document_id, decision.what, decision.operator, decision.why)

    def say(self, text: str = "", indent: str = "") -> None:
        """Print a line for people, wrapped to the terminal and indented throughout. Escape strangers'
        strings before."""
        from rich.padding import Padding

        self.console.print(Padding(text, (0, 0, 0, len(indent)), expand=False) if text else "")

    def table(
        self, headers: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Sequence[int] = ()
    ) -> None:
        """Print a table. Headers are phrases of ours, one for each line of a cell; every cell is
        escaped. The columns numbered in `whole` are never broken, the others give way."""
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE, pad_edge=False)
        for number, header in enumerate(headers):
            heading = "\n".join(self.tr(line) for line in header.split("\n"))
            table.add_column(heading, overflow="fold", no_wrap=number in whole)
        for row in rows:
            table.add_row(*(_cell(text) for text in row))
        self.console.print(table)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Print one fact a line under each other: a phrase of ours, and a value (escaped)."""
        from rich.table import Table

        grid = Table.grid(padding=(0, 2))
        grid.add_column()
        grid.add_column(overflow="fold")
        for name, value in pairs:
            if value:
                grid.add_row(self.tr(name), _cell(value))
        self.console.print(grid)


Here = Annotated[Terminal, Parameter(parse=False)]
"""The type of a command's `terminal`, which is handed over and not typed in."""

Flag = Annotated[bool, Parameter(negative="")]
"""The type of an option that is given or not."""


def _cell(text: str) -> "RenderableType":
    from rich.text import Text

    return Text("\n".join(shown(line) for line in text.split("\n")))
