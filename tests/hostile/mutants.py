"""Readers that do what no reader may: open, fetch, resolve. They prove that the canaries notice, and
that the cage holds even such a reader.

    python -m tests.hostile.mutants     prints as JSON: mutant -> hits without a cage, hits within it
"""

import contextlib
import json
import os
import socket
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path
from random import Random

from lxml import etree

from ingestd import chamber, pipeline, sandbox
from ingestd.config import Settings
from ingestd.gathering import Announce
from ingestd.model import Case, Verdict
from tests.hostile import _canaries, _namespace, _xml_doctypes
from tests.hostile._canaries import Canaries
from tests.hostile._hostile import Bait
from tests.hostile._judging import TODAY

Mutant = Callable[[Bait], object]
MAIL = b"From: a@b.example\r\nSubject: x\r\n\r\nx\r\n"


def expands_entities(bait: Bait) -> object:
    """Parse hostile XML with everything dangerous switched on."""
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False, recover=True)
    hostile = (_xml_doctypes.external_entity(Random(seed), bait) for seed in range(40))
    return [etree.fromstring(content, parser) for content in hostile]


def opens_a_file(bait: Bait) -> object:
    """Read the file that a document names."""
    return Path(bait.file).read_bytes()


def fetches(bait: Bait) -> object:
    """Fetch the address that a document names."""
    return urllib.request.urlopen(f"http://127.0.0.1:{bait.port}/secret", timeout=0.5)


def resolves(bait: Bait) -> object:
    """Look up the host that a document names."""
    return socket.getaddrinfo(bait.host, 80)


MUTANTS: tuple[Mutant, ...] = (expands_entities, opens_a_file, fetches, resolves)


def _free(mutant: Mutant, bait: Bait) -> None:
    """Run a mutant in a child without any cage."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(Exception):
            mutant(bait)
        os._exit(0)
    os.waitpid(child, 0)


def _caged(mutant: Mutant, bait: Bait) -> None:
    """Run a mutant where readers run."""

    def examine(case: Case, announce: Announce) -> Verdict:
        with contextlib.suppress(Exception):
            mutant(bait)
        return pipeline.examine_mail(MAIL, case, announce)

    case = Case(company=None, today=TODAY)
    with contextlib.suppress(sandbox.ChildFault):
        chamber.judge(examine, case, Settings().sandbox, None)


def _reached(canaries: Canaries) -> dict[str, int]:
    """Return the hits that were no mere attempts: what Python only asked for is not among them."""
    return {name: count for name, count in canaries.hits().items() if name != "python"}


def prove(canaries: Canaries) -> dict[str, dict[str, dict[str, int]]]:
    """Return for each mutant what it reached freely, and what from within the cage."""
    proved = {}
    for mutant in MUTANTS:
        _free(mutant, canaries.bait)
        free = canaries.hits()
        _caged(mutant, canaries.bait)
        proved[mutant.__name__] = {"free": free, "caged": _reached(canaries)}
    return proved


def main() -> None:
    """Print what every mutant reached."""
    with tempfile.TemporaryDirectory() as name:
        namespace = _namespace.enter(Path(name))
        with _canaries.set_out(Path(name), namespace) as canaries:
            json.dump(prove(canaries), sys.stdout)


if __name__ == "__main__":
    main()
