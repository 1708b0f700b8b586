"""The quickstart as a newcomer runs it, in a copy of the repository (installing nothing)."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests._instance import free_port

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def quickstart(tmp_path: Path) -> Run:
    """Run deploy/quickstart.sh in a copy of what a clone has."""
    for name in ("deploy", "tests/documents"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if "INGESTD_" not in key}
    environment["INGESTD_SMTP__LISTEN"] = f'["127.0.0.1:{port}"]'

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        # No pipes to processes that are left running: they would hold them open.
        output = tmp_path / "output"
        with output.open("wb") as file:
            command = [tmp_path / "deploy" / "quickstart.sh", "--no-install", *options]
            done = subprocess.run(
                command, env=environment, stdout=file, stderr=file, timeout=170, check=False
            )
        text = output.read_text(encoding="utf-8")
        return subprocess.CompletedProcess(command, done.returncode, text, text)

    return run


def processes_in(directory: Path) -> list[str]:
    """Return the processes that name the directory's ./var in their command or environment."""
    named = os.fsencode(directory / "var")
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if named in command + (process / "environ").read_bytes():
                found.append(command.decode(errors="replace"))
        except OSError:
            continue
    return found


def test_it_says_what_became_of_each_mail_and_stops_cleanly(
    quickstart: Run, tmp_path: Path
) -> None:
    done = quickstart()
    assert done.returncode == 0, done.stdout
    flat = " ".join(done.stdout.split())
    for said in (
        "Papeterie du Parc SAS, number PM-2026-0412, 474.96 EUR",
        "Salle Horta BV, number 2026/187, 1760.55 EUR",
        "Neckar Feinblech GmbH, number RE-70421, 877.90 EUR",
        "virus-found:",
        "no-attachment:",
        "totals-wrong:",
        "wrong-recipient:",
        "550 5.1.3",
        "What to type next",
    ):
        assert said in flat, said
    assert "No verdict found" not in flat
    assert processes_in(tmp_path) == []


def test_it_runs_again_and_afresh(quickstart: Run) -> None:
    assert quickstart().returncode == 0
    again = quickstart()
    assert again.returncode == 0, again.stdout
    assert "earlier run" in again.stdout
    fresh = quickstart("--fresh")
    assert fresh.returncode == 0, fresh.stdout
    assert "earlier run" not in fresh.stdout


def test_stay_leaves_it_running_and_stop_ends_it(quickstart: Run, tmp_path: Path) -> None:
    stayed = quickstart("--stay")
    try:
        assert stayed.returncode == 0, stayed.stdout
        assert processes_in(tmp_path)
        assert "--stop" in quickstart().stdout
        program = tmp_path / ".venv" / "bin" / "ingestd"
        command = [program, "--config", tmp_path / "var" / "ingestd.toml", "invoice", "list"]
        listed = subprocess.run([*command, "--json"], capture_output=True, check=True, text=True)
        assert len(json.loads(listed.stdout)) >= 4
    finally:
        stopped = quickstart("--stop")
    assert stopped.returncode == 0
    assert processes_in(tmp_path) == []


def test_an_option_that_it_does_not_know_shows_the_manual(quickstart: Run) -> None:
    done = quickstart("--what")
    assert done.returncode == 2
    assert re.search(r"--stay\s+leaves ingestd", done.stdout)
