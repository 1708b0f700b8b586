"""Where a part inside another part stands: `2/factur-x.xml`, `3/scan~2.pdf`.

A path is for people and for commands (`inbox extract ID PATH`), so it holds no control or bidi
character, no second `/`, and is unique among its siblings. It is never a path on a disk.
"""

import re
import unicodedata

NAME_CHARACTERS = 120
_UNSAFE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode categories that do not show, or change how their neighbours show."""


def child_path(parent: str, name: str, taken: set[str]) -> str:
    """Return the path of a child of `parent` whose sender calls it `name`, and add it to `taken`.

    Only the last component of the name is kept; a second child of the same name gets `~2`.
    """
    leaf = _leaf(name)
    stem, dot, extension = leaf.rpartition(".")
    if not stem:
        stem, dot, extension = leaf, "", ""
    path, number = f"{parent}/{leaf}", 1
    while path in taken:
        number += 1
        path = f"{parent}/{stem}~{number}{dot}{extension}"
    taken.add(path)
    return path


def _leaf(name: str) -> str:
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    text = unicodedata.normalize("NFC", last)
    shown = re.sub(r"^~", "_", "".join(_shown(each) for each in text).strip())  # `~` is for our own
    if not shown.strip("._"):
        return "unnamed"
    if len(shown) <= NAME_CHARACTERS:
        return shown
    stem, dot, extension = shown.rpartition(".")
    tail = dot + extension if len(extension) <= 10 else ""
    return (stem if tail else shown)[: NAME_CHARACTERS - len(tail)] + tail


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "_" if category in _UNSAFE else character
