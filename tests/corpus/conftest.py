"""The shared corpus of real invoices, used where it is there; nothing of it is ever copied here."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ingestd.en16931.xml import document_element
from ingestd.model import Case, Finding, Invoice, Part
from ingestd.readers import reader_for

PDF = "application/pdf"


@dataclass(frozen=True)
class CorpusFile:
    """One row of the manifest: the file, what upstream and the official artefacts say, the truth."""

    path: str
    content: bytes
    expected: str
    truth: dict[str, str]


def find_corpus() -> Path | None:
    """Return the `shared/corpus` folder nearest above this file, or None."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "shared" / "corpus" / "MANIFEST.csv").is_file():
            return folder / "shared" / "corpus"
    return None


@pytest.fixture(scope="session")
def corpus() -> Path:
    found = find_corpus()
    if found is None:
        pytest.skip(
            "THE CORPUS IS NOT HERE: no shared/corpus above this repository, nothing proved"
        )
    return found


@pytest.fixture(scope="session")
def corpus_files(corpus: Path) -> list[CorpusFile]:
    """Every file below `invoices/`."""
    return corpus_rows(corpus)


def corpus_rows(corpus: Path) -> list[CorpusFile]:
    """Return every file below `invoices/` with its row of the manifest."""
    return rows(corpus, ("invoices/",))


def rows(corpus: Path, folders: tuple[str, ...]) -> list[CorpusFile]:
    """Return every file below some folders with its row of the manifest."""
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        return [
            CorpusFile(row["path"], (corpus / row["path"]).read_bytes(), row["expected"], row)
            for row in csv.DictReader(manifest)
            if row["path"].startswith(folders)
        ]


def kind_of(content: bytes) -> str:
    return PDF if b"%PDF-" in content[:1024] else document_element(content) or "text/xml"


def read_all(content: bytes) -> Iterator[Part | Invoice | Finding]:
    """Yield what the readers say of a document and of the XML embedded in it."""
    waiting = [Part(path="1", kind=kind_of(content), content=content)]
    case = Case(company=None, today=date(2026, 11, 1))
    while waiting:
        part = waiting.pop(0)
        reader = reader_for(part.kind)
        for found in reader(part, case) if reader else ():
            yield found
            if isinstance(found, Part) and part.kind == PDF and document_element(found.content):
                waiting.append(
                    Part(path=found.path, kind=kind_of(found.content), content=found.content)
                )
