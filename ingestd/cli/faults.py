"""What went wrong, in plain words on standard error, and the exit code that says whose turn it is."""

import os
import sys
from difflib import get_close_matches

from cyclopts import CycloptsError, UnknownCommandError

from ingestd.cli.terminal import shown
from ingestd.config import ConfigError
from ingestd.identifiers import InvalidIdentifier
from ingestd.model import Unavailable

HELD = 1
USAGE = 2
CANNOT_TELL = 3


def say(message: str) -> None:
    """Print one error; strangers' strings in it cannot control the terminal."""
    lines = "\n".join(shown(line) for line in message.splitlines())
    print(f"ingestd: {lines}", file=sys.stderr)


def explain(error: Exception) -> int | None:
    """Say what `error` means and return the exit code, None for what only we can explain."""
    from ingestd.sandbox.confinement import Unconfinable
    from ingestd.spool import SpoolUnusable
    from ingestd.store import Conflict, NotFound, StoreError
    from ingestd.store.blobs import Damaged
    from ingestd.templates import TemplatesUnusable

    if isinstance(error, BrokenPipeError):  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, UnknownCommandError):
        say(_unknown_command(error))
    elif isinstance(error, CycloptsError):
        say(
            f"{error}\nTry `ingestd {' '.join(error.command_chain or ())} --help`.".replace(
                "  ", " "
            )
        )
    elif isinstance(
        error,
        ConfigError | StoreError | NotFound | SpoolUnusable | Unconfinable | TemplatesUnusable,
    ):
        say(str(error))
    elif isinstance(error, InvalidIdentifier):
        say(
            f"{error}\nPerhaps a digit is wrong or missing; a VAT number begins with its "
            "country, such as FR40303265045."
        )
    elif isinstance(error, Conflict):
        say(
            f"{error}, since a moment ago. Nothing was changed; ask again to see it as a duplicate."
        )
        return HELD
    elif isinstance(error, PermissionError) and error.filename:
        say(f"{error.filename}: {error.strerror}. Ask as the user that runs ingestd.")
    elif isinstance(error, Unavailable | Damaged):
        say(f"cannot tell: {error}.\nNothing was changed; `ingestd doctor` says what is missing.")
        return CANNOT_TELL
    else:
        return None
    return USAGE


def _unknown_command(error: UnknownCommandError) -> str:
    from ingestd.cli import COMMANDS

    given = str((error.unused_tokens or ["?"])[0])
    chain = " ".join(error.command_chain or ())
    near = [] if chain else get_close_matches(given, COMMANDS, n=1)
    hint = f" Did you mean `ingestd {near[0]}`?" if near else ""
    return f"there is no command {given!r}.{hint} `ingestd {chain} --help` lists them.".replace(
        "  ", " "
    )
