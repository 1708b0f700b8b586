"""Every event that can be logged is logged somewhere, and nothing else logs."""

import ast
from pathlib import Path

import ingestd
from ingestd import journal

PACKAGE = Path(ingestd.__file__).parent
FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file.name != "journal.py"]


def test_every_event_is_used() -> None:
    events = {
        node.name
        for node in ast.parse(Path(journal.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    used = {
        node.attr
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "journal"
    }
    assert events - used == set()


def test_nothing_else_logs() -> None:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            assert "structlog" not in [*names, module], file.name
