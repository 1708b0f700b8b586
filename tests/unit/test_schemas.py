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
    assert ": line " in found.en
    assert " : ligne " in found.fr
    assert "{" not in found.en


def test_a_document_element_without_schema_says_nothing() -> None:
    assert schemas.violations(xml.parse(b"<a/>")) == []


def test_all_are_compiled_at_once() -> None:
    schemas.compile_all()


@pytest.mark.parametrize(
    ("name", "old", "new", "en", "fr"),
    [
        ("ubl-invoice.xml", "<cbc:IssueDate>", "<cbc:Colour/><cbc:IssueDate>", "place", "place"),
        ("ubl-invoice.xml", "</cbc:PayableAmount>", ",00</cbc:PayableAmount>", "form", "forme"),
        ("cii-invoice.xml", "</ram:DuePayableAmount>", "x</ram:DuePayableAmount>", "form", "forme"),
        ("ubl-invoice.xml", ' currencyID="EUR">', ">", "lacks", "manque"),
    ],
)
def test_a_plain_sentence_stands_before_what_the_schema_says(
    documents: Path, name: str, old: str, new: str, en: str, fr: str
) -> None:
    written = (documents / name).read_text("utf-8")
    assert old in written
    (found, *_) = schemas.violations(xml.parse(written.replace(old, new, 1).encode()))
    assert en in found.en.partition(":")[0]
    assert fr in found.fr.partition(" :")[0]
    assert ": line " in found.en
    assert " : ligne " in found.fr
