"""The layer rule: a room imports only from the rooms before it, and what judges opens nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingestd

PACKAGE = Path(ingestd.__file__).parent
ROOMS = (
    "model",
    "reasons",
    "certainty",
    "trace",
    "identifiers",
    "legal_forms",
    "accounts",
    "durable",
    "address",
    "config",
    "journal",
    "metrics",
    "supervision",
    "certificate",
    "spool",
    "scanner",
    "sandbox",
    "recognition",
    "rules",
    "printing",
    "store",
    "authentication",
    "readers",
    "en16931",
    "extraction",
    "templates",
    "checks",
    "gathering",
    "documents",
    "letter",
    "bodies",
    "weighing",
    "replacement",
    "pipeline",
    "chamber",
    "lanes",
    "judgement",
    "intake",
    "sources",
    "notify",
    "worker",
    "cli",
    "__main__",
)
ALLOWED = {("readers", "en16931")}
"""A binding reads a part: the one pair that may go the other way."""

PURE = (
    "readers",
    "checks",
    "en16931",
    "extraction",
    "gathering",
    "documents",
    "letter",
    "bodies",
    "weighing",
    "replacement",
    "pipeline",
)
WORLDLY_MODULES = frozenset(
    "asyncio http multiprocessing os requests shutil smtplib socket sqlite3 subprocess tempfile"
    " threading time urllib.request".split()
)
WORLDLY_CALLS = frozenset({"open", "Path", "urlopen", ".now", ".today", ".utcnow", ".read_text"})

FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: str) -> str:
    """Return the room of `ingestd.readers.mime`: readers; "" for the package itself."""
    return [*module.split("."), ""][1]


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def imported(file: Path) -> Iterator[str]:
    """Yield the full names of what a file imports, also inside functions."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: write whole names in imports"
            module = node.module or ""
            for alias in node.names:
                yield f"ingestd.{alias.name}" if module == "ingestd" else module


def home(file: Path) -> str:
    """Return the room that a file belongs to; "" for `ingestd/__init__.py`."""
    first = file.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py").replace("__init__", "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_room_imports_only_from_the_rooms_before_it(file: Path) -> None:
    here = home(file)
    for name in imported(file):
        there = room_of(name) if name.split(".")[0] == "ingestd" else ""
        if not there or there == here or (here, there) in ALLOWED or there == "__version__":
            continue
        assert there in ROOMS, f"{name}: no such room"
        assert here in ROOMS, f"{here} has no place in the order"
        assert ROOMS.index(there) < ROOMS.index(here), f"{here} may not import {there}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_leading_underscore_means_only_this_folder(file: Path) -> None:
    here = ".".join(["ingestd", *file.relative_to(PACKAGE).parent.parts])
    for node in ast.walk(tree(file)):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("ingestd."):
            continue
        for alias in node.names:
            folder, _, private = f"{node.module}.{alias.name}".partition("._")
            assert not private or folder == here, (
                f"{node.module} {alias.name} is for its own folder"
            )


@pytest.mark.parametrize(
    "file", [file for file in FILES if home(file) in PURE], ids=lambda file: file.name
)
def test_what_judges_opens_no_file_socket_or_clock(file: Path) -> None:
    worldly = [
        name
        for name in imported(file)
        if name in WORLDLY_MODULES or name.split(".")[0] in WORLDLY_MODULES
    ]
    calls = [
        node.func.id if isinstance(node.func, ast.Name) else f".{node.func.attr}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    ]
    assert not worldly, f"imports {worldly}"
    assert not WORLDLY_CALLS.intersection(calls)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_modules_are_nouns_of_the_field(file: Path) -> None:
    assert not {"utils", "helpers", "manager", "common", "misc"} & set(
        file.relative_to(PACKAGE).with_suffix("").parts
    )


def test_every_room_of_the_order_that_exists_is_listed() -> None:
    rooms = {home(file) for file in FILES} - {""}
    assert rooms <= set(ROOMS)
