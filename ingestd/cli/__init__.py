"""The command line: which command is where, and the options that work anywhere on the line.

Everything heavy is imported inside the commands; a command is only loaded when it is called.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from ingestd import __version__

if TYPE_CHECKING:
    from cyclopts import App

COMMANDS = {
    "serve": ("service:serve", "Door and workers, until SIGTERM (drains)."),
    "smtpd": ("service:smtpd", "The door alone, for service managers and many machines."),
    "worker": ("service:worker", "The workers alone."),
    "metrics": ("service:metrics", "The metrics alone, for Prometheus."),
    "check": ("check:check", "Judge mails or bare documents, with no effect."),
    "company": ("company:app", "The companies that receive invoices here."),
    "inbox": ("inbox:app", "What was held or ignored, why, and what to do about it."),
    "invoice": ("invoice:app", "The ledger of filed purchase invoices."),
    "spool": ("spool:app", "What waits to be judged, what was set aside."),
    "rules": ("rules:app", "The official rule sets: which are here, and how the others come."),
    "reasons": ("catalogue:reasons", "Every reason why something is held, ignored or refused."),
    "doctor": ("doctor:doctor", "Every dependency and limit, with what to do about each failure."),
    "config": ("configuration:config", "The settings in force and where each came from."),
}
"""Command to its function or group, in a module of this folder, and what it is for."""

HELP = "Mail intake for purchase invoices: accept, judge, file or hold with reasons."
EPILOGUE = (
    "Exit codes: 0 done; 1 done, and something is held or refused; 2 wrong usage or configuration; "
    "3 cannot tell (ClamAV, a rule engine or the database is missing)."
)


def build() -> "App":
    """Return the application. Its commands get their `Terminal` as `terminal`."""
    from cyclopts import App, Parameter

    app = App(name="ingestd", help=HELP, version=__version__, help_epilogue=EPILOGUE)
    for name, (place, purpose) in COMMANDS.items():
        app.command(f"ingestd.cli.{place}", name=name, help=purpose)

    @app.meta.default
    def launch(
        *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
        config: Path | None = None,
        lang: Literal["en", "fr"] = "en",
        json: Annotated[bool, Parameter(negative="")] = False,
    ) -> int:
        """Run one command.

        Args:
            tokens: The command and its arguments.
            config: Configuration file; else INGESTD_CONFIG, else /etc/ingestd/ingestd.toml, else
                the defaults.
            lang: Language of what is printed.
            json: Print one JSON document instead of a table.
        """
        from ingestd.cli.terminal import Terminal

        command, bound, injected = app.parse_args(tokens, exit_on_error=False, print_error=False)
        terminal = Terminal(config, lang, json)
        return int(command(*bound.args, **bound.kwargs, **dict.fromkeys(injected, terminal)) or 0)

    return app


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code (CONTRACT): 0, 1, 2 or 3."""
    given = sys.argv[1:] if arguments is None else arguments
    if "--version" in given:  # nothing else is loaded for it
        print(__version__)
        return 0
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = build().meta(
            given, exit_on_error=False, print_error=False, result_action="return_value"
        )
        sys.stdout.flush()
        return int(code or 0)
    except Exception as error:
        from ingestd.cli.faults import explain

        told = explain(error)
        if told is None:  # our own mistake: with its traceback
            raise
        return told
