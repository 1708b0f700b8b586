"""What README and docs tell a reader to type is true, and nothing here knows one machine."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests._instance import PROGRAM

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
COMMANDS = ("deploy/quickstart.sh", "tests/run.sh", ".ci/run")
_COMMAND = re.compile(r"(?:^|`|\$ |/bin/)ingestd ([^`\n#|>]*)", re.MULTILINE)
_MACHINE = re.compile(rb"(?<![A-Za-z0-9_.])/(?:work|root|home|tmp)/[A-Za-z0-9_.]")


def typed() -> list[str]:
    """Return every `ingestd ...` of README and docs, once."""
    return sorted(
        {
            match.strip()
            for page in PAGES
            for match in _COMMAND.findall(page.read_text(encoding="utf-8"))
            if re.match(r"[a-z]+|--", match)
        }
    )


@cache
def help_of(words: tuple[str, ...]) -> str:
    """Return what `ingestd WORDS --help` prints, in one line; it must exist."""
    command = [PROGRAM, *words, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("command", typed())
def test_command_exists_with_its_options(command: str) -> None:
    words = []
    for word in command.split():
        if not re.fullmatch(r"[a-z]+", word):
            break
        words.append(word)
    text = help_of(tuple(words))
    for option in re.findall(r"(?<!\S)--[a-z-]+", command):
        assert option in text or option in help_of(()), f"{option} is not an option of {words}"


@pytest.mark.parametrize("name", COMMANDS)
def test_script_runs(name: str) -> None:
    script = ROOT / name
    assert script.stat().st_mode & 0o111, f"{name} is not executable"
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert name == ".ci/run" or name in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


def test_no_path_of_one_machine_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    found = {
        str(file.relative_to(ROOT)): _MACHINE.findall(file.read_bytes())
        for file in files
        if file.is_file() and _MACHINE.search(file.read_bytes())
    }
    assert not found
