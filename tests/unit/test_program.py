"""A program of the system over a stranger's octets: what it is given, what it may, and how it ends.

The program is Python itself, running what an attacker would who took it over. Each canary sings where
nothing is confined, so its silence means something.
"""

import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingestd.model import Unavailable
from ingestd.sandbox import Stopped, proof
from ingestd.sandbox.confinement import LAYERS, Layers, Mode
from ingestd.sandbox.program import Failed, Program, linked_with, run

PYTHON = Path(sys.executable).resolve()
LIBRARY = Path(os.__file__).parent
UNCONFINED = LAYERS[Mode.RLIMITS_ONLY]
LANDLOCK = Layers(landlock=True, seccomp=False)
SECCOMP = Layers(landlock=False, seccomp=True)


def program(layers: Layers = LAYERS[Mode.FULL], **limits: float) -> Program:
    made = Program(
        path=PYTHON,
        readable=(LIBRARY,),
        environment={"PYTHONHOME": str(LIBRARY.parents[1]), "PYTHONDONTWRITEBYTECODE": "1"},
        cpu_s=10,
        wall_s=20,
        memory_bytes=1 << 30,
        output_bytes=1 << 20,
        layers=layers,
    )
    return replace(made, **limits)


def said(code: str, layers: Layers = LAYERS[Mode.FULL], given: bytes = b"", **limits: float) -> str:
    """Return what Python prints when it runs `code`, `refused` for what the kernel forbids."""
    guarded = "\n ".join(["try:", *code.splitlines(), "print('done')"])
    caught = f"{guarded}\nexcept OSError as error: print('refused', error.errno)"
    arguments = ("-I", "-S", "-c", f"import os, socket, sys\n{caught}")
    return run(program(layers, **limits), arguments, given).text.decode().strip()


def test_what_it_is_given_comes_in_and_what_it_prints_comes_out() -> None:
    code = "sys.stdout.write(sys.stdin.read()[::-1]); sys.stdout.write('!')"
    assert said(code, given=b"abc" * 100_000) == "cba" * 100_000 + "!done"


def test_it_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGESTD_SECRET", "x")
    assert said("print(sorted(os.environ))") == ("['PYTHONDONTWRITEBYTECODE', 'PYTHONHOME']\ndone")


def test_no_descriptor_of_ours_is_left(tmp_path: Path) -> None:
    leak = os.open(tmp_path / "ledger", os.O_RDWR | os.O_CREAT)
    os.set_inheritable(leak, True)
    code = f"""
found = []
for number in range(3, {leak + 200}):
  try:
    os.fstat(number)
    found.append(number)
  except OSError: pass
print(found)"""
    assert said(code) == "[]\ndone"
    os.close(leak)


@pytest.fixture
def canaries(tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "secret").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "clamd.sock"))
        unix.listen()
        port = tcp.getsockname()[1]
        yield {
            "reads": f"open({str(tmp_path / 'secret')!r}).close()",
            "lists": f"os.listdir({str(tmp_path)!r})",
            "writes": f"open({str(tmp_path / 'new')!r}, 'w').close()",
            "removes": f"os.unlink({str(tmp_path / 'secret')!r})",
            "changes modes": f"os.chmod({str(tmp_path)!r}, 0o700)",
            "connects": f"socket.create_connection(('127.0.0.1', {port}), 2).close()",
            "asks clamd": f"socket.socket(socket.AF_UNIX).connect({str(tmp_path / 'clamd.sock')!r})",
            "sends datagrams": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
            "forks": "os.fork() or os._exit(0)",
            "executes": "os.execv('/usr/bin/env', ['env', '--version'])",
            "signals": f"os.kill({os.getpid()}, 0)",
        }


FILES = {"reads", "lists", "writes", "removes", "executes"}
CALLS = {
    "removes",
    "changes modes",
    "connects",
    "asks clamd",
    "sends datagrams",
    "forks",
    "signals",
}


def silent(canaries: dict[str, str], layers: Layers) -> set[str]:
    return {name for name, code in canaries.items() if said(code, layers).startswith("refused")}


def test_confined_it_reaches_nothing(canaries: dict[str, str]) -> None:
    assert silent(canaries, LAYERS[Mode.FULL]) == set(canaries)


def test_each_layer_holds_alone(canaries: dict[str, str]) -> None:
    assert silent(canaries, LANDLOCK) >= FILES
    assert silent(canaries, SECCOMP) >= CALLS


def test_unconfined_it_reaches_all_but_new_processes(canaries: dict[str, str]) -> None:
    del canaries["forks"]  # RLIMIT_NPROC holds for all but root
    assert silent(canaries, UNCONFINED) == set()


def test_it_cannot_start_threads() -> None:
    code = """
import threading
try: threading.Thread(target=print).start()
except RuntimeError: print('no thread')"""
    assert said(code).startswith("no thread")


@pytest.mark.parametrize(
    ("code", "limits", "limit"),
    [
        ("while True: pass", {"cpu_s": 1}, "cpu"),
        ("import time; time.sleep(60)", {"wall_s": 0.5}, "time"),
        ("while True: sys.stdout.write('x' * 100_000)", {"output_bytes": 1 << 18}, "result"),
        ("while True: sys.stderr.write('x' * 100_000)", {"output_bytes": 1 << 18}, "result"),
    ],
)
def test_over_a_limit_it_is_stopped(code: str, limits: dict[str, float], limit: str) -> None:
    with pytest.raises(Stopped) as stopped:
        said(code, **limits)
    assert stopped.value.limit == limit


def test_its_memory_is_bounded() -> None:
    with pytest.raises(Failed, match="MemoryError"):
        said("x = bytearray(2 << 30)")


def test_its_input_cannot_be_written_to() -> None:
    assert said("os.write(0, b'x')", given=b"abc").startswith("refused")


def test_its_own_failure_is_told_with_its_words() -> None:
    with pytest.raises(Failed, match="no such language") as failed:
        said("sys.exit('no such language')")
    assert failed.value.code == 1


def test_a_program_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        run(replace(program(), path=tmp_path / "absent"), (), b"")


def test_what_it_may_read_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="absent"):
        run(replace(program(), readable=(tmp_path / "absent",)), (), b"")


def test_a_program_that_is_no_program_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no program")
    file.chmod(0o755)
    with pytest.raises(Unavailable):
        run(replace(program(), path=file), (), b"")


def test_the_libraries_are_those_that_the_loader_names() -> None:
    names = {path.name for path in linked_with(PYTHON)}
    assert any(name.startswith("libc.so") for name in names)
    assert any(name.startswith("ld-") for name in names)


def test_confinement_is_proved_by_programs_of_the_system() -> None:
    assert proof.possible_for_programs(Mode.FULL) == ()
    assert set(proof.possible_for_programs(Mode.RLIMITS_ONLY)) == set(proof.PROGRAM_TRIALS)
