"""strace, to look at a running door's system calls, to make them fail, and to kill it at one."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pytest

_LEAVES_S = 20


@dataclass(frozen=True, slots=True)
class Call:
    """One call that succeeded: its name and the paths (or the octets sent) in its arguments."""

    name: str
    paths: tuple[str, ...]


class Strace:
    """Attached to processes for as long as the `with` block lasts. `expressions` are strace's -e;
    `whole` keeps every octet of every argument, in hex; `only` are the paths that are looked at."""

    def __init__(
        self,
        pid: int | Sequence[int],
        output: Path,
        *expressions: str,
        whole: bool = False,
        only: Sequence[str] = (),
    ) -> None:
        if not shutil.which("strace"):
            pytest.fail("strace is not installed; run tests/run.sh, which installs it")
        self._output = output
        options = [option for expression in expressions for option in ("-e", expression)]
        self._command = [
            "strace",
            "-f",
            "-y",
            *(("-xx", "-s", "10000000") if whole else ("-s", "200")),
            "-o",
            str(output),
            *(f"-p{one}" for one in ([pid] if isinstance(pid, int) else pid)),
            *(f"-P{path}" for path in only),
            *options,
        ]
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Strace":
        self._process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr
        said = self._process.stderr.readline()
        assert "attached" in said, said
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process
        self._process.terminate()
        try:
            self._process.communicate(timeout=_LEAVES_S)
        except subprocess.TimeoutExpired:  # it waits for a thread that was killed between two stops
            self._process.kill()
            self._process.communicate(timeout=_LEAVES_S)

    def calls(self) -> list[Call]:
        """Return the calls that were traced, in order (after the `with` block)."""
        found = []
        for line in self._output.read_text(errors="replace").splitlines():
            if match := re.match(r"\d+ +(\w+)\((.*)\) += (\d+)", line):
                found.append(Call(match[1], tuple(re.findall(r'(?:"|\d<)(.*?)(?:"|>)', match[2]))))
        return found
