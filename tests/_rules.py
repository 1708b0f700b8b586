"""The rule engine and the rule packs for tests.

The packs are not in the repository. They are had as anybody has them: from the Maven artefacts that
`ingestd.rules.catalogue` names, by `mvn dependency:get`, and each file must have its known SHA-256.

    python -m tests._rules        brings them here (`tests/run.sh` does, before it runs the tests)
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ingestd.rules.catalogue import PACKS, Pack
from ingestd.rules.packs import Library, read_archive
from ingestd.rules.runner import Runner

MAVEN = Path.home() / ".m2" / "repository"
_FETCH = ("mvn", "-q", "-B", "dependency:get", "-Dtransitive=false")
_TIMEOUT_S = 600


class PackError(Exception):
    """A rule pack cannot be had; a test that needs it fails."""


@cache
def jar(pack: Pack) -> Path:
    """Return the artefact of a pack, asking Maven for it where it is not here."""
    file = MAVEN / pack.jar_path
    if file.is_file():
        return file
    try:
        done = subprocess.run(
            (*_FETCH, f"-Dartifact={pack.coordinates}"),
            capture_output=True,
            timeout=_TIMEOUT_S,
            text=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PackError(f"THE RULE PACK {pack.name} CANNOT BE HAD: {error}") from None
    if not file.is_file():
        raise PackError(f"THE RULE PACK {pack.name} CANNOT BE HAD:\n{done.stdout}{done.stderr}")
    return file


def install_packs(folder: Path) -> Library:
    """Return a library with all packs, installed under `folder`."""
    library = Library(folder)
    for pack in PACKS:
        library.install(pack, read_archive(jar(pack), pack))
    return library


@contextmanager
def running(library: Library, **settings: object) -> Iterator[Runner]:
    """An engine with the rule sets of `library`, ended when it is done with."""
    engine = Runner(library, **{"timeout_s": 20, "memory_bytes": 2 << 30} | settings)  # type: ignore[arg-type]
    try:
        yield engine
    finally:
        engine.close()


def main() -> int:
    """Bring all packs here; 1 for those that cannot be had."""
    try:
        for pack in PACKS:
            print(f"  {pack.coordinates}: {jar(pack).stat().st_size} bytes")
    except PackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
