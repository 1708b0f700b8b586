"""Mails of other projects: what their own tests expect to be in them, is found here as well."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpus import _leaves
from tests.corpus._leaves import Leaf

EXCEPTIONS = {
    # uuencode as a transfer encoding: we decode it, they show the letters
    **dict.fromkeys(
        ("legacy__017.eml/2", "legacy__017.eml/3", "legacy__026.eml/2", "legacy__048.eml/2"),
        "uuencode",
    ),
    **dict.fromkeys(("legacy__048.eml/3", "legacy__048.eml/4"), "uuencode"),
    # an inner multipart without its last delimiter: for us (and RFC 2046 section 5.1.2) the next outer
    # delimiter ends it, for them everything that follows is its last part
    "malformed__009.eml/3": "unclosed",
    "malformed__012.eml/3/0": "unclosed",
    # words that are said to be base64: we decode the letters in them, they give up and show the words,
    # which stand in the mail as they are
    **dict.fromkeys(("rfc__000.eml/4", "rfc__000.eml/5", "thirdparty__002.eml/3"), "no base64"),
    # a delimiter in the middle of a line: it is none for us (RFC 2046 section 5.1.1)
    "thirdparty__005.eml/5": "mid-line",
    # boundaries that are too long or begin alike: held as ambiguous, and they put two parts into one
    **dict.fromkeys(
        (
            "testmsgs__very-long-boundary.msg/very-long-boundary_decoded_1_1.txt",
            "testmsgs__very-very-long-boundary.msg/very-very-long-boundary_decoded_1_1.txt",
            "testmsgs__weird-boundary.msg/weird-boundary_decoded_1_1.txt",
        ),
        "cut boundary",
    ),
}
"""Leaves that others have and we have not, each with its reason."""


def missing(mail: Path, leaves: list[Leaf]) -> set[str]:
    """Return the leaves of a mail that we do not find; those of nothing but white space do not count."""
    parts = _leaves.found_in(mail.read_bytes())
    return {
        f"{mail.name}/{leaf.place.lstrip('/')}"
        for leaf in leaves
        if not leaf.is_nothing and not _leaves.is_found(leaf, parts)
    }


@pytest.mark.parametrize(
    ("folder", "pattern", "suffix", "read", "at_least"),
    [
        ("stalwartlabs__mail-parser", ".json", ".eml", _leaves.of_stalwart, 260),
        ("apache__james-mime4j", "_decoded.xml", ".msg", _leaves.of_mime4j, 20),
    ],
)
def test_every_leaf_of_the_expected_parses_is_found(
    corpus: Path,
    folder: str,
    pattern: str,
    suffix: str,
    read: Callable[[Path], list[Leaf]],
    at_least: int,
) -> None:
    lost: set[str] = set()
    count = 0
    for description in sorted((corpus / "mail" / folder).glob(f"*{pattern}")):
        mail = description.with_name(description.name.removesuffix(pattern) + suffix)
        if mail.is_file():  # some were left out of the corpus for what they hold
            leaves = read(description)
            count += sum(not leaf.is_nothing for leaf in leaves)
            lost |= missing(mail, leaves)
    expected = {
        name for name in EXCEPTIONS if (corpus / "mail" / folder / name.partition("/")[0]).is_file()
    }
    assert lost == expected
    assert count >= at_least


def test_every_file_in_the_tnef_fixtures_is_found(corpus: Path) -> None:
    lost = {}
    for wrapping in sorted((corpus / "mail" / "jstedfast__MimeKit").glob("tnef__*.tnef")):
        parts = _leaves.found_in_file(wrapping.read_bytes(), "winmail.dat")
        names = [
            leaf.place for leaf in _leaves.of_mimekit(wrapping) if not _leaves.is_found(leaf, parts)
        ]
        if names:
            lost[wrapping.name] = names
    assert lost == {}
