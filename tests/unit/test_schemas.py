"""The schemas of the invoice syntaxes: what they allow passes, what they do not is told with its line."""

from pathlib import Path

import pytest

from ingestd.en16931 import schemas, xml


@pytest.mark.parametrize(
    "name", ["ubl-invoice.xml", "ubl-credit-note.xml", "cii-invoice.xml", "zugferd-1.xml"]
)
def test_valid(documents: Path, name: str) -> None:
    assert schemas.violations(xml.parse((documents / name).read_bytes())) == []


@pytest.mark.parametrize("name", ["ubl-invoice.xml", "cii-invoice.xml", "zugferd-1.xml"])
def test_invalid(documents: Path, name: str) -> None:
    root = xml.parse((documents / name).read_bytes())
    root.append(root[0])
    (found, *_) = schemas.violations(root)
    assert found.en.startswith("line ")
    assert found.fr.startswith("ligne ")
    assert "{" not in found.en


def test_a_document_element_without_schema_says_nothing() -> None:
    assert schemas.violations(xml.parse(b"<a/>")) == []


def test_all_are_compiled_at_once() -> None:
    schemas.compile_all()
