"""SMTP conversations as text, held with a running door.

`C: line` the client says; `C! expression` are octets (Python); `C: (half close)` ends its half.
`S: beginning` of a line the server must say; `S~ expression` matches all of it; `S: (closed)`.
"""

import ast
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests._door import Client, Door

DIALOGUES = sorted(Path(__file__).parent.glob("*.smtp"))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("door")) as door:
        yield door


def octets(expression: str) -> bytes:
    """Evaluate `b"..."`, products and sums of them; nothing else."""
    tree = ast.parse(expression, mode="eval")
    allowed = (ast.Expression, ast.BinOp, ast.Add, ast.Mult, ast.Constant)
    assert all(isinstance(node, allowed) for node in ast.walk(tree)), expression
    found = eval(compile(tree, "dialogue", "eval"))
    assert isinstance(found, bytes)
    return found


def step(client: Client, line: str) -> None:
    """Say or expect one line of a dialogue."""
    kind, text = line[:2], line[3:]
    if line == "C: (half close)":
        client.socket.shutdown(socket.SHUT_WR)
    elif kind == "C:":
        client.send(text.encode() + b"\r\n")
    elif kind == "C!":
        client.send(octets(text))
    elif line == "S: (closed)":
        assert client.line() == ""
    elif kind == "S:":
        assert (said := client.line()).startswith(text), f"{line!r} but it said {said!r}"
    elif kind == "S~":
        assert re.fullmatch(text, said := client.line()), f"{line!r} but it said {said!r}"
    else:
        pytest.fail(f"not a line of a dialogue: {line}")


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda path: path.stem)
def test_dialogue(door: Door, dialogue: Path) -> None:
    with Client(door.port, greeted=False) as client:
        client.socket.settimeout(10)
        for line in dialogue.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                step(client, line)


def test_every_reply_to_a_command_has_an_enhanced_code() -> None:
    for dialogue in DIALOGUES:
        for line in dialogue.read_text(encoding="utf-8").splitlines():
            code = re.match(r"S: ([245])\d\d (\d)\.\d\.\d", line)
            assert code is None or code[1] == code[2], (dialogue.name, line)
