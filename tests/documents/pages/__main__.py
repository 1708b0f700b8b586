"""Writes made pages into a folder, with `truth.json` beside them: see the package."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from tests.documents import pages

_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif"}


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.documents.pages")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layout", action="append", choices=tuple(pages.LAYOUTS), default=[])
    parser.add_argument("--papers", action="store_true", help="what is no invoice")
    parser.add_argument("--pictures", action="store_true", help="as scans")
    given = parser.parse_args()
    made: Iterator[pages.Made] = pages.invoices(given.count, given.seed, tuple(given.layout))
    if given.papers:
        made = pages.papers(given.count, given.seed)
    if given.pictures:
        made = pages.pictures(made, given.seed)
    given.out.mkdir(parents=True, exist_ok=True)
    truths = {}
    for one in made:
        name = f"{one.name}.{_ENDINGS[one.kind]}"
        (given.out / name).write_bytes(one.content)
        truths[name] = {"paper": one.paper} | {
            key: _plain(value) for key, value in one.truth.items()
        }
    text = json.dumps(truths, indent=1, ensure_ascii=False)
    (given.out / "truth.json").write_text(text, "utf-8")


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        given = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: _plain(one) for name, one in given.items() if one not in (None, ())}
    return value if value is None else str(value)


if __name__ == "__main__":
    main()
