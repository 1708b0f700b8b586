"""`ingestd rules`: the official rule sets, which are here and which are not."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from ingestd.cli.faults import CANNOT_TELL, HELD, USAGE, say
from ingestd.cli.sentences import explain
from ingestd.cli.terminal import Flag, Here, Terminal
from ingestd.durable import make_private
from ingestd.model import Unavailable

if TYPE_CHECKING:
    from ingestd.rules.catalogue import Pack
    from ingestd.rules.fetching import Progress
    from ingestd.rules.packs import Library

app = App(name="rules", help="The official rule sets that electronic invoices are held against.")
app.command(explain)


@app.command(name="list")
def list_(*, terminal: Here) -> int:
    """List all rule sets: version, publisher, licence, and whether they are here."""
    from ingestd.rules.catalogue import pack_named

    found = _library(terminal).rule_sets()
    if terminal.json:
        today = datetime.now(UTC).date()
        shown = []
        for one in found:
            pack = pack_named(one.pack)
            due = pack.next_due if pack else None
            more = {"next_due": due.isoformat() if due else None, "due": bool(due and due <= today)}
            shown.append(asdict(one) | {"formats": list(one.formats)} | more)
        terminal.document(shown)
        return 0
    rows = [
        (
            one.name,
            one.version + ("" if one.pinned else f" ({terminal.tr('unpinned')})"),
            one.released,
            terminal.tr(one.origin),
            one.licence,
            one.publisher,
            one.sha256[:12],
        )
        for one in found
    ]
    headers = ("Rule set", "Version", "Date", "State", "Licence", "Publisher", "SHA-256")
    terminal.table(headers, rows, whole=(0, 1, 2, 3, 4, 6))
    if any(one.origin == "missing" for one in found):
        terminal.say(terminal.tr("What is missing is installed by `ingestd rules fetch`."))
    return 0


@app.command
def fetch(
    *packs: str,
    from_: Annotated[str | None, Parameter("--from")] = None,
    terminal: Here,
) -> int:
    """Fetch rule packs and install them; each file must have the SHA-256 that is known here.

    Args:
        packs: Which packs; all without.
        from_: Address or directory of a Maven repository that has the artefacts, or a directory with
            the jars, instead of the publishers' repository.
    """
    from ingestd.rules import fetching

    chosen = _packs(packs)
    if chosen is None:
        return USAGE

    def bring(pack: "Pack", progress: "Progress") -> Mapping[str, bytes]:
        if from_:
            return fetching.fetch_artefact(pack, from_, progress)
        return fetching.fetch(pack, progress)

    library = _library(terminal)
    return max(_install(terminal, library, pack, bring) for pack in chosen)


@app.command
def install(
    file: Path,
    *,
    unpinned: Flag = False,
    pack: str | None = None,
    as_: Annotated[str | None, Parameter("--as")] = None,
    terminal: Here,
) -> int:
    """Install the rule packs that a jar or zip holds.

    Args:
        file: The publisher's archive, or the Maven artefact.
        unpinned: Take files that are not those known here; needs --pack and --as.
        pack: Which pack it is.
        as_: What its version is: the highest is the one in force.
    """
    from ingestd.rules.packs import NotAPack, packs_in, read_archive

    if bool(as_) is not unpinned or (unpinned and not pack):
        say("--unpinned goes with --pack NAME and --as VERSION")
        return USAGE
    try:
        chosen = _packs((pack,)) if pack else packs_in(file)
    except (NotAPack, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        say(f"{file} cannot be installed: {why or error}")
        return USAGE
    if not chosen:
        if chosen is not None:
            say(f"{file} holds none of the packs that `ingestd rules list` names")
        return USAGE
    library = _library(terminal)

    def read(one: "Pack", _progress: "Progress") -> Mapping[str, bytes]:
        return read_archive(file, one)

    return max(_install(terminal, library, one, read, as_ or "") for one in chosen)


def _library(terminal: Terminal) -> "Library":
    from ingestd.rules.packs import Library

    return Library(terminal.settings.rules_path)


def _packs(names: tuple[str, ...]) -> "list[Pack] | None":
    """Return the packs of these names, all without names; None, having said so, for an unknown one."""
    from ingestd.rules.catalogue import PACKS, pack_named

    found = [pack_named(name) for name in names]
    if None in found:
        known = ", ".join(pack.name for pack in PACKS)
        say(f"there is no pack {names[found.index(None)]!r}; there are {known}")
        return None
    return [pack for pack in found if pack] or list(PACKS)


def _install(
    terminal: Terminal,
    library: "Library",
    pack: "Pack",
    bring: "Callable[[Pack, Progress], Mapping[str, bytes]]",
    version: str = "",
) -> int:
    """Bring one pack here and install it; return the exit code."""
    from ingestd.rules.packs import NotAPack

    try:
        with _progress(pack.name) as progress:
            contents = bring(pack, progress)
        make_private(terminal.settings.storage.path)
        installed = library.install(pack, contents, version)
    except NotAPack as error:
        say(f"{pack.name} is refused: {error}")
        return HELD
    except Unavailable as error:
        say(f"{pack.name} cannot be had: {error}")
        return CANNOT_TELL
    except OSError as error:
        say(f"{pack.name} cannot be installed: {error}")
        return CANNOT_TELL
    if terminal.json:
        told = {"pack": installed.pack, "version": installed.version, "sha256": installed.sha256}
        terminal.line({**told, "folder": str(installed.folder)})
    else:
        terminal.say(f"{installed.pack} {installed.version}: {terminal.tr('installed')}")
    return 0


@contextmanager
def _progress(name: str) -> "Iterator[Progress]":
    """Show how far a download got, before a person's eyes."""
    if not sys.stderr.isatty():
        yield lambda _came, _expected: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda came, expected: bar.update(task, completed=came, total=expected or None)
