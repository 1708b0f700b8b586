"""The canaries sing for a reader that opens, fetches or resolves; and the cage keeps it from them."""

import json
import subprocess
import sys
import warnings

import pytest

REACHES = {
    "expands_entities": "file",
    "opens_a_file": "file",
    "fetches": "tcp",
    "resolves": "dns",
}


@pytest.fixture(scope="module")
def proved() -> dict[str, dict[str, dict[str, int]]]:
    command = [sys.executable, "-m", "tests.hostile.mutants"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    found: dict[str, dict[str, dict[str, int]]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("mutant", "canary"), REACHES.items())
def test_a_reader_that_reaches_out_is_caught(
    proved: dict[str, dict[str, dict[str, int]]], mutant: str, canary: str
) -> None:
    free = proved[mutant]["free"]
    if canary not in free:
        warnings.warn("NO NETWORK OF OUR OWN HERE: DNS is heard from Python only", stacklevel=1)
        canary = "python"
    assert free[canary] > 0


@pytest.mark.parametrize("mutant", REACHES)
def test_the_cage_keeps_it_from_everything(
    proved: dict[str, dict[str, dict[str, int]]], mutant: str
) -> None:
    assert not any(proved[mutant]["caged"].values())
