"""Hostile XML given to the reader and to the rule engine, with canaries where it points to.

    python -m tests.corpus.hostile_xml      prints what was touched, as JSON

Each document of the corpus' `hostile/xml`, and a few that it has not (XInclude, style sheets, schemas),
is pointed at a file and a TCP port of ours, then read by itself and judged by the engine by itself: no
cage around either, and nothing before the engine that would have refused the document. The same with the
protections removed must touch the canaries, or they would prove nothing.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from ingestd import pipeline
from ingestd.en16931 import xml
from ingestd.model import Case
from ingestd.rules import engine
from ingestd.rules.packs import Library
from tests._rules import running
from tests.corpus.conftest import find_corpus
from tests.hostile import _canaries
from tests.hostile._hostile import Bait
from tests.hostile._namespace import Namespace

CASE = Case(company=None, today=date(2026, 11, 1))
RULE_SETS = ("en16931-ubl",)
_SAMPLE = Path(__file__).parents[1] / "documents" / "ubl-invoice.xml"
_POINTING = (
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/>',
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>',
    '<x xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:x {url}"/>',
    '<?xml-stylesheet type="text/xsl" href="{url}"?>',
)


@dataclass(frozen=True)
class Touched:
    """How many documents there were, and how often a canary was touched by the reader and by the engine,
    as they are and with their protections removed. `told` are the documents of which something came
    out that stands in the file."""

    documents: int
    reader: int
    engine: int
    open_reader: int
    open_engine: int
    told: tuple[str, ...]

    @property
    def is_safe(self) -> bool:
        """Whether nothing was touched, by what would have been noticed."""
        silent = not (self.reader or self.engine or self.told)
        return silent and bool(self.open_reader and self.open_engine)


def _documents(corpus: Path, bait: Bait) -> Iterator[tuple[str, bytes]]:
    file, url = f"file://{bait.file}", f"http://127.0.0.1:{bait.port}/"
    for path in sorted((corpus / "hostile" / "xml").glob("*.xml")):
        content = path.read_bytes().replace(b"file:///etc/passwd", file.encode())
        yield path.name, content.replace(b"http://127.0.0.1:9/", url.encode())
    sample = _SAMPLE.read_text(encoding="utf-8")
    for number, pointing in enumerate(_POINTING):
        note = (
            f"<cbc:Note>{pointing.format(file=file, url=url)}</cbc:Note>\n  <cbc:DocumentCurrency"
        )
        yield f"made-{number}.xml", sample.replace("<cbc:DocumentCurrency", note, 1).encode()


def _read(content: bytes) -> Any:
    return pipeline.examine_document(content, "invoice.xml", CASE)


def _open_reader(content: bytes) -> None:
    settings = {"resolve_entities": True, "load_dtd": True, "no_network": False}
    with mock.patch.object(xml, "_settings", return_value=settings), suppress(xml.XmlBroken):
        xml.parse(content)


def _open_engine(library: Library) -> Callable[[bytes], Any]:
    """Return what judges with SaxonC as it comes: no locks, and no confinement of its process."""
    with mock.patch.dict(engine.LOCKS, clear=True):
        saxon = engine.Engine()
    for name in RULE_SETS:
        found = library.stylesheet(name)
        assert found, name
        assert not saxon.load(name, found[0].text, found[0].codes)
    return lambda content: saxon.judge(content.decode("utf-8", "replace"), list(RULE_SETS))


def touch(corpus: Path, folder: Path) -> Touched:
    """Give every document to the reader and to the engine, with and without their protections."""
    library = Library(folder / "rules")
    with (
        _canaries.set_out(folder, Namespace()) as canaries,
        running(library) as runner,
    ):
        documents = list(_documents(corpus, canaries.bait))
        # Not to the port, which never answers: whoever is open to it would wait for ever.
        pointing = [one for one in documents if canaries.bait.file.encode() in one[1]]
        told = []

        def count(give: Callable[[bytes], Any], given: list[tuple[str, bytes]]) -> int:
            canaries.hits()
            for name, content in given:
                if canaries.is_in(repr(give(content)).encode("utf-8", "backslashreplace")):
                    told.append(name)
            return sum(canaries.hits().values())

        reader = count(_read, documents)
        judged = count(lambda content: runner.judge(content, RULE_SETS), documents)
        came_out = tuple(told)
        return Touched(
            documents=len(documents),
            reader=reader,
            engine=judged,
            open_reader=count(_open_reader, pointing),
            open_engine=count(_open_engine(library), pointing),
            told=came_out,
        )


def run() -> Touched:
    """Do it in a process of its own, which hears its own canaries and has SaxonC without a cage."""
    command = (sys.executable, "-m", "tests.corpus.hostile_xml")
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    return Touched(**said | {"told": tuple(said["told"])})


if __name__ == "__main__":
    found_corpus = find_corpus()
    assert found_corpus, "THE CORPUS IS NOT HERE"
    with tempfile.TemporaryDirectory() as made:
        print(json.dumps(asdict(touch(found_corpus, Path(made)))))
