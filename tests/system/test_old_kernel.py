"""A kernel that cannot confine: the program refuses to start, and says what is missing and what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests._instance import Instance

ROOT = Path(__file__).parents[2]
MAIL = ROOT / "tests" / "cases" / "plain-pdf" / "mail.eml"


def ingestd(
    instance: Instance, missing: str, *command: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of ours on a kernel without `missing`."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "tests._old_kernel",
            missing,
            sys.executable,
            "-m",
            "ingestd",
            *command,
        ],
        cwd=ROOT,
        env={**instance.environment, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """An instance without company and clamd; it does not get so far as to need them."""
    return Instance(tmp_path, tmp_path / "absent.sock")


@pytest.mark.parametrize(
    ("command", "missing", "name"),
    [
        (("serve",), "landlock", "Landlock"),
        (("worker",), "seccomp", "seccomp"),
        (("check", "--no-scan", str(MAIL)), "landlock", "Landlock"),
    ],
)
def test_it_refuses_to_start(
    command: tuple[str, ...], missing: str, name: str, instance: Instance
) -> None:
    done = ingestd(instance, missing, *command)
    assert done.returncode == 2
    assert f"has no {name}" in done.stderr
    assert os.uname().release in done.stderr
    assert 'sandbox.mode = "rlimits-only"' in done.stderr
    assert "Traceback" not in done.stderr


def test_it_judges_where_the_operator_wants_it_to(instance: Instance) -> None:
    command = ("check", "--no-scan", "--json", str(MAIL))
    done = ingestd(instance, "landlock", *command, INGESTD_SANDBOX__MODE="rlimits-only")
    assert done.returncode == 0, done.stderr
    assert '"outcome": "filed"' in done.stdout


def test_doctor_says_so(instance: Instance) -> None:
    done = ingestd(instance, "seccomp", "doctor", "--json")
    assert done.returncode == 3
    assert "no seccomp" in done.stdout
