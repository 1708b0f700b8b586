"""SMTP conversations as text, held with a running door.

`C: line` the client says; `C! expression` are octets (Python); `C: (half close)` ends its half,
`C: (tls)` begins TLS. `S: beginning` of a line the server must say; `S~ expression` matches all of it;
`S+ WORD !WORD` are in the whole reply, and are not; `S: (closed)`, or `S: (no more commands)` where it
may say something that is no SMTP before. `# door: tls` is one with a certificate; see `doors`.
"""

import ast
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests._certificates import write_pair
from tests._door import Client, Door

DIALOGUES = sorted(Path(__file__).parent.glob("*.smtp"))


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Door]]:
    """One running door of each kind, started when it is first needed."""
    running: dict[str, Door] = {}

    def door(kind: str) -> Door:
        if kind not in running:
            directory = tmp_path_factory.mktemp("door")
            proxy = {"INGESTD_SMTP__PROXY_NETWORKS": '["127.0.0.0/8"]'}
            hasty = {"INGESTD_SMTP__TLS_TIMEOUT_S": "0.5"}
            settings = {
                "": dict[str, str](),
                "tls": write_pair(directory).settings(),
                "proxy": proxy,
                "other proxy": {"INGESTD_SMTP__PROXY_NETWORKS": '["192.0.2.0/24"]'},
                "small": {"INGESTD_SMTP__MAX_MESSAGE_BYTES": "2048"},
                "hasty": write_pair(directory).settings() | hasty,
                "hasty proxy": proxy | hasty,
            }[kind]
            running[kind] = Door(directory, **settings).start()
        return running[kind]

    yield door
    for one in running.values():
        one.end()


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
    elif line == "C: (tls)":
        client.secure()
    elif kind == "C:":
        client.send(text.encode() + b"\r\n")
    elif kind == "C!":
        client.send(octets(text))
    elif line == "S: (no more commands)":
        said = client.everything()
        assert not re.search(rb"(^|\n)[2-5]\d\d[ -]", said), said
    elif kind == "S+":
        said = client.whole_reply()
        for word in text.split():
            assert (word.removeprefix("!") in said.split()) is not word.startswith("!"), said
    elif line == "S: (closed)":
        assert client.line() == ""
    elif kind == "S:":
        assert (said := client.line()).startswith(text), f"{line!r} but it said {said!r}"
    elif kind == "S~":
        assert re.fullmatch(text, said := client.line()), f"{line!r} but it said {said!r}"
    else:
        pytest.fail(f"not a line of a dialogue: {line}")


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda path: path.stem)
def test_dialogue(doors: Callable[[str], Door], dialogue: Path) -> None:
    text = dialogue.read_text(encoding="utf-8")
    kind = re.match(r"# door: ([a-z ]+)\n", text)
    with Client(doors(kind[1] if kind else "").port, greeted=False) as client:
        client.socket.settimeout(10)
        for line in text.splitlines():
            if not line.startswith("#"):
                step(client, line)


def test_every_reply_to_a_command_has_an_enhanced_code() -> None:
    for dialogue in DIALOGUES:
        for line in dialogue.read_text(encoding="utf-8").splitlines():
            code = re.match(r"S: ([245])\d\d (\d)\.\d\.\d", line)
            assert code is None or code[1] == code[2], (dialogue.name, line)
