"""What a compiled Schematron looks for in the whole document, looked for once.

`//ram:SellerTradeParty/ram:ID` in a rule about lines is a walk through the invoice for each line: the
square of the lines. Such a path begins at the document and, without variables and `current()`, gives
the same nodes wherever it stands: so it becomes a variable of the sheet, which Saxon fills when a rule
first asks for it.
"""

import re
from collections.abc import Iterator

from lxml import etree

_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_PREFIX = "ingestd-nodes-"
_ASKING = ("test", "select")
_NAME = r"(?:[A-Za-z_][\w.-]*|\*)"
_STEP = re.compile(rf"@?(?:[a-z-]+::)?{_NAME}(?::{_NAME})?(?![\w.-]*\s*[(:])")
_SLASH = re.compile("//?")
_OPENING = re.compile(r"\s*\[")
_BEFORE_OPERAND = re.compile(
    r"(?:^|[(\[,=<>+|!]|\b(?:and|or|in|satisfies|then|else|return|div|mod|eq|ne|lt|gt|le|ge|to|is"
    r"|union|except|intersect))\s*$"
)
_BOUND = re.compile(r"\$|\bcurrent\s*\(")
_QUOTES = "'\""


def hoist(root: etree._Element) -> None:
    """Have a sheet look for the nodes of each constant path once."""
    names: dict[str, str] = {}
    for template in root.iter(f"{_XSL}template"):
        for element in template.iter():
            if isinstance(element.tag, str) and element.nsmap == root.nsmap:
                _hoist_from(element, names)
    for path, name in names.items():
        root.append(etree.Element(f"{_XSL}variable", name=name, select=path))


def _hoist_from(element: etree._Element, names: dict[str, str]) -> None:
    for attribute in _ASKING:
        written = element.get(attribute)
        if not written or "/" not in written or element.tag == f"{_XSL}apply-templates":
            continue
        for start, end in reversed(list(constant_paths(written))):
            name = names.setdefault(written[start:end], f"{_PREFIX}{len(names) + 1}")
            written = f"{written[:start]}${name}{written[end:]}"
        element.set(attribute, written)


def constant_paths(expression: str) -> Iterator[tuple[int, int]]:
    """Yield where the paths begin and end that start at the document and depend on nothing else."""
    place = 0
    while place < len(expression):
        character = expression[place]
        if character in _QUOTES:
            place = _skip_quoted(expression, place)
        elif character == "/" and _BEFORE_OPERAND.search(expression[:place]):
            end = _end_of_path(expression, place)
            if end > place and not _BOUND.search(expression[place:end]):
                yield place, end
                place = end
            else:
                place += 2 if expression.startswith("//", place) else 1
        else:
            place += 1


def _end_of_path(expression: str, start: int) -> int:
    """Return where the path from `start` ends; `start` itself for one that has no step."""
    end, place = start, start
    while slash := _SLASH.match(expression, place):
        step = _STEP.match(expression, slash.end())
        if step is None:
            break
        end = place = _end_of_predicates(expression, step.end())
    return end


def _end_of_predicates(expression: str, place: int) -> int:
    while opening := _OPENING.match(expression, place):
        depth, place = 1, opening.end()
        while depth and place < len(expression):
            character = expression[place]
            if character in _QUOTES:
                place = _skip_quoted(expression, place)
                continue
            depth += (character == "[") - (character == "]")
            place += 1
    return place


def _skip_quoted(expression: str, place: int) -> int:
    """Return the place after the text in quotes that begins at `place`."""
    closing = expression.find(expression[place], place + 1)
    return len(expression) if closing < 0 else closing + 1
