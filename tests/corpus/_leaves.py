"""The leaf parts that other parsers' test suites expect in their mails, and those that ours finds."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

from ingestd.gathering import gather
from ingestd.model import Case, Part, Role
from ingestd.readers import kinds, mime

CASE = Case(company=None, today=date(2026, 11, 1))
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BODY = re.compile(r'<(?:text|binary)-body name="([^"]+)"')


@dataclass(frozen=True)
class Leaf:
    """A part that another parser says is there: its octets, or its text."""

    place: str
    octets: bytes = b""
    text: str = ""

    @property
    def is_nothing(self) -> bool:
        return not self.octets.strip() and not self.text.strip()


def found_in(mail: bytes) -> list[Part]:
    """Return every part that is read from a mail, and from mails in it."""
    root = Part(path="", kind=kinds.MESSAGE, content=mail, trail=("mail",), role=Role.CONTAINER)
    return list(gather(root, CASE, {}, lambda part: None).parts.values())


def found_in_file(content: bytes, name: str) -> list[Part]:
    """Return every part that is read from a file as if it were attached to a mail."""
    root = Part(path="1", kind="", content=content, filename=name, trail=(name,))
    return list(gather(root, CASE, {}, lambda part: None).parts.values())


def normal(text: str, ascii_only: bool) -> str:
    """Return text without its white space, in which parsers differ."""
    return re.sub(r"[^\x21-\x7e]+" if ascii_only else r"[\s\ufeff]+", "", text)


def is_found(leaf: Leaf, parts: list[Part]) -> bool:
    """Tell whether a leaf is one of our parts, by its octets or by its text."""
    if leaf.octets:
        wanted = _lines(leaf.octets)
        return any(_lines(part.content) == wanted for part in parts)
    ascii_only = "\ufffd" in leaf.text  # the other parser could not decode it
    wanted_text = normal(leaf.text, ascii_only)
    texts = (normal(mime.body_text(part.content, part.charset), ascii_only) for part in parts)
    return any(wanted_text == text for text in texts)


def _lines(octets: bytes) -> bytes:
    return octets.replace(b"\r\n", b"\n").strip()


def _of_json(message: dict[str, Any], place: str) -> Iterator[Leaf]:
    for number, part in enumerate(message["parts"]):
        body = part["body"]
        at = f"{place}/{number}"
        if isinstance(body, str):
            continue
        for kind, value in body.items():
            if kind in ("Text", "Html"):
                yield Leaf(at, text=value)
            elif kind in ("Binary", "InlineBinary"):
                yield Leaf(at, octets=bytes(value))
            elif kind == "Message":
                yield from _of_json(value, at)


def of_stalwart(description: Path) -> list[Leaf]:
    """Return the leaves of a JSON description beside a mail of stalwartlabs/mail-parser."""
    return list(_of_json(json.loads(description.read_text(encoding="utf-8")), ""))


def of_mime4j(description: Path) -> list[Leaf]:
    """Return the leaves of a `_decoded.xml` beside a mail of mime4j, whose contents are files."""
    names = _BODY.findall(description.read_text(encoding="utf-8", errors="replace"))
    family = description.name.partition("__")[0]
    found = []
    for name in names:
        file = description.with_name(f"{family}__{unescape(name)}")
        if file.is_file():
            found.append(Leaf(name, octets=file.read_bytes()))
    return found


def of_mimekit(wrapping: Path) -> list[Leaf]:
    """Return the files that MimeKit takes out of a TNEF file, as they lie beside it: without the text of
    the mail, which it has as RTF, and without the class in front of an OLE object."""
    name = wrapping.name.removeprefix("tnef__").removesuffix(".tnef")
    files = sorted(file for file in wrapping.parent.glob(f"{name}__*") if file.suffix != ".rtf")
    contents = [(file.name, file.read_bytes()) for file in files]
    return [
        Leaf(place, octets=octets[16:] if octets[16:].startswith(_OLE) else octets)
        for place, octets in contents
    ]
