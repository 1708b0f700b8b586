"""A child's path shows its name, safely, and is its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestd.readers._paths import NAME_CHARACTERS, child_path


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("factur-x.xml", "2/factur-x.xml"),
        ("Façade été.pdf", "2/Façade été.pdf"),
        ("../../etc/passwd", "2/passwd"),
        ("C:\\temp\\a.pdf", "2/a.pdf"),
        ("a\u202efdp.exe", "2/a_fdp.exe"),
        ("a\x00b\nc.pdf", "2/a_b_c.pdf"),
        ("", "2/unnamed"),
        ("..", "2/unnamed"),
        ("dir/", "2/dir"),
        (" spaced .pdf ", "2/spaced .pdf"),
    ],
)
def test_names_are_made_safe(name: str, path: str) -> None:
    assert child_path("2", name, set()) == path


def test_names_are_made_unique() -> None:
    taken: set[str] = set()
    names = ["a.pdf", "a.pdf", "x/a.pdf", "b", "b", ".htaccess", ".htaccess"]
    assert [child_path("2", name, taken) for name in names] == [
        "2/a.pdf",
        "2/a~2.pdf",
        "2/a~3.pdf",
        "2/b",
        "2/b~2",
        "2/.htaccess",
        "2/.htaccess~2",
    ]


@given(st.lists(st.text(max_size=300), max_size=20))
def test_paths_are_always_printable_short_and_unique(names: list[str]) -> None:
    taken: set[str] = set()
    paths = [child_path("1.2", name, taken) for name in names]
    assert len(set(paths)) == len(names)
    for path in paths:
        assert path.startswith("1.2/")
        assert "/" not in path[4:]
        assert path[4:].isprintable()
        assert 1 <= len(path[4:]) <= NAME_CHARACTERS + 3
