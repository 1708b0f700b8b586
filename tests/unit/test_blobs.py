"""Blobs: written once, whole or not at all, and verified when they are read."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestd.model import Unavailable
from ingestd.store.blobs import Blobs, Damaged


def test_what_is_put_is_got_byte_for_byte(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    content = bytes(range(256)) * 100
    assert blobs.get(blobs.put(content)) == content


@settings(max_examples=30, deadline=None)
@given(content=st.binary(max_size=1000))
def test_the_name_is_the_hash(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    blobs = Blobs(tmp_path_factory.getbasetemp() / "hashed")
    name = blobs.put(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert blobs.locate(name).relative_to(blobs.root).parts == (name[:2], name[2:4], name)


def test_putting_twice_leaves_one_file_and_no_temporary_one(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert blobs.put(b"x") == blobs.put(b"x")
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [
        hashlib.sha256(b"x").hexdigest()
    ]


def test_a_damaged_blob_is_told_and_written_anew(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put(b"invoice")
    blobs.locate(name).write_bytes(b"invoicf")
    with pytest.raises(Damaged, match="damaged"):
        blobs.get(name)
    blobs.put(b"invoice")
    assert blobs.get(name) == b"invoice"


def test_an_absent_blob_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Blobs(tmp_path).get("0" * 64)


@pytest.mark.parametrize("name", ["", "../../secret", "A" * 64, "0" * 63])
def test_nothing_but_a_hash_is_a_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        Blobs(tmp_path).get(name)


def test_a_place_that_is_no_directory_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file")
    with pytest.raises(Unavailable, match="cannot store"):
        Blobs(tmp_path / "blobs").put(b"x")
